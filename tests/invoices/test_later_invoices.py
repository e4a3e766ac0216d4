"""Invoices asked for later, month bills, reissues and reprints: acts, each with its rule."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from invoices.keyed_uses import KeyedUse
from invoices.later_invoices import (
    NewForm,
    register_later,
    register_month_bill,
    register_reissue,
)
from invoices.reprints import record_reprint, reprints_of
from invoices.use_errors import (
    InvoicedAlready,
    MonthBilledTwice,
    NotPrintedAgain,
    NotYourCustody,
    OriginalStillLive,
    OriginalUnknown,
    PeriodUnreadable,
    ReasonMissing,
    ReissuedAlready,
    TransactionUnknown,
)
from tests.builders import OpenHall
from tests.invoices.form_days import code_of, post, receive, states, used, void
from tests.ledger.audit.evidence_days import at, day, line, put, run
from tests.observing import refused


def new(hall: OpenHall, number: str = "") -> NewForm:
    return NewForm("A01", code_of(hall), number)


def later(hall: OpenHall, txn_no: str, amount: int | None = None, number: str = "") -> KeyedUse:
    with hall.work("A01") as uow:
        return register_later(
            uow, hall=hall.hall, form=new(hall, number), txn_no=txn_no, amount_fen=amount
        )


def bill(hall: OpenHall, period: str = "2026-10", subscriber: str = "18600001111") -> KeyedUse:
    with hall.work("A01") as uow:
        return register_month_bill(
            uow,
            hall=hall.hall,
            form=new(hall),
            subscriber=subscriber,
            period=period,
            amount_fen=9900,
        )


def reissue(hall: OpenHall, number: str, amount: int | None = None) -> KeyedUse:
    with hall.work("A01") as uow:
        return register_reissue(
            uow,
            hall=hall.hall,
            form=new(hall),
            original_code=code_of(hall),
            original_no=number,
            amount_fen=amount,
        )


def rows(hall: OpenHall, columns: str) -> list[tuple[object, ...]]:
    with hall.read() as uow:
        found = uow.session.execute(
            text(f"SELECT {columns} FROM evidence_invoices WHERE hall_id = :h ORDER BY intake_no"),
            {"h": hall.id},
        )
        return [tuple(row) for row in found]


def test_inv_14_an_invoice_asked_for_later_is_of_the_earlier_payment(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "accounts", line("T1", 19900, accepted_at=at("10:00", date=day(-3))))
    done = later(hall, "T1")
    assert done.numbers == ("00000001",)
    assert rows(hall, "basis, txn_no, amount") == [("txn", "T1", 19900)]
    assert states(hall)["00000001"] == "issued"
    found = {check for check, _ in run(hall)}
    assert not found & {"X02", "X03", "P10"}


def test_later_invoices_never_exceed_what_was_paid(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "accounts", line("T1", 19900))
    later(hall, "T1", 10000)
    with refused(hall, InvoicedAlready) as refusal:
        later(hall, "T1", 9901)
    assert refusal.value.facts["invoiced"] == "100.00"
    later(hall, "T1", 9900)
    with refused(hall, InvoicedAlready):
        later(hall, "T1")
    with refused(hall, TransactionUnknown):
        later(hall, "T2")


def test_a_void_invoice_leaves_the_payment_to_be_invoiced(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "accounts", line("T1", 19900))
    later(hall, "T1", number="00000001")
    put(hall, "invoices", void(hall, "00000001", issued_at=at("23:00")))
    assert later(hall, "T1", number="00000002").numbers == ("00000002",)


def test_a_month_is_billed_once_for_each_subscriber(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    bill(hall)
    assert rows(hall, "basis, subscriber, period") == [("month_bill", "18600001111", "2026-10")]
    with refused(hall, MonthBilledTwice) as refusal:
        bill(hall)
    assert refusal.value.facts["invoice"] == f"{code_of(hall)}/00000001"
    bill(hall, period="2026-11")
    bill(hall, subscriber="18600002222")


@pytest.mark.parametrize("period", ["2026-12", "2026-13", "202610", "", "2026-1"])
def test_a_month_that_cannot_be_billed_is_refused(hall: OpenHall, period: str) -> None:
    receive(hall, "00000001", "00000020", "A01")
    with refused(hall, PeriodUnreadable):
        bill(hall, period=period)


def test_a_reissue_names_the_void_one_it_replaces_once(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "accounts", line("T1", 5800, invoice_waived=0))
    put(hall, "invoices", used(hall, "00000001", 5800, txn_no="T1"))
    post(hall)
    with refused(hall, OriginalStillLive):
        reissue(hall, "00000001")
    put(hall, "invoices", void(hall, "00000001", issued_at=at("10:30")))
    done = reissue(hall, "00000001")
    assert done.numbers == ("00000002",)
    assert rows(hall, "basis, original_no, amount")[-1] == ("reissue", "00000001", 5800)
    assert not {check for check, _ in run(hall)} & {"X01", "X02", "X03"}
    with refused(hall, ReissuedAlready) as refusal:
        reissue(hall, "00000001")
    assert refusal.value.facts["other"] == f"{code_of(hall)}/00000002"
    with refused(hall, OriginalUnknown):
        reissue(hall, "00000009")


def test_a_fully_reversed_invoice_may_be_reissued_and_a_partly_reversed_may_not(
    hall: OpenHall,
) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001", 5800))
    original = {"original_code": code_of(hall), "original_no": "00000001"}
    put(hall, "invoices", used(hall, "00000002", -5000, "red", **original))
    with refused(hall, OriginalStillLive):
        reissue(hall, "00000001")
    put(hall, "invoices", used(hall, "00000003", -800, "red", **original))
    assert reissue(hall, "00000001").numbers == ("00000004",)


def test_a_reissued_month_bill_is_still_the_bill_of_its_month(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    bill(hall)
    put(hall, "invoices", void(hall, "00000001", issued_at=at("23:00")))
    reissue(hall, "00000001")
    with refused(hall, MonthBilledTwice):
        bill(hall)


def test_a_reprint_takes_no_number_and_is_recorded(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001"), void(hall, "00000002"))
    post(hall)
    before = states(hall)
    for times in (1, 2):
        with hall.work("A01") as uow:
            assert times == record_reprint(
                uow,
                hall=hall.hall,
                clerk="A01",
                invoice_code=code_of(hall),
                invoice_no="00000001",
                reason="客户遗失",
            )
    assert states(hall) == before
    with hall.read() as uow:
        made = reprints_of(uow, hall.hall, code_of(hall), "00000001")
        assert [(one.clerk, one.reason) for one in made] == [("A01", "客户遗失")] * 2


@pytest.mark.parametrize(
    ("who", "number", "reason", "error"),
    [
        ("A01", "00000001", " ", ReasonMissing),
        ("A01", "00000002", "x", NotPrintedAgain),
        ("A01", "00000003", "x", OriginalUnknown),
        ("A02", "00000001", "x", NotYourCustody),
    ],
)
def test_a_reprint_is_refused_by_name(
    hall: OpenHall, who: str, number: str, reason: str, error: type[Exception]
) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001"), void(hall, "00000002"))
    with refused(hall, error), hall.work(who) as uow:  # type: ignore[arg-type]
        record_reprint(
            uow,
            hall=hall.hall,
            clerk="A01",
            invoice_code=code_of(hall),
            invoice_no=number,
            reason=reason,
        )
