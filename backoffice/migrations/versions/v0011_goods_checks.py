"""How the checks of goods find a day's postings, its lines about goods, and a serial's lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_postings_day", "postings", ["hall_id", "business_date"], unique=False)
    goods = sa.text("item <> '' OR serial <> ''")
    op.create_index(
        "ix_evidence_accounts_goods",
        "evidence_accounts",
        ["hall_id", "business_date"],
        unique=False,
        sqlite_where=goods,
        postgresql_where=goods,
    )
    named = sa.text("serial <> ''")
    op.create_index(
        "ix_evidence_accounts_serial",
        "evidence_accounts",
        ["hall_id", "serial"],
        unique=False,
        sqlite_where=named,
        postgresql_where=named,
    )
