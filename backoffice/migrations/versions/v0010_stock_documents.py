"""Manifests of goods awaited, and scans on their way to a document."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables of this part."""
