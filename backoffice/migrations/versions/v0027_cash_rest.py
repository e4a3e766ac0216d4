"""Bank statements, change given and kiosks."""

from __future__ import annotations

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Nothing to make in this part."""
