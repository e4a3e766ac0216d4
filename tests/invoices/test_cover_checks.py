"""P04 and P03 by documents: void numbers not on the cover, voids that wait or lack a copy."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from invoices.covers import print_cover
from invoices.models import InvoiceRange
from tests.builders import DAY, LOADER, OpenHall
from tests.invoices.form_days import code_of, post, receive, used, void
from tests.invoices.marking import LATER, A, B, C, ask, red, sign, tick
from tests.ledger.audit.evidence_days import at, day, facts, of, put, run


def found(hall: OpenHall, code: str, *, date: dt.date = DAY) -> list[str]:
    """Give the numbers a check finds, without the code before them."""
    return [subject.partition("/")[2] for _, subject in sorted(of(run(hall, date=date), code))]


def cover(hall: OpenHall) -> None:
    """Print the cover of the book that has A."""
    with hall.work("A01", now=LATER) as uow:
        print_cover(uow, hall=hall.hall, code=code_of(hall), no=A)


def subject(hall: OpenHall, number: str) -> str:
    """Name a number of the hall's code as findings do."""
    return f"invoice:{code_of(hall)}/{number}"


def test_inv_06_a_void_number_missing_on_the_cover_is_found_until_it_is_printed_anew(
    hall: OpenHall,
) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", void(hall, A))
    cover(hall)
    assert found(hall, "P04") == []
    put(hall, "invoices", void(hall, B, issued_at=at("11:00")))
    assert found(hall, "P04") == [B]
    assert facts(hall, "P04", subject(hall, B)) == {"book": A}
    cover(hall)
    assert found(hall, "P04") == []


def test_a_book_that_was_only_loaded_has_its_cover_elsewhere(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", void(hall, A))
    assert found(hall, "P04") == []


def test_a_book_handed_out_by_a_document_made_here_has_its_cover_here(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", void(hall, A))
    asked = ask(hall, B)
    with hall.work(LOADER) as uow:
        held = uow.session.scalars(
            select(InvoiceRange).where(InvoiceRange.hall_id == hall.id)
        ).one()
        held.document_id = asked.id
    assert found(hall, "P04") == [A]


def test_a_number_is_missed_on_the_day_it_became_void(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    cover(hall)
    put(hall, "invoices", used(hall, A))
    put(hall, "invoices", void(hall, A, issued_at=at("10:00", date=day(1))))
    assert found(hall, "P04") == []
    assert found(hall, "P04", date=day(1)) == [A]


def test_a_void_that_waits_for_the_auditor_at_the_days_end_is_found(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", used(hall, A))
    asked = ask(hall, A)
    assert found(hall, "P03") == [A]
    told = facts(hall, "P03", subject(hall, A))
    assert (told["copies"], told["copies_recovered"], told["reason"]) == ("3", "", "打印错误")
    assert found(hall, "P03", date=day(1)) == []
    sign(hall, asked, tick(A))
    assert found(hall, "P03") == []


def test_inv_06_a_void_without_all_copies_is_found_until_its_red_letter(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", used(hall, A))
    post(hall)
    sign(hall, ask(hall, A), tick(A, (1, 3)))
    assert found(hall, "P03") == [A]
    assert facts(hall, "P03", subject(hall, A))["copies_recovered"] == "2"
    red(hall, B, -5800, A)
    assert found(hall, "P03") == []


def test_a_void_asked_again_after_a_copy_was_missing_is_one_finding(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", used(hall, A))
    sign(hall, ask(hall, A), tick(A, (1, 2)))
    again = ask(hall, A)
    assert found(hall, "P03") == [A]
    sign(hall, again, tick(A))
    assert found(hall, "P03") == []


def test_what_the_register_says_of_a_void_and_its_open_document_are_one_finding(
    hall: OpenHall,
) -> None:
    receive(hall, A, "00100008", "A01")
    ask(hall, A, C)
    put(hall, "invoices", void(hall, A, copies_recovered=2))
    assert found(hall, "P03") == [A, C]
