"""R01 to R09 on claims loaded from files, one question after the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from refunds.models import RefundHandler
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    Found,
    at,
    day,
    facts,
    findings,
    form,
    line,
    put,
    run,
)
from tests.refunds.casing import (
    SUBSCRIBER,
)

HALF_PAST = "10:30"


def claim(number: str, fen: int, **cells: Any) -> dict[str, Any]:
    """Give a claim of a refund asked for by A01 at ten, approved by D01, carried out by A02."""
    return {
        "document_no": number,
        "kind": "refund",
        "subscriber": SUBSCRIBER,
        "amount": fen,
        "reason": "错交",
        "requester": "A01",
        "requested_at": at("10:00"),
        "approver": "D01",
        "approved_at": at("10:10"),
        "executor": "A02",
        "executed_at": at("10:20"),
        "tender": "cash",
        "customer_signed": 1,
        "papers_handed_at": at("18:00"),
        **cells,
    }


def given(txn: str, fen: int, **cells: Any) -> dict[str, Any]:
    """Give a line by which A02 gave money back in cash."""
    back = {"clerk": "A02", "subscriber": SUBSCRIBER, "accepted_at": at("10:20"), **cells}
    return line(txn, -fen, **back)


def found(hall: OpenHall, *, date: dt.date = DAY, **when: Any) -> set[tuple[str, str]]:
    """Give (check, subject) of what the R checks find."""
    results: Found = run(hall, date=date, **when)
    return {key for key in results if key[0].startswith("R")}


def test_a_refund_with_everything_raises_nothing(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "accounts", given("T2", 80_00, document_no="R1", original_txn_no="T1"))
    put(hall, "refunds", claim("R1", 80_00, original_txn_no="T1"))
    assert found(hall) == set()


def test_money_given_without_a_document_is_unapproved(hall: OpenHall) -> None:
    put(hall, "accounts", given("T2", 80_00))
    assert found(hall) == {("R01", "txn:T2")}


@pytest.mark.parametrize("cells", [{"approver": ""}, {"approved_at": None}])
def test_a_document_nobody_approved_allows_nothing(hall: OpenHall, cells: dict[str, Any]) -> None:
    put(hall, "accounts", given("T2", 80_00, document_no="R1"))
    put(hall, "refunds", claim("R1", 80_00, **cells))
    assert found(hall) == {("R01", "txn:T2")}


def test_what_goes_beyond_the_documents_amount_is_unapproved(hall: OpenHall) -> None:
    put(hall, "accounts", given("T2", 50_00, document_no="R1"))
    put(hall, "accounts", given("T3", 30_01, document_no="R1", accepted_at=at(HALF_PAST)))
    put(hall, "refunds", claim("R1", 80_00))
    assert found(hall) == {("R01", "txn:T3"), ("R07", "document:R1")}


def test_a_document_nobody_names_answers_for_one_payment_of_its_kind_and_amount(
    hall: OpenHall,
) -> None:
    put(hall, "accounts", given("T2", 80_00))
    put(hall, "accounts", given("T3", 80_00, accepted_at=at(HALF_PAST)))
    put(hall, "refunds", claim("R1", 80_00))
    assert found(hall) == {("R01", "txn:T3")}


def test_a_document_used_yesterday_answers_for_nothing_today(hall: OpenHall) -> None:
    before = at("10:20", date=day(-1))
    put(hall, "accounts", given("T2", 80_00, accepted_at=before), date=day(-1))
    put(hall, "accounts", given("T3", 80_00))
    put(hall, "refunds", claim("R1", 80_00, requested_at=at("10:00", date=day(-1))), date=day(-1))
    assert ("R01", "txn:T3") in found(hall)


def reversal(fen: int = 80_00, **cells: Any) -> dict[str, Any]:
    """Give a reversal of T1 that D01 authorised."""
    own = {"line_kind": "reversal", "original_txn_no": "T1", "authoriser": "D01", **cells}
    return given("T2", fen, **own)


def test_a_same_day_reversal_needs_an_authoriser_and_no_document(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "accounts", reversal())
    assert found(hall) == set()


@pytest.mark.parametrize(
    "cells",
    [
        {"authoriser": ""},
        {"authoriser": "A02"},
        {"original_txn_no": "T9"},
        {"fen": 79_99},
        {"tender": "pos"},
        {"line_kind": "refund"},
    ],
    ids=str,
)
def test_a_reversal_that_lacks_something_is_unapproved(
    hall: OpenHall, cells: dict[str, Any]
) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "accounts", reversal(**cells))
    assert found(hall) == {("R01", "txn:T2")}


def test_a_correction_line_is_no_refund(hall: OpenHall) -> None:
    put(hall, "accounts", given("T2", 80_00, line_kind="correction"))
    assert found(hall) == set()


def test_a_waiver_in_billing_needs_its_document(hall: OpenHall) -> None:
    change = {
        "adjustment_no": "ADJ1",
        "at": at("10:20"),
        "clerk": "A02",
        "subscriber": SUBSCRIBER,
        "kind": "waiver",
        "amount": 30_00,
    }
    put(hall, "adjustments", change)
    assert found(hall) == {("R01", "adjustment:ADJ1")}
    put(hall, "refunds", claim("R1", 30_00, kind="gift_credit"))
    assert ("R01", "adjustment:ADJ1") in found(hall)
    put(hall, "refunds", claim("R2", 30_00, kind="waiver", tender=""))
    assert ("R01", "adjustment:ADJ1") not in found(hall)


def test_a_waiver_that_never_reached_billing_is_not_carried_out(hall: OpenHall) -> None:
    other = {
        "adjustment_no": "ADJ1",
        "at": at("10:20"),
        "clerk": "A02",
        "subscriber": "18600000009",
        "kind": "waiver",
        "amount": 5_00,
        "document_no": "R9",
    }
    put(hall, "adjustments", other)
    put(hall, "refunds", claim("R9", 5_00, kind="waiver", subscriber="18600000009", tender=""))
    put(hall, "refunds", claim("R1", 30_00, kind="waiver", tender=""))
    assert found(hall) == {("R06", "document:R1")}


@pytest.mark.parametrize(
    "cells",
    [
        {"requester": "D01"},
        {"approved_at": at("10:21")},
        {"amount": 100_01},
        {"amount": 5_000_01, "approver": "S01"},
        {"approver": "A02"},
    ],
    ids=["own", "late", "above", "above all", "no role"],
)
def test_an_approval_that_does_not_hold(hall: OpenHall, cells: dict[str, Any]) -> None:
    put(hall, "refunds", claim("R1", 80_00, **cells))
    assert found(hall) == {("R02", "document:R1")}


def test_department_and_finance_together_may_sign_anything(hall: OpenHall) -> None:
    both = {"approver": "S01", "second_approver": "F01"}
    put(hall, "refunds", claim("R1", 90_000_00, **both))
    assert found(hall) == set()


def test_the_sum_of_thirty_days_is_held_against_the_approver(hall: OpenHall) -> None:
    early = at("10:00", date=day(-20))
    put(hall, "refunds", claim("R1", 60_00, requested_at=early, kind="waiver"), date=day(-20))
    put(hall, "refunds", claim("R2", 60_00))
    assert found(hall) == {("R02", "document:R2")}


def test_a_split_is_found_on_the_one_that_crosses_and_each_later_one(hall: OpenHall) -> None:
    for number, clock in (("R1", "10:00"), ("R2", "11:00"), ("R3", "12:00")):
        later = {"requested_at": at(clock), "approved_at": at(clock), "executed_at": at("13:00")}
        put(hall, "refunds", claim(number, 60_00, **later))
    assert {key for key in found(hall) if key[0] == "R03"} == {
        ("R03", "document:R2"),
        ("R03", "document:R3"),
    }


def test_what_an_approver_may_sign_at_once_is_no_split(hall: OpenHall) -> None:
    for number, clock in (("R1", "10:00"), ("R2", "11:00")):
        later = {"requested_at": at(clock), "approved_at": at(clock), "executed_at": at("13:00")}
        put(hall, "refunds", claim(number, 60_00, approver="M01", **later))
    assert found(hall) == set()


@pytest.mark.parametrize(
    "cells",
    [
        {"customer_signed": 0},
        {"papers_handed_at": None},
        {"papers_handed_at": at("12:01", date=day(1))},
    ],
    ids=["unsigned", "not handed", "handed late"],
)
def test_papers_that_are_missing(hall: OpenHall, cells: dict[str, Any]) -> None:
    put(hall, "refunds", claim("R1", 80_00, **cells))
    assert found(hall) == {("R04", "document:R1")}


def test_papers_are_not_missing_before_their_time(hall: OpenHall) -> None:
    put(hall, "refunds", claim("R1", 80_00, papers_handed_at=None))
    tonight = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert found(hall, now=tonight) == set()


def test_an_invoiced_sale_refunded_needs_its_red_letter(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "invoices", form("00100001", 80_00, txn_no="T1"))
    put(hall, "refunds", claim("R1", 80_00, original_txn_no="T1"))
    assert found(hall) == {("R04", "document:R1")}
    red = {"original_code": "044001911204", "original_no": "00100001"}
    put(hall, "invoices", form("00100002", -80_00, "red", **red))
    assert found(hall) == set()


def test_inv_08_a_red_letter_without_the_customers_receipt_is_incomplete(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 58_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "invoices", form("00100001", 58_00, txn_no="T1"))
    red = {"original_code": "044001911204", "original_no": "00100001"}
    put(hall, "invoices", form("00100002", -58_00, "red", **red))
    put(hall, "refunds", claim("R1", 58_00, original_txn_no="T1", customer_signed=0))
    assert found(hall) == {("R04", "document:R1")}
    assert facts(hall, "R04", "document:R1")["missing"] == "signature "


def test_a_digital_invoice_has_72_hours(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER))
    put(hall, "invoices", form("26440000000012345678", 80_00, txn_no="T1"))
    put(hall, "refunds", claim("R1", 80_00, original_txn_no="T1"))
    within = dt.datetime(2026, 11, 23, 2, 19, tzinfo=dt.UTC)
    after = dt.datetime(2026, 11, 23, 2, 21, tzinfo=dt.UTC)
    assert found(hall, now=within) == set()
    assert found(hall, now=after) == {("R04", "document:R1")}


def test_money_back_by_another_tender(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER, tender="wechat"))
    put(hall, "refunds", claim("R1", 80_00, original_txn_no="T1"))
    assert found(hall) == {("R05", "document:R1")}


@pytest.mark.parametrize(
    ("tender", "days", "severity"),
    [
        ("cash", 0, "note"),
        ("cash", 1, "warn"),
        ("wechat", 11, "note"),
        ("wechat", 12, "warn"),
        ("transfer", 21, "note"),
        ("transfer", 24, "warn"),
    ],
)
def test_approved_and_not_carried_out(
    hall: OpenHall, tender: str, days: int, severity: str
) -> None:
    waiting = claim(
        "R1", 80_00, executed_at=None, executor="", tender=tender, papers_handed_at=None
    )
    put(hall, "refunds", waiting)
    now = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC) + dt.timedelta(days=days)
    assert found(hall, now=now) == {("R06", "document:R1")}
    assert [row.severity for row in findings(hall) if row.check_code == "R06"] == [severity]


def test_who_the_hall_has_not_designated(hall: OpenHall) -> None:
    put(hall, "refunds", claim("R1", 80_00))
    assert found(hall) == set()
    with hall.work(LOADER) as uow:
        uow.session.add(RefundHandler(hall_id=hall.id, number="A01", valid_from=DAY))
    assert found(hall) == {("R08", "document:R1")}


def test_a_deposit_that_was_not_taken_or_is_exceeded(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 200_00, clerk="A02", subscriber=SUBSCRIBER, deposit=1))
    put(hall, "accounts", line("T5", 200_00, clerk="A02", subscriber="18600000007"))
    back = {"kind": "deposit_return", "approver": "M01"}
    put(hall, "refunds", claim("R1", 150_00, original_txn_no="T1", **back))
    second = {**back, "requested_at": at("11:00"), "approved_at": at("11:01")}
    put(
        hall,
        "refunds",
        claim("R2", 60_00, original_txn_no="T1", executed_at=at("11:05"), **second),
        claim("R3", 10_00, original_txn_no="T5", subscriber="18600000007", **back),
    )
    assert found(hall) == {("R09", "document:R2"), ("R09", "document:R3")}
