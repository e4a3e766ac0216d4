"""What the register of invoices states further, and the uses posted from it."""

from __future__ import annotations

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables of this part."""
