"""Counts of goods: what was scanned, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_count_differences()
    _make_count_rounds()
    _make_count_scans()
    _make_counts()


def _make_count_differences() -> None:
    op.create_table(
        "count_differences",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("count_no", INTEGER, nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("unit_id", INTEGER, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "count_no", "round", "line_no", name=op.f("pk_count_differences")
        ),
        info={"immutable": True},
    )


def _make_count_rounds() -> None:
    op.create_table(
        "count_rounds",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("count_no", INTEGER, nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("counter_id", INTEGER, nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("witness_id", INTEGER, nullable=False),
        sa.Column("recount_of", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "count_no", "round", name=op.f("pk_count_rounds")),
        info={"immutable": True},
    )


def _make_count_scans() -> None:
    op.create_table(
        "count_scans",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("count_no", INTEGER, nullable=False),
        sa.Column("scan_no", INTEGER, nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("unit_hall", INTEGER, nullable=False),
        sa.Column("unit_id", INTEGER, nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("undoes", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "count_no", "scan_no", name=op.f("pk_count_scans")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_count_scans_serial", "count_scans", ["hall_id", "count_no", "serial"], unique=False
    )


def _make_counts() -> None:
    op.create_table(
        "counts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("count_no", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", INTEGER, nullable=False),
        sa.Column("snapshot_event", INTEGER, nullable=False),
        sa.Column("snapshot_row", INTEGER, nullable=False),
        sa.Column("until_row", INTEGER, nullable=True),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("counter_id", INTEGER, nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("witness_id", INTEGER, nullable=False),
        sa.Column("recount_of", sa.Text(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=True),
        sa.Column("intake_no", INTEGER, nullable=True),
        sa.Column("taken", INTEGER, nullable=False),
        sa.Column("twice", INTEGER, nullable=False),
        sa.Column("unknown", INTEGER, nullable=False),
        sa.Column("unreadable", INTEGER, nullable=False),
        sa.CheckConstraint(
            "kind IN ('daily', 'weekly', 'monthly', 'spot', 'hand_over')",
            name=op.f("count_kind_is_known"),
        ),
        sa.CheckConstraint(
            "state <> 'settled' OR until_row IS NOT NULL", name=op.f("settled_has_an_end")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'finished', 'recounting', 'settled', 'cancelled')",
            name=op.f("count_state_is_known"),
        ),
        sa.CheckConstraint("counter_id <> witness_id", name=op.f("two_people_count")),
        sa.PrimaryKeyConstraint("hall_id", "count_no", name=op.f("pk_counts")),
    )
    op.create_index("ix_counts_day", "counts", ["hall_id", "business_date"], unique=False)
