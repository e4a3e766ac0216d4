"""Papers of refunds: a case's PDFs, and the day's list that is handed to the auditor and signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Response as File
from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import report_paper, report_workbook
from backoffice.goods_asked import read_day
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.refund_pages import LOOK, show_refunds
from backoffice.pages.shell import person_names, say
from backoffice.pages.showing import language
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.refund_handover import TITLE, handover_report, summary_of
from backoffice.refund_papers import refund_paper as make_paper
from ledger.documents import STATES
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.handing_over import (
    give_papers,
    papers_on,
    refuse_papers,
    take_back_list,
    take_papers,
)

DONE: Mapping[str, Text] = {
    "give": Text("已签字交出,待稽核签收。", "Signed and given; it awaits the auditor."),
    "take": Text("已签收。齐全的资料已转稽核。", "Taken. What was complete is with the auditor."),
    "refuse": Text("已退回。", "Refused."),
    "take_back": Text("已撤回。", "Taken back."),
}
SIGNS = frozenset({"give", "take"})
REASON_LIMIT = 500


@pages.get("/halls/<hall>/refunds/cases/<path:number>/<paper>.pdf")
@needs(*LOOK)
def refund_paper(number: str, paper: str) -> File:
    """Give application, approval or the customer's receipt of a case on paper."""
    with reading() as uow:
        content = make_paper(uow, hall(), number, paper, language=language())
    return download(content, PDF, f"{number}-{paper}.pdf", inline=True)


@pages.get("/halls/<hall>/refunds/papers")
@needs(*LOOK)
def show_paper_list() -> str:
    """Show the papers of the day's cases: there, missing and until when; and hand them over."""
    return _page(_day())


@pages.post("/halls/<hall>/refunds/papers")
@needs(("refund_papers", "submit"), ("refund_papers", "approve"))
def do_paper_list() -> Response | tuple[str, int]:
    """Give the day's papers, or take, refuse or take back a list; signing asks for the password."""
    on, act = _day(), request.form.get("act", "")
    number = request.form.get("number", "")
    reason = request.form.get("reason", "").strip()[:REASON_LIMIT]
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "give": lambda uow: give_papers(uow, hall=hall(), on=on),
        "take": lambda uow: take_papers(uow, hall=hall(), number=number),
        "refuse": lambda uow: refuse_papers(uow, hall=hall(), number=number, reason=reason),
        "take_back": lambda uow: take_back_list(uow, hall=hall(), number=number),
    }
    if act not in acts:
        raise BadRequest
    if act in SIGNS and not password_is_right(request.form.get("password", "")):
        return _page(on, act, WRONG_PASSWORD), 422
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _page(on, act, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.show_paper_list", hall=hall().code, on=on))


@pages.get("/halls/<hall>/refunds/papers.xlsx")
@needs(*LOOK)
def paper_list_workbook() -> File:
    """Give the list as a workbook."""
    with reading() as uow:
        report = handover_report(uow, hall(), _day(), number=request.args.get("list", ""))
    return download(report_workbook(report, language=language()), XLSX, f"{_name()}.xlsx")


@pages.get("/halls/<hall>/refunds/papers.pdf")
@needs(*LOOK)
def print_paper_list() -> File:
    """Give the list on paper, with room for both signatures."""
    with reading() as uow:
        report = handover_report(uow, hall(), _day(), number=request.args.get("list", ""))
        content = report_paper(uow, report, language=language())
    return download(content, PDF, f"{_name()}.pdf", inline=True)


def _page(on: dt.date, tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        told = papers_on(uow, hall(), on)
        waiting = told.open
        mine = waiting is not None and waiting.maker_id == uow.actor.person_id
        acts = {
            "give": waiting is None and bool(told.awaited) and allowed("refund_papers", "submit"),
            "take": waiting is not None and not mine and allowed("refund_papers", "approve"),
            "take_back": mine,
        }
        return show_refunds(
            uow,
            "pages/refund_papers.html",
            page="papers",
            title=TITLE,
            on=on,
            today=g.today,
            told=told,
            summary=summary_of(told),
            tables=handover_report(uow, hall(), on).full_tables,
            waiting=waiting,
            acts=acts,
            tried=tried,
            error=error,
            states=STATES,
            persons=person_names(uow, {one.maker_id for one in told.documents}),
        )


def _day() -> dt.date:
    today: dt.date = g.today
    return read_day(request.args.get("on", "").strip()) or today


def _name() -> str:
    return f"refund-papers-{hall().code}-{request.args.get('list') or _day()}"
