"""A finding that nothing cures (违规已定责): the department proposes, second-level audit signs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.shell import person_names, say, show
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.tasks import Task
from ledger.audit.queries import finding_detail
from ledger.corrections.liability import (
    LIABLE,
    NAME,
    act_on_liability,
    bars_the_first_level,
    list_liabilities,
    settle_with_liability,
    standing_liability,
)
from ledger.documents import STATES, Document, facts_of
from ledger.errors import BackofficeError
from ledger.money import read_fen
from ledger.text import Text
from ledger.work import UnitOfWork

DONE: Mapping[str, Text] = {
    "propose": Text("定责单已提出,待二级稽核签字。", "Proposed; second-level audit signs it."),
    "approve": Text("已签字,差异按定责了结。", "Signed; the finding is closed with liability."),
    "reject": Text("已退回。", "Refused."),
    "cancel": Text("已收回。", "Taken back."),
}
SIGNS = frozenset({"propose", "approve"})
REASON_LIMIT = 500
UNREADABLE = Text("金额应为元,最多两位小数。", "The amount is yuan with two decimals at most.")


@pages.get("/halls/<hall>/days/<date:date>/liability/<check>/<path:subject>")
@needs(("liability", "submit"), ("liability", "approve"))
def show_liability(date: dt.date, check: str, subject: str) -> str:
    """Show the finding, the settlement that waits, and what the visitor may do."""
    return _page(date, check, subject)


@pages.post("/halls/<hall>/days/<date:date>/liability/<check>/<path:subject>")
@needs(("liability", "submit"), ("liability", "approve"))
def do_liability(date: dt.date, check: str, subject: str) -> Response | tuple[str, int]:
    """Propose, sign, refuse or take back; a signature asks for the password."""
    form = request.form
    act, reason = form.get("act", ""), form.get("reason", "").strip()[:REASON_LIMIT]
    if act not in DONE:
        raise BadRequest
    if act in SIGNS and not password_is_right(form.get("password", "")):
        return _page(date, check, subject, act, WRONG_PASSWORD), 422
    try:
        fen = read_fen(form.get("amount", "").strip() or "0")
    except ValueError:
        return _page(date, check, subject, act, UNREADABLE), 422

    def step(uow: UnitOfWork) -> None:
        if act != "propose":
            act_on_liability(uow, hall(), form.get("number", ""), action=act, reason=reason)
            return
        settle_with_liability(
            uow,
            hall(),
            date,
            check=check,
            subject=subject,
            liable=form.get("liable", ""),
            amount_fen=fen,
            reason=reason,
        )

    try:
        act_once(step)
    except BackofficeError as refused:
        said = Text(refused.message("zh"), refused.message("en"))
        return _page(date, check, subject, act, said), 422
    say(DONE[act])
    return redirect(request.path)


def liability_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give the settlements that wait for the visitor as second-level audit."""
    if not allowed("liability", "approve"):
        return
    for document in list_liabilities(uow, hall(), waiting=True):
        if bars_the_first_level(uow, document):
            continue
        facts = facts_of(uow, document)
        yield Task(
            document.business_date,
            Text(f"{NAME.zh} {document.number} 待签字", f"{NAME.en} {document.number}"),
            Text("签字", "Sign"),
            url_for(
                "pages.show_liability",
                hall=hall().code,
                date=dt.date.fromisoformat(facts["of_day"]),
                check=facts["check"],
                subject=facts["subject"],
            ),
            facts["subject"],
            document.amount_fen,
        )


def _page(
    date: dt.date, check: str, subject: str, tried: str = "", error: Text | None = None
) -> str:
    with reading() as uow:
        detail = finding_detail(uow, hall(), date, check, subject)
        document = standing_liability(uow, hall(), date, check, subject)
        return show(
            uow,
            "pages/liability.html",
            desk="audit",
            title=NAME,
            date=date,
            finding=detail.finding,
            document=document,
            stated=facts_of(uow, document) if document else {},
            state=STATES[document.state] if document else None,
            maker=_maker(uow, document),
            liable=LIABLE,
            acts=_acts(uow, document, detail.finding.state),
            tried=tried,
            error=error,
        )


def _maker(uow: UnitOfWork, document: Document | None) -> str:
    return person_names(uow, {document.maker_id})[document.maker_id] if document else ""


def _acts(uow: UnitOfWork, document: Document | None, state: str) -> set[str]:
    if document is None:
        stands = state in ("open", "answered")
        return {"propose"} if stands and allowed("liability", "submit") else set()
    if document.state != "submitted":
        return set()
    if document.maker_id == uow.actor.person_id:
        return {"cancel"}
    barred = bars_the_first_level(uow, document)
    return {"approve", "reject"} if allowed("liability", "approve") and not barred else set()
