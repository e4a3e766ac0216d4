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
    _make_gift_campaigns()
    _make_manifests()
    _make_manifest_lines()
    _make_dispatches()


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
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("note_zh", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("struck", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("scanned_quantity_is_positive")),
        sa.PrimaryKeyConstraint("hall_id", "sheet_id", "line_no", name=op.f("pk_scan_lines")),
    )


def _make_gift_campaigns() -> None:
    op.create_table(
        "gift_campaigns",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quota", INTEGER, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("quota >= 0", name=op.f("quota_is_not_negative")),
        sa.PrimaryKeyConstraint("hall_id", "code", name=op.f("pk_gift_campaigns")),
    )


def _make_manifests() -> None:
    op.create_table(
        "manifests",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'withdrawn')", name=op.f("manifest_state_is_known")
        ),
        sa.CheckConstraint(
            "source IN ('supplier', 'department', 'other_hall')", name=op.f("source_is_known")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_manifests")),
        sa.UniqueConstraint("hall_id", "source", "sender", "reference", name="awaited_once"),
    )
    op.create_index("ix_manifests_state", "manifests", ["hall_id", "state"], unique=False)


def _make_manifest_lines() -> None:
    op.create_table(
        "manifest_lines",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("manifest_id", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("received", INTEGER, nullable=False),
        sa.Column("unit_cost_fen", INTEGER, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("awaited_quantity_is_positive")),
        sa.CheckConstraint("received BETWEEN 0 AND quantity", name=op.f("no_more_than_awaited")),
        sa.PrimaryKeyConstraint(
            "hall_id", "manifest_id", "line_no", name=op.f("pk_manifest_lines")
        ),
    )
    op.create_table(
        "manifest_receipts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("manifest_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("settled", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "manifest_id", "document_id", name=op.f("pk_manifest_receipts")
        ),
    )
    op.create_index(
        "ix_manifest_receipts_settled", "manifest_receipts", ["hall_id", "settled"], unique=False
    )


def _make_dispatches() -> None:
    op.create_table(
        "dispatches",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("to_hall", INTEGER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dispatched_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'announced', 'closed', 'reversed')",
            name=op.f("dispatch_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_dispatches")),
    )
    op.create_index("ix_dispatches_state", "dispatches", ["hall_id", "state"], unique=False)
