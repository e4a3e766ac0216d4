"""Month locks and packs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    op.create_table(
        "month_locks",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("locked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "month", name=op.f("pk_month_locks")),
        info={"immutable": True},
    )
    op.create_table(
        "month_packs",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_month_packs")),
        info={"immutable": True},
    )
    op.create_index("ix_month_packs_month", "month_packs", ["hall_id", "month"])
