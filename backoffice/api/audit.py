"""The daily audit: run it, read it, answer findings, sign the day, take the paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response

from backoffice import finding_acts
from backoffice.answers import (
    day_payload,
    figure,
    finding_payload,
    moment,
    signed_payload,
    unconfirmed_payload,
)
from backoffice.api import answers
from backoffice.api.door import confirm_password, engine, once, reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import (
    ActBody,
    FindingQuery,
    FindingsQuery,
    PaperQuery,
    ReportQuery,
    SignatureBody,
)
from backoffice.audit_papers import audit_paper, audit_workbook
from backoffice.audit_work import catch_up, run_day_in
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.actors import Employment
from ledger.audit.day import FindingView
from ledger.audit.queries import FindingDetail, finding_detail, show_day
from ledger.audit.signing import sign_day
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.unconfirmed_sales import unconfirmed_sales

DAY = "/halls/<hall>/days/<date>"
routes = Routes("audit", Text("每日稽核", "The daily audit"))


@routes.get(
    DAY,
    Text("营业日:状态、合计、规则、差异。", "The day: statuses, totals, checks, findings."),
    gives=answers.AuditedDay,
)
def show_one_day(hall: str, date: dt.date) -> Payload:
    """Show a hall-day: the same as `audit show --json`."""
    with reading() as uow:
        return day_payload(show_day(uow, _find_hall(uow, hall), date), language())


@routes.post(
    f"{DAY}/audit", Text("运行全部稽核规则。", "Run every check."), gives=answers.AuditedDay
)
def run_audit(hall: str, date: dt.date) -> Payload:
    """Run the audit; the day is not marked audited by it."""

    def run(uow: UnitOfWork) -> Payload:
        run_day_in(uow, hall, date)
        return day_payload(show_day(uow, find_hall(uow, hall), date), language())

    catch_up(engine())
    return once(run, body={})


@routes.get(
    f"{DAY}/findings",
    Text("当日差异。", "The findings of a day."),
    query=FindingsQuery,
    gives=answers.Findings,
)
def list_findings(query: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """List current findings by state, check or clerk."""
    with reading() as uow:
        day = show_day(uow, _find_hall(uow, hall), date)
    wanted = [
        finding_payload(finding, language())
        for finding in day.findings
        if all(getattr(finding, name) == value for name, value in query.items())
    ]
    return {"hall": day.hall, "date": date.isoformat(), "findings": wanted}


@routes.get(
    f"{DAY}/unconfirmed-sales",
    Text("未能入账的销售行及原因。", "Sales lines that fit no books, and why."),
    gives=answers.UnconfirmedSales,
)
def list_unconfirmed_sales(hall: str, date: dt.date) -> Payload:
    """List the day's lines about goods that stay out of the daily sales documents."""
    with reading() as uow:
        lines = unconfirmed_sales(uow, hall=find_hall(uow, hall), date=date)
    told = [unconfirmed_payload(line, language()) for line in lines]
    return {"hall": hall, "date": date.isoformat(), "lines": told}


