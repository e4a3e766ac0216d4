"""Books of invoice forms, and the place of each run of their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_books()
    _make_book_of_each_range()


def _make_books() -> None:
    op.create_table(
        "invoice_books",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("first_number", INTEGER, nullable=False),
        sa.Column("last_number", INTEGER, nullable=False),
        sa.Column("first_no", sa.Text(), nullable=False),
        sa.Column("last_no", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("form_kind", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("stubs_on", sa.Date(), nullable=True),
        sa.Column("stubs_document_id", INTEGER, nullable=True),
        sa.CheckConstraint("carrier IN ('book', 'continuous')", name=op.f("book_carrier_is_known")),
        sa.CheckConstraint("first_number <= last_number", name=op.f("book_is_not_empty")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_invoice_books")),
        sa.UniqueConstraint("hall_id", "invoice_code", "first_no", name="a_book_begins_once"),
    )
    op.create_index(
        "ix_invoice_books_finished", "invoice_books", ["hall_id", "finished_on"], unique=False
    )


def _make_book_of_each_range() -> None:
    """Every range known so far was received as a book of its own."""
    op.execute(
        "INSERT INTO invoice_books (hall_id, id, invoice_code, first_number, last_number,"
        " first_no, last_no, carrier, form_kind, received_on, document_id)"
        " SELECT g.hall_id, g.id, g.invoice_code, g.first_number, g.last_number, g.first_no,"
        " g.last_no, g.carrier, '', d.business_date, g.document_id"
        " FROM invoice_ranges g JOIN documents d ON d.hall_id = g.hall_id AND d.id = g.document_id"
    )
    with op.batch_alter_table("invoice_ranges") as ranges:
        ranges.add_column(sa.Column("book_id", INTEGER, nullable=True))
        ranges.add_column(sa.Column("place", sa.Text(), nullable=True))
    op.execute(
        "UPDATE invoice_ranges SET book_id = id,"
        " place = CASE WHEN clerk = '' THEN 'safe' ELSE 'clerk' END"
    )
    with op.batch_alter_table("invoice_ranges") as ranges:
        ranges.alter_column("book_id", existing_type=INTEGER, nullable=False)
        ranges.alter_column("place", existing_type=sa.Text(), nullable=False)
        ranges.create_check_constraint(
            op.f("place_is_known"), "place IN ('safe', 'clerk', 'returned', 'lost')"
        )
        ranges.create_check_constraint(
            op.f("only_a_clerk_is_named"), "(place = 'clerk') = (clerk <> '')"
        )
    op.create_index(
        "ix_invoice_ranges_book", "invoice_ranges", ["hall_id", "book_id"], unique=False
    )
