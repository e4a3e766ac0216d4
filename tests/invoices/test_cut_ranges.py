"""P01, P05 and P06 of ranges that were cut: numbers lost, returned, handed on, drawn in parts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from invoices.models import InvoiceBook
from invoices.ranges import move_numbers, open_book
from ledger.audit.queries import show_day
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import CODE, at, day, facts, form, of, put, run

DRAWN, MOVED, MOVED_AGAIN = 1, 2, 3


def draw(hall: OpenHall, first: int, last: int, *, used_to: int | None = None) -> None:
    """Let A01 draw a batch, by document 1."""
    with hall.work(LOADER) as uow:
        open_book(
            uow,
            hall=hall.hall,
            invoice_code=CODE,
            first_no=f"{first:08d}",
            last_no=f"{last:08d}",
            carrier="continuous",
            received_on=DAY,
            document_id=DRAWN,
            clerk="A01",
            used_to=used_to,
        )


def move(
    hall: OpenHall,
    first: int,
    last: int,
    place: str,
    clerk: str = "",
    *,
    document: int = MOVED,
) -> None:
    """Cut a run out of the batch and note it elsewhere."""
    with hall.work(LOADER) as uow:
        book = uow.session.scalars(
            select(InvoiceBook).where(
                InvoiceBook.hall_id == hall.id, InvoiceBook.first_number <= first
            )
        ).one()
        move_numbers(
            uow,
            hall=hall.hall,
            book=book,
            first_number=first,
            last_number=last,
            place=place,
            clerk=clerk,
            document_id=document,
            at=None,
        )


def use(
    hall: OpenHall, *used: int, date: dt.date = DAY, clock: str = "10:00", **cells: Any
) -> None:
    """Register forms in the order given, a minute apart."""
    rows = [
        form(f"{number:08d}", 0, issued_at=at(clock, date=date) + minute * 60_000_000, **cells)
        for minute, number in enumerate(used)
    ]
    put(hall, "invoices", *rows)


def found(hall: OpenHall, code: str, *, date: dt.date = DAY) -> list[str]:
    """Give the numbers a check finds, without the code before them."""
    return [subject.partition("/")[2] for _, subject in sorted(of(run(hall, date=date), code))]


@pytest.mark.parametrize("place", ["lost", "returned", "safe"])
def test_a_number_that_was_cut_out_is_no_gap_and_hides_none(hall: OpenHall, place: str) -> None:
    draw(hall, 1, 50)
    use(hall, *range(1, 8), date=day(-1))
    move(hall, 10, 10, place)
    use(hall, 11)
    assert found(hall, "P01") == ["00000008", "00000009"]
    assert found(hall, "P05") == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("lost", "was reported as lost"),
        ("returned", "returned to the department"),
        ("safe", "is in the safe"),
    ],
)
def test_inv_09_a_number_that_was_cut_out_may_not_be_used(
    hall: OpenHall, place: str, said: str
) -> None:
    draw(hall, 1, 50)
    use(hall, *range(1, 10))
    move(hall, 10, 10, place)
    use(hall, 10, clock="15:00")
    assert found(hall, "P05") == ["00000010"]
    assert facts(hall, "P05", f"invoice:{CODE}/00000010")["why"] == place
    with hall.read() as uow:
        day_found = show_day(uow, hall.hall, DAY).findings
    assert said in next(one.message.en for one in day_found if one.check == "P05")


def test_the_whole_first_piece_unused_is_missing(hall: OpenHall) -> None:
    draw(hall, 1, 50, used_to=3)
    move(hall, 6, 7, "lost")
    use(hall, 8)
    assert found(hall, "P01") == ["00000004", "00000005"]


def test_a_gap_across_a_cut_is_found_once(hall: OpenHall) -> None:
    draw(hall, 1, 50)
    move(hall, 5, 5, "lost")
    use(hall, 1, 2, 8, date=day(-1))
    use(hall, 9)
    assert found(hall, "P01", date=day(-1)) == ["00000003", "00000004", "00000006", "00000007"]
    assert found(hall, "P01") == []


def test_a_long_gap_is_listed_by_the_pieces_it_is_in(hall: OpenHall) -> None:
    draw(hall, 1, 500)
    move(hall, 150, 151, "lost")
    use(hall, 300)
    assert found(hall, "P01") == ["00000001-00000149", "00000152-00000299"]


def test_what_was_handed_on_is_the_takers_and_no_gap_of_the_givers(hall: OpenHall) -> None:
    draw(hall, 1, 50)
    use(hall, 1, 2, 3)
    move(hall, 11, 20, "clerk", "A02")
    use(hall, 11, 13, clerk="A02", clock="11:00")
    use(hall, 21, clock="12:00")
    assert found(hall, "P05") == []
    assert found(hall, "P01") == [
        *(f"{number:08d}" for number in range(4, 11)),
        "00000012",
    ]
    use(hall, 14, clock="13:00")
    assert found(hall, "P05") == ["00000014"]


def test_what_the_giver_has_left_is_no_gap_of_the_takers(hall: OpenHall) -> None:
    draw(hall, 1, 50)
    use(hall, 1, 2)
    move(hall, 11, 50, "clerk", "A02")
    use(hall, 11, 12, clerk="A02", clock="11:00")
    assert found(hall, "P01") == found(hall, "P06") == []
    use(hall, 3, date=day(1))
    assert found(hall, "P01", date=day(1)) == found(hall, "P06", date=day(1)) == []


def test_what_came_back_and_is_drawn_again_is_a_range_of_its_own(hall: OpenHall) -> None:
    draw(hall, 1, 50)
    use(hall, 1, 2)
    move(hall, 4, 50, "safe")
    move(hall, 4, 50, "clerk", "A01", document=MOVED_AGAIN)
    use(hall, 4, clock="11:00")
    assert found(hall, "P01") == []


def test_neighbours_across_a_cut_are_neighbours(hall: OpenHall) -> None:
    draw(hall, 1, 50)
    move(hall, 3, 3, "lost")
    use(hall, 1, 4, 2)
    assert found(hall, "P06") == ["00000002"]
    use(hall, 5, date=day(1), clock="10:00")
    use(hall, 6, date=day(1), clock="09:00")
    assert found(hall, "P06", date=day(1)) == ["00000005"]
