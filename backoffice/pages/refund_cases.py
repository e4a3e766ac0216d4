"""One case: what was asked, why whom, who signed, what it still needs, and the acts upon it.

For an approver the decision stands first, small enough for a phone: the case, the customer's
history, why it came to him, one password, approve or reject.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.paper_acts import REASON_LIMIT, Tried
from backoffice.pages.paper_shown import EVENT_WORDS, STATE_CHIPS
from backoffice.pages.refund_acts import ACTS, offered
from backoffice.pages.refund_desk import waiting_since
from backoffice.pages.refund_pages import LOOK, show_refunds
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.refund_lists import CASES
from backoffice.refund_papers import CASE_PAPERS, printable_papers
from ledger.actors import ROLES, names_of
from ledger.approvals import Signature
from ledger.documents import STATES
from ledger.errors import BackofficeError
from ledger.events import Event
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import (
    Execution,
    approve_case,
    execute_case,
    expire_cases,
    hindrances,
    reject_case,
    withdraw_case,
)
from refunds.errors import UnknownPayment
from refunds.flags import OUTCOMES, PATTERNS
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.models import RefundFlag
from refunds.paid import payment_of
from refunds.papers import due_after, receive_papers, tick_papers
from refunds.policy import BANDS, PAPERS, limit_of, policy_from_json
from refunds.seen import CaseSeen, cases_for, see_case, unmask
from stock.waiting import awaited_of, signer_name

CASE_EVENTS: dict[str, Text] = {
    **EVENT_WORDS,
    "document.submitted": Text("申请", "Asked"),
    "document.approved": Text("批准", "Approved"),
    "document.posted": Text("执行", "Carried out"),
    "document.cancelled": Text("作罢", "Ended"),
}
DONE: dict[str, Text] = {
    "tick": Text("已登记到齐的单据。", "Noted what is there."),
    "receive": Text("已收单。", "Received."),
}
SIGNED = frozenset({*ACTS, "receive"})


@pages.get("/halls/<hall>/refunds/cases/<path:number>")
@needs(*LOOK)
def show_refund(number: str) -> str:
    """Show one case."""
    with reading() as uow:
        return _page(uow, number)


@pages.post("/halls/<hall>/refunds/cases/<path:number>")
@needs(*LOOK)
def do_refund(number: str) -> Response | tuple[str, int]:
    """Take the case a step on; every signature asks for the password again."""
    form = request.form
    name = form.get("act", "")
    reason = form.get("reason", "").strip()[:REASON_LIMIT]
    act = ACTS.get(name)
    if act is None and name not in DONE:
        raise BadRequest
    if name in SIGNED and not password_is_right(form.get("password", "")):
        return _again(number, name, WRONG_PASSWORD)
    try:
        act_once(_doer(name, number, reason))
    except BackofficeError as refused:
        return _again(number, name, Text(refused.message("zh"), refused.message("en")))
    say(act.done if act else DONE[name])
    return redirect(url_for("pages.show_refund", hall=hall().code, number=number))


@pages.post("/halls/<hall>/refunds/unmasked/<path:number>")
@needs(("refunds", "unmask"))
def show_full_number(number: str) -> str | tuple[str, int]:
    """Show the subscriber's full number once; who saw it and why is put on record."""
    reason = request.form.get("reason", "").strip()[:REASON_LIMIT]
    seen: list[str] = []
    try:
        act_once(lambda uow: seen.append(unmask(uow, hall=hall(), number=number, reason=reason)))
    except BackofficeError as refused:
        return _again(number, "unmask", Text(refused.message("zh"), refused.message("en")))
    with reading() as uow:
        return _page(uow, number, full=seen[0] if seen else "")


def _doer(name: str, number: str, reason: str) -> Callable[[UnitOfWork], object]:
    form = request.form
    how = Execution(
        tender_ref=form.get("tender_ref", "")[:64],
        customer_signed=form.get("customer_signed") == "1",
        red_code=form.get("red_code", "")[:64],
        red_no=form.get("red_no", "")[:64],
    )
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "approve": lambda uow: approve_case(uow, hall=hall(), number=number),
        "reject": lambda uow: reject_case(uow, hall=hall(), number=number, reason=reason),
        "withdraw": lambda uow: withdraw_case(uow, hall=hall(), number=number, reason=reason),
        "execute": lambda uow: execute_case(uow, hall=hall(), number=number, how=how),
        "expire": lambda uow: expire_cases(uow, hall=hall()),
        "tick": lambda uow: tick_papers(
            uow, hall=hall(), number=number, papers=form.getlist("paper")
        ),
        "receive": lambda uow: receive_papers(uow, hall=hall(), numbers=[number]),
    }
    return acts[name]


