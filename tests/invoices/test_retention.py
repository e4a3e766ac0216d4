"""Keeping and destroying the papers of books (DOMAIN INV-10)."""

from __future__ import annotations

import datetime as dt

import pytest

from invoices.mark_tables import RetentionTerm
from invoices.models import InvoiceBook
from invoices.retention import (
    Kept,
    kept_until,
    retention_calendar,
    sign_destruction,
    submit_destruction,
    terms_on,
)
from invoices.retention_errors import DestroyedAlready, KeptStill, PapersAtWork
from ledger.documents import Document
from ledger.permissions import NotPermitted
from tests.builders import LOADER, OpenHall
from tests.invoices.form_days import code_of, receive, used
from tests.invoices.marking import clock
from tests.ledger.audit.evidence_days import at, put
from tests.observing import refused

STUB = dt.date(2019, 6, 30)
LAST_DAY = clock("12:00", date=dt.date(2029, 12, 31))
FREE = clock("00:00", date=dt.date(2030, 1, 1))


def finished(hall: OpenHall, first: str = "00100001", last: str = "00100002") -> None:
    """A book whose last number was used on STUB."""
    receive(hall, first, last, "A01")
    put(
        hall,
        "invoices",
        *(used(hall, no, issued_at=at("10:00", date=STUB)) for no in (first, last)),
    )
    with hall.work(LOADER) as uow:
        books = uow.session.query(InvoiceBook).filter_by(hall_id=hall.id, first_no=first)
        books.one().finished_on = STUB


def ask(hall: OpenHall, now: dt.datetime, *firsts: str, who: str = "V01") -> Document:
    names = [f"{code_of(hall)}/{first}" for first in firsts or ("00100001",)]
    with hall.work(who, now=now) as uow:
        return submit_destruction(uow, hall=hall.hall, books=names, reason="保管期满")


def sign(hall: OpenHall, document: Document, who: str, now: dt.datetime = FREE) -> Document:
    with hall.work(who, now=now) as uow:
        return sign_destruction(uow, hall=hall.hall, number=document.number or "")


def calendar(hall: OpenHall) -> list[Kept]:
    with hall.read() as uow:
        return retention_calendar(uow, hall.hall)


def test_inv_10_full_years_are_counted_from_the_end_of_the_year() -> None:
    assert kept_until(STUB, 5) == dt.date(2024, 12, 31)
    assert kept_until(STUB, 10) == dt.date(2029, 12, 31)


def test_inv_10_a_stub_of_2019_is_not_destroyed_at_the_end_of_2024(hall: OpenHall) -> None:
    finished(hall)
    with refused(hall, KeptStill) as told:
        ask(hall, clock("12:00", date=dt.date(2024, 12, 30)))
    assert told.value.facts["date"] == "2029-12-31"
    # The five years of the invoice rules are over, the ten of tax papers still run.
    with refused(hall, KeptStill):
        ask(hall, clock("12:00", date=dt.date(2025, 1, 2)))
    with refused(hall, KeptStill):
        ask(hall, LAST_DAY)


def test_inv_10_two_approvals_and_nothing_is_deleted(hall: OpenHall) -> None:
    finished(hall)
    document = ask(hall, FREE)
    assert document.required_roles == "department,hall_manager"
    with refused(hall, NotPermitted):
        sign(hall, document, "V01")
    assert sign(hall, document, "M01").state == "submitted"
    with refused(hall, NotPermitted):
        sign(hall, document, "M01")
    assert calendar(hall)[0].destroyed_on is None
    assert sign(hall, document, "S01").state == "posted"
    (kept,) = calendar(hall)
    assert (kept.destroyed_on, kept.kept_until) == (FREE.date(), dt.date(2029, 12, 31))
    with refused(hall, DestroyedAlready):
        ask(hall, FREE)


def test_a_book_at_work_has_no_end_of_its_time(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100002", "A01")
    assert calendar(hall) == []
    with refused(hall, PapersAtWork):
        ask(hall, FREE)


def test_the_last_change_of_a_number_counts(hall: OpenHall) -> None:
    finished(hall)
    late = used(hall, "00100002", 0, "void", issued_at=at("10:00", date=dt.date(2020, 1, 2)))
    put(hall, "invoices", late)
    assert calendar(hall)[0].kept_until == dt.date(2030, 12, 31)


@pytest.mark.parametrize(("years", "until"), [(4, 2029), (15, 2034)])
def test_the_longest_term_in_force_counts(hall: OpenHall, years: int, until: int) -> None:
    finished(hall)
    rule = f"rule of {hall.id}"
    with hall.work(LOADER) as uow:
        term = {"paper": "stubs", "rule": rule, "years": years}
        uow.session.add(RetentionTerm(valid_from=dt.date(2020, 1, 1), **term))
    assert calendar(hall)[0].kept_until.year == until
    with hall.work(LOADER) as uow:
        assert dict(terms_on(uow, "stubs", dt.date(2019, 12, 31))).get(rule) is None
        row = uow.session.get_one(RetentionTerm, ("stubs", rule, dt.date(2020, 1, 1)))
        uow.session.delete(row)
