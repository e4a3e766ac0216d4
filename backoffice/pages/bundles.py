"""The hand-over: what waits for finance, the hall's own bundles, one bundle with its acts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping

from flask import Response as File
from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.bundle_files import file_name, write_bundle
from backoffice.bundle_lists import TITLE, bundle_paper, bundle_report
from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import report_workbook
from backoffice.pages.bundle_pages import LOOK, show_bundle_desk
from backoffice.pages.bundle_typed import lines_typed, reason_typed
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.move_forms import day_of
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from ledger.actors import names_of
from ledger.documents import STATES, facts_of
from ledger.errors import BackofficeError
from ledger.finance.bundles import cancel_bundle, make_bundle, sign_bundle
from ledger.finance.days import days_waiting, find_bundle
from ledger.finance.returns import read_by_second, return_by_second, return_lines
from ledger.finance.revisions import revise_bundle
from ledger.finance.seen import list_bundles, next_version, part_of, parts_of, second_audit_of
from ledger.finance.statements import language_of
from ledger.finance.tables import SECOND_STATES
from ledger.permissions import actor_may
from ledger.text import PAPER_LANGUAGE, Language, Text
from ledger.work import UnitOfWork
from stock.waiting import awaited_of, may_sign

BUNDLES = Text("移交", "Hand-over")
MONTHS_BACK = dt.timedelta(days=92)
DONE: Mapping[str, Text] = {
    "sign": Text("已签字。", "Signed."),
    "return": Text("已退回,更正单已发出。", "Returned; a correction slip is sent for each line."),
    "read": Text("已记复核。", "Noted as read."),
    "second": Text("已退回,更正单已发出。", "Returned; a correction slip is sent for each line."),
    "cancel": Text("已撤回。", "Taken back."),
    "revise": Text("已冲销旧版并另制新版,待财务签收。", "Reversed; the next awaits finance."),
}
TONGUES: Mapping[Language, Text] = {
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
}
SIGNS = frozenset({"sign", "return", "second", "read"})


@pages.get("/halls/<hall>/bundles")
@needs(*LOOK)
def list_hall_bundles() -> str:
    """Show what waits for the visitor in all his halls, and this hall's days and bundles."""
    return _list()


@pages.post("/halls/<hall>/bundles")
@needs(("bundle", "submit"))
def do_make_bundle() -> Response | tuple[str, int]:
    """Make the bundle of the closed days between two dates."""
    first, last = day_of(request.form.get("from", "")), day_of(request.form.get("to", ""))
    if first is None or last is None:
        return _list(Text("请填起止日期。", "Give both dates.")), 422
    chosen: Language = "en" if request.form.get("language") == "en" else PAPER_LANGUAGE
    made: list[str] = []

    def do(uow: UnitOfWork) -> None:
        document = make_bundle(uow, hall=hall(), first=first, last=last, language=chosen)
        made.append(document.number or "")

    try:
        act_once(do)
    except BackofficeError as refused:
        return _list(Text(refused.message("zh"), refused.message("en"))), 422
    if not made:
        return redirect(url_for("pages.list_hall_bundles", hall=hall().code))
    say(Text(f"{made[0]} 已制单,待财务签收。", f"{made[0]} is made and awaits finance."))
    return redirect(url_for("pages.show_bundle", hall=hall().code, number=made[0]))


@pages.get("/halls/<hall>/bundles/<number>")
@needs(*LOOK)
def show_bundle(number: str) -> str:
    """Show one bundle with all it states, and what may be done with it."""
    return _bundle(number)


