"""Red letters of the hall: slips with their 72 hours, and reds whose sides have not come."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.files import NO_FILE
from backoffice.pages.form_pages import show_forms
from backoffice.pages.shell import say
from backoffice.slip_files import COLUMNS, read_slip_file, slips_said
from invoices.red_sides import red_letters
from invoices.red_slips import REASONS, confirm_slip, list_slips, void_slip
from invoices.red_slips import STATES as SLIP_STATES
from invoices.slip_files import SlipsTaken, take_slips
from ledger.actors import names_of
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

REDS = Text("红字", "Red letters")
LOOK = {
    "waiting": ("hourglass-split", "wait"),
    "confirmed": ("check-circle-fill", "good"),
    "void": ("slash-circle", "quiet"),
    "expired": ("exclamation-octagon-fill", "bad"),
}
SIDE_WORDS: dict[str, Text] = {
    "blue": Text("缺原票", "no original"),
    "refund": Text("缺退款", "no refund"),
    "goods": Text("缺退货", "goods not back"),
}
DONE = {
    "confirm": Text("已登记为确认。", "Noted as confirmed."),
    "void": Text("确认单已作废。", "The slip is void."),
}


@pages.get("/halls/<hall>/reds")
@needs(("forms", "view"))
def list_reds() -> str:
    """List slips, those that wait longest first, and red letters with what they lack."""
    with reading() as uow:
        return _page(uow)


@pages.post("/halls/<hall>/reds")
@needs(("forms", "register"))
def do_slip() -> Response | tuple[str, int]:
    """Note that a slip was confirmed, or withdrawn."""
    act, slip_no = request.form.get("act", ""), request.form.get("slip_no", "")
    if act not in DONE:
        raise BadRequest
    settle = confirm_slip if act == "confirm" else void_slip
    try:
        act_once(lambda uow: settle(uow, hall=hall(), slip_no=slip_no))
    except BackofficeError as refused:
        with reading() as uow:
            return _page(uow, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.list_reds", hall=hall().code))


@pages.post("/halls/<hall>/reds/slips")
@needs(("forms", "register"))
def take_slip_file() -> Response | tuple[str, int]:
    """Take a file of slips, or say which line cannot be."""
    file = request.files.get("file")
    error: Text | None = NO_FILE
    if file is not None and file.filename:
        name = file.filename.replace("\\", "/").rsplit("/", 1)[-1]
        made: list[SlipsTaken] = []
        try:
            lines = read_slip_file(name, file.stream.read())
            act_once(lambda uow: made.append(take_slips(uow, hall=hall(), name=name, lines=lines)))
        except BackofficeError as refused:
            error = Text(refused.message("zh"), refused.message("en"))
        else:
            if made:
                say(slips_said(made[0]))
            return redirect(url_for("pages.list_reds", hall=hall().code))
    with reading() as uow:
        return _page(uow, error), 422


def _page(uow: UnitOfWork, error: Text | None = None) -> str:
    today = uow.today
    return show_forms(
        uow,
        "pages/reds.html",
        page="reds",
        title=REDS,
        slips=list_slips(uow, hall()),
        slip_chip=lambda slip: (*LOOK[slip.state], SLIP_STATES[slip.state]),
        reds=red_letters(uow, hall(), on=today),
        reasons=REASONS,
        sides=SIDE_WORDS,
        names=names_of(uow, hall().id),
        error=error,
        today=today,
        columns=[Text(zh, name) for name, zh in COLUMNS.items()],
    )
