"""Losses: the list of cases with their clock, and one case with its report and its end."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.form_pages import show_forms
from backoffice.pages.form_typed import Typed, read_form
from backoffice.pages.shell import say
from invoices.loss_cases import FORMS, LossView, list_losses
from invoices.loss_cases import STATES as LOSS_STATES
from invoices.loss_errors import NotALoss
from invoices.losses import report_loss, settle_loss, undo_loss
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

LOSSES = Text("丢失", "Losses")
REPORTED_AT = Text("报告时间", "Reported at")
LOOK = {
    "due": ("clock", "wait"),
    "overdue": ("exclamation-octagon-fill", "bad"),
    "reported": ("hourglass-split", "wait"),
    "closed": ("check-circle-fill", "good"),
    "found": ("arrow-counterclockwise", "quiet"),
}
DONE: dict[str, Text] = {
    "report": Text("报告已登记。", "The report is noted."),
    "settle": Text("案件已了结。", "The case is closed."),
    "found": Text("已找回,号码解锁。", "Found again, the numbers are unlocked."),
}


@pages.get("/halls/<hall>/losses")
@needs(("forms", "view"))
def show_losses() -> str:
    """List the cases, those open first and the soonest due before others."""
    with reading() as uow:
        return show_forms(
            uow,
            "pages/losses.html",
            page="losses",
            title=LOSSES,
            cases=list_losses(uow, [hall().id]),
            chip_of=_chip,
            forms=FORMS,
        )


@pages.get("/halls/<hall>/losses/<number>")
@needs(("forms", "view"))
def show_loss(number: str) -> str:
    """Show one case: its clock, what is known, and what may be done."""
    with reading() as uow:
        return _page(uow, number)


@pages.post("/halls/<hall>/losses/<number>")
@needs(("losses", "report"), ("losses", "reverse"))
def do_loss_act(number: str) -> Response | tuple[str, int]:
    """Note the report, close the case, or note that it was found again."""
    act, typed = request.form.get("act", ""), read_form(request.form)
    if act not in DONE:
        raise BadRequest
    try:
        act_once(_doer(act, number, typed))
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return _page(uow, number, act, sentence), 422
    say(DONE[act])
    return redirect(request.path)


def _doer(act: str, number: str, typed: Typed) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> object:
        if act == "settle":
            return settle_loss(uow, hall=hall(), number=number, result=typed["result"])
        if act == "found":
            return undo_loss(uow, hall=hall(), number=number, reason=typed["reason"])
        return report_loss(
            uow,
            hall=hall(),
            number=number,
            report_no=typed["report_no"],
            reported_by=typed["reported_by"],
            reported_at=typed.moment("reported_at", REPORTED_AT),
        )

    return do


def _page(uow: UnitOfWork, number: str, tried: str = "", error: Text | None = None) -> str:
    case = next((one for one in list_losses(uow, [hall().id]) if one.number == number), None)
    if case is None:
        raise NotALoss(number=number)
    return show_forms(
        uow,
        "pages/loss.html",
        page="losses",
        title=Text(f"丢失 {number}", f"Loss {number}"),
        trail=((LOSSES, url_for("pages.show_losses", hall=hall().code)),),
        case=case,
        case_chip=_chip(case),
        forms=FORMS,
        left=case.due_at - uow.now,
        acts=_acts(case),
        tried=tried,
        error=error,
    )


def _acts(case: LossView) -> list[str]:
    acts = []
    if case.state in ("due", "overdue") and allowed("losses", "report"):
        acts.append("report")
    if case.state == "reported" and allowed("losses", "report"):
        acts.append("settle")
    if case.state != "found" and allowed("losses", "reverse"):
        acts.append("found")
    return acts


def _chip(case: LossView) -> tuple[str, str, Text]:
    return (*LOOK[case.state], LOSS_STATES[case.state])