@pages.post("/halls/<hall>/bundles/<number>")
@needs(("bundle", "approve"), ("bundle", "submit"), ("bundle", "audit"))
def do_bundle_act(number: str) -> Response | tuple[str, int]:
    """Sign, return lines, read, take back or revise."""
    act = request.form.get("act", "")
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "sign": lambda uow: sign_bundle(uow, hall=hall(), number=number),
        "return": lambda uow: return_lines(
            uow, hall=hall(), number=number, lines=lines_typed(request.form)
        ),
        "read": lambda uow: read_by_second(uow, hall=hall(), number=number),
        "second": lambda uow: return_by_second(
            uow, hall=hall(), number=number, lines=lines_typed(request.form)
        ),
        "cancel": lambda uow: cancel_bundle(
            uow, hall=hall(), number=number, reason=reason_typed(request.form)
        ),
        "revise": lambda uow: made.append(
            revise_bundle(uow, hall=hall(), number=number, reason=reason_typed(request.form)).number
            or ""
        ),
    }
    made: list[str] = []
    if act not in acts:
        raise BadRequest
    if act in SIGNS and not password_is_right(request.form.get("password", "")):
        return _bundle(number, act, WRONG_PASSWORD), 422
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _bundle(number, act, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    target = made[0] if made else number
    return redirect(url_for("pages.show_bundle", hall=hall().code, number=target))


@pages.get("/halls/<hall>/bundles/<number>/file.zip")
@needs(*LOOK)
def bundle_file(number: str) -> File:
    """Give the sealed file of a bundle, or of an earlier part of it."""
    with reading() as uow:
        document = find_bundle(uow, hall(), number)
        part = part_of(uow, document, request.args.get("part", type=int))
        target = io.BytesIO()
        write_bundle(uow, hall(), document, target, part=part)
        return download(target.getvalue(), "application/zip", file_name(hall(), document, part))


@pages.get("/halls/<hall>/bundles/<number>/paper.pdf")
@needs(*LOOK)
def bundle_pdf(number: str) -> File:
    """Give the hand-over on paper, with its signatures as they stand."""
    with reading() as uow:
        document = find_bundle(uow, hall(), number)
        part = part_of(uow, document, request.args.get("part", type=int))
        content = bundle_paper(uow, hall(), document, part, language=language())
    return download(content, PDF, f"{number}.pdf", inline=True)


@pages.get("/halls/<hall>/bundles/<number>/tables.xlsx")
@needs(*LOOK)
def bundle_workbook(number: str) -> File:
    """Give the tables of the hand-over as a workbook."""
    with reading() as uow:
        document = find_bundle(uow, hall(), number)
        part = part_of(uow, document, request.args.get("part", type=int))
        report = bundle_report(uow, hall(), document, part)
    return download(report_workbook(report, language=language()), XLSX, f"{number}.xlsx")


def _list(error: Text | None = None) -> str:
    with reading() as uow:
        signing = [one for one in g.halls if actor_may(actor(), one.id, "bundle", "reject")]
        waiting = list_bundles(uow, signing, states=("submitted",)) if signing else []
        auditing = [one for one in g.halls if actor_may(actor(), one.id, "bundle", "audit")]
        unread = list_bundles(uow, auditing, seconds=("due",)) if auditing else []
        own = list_bundles(uow, [hall()], since=g.today - MONTHS_BACK)
        days = days_waiting(uow, [hall().id], dt.date.min, g.today).get(hall().id, [])
        finance = [one for one in waiting if "finance" in actor().roles_in(one.hall.id)]
        return show_bundle_desk(
            uow,
            "pages/bundles.html",
            page="bundles",
            title=BUNDLES,
            waiting=finance,
            unread=unread,
            own=list(reversed(own)),
            days=days,
            tongues=TONGUES,
            chip_of=lambda one: (*STATE_CHIPS[one.document.state], STATES[one.document.state]),
            second_of=lambda one: SECOND_STATES[one.second.state],
            now=uow.now,
            error=error,
        )


def _bundle(number: str, tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        document = find_bundle(uow, hall(), number)
        part = part_of(uow, document, request.args.get("part", type=int))
        second = second_audit_of(uow, document)
        report = bundle_report(uow, hall(), document, part)
        awaited = awaited_of(uow, hall(), document) if document.state == "submitted" else None
        is_last = part.number == parts_of(uow, document)
        return show_bundle_desk(
            uow,
            "pages/bundle.html",
            page="bundles",
            title=TITLE,
            document=document,
            facts=facts_of(uow, document),
            part=part,
            parts=parts_of(uow, document),
            papers_in=TONGUES[language_of(part.statement)],
            report=report,
            tables=report.full_tables,
            as_day=dt.date.fromisoformat,
            state_chip=(*STATE_CHIPS[document.state], STATES[document.state]),
            second=second,
            second_states=SECOND_STATES,
            next_number=next_version(uow, document),
            names=names_of(uow, hall().id),
            dates=[day["date"] for day in part.statement["days"]],
            may={
                "sign": awaited is not None and is_last and may_sign(uow, awaited),
                "return": document.state == "submitted"
                and "finance" in actor().roles_in(hall().id),
                "second": second is not None
                and second.state == "due"
                and document.state in ("submitted", "posted")
                and allowed("bundle", "audit"),
                "cancel": document.state == "submitted" and allowed("bundle", "cancel"),
                "revise": document.state == "posted" and allowed("bundle", "submit"),
            },
            tried=tried,
            error=error,
        )
