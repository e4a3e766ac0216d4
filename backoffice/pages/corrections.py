"""Correction slips: the list, one slip, its answer guided by the kind of error, its acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Response as File
from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.correction_answers import (
    ACTS,
    CELL_NAMES,
    REASON_LIMIT,
    SIGNED,
    act_on_slip,
    awaited_roles,
    errors_named,
    line_cells,
    read_answer,
)
from backoffice.correction_papers import ROUNDS, correction_paper
from backoffice.downloads import PDF, download
from backoffice.goods_asked import read_day
from backoffice.pages.cash_pages import case_chip
from backoffice.pages.correction_pages import ANSWER_FIELDS, SLIP_CHIPS, show_corrections_page
from backoffice.pages.correction_tasks import may_answer_for
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.shell import person_names, say
from backoffice.pages.showing import language
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.trade_words import tender_name
from ledger.actors import ROLES, names_of, own_numbers
from ledger.audit.findings import Finding
from ledger.cash.explained import cases_beside
from ledger.corrections.kinds import NAME, bars_the_clerk
from ledger.corrections.known import Answer, Notice, standing_slip
from ledger.corrections.lines import lines_about
from ledger.corrections.reasons import REASONS, WAY_HINTS, WAYS, reason_of
from ledger.corrections.seen import (
    SlipSeen,
    is_overdue,
    list_slips,
    originals_of,
    reversed_lines,
    see_slip,
)
from ledger.corrections.slips import begin_answer, send_errors
from ledger.corrections.tables import SLIP_STATES, WITH_CLERK
from ledger.errors import BackofficeError
from ledger.lifecycle import answers_to
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("corrections", "view"),)
DONE: dict[str, Text] = {
    "answer": Text("已答复,等稽核处理。", "Answered; the auditor is next."),
    "accept": Text("已签字。", "Signed."),
    "return": Text("已退回营业员,重新计期。", "Back with the clerk, due again."),
    "withdraw": Text("已撤回。", "Withdrawn."),
}
FILTERS: dict[str, Text] = {
    "standing": Text("未了", "Standing"),
    "overdue": Text("逾期", "Overdue"),
    **SLIP_STATES,
}
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was refused: the act, for an answer its way, and why."""

    act: str
    error: Text
    way: str = ""


@pages.get("/halls/<hall>/corrections")
@needs(*LOOK)
def show_corrections() -> str:
    """List slips, those that wait first, the soonest due before others; a clerk's own alone."""
    asked = request.args
    with reading() as uow:
        slips = list_slips(
            uow,
            hall(),
            state=asked.get("state", "") if asked.get("state", "") in FILTERS else "",
            clerk=asked.get("clerk", "").strip(),
            since=read_day(asked.get("since", "")),
            until=read_day(asked.get("until", "")),
        )
        return show_corrections_page(
            uow,
            "pages/corrections.html",
            page="slips",
            title=NAME,
            slips=slips,
            filters=FILTERS,
            reasons=REASONS,
            ways=WAYS,
            chip_of=lambda slip: (*SLIP_CHIPS[slip.state], SLIP_STATES[slip.state]),
            overdue=lambda slip: is_overdue(slip, uow.now),
            own=own_numbers(uow, hall().id),
            with_clerk=WITH_CLERK,
            names=names_of(uow, hall().id),
        )


@pages.get("/halls/<hall>/corrections/new")
@needs(("corrections", "send"), ("audit", "answer"))
def new_correction() -> str:
    """Offer a clerk's open findings of a day to be sent to him, or to be answered by himself."""
    with reading() as uow:
        return _new_page(uow)


