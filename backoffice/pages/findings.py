"""Findings: the list of what still stands, and one finding with its two sides and its acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.pages.day import STANDING
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.rows import kind_name
from backoffice.pages.rules import RULES
from backoffice.pages.shell import day_url, say, show
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.transactions import require_view_or_own
from backoffice.pages.two_sides import sides_of
from ledger.actors import Person, names_of
from ledger.audit import acts
from ledger.audit.findings import Finding, FindingAct
from ledger.audit.queries import finding_detail
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

AUDIT = Text("稽核", "Audit")
REASON_MISSING = Text("请写明原因。", "Give a reason.")
CLOSED = ("accepted", "overridden", "settled", "recalculated")
REASON_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person may do to a finding: its verb, what it means, when, and by which right."""

    name: str
    verb: Text
    meaning: Text
    states: tuple[str, ...]
    need: str
    done: Text
    password: bool = False


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "answer",
            Text("答复", "Answer"),
            Text(
                "写明错在哪里、怎样更正;有更正单的写上单号。",
                "Say what was wrong and how it is put right, with the correction slip's number.",
            ),
            ("open",),
            "answer",
            Text("已答复,等稽核处理。", "Answered; the auditor is next."),
        ),
        Act(
            "accept",
            Text("接受", "Accept"),
            Text("接受答复,差异就此了结。", "Accept the answer; the finding is done."),
            ("answered",),
            "accept",
            Text("已接受。", "Accepted."),
        ),
        Act(
            "return",
            Text("退回", "Return"),
            Text("答复不足,退回营业员。", "The answer does not do; back to the clerk."),
            ("answered",),
            "accept",
            Text("已退回营业员。", "Returned to the clerk."),
        ),
        Act(
            "override",
            Text("核准", "Override"),
            Text(
                "在您的权限内核准这一差异;金额变化后须重新核准。",
                "Let the difference stand, within your limit; if its figures change it reopens.",
            ),
            ("open", "answered"),
            "override",
            Text("已核准。", "Overridden."),
            password=True,
        ),
    )
}


# Also what other doors record.
ACT_NAMES = {act.name: act.verb for act in ACTS.values()}


@pages.get("/halls/<hall>/findings")
@needs(("audit", "view"))
def list_findings() -> str:
    """List what stands in the hall over all days, the oldest first."""
    with reading() as uow:
        query = select(Finding).where(
            Finding.hall_id == hall().id,
            Finding.state.in_(STANDING),
            Finding.severity != "note",
        )
        found = uow.session.scalars(
            query.order_by(
                Finding.business_date, Finding.severity, Finding.clerk, Finding.check_code
            )
        ).all()
        days: dict[dt.date, list[Finding]] = {}
        for finding in found:
            days.setdefault(finding.business_date, []).append(finding)
        return show(
            uow,
            "pages/findings.html",
            desk="audit",
            title=AUDIT,
            days=days,
            names=names_of(uow, hall().id),
        )


@pages.get("/halls/<hall>/days/<date:date>/findings/<check>/<path:subject>")
@needs(("audit", "view"), ("audit", "answer"))
def show_finding(date: dt.date, check: str, subject: str) -> str:
    """Show one finding: two sides, the gap, likely causes, the rule, its history, what to do."""
    with reading() as uow:
        return _page(uow, date, check, subject)


@pages.post("/halls/<hall>/days/<date:date>/findings/<check>/<path:subject>")
@needs(("audit", "answer"), ("audit", "accept"), ("audit", "override"))
def act_on_finding(date: dt.date, check: str, subject: str) -> Response | tuple[str, int]:
    """Answer, accept, return or override; what is refused keeps what was typed."""
    act = ACTS[request.form.get("act", "")]
    reason = request.form.get("reason", "").strip()[:REASON_LIMIT]
    if act.name != "accept" and not reason:
        return _again(date, check, subject, act, REASON_MISSING)
    if act.password and not password_is_right(request.form.get("password", "")):
        return _again(date, check, subject, act, WRONG_PASSWORD)
    try:
        act_once(lambda uow: _do(uow, act, date, check=check, subject=subject, reason=reason))
    except BackofficeError as refused:
        sentence = Text(refused.message("zh"), refused.message("en"))
        return _again(date, check, subject, act, sentence)
    say(act.done)
    return redirect(request.path)


def history_of(
    uow: UnitOfWork, date: dt.date, check: str, subject: str
) -> list[tuple[FindingAct, str]]:
    """Give what persons did to a finding, in order, each with the person's name."""
    query = (
        select(FindingAct, Person.name)
        .join(Person, Person.id == FindingAct.person_id)
        .where(
            FindingAct.hall_id == hall().id,
            FindingAct.business_date == date,
            FindingAct.check_code == check,
            FindingAct.subject == subject,
        )
        .order_by(FindingAct.event_no)
    )
    return [(act, name) for act, name in uow.session.execute(query)]


def _do(uow: UnitOfWork, act: Act, date: dt.date, *, check: str, subject: str, reason: str) -> None:
    doers: dict[str, Callable[..., object]] = {
        "answer": acts.answer_finding,
        "accept": acts.accept_finding,
        "return": acts.return_finding,
        "override": acts.override_finding,
    }
    doers[act.name](uow, hall(), date, check=check, subject=subject, reason=reason)


def _again(date: dt.date, check: str, subject: str, act: Act, error: Text) -> tuple[str, int]:
    with reading() as uow:
        page = _page(uow, date, check, subject, tried=act.name, error=error)
    return page, 422


def _page(
    uow: UnitOfWork,
    date: dt.date,
    check: str,
    subject: str,
    *,
    tried: str = "",
    error: Text | None = None,
) -> str:
    detail = finding_detail(uow, hall(), date, check, subject)
    finding = detail.finding
    require_view_or_own(uow, {finding.clerk})
    return show(
        uow,
        "pages/finding.html",
        desk="audit" if allowed("audit", "view") else "today",
        title=Text(f"{check} {finding.name.zh}", f"{check} {finding.name.en}"),
        date=date if allowed("audit", "view") else None,
        trail=_trail(date),
        on=date,
        finding=finding,
        detail=detail,
        history=history_of(uow, date, check, subject),
        act_names=ACT_NAMES,
        rule=RULES.get(check),
        sides=sides_of(uow, date, check, subject),
        kind_name=kind_name,
        acts=_open_acts(finding.state, finding.override),
        tried=tried,
        error=error,
        names=names_of(uow, hall().id),
    )


def _trail(date: dt.date) -> tuple[tuple[Text, str], ...]:
    if not allowed("audit", "view"):
        address = url_for("pages.show_today", hall=hall().code)
        return ((Text("今日", "Today"), address),)
    return ((Text(str(date), str(date)), day_url(date)),)


def _open_acts(state: str, override: str) -> list[Act]:
    return [
        act
        for act in ACTS.values()
        if state in act.states
        and allowed("audit", act.need)
        and not (act.name == "override" and override == "nobody")
    ]
