"""The three acts of a case: asked for, approved by another person, carried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from backoffice.audit_work import run_day
from ledger.documents import facts_of
from ledger.events import Event
from ledger.lifecycle import MakerIsChecker, TransitionRefused
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from ledger.work import SYSTEM_PERSON
from refunds.acts import Execution, expire_cases, reject_case, withdraw_case
from refunds.errors import (
    CaseExpired,
    CaseUnreadable,
    GiftIsNoCash,
    InvoiceStillLive,
    MoreThanHeld,
    MoreThanPaid,
    NotYours,
    PapersMissing,
    ReasonNotOfInstrument,
    UnknownPayment,
    WrongTender,
)
from refunds.models import PersonNumber, RefundFlag
from refunds.requests import Request
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, at, day, form, put
from tests.observing import held
from tests.refunds.casing import (
    BY_COMPLAINT,
    SUBSCRIBER,
    approve,
    ask,
    carry_out,
    case_of,
    pay,
    refund_of,
    refusal,
)


def withdraw(hall: OpenHall, number: str, who: str) -> str:
    """Withdraw a case; gives its state after it."""
    with hall.work(who) as uow:
        return withdraw_case(uow, hall=hall.hall, number=number, reason="客户放弃").state


def later(**gone_by: float) -> dt.datetime:
    """Give a time after NOW."""
    return NOW + dt.timedelta(**gone_by)


def test_a_small_refund_is_done_while_the_customer_waits(hall: OpenHall) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    assert case_of(hall, number).required_roles == "duty_manager"
    assert approve(hall, number, "D01") == "approved"
    assert carry_out(hall, number, "A01") == "posted"
    assert held(hall) == {("refund_done cash", "CNY"): 80_00, ("refund_due refund", "CNY"): -80_00}
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_nothing_is_paid_before_the_last_signature(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=5_000_01))
    assert case_of(hall, number).required_roles == "department,finance"
    refusal(hall, TransitionRefused, lambda: carry_out(hall, number, "M01"))
    assert approve(hall, number, "S01") == "submitted"
    refusal(hall, TransitionRefused, lambda: carry_out(hall, number, "M01"))
    assert approve(hall, number, "F01") == "approved"
    assert held(hall) == {}


def test_ref_04_a_duty_manager_does_not_approve_what_he_asked_for(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00), who="D01")
    refusal(hall, MakerIsChecker, lambda: approve(hall, number, "D01"))
    assert approve(hall, number, "M01") == "approved"


def test_ref_01_a_hall_manager_signs_500_and_not_a_cent_more(hall: OpenHall) -> None:
    within = ask(hall, replace(BY_COMPLAINT, amount_fen=500_00, subscriber="18600000002"))
    above = ask(hall, replace(BY_COMPLAINT, amount_fen=500_01, subscriber="18600000003"))
    assert approve(hall, within, "M01") == "approved"
    refusal(hall, NotPermitted, lambda: approve(hall, above, "M01"))
    assert approve(hall, above, "S01") == "approved"


TIERS = [
    (limit + off, signers)
    for limit, within, beyond in (
        (100_00, "duty_manager", "hall_manager"),
        (500_00, "hall_manager", "department"),
        (5_000_00, "department", "department,finance"),
    )
    for off, signers in ((-1, within), (0, within), (1, beyond))
]
LOWER = {"hall_manager": "D01", "department": "M01"}
HOLDERS = {"duty_manager": "D01", "hall_manager": "M01", "department": "S01", "finance": "F01"}


@pytest.mark.parametrize("cumulative", [False, True], ids=["single", "cumulative"])
def test_ref_01_the_table_of_tiers_at_each_limit_and_a_cent_beside_it(
    hall: OpenHall, *, cumulative: bool
) -> None:
    for place, (fen, signers) in enumerate(TIERS):
        asked = replace(BY_COMPLAINT, subscriber=f"1860000{place:04d}")
        amount = fen
        if cumulative:
            ask(hall, replace(asked, amount_fen=fen - 1), now=later(days=-29))
            amount = 1
        number = ask(hall, replace(asked, amount_fen=amount))
        assert case_of(hall, number).required_roles == signers, fen
        first, *second = signers.split(",")
        if first in LOWER:
            refusal(hall, NotPermitted, partial(approve, hall, number, LOWER[first]))
        assert approve(hall, number, HOLDERS[first]) == ("submitted" if second else "approved")
        for role in second:
            refusal(hall, NotPermitted, partial(approve, hall, number, HOLDERS[first]))
            assert approve(hall, number, HOLDERS[role]) == "approved"


def test_ref_01_the_third_200_in_ten_days_is_routed_up(hall: OpenHall) -> None:
    roles = [
        case_of(hall, ask(hall, replace(BY_COMPLAINT, amount_fen=200_00))).required_roles
        for _ in range(3)
    ]
    assert roles == ["hall_manager", "hall_manager", "department"]


def test_ref_05_a_split_is_blocked_into_the_higher_tier_and_flagged(hall: OpenHall) -> None:
    ask(hall, replace(BY_COMPLAINT, amount_fen=480_00))
    second = ask(hall, replace(BY_COMPLAINT, amount_fen=480_00), now=later(days=2))
    document = case_of(hall, second)
    assert document.required_roles == "department"
    with hall.read() as uow:
        flags = uow.session.query(RefundFlag).filter_by(document_id=document.id).all()
        assert [flag.pattern for flag in flags] == ["split"]


def test_more_than_was_paid_less_what_went_back_is_refused(hall: OpenHall) -> None:
    txn = pay(hall, fen=300_00)
    ask(hall, refund_of(txn, 120_00))
    error = refusal(hall, MoreThanPaid, lambda: ask(hall, refund_of(txn, 200_00)))
    assert error.facts["over"] == "20.00"
    assert ask(hall, refund_of(txn, 180_00))


def test_a_transaction_nobody_knows_is_refused(hall: OpenHall) -> None:
    refusal(hall, UnknownPayment, lambda: ask(hall, refund_of("T404", 10_00)))


def test_ref_02_wechat_goes_not_back_in_cash_without_a_superior(hall: OpenHall) -> None:
    txn = pay(hall, tender="wechat")
    refusal(hall, WrongTender, lambda: ask(hall, refund_of(txn, 10_00)))
    number = ask(hall, refund_of(txn, 10_00, override_reason="微信账户已注销"))
    assert case_of(hall, number).required_roles == "department"


def test_ref_02_gift_credit_is_never_paid_out(hall: OpenHall) -> None:
    closing = Request(
        instrument="refund",
        reason="closing_balance",
        amount_fen=70_01,
        subscriber=SUBSCRIBER,
        tender="cash",
        balance_fen=120_00,
        gift_fen=50_00,
    )
    error = refusal(hall, GiftIsNoCash, lambda: ask(hall, closing))
    assert error.facts["refundable"] == "70.00"
    assert ask(hall, replace(closing, amount_fen=70_00))


def test_a_deposit_goes_back_only_as_far_as_it_is_held(hall: OpenHall) -> None:
    txn = pay(hall, fen=200_00, deposit=1)
    back = refund_of(txn, 150_00, instrument="deposit_return", reason="deposit")
    ask(hall, back)
    refusal(hall, MoreThanHeld, lambda: ask(hall, back))


def test_the_instruments_are_never_mixed(hall: OpenHall) -> None:
    refusal(
        hall,
        ReasonNotOfInstrument,
        lambda: ask(hall, replace(BY_COMPLAINT, amount_fen=1, reason="wrong_payment")),
    )


def test_inv_08_an_invoiced_sale_needs_its_void_or_red_letter(hall: OpenHall) -> None:
    txn = pay(hall, fen=58_00)
    put(hall, "invoices", form("00100001", 58_00, txn_no=txn, issued_at=at("09:01")))
    number = ask(hall, refund_of(txn, 58_00))
    approve(hall, number, "D01")
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, number))
    red = form("00100002", -58_00, "red", original_code="044001911204", original_no="00100001")
    put(hall, "invoices", red)
    assert carry_out(hall, number) == "posted"


def test_a_partial_refund_needs_a_red_letter_of_as_much(hall: OpenHall) -> None:
    txn = pay(hall, fen=58_00)
    put(hall, "invoices", form("00100001", 58_00, txn_no=txn, issued_at=at("09:01")))
    number = ask(hall, refund_of(txn, 20_00))
    approve(hall, number, "D01")
    red = form("00100002", -19_99, "red", original_code="044001911204", original_no="00100001")
    put(hall, "invoices", red)
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, number))


def test_ref_03_the_customer_signs_for_his_money(hall: OpenHall) -> None:
    number = ask(hall, refund_of(pay(hall), 80_00))
    approve(hall, number, "D01")
    refusal(hall, PapersMissing, lambda: carry_out(hall, number, how=Execution()))


def test_who_approved_does_not_carry_out(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    approve(hall, number, "M01")
    refusal(hall, NotYours, lambda: carry_out(hall, number, "M01"))
    assert carry_out(hall, number, "A02") == "posted"


def test_above_the_halls_limit_somebody_else_carries_it_out(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=600_00))
    approve(hall, number, "S01")
    refusal(hall, NotYours, lambda: carry_out(hall, number, "A01"))
    assert carry_out(hall, number, "A02") == "posted"


def test_a_case_is_carried_out_once(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    approve(hall, number, "M01")
    carry_out(hall, number)
    refusal(hall, TransitionRefused, lambda: carry_out(hall, number))


def test_ref_04_nobody_approves_for_his_own_or_a_relatives_number(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        person = hall.people["D01"].person_id
        uow.session.add(
            PersonNumber(person_id=person, subscriber="18600000077", relation="relative")
        )
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00, subscriber="18600000077"))
    refusal(hall, MakerIsChecker, lambda: approve(hall, number, "D01"))
    assert approve(hall, number, "M01") == "approved"


def test_ref_04_nobody_approves_for_a_day_he_stood_at_the_counter(hall: OpenHall) -> None:
    txn = pay(hall)
    pay(hall, "T2", 10_00, clerk="D01", subscriber="")
    number = ask(hall, refund_of(txn, 80_00))
    refusal(hall, MakerIsChecker, lambda: approve(hall, number, "D01"))


def test_a_rejected_case_frees_what_it_held(hall: OpenHall) -> None:
    txn = pay(hall, fen=100_00)
    number = ask(hall, refund_of(txn, 100_00))
    refusal(hall, MoreThanPaid, lambda: ask(hall, refund_of(txn, 1_00)))
    with hall.work("D01") as uow:
        reject_case(uow, hall=hall.hall, number=number, reason="证件不符")
    assert ask(hall, refund_of(txn, 100_00))


def test_only_the_requester_withdraws(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    refusal(hall, NotYours, lambda: withdraw(hall, number, "A02"))
    assert withdraw(hall, number, "A01") == "cancelled"


def test_an_approval_nobody_used_expires(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    approve(hall, number, "D01")
    waiting = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00, subscriber="18600000078"))
    refusal(hall, CaseExpired, lambda: carry_out(hall, number, now=later(days=31)))
    refusal(hall, CaseExpired, lambda: approve(hall, waiting, "D01", now=later(days=31)))
    with hall.work("M01", now=later(days=31)) as uow:
        assert expire_cases(uow, hall=hall.hall) == [number, waiting]


def test_the_daily_run_ends_what_is_past_its_last_day_and_nothing_else(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    approved, waiting, done = (
        ask(hall, replace(BY_COMPLAINT, amount_fen=10_00, subscriber=f"1860000004{n}"))
        for n in range(3)
    )
    for number in (approved, done):
        approve(hall, number, "D01")
    carry_out(hall, done)
    elsewhere = ask(other_hall, replace(BY_COMPLAINT, amount_fen=10_00))
    run_day(hall.engine, RUNNER, hall.hall.code, DAY, now=later(days=30))
    assert case_of(hall, approved).state == "approved"
    for _ in range(2):
        run_day(hall.engine, RUNNER, hall.hall.code, DAY, now=later(days=31))
    states = [case_of(hall, number).state for number in (approved, waiting, done)]
    assert states == ["cancelled", "cancelled", "posted"]
    assert case_of(other_hall, elsewhere).state == "cancelled"
    with hall.read() as uow:
        told = uow.session.scalars(
            select(Event).where(Event.hall_id == hall.id, Event.act == "case.expired")
        ).all()
        assert {(one.subject, one.person_id) for one in told} == {
            (f"document:{number}", SYSTEM_PERSON) for number in (approved, waiting)
        }
        assert verify_hall(uow, hall.hall) == []


def test_the_policy_a_case_was_judged_by_stays_with_it(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    with hall.read() as uow:
        facts = facts_of(uow, case_of(hall, number))
    assert facts["policy_no"] == "default"
    assert '["hall_manager",50000]' in facts["policy"]


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_above_zero(hall: OpenHall, amount: int) -> None:
    refusal(hall, CaseUnreadable, lambda: ask(hall, replace(BY_COMPLAINT, amount_fen=amount)))


def test_a_claim_from_a_file_counts_toward_the_sum(hall: OpenHall) -> None:
    claim = {
        "document_no": "R-9",
        "kind": "waiver",
        "subscriber": SUBSCRIBER,
        "amount": 450_00,
        "requested_at": at("10:00", date=day(-3)),
        "customer_signed": 1,
    }
    put(hall, "refunds", claim, date=day(-3))
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=60_00))
    assert case_of(hall, number).required_roles == "department"


def test_a_second_partial_refund_needs_a_red_letter_of_its_own(hall: OpenHall) -> None:
    txn = pay(hall, fen=58_00)
    put(hall, "invoices", form("00100001", 58_00, txn_no=txn, issued_at=at("09:01")))
    red = {"original_code": "044001911204", "original_no": "00100001"}
    first, second = (ask(hall, refund_of(txn, 20_00)) for _ in range(2))
    for number in (first, second):
        approve(hall, number, "D01")
    put(hall, "invoices", form("00100002", -20_00, "red", **red))
    assert carry_out(hall, first) == "posted"
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, second))
    put(hall, "invoices", form("00100003", -20_00, "red", **red))
    assert carry_out(hall, second) == "posted"


def test_of_two_invoices_of_a_sale_as_much_is_reversed_as_goes_back(hall: OpenHall) -> None:
    txn = pay(hall, fen=100_00)
    for number in ("00100001", "00100002"):
        put(hall, "invoices", form(number, 50_00, txn_no=txn, issued_at=at("09:01")))
    case = ask(hall, refund_of(txn, 50_00))
    approve(hall, case, "D01")
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, case))
    red = {"original_code": "044001911204", "original_no": "00100002"}
    put(hall, "invoices", form("00100003", -50_00, "red", **red))
    assert carry_out(hall, case) == "posted"
