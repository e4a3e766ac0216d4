"""Books that are not done with: blanks left in somebody's hands, or stubs that have not come back.

Stubs are due as P08 of the daily audit has it (DOMAIN INV-05).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from invoices.book_lists import BookView, list_books, view_books
from invoices.book_runs import BLANK, ranges_of_books
from invoices.models import InvoiceBook, InvoiceRange
from invoices.number_runs import NumberRun, NumberRuns, join_runs
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

OVERDUE, FINISHED, IN_USE, KEPT = "overdue", "finished", "in_use", "kept"
STANDINGS: dict[str, Text] = {
    OVERDUE: Text("逾期未交", "Overdue"),
    FINISHED: Text("用完待交", "Finished, stubs due"),
    IN_USE: Text("在用", "In use"),
    KEPT: Text("在柜未领", "In the safe"),
}
"""In the order of a list: the most pressing first."""


@dataclass(frozen=True, slots=True)
class BookDue:
    """One book on a day: how it stands, who has it, the blanks left.

    `clerks` have its blanks, or had its last number where it is finished. `since` is when the
    first of its runs was drawn, or it was received; `days` how long ago that was, or how long its
    stubs are overdue.
    """

    view: BookView
    standing: str
    clerks: tuple[str, ...]
    blanks: NumberRuns
    since: dt.date
    days: int

    @property
    def book(self) -> InvoiceBook:
        """The book itself."""
        return self.view.book


def list_books_due(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[BookDue]:
    """Give the hall's books that have blanks or owe their stubs, the most pressing first."""
    books = list_books(uow, hall.id)
    ranges = ranges_of_books(uow, hall.id, books)
    due = [
        _due(view, ranges.get(view.book.id, ()), on)
        for view in view_books(uow, hall.id, books)
        if view.state in STANDINGS
    ]
    order = list(STANDINGS)
    return sorted(due, key=lambda one: (order.index(one.standing), one.view.due_on or one.since))


def _due(view: BookView, ranges: Sequence[InvoiceRange], on: dt.date) -> BookDue:
    late = view.days_late(on)
    drawn = [run.drawn_at.astimezone(HALL_TIME).date() for run in ranges if run.drawn_at]
    since = min(drawn, default=view.book.received_on)
    digits = len(view.book.first_no)
    blanks = join_runs(
        NumberRun(digits, run.first, run.last) for run in view.runs if run.state in BLANK
    )
    last = next((run.clerk for run in reversed(ranges) if run.clerk), "")
    clerks = view.holders or ((last,) if view.state == FINISHED and last else ())
    standing = OVERDUE if late else view.state
    return BookDue(view, standing, clerks, blanks, since, late or (on - since).days)
