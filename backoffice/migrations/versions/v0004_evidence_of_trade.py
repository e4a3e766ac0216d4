"""Evidence of what was charged, invoiced and given back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of this part."""
    _make_evidence_accounts()
    _index_evidence_accounts()
    _make_evidence_adjustments()
    _make_evidence_invoice_links()
    _make_evidence_invoices()
    _make_evidence_refunds()
    _make_evidence_tenders()


def _make_evidence_accounts() -> None:
    op.create_table(
        "evidence_accounts",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("shift_no", sa.Text(), nullable=False),
        sa.Column("business", sa.Text(), nullable=False),
        sa.Column("line_kind", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("prepaid", sa.BigInteger(), nullable=False),
        sa.Column("deferred", sa.SmallInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=True),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("tender_ref", sa.Text(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("invoice_waived", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("form_no", sa.Text(), nullable=False),
        sa.Column("original_txn_no", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("correction_no", sa.Text(), nullable=False),
        sa.Column("pre_no", sa.Text(), nullable=False),
        sa.Column("authoriser", sa.Text(), nullable=False),
        sa.Column("deposit", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_accounts")
        ),
        info={"immutable": True},
    )


def _index_evidence_accounts() -> None:
    op.create_index(
        "ix_evidence_accounts_day", "evidence_accounts", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_accounts_invoice_code_invoice_no",
        "evidence_accounts",
        ["hall_id", "invoice_code", "invoice_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_accounts_key", "evidence_accounts", ["hall_id", "row_key"], unique=False
    )
    op.create_index(
        "ix_evidence_accounts_original_txn_no",
        "evidence_accounts",
        ["hall_id", "original_txn_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_accounts_tender_ref",
        "evidence_accounts",
        ["hall_id", "tender_ref"],
        unique=False,
        sqlite_where=sa.text("tender_ref <> ''"),
        postgresql_where=sa.text("tender_ref <> ''"),
    )
    op.create_index(
        "ix_evidence_accounts_txn_no", "evidence_accounts", ["hall_id", "txn_no"], unique=False
    )


def _make_evidence_adjustments() -> None:
    op.create_table(
        "evidence_adjustments",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("adjustment_no", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_adjustments")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_adjustments_day",
        "evidence_adjustments",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_adjustments_key", "evidence_adjustments", ["hall_id", "row_key"], unique=False
    )


def _make_evidence_invoice_links() -> None:
    op.create_table(
        "evidence_invoice_links",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_invoice_links")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_invoice_links_day",
        "evidence_invoice_links",
        ["hall_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoice_links_invoice_code_invoice_no",
        "evidence_invoice_links",
        ["hall_id", "invoice_code", "invoice_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoice_links_key",
        "evidence_invoice_links",
        ["hall_id", "row_key"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoice_links_txn_no",
        "evidence_invoice_links",
        ["hall_id", "txn_no"],
        unique=False,
    )


def _make_evidence_invoices() -> None:
    op.create_table(
        "evidence_invoices",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=True),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("original_code", sa.Text(), nullable=False),
        sa.Column("original_no", sa.Text(), nullable=False),
        sa.Column("original_date", sa.Date(), nullable=True),
        sa.Column("original_amount", sa.BigInteger(), nullable=True),
        sa.Column("copies", sa.BigInteger(), nullable=True),
        sa.Column("copies_recovered", sa.BigInteger(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "row_no", name=op.f("pk_evidence_invoices")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_invoices_day", "evidence_invoices", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_invoices_invoice_code_number",
        "evidence_invoices",
        ["hall_id", "invoice_code", "number"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoices_invoice_no",
        "evidence_invoices",
        ["hall_id", "invoice_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoices_key", "evidence_invoices", ["hall_id", "row_key"], unique=False
    )
    op.create_index(
        "ix_evidence_invoices_original_no",
        "evidence_invoices",
        ["hall_id", "original_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_invoices_txn_no", "evidence_invoices", ["hall_id", "txn_no"], unique=False
    )


def _make_evidence_refunds() -> None:
    op.create_table(
        "evidence_refunds",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("original_txn_no", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("second_approver", sa.Text(), nullable=False),
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("executed_at", sa.BigInteger(), nullable=True),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("red_invoice_no", sa.Text(), nullable=False),
        sa.Column("customer_signed", sa.SmallInteger(), nullable=False),
        sa.Column("papers_handed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", "row_no", name=op.f("pk_evidence_refunds")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_refunds_day", "evidence_refunds", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_refunds_key", "evidence_refunds", ["hall_id", "row_key"], unique=False
    )
    op.create_index(
        "ix_evidence_refunds_original_txn_no",
        "evidence_refunds",
        ["hall_id", "original_txn_no"],
        unique=False,
    )
    op.create_index(
        "ix_evidence_refunds_subscriber",
        "evidence_refunds",
        ["hall_id", "subscriber"],
        unique=False,
    )


def _make_evidence_tenders() -> None:
    op.create_table(
        "evidence_tenders",
        sa.Column("hall_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=False),
        sa.Column("intake_no", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("file_line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("txn_no", sa.Text(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("tender_ref", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", "row_no", name=op.f("pk_evidence_tenders")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_evidence_tenders_day", "evidence_tenders", ["hall_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_evidence_tenders_key", "evidence_tenders", ["hall_id", "row_key"], unique=False
    )
    op.create_index(
        "ix_evidence_tenders_tender_ref",
        "evidence_tenders",
        ["hall_id", "tender_ref"],
        unique=False,
        sqlite_where=sa.text("tender_ref <> ''"),
        postgresql_where=sa.text("tender_ref <> ''"),
    )
    op.create_index(
        "ix_evidence_tenders_txn_no", "evidence_tenders", ["hall_id", "txn_no"], unique=False
    )