@pages.post("/halls/<hall>/corrections/new")
@needs(("corrections", "send"), ("audit", "answer"))
def make_correction() -> Response | tuple[str, int]:
    """Send the chosen findings, or answer them at once where they are the visitor's own."""
    form = request.form
    made: list[str] = []
    way = form.get("way", "")

    def do(uow: UnitOfWork) -> None:
        date, clerk = _day(form.get("date", "")), form.get("clerk", "")
        parts = [one.partition(" ") for one in form.getlist("error")]
        named = [(date, check, subject) for check, _, subject in parts]
        errors = errors_named(uow, hall(), named)
        if way:
            document = begin_answer(uow, hall(), clerk=clerk, errors=errors, answer=_answer())
        else:
            notice = Notice(
                clerk,
                errors,
                form.get("wrong", "")[:REASON_LIMIT],
                form.get("right", "")[:REASON_LIMIT],
                form.get("reason", ""),
            )
            document = send_errors(uow, hall(), notice)
        made.append(document.number or "")

    try:
        act_once(do)
    except BackofficeError as refused:
        error = Text(refused.message("zh"), refused.message("en"))
        with reading() as uow:
            return _new_page(uow, Tried("answer" if way else "send", error, way)), 422
    if not made:
        return redirect(url_for("pages.show_corrections", hall=hall().code))
    sent = Text(f"更正单 {made[0]} 已发出。", f"Correction slip {made[0]} was sent.")
    say(DONE["answer"] if way else sent)
    return redirect(url_for("pages.show_correction", hall=hall().code, number=made[0]))


@pages.get("/halls/<hall>/corrections/<number>")
@needs(*LOOK)
def show_correction(number: str) -> str:
    """Show one slip: what is wrong, what is to be done now, its lines, its rounds."""
    with reading() as uow:
        return _page(uow, number)


@pages.post("/halls/<hall>/corrections/<number>")
@needs(*LOOK)
def do_correction(number: str) -> Response | tuple[str, int]:
    """Answer, accept, return or withdraw; what is refused keeps what was typed."""
    form = request.form
    act = form.get("act", "")
    if act not in ACTS:
        raise BadRequest
    if act in SIGNED and not password_is_right(form.get("password", "")):
        return _again(number, Tried(act, WRONG_PASSWORD))
    answer = _answer() if act == "answer" else None
    reason = form.get("reason", "").strip()[:REASON_LIMIT]
    try:
        act_once(
            lambda uow: act_on_slip(uow, hall(), number, act=act, reason=reason, answer=answer)
        )
    except BackofficeError as refused:
        error = Text(refused.message("zh"), refused.message("en"))
        return _again(number, Tried(act, error, form.get("way", "")))
    say(DONE[act])
    return redirect(request.path)


@pages.get("/halls/<hall>/corrections/<number>/slip.pdf")
@needs(*LOOK)
def print_correction(number: str) -> File:
    """Give the slip on paper."""
    with reading() as uow:
        content = correction_paper(uow, hall(), number, language=language())
    return download(content, PDF, f"{number}.pdf", inline=True)


def _again(number: str, tried: Tried) -> tuple[str, int]:
    with reading() as uow:
        return _page(uow, number, tried), 422


def _answer() -> Answer:
    """Read the form of one way: its line, what is right, its words."""
    form = request.form
    txn_no, _, line_no = form.get("line", "").rpartition("/")
    line = {name: form.get(name, "").strip()[:64] for name in CELL_NAMES}
    line |= {"txn_no": txn_no, "line_no": line_no or "1"}
    way = form.get("way", "")
    changes = [line] if way == "add" or txn_no else []
    stated = {name: form.get(name, "").strip()[:64] for name in ("txn_no", "paper_no")}
    stated |= {name: form.get(name, "").strip()[:64] for name in ("invoice_code", "invoice_no")}
    words = form.get("words", "").strip()[:REASON_LIMIT]
    return read_answer({**stated, "way": way, "words": words, "lines": changes})


