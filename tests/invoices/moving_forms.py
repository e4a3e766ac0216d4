"""Books of forms and what becomes of their numbers, each by one call; days may lie months apart."""

from __future__ import annotations

import datetime as dt

from invoices.kinds import FORM_CATEGORY
from invoices.models import InvoiceBook
from ledger.accounts import Commodity, register_commodity
from ledger.documents import Document, Line
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import take_rows
from ledger.work import UnitOfWork
from tests.builders import OpenHall, place, submit

OUTSIDE, SAFE, CLERK, OTHER = "department", "invoice_safe", "invoice_clerk A01", "invoice_clerk A02"
ISSUED, RED, VOID, LOST = "invoice_issued", "invoice_red", "invoice_void", "invoice_lost"
JAN, FEB, MARCH = (dt.date(2027, month, 5) for month in (1, 2, 3))


def code_of(hall: OpenHall, code: str = "04400191") -> str:
    """Give a code no other hall of these tests has, since codes are of the whole group."""
    return f"{code}{hall.id:04d}"


def open_months(hall: OpenHall, *days: dt.date) -> None:
    """Open further hall-days."""
    with hall.work("V01") as uow:
        open_days(uow, hall.id, days)


def receive_book(
    hall: OpenHall,
    first: str,
    last: str,
    *,
    day: dt.date,
    code: str | None = None,
    carrier: str = "book",
) -> InvoiceBook:
    """Receive a book from the department into the safe, with its row among the books."""
    code = code_of(hall) if code is None else code
    document = move_forms(hall, f"{OUTSIDE} > {SAFE}", first, last, day=day, code=code)
    with hall.work("V01") as uow:
        book = InvoiceBook(
            hall_id=hall.id,
            id=take_rows(uow, hall.id),
            invoice_code=code,
            first_number=int(first),
            last_number=int(last),
            first_no=first,
            last_no=last,
            carrier=carrier,
            received_on=day,
            document_id=document.id,
        )
        uow.session.add(book)
    return book


def move_forms(
    hall: OpenHall,
    move: str,
    first: str,
    last: str = "",
    *,
    day: dt.date,
    code: str | None = None,
    kind: str = "invoice_draw",
) -> Document:
    """Move a run of numbers from place to place in a document of its own."""
    with hall.work("V01") as uow:
        item = register_form(uow, code_of(hall) if code is None else code)
        credit, debit = (place(uow, hall, name) for name in move.split(" > "))
        count = int(last or first) - int(first) + 1
        line = Line(item, debit, credit, count, first, last or first)
        return submit(uow, hall, kind, [line], day=day)


def register_form(uow: UnitOfWork, code: str) -> Commodity:
    """Give the commodity of a code."""
    return register_commodity(
        uow,
        code=f"INV:{code}",
        name=f"票据 {code}",
        category=FORM_CATEGORY,
        tracking="serial",
    )


def undo(hall: OpenHall, document: Document, *, day: dt.date) -> None:
    """Reverse a document on an open day."""
    with hall.work("M01") as uow:
        advance(uow, document, "reverse", reason="重做", on=day)
