"""Counts of blank forms, beside what the books gave (DOMAIN INV-13)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    op.create_table(
        "form_counts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("expected", INTEGER, nullable=False),
        sa.Column("counted", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.CheckConstraint(
            "counted >= 0 AND expected >= 0",
            name=op.f("counts_are_not_negative"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "event_no", "invoice_code", name=op.f("pk_form_counts")),
        info={"immutable": True},
    )
    op.create_index("ix_form_counts_day", "form_counts", ["hall_id", "business_date"], unique=False)
    op.create_index(
        "ix_form_counts_holder",
        "form_counts",
        ["hall_id", "holder", "invoice_code"],
        unique=False,
    )
