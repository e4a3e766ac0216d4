"""Books that are not done with: blanks left in somebody's hands, or stubs that have not come back.

Stubs are due by the end of the month the book was finished in, or so many days after as the hall
has set; P08 of the daily audit asks the same (DOMAIN INV-05).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from invoices.models import InvoiceBook, InvoiceRange
from invoices.number_runs import NumberRun, NumberRuns, count_of
from invoices.segments import Segment, blank_segments
from ledger.hall_rules import STUBS_DUE_DAYS, HallLimit
from ledger.organisations import HALL_TIME, Hall
from ledger.text import Text
from ledger.work import UnitOfWork

IN_SAFE, IN_USE, FINISHED, OVERDUE = "in_safe", "in_use", "finished", "overdue"
STANDINGS: dict[str, Text] = {
    OVERDUE: Text("逾期未交", "Overdue"),
    FINISHED: Text("用完待交", "Finished, stubs due"),
    IN_USE: Text("在用", "In use"),
    IN_SAFE: Text("在保险柜", "In the safe"),
}


@dataclass(frozen=True, slots=True)
class BookDue:
    """One book on a day: how it stands, who has it, the blanks left, and when stubs are due.

    `clerks` have its blanks, or had its last number where it is finished. `since` is when the
    first of its runs was drawn, or it was received; `days` how long ago that was, or how long it is
    overdue.
    """

    book: InvoiceBook
    standing: str
    clerks: tuple[str, ...]
    blanks: NumberRuns
    since: dt.date
    due_on: dt.date | None
    days: int

    @property
    def left(self) -> int:
        """How many blanks are left of it."""
        return count_of(self.blanks)


def stubs_due_on(finished_on: dt.date, days: int | None) -> dt.date:
    """Give the last day on which the stubs of a book finished that day are in time."""
    if days is not None:
        return finished_on + dt.timedelta(days=days)
    return (finished_on.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(1)


def list_books_due(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[BookDue]:
    """Give the hall's books that have blanks or owe their stubs, the most pressing first."""
    blanks: dict[int, list[Segment]] = defaultdict(list)
    for segment in blank_segments(uow, hall):
        blanks[segment.book_id].append(segment)
    runs: dict[int, list[InvoiceRange]] = defaultdict(list)
    books = uow.session.scalars(
        select(InvoiceBook).where(InvoiceBook.hall_id == hall.id, InvoiceBook.stubs_on.is_(None))
    ).all()
    held = select(InvoiceRange).where(
        InvoiceRange.hall_id == hall.id, InvoiceRange.book_id.in_([book.id for book in books])
    )
    for run in uow.session.scalars(held.order_by(InvoiceRange.first_number)):
        runs[run.book_id].append(run)
    days = uow.session.scalar(
        select(HallLimit.amount).where(
            HallLimit.hall_id == hall.id, HallLimit.name == STUBS_DUE_DAYS
        )
    )
    due = [
        _due(book, blanks[book.id], runs[book.id], on, days)
        for book in books
        if blanks[book.id] or book.finished_on is not None
    ]
    order = list(STANDINGS)
    return sorted(
        due,
        key=lambda one: (
            order.index(one.standing),
            one.due_on or one.since,
            one.book.invoice_code,
            one.book.first_number,
        ),
    )


def _due(
    book: InvoiceBook,
    blanks: list[Segment],
    runs: list[InvoiceRange],
    on: dt.date,
    days: int | None,
) -> BookDue:
    left = tuple(NumberRun.of(one.first_no, one.last_no) for one in blanks)
    drawn = [run.drawn_at.astimezone(HALL_TIME).date() for run in runs if run.drawn_at]
    since = min(drawn, default=book.received_on)
    if book.finished_on is not None and not left:
        due_on = stubs_due_on(book.finished_on, days)
        late = (on - due_on).days
        last = next((run.clerk for run in reversed(runs) if run.clerk), "")
        standing = OVERDUE if late > 0 else FINISHED
        return BookDue(book, standing, (last,) if last else (), (), since, due_on, max(late, 0))
    clerks = tuple(sorted({one.holder for one in blanks if one.holder}))
    standing = IN_USE if clerks else IN_SAFE
    return BookDue(book, standing, clerks, left, since, None, (on - since).days)
