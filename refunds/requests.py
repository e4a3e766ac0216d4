"""Asking for a case: judged by the policy in force, frozen with it, and sent to who must sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text

from ledger.accounts import open_account, yuan
from ledger.actors import own_numbers
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document
from ledger.evidence.expected import CURRENT
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import (
    CaseUnreadable,
    GiftIsNoCash,
    LimitPassed,
    MoreThanHeld,
    MoreThanPaid,
    ReasonNotOfInstrument,
    WrongTender,
)
from refunds.flags import flag_case
from refunds.instruments import CASE_KINDS, INSTRUMENTS, REASONS, Instrument
from refunds.limits import use_limit
from refunds.limits_left import LimitLeft, limits_left
from refunds.paid import Payment, payment_of
from refunds.policies import PolicyInForce, policy_on
from refunds.policy import Case, Earlier, Judgement, judge

LONGEST = 500
REQUIRED = Text("必填", "required")
TOO_LONG = Text("至多 500 字", "at most 500 characters")
SUPERIOR = "department"
OF_A_PAYMENT = frozenset({"wrong_payment", "wrong_charge", "goods_returned", "deposit"})


@dataclass(frozen=True, slots=True)
class Request:
    """What the clerk states: amounts in fen, texts as written; '' and None where nothing applies.

    `balance_fen` and `gift_fen` are what the billing system shows when an account is closed;
    `override_reason` asks a superior to allow another tender than the payment's.
    """

    instrument: str
    reason: str
    amount_fen: int
    subscriber: str = ""
    original_txn: str = ""
    tender: str = ""
    to_subscriber: str = ""
    at_desk: bool = False
    balance_fen: int | None = None
    gift_fen: int = 0
    override_reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a request would need, before it is made: shown to the clerk."""

    judgement: Judgement
    policy: PolicyInForce
    payment: Payment | None
    limits: tuple[LimitLeft, ...]


_EARLIER = text(
    f"""
SELECT d.business_date AS asked_on, d.amount_fen AS amount, 1 AS same_number
  FROM document_facts f
  JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id AND d.revision = f.revision
       AND d.kind IN {CASE_KINDS}
       AND d.state IN ('submitted', 'approved', 'posted')
 WHERE f.hall_id = :hall AND f.name = 'subscriber' AND f.value = :subscriber
   AND d.business_date > :since
UNION ALL
SELECT d.business_date, d.amount_fen, 0
  FROM document_facts t
  JOIN documents d ON d.hall_id = t.hall_id AND d.id = t.document_id AND d.revision = t.revision
       AND d.kind IN {CASE_KINDS}
       AND d.state IN ('submitted', 'approved', 'posted')
  JOIN document_facts o ON o.hall_id = d.hall_id AND o.document_id = d.id
       AND o.revision = d.revision AND o.name = 'subscriber' AND o.value <> :subscriber
 WHERE t.hall_id = :hall AND t.name = 'to_subscriber' AND t.value = :beneficiary
   AND t.value <> '' AND d.business_date > :since
UNION ALL
SELECT r.business_date, r.amount, 1
  FROM evidence_refunds r
 WHERE r.hall_id = :hall AND r.subscriber = :subscriber AND r.business_date > :since
   AND {CURRENT.format("r")}
   AND NOT EXISTS (SELECT 1 FROM documents d
                    WHERE d.hall_id = r.hall_id AND d.number = r.document_no)
"""
)


def consider(uow: UnitOfWork, *, hall: Hall, request: Request) -> Prospect:
    """Give what the request would need, or raise why it cannot be made."""
    require(uow, hall.id, "refunds", "submit")
    _check_words(request)
    today = uow.today
    payment = payment_of(uow, hall, request.original_txn) if request.original_txn else None
    _check_money(request, payment)
    in_force = policy_on(uow, hall, request.instrument, today)
    policy = in_force.policy
    case = Case(
        amount_fen=request.amount_fen,
        reason=request.reason,
        asked_at=uow.now,
        on=today,
        subscriber=request.subscriber,
        paid_at=None if payment is None else payment.at,
        at_desk=request.at_desk,
        earlier=tuple(
            earlier_cases(
                uow,
                hall,
                request.subscriber,
                today,
                policy.pattern_days,
                beneficiary=request.to_subscriber,
            )
        ),
    )
    judgement = judge(policy, case)
    _check_limits(request, in_force, judgement)
    if request.override_reason and SUPERIOR not in judgement.roles:
        # A superior stands above every tier below him: his signature serves for both.
        judgement = replace(judgement, roles=(SUPERIOR,), requester_may_execute=False)
    limits = limits_left(
        uow, hall, policy, judgement=judgement, amount_fen=request.amount_fen, on=today
    )
    return Prospect(judgement, in_force, payment, limits)


