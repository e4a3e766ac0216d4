"""Patterns of REF-05 one by one: raised with their evidence where they hold, and not beside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, select

from backoffice.audit_work import run_day
from backoffice.database import make_engine
from ledger.documents import find_document
from ledger.enrolment import StaffMember
from ledger.permissions import NotPermitted
from refunds.flags import PATTERNS, FlagSettled, OwnFlag, settle_flag
from refunds.models import RefundFlag
from refunds.requests import Request
from refunds.seen import unmask
from tests.builders import DAY, LOADER, NOW, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import at, day, declared, form, line, put
from tests.refunds import test_claim_patterns as claims
from tests.refunds.casing import (
    BY_COMPLAINT,
    approve,
    ask,
    carry_out,
    pay,
    refund_of,
    refusal,
)


@pytest.fixture(scope="module")
def shared_url(databases: Databases) -> Iterator[str]:
    """Give SQLite; what the audit reads is read on PostgreSQL once, at the end."""
    with databases.fresh("sqlite") as url:
        yield url


TONIGHT = dt.datetime(2026, 11, 20, 14, tzinfo=dt.UTC)
LONG_OPEN = DAY - dt.timedelta(days=120)


def evidence(hall: OpenHall, number: str) -> dict[str, Any]:
    """Give pattern -> evidence of the flags on a case."""
    with hall.read() as uow:
        case = find_document(uow, hall.id, number)
        flags = select(RefundFlag).where(
            RefundFlag.hall_id == hall.id, RefundFlag.document_id == case.id
        )
        return {flag.pattern: json.loads(flag.evidence) for flag in uow.session.scalars(flags)}


def audit(hall: OpenHall) -> None:
    """Audit the day in the evening."""
    run_day(hall.engine, LOADER, hall.hall.code, DAY, now=TONIGHT)


def gift(fen: int = 10_00, **cells: Any) -> Request:
    """Give a request for gift credit."""
    asked = replace(BY_COMPLAINT, instrument="gift_credit", reason="campaign", amount_fen=fen)
    return replace(asked, **cells)


def closing(fen: int = 10_00, **cells: Any) -> Request:
    """Give a request to pay out a balance on closing, of which nothing is a gift."""
    asked = {"reason": "closing_balance", "original_txn": "", "balance_fen": fen, **cells}
    return refund_of("", fen, **asked)


def work(hall: OpenHall, clerk: str, first: str, last: str, *, date: dt.date = DAY) -> None:
    """Let a clerk take 100.00 twice."""
    for clock in (first, last):
        txn = f"W{clerk}{date}{clock}"
        put(hall, "accounts", line(txn, 100_00, clerk=clerk, accepted_at=at(clock, date=date)),
            date=date)  # fmt: skip


def done(hall: OpenHall, number: str, *, who: str = "A01", now: dt.datetime = NOW) -> str:
    """Approve a case and carry it out; gives its number."""
    approve(hall, number, "M01", now=now)
    carry_out(hall, number, who, now=now)
    return number


def test_ref_05_splitting_names_the_cases_of_the_week(hall: OpenHall) -> None:
    first = ask(hall, replace(BY_COMPLAINT, amount_fen=480_00))
    second = ask(hall, replace(BY_COMPLAINT, amount_fen=480_00), now=NOW + dt.timedelta(days=2))
    assert evidence(hall, first) == {}
    split = evidence(hall, second)["split"]
    assert [one["number"] for one in split["cases"]] == [first, second]


def test_ref_05_splitting_by_the_number_the_money_goes_to(hall: OpenHall) -> None:
    numbers = []
    for place in range(2):
        txn = pay(hall, f"T{place}", 300_00, subscriber=f"1860000005{place}")
        moved = refund_of(txn, 300_00, instrument="transfer_balance", tender="")
        moved = replace(moved, subscriber=f"1860000005{place}", to_subscriber="18600000059")
        numbers.append(ask(hall, moved))
    with hall.read() as uow:
        roles = [find_document(uow, hall.id, number).required_roles for number in numbers]
    assert roles == ["hall_manager", "department"]
    split = evidence(hall, numbers[1])["split"]
    assert [one["number"] for one in split["cases"]] == numbers


def test_ret_03_who_sees_more_than_ten_full_numbers_a_day_is_flagged(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00))
    for seen in range(1, 12):
        with hall.work("J01") as uow:
            unmask(uow, hall=hall.hall, number=number, reason="核对")
        assert ("many_unmasked" in evidence(hall, number)) is (seen > 10)
    found = evidence(hall, number)["many_unmasked"]
    assert (found["who"], found["seen"]) == (hall.people["J01"].label, 11)
    with hall.read() as uow:
        flag_id = uow.session.scalars(
            select(RefundFlag.id).where(
                RefundFlag.hall_id == hall.id, RefundFlag.pattern == "many_unmasked"
            )
        ).one()

    def settle() -> None:
        with hall.work("J01") as uow:
            settle_flag(uow, hall=hall.hall, flag_id=flag_id, outcome="harmless", note="本人")

    refusal(hall, OwnFlag, settle)


def test_ref_05_just_under_the_limit_more_than_k_times_a_month(hall: OpenHall) -> None:
    numbers = []
    for place, fen in enumerate((95_00, 95_01, 100_00, 96_00, 99_00)):
        number = ask(hall, replace(BY_COMPLAINT, amount_fen=fen, subscriber=f"1860000010{place}"))
        approve(hall, number, "D01")
        numbers.append(number)
    raised = [number for number in numbers if "near_limit" in evidence(hall, number)]
    assert raised == numbers[4:]
    assert evidence(hall, numbers[4])["near_limit"]["limit_fen"] == 100_00


def test_ref_05_the_third_for_one_number_in_thirty_days(hall: OpenHall) -> None:
    numbers = [ask(hall, replace(BY_COMPLAINT, amount_fen=1_00)) for _ in range(3)]
    assert ["repeat" in evidence(hall, number) for number in numbers] == [False, False, True]


def test_ref_05_a_refund_without_a_receipt_of_as_much(hall: OpenHall) -> None:
    assert "no_payment" in evidence(hall, ask(hall, closing()))
    pay(hall, "T1", 10_00)
    assert "no_payment" not in evidence(hall, ask(hall, closing()))
    found = evidence(hall, ask(hall, closing(10_01)))
    assert found["no_payment"]["largest_fen"] == 10_00


def test_ref_05_another_tender_than_the_receipts(hall: OpenHall) -> None:
    txn = pay(hall, tender="wechat")
    number = ask(hall, refund_of(txn, 10_00, override_reason="微信已注销"))
    assert evidence(hall, number)["wrong_tender"] == {"tender": "cash", "reason": "微信已注销"}


@pytest.mark.parametrize(("days", "raised"), [(7, True), (8, False)])
def test_ref_05_a_gift_then_closed_within_seven_days(
    hall: OpenHall, days: int, raised: bool
) -> None:
    given = ask(hall, gift())
    number = ask(hall, closing(), now=NOW + dt.timedelta(days=days))
    found = evidence(hall, number)
    assert ("gift_then_close" in found) is raised
    if raised:
        assert [one["number"] for one in found["gift_then_close"]["cases"]] == [given]


def test_ref_05_a_gift_then_moved_to_another_number(hall: OpenHall) -> None:
    txn = pay(hall)
    ask(hall, gift())
    moved = refund_of(
        txn, 10_00, instrument="transfer_balance", tender="", to_subscriber="18600000005"
    )
    assert "gift_then_close" in evidence(hall, ask(hall, moved))


def test_ref_05_a_number_dormant_for_ninety_days_and_then_credited(shared_engine: Engine) -> None:
    hall = open_hall(shared_engine, "PD01", days=[LONG_OPEN, DAY])
    opened = hall.hall.books_open_on
    assert evidence(hall, ask(hall, gift())) == {}, f"books open on {opened} cannot tell"
    with hall.work(LOADER) as uow:
        uow.session.merge(hall.hall).books_open_on = LONG_OPEN
    hall.hall.books_open_on = LONG_OPEN
    since = DAY - dt.timedelta(days=90)
    for subscriber, paid_on, raised in (
        ("18600000031", since - dt.timedelta(days=1), True),
        ("18600000032", since, False),
        ("18600000033", None, True),
    ):
        if paid_on:
            cells = {"subscriber": subscriber, "accepted_at": at("10:00", date=paid_on)}
            put(hall, "accounts", line(f"T{subscriber}", 5_00, **cells), date=paid_on)
        found = evidence(hall, ask(hall, gift(subscriber=subscriber)))
        assert ("dormant" in found) is raised, subscriber
    assert found["dormant"] == {"no_payment_since": since.isoformat(), "days": 90}


def test_ref_05_somebody_who_was_not_on_shift(hall: OpenHall) -> None:
    work(hall, "A01", "09:30", "17:00", date=day(-1))
    work(hall, "A02", "09:30", "17:00")
    absent = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00))
    present = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00), who="A02")
    manager = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00), who="M01")
    audit(hall)
    assert evidence(hall, absent)["off_shift"] == {
        "part": "requester",
        "clerk": "A01",
        "at": "2026-11-20T10:00:00+08:00",
        "lines": 0,
    }
    assert "off_shift" not in evidence(hall, present)
    assert "off_shift" not in evidence(hall, manager), "nothing tells when a manager works"


@pytest.mark.parametrize(
    ("first", "last", "raised"),
    [("11:00:00", "12:00", False), ("11:00:01", "12:00", True), ("07:00", "08:59:59", True)],
)
def test_ref_05_somebody_outside_the_hours_of_his_shift(
    hall: OpenHall, first: str, last: str, raised: bool
) -> None:
    work(hall, "A01", first, last)
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00))
    audit(hall)
    assert ("off_shift" in evidence(hall, number)) is raised


def test_ref_05_who_declared_was_there_and_without_evidence_nobody_knows(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00))
    audit(hall)
    assert evidence(hall, number) == {}
    work(hall, "A01", "09:30", "17:00", date=day(-1))
    work(hall, "A02", "09:30", "17:00")
    put(hall, "declarations", declared(0))
    audit(hall)
    assert evidence(hall, number) == {}


def test_ref_05_a_clerk_beyond_mean_and_three_deviations(shared_engine: Engine) -> None:
    more = [StaffMember(f"A0{n}", f"员工{n}", ("clerk",)) for n in (3, 4)]
    hall = open_hall(shared_engine, "PC01", more_staff=more)
    for clerk in ("A01", "A02", "A03", "A04"):
        work(hall, clerk, "09:30", "17:00")
    # Of 200.00 each, the others gave back 1.00, 2.00 and 3.00: mean 2.00, deviation 0.82.
    for clerk, amounts in {"A02": (1,), "A03": (2,), "A04": (3,), "A01": (1, 1, 1)}.items():
        for yuan in amounts:
            done(hall, ask(hall, closing(yuan * 100, subscriber=clerk), who=clerk), who=clerk)
    last = done(hall, ask(hall, closing(1_44, subscriber="A01")))
    audit(hall)
    assert "clerk_concentration" not in evidence(hall, last), "4.44 is within 2.00 + 3 x 0.8165"
    last = done(hall, ask(hall, closing(1, subscriber="A01")))
    audit(hall)
    found = evidence(hall, last)["clerk_concentration"]
    assert (found["clerk"], found["cases"], found["back_fen"], found["taken_fen"]) == (
        "A01",
        5,
        4_45,
        200_00,
    )


@pytest.mark.parametrize(
    ("voided_at", "counted", "raised"),
    [("11:00", 199_00, True), ("11:00:01", 199_00, False), ("11:00", 200_00, False)],
)
def test_ref_05_a_void_and_cash_off_in_the_same_hour(
    hall: OpenHall, voided_at: str, counted: int, *, raised: bool
) -> None:
    work(hall, "A01", "09:30", "17:00")
    number = done(hall, ask(hall, refund_of(pay(hall), 10_00)))
    put(hall, "declarations", declared(counted))
    void = {"copies": 3, "copies_recovered": 3, "void_reason": "改抬头"}
    put(hall, "invoices", form("00100001", 58_00, "void", issued_at=at(voided_at), **void))
    audit(hall)
    found = evidence(hall, number)
    assert ("void_and_cash" in found) is raised
    if raised:
        flag = found["void_and_cash"]
        assert (flag["computed_fen"], flag["declared_fen"]) == (200_00, 199_00)
        assert [one["invoice"] for one in flag["voids"]] == ["044001911204/00100001"]


def test_ref_05_a_flag_is_raised_once_and_settled_by_the_auditor_alone(hall: OpenHall) -> None:
    number = ask(hall, closing())
    work(hall, "A01", "11:30", "17:00")
    for _ in range(2):
        audit(hall)
    assert evidence(hall, number).keys() == {"no_payment", "off_shift"}
    with hall.read() as uow:
        flag_id = uow.session.scalars(
            select(RefundFlag.id).where(
                RefundFlag.hall_id == hall.id, RefundFlag.pattern == "off_shift"
            )
        ).one()

    def settle(who: str) -> RefundFlag:
        with hall.work(who) as uow:
            return settle_flag(
                uow, hall=hall.hall, flag_id=flag_id, outcome="harmless", note="提前到岗"
            )

    refusal(hall, NotPermitted, lambda: settle("M01"))
    assert settle("J01").state == "harmless"
    refusal(hall, FlagSettled, lambda: settle("J01"))
    audit(hall)
    with hall.read() as uow:
        assert uow.session.get_one(RefundFlag, (hall.id, flag_id)).state == "harmless"


@pytest.mark.postgresql
def test_ref_05_the_same_is_seen_on_postgresql(databases: Databases) -> None:
    with databases.fresh("postgresql") as url:
        engine = make_engine(url)
        codes = (f"PG{number:02d}" for number in count(1))
        test_ref_05_somebody_who_was_not_on_shift(open_hall(engine, next(codes)))
        test_ref_05_a_clerk_beyond_mean_and_three_deviations(engine)
        test_ref_05_a_void_and_cash_off_in_the_same_hour(
            open_hall(engine, next(codes)), "11:00", 199_00, raised=True
        )
        test_ref_05_a_number_dormant_for_ninety_days_and_then_credited(engine)
        test_ref_05_splitting_by_the_number_the_money_goes_to(open_hall(engine, next(codes)))
        test_ref_05_a_refund_without_a_receipt_of_as_much(open_hall(engine, next(codes)))
        by_file = open_hall(engine, next(codes), days=[LONG_OPEN, DAY])
        claims.tell_of_claims(by_file)
        audit(by_file)
        claims.test_ref_05_each_pattern_shows_on_claims_from_files_and_on_no_other(by_file)
        claims.test_ref_06_claims_are_told_apart_and_with_what_the_evidence_gave(by_file)
        engine.dispose()


def test_ref_05_every_pattern_has_a_test_here() -> None:
    tested = {
        *("split", "near_limit", "repeat", "no_payment", "wrong_tender", "gift_then_close"),
        *("many_unmasked", "off_shift", "clerk_concentration", "void_and_cash", "dormant"),
    }
    assert set(PATTERNS) == tested
