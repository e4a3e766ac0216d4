"""What happens to a case after it was asked for: approved, rejected, withdrawn, carried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.approvals import Signature
from ledger.documents import Document, facts_of, find_document
from ledger.errors import BackofficeError
from ledger.events import record
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall, lock_head
from ledger.permissions import NotPermitted, require
from ledger.rows import plain
from ledger.schema import Base
from ledger.text import Text
from ledger.units import find_units
from ledger.work import UnitOfWork
from refunds.errors import CaseExpired, GoodsNotBack, InvoiceStillLive, NotYours, PapersMissing
from refunds.flags import flag_approval
from refunds.instruments import CASE_KINDS, INSTRUMENTS
from refunds.invoiced import invoiced_for
from refunds.limits import free_limit, use_limit
from refunds.paid import payment_of
from refunds.policies import policy_on
from refunds.policy import PAPERS, Policy, policy_from_json
from refunds.requests import staff_number

EXPIRED = Text("逾期未办", "Not carried out in time")
_WAITING = text(
    f"""
SELECT d.hall_id, d.id, d.business_date, p.value AS policy
  FROM documents d
  JOIN document_facts p ON p.hall_id = d.hall_id AND p.document_id = d.id
       AND p.revision = d.revision AND p.name = 'policy'
 WHERE d.state IN ('submitted', 'approved') AND d.kind IN {CASE_KINDS}
   AND d.business_date < :today AND (CAST(:hall AS BIGINT) IS NULL OR d.hall_id = :hall)
 ORDER BY d.hall_id, d.id
"""
)


@dataclass(frozen=True, slots=True)
class Execution:
    """What the executor states: the reference of the money sent back, and the customer's hand."""

    tender_ref: str = ""
    customer_signed: bool = False
    red_code: str = ""
    red_no: str = ""


