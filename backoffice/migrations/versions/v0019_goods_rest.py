"""Recharge cards activated, as the system that activates them lists them (DOMAIN STK-05)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table of the activation list."""
    op.create_table(
        "evidence_activations",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("serial_to", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_activations")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_activations_day",
        "evidence_activations",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_activations_key", "evidence_activations", ["hall_id", "row_key"], unique=False
    )