def request_case(uow: UnitOfWork, *, hall: Hall, request: Request) -> Document:
    """Ask for a case; it waits for its signatures.

    Raises what is wrong with the request (`refunds.errors`) and what `advance` raises.
    """
    today = take_day(uow, hall, None)
    prospect = consider(uow, hall=hall, request=request)
    policy = prospect.policy.policy
    number = staff_number(uow, hall.id)
    use_limit(
        uow,
        hall_id=hall.id,
        scope="clerk",
        subject=str(uow.actor.person_id),
        on=today,
        amount_fen=request.amount_fen,
        limit_fen=policy.clerk_day_limit_fen,
    )
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=request.instrument,
        business_date=today,
        amount_fen=request.amount_fen,
        remark=request.note.strip(),
    )
    advance(
        uow,
        document,
        "submit",
        lines=[_line(uow, hall, request)],
        facts=_facts(request, prospect, number, uow.now),
        confirm_roles=prospect.judgement.roles,
        reason=request.note.strip(),
    )
    flag_case(uow, hall=hall, document=document, prospect_split=prospect.judgement.split)
    return document


def earlier_cases(
    uow: UnitOfWork,
    hall: Hall,
    subscriber: str,
    on: dt.date,
    days: int,
    *,
    beneficiary: str = "",
) -> Sequence[Earlier]:
    """Give what one subscriber was given or is asked to be given in the days up to `on`.

    With a beneficiary also what others have moved to that number.
    """
    if not subscriber:
        return []
    since = (on - dt.timedelta(days=days)).isoformat()
    rows = uow.session.execute(
        _EARLIER,
        {"hall": hall.id, "subscriber": subscriber, "beneficiary": beneficiary, "since": since},
    )
    return [Earlier(_day(row.asked_on), row.amount, bool(row.same_number)) for row in rows]


def staff_number(uow: UnitOfWork, hall_id: int) -> str:
    """Give the actor's lowest staff number in the hall; raises CaseUnreadable without one."""
    number = min(own_numbers(uow, hall_id), default=None)
    if number is None:
        raise CaseUnreadable(
            field=Text("申请人", "Requester"),
            problem=Text("在本厅没有工号", "has no staff number in this hall"),
        )
    return number


def _check_words(request: Request) -> None:
    instrument = INSTRUMENTS.get(request.instrument)
    if instrument is None:
        raise CaseUnreadable(
            field=Text("类型", "Kind"),
            problem=Text("不认识", f"unknown; one of {', '.join(INSTRUMENTS)}"),
        )
    if request.reason not in instrument.reasons:
        known = Text(
            "、".join(REASONS[one].zh for one in instrument.reasons),
            ", ".join(f"{one}" for one in instrument.reasons),
        )
        raise ReasonNotOfInstrument(instrument=instrument.text, reason=request.reason, known=known)
    if request.amount_fen <= 0:
        raise CaseUnreadable(
            field=Text("金额", "Amount"), problem=Text("须大于零", "must be above zero")
        )
    if request.instrument == "transfer_balance" and request.to_subscriber == request.subscriber:
        raise CaseUnreadable(
            field=Text("转入号码", "Number to credit"),
            problem=Text("与原号码相同", "is the number it came from"),
        )
    for field, value in _needed(request, instrument):
        if not value.strip():
            raise CaseUnreadable(field=field, problem=REQUIRED)
        if len(value) > LONGEST:
            raise CaseUnreadable(field=field, problem=TOO_LONG)


