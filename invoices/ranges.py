"""Books of forms and the runs that tile them: received whole, and cut anew as custody moves.

`move_numbers` is the only function that cuts the runs of a book, `open_book` the only one that
makes them.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, select

from invoices.models import InvoiceBook, InvoiceRange
from ledger.organisations import Hall, take_rows
from ledger.work import UnitOfWork

LONGEST_NUMBER = 18
"""Digits of a number that is drawn; the 20 of an e-invoice never are."""

PLACES = {
    "invoice_safe": "safe",
    "invoice_clerk": "clerk",
    "department": "returned",
    "invoice_lost": "lost",
}
"""Kind of account -> the place a run is noted in; other accounts are states, which cut nothing."""


def open_book(
    uow: UnitOfWork,
    *,
    hall: Hall,
    invoice_code: str,
    first_no: str,
    last_no: str,
    carrier: str,
    received_on: dt.date,
    document_id: int,
    form_kind: str = "",
    clerk: str = "",
    used_to: int | None = None,
    drawn_at: dt.datetime | None = None,
) -> InvoiceBook:
    """Note a book, or batch of continuous forms, and its one run: in the safe or a clerk's hands.

    Numbers up to `used_to` were used before these books opened.
    """
    book = InvoiceBook(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        invoice_code=invoice_code,
        first_number=int(first_no),
        last_number=int(last_no),
        first_no=first_no,
        last_no=last_no,
        carrier=carrier,
        form_kind=form_kind,
        received_on=received_on,
        document_id=document_id,
    )
    uow.session.add(book)
    uow.session.add(
        InvoiceRange(
            hall_id=hall.id,
            id=take_rows(uow, hall.id),
            invoice_code=invoice_code,
            first_number=book.first_number,
            last_number=book.last_number,
            first_no=first_no,
            last_no=last_no,
            carrier=carrier,
            book_id=book.id,
            place="clerk" if clerk else "safe",
            clerk=clerk,
            used_to=used_to,
            drawn_at=drawn_at,
            document_id=document_id,
        )
    )
    uow.session.flush()
    return book


def find_book(uow: UnitOfWork, hall: Hall, invoice_code: str, no: str) -> InvoiceBook | None:
    """Give the book that has this number, however much of it is used; None if there is none."""
    return next(iter(_books_with(uow, hall, no, InvoiceBook.invoice_code == invoice_code)), None)


def only_book(uow: UnitOfWork, hall: Hall, no: str) -> InvoiceBook | None:
    """Give the one book of any code that has this number; None if there is none, or several."""
    found = _books_with(uow, hall, no)
    return found[0] if len(found) == 1 else None


def _books_with(
    uow: UnitOfWork, hall: Hall, no: str, *also: ColumnElement[bool]
) -> list[InvoiceBook]:
    if not (no.isascii() and no.isdigit() and len(no) <= LONGEST_NUMBER):
        return []
    candidates = uow.session.scalars(
        select(InvoiceBook).where(
            InvoiceBook.hall_id == hall.id,
            *also,
            InvoiceBook.first_number <= int(no),
            InvoiceBook.last_number >= int(no),
        )
    )
    return [book for book in candidates if len(book.first_no) == len(no)]


def ranges_of(uow: UnitOfWork, book: InvoiceBook) -> list[InvoiceRange]:
    """Give the runs of a book in number order; they tile it."""
    return list(
        uow.session.scalars(
            select(InvoiceRange)
            .where(InvoiceRange.hall_id == book.hall_id, InvoiceRange.book_id == book.id)
            .order_by(InvoiceRange.first_number)
        )
    )


def move_numbers(
    uow: UnitOfWork,
    *,
    hall: Hall,
    book: InvoiceBook,
    first_number: int,
    last_number: int,
    place: str,
    clerk: str = "",
    document_id: int,
    at: dt.datetime | None,
) -> None:
    """Note that a run of a book's numbers was moved to a place by a document.

    Runs that lie across its ends are cut there; what is there already stays as it is noted. The
    numbers must be the book's.
    """
    assert book.first_number <= first_number <= last_number <= book.last_number, "not of the book"
    for held in ranges_of(uow, book):
        first = max(held.first_number, first_number)
        last = min(held.last_number, last_number)
        if first > last or (held.place, held.clerk) == (place, clerk):
            continue
        for start, end in ((held.first_number, first - 1), (last + 1, held.last_number)):
            if start <= end:
                uow.session.add(_piece(uow, hall, held, start, end))
        used_to = held.used_to
        _set_ends(held, first, last)
        held.used_to = _used_within(used_to, first, last)
        held.place, held.clerk = place, clerk
        held.drawn_at = at if clerk else None
        held.document_id = document_id
    uow.session.flush()


def _piece(uow: UnitOfWork, hall: Hall, held: InvoiceRange, first: int, last: int) -> InvoiceRange:
    """Give what stays of a run where it was."""
    piece = InvoiceRange(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        invoice_code=held.invoice_code,
        first_no=held.first_no,
        carrier=held.carrier,
        book_id=held.book_id,
        place=held.place,
        clerk=held.clerk,
        used_to=_used_within(held.used_to, first, last),
        drawn_at=held.drawn_at,
        document_id=held.document_id,
    )
    _set_ends(piece, first, last)
    return piece


def _set_ends(held: InvoiceRange, first: int, last: int) -> None:
    digits = len(held.first_no)
    held.first_number, held.last_number = first, last
    held.first_no, held.last_no = f"{first:0{digits}d}", f"{last:0{digits}d}"


def _used_within(used_to: int | None, first: int, last: int) -> int | None:
    """Give the last number of a run that was used before these books opened."""
    return None if used_to is None or used_to < first else min(used_to, last)
