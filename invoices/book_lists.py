"""Books and continuous batches as a list shows them: what became of their numbers, who has them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.book_runs import (
    BLANK,
    GAP,
    HELD,
    LOST,
    RETURNED,
    SAFE,
    Run,
    count_states,
    runs_of_books,
)
from invoices.models import InvoiceBook
from ledger.errors import NotFound
from ledger.hall_rules import STUBS_DUE_DAYS, HallLimit
from ledger.text import Text
from ledger.work import UnitOfWork

LONGEST_NUMBER = 18

BOOK_STATES: dict[str, Text] = {
    "kept": Text("在柜未领", "In the safe"),
    "in_use": Text("使用中", "In use"),
    "finished": Text("用完,存根待交", "Finished, stubs due"),
    "delivered": Text("存根已交", "Stubs delivered"),
    "returned": Text("已缴销", "Handed in"),
}


class UnknownBook(NotFound):
    """No book of the hall begins with, or holds, this number."""

    code = "unknown_book"
    text = Text(
        "本厅没有含号码 {number} 的票本。请核对代码和号码。",
        "No book of this hall holds number {number}. Check code and number.",
    )


@dataclass(frozen=True, slots=True)
class BookView:
    """A book with its numbers as runs, how many are in each state, and who holds its blanks."""

    book: InvoiceBook
    runs: Sequence[Run]
    counts: dict[str, int]
    holders: tuple[str, ...]
    state: str
    due_on: dt.date | None

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return self.book.last_number - self.book.first_number + 1

    @property
    def left(self) -> int:
        """How many blanks are left, missing ones among them."""
        return sum(self.counts.get(state, 0) for state in BLANK)

    @property
    def used(self) -> int:
        """How many numbers were used, whatever became of them; neither lost nor handed in."""
        return self.count - self.left - self.counts.get(LOST, 0) - self.counts.get(RETURNED, 0)

    def days_late(self, today: dt.date) -> int:
        """Since how many days its stubs should have been delivered; 0 if they need not be yet."""
        if self.state != "finished" or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


def list_books(
    uow: UnitOfWork, hall_id: int, *, code: str = "", number: str = "", done: bool = False
) -> list[InvoiceBook]:
    """Give the books of a hall by code and number; those whose stubs are delivered if `done`."""
    query = select(InvoiceBook).where(InvoiceBook.hall_id == hall_id)
    if code:
        query = query.where(InvoiceBook.invoice_code == code)
    if number:
        if not _is_number(number):
            return []
        query = query.where(
            InvoiceBook.first_number <= int(number), InvoiceBook.last_number >= int(number)
        )
    if not done:
        query = query.where(InvoiceBook.stubs_on.is_(None))
    return list(
        uow.session.scalars(query.order_by(InvoiceBook.invoice_code, InvoiceBook.first_number))
    )


def find_book(uow: UnitOfWork, hall_id: int, code: str, first_no: str) -> InvoiceBook:
    """Give the book that begins with the number; raises UnknownBook."""
    book = uow.session.scalar(
        select(InvoiceBook).where(
            InvoiceBook.hall_id == hall_id,
            InvoiceBook.invoice_code == code,
            InvoiceBook.first_no == first_no,
        )
    )
    if book is None:
        raise UnknownBook(number=f"{code} {first_no}".strip())
    return book


def view_books(uow: UnitOfWork, hall_id: int, books: Collection[InvoiceBook]) -> list[BookView]:
    """Give the books with what became of their numbers, in the order given."""
    runs = runs_of_books(uow, hall_id, books)
    days = _return_days(uow, hall_id)
    return [_view(book, runs[book.id], days) for book in books]


def stubs_due_on(finished_on: dt.date, return_days: int | None) -> dt.date:
    """Give the day by which stubs are delivered: the end of that month unless days are set."""
    if return_days is not None:
        return finished_on + dt.timedelta(days=return_days)
    last = calendar.monthrange(finished_on.year, finished_on.month)[1]
    return finished_on.replace(day=last)


def _view(book: InvoiceBook, runs: Sequence[Run], return_days: int | None) -> BookView:
    counts = count_states(runs)
    blanks = {run.holder for run in runs if run.state in (HELD, GAP)}
    due = stubs_due_on(book.finished_on, return_days) if book.finished_on else None
    return BookView(book, runs, counts, tuple(sorted(blanks)), _state(book, counts), due)


def _state(book: InvoiceBook, counts: dict[str, int]) -> str:
    if book.stubs_on is not None:
        return "delivered"
    if set(counts) <= {RETURNED}:
        return "returned"
    if not set(counts) & BLANK:
        return "finished"
    return "kept" if set(counts) <= {SAFE, RETURNED, LOST} else "in_use"


def _return_days(uow: UnitOfWork, hall_id: int) -> int | None:
    return uow.session.scalar(
        select(HallLimit.amount).where(
            HallLimit.hall_id == hall_id, HallLimit.name == STUBS_DUE_DAYS
        )
    )


def _is_number(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
