"""Ranges of forms received and drawn: each number is a unit, in exactly one custody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from invoices.errors import BookHeldByAnother, RangeOverlaps, RangeUnreadable, UnknownClerk
from invoices.form_signing import sign_forms
from invoices.forms import FormLine, submit_forms
from invoices.models import InvoiceRange
from invoices.papers import load_invoice_ranges
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.papers import PaperRefused
from ledger.schema import microseconds
from ledger.units import Identifier
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.observing import everything, held, refused, whereabouts

Row = dict[str, Any]


def book(first: str, last: str, clerk: str = "", **cells: object) -> Row:
    """Give a row as the reader of `invoice_books` gives it, the count being right."""
    row: Row = {"invoice_code": "031001900104", "first_no": first, "last_no": last}
    row |= {"count": int(last) - int(first) + 1 if last.isdecimal() else 1}
    return row | {"carrier": "book", "clerk": clerk, "used_to": "", "drawn_at": None} | cells


def load(hall: OpenHall, *rows: Row) -> int:
    """Load rows as the lines of a file, the first being line 2; gives how many were new."""
    # Codes are of the whole group, so each hall of these tests has its own.
    own = [row | {"invoice_code": code_of(hall, row)} for row in rows]
    with hall.work(LOADER) as uow:
        return load_invoice_ranges(
            uow, hall=hall.hall, date=DAY, file_name="books.csv", rows=list(enumerate(own, 2))
        )


def code_of(hall: OpenHall, row: Row) -> str:
    return f"{row['invoice_code'][:-4]}{hall.id:04d}" if row["invoice_code"] else ""


def ranges(hall: OpenHall) -> list[tuple[object, ...]]:
    """Give first and last number as text and as integers, clerk and last used, in order."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(
                InvoiceRange.first_no,
                InvoiceRange.last_no,
                InvoiceRange.first_number,
                InvoiceRange.last_number,
                InvoiceRange.clerk,
                InvoiceRange.used_to,
            )
            .where(InvoiceRange.hall_id == hall.id)
            .order_by(InvoiceRange.invoice_code, InvoiceRange.first_number)
        )
        return [tuple(row) for row in rows]


def places(hall: OpenHall) -> dict[str, int]:
    """Give how many forms each place holds."""
    return {place: amount for (place, _), amount in held(hall).items()}


def test_a_book_in_the_safe_is_received_from_the_department(hall: OpenHall) -> None:
    assert load(hall, book("00000051", "00000100")) == 1
    assert places(hall) == {"invoice_safe": 50, "department": -50}
    assert ranges(hall) == [("00000051", "00000100", 51, 100, "", None)]
    with hall.read() as uow:
        document = uow.session.scalars(select(Document).where(Document.hall_id == hall.id)).one()
        assert (document.kind, document.number) == ("invoice_receipt", "2026-PR-000001")


def test_a_book_of_a_clerk_is_drawn_and_counted_in_his_custody(hall: OpenHall) -> None:
    load(hall, book("00000051", "00000100", "A01"))
    assert places(hall) == {"invoice_clerk A01": 50, "department": -50}
    assert ranges(hall) == [("00000051", "00000100", 51, 100, "A01", None)]


def test_each_number_is_a_unit_that_keeps_its_zeros(hall: OpenHall) -> None:
    load(hall, book("00000098", "00000101", "A01"))
    numbers = ["00000098", "00000099", "00000100", "00000101"]
    assert whereabouts(hall) == dict.fromkeys(numbers, "invoice_clerk A01")
    with hall.read() as uow:
        named = select(Identifier.kind, Identifier.namespace, Identifier.value)
        rows = uow.session.execute(named.where(Identifier.holder_hall_id == hall.id))
        code = f"03100190{hall.id:04d}"
        assert {tuple(row) for row in rows} == {("invoice", code, number) for number in numbers}


@pytest.mark.parametrize(
    ("used_to", "used", "unused"), [("", 0, 10), ("01", 1, 9), ("09", 9, 1), ("10", 10, 0)]
)
def test_numbers_used_before_the_books_opened_are_used(
    hall: OpenHall, used_to: str, used: int, unused: int
) -> None:
    load(hall, book("01", "10", "A01", used_to=used_to))
    expected = {"invoice_used": used, "invoice_clerk A01": unused, "department": -10}
    assert places(hall) == {place: amount for place, amount in expected.items() if amount}
    assert ranges(hall)[0][-1] == (int(used_to) if used_to else None)


def test_the_same_ranges_again_are_nothing_new(hall: OpenHall) -> None:
    rows = [book("001", "050", "A01", used_to="007"), book("051", "100")]
    assert load(hall, *rows) == 2
    before = everything(hall)
    assert load(hall, *rows) == 0
    assert everything(hall) == before


