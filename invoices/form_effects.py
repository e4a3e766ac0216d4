"""What a posted form document changes beside the units: books, their runs, their stubs.

Worked out from the frozen lines and facts alone, so that a document signed later, and one that is
reversed, does just what it says.
"""

from __future__ import annotations

from sqlalchemy import delete

from invoices.finished_books import note_finished_books
from invoices.models import InvoiceRange
from invoices.ranges import PLACES, find_book, move_numbers, open_book
from invoices.used_books import RETURNED, books_named
from ledger.accounts import Account
from ledger.documents import Document, Line, facts_of, lines_of
from ledger.organisations import Hall
from ledger.work import UnitOfWork

BRINGS_BOOKS = ("invoice_receipt", "invoice_exchange")


def apply_effects(uow: UnitOfWork, hall: Hall, document: Document) -> None:
    """Note what a document that was just posted moved: new books, cut runs, delivered stubs."""
    facts = facts_of(uow, document)
    lines = lines_of(uow, document)
    for line in lines:
        if _is_new(document, line):
            open_book(
                uow,
                hall=hall,
                invoice_code=_code(line),
                first_no=line.serial,
                last_no=line.serial_to,
                carrier=facts.get("carrier", "book"),
                received_on=document.business_date,
                document_id=document.id,
                form_kind=facts.get("form_kind", ""),
            )
        else:
            _move(uow, hall, document, line, line.debit)
    if _delivers_stubs(document, lines):
        for book in books_named(uow, hall, facts.get(RETURNED, "")):
            book.stubs_on, book.stubs_document_id = document.business_date, document.id
    note_finished_books(uow, halls=[hall.id], date=document.business_date)


def undo_effects(uow: UnitOfWork, hall: Hall, document: Document) -> None:
    """Put runs, books and stubs back as they were before a document that was just reversed."""
    lines = lines_of(uow, document)
    for line in lines:
        if _is_new(document, line):
            book = find_book(uow, hall, _code(line), line.serial)
            assert book is not None, "its numbers are all in the safe, so it is here"
            uow.session.execute(
                delete(InvoiceRange).where(
                    InvoiceRange.hall_id == hall.id, InvoiceRange.book_id == book.id
                )
            )
            uow.session.delete(book)
            uow.session.flush()
        else:
            _move(uow, hall, document, line, line.credit)
    if _delivers_stubs(document, lines):
        for book in books_named(uow, hall, facts_of(uow, document).get(RETURNED, "")):
            if book.stubs_document_id == document.id:
                book.stubs_on, book.stubs_document_id = None, None
    note_finished_books(uow, halls=[hall.id], date=document.business_date)


def _is_new(document: Document, line: Line) -> bool:
    return document.kind in BRINGS_BOOKS and line.credit.kind == "department"


def _delivers_stubs(document: Document, lines: list[Line]) -> bool:
    """A clerk's exchange brings stubs to the custodian alone; they are not delivered yet."""
    if document.kind == "invoice_exchange":
        return all(line.credit.kind == "department" for line in lines)
    return document.kind == "invoice_stubs"


def _move(uow: UnitOfWork, hall: Hall, document: Document, line: Line, to: Account) -> None:
    """Cut the runs of a line anew as its numbers go to an account."""
    book = find_book(uow, hall, _code(line), line.serial)
    if book is None or to.kind not in PLACES:
        return
    move_numbers(
        uow,
        hall=hall,
        book=book,
        first_number=int(line.serial),
        last_number=int(line.serial_to or line.serial),
        place=PLACES[to.kind],
        clerk=to.holder if to.kind == "invoice_clerk" else "",
        document_id=document.id,
        at=uow.now,
    )


def _code(line: Line) -> str:
    return line.commodity.code.partition(":")[2]
