"""What an item is, where labels stand, and what a change of price asks for."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables of this part."""
