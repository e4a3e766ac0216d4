"""Runs of a book's numbers: cut as custody moves, always tiling the book."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from invoices.models import InvoiceBook, InvoiceRange
from invoices.ranges import find_book, move_numbers, open_book, ranges_of
from invoices.segments import blank_segments, segments_of_book
from tests.builders import DAY, NOW, OpenHall
from tests.invoices.test_papers import book, code_of, load

PLACES = ("safe", "returned", "lost", "clerk A01", "clerk A02")


def runs(hall: OpenHall, code: str, no: str) -> list[tuple[str, str, str, int | None]]:
    with hall.read() as uow:
        found = find_book(uow, hall.hall, code, no)
        assert found is not None
        return [
            (one.first_no, one.last_no, f"{one.place} {one.clerk}".strip(), one.used_to)
            for one in ranges_of(uow, found)
        ]


def test_a_run_moved_from_the_middle_leaves_both_ends_where_they_were(hall: OpenHall) -> None:
    row = book("0001", "0100", "A01", used_to="0030")
    load(hall, row)
    code = code_of(hall, row)
    with hall.work() as uow:
        found = find_book(uow, hall.hall, code, "0044")
        assert found is not None
        move_numbers(
            uow,
            hall=hall.hall,
            book=found,
            first_number=21,
            last_number=60,
            place="clerk",
            clerk="A02",
            document_id=found.document_id,
            at=NOW,
        )
    assert runs(hall, code, "0100") == [
        ("0001", "0020", "clerk A01", 20),
        ("0021", "0060", "clerk A02", 30),
        ("0061", "0100", "clerk A01", None),
    ]


def test_a_number_of_another_length_is_of_no_book(hall: OpenHall) -> None:
    row = book("0001", "0100")
    load(hall, row)
    with hall.read() as uow:
        assert find_book(uow, hall.hall, code_of(hall, row), "00044") is None
        assert find_book(uow, hall.hall, code_of(hall, row), "00x4") is None
        assert find_book(uow, hall.hall, "", "0044") is None


def test_segments_tell_where_each_number_is_and_never_span_two_books(hall: OpenHall) -> None:
    rows = [book("0001", "0050", "A01", used_to="0007"), book("0051", "0100", "A01")]
    load(hall, *rows)
    code = code_of(hall, rows[0])
    with hall.read() as uow:
        blank = blank_segments(uow, hall.hall, clerk="A01")
        assert [(one.first_no, one.last_no, one.count) for one in blank] == [
            ("0008", "0050", 43),
            ("0051", "0100", 50),
        ]
        assert blank_segments(uow, hall.hall, clerk="A02") == []
        assert [one.shown() for one in blank] == [f"{code} 0008–0050", f"{code} 0051–0100"]
        whole = segments_of_book(uow, hall.hall, blank[0].book_id)
        assert [(one.first_no, one.last_no, one.place) for one in whole] == [
            ("0001", "0007", "invoice_used"),
            ("0008", "0050", "invoice_clerk"),
        ]


MOVES = st.lists(
    st.tuples(st.integers(1, 60), st.integers(1, 60), st.sampled_from(PLACES)), max_size=12
)


# Each example begins with a hall that has no book.
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_after_any_moves_the_runs_tile_the_book_and_hold_where_each_number_is(
    hall: OpenHall, moves: list[tuple[int, int, str]]
) -> None:
    where = dict.fromkeys(range(1, 61), "safe")
    with hall.work() as uow:
        for model in (InvoiceRange, InvoiceBook):
            uow.session.execute(delete(model).where(model.hall_id == hall.id))
        made = open_book(
            uow,
            hall=hall.hall,
            invoice_code="044001900105",
            first_no="01",
            last_no="60",
            carrier="continuous",
            received_on=DAY,
            document_id=1,
        )
        for first, last, place in moves:
            ends = (min(first, last), max(first, last))
            kind, _, clerk = place.partition(" ")
            move_numbers(
                uow,
                hall=hall.hall,
                book=made,
                first_number=ends[0],
                last_number=ends[1],
                place=kind,
                clerk=clerk,
                document_id=1,
                at=NOW,
            )
            where |= dict.fromkeys(range(ends[0], ends[1] + 1), place)
        told: dict[int, str] = {}
        for one in ranges_of(uow, made):
            assert (int(one.first_no), int(one.last_no)) == (one.first_number, one.last_number)
            numbers = range(one.first_number, one.last_number + 1)
            assert not told.keys() & set(numbers)
            told |= dict.fromkeys(numbers, f"{one.place} {one.clerk}".strip())
    assert told == where
