"""Batches of evidence, their raw files, and what a day waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_intake_replacements()
    _make_intake_sources()
    _make_intakes()
    _make_nil_declarations()
    _make_opening_floats()
    _make_raw_files()
    _make_unassigned_rows()


def _make_intake_replacements() -> None:
    op.create_table(
        "intake_replacements",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("old_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "old_no", name=op.f("pk_intake_replacements")),
        info={"immutable": True},
    )


def _make_intake_sources() -> None:
    op.create_table(
        "intake_sources",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("source_no", INTEGER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("row_count", INTEGER, nullable=False),
        sa.Column("sum_fen", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "source_no", name=op.f("pk_intake_sources")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_intake_sources_day",
        "intake_sources",
        ["hall_id", "business_date", "source"],
        unique=False,
    )


def _make_intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("mapping_version", sa.Text(), nullable=False),
        sa.Column("row_count", INTEGER, nullable=False),
        sa.Column("repeated_count", INTEGER, nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", name=op.f("pk_intakes")),
        info={"immutable": True},
    )
    op.create_index("ix_intakes_day", "intakes", ["hall_id", "business_date"], unique=False)
    op.create_index("ix_intakes_file", "intakes", ["hall_id", "sha256"], unique=False)


def _make_nil_declarations() -> None:
    op.create_table(
        "nil_declarations",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_nil_declarations")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_nil_declarations_day", "nil_declarations", ["hall_id", "business_date"], unique=False
    )


def _make_opening_floats() -> None:
    op.create_table(
        "opening_floats",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("row_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", "row_no", name=op.f("pk_opening_floats")),
        info={"immutable": True},
    )
    op.create_index(
        "one_float_a_day", "opening_floats", ["hall_id", "business_date", "clerk"], unique=True
    )


def _make_raw_files() -> None:
    op.create_table(
        "raw_files",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", name=op.f("pk_raw_files")),
        info={"immutable": True},
    )


def _make_unassigned_rows() -> None:
    op.create_table(
        "unassigned_rows",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("row_no", INTEGER, nullable=False),
        sa.Column("file_line", INTEGER, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", "row_no", name=op.f("pk_unassigned_rows")),
        info={"immutable": True},
    )
