"""What a hall had settled when it was audited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of kept settings."""
    op.create_table(
        "audit_settings",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_audit_settings")),
        info={"immutable": True},
    )
