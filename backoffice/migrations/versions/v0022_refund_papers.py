"""Tables of refunds' papers and statistics."""

from __future__ import annotations

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the tables of this part."""
