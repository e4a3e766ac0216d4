"""What documents state beside their lines, further names of units, and units between halls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_document_facts()
    _make_document_line_names()
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("came_from_hall", INTEGER, nullable=True))
        units.add_column(sa.Column("came_from_unit", INTEGER, nullable=True))


def _make_document_facts() -> None:
    op.create_table(
        "document_facts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "revision", "name", name=op.f("pk_document_facts")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_document_facts_value", "document_facts", ["hall_id", "name", "value"], unique=False
    )


def _make_document_line_names() -> None:
    op.create_table(
        "document_line_names",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id",
            "document_id",
            "revision",
            "line_no",
            "kind",
            "value",
            name=op.f("pk_document_line_names"),
        ),
        info={"immutable": True},
    )
