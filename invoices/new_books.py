"""Books and batches as they come from the department: counted, cut into books, new to the hall."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from invoices.errors import BooksDoNotFit, RangeOverlaps
from invoices.form_lines import FormLine, Making, book_name, check_run, form_of
from invoices.models import InvoiceBook
from ledger.accounts import open_account
from ledger.documents import Line
from ledger.text import Text
from stock.errors import FactMissing

LARGEST_BOOK = 10_000
Run = tuple[str, int, int, int]
"""Code, digits of its numbers, first and last number."""


def new_lines(making: Making, lines: Sequence[FormLine]) -> list[Line]:
    """Give a line for each book received: department > safe.

    Every line states its count (INV-04); with `per_book` a line of many books is cut into them.
    Raises RangeUnreadable, BooksDoNotFit, RangeOverlaps.
    """
    safe = open_account(making.uow, making.hall.id, "invoice_safe")
    department = open_account(making.uow, making.hall.id, "department")
    per_book = _per_book(making)
    made: list[Line] = []
    seen: list[Run] = []
    for line in lines:
        code, first_no, last_no = (
            word.strip() for word in (line.invoice_code, line.first_no, line.last_no)
        )
        first, last = check_run(first_no, last_no, line.count)
        digits = len(first_no)
        run = (code, digits, first, last)
        check_new(making, run, seen)
        seen.append(run)
        form = form_of(making.uow, code)
        size = per_book or line.count
        if line.count % size:
            raise BooksDoNotFit(first=first_no, last=last_no, per_book=size)
        made += [
            Line(
                form,
                safe,
                department,
                size,
                f"{start:0{digits}d}",
                f"{start + size - 1:0{digits}d}",
            )
            for start in range(first, last + 1, size)
        ]
    return made


def _per_book(making: Making) -> int:
    stated = making.facts.get("per_book", "")
    if not stated:
        return 0
    readable = stated.isascii() and stated.isdigit() and len(stated) <= len(str(LARGEST_BOOK))
    if not readable or not 1 <= int(stated) <= LARGEST_BOOK:
        raise FactMissing(
            Text("每本份数", "Numbers in a book"),
            Text(f"1 至 {LARGEST_BOOK} 的整数", f"a whole number from 1 to {LARGEST_BOOK}"),
        )
    return int(stated)


def check_new(
    making: Making,
    run: Run,
    seen: Sequence[Run],
) -> None:
    """Go on only if no number of a run is known here or in a run seen before; RangeOverlaps."""
    code, digits, first, last = run
    known = making.uow.session.scalars(
        select(InvoiceBook)
        .where(
            InvoiceBook.hall_id == making.hall.id,
            InvoiceBook.invoice_code == code,
            InvoiceBook.first_number <= last,
            InvoiceBook.last_number >= first,
        )
        .order_by(InvoiceBook.first_number)
    )
    other = next((book_name(book) for book in known if len(book.first_no) == digits), "")
    for before in seen:
        if before[:2] == (code, digits) and before[2] <= last and before[3] >= first:
            other = f"{before[2]:0{digits}d}–{before[3]:0{digits}d}"
    if other:
        raise RangeOverlaps(first=f"{first:0{digits}d}", last=f"{last:0{digits}d}", other=other)
