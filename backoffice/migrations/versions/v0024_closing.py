"""Acts of closing a hall-day."""

from __future__ import annotations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Nothing to make in this part."""
