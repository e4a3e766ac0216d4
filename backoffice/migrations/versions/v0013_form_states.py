"""Voids, cover sheets, red letters, loss cases and retention of invoice forms."""

from __future__ import annotations

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables of this part."""
