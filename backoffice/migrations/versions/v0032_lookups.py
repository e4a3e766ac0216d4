"""What a subscriber paid, and an invoice by both its numbers, is found without reading on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Index the account lines that name a subscriber, and invoices by number and code."""
    named = sa.text("subscriber <> ''")
    op.create_index(
        "ix_evidence_accounts_subscriber",
        "evidence_accounts",
        ["hall_id", "subscriber", "business_date"],
        sqlite_where=named,
        postgresql_where=named,
    )
    op.drop_index("ix_evidence_invoices_invoice_no", "evidence_invoices")
    op.create_index(
        "ix_evidence_invoices_invoice_no_invoice_code",
        "evidence_invoices",
        ["hall_id", "invoice_no", "invoice_code"],
    )
