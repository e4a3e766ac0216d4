"""R01 to R09 on cases of this system, which are read as claims, and where their findings lead."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from backoffice.database import begin_read
from refunds.finding_cases import cases_of_findings
from refunds.papers import papers_due
from tests.builders import NOW, OpenHall
from tests.ledger.audit.evidence_days import at, line, put, run
from tests.refunds.casing import (
    BY_COMPLAINT,
    SUBSCRIBER,
    approve,
    ask,
    carry_out,
    pay,
    refund_of,
)
from tests.refunds.test_refund_checks import claim, found, given


def test_ref_03_papers_missing_the_day_after_are_found_and_on_the_third_told_the_manager(
    hall: OpenHall,
) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    approve(hall, number, "D01")
    carry_out(hall, number)

    def told(now: dt.datetime) -> tuple[bool, bool]:
        with begin_read(hall.engine, hall.people["J01"], now=now) as uow:
            (due,) = papers_due(uow, hall.hall)
        return due.late, due.to_manager

    noon = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert found(hall, now=noon) == set()
    assert found(hall, now=noon + second) == {("R04", f"document:{number}")}
    assert (told(noon), told(noon + second)) == ((False, False), (True, False))
    third = NOW + dt.timedelta(days=3)
    assert (told(third), told(third + second)) == ((True, False), (True, True))


def test_a_live_case_is_read_as_a_claim(hall: OpenHall) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    put(hall, "accounts", given("T2", 80_00, document_no=number))
    assert ("R01", "txn:T2") in found(hall)
    approve(hall, number, "D01")
    carry_out(hall, number)
    tonight = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert found(hall, now=tonight) == set()
    assert found(hall) == {("R04", f"document:{number}")}


@pytest.mark.parametrize("approver", ["D01", ""])
def test_a_live_waiver_explains_what_was_not_taken(hall: OpenHall, approver: str) -> None:
    put(
        hall,
        "accounts",
        line("T1", 80_00, due=95_00, clerk="A02", subscriber=SUBSCRIBER, line_kind="sale"),
    )
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=15_00))
    if approver:
        approve(hall, number, approver)
    short = ("X05", "txn:T1") in run(hall)
    assert short is not bool(approver)


def test_findings_lead_to_the_case_they_are_about(hall: OpenHall) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    put(hall, "accounts", given("T2", 80_00, document_no=number), given("T3", 5_00))
    change = {"adjustment_no": "ADJ1", "at": at("10:20"), "clerk": "A02", "kind": "waiver"}
    put(
        hall,
        "adjustments",
        {**change, "subscriber": SUBSCRIBER, "amount": 30_00, "document_no": number},
    )
    put(hall, "refunds", claim("R1", 80_00, customer_signed=0))
    subjects = [subject for _, subject in found(hall)]
    assert {"txn:T2", "txn:T3", "adjustment:ADJ1", "document:R1"} <= set(subjects)
    with hall.read() as uow:
        cases = cases_of_findings(uow, hall.hall, [*subjects, f"document:{number}"])
    assert cases == {
        "txn:T2": number,
        "adjustment:ADJ1": number,
        f"document:{number}": number,
    }


def test_ref_03_money_given_before_its_case_was_approved(hall: OpenHall) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    put(hall, "accounts", given("T2", 80_00, document_no=number, accepted_at=at("09:59:59")))
    approve(hall, number, "D01")
    carry_out(hall, number)
    tonight = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert found(hall, now=tonight) == {("R02", f"document:{number}")}


def test_live_cases_count_for_a_deposit_and_an_invoice_too(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 200_00, clerk="A02", subscriber=SUBSCRIBER, deposit=1))
    back = {"kind": "deposit_return", "approver": "M01", "original_txn_no": "T1"}
    asked = refund_of("T1", 150_00, instrument="deposit_return", reason="deposit")
    number = ask(hall, asked)
    approve(hall, number, "M01")
    carry_out(hall, number)
    put(hall, "refunds", claim("R2", 60_00, requested_at=at("11:00"), approved_at=at("11:01"),
                               executed_at=at("11:05"), **back))  # fmt: skip
    tonight = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert ("R09", "document:R2") in found(hall, now=tonight)
    assert ("R09", f"document:{number}") not in found(hall, now=tonight)
