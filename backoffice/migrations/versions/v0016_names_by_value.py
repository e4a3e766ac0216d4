"""Names of units are looked up by their value first, whatever kind of name it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Turn the key of identifiers round: a scanned code says neither its kind nor its namespace."""
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_constraint("pk_identifiers", type_="primary")
        identifiers.create_primary_key("pk_identifiers", ["value", "kind", "namespace"])
    # Units that left for another hall are asked for by serial, for the life of one that came back.
    left = sa.text("closed = 1")
    op.create_index(
        "ix_units_left",
        "units",
        ["hall_id", "serial"],
        unique=False,
        sqlite_where=left,
        postgresql_where=left,
    )
