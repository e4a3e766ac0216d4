"""Correction slips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'answered', 'returned', 'accepted', 'withdrawn'"
WAITS_FOR_CLERK = "state IN ('open', 'returned')"


def upgrade() -> None:
    """Make the tables of this part."""
    _make_slips()
    _make_items()
    _make_lines()


def _make_slips() -> None:
    op.create_table(
        "correction_slips",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.SmallInteger(), nullable=False),
        sa.Column("returns", INTEGER, nullable=False),
        sa.Column("net_fen", INTEGER, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("slip_state_is_known")),
        sa.CheckConstraint(
            "(state IN ('accepted', 'withdrawn')) = (ended_on IS NOT NULL)",
            name=op.f("a_slip_ends_on_a_day"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_correction_slips")),
    )
    op.create_index(
        "ix_correction_slips_number", "correction_slips", ["hall_id", "number"], unique=True
    )
    for name, column in (("sent", "sent_on"), ("day", "of_day"), ("ended", "ended_on")):
        op.create_index(f"ix_correction_slips_{name}", "correction_slips", ["hall_id", column])
    op.create_index(
        "ix_correction_slips_due",
        "correction_slips",
        ["hall_id", "due_on"],
        sqlite_where=sa.text(WAITS_FOR_CLERK),
        postgresql_where=sa.text(WAITS_FOR_CLERK),
    )


def _make_items() -> None:
    op.create_table(
        "correction_items",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("item_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("expected", INTEGER, nullable=True),
        sa.Column("found", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "item_no", name=op.f("pk_correction_items")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_correction_items_finding",
        "correction_items",
        ["hall_id", "business_date", "check_code", "subject"],
    )


def _make_lines() -> None:
    op.create_table(
        "corrected_lines",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "txn_no", "line_no", name=op.f("pk_corrected_lines")),
        info={"immutable": True},
    )
