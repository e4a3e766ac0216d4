"""Manifests of goods awaited, and scans on their way to a document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_scan_sheets()
    _make_scan_lines()


def _make_scan_sheets() -> None:
    op.create_table(
        "scan_sheets",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'made', 'dropped')", name=op.f("sheet_state_is_known")
        ),
        sa.CheckConstraint(
            "state <> 'made' OR document_number <> ''", name=op.f("made_has_a_document")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_scan_sheets")),
    )
    op.create_index(
        "ix_scan_sheets_person", "scan_sheets", ["hall_id", "person_id", "state"], unique=False
    )


def _make_scan_lines() -> None:
    op.create_table(
        "scan_lines",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("sheet_id", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("serial_to", sa.Text(), nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("note_zh", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("struck", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("scanned_quantity_is_positive")),
        sa.PrimaryKeyConstraint("hall_id", "sheet_id", "line_no", name=op.f("pk_scan_lines")),
    )
