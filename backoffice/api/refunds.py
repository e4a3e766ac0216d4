"""Refunds, waivers, gift credits: asked for, approved, carried out; papers, flags, full numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backoffice.api import refund_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.pages.showing import language
from backoffice.refund_answers import (
    case_payload,
    due_payload,
    prospect_payload,
)
from backoffice.refund_evidence import flag_payload
from backoffice.refund_input import request_of
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import (
    Execution,
    approve_case,
    execute_case,
    expire_cases,
    reject_case,
    withdraw_case,
)
from refunds.flags import settle_flag
from refunds.models import RefundFlag
from refunds.papers import papers_due, receive_papers, tick_papers
from refunds.requests import consider, request_case
from refunds.seen import list_cases, see_case, unmask

REFUNDS = "/halls/<hall>/refunds"
routes = Routes("refunds", Text("退费、减免与赠款", "Refunds, waivers and gift credits"))


@routes.get(
    REFUNDS,
    Text("单据列表。", "Cases, the oldest that waits first."),
    query=shapes.CasesQuery,
    gives=shapes.CasesAnswer,
)
def list_all(query: dict[str, Any], hall: str) -> Payload:
    """List cases by state, kind, who asked and day."""
    with reading() as uow:
        found = find_hall(uow, hall)
        cases = list_cases(
            uow,
            found,
            states=(query["state"],) if query["state"] else (),
            kind=query["kind"],
            clerk=query["clerk"].strip(),
            since=query["since"],
            until=query["until"],
        )
        return {"hall": hall, "cases": [case_payload(found, one, language()) for one in cases]}


@routes.post(
    REFUNDS,
    Text("申请一笔退、减、赠。", "Ask for a refund, waiver or gift credit."),
    body=shapes.CaseBody,
    gives=shapes.CaseAnswer,
    status=201,
)
def ask(body: dict[str, Any], hall: str) -> Payload:
    """Ask for a case; it waits for its signatures."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = request_case(uow, hall=found, request=request_of(body))
        return _case(uow, found, document.number or "")

    return once(do, body=body)


@routes.post(
    f"{REFUNDS}/prospects",
    Text("提交前查看审批层级与单据。", "What a request would need, before it is made."),
    body=shapes.ProspectBody,
    gives=shapes.ProspectAnswer,
)
def look_ahead(body: dict[str, Any], hall: str) -> Payload:
    """Tell who must sign and which papers are needed; no case is made."""

    def do(uow: UnitOfWork) -> Payload:
        prospect = consider(uow, hall=find_hall(uow, hall), request=request_of(body))
        return prospect_payload(prospect, language())

    return once(do, body=body)


@routes.get(
    f"{REFUNDS}/papers-due",
    Text("待交稽核的单据。", "Cases whose papers are not with the auditor."),
    gives=shapes.PapersDueList,
)
def list_papers_due(hall: str) -> Payload:
    """List what is awaited, the oldest first."""
    with reading() as uow:
        found = find_hall(uow, hall)
        due = papers_due(uow, found)
        return {"hall": hall, "cases": [due_payload(found, one, language()) for one in due]}


@routes.post(
    f"{REFUNDS}/papers-received",
    Text("稽核验收单据。", "Take papers over as auditor."),
    body=shapes.HandoverBody,
    gives=shapes.CasesAnswer,
)
def take_over(body: dict[str, Any], hall: str) -> Payload:
    """Receive the papers of cases."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        cases = receive_papers(uow, hall=found, numbers=body["numbers"])
        return {"hall": hall, "cases": [case_payload(found, one, language()) for one in cases]}

    return once(do, body=body)


@routes.post(
    f"{REFUNDS}/expired",
    Text("结束逾期未办的单据。", "End the cases nobody carried out in time."),
    body=shapes.ExpireBody,
    gives=shapes.ExpiredAnswer,
)
def expire(body: dict[str, Any], hall: str) -> Payload:
    """End what ran out of time; gives the numbers of the cases that ended."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        return {"hall": hall, "expired": expire_cases(uow, hall=find_hall(uow, hall))}

    return once(do, body=body)


@routes.get(
    f"{REFUNDS}/flags",
    Text("异常模式预警。", "Patterns flagged for the auditor."),
    gives=shapes.FlagsAnswer,
)
def list_flags(hall: str) -> Payload:
    """List flags, the latest first."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "refunds", "settle")
        flags = uow.session.scalars(
            select(RefundFlag)
            .where(RefundFlag.hall_id == found.id)
            .order_by(RefundFlag.id.desc())
            .limit(500)
        )
        return {"hall": hall, "flags": [flag_payload(one, language()) for one in flags]}


@routes.post(
    f"{REFUNDS}/flags/<int:flag_id>",
    Text("登记预警的核查结果。", "Write down what came of a flag."),
    body=shapes.FlagBody,
    gives=shapes.FlagAnswer,
)
def settle(body: dict[str, Any], hall: str, flag_id: int) -> Payload:
    """Settle a flag."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        flag = settle_flag(
            uow, hall=found, flag_id=flag_id, outcome=body["outcome"], note=body["note"]
        )
        return flag_payload(flag, language())

    return once(do, body=body)


@routes.get(
    f"{REFUNDS}/cases/<path:number>",
    Text("一张单据。", "One case."),
    gives=shapes.CaseAnswer,
)
def show_case(hall: str, number: str) -> Payload:
    """Give a case."""
    with reading() as uow:
        return _case(uow, find_hall(uow, hall), number)


@routes.post(
    f"{REFUNDS}/cases/<path:number>/acts",
    Text("批准、退回、撤回或执行。", "Approve, reject, withdraw or carry out a case."),
    body=shapes.CaseActBody,
    gives=shapes.CaseAnswer,
)
def act_on_case(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a case a step on; every signature asks for the password again."""
    confirm_password(body["password"])

    def act(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "approve":
            approve_case(uow, hall=found, number=number)
        elif body["act"] == "reject":
            reject_case(uow, hall=found, number=number, reason=body["reason"])
        elif body["act"] == "withdraw":
            withdraw_case(uow, hall=found, number=number, reason=body["reason"])
        else:
            how = Execution(
                tender_ref=body["tender_ref"],
                customer_signed=body["customer_signed"],
                red_code=body["red_code"],
                red_no=body["red_no"],
            )
            execute_case(uow, hall=found, number=number, how=how)
        return _case(uow, found, number)

    return once(act, body=body)


@routes.post(
    f"{REFUNDS}/cases/<path:number>/papers",
    Text("勾选已到的单据。", "Tick the papers that are there."),
    body=shapes.PapersBody,
    gives=shapes.CaseAnswer,
)
def tick(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Note papers that are there."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        case = tick_papers(uow, hall=found, number=number, papers=body["papers"])
        return case_payload(found, case, language())

    return once(do, body=body)


@routes.post(
    f"{REFUNDS}/cases/<path:number>/subscriber",
    Text("查看完整号码(留痕)。", "The full number; that it was seen is put on record."),
    body=shapes.UnmaskBody,
    gives=shapes.UnmaskAnswer,
)
def show_number(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Give the full number of a case's subscriber."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        full = unmask(uow, hall=found, number=number, reason=body["reason"])
        return {"number": number, "subscriber": full}

    return once(do, body=body)


def _case(uow: UnitOfWork, hall: Hall, number: str) -> Payload:
    return case_payload(hall, see_case(uow, hall, number), language())