def _needed(request: Request, instrument: Instrument) -> Iterator[tuple[Text, str]]:
    """Give what the request must state, each with what it states."""
    yield Text("用户号码", "Subscriber"), request.subscriber
    yield Text("备注", "Note"), request.note or "-"
    if request.instrument == "transfer_balance":
        yield Text("转入号码", "Number to credit"), request.to_subscriber
    if instrument.from_payment and request.reason in OF_A_PAYMENT:
        yield Text("原流水号", "Original transaction"), request.original_txn
    if instrument.pays_out:
        yield Text("支付方式", "Tender"), request.tender
    if request.reason == "closing_balance":
        yield Text("账户余额", "Balance"), "" if request.balance_fen is None else "1"


def _check_money(request: Request, payment: Payment | None) -> None:
    if request.reason == "closing_balance" and request.balance_fen is not None:
        refundable = max(0, request.balance_fen - request.gift_fen)
        if request.amount_fen > refundable:
            raise GiftIsNoCash(
                balance=show_yuan(request.balance_fen),
                gift=show_yuan(request.gift_fen),
                refundable=show_yuan(refundable),
            )
    if payment is None:
        return
    if request.instrument == "deposit_return":
        held = payment.deposit_fen - payment.returned_fen
        if request.amount_fen > held:
            raise MoreThanHeld(held=show_yuan(max(0, held)), asked=show_yuan(request.amount_fen))
    if INSTRUMENTS[request.instrument].from_payment and request.amount_fen > payment.left_fen:
        raise MoreThanPaid(
            txn=payment.txn_no,
            paid=show_yuan(payment.paid_fen),
            returned=show_yuan(payment.returned_fen),
            left=show_yuan(max(0, payment.left_fen)),
            asked=show_yuan(request.amount_fen),
            over=show_yuan(request.amount_fen - payment.left_fen),
        )
    if (
        request.tender
        and payment.tenders
        and request.tender not in payment.tenders
        and not request.override_reason.strip()
    ):
        raise WrongTender(paid_by=", ".join(payment.tenders), tender=request.tender)


def _check_limits(request: Request, in_force: PolicyInForce, judgement: Judgement) -> None:
    policy = in_force.policy
    for name, limit, used in (
        (Text("单笔限额", "limit of one case"), policy.case_limit_fen, 0),
        (
            Text("单号码限额", "limit of one number"),
            policy.subscriber_limit_fen,
            judgement.sum_fen - request.amount_fen,
        ),
    ):
        if limit is not None and used + request.amount_fen > limit:
            raise LimitPassed(
                limit=name,
                amount=show_yuan(limit),
                used=show_yuan(used),
                asked=show_yuan(request.amount_fen),
            )


def _line(uow: UnitOfWork, hall: Hall, request: Request) -> Line:
    given = request.tender or request.instrument
    return Line(
        yuan(uow),
        open_account(uow, hall.id, "refund_done", given),
        open_account(uow, hall.id, "refund_due", request.instrument),
        request.amount_fen,
    )


def _facts(request: Request, prospect: Prospect, number: str, now: dt.datetime) -> dict[str, str]:
    judgement = prospect.judgement
    facts = {
        "requester": number,
        "asked_at": now.isoformat(),
        "reason": request.reason,
        "subscriber": request.subscriber,
        "original_txn": request.original_txn,
        "tender": request.tender,
        "to_subscriber": request.to_subscriber,
        "override_reason": request.override_reason.strip(),
        "band": judgement.band,
        "judged": str(judgement.judged_fen),
        "sum": str(judgement.sum_fen),
        "split": "1" if judgement.split else "",
        "papers": ",".join(judgement.papers),
        "requester_may_execute": "1" if judgement.requester_may_execute else "",
        "policy_no": prospect.policy.number,
        "policy": prospect.policy.policy.as_json(),
        "goods": ",".join(prospect.payment.goods) if prospect.payment else "",
    }
    if request.balance_fen is not None:
        facts |= {"balance": str(request.balance_fen), "gift": str(request.gift_fen)}
    return facts


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