def _again(number: str, act: str, error: Text) -> tuple[str, int]:
    with reading() as uow:
        return _page(uow, number, tried=Tried(act, error)), 422


def _page(uow: UnitOfWork, number: str, *, tried: Tried | None = None, full: str = "") -> str:
    case = see_case(uow, hall(), number)
    document, facts = case.document, case.facts
    kind = INSTRUMENTS[document.kind]
    staff = names_of(uow, hall().id)
    signatures = uow.session.scalars(
        select(Signature)
        .where(Signature.hall_id == hall().id, Signature.document_id == document.id)
        .order_by(Signature.id)
    ).all()
    events = uow.session.scalars(
        select(Event)
        .where(Event.hall_id == hall().id, Event.subject == f"document:{document.number}")
        .order_by(Event.event_no)
    ).all()
    lacking = awaited_of(uow, hall(), document).signers if document.state == "submitted" else ()
    persons = {document.maker_id, *(one.person_id for one in signatures)}
    policy = policy_from_json(facts["policy"])
    return show_refunds(
        uow,
        "pages/refund.html",
        page="desk",
        title=Text(f"{kind.text.zh} {number}", f"{kind.text.en} {number}"),
        trail=((CASES, url_for("pages.show_refund_desk", hall=hall().code)),),
        case=case,
        document=document,
        case_facts=facts,
        kind=kind,
        reasons=REASONS,
        bands=BANDS,
        paper_names=PAPERS,
        printable=printable_papers(case),
        case_papers=CASE_PAPERS,
        chip_of_state=(*STATE_CHIPS[document.state], STATES[document.state]),
        lacking=[signer_name(one, staff) for one in lacking],
        signatures=[(one, ROLES.get(one.role)) for one in signatures],
        persons=person_names(uow, persons),
        staff=staff,
        policy=policy,
        tiers=[(ROLES[role], limit) for role, limit in policy.tiers],
        tier_limit=limit_of(policy, document.required_roles.split(",")),
        payment=_payment(uow, facts),
        hindrances=_hindrances(uow, case),
        past=_past(uow, case),
        flags=_flags(uow, case),
        patterns=PATTERNS,
        outcomes=OUTCOMES,
        events=events,
        event_words=CASE_EVENTS,
        event_reasons={one.event_no: _told(one) for one in events},
        due_at=due_after(case.execution.at, case.policy.papers_due_hour)
        if case.execution
        else None,
        acts=[ACTS[one] for one in offered(uow, document, facts)],
        kinds=INSTRUMENTS,
        states=STATES,
        tried=tried,
        full=full,
        waited=waiting_since(facts["asked_at"], uow.now),
        asked_at=dt.datetime.fromisoformat(facts["asked_at"]),
        now=uow.now,
    )


def _told(event: Event) -> str:
    """Give the reason somebody gave for an act, or the authority he signed by."""
    told = json.loads(event.facts)
    return " · ".join(str(told[name]) for name in ("reason", "authority") if told.get(name))


def _payment(uow: UnitOfWork, facts: dict[str, str]) -> object:
    if not facts.get("original_txn"):
        return None
    try:
        return payment_of(uow, hall(), facts["original_txn"])
    except UnknownPayment:
        return None


def _hindrances(uow: UnitOfWork, case: CaseSeen) -> list[Text]:
    """Give what must be put right before the money goes out, as sentences."""
    if case.document.state not in ("submitted", "approved"):
        return []
    try:
        found = hindrances(uow, hall(), case.document, case.facts)
    except UnknownPayment as unknown:
        found = [unknown]
    return [Text(one.message("zh"), one.message("en")) for one in found]


def _past(uow: UnitOfWork, case: CaseSeen) -> list[CaseSeen]:
    past = cases_for(uow, hall(), case.subscriber)
    return [one for one in past if one.document.id != case.document.id]


def _flags(uow: UnitOfWork, case: CaseSeen) -> list[RefundFlag]:
    """Give the patterns flagged for the case, to whom they concern."""
    if not allowed("refunds", "settle"):
        return []
    query = select(RefundFlag).where(
        RefundFlag.hall_id == hall().id, RefundFlag.document_id == case.document.id
    )
    return list(uow.session.scalars(query.order_by(RefundFlag.id)))
