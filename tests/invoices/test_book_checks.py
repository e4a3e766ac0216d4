"""P08: books that are finished and whose stubs have not come back."""

from __future__ import annotations

import datetime as dt

import pytest

from invoices.models import InvoiceBook, InvoiceRange
from ledger.hall_rules import HallLimit
from ledger.organisations import take_rows
from tests.builders import LOADER, OpenHall
from tests.ledger.audit.evidence_days import CODE, facts, of, run

FINISHED = dt.date(2026, 11, 12)
SUBJECT = f"book:{CODE}/00100001"


def keep(hall: OpenHall, *, finished: dt.date | None, stubs: dt.date | None = None) -> None:
    """Keep a book of fifty that A01 drew, finished and delivered on these days."""
    with hall.work(LOADER) as uow:
        numbers = {
            "first_number": 100001,
            "last_number": 100050,
            "first_no": "00100001",
            "last_no": "00100050",
        }
        book = InvoiceBook(
            hall_id=hall.id,
            id=take_rows(uow, hall.id),
            invoice_code=CODE,
            carrier="book",
            received_on=dt.date(2026, 10, 1),
            document_id=0,
            finished_on=finished,
            stubs_on=stubs,
            **numbers,
        )
        uow.session.add(book)
        uow.session.add(
            InvoiceRange(
                hall_id=hall.id,
                id=take_rows(uow, hall.id),
                book_id=book.id,
                place="clerk",
                clerk="A01",
                invoice_code=CODE,
                carrier="book",
                document_id=0,
                **numbers,
            )
        )


def limit(hall: OpenHall, days: int) -> None:
    """Let the hall want its stubs within so many days."""
    with hall.work(LOADER) as uow:
        uow.session.add(HallLimit(hall_id=hall.id, name="book_return_days", amount=days))


def overdue(hall: OpenHall, *dates: tuple[int, int]) -> list[tuple[int, int]]:
    """Give those of the (month, day)s on which the book is found."""
    days = [(dt.date(2026, month, day), (month, day)) for month, day in dates]
    return [
        name
        for date, name in days
        if of(run(hall, date=date), "P08") == {("P08", SUBJECT): (None, None)}
    ]


def test_inv_05_a_finished_book_is_due_by_the_end_of_its_month(hall: OpenHall) -> None:
    keep(hall, finished=FINISHED)
    assert overdue(hall, (11, 12), (11, 30), (12, 1), (12, 2)) == [(12, 1), (12, 2)]
    told = facts(hall, "P08", SUBJECT, date=dt.date(2026, 12, 1))
    assert told == {"finished": "2026-11-12", "last_no": "00100050"}


@pytest.mark.parametrize("days", [0, 5])
def test_a_hall_may_want_its_stubs_within_days(hall: OpenHall, days: int) -> None:
    keep(hall, finished=FINISHED)
    limit(hall, days)
    assert overdue(hall, (11, 12 + days), (11, 13 + days)) == [(11, 13 + days)]


def test_a_book_in_use_and_one_delivered_are_not_asked(hall: OpenHall) -> None:
    keep(hall, finished=None)
    assert overdue(hall, (12, 1)) == []


def test_what_was_delivered_late_stays_overdue_on_the_days_before(hall: OpenHall) -> None:
    keep(hall, finished=FINISHED, stubs=dt.date(2026, 12, 3))
    assert overdue(hall, (12, 2), (12, 3), (12, 4)) == [(12, 2)]
