"""X04, X05, X06 and X08: charged twice, received against due, forms, the tariff; and D01."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ledger.evidence.expected import expect_day
from ledger.hall_rules import Business, HallLimit
from ledger.times import HALL_TIME
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    Found,
    at,
    day,
    facts,
    findings,
    line,
    of,
    put,
    put_nil,
    run,
)

NONE = (None, None)
PHONE = {"subscriber": "18600000001"}


@pytest.mark.parametrize(
    ("clock", "found"),
    [("10:00", True), ("10:10", True), ("10:10:01", False), ("09:50", True), ("09:49:59", False)],
)
def test_charged_twice_within_ten_minutes(hall: OpenHall, clock: str, found: bool) -> None:
    put(hall, "accounts", line("T1", 5800, **PHONE))
    put(hall, "accounts", line("T2", 5800, **PHONE, accepted_at=at(clock)))
    later = "T2" if clock >= "10:00" else "T1"
    assert of(run(hall), "X04") == ({("X04", f"txn:{later}"): NONE} if found else {})


def test_the_halls_own_ten_minutes(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(HallLimit(hall_id=hall.id, name="double_charge_minutes", amount=1))
    put(hall, "accounts", line("T1", 5800, **PHONE))
    put(hall, "accounts", line("T2", 5800, **PHONE, accepted_at=at("10:01:01")))
    assert of(run(hall), "X04") == {}


@pytest.mark.parametrize(
    "changed",
    [{"received": 5801}, {"business": "充值"}, {"clerk": "A02"}, {"subscriber": "18600000002"}],
)
def test_another_amount_business_clerk_or_subscriber_is_no_repeat(
    hall: OpenHall, changed: dict[str, Any]
) -> None:
    first = line("T1", 5800, **PHONE)
    put(hall, "accounts", first, first | {"txn_no": "T2", "accepted_at": at("10:01")} | changed)
    assert of(run(hall), "X04") == {}


def test_blank_subscribers_are_never_the_same(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 5800))
    assert of(run(hall), "X04") == {}


@pytest.mark.parametrize(("undone", "days", "found"), [("T1", 0, 0), ("T2", 0, 0), ("T2", 1, 1)])
def test_only_what_stands_at_day_end_is_charged_twice(
    hall: OpenHall, undone: str, days: int, found: int
) -> None:
    put(
        hall,
        "accounts",
        line("T1", 5800, **PHONE),
        line("T2", 5800, **PHONE, accepted_at=at("10:05")),
        line(
            "T3",
            -5800,
            **PHONE,
            line_kind="reversal",
            original_txn_no=undone,
            accepted_at=at("10:06", date=day(days)),
        ),
    )
    assert len(of(run(hall), "X04")) == found


def test_the_ten_minutes_run_over_midnight(hall: OpenHall) -> None:
    put(
        hall,
        "accounts",
        line("T1", 5800, **PHONE, accepted_at=at("23:55", date=day(-1))),
        line("T2", 5800, **PHONE, accepted_at=at("00:05")),
        line("T3", 9900, subscriber="S3", accepted_at=at("23:56", date=day(-1))),
        line("T4", -9900, original_txn_no="T3", accepted_at=at("23:57", date=day(-1))),
        line("T5", 9900, subscriber="S3", accepted_at=at("00:01")),
    )
    assert of(run(hall), "X04") == {("X04", "txn:T2"): NONE}
    assert facts(hall, "X04", "txn:T2")["earlier"] == "T1"
    assert of(run(hall, date=day(-1)), "X04") == {}


@pytest.mark.parametrize("received", [7499, 7500, 7501])
def test_received_is_due_less_discount_plus_prepaid(hall: OpenHall, received: int) -> None:
    """58.00 + 42.00 due, 30.00 off, 5.00 prepaid = 75.00, over two lines together."""
    put(
        hall,
        "accounts",
        line("T1", 5800, discount=3000, received=2800),
        line("T1", 4200, line_no=2, prepaid=500, received=received - 2800),
    )
    expected = {} if received == 7500 else {("X05", "txn:T1"): (7500, received)}
    assert of(run(hall), "X05") == expected


def test_what_is_paid_later_is_not_compared(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800, received=0), line("T1", 100, line_no=2, deferred=1))
    assert of(run(hall), "X05") == {}


def waiver(fen: int, **cells: Any) -> dict[str, Any]:
    """Give an approved waiver."""
    row = {
        "document_no": "JM1",
        "kind": "waiver",
        "amount": fen,
        "requested_at": at("09:00"),
        "approver": "M01",
        "approved_at": at("09:30"),
    }
    return {**row, **cells}


@pytest.mark.parametrize(
    ("claim", "cells", "waived"),
    [
        (waiver(1500), {"document_no": "JM1"}, True),
        (waiver(1500), {"document_no": "JM2"}, False),
        (waiver(1499), {"document_no": "JM1"}, False),
        (waiver(1500, approver=""), {"document_no": "JM1"}, False),
        (waiver(1500, approved_at=None), {"document_no": "JM1"}, False),
        (waiver(1500, kind="refund"), {"document_no": "JM1"}, False),
        (waiver(1500, original_txn_no="T1"), {}, True),
        (waiver(1500, original_txn_no="T2", **PHONE), PHONE, False),
        (waiver(1500, **PHONE), PHONE, True),
        (waiver(1500), {}, False),
    ],
)
def test_an_approved_waiver_of_just_the_difference_explains_it(
    hall: OpenHall, claim: dict[str, Any], cells: dict[str, Any], waived: bool
) -> None:
    put(hall, "accounts", line("T1", 5800, received=4300, **cells))
    put(hall, "refunds", claim)
    assert of(run(hall), "X05") == ({} if waived else {("X05", "txn:T1"): (5800, 4300)})


@pytest.fixture
def tariff(hall: OpenHall) -> OpenHall:
    """Give a hall that charges 20.00 for a new card, on a signed form."""
    rules = [("补卡", 1, 2000), ("改号", 1, None), ("缴费", 0, None)]
    with hall.work(LOADER) as uow:
        for name, needs_form, fee in rules:
            uow.session.add(
                Business(
                    hall_id=hall.id,
                    business=name,
                    needs_form=bool(needs_form),
                    invoice_due="payment",
                    fee_fen=fee,
                )
            )
    return hall


def test_a_business_that_needs_a_form_names_one_on_any_line(tariff: OpenHall) -> None:
    put(
        tariff,
        "accounts",
        line("T1", 2000, business="补卡"),
        line("T2", 2000, business="补卡"),
        line("T2", 100, line_no=2, form_no="SL1"),
        line("T3", 100),
        line("T4", 2000, business="补卡", form_no="SL1"),
    )
    assert of(run(tariff), "X06") == {("X06", "txn:T1"): NONE}


@pytest.mark.parametrize("due", [1999, 2000, 2001])
def test_what_is_due_is_the_standard_fee(tariff: OpenHall, due: int) -> None:
    put(
        tariff,
        "accounts",
        line("T1", due, business="补卡", form_no="S"),
        line("T1", 700, line_no=2),
        line("T2", 12345, business="改号", form_no="S"),
        line("T3", -1, business="补卡", form_no="S"),
        line("T4", 12345, business="新业务"),
    )
    expected = {} if due == 2000 else {("X08", "txn:T1"): (2000, due)}
    assert of(run(tariff), "X08") == expected


def sources(hall: OpenHall, now: dt.datetime) -> tuple[Found, set[str]]:
    """Give what D01 finds at a time, and with what severities."""
    found = of(run(hall, now=now), "D01")
    graves = {f.severity for f in findings(hall) if f.check_code == "D01" and f.state == "open"}
    return found, graves


def test_a_source_is_awaited_until_noon_and_missing_from_then_on(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 100, tender="wechat", tender_ref="W1"))
    put(hall, "declarations")
    put_nil(hall, "deposits")
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
    missing = {("D01", "source:invoices"): NONE, ("D01", "source:settlements:wechat"): NONE}
    noon = dt.datetime.combine(day(1), dt.time(12), HALL_TIME)
    assert sources(hall, noon - dt.timedelta(seconds=1)) == (missing, {"note"})
    assert sources(hall, noon) == (missing, {"block"})
