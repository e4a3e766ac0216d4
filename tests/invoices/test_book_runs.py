"""Every number of a book is in one state, and its runs tile the book from first to last."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from invoices.book_lists import BookView, find_book, list_books, stubs_due_on, view_books
from invoices.book_runs import GAP, HELD, ISSUED, LOST, NOWHERE, SAFE, VOID, Run
from invoices.kinds import FORM_CATEGORY
from invoices.ranges import move_numbers, open_book
from ledger.accounts import register_commodity
from ledger.documents import Line
from ledger.papers import load_paper
from tests.builders import DAY, LOADER, OpenHall, place
from tests.invoices.form_days import code_of, used
from tests.ledger.audit.evidence_days import at, put


def receive(hall: OpenHall, first: str, last: str, *, units: bool = True) -> None:
    """Receive a bound book into the safe; without units the books are broken on purpose."""
    document_id = move(hall, "department", "invoice_safe", first, last) if units else 0
    with hall.work(LOADER) as uow:
        open_book(
            uow,
            hall=hall.hall,
            invoice_code=code_of(hall),
            first_no=first,
            last_no=last,
            carrier="continuous",
            received_on=DAY,
            document_id=document_id,
        )


def move(hall: OpenHall, origin: str, goal: str, first: str, last: str) -> int:
    """Move numbers between two places by a loaded paper; gives the document's id."""
    with hall.work(LOADER) as uow:
        item = register_commodity(
            uow,
            code=f"INV:{code_of(hall)}",
            name="票据",
            category=FORM_CATEGORY,
            tracking="serial",
        )
        count = int(last) - int(first) + 1
        line = Line(item, place(uow, hall, goal), place(uow, hall, origin), count, first, last)
        document = load_paper(
            uow,
            hall=hall.hall,
            kind="invoice_draw",
            paper_no=f"{origin}>{goal} {first}",
            paper_date=DAY,
            lines=[line],
        )
        assert document is not None
        return document.id


def draw(hall: OpenHall, clerk: str, first: str, last: str) -> None:
    """Let a clerk draw numbers: the units, and the run of custody."""
    document_id = move(hall, "invoice_safe", f"invoice_clerk {clerk}", first, last)
    with hall.work(LOADER) as uow:
        [book] = list_books(uow, hall.id, code=code_of(hall), number=first)
        move_numbers(
            uow,
            hall=hall.hall,
            book=book,
            first_number=int(first),
            last_number=int(last),
            place="clerk",
            clerk=clerk,
            document_id=document_id,
            at=None,
        )


def view(hall: OpenHall, first: str) -> BookView:
    with hall.read() as uow:
        return view_books(uow, hall.id, [find_book(uow, hall.id, code_of(hall), first)])[0]


def shown(hall: OpenHall, first: str = "00100001") -> list[tuple[int, int, str, str]]:
    return [
        (run.first - 100000, run.last - 100000, run.state, run.holder)
        for run in view(hall, first).runs
    ]


def test_a_book_in_the_safe_is_one_run(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100050")
    assert shown(hall) == [(1, 50, SAFE, "")]
    assert view(hall, "00100001").state == "kept"


def test_states_and_custody_cut_the_book_and_a_blank_below_the_last_used_is_missing(
    hall: OpenHall,
) -> None:
    receive(hall, "00100001", "00100050")
    draw(hall, "A01", "00100001", "00100020")
    draw(hall, "A02", "00100021", "00100040")
    move(hall, "invoice_clerk A01", "invoice_issued", "00100001", "00100004")
    move(hall, "invoice_clerk A01", "invoice_void", "00100005", "00100005")
    move(hall, "invoice_clerk A01", "invoice_issued", "00100008", "00100009")
    move(hall, "invoice_clerk A02", "invoice_lost", "00100021", "00100021")
    assert shown(hall) == [
        (1, 4, ISSUED, "A01"),
        (5, 5, VOID, "A01"),
        (6, 7, GAP, "A01"),
        (8, 9, ISSUED, "A01"),
        (10, 20, HELD, "A01"),
        (21, 21, LOST, "A02"),
        (22, 40, HELD, "A02"),
        (41, 50, SAFE, ""),
    ]
    book = view(hall, "00100001")
    assert book.left == 42
    assert {state: number for state, number in book.counts.items() if state in (ISSUED, VOID)} == {
        ISSUED: 6,
        VOID: 1,
    }
    assert (book.state, book.holders) == ("in_use", ("A01", "A02"))


def test_what_is_registered_shows_before_it_is_posted(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100050")
    draw(hall, "A01", "00100001", "00100050")
    put(
        hall,
        "invoices",
        used(hall, "00100001", issued_at=at("10:00")),
        used(hall, "00100003", 0, "void", issued_at=at("10:01")),
    )
    runs = [run for run in view(hall, "00100001").runs if run.first <= 100003]
    assert runs == [
        Run(100001, 100001, ISSUED, "A01", posted=False),
        Run(100002, 100002, GAP, "A01"),
        Run(100003, 100003, VOID, "A01", posted=False),
    ]


def test_numbers_without_a_unit_are_seen_to_be_nowhere(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100050", units=False)
    assert shown(hall) == [(1, 50, NOWHERE, "")]


@pytest.mark.parametrize(
    ("finished", "days", "due"),
    [
        (dt.date(2027, 3, 12), None, dt.date(2027, 3, 31)),
        (dt.date(2028, 2, 1), None, dt.date(2028, 2, 29)),
        (dt.date(2027, 3, 12), 5, dt.date(2027, 3, 17)),
    ],
)
def test_inv_05_stubs_are_due_by_the_end_of_the_month_unless_the_hall_sets_days(
    finished: dt.date, days: int | None, due: dt.date
) -> None:
    assert stubs_due_on(finished, days) == due


def test_inv_05_a_book_finished_and_not_delivered_by_the_month_s_end_is_overdue(
    hall: OpenHall,
) -> None:
    receive(hall, "00100001", "00100002")
    draw(hall, "A01", "00100001", "00100002")
    move(hall, "invoice_clerk A01", "invoice_issued", "00100001", "00100002")
    with hall.work(LOADER) as uow:
        find_book(uow, hall.id, code_of(hall), "00100001").finished_on = dt.date(2027, 3, 12)
    book = view(hall, "00100001")
    assert book.state == "finished"
    assert book.days_late(dt.date(2027, 3, 31)) == 0
    assert book.days_late(dt.date(2027, 4, 1)) == 1


def test_ten_thousand_numbers_are_as_few_runs_as_they_are(hall: OpenHall) -> None:
    receive(hall, "00100001", "00110000")
    draw(hall, "A01", "00100001", "00105000")
    for number in range(100100, 100200, 10):
        move(hall, "invoice_clerk A01", "invoice_void", f"{number:08d}", f"{number:08d}")
    runs = view(hall, "00100001").runs
    assert len(runs) == 22
    assert sum(run.count for run in runs) == 10_000
    assert all(one.last + 1 == other.first for one, other in pairwise(runs))
