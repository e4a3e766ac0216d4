"""Corrections, hand-over and months."""

from __future__ import annotations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make the tables of this part."""
