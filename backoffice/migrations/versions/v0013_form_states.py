"""Voids, cover sheets, red letters, loss cases and retention of invoice forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_voids()
    _make_covers()
    _make_red_letters()
    _make_losses()
    _make_retention()


def _make_voids() -> None:
    op.create_table(
        "invoice_voids",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("copies", INTEGER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("copies BETWEEN 1 AND 20", name=op.f("a_form_has_copies")),
        sa.CheckConstraint(
            "state IN ('asked', 'void', 'incomplete')", name=op.f("void_state_is_known")
        ),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "invoice_code", "invoice_no", name=op.f("pk_invoice_voids")
        ),
    )
    op.create_index(
        "ix_invoice_voids_number",
        "invoice_voids",
        ["hall_id", "invoice_code", "number"],
        unique=False,
    )
    op.create_index("ix_invoice_voids_state", "invoice_voids", ["hall_id", "state"], unique=False)
    op.create_table(
        "invoice_void_ticks",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("copies", INTEGER, nullable=False),
        sa.Column("ticked", sa.Text(), nullable=False),
        sa.Column("copies_recovered", INTEGER, nullable=False),
        sa.Column("copies_stamped", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id",
            "document_id",
            "invoice_code",
            "invoice_no",
            name=op.f("pk_invoice_void_ticks"),
        ),
    )


def _make_covers() -> None:
    op.create_table(
        "invoice_covers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("book_id", INTEGER, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("void_count", INTEGER, nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("versions_begin_with_one")),
        sa.PrimaryKeyConstraint("hall_id", "book_id", "version", name=op.f("pk_invoice_covers")),
    )
    op.create_table(
        "invoice_cover_numbers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("book_id", INTEGER, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("void_on", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("copies", INTEGER, nullable=True),
        sa.Column("copies_recovered", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "book_id", "version", "number", name=op.f("pk_invoice_cover_numbers")
        ),
    )


def _make_red_letters() -> None:
    op.create_table(
        "red_slips",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("slip_no", sa.Text(), nullable=False),
        sa.Column("original_code", sa.Text(), nullable=False),
        sa.Column("original_no", sa.Text(), nullable=False),
        sa.Column("amount_fen", INTEGER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("a_slip_is_for_an_amount")),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'void')", name=op.f("slip_state_is_known")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_red_slips")),
        sa.UniqueConstraint("hall_id", "slip_no", name="a_slip_is_opened_once"),
    )
    op.create_index(
        "ix_red_slips_original",
        "red_slips",
        ["hall_id", "original_code", "original_no"],
        unique=False,
    )
    op.create_table(
        "red_letters",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("original_code", sa.Text(), nullable=False),
        sa.Column("original_no", sa.Text(), nullable=False),
        sa.Column("amount_fen", INTEGER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("slip_no", sa.Text(), nullable=False),
        sa.Column("refund_txn", sa.Text(), nullable=False),
        sa.Column("refund_document", sa.Text(), nullable=False),
        sa.Column("goods_document", sa.Text(), nullable=False),
        sa.Column("needs_refund", sa.SmallInteger(), nullable=False),
        sa.Column("needs_goods", sa.SmallInteger(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.CheckConstraint("amount_fen < 0", name=op.f("a_red_letter_is_negative")),
        sa.PrimaryKeyConstraint(
            "hall_id", "invoice_code", "invoice_no", name=op.f("pk_red_letters")
        ),
    )
    op.create_index(
        "ix_red_letters_original",
        "red_letters",
        ["hall_id", "original_code", "original_no"],
        unique=False,
    )


def _make_losses() -> None:
    op.create_table(
        "loss_cases",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("copies", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("report_no", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("logged_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(logged_at IS NULL) = (report_no = '')", name=op.f("a_report_has_number_and_time")
        ),
        sa.CheckConstraint("form IN ('blank', 'issued')", name=op.f("loss_form_is_known")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_loss_cases")),
        sa.UniqueConstraint("hall_id", "document_id", name="a_loss_is_one_case"),
    )
    op.create_index("ix_loss_cases_open", "loss_cases", ["hall_id", "closed_on"], unique=False)
    op.create_table(
        "loss_runs",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("case_id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("first_number", INTEGER, nullable=False),
        sa.Column("last_number", INTEGER, nullable=False),
        sa.Column("first_no", sa.Text(), nullable=False),
        sa.Column("last_no", sa.Text(), nullable=False),
        sa.CheckConstraint("first_number <= last_number", name=op.f("lost_run_is_not_empty")),
        sa.PrimaryKeyConstraint(
            "hall_id", "case_id", "invoice_code", "first_number", name=op.f("pk_loss_runs")
        ),
    )
    op.create_index(
        "ix_loss_runs_number",
        "loss_runs",
        ["hall_id", "invoice_code", "first_number"],
        unique=False,
    )


def _make_retention() -> None:
    op.create_table(
        "retention_terms",
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("years", INTEGER, nullable=False),
        sa.CheckConstraint("years > 0", name=op.f("papers_are_kept_for_years")),
        sa.PrimaryKeyConstraint("paper", "rule", "valid_from", name=op.f("pk_retention_terms")),
    )
    op.create_table(
        "destroyed_papers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("book_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("destroyed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "book_id", name=op.f("pk_destroyed_papers")),
    )
