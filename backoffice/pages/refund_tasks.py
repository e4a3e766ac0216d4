"""What of refunds waits for the visitor: signatures, money to give, papers, flags, cases above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from backoffice.pages.door import allowed, hall
from backoffice.pages.refund_desk import waiting_cases, waiting_since
from backoffice.pages.tasks import Task
from ledger.approvals import ABOVE_ALL
from ledger.documents import DOCUMENT_KINDS, facts_of
from ledger.permissions import LEADERS
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from refunds.flags import PATTERNS
from refunds.handing_over import listed_cases
from refunds.instruments import INSTRUMENTS
from refunds.kinds import PAPER_LIST, POLICY_CHANGE
from refunds.models import RefundFlag
from refunds.papers import papers_due
from refunds.seen import CaseSeen
from stock.custody import own_holders
from stock.waiting import Awaited, is_asked, may_sign, unsigned_documents

APPROVE, CARRY_OUT = Text("审批", "Approve"), Text("执行", "Carry out")
LOOK = Text("查看", "Look")


def refund_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of refunds."""
    if not allowed("refunds", "view"):
        return
    waiting = waiting_cases(uow)
    for case in waiting.to_approve:
        yield _case_task(case, _to_approve(uow, case), APPROVE)
    for case in waiting.to_carry_out:
        yield _case_task(case, Text("已批准,待执行", "approved, to carry out"), CARRY_OUT)
    asked = {case.document.id for case in waiting.to_approve}
    yield from _above(uow, asked)
    yield from _papers(uow)
    if allowed("refund_papers", "approve"):
        yield from _lists(uow)
    if allowed("refunds", "settle"):
        yield from _flags(uow)
    if allowed("refund_policy", "approve"):
        yield from _policies(uow)


def _case_task(case: CaseSeen, said: Text, verb: Text) -> Task:
    kind, number = INSTRUMENTS[case.document.kind].text, case.document.number or ""
    return Task(
        case.document.business_date,
        Text(f"{kind.zh} {number} {said.zh}", f"{kind.en} {number} {said.en}"),
        verb,
        _address(number),
        amount_fen=case.document.amount_fen,
    )


def _to_approve(uow: UnitOfWork, case: CaseSeen) -> Text:
    """Say that a case waits, and of one above the hall's limit for how long."""
    if not set(case.document.required_roles.split(",")) & set(ABOVE_ALL):
        return Text("待审批", "to approve")
    waited = waiting_since(case.facts["asked_at"], uow.now)
    return Text(
        f"超过本厅限额,待审批,已等 {waited.zh}", f"above the hall's limit, waits for {waited.en}"
    )


def _above(uow: UnitOfWork, asked: set[int]) -> Iterator[Task]:
    """Cases that wait above the hall, to its leaders and to who asked for them."""
    leads = bool(LEADERS & uow.actor.roles_in(hall().id))
    for one in unsigned_documents(uow, hall(), ("refunds",)):
        document = one.document
        concerned = leads or document.maker_id == uow.actor.person_id
        if not concerned or document.id in asked or not _is_above(one):
            continue
        kind, number = DOCUMENT_KINDS[document.kind].text, document.number or ""
        waited = waiting_since(facts_of(uow, document)["asked_at"], uow.now)
        said = Text(
            f"{kind.zh} {number} 在上级待批 {waited.zh}",
            f"{kind.en} {number} waits above the hall, {waited.en}",
        )
        yield Task(
            document.business_date, said, LOOK, _address(number), amount_fen=document.amount_fen
        )


def _is_above(awaited: Awaited) -> bool:
    return any(role in ABOVE_ALL for role in awaited.signers)


def _papers(uow: UnitOfWork) -> Iterator[Task]:
    """Papers past their time: to who carried the case out, to the auditor, then to the leaders."""
    leads = bool(LEADERS & uow.actor.roles_in(hall().id))
    for one in papers_due(uow, hall()):
        document, execution = one.case.document, one.case.execution
        mine = uow.actor.person_id in (document.maker_id, execution and execution.person_id)
        if not one.late or not (mine or allowed("refunds", "settle") or (leads and one.to_manager)):
            continue
        number, count = document.number or "", len(one.case.missing)
        said = Text(f"{number} 单据逾期未交稽核", f"{number}: papers are late with the auditor")
        if count:
            said = Text(
                f"{number} 缺 {count} 份单据,已逾期", f"{number}: {count} papers missing, late"
            )
        due_on = one.due_at.astimezone(HALL_TIME).date()
        yield Task(due_on, said, Text("补齐", "Complete"), _address(number), urgent=one.to_manager)


def _flags(uow: UnitOfWork) -> Iterator[Task]:
    """Flags to be looked into, one task for each pattern."""
    query = select(RefundFlag.pattern, RefundFlag.raised_at).where(
        RefundFlag.hall_id == hall().id, RefundFlag.state == "open"
    )
    found: dict[str, list[dt.datetime]] = {}
    for pattern, raised_at in uow.session.execute(query):
        found.setdefault(pattern, []).append(raised_at)
    for pattern, raised in found.items():
        name, count = PATTERNS[pattern], len(raised)
        said = Text(f"预警“{name.zh}”{count} 条待核查", f"{count} flags “{name.en}” to look into")
        address = url_for("pages.list_refund_flags", hall=hall().code)
        first = min(raised).astimezone(HALL_TIME).date()
        yield Task(first, said, Text("核查", "Look into"), address)


def _lists(uow: UnitOfWork) -> Iterator[Task]:
    """Lists of papers that the hall has given and the auditor has not signed."""
    for one in unsigned_documents(uow, hall(), (DOCUMENT_KINDS[PAPER_LIST].area,)):
        document = one.document
        if not may_sign(uow, one):
            continue
        number = document.number or ""
        on = facts_of(uow, document)["on"]
        count = len(listed_cases(uow, document))
        said = Text(
            f"资料交接清单 {number} 待您签收,{count} 笔",
            f"List of papers {number} waits for your signature, {count}"
            f" {'case' if count == 1 else 'cases'}",
        )
        address = url_for("pages.show_paper_list", hall=hall().code, on=on)
        yield Task(document.business_date, said, Text("签收", "Take"), address)


def _policies(uow: UnitOfWork) -> Iterator[Task]:
    """Changes of policy that another person of the department signs."""
    own = own_holders(uow, hall())
    kind = DOCUMENT_KINDS[POLICY_CHANGE]
    for one in unsigned_documents(uow, hall(), (kind.area,)):
        if is_asked(uow, one, own):
            number = one.document.number or ""
            said = Text(f"{kind.text.zh} {number}", f"{kind.text.en} {number}")
            address = url_for("pages.show_refund_policies", hall=hall().code)
            yield Task(one.document.business_date, said, APPROVE, address)


def _address(number: str) -> str:
    return url_for("pages.show_refund", hall=hall().code, number=number)