def _page(uow: UnitOfWork, number: str, tried: Tried | None = None) -> str:
    seen = see_slip(uow, hall(), number)
    slip = seen.slip
    persons = {one.person_id for one in seen.rounds} | {one.person_id for one in seen.accepted}
    originals = originals_of(uow, seen)
    return show_corrections_page(
        uow,
        "pages/correction.html",
        page="slips",
        title=Text(f"{NAME.zh} {number}", f"{NAME.en} {number}"),
        trail=((NAME, url_for("pages.show_corrections", hall=hall().code)),),
        seen=seen,
        slip=slip,
        answer=seen.answer,
        reason=REASONS[slip.reason],
        ways=WAYS,
        hints=WAY_HINTS,
        fields=ANSWER_FIELDS[slip.reason],
        cell_names=CELL_NAMES,
        chip_of_slip=(*SLIP_CHIPS[slip.state], SLIP_STATES[slip.state]),
        overdue=is_overdue(slip, uow.now),
        may_answer=may_answer_for(uow, slip.clerk) and slip.state in WITH_CLERK,
        acts=_acts(uow, seen),
        lacking=[ROLES[role] for role in awaited_roles(seen) if role in ROLES],
        originals=originals,
        cases=cases_beside(uow, hall(), slip),
        case_chip=case_chip,
        tender_name=tender_name,
        reversed_by=_reversed(uow, {row["txn_no"] for row in originals}),
        cells_of=line_cells,
        round_words=ROUNDS,
        roles=ROLES,
        persons=person_names(uow, persons),
        names=names_of(uow, hall().id),
        tried=tried,
    )


def _reversed(uow: UnitOfWork, numbers: set[str]) -> dict[tuple[str, int], str]:
    return {
        (txn_no, line_no): by
        for txn_no in numbers
        for line_no, by in reversed_lines(uow, hall().id, txn_no).items()
    }


def _acts(uow: UnitOfWork, seen: SlipSeen) -> list[str]:
    """Give what the visitor may do now beside answering; the services decide in the end."""
    document, slip = seen.document, seen.slip
    acts = []
    concerned = document.maker_id == uow.actor.person_id or bars_the_clerk(uow, document)
    signed = uow.actor.person_id in {one.person_id for one in seen.accepted}
    if slip.state == "answered" and not concerned:
        if not signed and any(answers_to(uow, hall().id, role) for role in awaited_roles(seen)):
            acts.append("accept")
        if allowed("corrections", "return"):
            acts.append("return")
    standing = slip.state in (*WITH_CLERK, "answered")
    if standing and allowed("corrections", "cancel"):
        acts.append("withdraw")
    return acts


def _new_page(uow: UnitOfWork, tried: Tried | None = None) -> str:
    values = request.values
    date, clerk = _day(values.get("date", "")), values.get("clerk", "")
    found = uow.session.scalars(
        select(Finding)
        .where(
            Finding.hall_id == hall().id,
            Finding.business_date == date,
            Finding.clerk == clerk,
            Finding.state == OPEN,
        )
        .order_by(Finding.check_code, Finding.subject)
    ).all()
    free = [
        one
        for one in found
        if standing_slip(uow, hall().id, date, one.check_code, one.subject) is None
    ]
    chosen = values.getlist("error")
    first = next((one for one in free if f"{one.check_code} {one.subject}" in chosen), None)
    kind = values.get("reason") or reason_of(first.check_code if first else "")
    return show_corrections_page(
        uow,
        "pages/correction_new.html",
        page="slips",
        title=Text("发更正单", "Send a correction slip"),
        trail=((NAME, url_for("pages.show_corrections", hall=hall().code)),),
        on=date,
        clerk=clerk,
        findings=free,
        chosen=chosen,
        reasons=REASONS,
        kind=kind if kind in REASONS else "other",
        reason=REASONS.get(kind, REASONS["other"]),
        ways=WAYS,
        hints=WAY_HINTS,
        fields=ANSWER_FIELDS.get(kind, ANSWER_FIELDS["other"]),
        cell_names=CELL_NAMES,
        originals=lines_about(uow, hall().id, [one.partition(" ")[2] for one in chosen]),
        reversed_by={},
        may_answer=may_answer_for(uow, clerk),
        may_send=allowed("corrections", "send"),
        names=names_of(uow, hall().id),
        tried=tried,
    )


def _day(text: str) -> dt.date:
    day = read_day(text)
    if day is None:
        raise BadRequest
    return day
