"""Evidence of what arrived, was declared, moved, paid in and counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of this part."""
    _make_evidence_bank_lines()
    _make_evidence_cash_moves()
    _make_evidence_counts()
    _make_evidence_declarations()
    _make_evidence_deposits()
    _make_evidence_settlements()


def _make_evidence_bank_lines() -> None:
    op.create_table(
        "evidence_bank_lines",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("line_ref", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_bank_lines")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_bank_lines_day",
        "evidence_bank_lines",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_bank_lines_key", "evidence_bank_lines", ["hall_id", "row_key"], unique=False
    )


def _make_evidence_cash_moves() -> None:
    op.create_table(
        "evidence_cash_moves",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("move_no", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("moved_from", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_cash_moves")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_cash_moves_day",
        "evidence_cash_moves",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_cash_moves_key", "evidence_cash_moves", ["hall_id", "row_key"], unique=False
    )


def _make_evidence_counts() -> None:
    op.create_table(
        "evidence_counts",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("serial_to", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", "row_no", name=op.f("pk_evidence_counts")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_counts_day", "evidence_counts", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_counts_key", "evidence_counts", ["hall_id", "row_key"], unique=False
    )


def _make_evidence_declarations() -> None:
    op.create_table(
        "evidence_declarations",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("shift_no", sa.Text(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("denominations", sa.Text(), nullable=False),
        sa.Column("float_kept", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_declarations")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_declarations_clerk_business_date",
        "evidence_declarations",
        ["hall_id", "clerk", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_declarations_day",
        "evidence_declarations",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_declarations_key",
        "evidence_declarations",
        ["hall_id", "row_key"],
        unique=False,
    )


def _make_evidence_deposits() -> None:
    op.create_table(
        "evidence_deposits",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("slip_no", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("deposited_on", sa.Date(), nullable=True),
        sa.Column("covers_date", sa.Date(), nullable=True),
        sa.Column("bank_receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_deposits")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_deposits_covers_date",
        "evidence_deposits",
        ["hall_id", "covers_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_deposits_day", "evidence_deposits", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_deposits_key", "evidence_deposits", ["hall_id", "row_key"], unique=False
    )


def _make_evidence_settlements() -> None:
    op.create_table(
        "evidence_settlements",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("tender_ref", sa.Text(), nullable=False),
        sa.Column("refund_ref", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("fee_exact", sa.Text(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_settlements")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_settlements_day",
        "evidence_settlements",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_settlements_key", "evidence_settlements", ["hall_id", "row_key"], unique=False
    )
    op.create_index(
        "ix_evidence_settlements_order_no",
        "evidence_settlements",
        ["hall_id", "order_no"],
        unique=False,
        sqlite_where=sa.text("order_no <> ''"),
        postgresql_where=sa.text("order_no <> ''"),
    )
    op.create_index(
        "ix_evidence_settlements_refund_ref",
        "evidence_settlements",
        ["hall_id", "refund_ref"],
        unique=False,
        sqlite_where=sa.text("refund_ref <> ''"),
        postgresql_where=sa.text("refund_ref <> ''"),
    )
    op.create_index(
        "ix_evidence_settlements_tender_ref",
        "evidence_settlements",
        ["hall_id", "tender_ref"],
        unique=False,
        sqlite_where=sa.text("tender_ref <> ''"),
        postgresql_where=sa.text("tender_ref <> ''"),
    )
