"""The daily audit: run it, read it, answer findings, sign the day, take the paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.answers import day_payload, finding_payload, moment, yuan
from backoffice.api import answers
from backoffice.api.door import actor, confirm_password, once, reading
from backoffice.api.fields import SHORT_TEXT, Yuan
from backoffice.api.routes import Routes
from backoffice.api.schemas import FindingQuery, FindingsQuery, ReportQuery, SignatureBody
from backoffice.audit_papers import audit_paper, audit_workbook
from backoffice.audit_work import run_day_in
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.audit import acts
from ledger.audit.queries import FindingDetail, finding_detail, show_day
from ledger.errors import Conflict, Invalid
from ledger.organisations import Hall, HallHead, find_hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

DAY = "/halls/<hall>/days/<date:date>"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOERS: dict[str, Callable[..., object]] = {
    "answer": acts.answer_finding,
    "accept": acts.accept_finding,
    "return": acts.return_finding,
    "override": acts.override_finding,
}
# Who overrides vouches for a difference by name: the password is asked again, as for a signature.
NEEDS_PASSWORD = frozenset({"override"})

routes = Routes("audit", Text("每日稽核", "The daily audit"))


class FiguresChanged(Conflict):
    """A finding has other figures than those the act was meant for."""

    code = "figures_changed"
    text = Text(
        "差异的金额已变为 应为 {expected}、实为 {found}。请按新的金额重新办理。",
        "The finding now expects {expected} and found {found}. Decide again on these figures.",
    )


class ReasonMissing(Invalid):
    """An answer, a return and an override say why."""

    code = "reason_missing"
    text = Text("请写明原因。", "Give a reason.")


@routes.get(DAY, Text("营业日:状态、合计、规则、差异。", "The day: statuses, totals, checks, findings."),
            gives=answers.AuditedDay)
def show_one_day(hall: str, date: dt.date) -> Payload:
    """Show a hall-day: the same as `audit show --json`."""
    with reading() as uow:
        return day_payload(show_day(uow, _find_hall(uow, hall), date), language())


@routes.post(f"{DAY}/audit", Text("运行全部稽核规则。", "Run every check."), gives=answers.AuditedDay)
def run_audit(hall: str, date: dt.date) -> Payload:
    """Run the audit; the day is not marked audited by it."""

    def run(uow: UnitOfWork) -> Payload:
        run_day_in(uow, hall, date)
        return day_payload(show_day(uow, find_hall(uow, hall), date), language())

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
    f"{DAY}/finding",
    Text("一条差异:规则、可能原因、经过。", "One finding: its rule, likely causes and history."),
    query=FindingQuery,
    gives=answers.FindingDetail,
)
def show_finding(query: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Show one finding with everything known of it."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        detail = finding_detail(uow, found, date, query["check"], query["subject"])
        return _detail_payload(detail, language())
