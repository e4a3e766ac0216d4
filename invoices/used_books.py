"""Used books brought back: whose stubs are delivered, or that are exchanged for new ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from invoices.errors import BookBroughtBack, BookUnfinished, UnknownForms
from invoices.form_lines import Making, book_name, shown
from invoices.models import InvoiceBook
from invoices.ranges import find_book
from invoices.segments import blank_segments
from ledger.documents import STATED_BY, Document, DocumentFact
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.errors import FactMissing

RETURNED = "returned"
_ALIVE = ("submitted", "approved", "posted")
_BETWEEN = re.compile(r"[,,、;;\s]+")


def returned_books(making: Making, named: Sequence[str], *, clerk: str = "") -> list[InvoiceBook]:
    """Give the books named as CODE/FIRST in number order, all of them finished.

    None may have been brought back before: to the custodian where `clerk` exchanges them, else to
    the department. Raises UnknownForms, BookUnfinished, BookBroughtBack, FactMissing.
    """
    names = [*named, *_BETWEEN.split(making.facts.get(RETURNED, ""))]
    books = {book.id: book for book in (_find(making, name) for name in names if name)}
    if not books:
        raise FactMissing(
            Text("用完的本", "Used books"), Text("代码/起号,至少一本", "CODE/FIRST, one at least")
        )
    before = _exchanged_before(making.uow, making.hall) if clerk else {}
    for book in books.values():
        left = blank_segments(making.uow, making.hall, book_id=book.id, unregistered=True)
        if left:
            raise BookUnfinished(book=book_name(book), rest=shown(left))
        number = before.get(name_of(book), "")
        if not clerk and book.stubs_document_id is not None:
            number = _number(making.uow, making.hall, book.stubs_document_id)
        if number:
            raise BookBroughtBack(book=book_name(book), number=number)
    return sorted(books.values(), key=lambda book: (book.invoice_code, book.first_number))


def name_of(book: InvoiceBook) -> str:
    """Give the name a document states a book by: CODE/FIRST."""
    return f"{book.invoice_code or '-'}/{book.first_no}"


def books_named(uow: UnitOfWork, hall: Hall, stated: str) -> list[InvoiceBook]:
    """Give the books that a frozen document states it brought back."""
    found = (_book_of(uow, hall, name) for name in stated.split(", ") if name)
    return [book for book in found if book is not None]


def _find(making: Making, name: str) -> InvoiceBook:
    book = _book_of(making.uow, making.hall, name)
    if book is None:
        code, _, first = name.strip().rpartition("/")
        raise UnknownForms(invoice_code=code or "-", no=first)
    return book


def _book_of(uow: UnitOfWork, hall: Hall, name: str) -> InvoiceBook | None:
    code, _, first = name.strip().rpartition("/")
    return find_book(uow, hall, "" if code == "-" else code, first)


def _exchanged_before(uow: UnitOfWork, hall: Hall) -> dict[str, str]:
    """Give for each book that a clerk has exchanged already the document that did it."""
    rows = uow.session.execute(
        select(DocumentFact.value, Document.number)
        .join(Document, STATED_BY)
        .where(
            DocumentFact.hall_id == hall.id,
            DocumentFact.name == RETURNED,
            Document.kind == "invoice_exchange",
            Document.state.in_(_ALIVE),
        )
    )
    return {name: number or "" for value, number in rows for name in value.split(", ")}


def _number(uow: UnitOfWork, hall: Hall, document_id: int) -> str:
    return (
        uow.session.scalar(
            select(Document.number).where(Document.hall_id == hall.id, Document.id == document_id)
        )
        or ""
    )
