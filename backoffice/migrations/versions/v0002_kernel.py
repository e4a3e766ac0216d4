"""The kernel: events, documents, postings, units and balances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_accounts()
    _make_approval_tiers()
    _make_balances()
    _make_commodities()
    _make_document_counters()
    _make_document_lines()
    _make_document_revisions()
    _make_documents()
    _make_events()
    _make_hall_heads()
    _make_identifiers()
    _make_invoice_ranges()
    _make_postings()
    _make_requests()
    _make_signatures()
    _make_units()


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("side", INTEGER, nullable=False),
        sa.CheckConstraint("side IN (-1, 0, 1)", name=op.f("side_is_known")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("hall_id", "kind", "holder", name="one_account_for_each_holder"),
    )


def _make_approval_tiers() -> None:
    op.create_table(
        "approval_tiers",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("limit_fen", INTEGER, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("limit_fen >= 0", name=op.f("limit_is_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_tiers")),
        sa.UniqueConstraint("instrument", "role", "valid_from", name="one_limit_a_day"),
    )


def _make_balances() -> None:
    op.create_table(
        "balances",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("side", INTEGER, nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.CheckConstraint("side * amount >= 0", name=op.f("never_below_zero")),
        sa.PrimaryKeyConstraint("hall_id", "account_id", "commodity_id", name=op.f("pk_balances")),
    )


def _make_commodities() -> None:
    op.create_table(
        "commodities",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.CheckConstraint("tracking IN ('serial', 'quantity')", name=op.f("tracking_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commodities")),
        sa.UniqueConstraint("code", name=op.f("uq_commodities_code")),
    )


def _make_document_counters() -> None:
    op.create_table(
        "document_counters",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("last", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "letters", "year", name=op.f("pk_document_counters")),
    )


def _make_document_lines() -> None:
    op.create_table(
        "document_lines",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("debit_account", INTEGER, nullable=False),
        sa.Column("credit_account", INTEGER, nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("serial_to", sa.Text(), nullable=False),
        sa.Column("unit_cost_fen", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "revision", "line_no", name=op.f("pk_document_lines")
        ),
        info={"immutable": True},
    )


def _make_document_revisions() -> None:
    op.create_table(
        "document_revisions",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "revision", name=op.f("pk_document_revisions")
        ),
        info={"immutable": True},
    )


def _make_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("paper_no", sa.Text(), nullable=True),
        sa.Column("paper_date", sa.Date(), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("maker_id", INTEGER, nullable=False),
        sa.Column("amount_fen", INTEGER, nullable=False),
        sa.Column("required_roles", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR number IS NOT NULL", name=op.f("submitted_has_a_number")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'posted', 'reversed', 'rejected', 'cancelled')",
            name=op.f("state_is_known"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_documents")),
        sa.UniqueConstraint("hall_id", "kind", "paper_no", name="a_paper_number_is_used_once"),
        sa.UniqueConstraint("hall_id", "number", name="a_number_is_given_once"),
    )
    op.create_index("ix_documents_day", "documents", ["hall_id", "business_date"], unique=False)


def _make_events() -> None:
    op.create_table(
        "events",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_events")),
        info={"immutable": True},
    )


def _make_hall_heads() -> None:
    op.create_table(
        "hall_heads",
        sa.Column("hall_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("last_row", INTEGER, nullable=False),
        sa.Column("last_event", INTEGER, nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_hall_heads")),
    )


def _make_identifiers() -> None:
    op.create_table(
        "identifiers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("holder_hall_id", INTEGER, nullable=False),
        sa.Column("unit_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("kind", "namespace", "value", name=op.f("pk_identifiers")),
    )
    op.create_index(
        "ix_identifiers_unit", "identifiers", ["holder_hall_id", "unit_id"], unique=False
    )


def _make_invoice_ranges() -> None:
    op.create_table(
        "invoice_ranges",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("first_number", INTEGER, nullable=False),
        sa.Column("last_number", INTEGER, nullable=False),
        sa.Column("first_no", sa.Text(), nullable=False),
        sa.Column("last_no", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("used_to", INTEGER, nullable=True),
        sa.Column("drawn_at", sa.BigInteger(), nullable=True),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.CheckConstraint("carrier IN ('book', 'continuous')", name=op.f("carrier_is_known")),
        sa.CheckConstraint("first_number <= last_number", name=op.f("range_is_not_empty")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_invoice_ranges")),
    )
    op.create_index(
        "ix_invoice_ranges_code",
        "invoice_ranges",
        ["hall_id", "invoice_code", "first_number"],
        unique=False,
    )


def _make_postings() -> None:
    op.create_table(
        "postings",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("document_line", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("debit_account", INTEGER, nullable=False),
        sa.Column("credit_account", INTEGER, nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.Column("unit_id", INTEGER, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("amount_is_positive")),
        sa.CheckConstraint("debit_account <> credit_account", name=op.f("sides_differ")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_postings")),
        info={"immutable": True},
    )
    op.create_index("ix_postings_document", "postings", ["hall_id", "document_id"], unique=False)
    op.create_index("ix_postings_unit", "postings", ["hall_id", "unit_id"], unique=False)


def _make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_requests")),
    )


def _make_signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("maker_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("signed_hash", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "step <> 'approve' OR person_id <> maker_id", name=op.f("maker_is_not_checker")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_signatures")),
        sa.UniqueConstraint(
            "hall_id", "document_id", "revision", "person_id", name="each_signs_once"
        ),
        info={"immutable": True},
    )


def _make_units() -> None:
    op.create_table(
        "units",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("commodity_id", INTEGER, nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("cost_fen", INTEGER, nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_units")),
    )
    op.create_index(
        "ix_units_place", "units", ["hall_id", "account_id", "commodity_id"], unique=False
    )
