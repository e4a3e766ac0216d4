"""Counts of goods: what was scanned, and what became of it."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables of this part."""
