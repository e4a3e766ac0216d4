"""The month's end (月末关账): what it waits for, the pack, three signatures, the lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Response as File
from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import abreast, report_paper, report_workbook
from backoffice.month_packs import make_month_pack, month_report_of, show_month, sign_month_pack
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.shell import say, show
from backoffice.pages.showing import language
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.tasks import Task
from ledger.documents import STATES, Document
from ledger.errors import BackofficeError
from ledger.lifecycle import answers_to
from ledger.months.kinds import SIGNERS
from ledger.months.packs import (
    months_without_pack,
    packs_waiting,
    read_month_name,
    send_back_pack,
    signers_missing,
)
from ledger.text import Text
from ledger.times import A_DAY, month_of
from ledger.work import UnitOfWork

TITLE = Text("月末关账", "Month end")
LOOK = (("months", "view"),)
ACT = (("months", "submit"), ("months", "approve"), ("months", "reject"))
DONE: Mapping[str, Text] = {
    "make": Text(
        "月结单已编制并签字,待另两个岗位签字。", "The pack is made and signed; two more sign."
    ),
    "sign": Text("已签字。", "Signed."),
    "send_back": Text("月结单已退回。", "The pack was sent back."),
}
SIGNS = frozenset({"make", "sign"})
VERB = Text("签字", "Sign")
REASON_LIMIT = 500


@pages.get("/halls/<hall>/months")
@needs(*LOOK)
def open_months() -> Response:
    """Open the month before this one, which is the one to be closed."""
    today: dt.date = g.today
    month = (today.replace(day=1) - A_DAY).strftime("%Y-%m")
    return redirect(url_for("pages.show_month_end", hall=hall().code, month=month))


@pages.get("/halls/<hall>/months/<month>")
@needs(*LOOK)
def show_month_end(month: str) -> str:
    """Show what the month waits for, and its pack."""
    return _page(month)


@pages.post("/halls/<hall>/months/<month>")
@needs(*ACT)
def do_month_end(month: str) -> Response | tuple[str, int]:
    """Make, sign or send back the month's pack; a signature asks for the password."""
    act, first = request.form.get("act", ""), _first(month)
    reason = request.form.get("reason", "").strip()[:REASON_LIMIT]
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "make": lambda uow: make_month_pack(uow, hall(), first),
        "sign": lambda uow: sign_month_pack(uow, hall(), first),
        "send_back": lambda uow: send_back_pack(uow, hall=hall(), first=first, reason=reason),
    }
    if act not in acts:
        raise BadRequest
    if act in SIGNS and not password_is_right(request.form.get("password", "")):
        return _page(month, act, WRONG_PASSWORD), 422
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _page(month, act, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.show_month_end", hall=hall().code, month=month))


@pages.get("/halls/<hall>/months/<month>/pack.pdf")
@needs(*LOOK)
def print_month_pack(month: str) -> File:
    """Give the pack on paper."""
    with reading() as uow:
        content = report_paper(
            uow, month_report_of(show_month(uow, hall(), _first(month))), language=language()
        )
    name = f"month-{hall().code}-{month}.pdf"
    return download(content, PDF, name, inline=True)


@pages.get("/halls/<hall>/months/<month>/pack.xlsx")
@needs(*LOOK)
def month_pack_workbook(month: str) -> File:
    """Give the pack's tables as a workbook."""
    with reading() as uow:
        content = report_workbook(
            month_report_of(show_month(uow, hall(), _first(month))), language=language()
        )
    return download(content, XLSX, f"month-{hall().code}-{month}.xlsx")


def month_tasks(uow: UnitOfWork) -> list[Task]:
    """Give the packs that wait for a signature of the visitor's, and months without a pack."""
    unmade = months_without_pack(uow, hall()) if allowed("months", "submit") else []
    return [
        Task(
            date=month_of(month)[1],
            text=Text(f"{month:%Y-%m} 待月结", f"Month {month:%Y-%m} to be closed"),
            verb=Text("月结", "Close"),
            address=url_for("pages.show_month_end", hall=hall().code, month=f"{month:%Y-%m}"),
        )
        for month in unmade
    ] + [
        Task(
            date=pack.business_date,
            text=Text(
                f"月结单 {pack.number}({month:%Y-%m})待签字",
                f"Month pack {pack.number} of {month:%Y-%m}",
            ),
            verb=VERB,
            address=url_for("pages.show_month_end", hall=hall().code, month=f"{month:%Y-%m}"),
        )
        for pack, month in packs_waiting(uow, hall())
        if _signs_next(uow, pack)
    ]


def _signs_next(uow: UnitOfWork, pack: Document) -> bool:
    if pack.maker_id == uow.actor.person_id:
        return False
    return any(answers_to(uow, pack.hall_id, role) for role in signers_missing(uow, pack))


def _first(month: str) -> dt.date:
    try:
        return read_month_name(month)
    except BackofficeError as unreadable:
        raise NotFound from unreadable


def _page(month: str, tried: str = "", error: Text | None = None) -> str:
    first = _first(month)
    with reading() as uow:
        shown = show_month(uow, hall(), first)
        waiting = shown.pack is not None and shown.pack.state == "submitted"
        mine = waiting and shown.pack is not None and shown.pack.maker_id == uow.actor.person_id
        missing = signers_missing(uow, shown.pack) if shown.pack is not None and waiting else []
        acts = {
            "make": shown.pack is None and shown.is_ready and allowed("months", "submit"),
            "sign": waiting and shown.pack is not None and _signs_next(uow, shown.pack),
            "send_back": mine or (waiting and allowed("months", "reject")),
        }
        return show(
            uow,
            "pages/month.html",
            desk="days",
            title=TITLE,
            month=month,
            shown_month=shown,
            tables=[abreast(table) for table in shown.report.full_tables] if shown.report else [],
            acts=acts,
            missing=[SIGNERS[role] for role in missing],
            states=STATES,
            tried=tried,
            error=error,
            before=(first - A_DAY).strftime("%Y-%m"),
            after=(first + 31 * A_DAY).strftime("%Y-%m"),
        )
