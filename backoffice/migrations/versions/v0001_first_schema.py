"""The first schema."""

from __future__ import annotations

from alembic import op

import backoffice.models  # noqa: F401
from ledger.schema import Base

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    Base.metadata.create_all(op.get_bind())
