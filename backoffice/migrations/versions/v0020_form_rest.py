"""Tables of numbered forms."""

from __future__ import annotations

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the tables of this part."""
