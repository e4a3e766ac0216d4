"""P08 · finished, not returned: books all of whose numbers were used longer ago than is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.oracle.books import Books, DrawnRange, Form, State
from tests.oracle.findings import Finding, plain


def finished_findings(books: Books) -> Iterator[Finding]:
    """Give what P08 finds on the audited date; no file says that stubs were delivered."""
    for held in books.all_ranges:
        finished_on = _finished_on(books, held)
        if finished_on and finished_on < _finished_before(books):
            first_no = str(held.first).zfill(held.digits)
            yield plain("P08", subject=f"book:{held.code}/{first_no}", clerk=held.clerk)


def _finished_on(books: Books, held: DrawnRange) -> str:
    """The day of the use of the last number above `used_to`; blank while one is left."""
    last = ""
    used = {
        int(form.no): _used_on(books, form) for form in books.forms.values() if held.holds(form)
    }
    for number in range(max(held.first, held.used_to + 1), held.last + 1):
        if not used.get(number):
            return ""
        last = max(last, used[number])
    return last


def _used_on(books: Books, form: Form) -> str:
    days = [state.date for state in form.states if _uses(state)]
    return min((day for day in days if day <= books.date), default="")


def _uses(state: State) -> bool:
    """A void without all its copies or a reason is none (INV-06), so its number is not used up."""
    if state.status != "void":
        return True
    copies = int(state.first_of("copies") or 0)
    recovered = int(state.first_of("copies_recovered") or 0)
    return recovered >= copies and bool(state.first_of("void_reason"))


def _finished_before(books: Books) -> str:
    days = books.hall.get("limits", {}).get("book_return_days")
    audited = date.fromisoformat(books.date)
    start = audited.replace(day=1) if days is None else audited - timedelta(days=int(days))
    return start.isoformat()