def test_a_book_in_the_safe_is_drawn_later_by_a_clerk(hall: OpenHall) -> None:
    load(hall, book("001", "050"))
    drawn_at = NOW + dt.timedelta(hours=1)
    assert load(hall, book("001", "050", "A02", drawn_at=microseconds(drawn_at))) == 1
    assert places(hall) == {"invoice_clerk A02": 50, "department": -50}
    with hall.read() as uow:
        only = uow.session.scalars(select(InvoiceRange).where(InvoiceRange.hall_id == hall.id))
        known = only.one()
        assert (known.clerk, known.drawn_at) == ("A02", drawn_at)
        kinds = select(Document.kind).where(Document.hall_id == hall.id).order_by(Document.id)
        assert uow.session.scalars(kinds).all() == ["invoice_receipt", "invoice_draw"]
    assert load(hall, book("001", "050", "A02")) == 0


def test_ranges_of_two_codes_may_have_the_same_numbers(hall: OpenHall) -> None:
    other = book("001", "050", "A02", invoice_code="044001900105")
    assert load(hall, book("001", "050", "A01"), other) == 2
    assert places(hall) == {
        "invoice_clerk A01": 50,
        "invoice_clerk A02": 50,
        "department": -50,
    }


def test_a_range_drawn_long_ago_is_posted_when_the_books_opened(hall: OpenHall) -> None:
    long_ago = NOW - dt.timedelta(days=200)
    load(hall, book("001", "050", "A01", drawn_at=microseconds(long_ago)))
    with hall.read() as uow:
        document = uow.session.scalars(select(Document).where(Document.hall_id == hall.id)).one()
        assert (document.paper_date, document.business_date) == (long_ago.date(), DAY)


HELD = (book("001", "050", "A01"), book("051", "100"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (book("001", "050", "A02"), BookHeldByAnother),
        (book("001", "050", ""), BookHeldByAnother),
        (book("050", "060", "A01"), RangeOverlaps),
        (book("010", "020", "A01"), RangeOverlaps),
        (book("001", "100", "A01"), RangeOverlaps),
        (book("100", "100", "A01"), RangeOverlaps),
        (book("101", "150", "A99"), UnknownClerk),
        (book("101", "150", "A01", count=49), RangeUnreadable),
        (book("101", "150", "A01", count=51), RangeUnreadable),
        (book("101", "100", "A01", count=0), RangeUnreadable),
        (book("150", "101", "A01", count=-48), RangeUnreadable),
        (book("101", "0150", "A01", count=50), RangeUnreadable),
        (book("A101", "A150", "A01", count=50), RangeUnreadable),
        (book("１０１", "１５０", "A01", count=50), RangeUnreadable),
        (book("101", "150", "A01", used_to="100"), RangeUnreadable),
        (book("101", "150", "A01", used_to="151"), RangeUnreadable),
        (book("101", "150", "A01", used_to="x"), RangeUnreadable),
        (book("0" * 19, "9" * 19, "A01"), RangeUnreadable),
        (book("0" * 18, "9" * 18, "A01"), RangeUnreadable),
        (book("0000001", "1000001", "A01"), RangeUnreadable),
    ],
)
def test_a_range_that_breaks_a_rule_refuses_the_file_and_names_its_line(
    hall: OpenHall, row: Row, reason: type[BackofficeError]
) -> None:
    load(hall, *HELD)
    with refused(hall, PaperRefused) as refusal:
        load(hall, *HELD, row)
    assert isinstance(refusal.value, PaperRefused)
    assert isinstance(refusal.value.reason, reason)
    assert (refusal.value.facts["file"], refusal.value.facts["line"]) == ("books.csv", 4)


def test_a_book_all_used_is_not_drawn_from_the_safe(hall: OpenHall) -> None:
    load(hall, book("001", "050"))
    with refused(hall, PaperRefused):
        load(hall, book("001", "050", "A01", used_to="050"))


def test_two_halls_never_have_the_same_forms(hall: OpenHall, other_hall: OpenHall) -> None:
    code = f"{hall.id:012d}"

    def load_into(here: OpenHall) -> int:
        with here.work(LOADER) as uow:
            row = book("001", "050", "A01", invoice_code=code)
            return load_invoice_ranges(
                uow, hall=here.hall, date=DAY, file_name="books.csv", rows=[(2, row)]
            )

    assert load_into(hall) == 1
    with refused(other_hall, PaperRefused):
        load_into(other_hall)


def test_a_folder_loaded_again_leaves_alone_what_documents_made_here_moved_since(
    hall: OpenHall,
) -> None:
    rows = [book("001", "050"), book("051", "100"), book("101", "200", carrier="continuous")]
    load(hall, *rows)
    code = code_of(hall, rows[0])
    for line, clerk in ((FormLine(code, "001"), "A01"), (FormLine(code, "101", "140"), "A02")):
        with hall.work("V01") as uow:
            drawn = submit_forms(
                uow, hall=hall.hall, kind="invoice_draw", lines=[replace(line, clerk=clerk)], on=DAY
            )
            number = drawn.number or ""
        with hall.work(clerk) as uow:
            sign_forms(uow, hall=hall.hall, number=number)
    before = everything(hall)
    assert load(hall, *rows) == 0
    assert load(hall, book("001", "050", "A02"), book("101", "140", "A01")) == 0
    assert everything(hall) == before
    with refused(hall, PaperRefused):
        load(hall, book("120", "160", "A01"))
    # The second book lies in the safe as it was loaded, so a later folder may tell who drew it.
    assert load(hall, *rows[:1], book("051", "100", "A02")) == 1
