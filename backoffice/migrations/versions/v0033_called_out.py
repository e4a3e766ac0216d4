"""What was received and the change of it, as files of payments may state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add what rows kept so far do not state."""
    op.add_column("evidence_tenders", sa.Column("tendered", sa.BigInteger(), nullable=True))
    op.add_column("evidence_tenders", sa.Column("change", sa.BigInteger(), nullable=True))
