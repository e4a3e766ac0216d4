"""Flags on claims that came by file, which are no document of this system."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONCE = "a_pattern_is_flagged_once"


def upgrade() -> None:
    """Let a flag name what it is about by its number."""
    with op.batch_alter_table("refund_flags") as flags:
        flags.add_column(sa.Column("subject", sa.Text(), nullable=True))
    op.execute(
        "UPDATE refund_flags SET subject = (SELECT 'document:' || d.number FROM documents d"
        " WHERE d.hall_id = refund_flags.hall_id AND d.id = refund_flags.document_id)"
    )
    with op.batch_alter_table("refund_flags") as flags:
        flags.alter_column("subject", existing_type=sa.Text(), nullable=False)
        flags.alter_column("document_id", existing_type=INTEGER, nullable=True)
        flags.drop_constraint(ONCE, type_="unique")
        flags.create_unique_constraint(ONCE, ["hall_id", "subject", "pattern"])
