"""Codes of forms that are out of date, and halls that are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    op.create_table(
        "form_ends",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "invoice_code", name=op.f("pk_form_ends")),
    )
    op.create_table(
        "hall_closings",
        sa.Column("hall_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_hall_closings")),
    )
