"""Findings: the list of what still stands, and one finding with its two sides and its acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.finding_acts import (
    NEEDS_PASSWORD,
    NEEDS_REASON,
    act_on_finding,
    history_of,
    open_acts,
)
from backoffice.pages.books import book_url
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.rows import kind_name
from backoffice.pages.rules import RULES
from backoffice.pages.shell import day_url, say, show
from backoffice.pages.showing import subject_url
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.transactions import require_view_or_own
from backoffice.pages.two_sides import sides_of
from invoices.ranges import find_book
from ledger.actors import names_of, own_numbers
from ledger.audit.findings import Finding
from ledger.audit.queries import finding_detail
from ledger.audit.signing import STANDING
from ledger.corrections.known import last_slip
from ledger.duties.roster import shift_name
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.finding_cases import cases_of_findings

AUDIT = Text("稽核", "Audit")
REASON_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """What a person may do to a finding: the verb, what it means, and what is said when done."""

    name: str
    verb: Text
    meaning: Text
    done: Text


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "answer",
            Text("答复", "Answer"),
            Text(
                "只作说明、不改账的,在此答复;要改账的,请用上面的“更正”。",
                "Explain it here where nothing is to be changed; else use “Put right” above.",
            ),
            Text("已答复,等稽核处理。", "Answered; the auditor is next."),
        ),
        Act(
            "accept",
            Text("接受", "Accept"),
            Text("接受答复或说明,差异就此了结。", "Accept what was said; the finding is done."),
            Text("已接受。", "Accepted."),
        ),
        Act(
            "return",
            Text("退回", "Return"),
            Text("答复不足,退回营业员。", "The answer does not do; back to the clerk."),
            Text("已退回营业员。", "Returned to the clerk."),
        ),
        Act(
            "override",
            Text("核准", "Override"),
            Text(
                "在您的权限内核准这一差异;金额变化后须重新核准。",
                "Let the difference stand, within your limit; if its figures change it reopens.",
            ),
            Text("已核准。", "Overridden."),
        ),
    )
}


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
def do_act(date: dt.date, check: str, subject: str) -> Response | tuple[str, int]:
    """Answer, accept, return or override; what is refused keeps what was typed."""
    form = request.form
    act = ACTS.get(form.get("act", ""))
    if act is None:
        raise BadRequest
    if act.name in NEEDS_PASSWORD and not password_is_right(form.get("password", "")):
        return _again(date, check, subject, act, WRONG_PASSWORD)

    def do(uow: UnitOfWork) -> None:
        act_on_finding(
            uow,
            hall(),
            date,
            act=act.name,
            check=check,
            subject=subject,
            reason=form.get("reason", "").strip()[:REASON_LIMIT],
            figures=(form.get("expected", type=int), form.get("found", type=int)),
        )

    try:
        act_once(do)
    except BackofficeError as refused:
        sentence = Text(refused.message("zh"), refused.message("en"))
        return _again(date, check, subject, act, sentence)
    say(act.done)
    return redirect(request.path)


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
        rule=RULES.get(check),
        candidates=detail.candidates,
        sides=sides_of(uow, date, finding),
        shift_name=shift_name,
        book_address=_book_address(uow, finding.subject),
        case_number=_case_number(uow, finding.subject),
        slip_number=_slip_number(uow, date, check, subject),
        may_send=allowed("corrections", "send"),
        is_own=finding.clerk in own_numbers(uow, hall().id),
        kind_name=kind_name,
        history=history_of(uow, hall(), date, check, subject),
        acts=[ACTS[name] for name in open_acts(uow, hall(), finding)],
        all_acts=ACTS,
        needs_password=NEEDS_PASSWORD,
        needs_reason=NEEDS_REASON,
        tried=tried,
        error=error,
        names=names_of(uow, hall().id),
    )


def _book_address(uow: UnitOfWork, subject: str) -> str:
    """Give the page of the book in which a finding's number lies, opened at it."""
    sort, _, rest = subject.partition(":")
    if not allowed("forms", "view"):
        return ""
    if sort == "book":
        return subject_url(subject)
    if sort != "invoice":
        return ""
    code, _, numbers = rest.rpartition("/")
    number = numbers.partition("-")[0]
    book = find_book(uow, hall(), code, number)
    return book_url(book, number) if book else ""


def _case_number(uow: UnitOfWork, subject: str) -> str:
    """Give the number of the refund, waiver or credit a finding is about, '' for none."""
    if not allowed("refunds", "view"):
        return ""
    return cases_of_findings(uow, hall(), [subject]).get(subject, "")


def _slip_number(uow: UnitOfWork, date: dt.date, check: str, subject: str) -> str:
    """Give the number of the slip the finding is on, or of the one it is about; '' for none."""
    if not allowed("corrections", "view"):
        return ""
    if check == "D03":
        return subject.removeprefix("slip:")
    slip = last_slip(uow, hall().id, date, check, subject)
    return slip.number if slip else ""


def _trail(date: dt.date) -> tuple[tuple[Text, str], ...]:
    if not allowed("audit", "view"):
        address = url_for("pages.show_today", hall=hall().code)
        return ((Text("今日", "Today"), address),)
    return ((Text(str(date), str(date)), day_url(date)),)
