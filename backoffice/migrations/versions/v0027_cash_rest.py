"""Change given at the counter, and kiosks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_slips()
    _make_clearings()


def _make_slips() -> None:
    op.create_table(
        "cash_slips",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("slip_no", INTEGER, nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("due_fen", INTEGER, nullable=False),
        sa.Column("tendered_fen", INTEGER, nullable=False),
        sa.Column("change_fen", INTEGER, nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("prints", INTEGER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_back", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('given', 'cancelled')", name=op.f("slip_state_is_known")),
        sa.CheckConstraint(
            "due_fen > 0 AND change_fen >= 0 AND change_fen = tendered_fen - due_fen",
            name=op.f("change_is_received_less_due"),
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR prints = 0 OR is_back = 1",
            name=op.f("a_printed_slip_came_back"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "business_date", "slip_no", name=op.f("pk_cash_slips")),
    )
    op.create_index("ix_cash_slips_txn_no", "cash_slips", ["hall_id", "txn_no"], unique=False)


def _make_clearings() -> None:
    op.create_table(
        "kiosk_clearings",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("kiosk", sa.Text(), nullable=False),
        sa.Column("counted_fen", INTEGER, nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger(), nullable=False),
        sa.Column("expected_fen", INTEGER, nullable=True),
        sa.Column("told_fen", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_kiosk_clearings")),
    )
    op.create_index(
        "ix_kiosk_clearings_day", "kiosk_clearings", ["hall_id", "business_date"], unique=False
    )
