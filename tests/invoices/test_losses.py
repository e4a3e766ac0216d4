"""Losses: a case with a clock, numbers locked at once, late for good (DOMAIN INV-09)."""

from __future__ import annotations

import datetime as dt

import pytest

from invoices.keyed_uses import register_uses
from invoices.loss_cases import LossView, list_losses
from invoices.loss_errors import (
    LossMixed,
    LossNotReported,
    LossReportedAlready,
    LossSettled,
    LossTimeRefused,
)
from invoices.losses import report_loss, settle_loss, undo_loss
from invoices.mark_errors import NotYourForm, NumberLost, NumberUnknown, VoidAskedAlready
from invoices.models import InvoiceRange
from ledger.documents import Document
from ledger.permissions import NotPermitted
from stock.errors import FactMissing
from tests.builders import DAY, OpenHall
from tests.invoices.form_days import code_of, post, receive, used
from tests.invoices.marking import LATER, A, B, C, ask, clock, lose
from tests.ledger.audit.evidence_days import of, put, run
from tests.observing import refused, whereabouts

NEXT = DAY + dt.timedelta(days=1)


def drawn(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")


def cases(hall: OpenHall, *, now: dt.datetime = LATER, only_open: bool = False) -> list[LossView]:
    with hall.work("M01", now=now) as uow:
        return list_losses(uow, [hall.id], only_open=only_open)


def report(hall: OpenHall, now: dt.datetime, who: str = "V01", **stated: dt.datetime) -> None:
    (case,) = cases(hall, now=now)
    with hall.work(who, now=now) as uow:
        report_loss(
            uow,
            hall=hall.hall,
            number=case.number,
            report_no="税报2026-17",
            reported_by="张三",
            **stated,
        )


def close(hall: OpenHall, now: dt.datetime) -> None:
    (case,) = cases(hall, now=now)
    with hall.work("M01", now=now) as uow:
        settle_loss(uow, hall=hall.hall, number=case.number, result="罚款 200 元")


def runs(hall: OpenHall) -> list[tuple[str, str, str, str]]:
    with hall.read() as uow:
        rows = uow.session.query(InvoiceRange).filter_by(hall_id=hall.id)
        return [
            (r.first_no, r.last_no, r.place, r.clerk)
            for r in rows.order_by(InvoiceRange.first_number)
        ]


def test_inv_09_a_report_logged_the_same_day_is_on_time(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B, found_at=clock("16:40"))
    (case,) = cases(hall)
    assert (case.state, case.late, case.numbers) == ("due", False, (B,))
    assert case.due_at == clock("00:00", date=NEXT)
    report(hall, clock("18:10"))
    (case,) = cases(hall, now=clock("12:00", date=NEXT))
    assert (case.state, case.late, case.report_no) == ("reported", False, "税报2026-17")


def test_inv_09_a_report_logged_the_next_morning_is_late_for_good(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B, found_at=clock("16:40"))
    morning = clock("09:00", date=NEXT)
    (case,) = cases(hall, now=morning)
    assert (case.state, case.late) == ("overdue", True)
    # That it was handed in the evening before does not help: it is logged now.
    report(hall, morning, reported_at=clock("18:10"))
    close(hall, clock("10:00", date=NEXT))
    (case,) = cases(hall, now=clock("10:00", date=NEXT))
    assert (case.state, case.late, case.result) == ("closed", True, "罚款 200 元")


@pytest.mark.parametrize(("logged", "late"), [("23:59:59", False), ("00:00:01", True)])
def test_inv_09_the_day_of_discovery_ends_at_midnight(
    hall: OpenHall, logged: str, late: bool
) -> None:
    drawn(hall)
    lose(hall, B)
    at = clock(logged, date=NEXT if late else DAY)
    report(hall, at)
    assert cases(hall, now=at)[0].late is late


def test_inv_09_lost_blanks_are_locked_at_once(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, "00100002-00100003")
    places = whereabouts(hall)
    assert (places[A], places[B], places[C]) == (
        "invoice_clerk A01",
        "invoice_lost",
        "invoice_lost",
    )
    assert runs(hall) == [
        (A, A, "clerk", "A01"),
        (B, C, "lost", ""),
        ("00100004", "00100008", "clerk", "A01"),
    ]
    with refused(hall, NumberLost):
        ask(hall, B)
    with refused(hall, NumberLost):
        lose(hall, C)
    put(hall, "invoices", used(hall, A), used(hall, B), used(hall, "00100004"))
    post(hall, DAY)
    assert whereabouts(hall)[B] == "invoice_lost"
    assert ("P01", f"invoice:0440019100{hall.id:02d}/{B}") not in of(run(hall), "P01")


def test_inv_09_nobody_uses_a_lost_number_or_one_whose_void_waits(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, A)
    ask(hall, B)
    for number, error in ((A, NumberLost), (B, VoidAskedAlready)):
        with refused(hall, error), hall.work("A01", now=LATER) as uow:
            register_uses(
                uow,
                hall=hall.hall,
                clerk="A01",
                invoice_code=code_of(hall),
                first_no=number,
                amounts=[5800],
            )


def test_a_lost_number_is_no_gap(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B)
    put(hall, "invoices", used(hall, A), used(hall, C))
    assert of(run(hall), "P01") == {}


def test_a_lost_copy_leaves_the_invoice_issued_and_locked(hall: OpenHall) -> None:
    drawn(hall)
    put(hall, "invoices", used(hall, A))
    post(hall, DAY)
    with refused(hall, FactMissing):
        lose(hall, A)
    lose(hall, A, copies="发票联")
    assert whereabouts(hall)[A] == "invoice_issued"
    (case,) = cases(hall)
    assert (case.form, case.copies) == ("issued", "发票联")
    with refused(hall, NumberLost):
        ask(hall, A)


def test_blanks_and_issued_copies_are_two_cases(hall: OpenHall) -> None:
    drawn(hall)
    put(hall, "invoices", used(hall, A))
    with refused(hall, LossMixed):
        lose(hall, A, B, copies="记账联")


def test_manager_and_department_see_it_until_it_is_closed(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B)
    assert [case.number for case in cases(hall, only_open=True)] == ["2026-DS-000001"]
    with hall.read("S01") as uow:
        assert len(list_losses(uow, [hall.id], only_open=True)) == 1
    with refused(hall, LossNotReported):
        close(hall, LATER)
    report(hall, LATER, who="M01")
    with refused(hall, LossReportedAlready):
        report(hall, LATER)
    close(hall, LATER)
    assert cases(hall, only_open=True) == []
    with refused(hall, LossSettled):
        close(hall, LATER)


def test_what_is_found_again_goes_back_and_the_mark_stays(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B)
    report(hall, clock("09:00", date=NEXT))
    with hall.work("M01", now=clock("10:00", date=NEXT)) as uow:
        undo_loss(uow, hall=hall.hall, number="2026-DS-000001", reason="在抽屉里找到")
    (case,) = cases(hall, now=clock("10:00", date=NEXT))
    assert (case.state, case.late) == ("found", True)
    assert whereabouts(hall)[B] == "invoice_clerk A01"
    assert {run[2:] for run in runs(hall)} == {("clerk", "A01")}
    assert ask(hall, B, now=clock("11:00", date=NEXT)).state == "submitted"


def test_found_again_the_same_day_unreported_is_never_late(hall: OpenHall) -> None:
    drawn(hall)
    lose(hall, B)
    with hall.work("M01", now=LATER) as uow:
        undo_loss(uow, hall=hall.hall, number="2026-DS-000001", reason="找到")
    long_after = clock("10:00", date=DAY + dt.timedelta(days=40))
    assert not cases(hall, now=long_after)[0].late


def test_who_may_open_and_report_a_loss(hall: OpenHall) -> None:
    drawn(hall)
    with refused(hall, NotYourForm):
        lose(hall, B, who="A02")
    for who in ("J01", "K01", "S01"):
        with refused(hall, NotPermitted):
            lose(hall, B, who=who)
    lose(hall, B, who="M01")
    with refused(hall, NotPermitted):
        report(hall, LATER, who="A01")


def test_a_loss_has_happened_and_is_of_forms_here(hall: OpenHall) -> None:
    drawn(hall)
    with refused(hall, LossTimeRefused):
        lose(hall, B, found_at=LATER + dt.timedelta(minutes=1))
    with refused(hall, NumberUnknown):
        lose(hall, "00999999", who="V01")
    ask(hall, C)
    with refused(hall, VoidAskedAlready):
        lose(hall, C)
    lose(hall, B)
    with refused(hall, LossTimeRefused):
        report(hall, LATER, reported_at=LATER + dt.timedelta(minutes=1))


def test_a_loss_is_one_document_posted_without_a_second_signature(hall: OpenHall) -> None:
    drawn(hall)
    case = lose(hall, B)
    with hall.read() as uow:
        document = uow.session.get_one(Document, (hall.id, case.document_id))
        assert (document.state, document.required_roles) == ("posted", "")
