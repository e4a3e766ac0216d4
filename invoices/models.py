"""Books of invoice forms as they were received, and whose custody each run of numbers is in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base


class InvoiceBook(Base):
    """A bound book or a batch of continuous forms, as it was received; its numbers never change.

    `finished_on` is the day its last blank was used, `stubs_on` the day its stubs were delivered.
    Numbers are integers beside their texts, which keep their leading zeros. `document_id` brought
    it in.
    """

    __tablename__ = "invoice_books"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str]
    first_number: Mapped[int]
    last_number: Mapped[int]
    first_no: Mapped[str]
    last_no: Mapped[str]
    carrier: Mapped[str]
    form_kind: Mapped[str] = mapped_column(default="")
    received_on: Mapped[dt.date]
    document_id: Mapped[int]
    finished_on: Mapped[dt.date | None]
    stubs_on: Mapped[dt.date | None]
    stubs_document_id: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("hall_id", "invoice_code", "first_no", name="a_book_begins_once"),
        CheckConstraint("carrier IN ('book', 'continuous')", name="book_carrier_is_known"),
        CheckConstraint("first_number <= last_number", name="book_is_not_empty"),
        Index("ix_invoice_books_finished", "hall_id", "finished_on"),
        Index("ix_invoice_books_stubs", "hall_id", "stubs_on", "finished_on"),
    )


class InvoiceRange(Base):
    """A run of a book's numbers by the custody it was last in while blank; the runs tile the book.

    The place is the safe, a `clerk`'s hands, or outside: returned to the department, or lost.
    `used_to` is the last number used before these books opened. `document_id` moved it there.
    """

    __tablename__ = "invoice_ranges"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str]
    first_number: Mapped[int]
    last_number: Mapped[int]
    first_no: Mapped[str]
    last_no: Mapped[str]
    carrier: Mapped[str]
    book_id: Mapped[int]
    place: Mapped[str]
    clerk: Mapped[str]
    used_to: Mapped[int | None]
    drawn_at: Mapped[dt.datetime | None]
    document_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("carrier IN ('book', 'continuous')", name="carrier_is_known"),
        CheckConstraint("first_number <= last_number", name="range_is_not_empty"),
        CheckConstraint("place IN ('safe', 'clerk', 'returned', 'lost')", name="place_is_known"),
        CheckConstraint("(place = 'clerk') = (clerk <> '')", name="only_a_clerk_is_named"),
        Index("ix_invoice_ranges_book", "hall_id", "book_id"),
        Index("ix_invoice_ranges_code", "hall_id", "invoice_code", "first_number"),
    )


class FormEnd(Base):
    """From which day a code is out of date in a hall (换版): no more received or drawn then."""

    __tablename__ = "form_ends"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    ends_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(default="")