@routes.get(
    f"{DAY}/finding",
    Text("一条差异:规则、可能原因、经过。", "One finding: its rule, likely causes and history."),
    query=FindingQuery,
    gives=answers.FindingDetail,
)
def show_finding(query: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Show one finding with everything known of it."""
    with reading() as uow:
        found = find_hall(uow, hall)
        detail = finding_detail(uow, found, date, query["check"], query["subject"])
        _require_view_or_own(uow, found, detail.finding.clerk)
        return _detail_payload(uow, found, date, detail, language())


@routes.post(
    f"{DAY}/acts",
    Text("答复、接受、退回或核准一条差异。", "Answer, accept, return or override a finding."),
    body=ActBody,
    gives=answers.FindingDetail,
)
def act_on_finding(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Do something about a finding; it is bound to the figures given, and refused for others."""
    if body["act"] in finding_acts.NEEDS_PASSWORD:
        confirm_password(body["password"])
    check, subject = body["check"], body["subject"]

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        finding = finding_detail(uow, found, date, check, subject).finding
        # Before anything is said of its figures: they are not everybody's to see.
        _require_view_or_own(uow, found, finding.clerk)
        finding_acts.act_on_finding(
            uow,
            found,
            date,
            act=body["act"],
            check=check,
            subject=subject,
            reason=body["reason"].strip(),
            figures=(_as_stored(finding, body["expected"]), _as_stored(finding, body["found"])),
        )
        return _detail_payload(
            uow, found, date, finding_detail(uow, found, date, check, subject), language()
        )

    return once(do, body=body)


@routes.post(
    f"{DAY}/signature",
    Text(
        "稽核签字:当日数据与差异就此固定。",
        "Sign the day as auditor: its figures and findings are frozen.",
    ),
    body=SignatureBody,
    gives=answers.Signature,
    status=201,
)
def sign(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Sign a day; the password is asked again."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sign_day(uow, found, date)
        return signed_payload(uow, found, date)

    return once(do, body={})


@routes.get(
    f"{DAY}/report.pdf",
    Text("稽核报告 PDF。", "The audit paper as PDF."),
    query=PaperQuery,
    file=PDF,
)
def show_paper(query: dict[str, Any], hall: str, date: dt.date) -> Response:
    """Give the paper."""
    with reading() as uow:
        content = audit_paper(
            uow,
            _find_hall(uow, hall),
            date,
            language=_language(query),
            version=query["version"],
        )
    return download(content, PDF, f"audit-{hall}-{date}.pdf")


@routes.get(
    f"{DAY}/report.xlsx",
    Text("稽核工作簿。", "The audit workbook."),
    query=ReportQuery,
    file=XLSX,
)
def show_workbook(query: dict[str, Any], hall: str, date: dt.date) -> Response:
    """Give the workbook with every line behind every figure."""
    with reading() as uow:
        content = audit_workbook(uow, _find_hall(uow, hall), date, language=_language(query))
    return download(content, XLSX, f"audit-{hall}-{date}.xlsx")


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "audit", "view")
    return hall


def _require_view_or_own(uow: UnitOfWork, hall: Hall, clerk: str) -> None:
    """Let auditors and leaders in, and a clerk only to what bears his own number."""
    employment = uow.session.get(Employment, (hall.id, clerk))
    if employment is None or employment.person_id != uow.actor.person_id:
        require(uow, hall.id, "audit", "view")


def _language(query: dict[str, Any]) -> Language:
    chosen: Language = query.get("language") or language()
    return chosen


def _detail_payload(
    uow: UnitOfWork, hall: Hall, date: dt.date, detail: FindingDetail, said: Language
) -> Payload:
    finding = detail.finding
    return {
        **finding_payload(finding, said),
        "name": finding.name.in_language(said),
        "remedy": finding.remedy.in_language(said),
        "rule": finding.rule,
        "override": finding.override,
        "turn": finding.turn,
        "facts": dict(finding.facts),
        "candidates": [
            {
                "sort": one.sort,
                "message": one.text.in_language(said),
                "subjects": list(one.subjects),
            }
            for one in detail.candidates
        ],
        "acts": _history(uow, hall, date, finding),
    }


def _as_stored(finding: FindingView, amount: int | None) -> int | None:
    """Give a figure of a body as it is kept: `"3"` is read as three yuan, and may be pieces."""
    return amount // 100 if finding.in_pieces and amount is not None else amount


def _history(uow: UnitOfWork, hall: Hall, date: dt.date, finding: FindingView) -> list[Payload]:
    return [
        {
            "act": act.act,
            "person": name,
            "at": moment(act.at),
            "reason": act.reason,
            "expected": figure(act.expected, in_pieces=finding.in_pieces),
            "found": figure(act.found, in_pieces=finding.in_pieces),
        }
        for act, name in finding_acts.history_of(uow, hall, date, finding.check, finding.subject)
    ]