def approve_case(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a case as approver, within what he and the hall may approve that day.

    Nothing takes effect before the last required signature, and nothing is paid by it. Raises
    CaseExpired, LimitPassed, MakerIsChecker, NotPermitted, TransitionRefused.
    """
    lock_head(uow, hall.id)
    document = find_case(uow, hall, number)
    today = uow.today
    if document.state == "submitted":
        _check_expiry(document, facts_of(uow, document), today)
    advance(uow, document, "approve")
    # Tiers are those the case was judged by; how much a day allows is what holds today.
    policy = policy_on(uow, hall, document.kind, today).policy
    uses = [("approver", str(uow.actor.person_id), policy.approver_day_limit_fen)]
    if document.state == "approved":
        uses.append(("hall", document.kind, policy.hall_day_limit_fen))
    for scope, subject, limit in uses:
        use_limit(
            uow,
            hall_id=hall.id,
            scope=scope,
            subject=subject,
            on=today,
            amount_fen=document.amount_fen,
            limit_fen=limit,
        )
    flag_approval(uow, hall=hall, document=document, policy=policy)
    return document


def reject_case(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Refuse a case with a reason; what it used of limits is free again."""
    if not reason.strip():
        raise PapersMissing(papers=Text("退回原因", "the reason"))
    document = find_case(uow, hall, number)
    advance(uow, document, "reject", reason=reason.strip())
    _free(uow, hall, document)
    return document


def withdraw_case(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take back one's own case before it is carried out."""
    document = find_case(uow, hall, number)
    if document.maker_id != uow.actor.person_id:
        raise NotYours(
            number=number, problem=Text("只有申请人可以撤回", "only its requester may withdraw it")
        )
    advance(uow, document, "cancel", reason=reason.strip())
    _free(uow, hall, document)
    return document


def execute_case(uow: UnitOfWork, *, hall: Hall, number: str, how: Execution) -> Document:
    """Carry out an approved case today: the money goes out, once.

    The requester may within the hall's own limits; above them another person, and never who
    approved it. Raises CaseExpired, NotYours, InvoiceStillLive, GoodsNotBack, PapersMissing, and
    what `advance` raises.
    """
    require(uow, hall.id, "refunds", "post")
    lock_head(uow, hall.id)
    document = find_case(uow, hall, number)
    facts = facts_of(uow, document)
    today = uow.today
    if document.state == "approved":
        _check_executor(uow, document, facts)
        _check_expiry(document, facts, today)
        _check_invoices(uow, hall, document, facts)
        _check_goods(uow, hall, document, facts)
        _check_papers(facts, how)
    open_days(uow, hall.id, [today])
    advance(uow, document, "post", on=today)
    executor = staff_number(uow, hall.id)
    with record(
        uow,
        hall_id=hall.id,
        act="case.carried_out",
        subject=f"document:{document.number}",
        business_date=today,
        facts={"executor": executor, "tender": facts.get("tender", "")},
    ) as event:
        row = (
            document.id,
            uow.actor.person_id,
            executor,
            plain(uow.now),
            facts.get("tender", ""),
            how.tender_ref.strip(),
            int(how.customer_signed),
            how.red_code.strip(),
            how.red_no.strip(),
        )
        event.insert(Base.metadata.tables["refund_executions"], [row])
    return document


def overdue_cases(uow: UnitOfWork, hall: Hall | None = None) -> list[tuple[int, int]]:
    """Give (hall id, document id) of cases nobody signed or carried out in time, of all halls."""
    today = uow.today
    asked = {"today": today.isoformat(), "hall": None if hall is None else hall.id}
    return [
        (row.hall_id, row.id)
        for row in uow.session.execute(_WAITING, asked)
        if today > last_day(row.business_date, policy_from_json(row.policy))
    ]


def expire_cases(uow: UnitOfWork, *, hall: Hall) -> list[str]:
    """Cancel cases nobody carried out or signed in time; gives their numbers."""
    require(uow, hall.id, "refunds", "cancel")
    lock_head(uow, hall.id)
    expired = []
    for hall_id, document_id in overdue_cases(uow, hall):
        document = uow.session.get_one(Document, (hall_id, document_id))
        last = expires_on(document, policy_of(uow, document))
        advance(uow, document, "cancel", reason=EXPIRED.zh)
        with record(
            uow,
            hall_id=hall.id,
            act="case.expired",
            subject=f"document:{document.number}",
            business_date=document.business_date,
            facts={"last_day": last.isoformat()},
        ):
            _free(uow, hall, document)
        expired.append(document.number or "")
    return expired


def find_case(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the case of that number; raises UnknownDocument and NotYours."""
    document = find_document(uow, hall.id, number)
    if document.kind not in INSTRUMENTS:
        raise NotYours(number=number, problem=Text("不是退减赠单据", "is no refund case"))
    return document


def policy_of(uow: UnitOfWork, document: Document) -> Policy:
    """Give the policy the case was judged by, as frozen with it."""
    return policy_from_json(facts_of(uow, document)["policy"])


def expires_on(document: Document, policy: Policy) -> dt.date:
    """Give the last day on which the case may be signed or carried out."""
    return last_day(document.business_date, policy)


def last_day(asked_on: dt.date | str, policy: Policy) -> dt.date:
    """Give the last day of a case asked for on that day."""
    on = dt.date.fromisoformat(asked_on[:10]) if isinstance(asked_on, str) else asked_on
    return on + dt.timedelta(days=policy.expires_days)


def may_carry_out(uow: UnitOfWork, document: Document, facts: dict[str, str]) -> bool:
    """Tell whether the actor is one who may carry out the case, once it is approved."""
    try:
        require(uow, document.hall_id, "refunds", "post")
        _check_executor(uow, document, facts)
    except (NotPermitted, NotYours):
        return False
    return True


def hindrances(
    uow: UnitOfWork, hall: Hall, document: Document, facts: dict[str, str]
) -> list[BackofficeError]:
    """Give what of the sale must be put right before the money goes out: invoices, goods."""
    found: list[BackofficeError] = []
    for check in (_check_invoices, _check_goods):
        try:
            check(uow, hall, document, facts)
        except (InvoiceStillLive, GoodsNotBack) as lacking:
            found.append(lacking)
    return found


def _check_executor(uow: UnitOfWork, document: Document, facts: dict[str, str]) -> None:
    person = uow.actor.person_id
    approvers = uow.session.scalars(
        select(Signature.person_id).where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.revision == document.revision,
            Signature.step == "approve",
        )
    ).all()
    if person in approvers:
        raise NotYours(
            number=document.number,
            problem=Text("审批人不能执行", "who approved it does not carry it out"),
        )
    if person == document.maker_id and not facts.get("requester_may_execute"):
        raise NotYours(
            number=document.number,
            problem=Text(
                "超过本厅权限的单据须由另一人执行",
                "above the hall's own limit somebody else carries it out",
            ),
        )


def _check_expiry(document: Document, facts: dict[str, str], today: dt.date) -> None:
    last = expires_on(document, policy_from_json(facts["policy"]))
    if today > last:
        raise CaseExpired(number=document.number, on=last)


def _check_invoices(uow: UnitOfWork, hall: Hall, document: Document, facts: dict[str, str]) -> None:
    txn = facts.get("original_txn", "")
    if document.kind != "refund" or not txn:
        return
    invoiced = invoiced_for(uow, hall, txn)
    if invoiced.lacks_fen(document.amount_fen):
        names = ", ".join(" ".join(name).strip() for name in invoiced.live)
        raise InvoiceStillLive(invoice=names, live=show_yuan(sum(invoiced.live.values())))


def _check_goods(uow: UnitOfWork, hall: Hall, document: Document, facts: dict[str, str]) -> None:
    """Goods for which nothing stays paid are back first, whatever the reason.

    Of goods returned in part those are, whose price is more than what stays paid.
    """
    txn = facts.get("original_txn", "")
    if document.kind != "refund" or not txn:
        return
    payment = payment_of(uow, hall, txn)
    out = [serial for serial in payment.goods if _is_out(uow, serial)]
    stays = payment.paid_fen - payment.carried_out_fen - document.amount_fen
    worth = sum(payment.goods[serial] for serial in out)
    returned = facts.get("reason", "") == "goods_returned"
    if out and (stays <= payment.services_fen or (returned and worth > stays)):
        raise GoodsNotBack(serial=", ".join(out))


def _is_out(uow: UnitOfWork, serial: str) -> bool:
    units = find_units(uow, serial)
    return any(_is_with_customer(uow, unit.hall_id, unit.account_id) for unit in units)


def _is_with_customer(uow: UnitOfWork, hall_id: int, account_id: int) -> bool:
    kind = uow.session.scalar(
        text("SELECT kind FROM accounts WHERE hall_id = :hall AND id = :account"),
        {"hall": hall_id, "account": account_id},
    )
    return str(kind) == "customer"


def _check_papers(facts: dict[str, str], how: Execution) -> None:
    needed = set(facts.get("papers", "").split(","))
    if "customer_receipt" in needed and not how.customer_signed:
        raise PapersMissing(papers=PAPERS["customer_receipt"])


def _free(uow: UnitOfWork, hall: Hall, document: Document) -> None:
    """Give the clerk's limit of the day back; what was approved stays used for that day."""
    free_limit(
        uow,
        hall_id=hall.id,
        scope="clerk",
        subject=str(document.maker_id),
        on=document.business_date,
        amount_fen=document.amount_fen,
    )
