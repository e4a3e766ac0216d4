"""Tables of refunds at the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the tables of this part."""
    _find_what_waits()


def _find_what_waits() -> None:
    """Find waiting documents and the day's executions without reading all of a hall."""
    waiting = sa.text("state IN ('submitted', 'approved')")
    op.create_index(
        "ix_documents_waiting",
        "documents",
        ["hall_id", "business_date"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_refund_executions_at", "refund_executions", ["hall_id", "at"])
