"""Requests and rounds around goods and their labels."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables of this part."""
