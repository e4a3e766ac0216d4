"""唱收唱付 at the counter: what was received and the change, the last slips of one's shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Response as File
from flask import g, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.cash_papers import slip_paper
from backoffice.downloads import PDF, download
from backoffice.goods_asked import read_day
from backoffice.pages.cash_pages import show_money
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.form_typed import Typed, read_form
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from ledger.actors import own_numbers
from ledger.cash.errors import AmountNotPositive
from ledger.cash.places import clerks_of
from ledger.cash.slips import Called, call_out, cancel_slip, print_slip, slips_of
from ledger.cash.tables import SLIP_STATES
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

SLIPS = Text("唱收唱付", "Money called out")
LOOK = (("cash_slips", "view"),)
DUE = Text("应收", "Due")
RECEIVED = Text("收款", "Received")
CHANGE = Text("找零", "Change")


@pages.get("/halls/<hall>/cash/slips")
@needs(*LOOK)
def show_cash_slips() -> str:
    """Show the slips of a day and, for a clerk, the form of the next."""
    with reading() as uow:
        return _page(uow)


@pages.post("/halls/<hall>/cash/slips")
@needs(("cash_slips", "issue"))
def do_cash_slip() -> Response:
    """Keep what was called out, print a slip, or cancel one."""
    typed = read_form(request.form)
    made: list[str] = []
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "call": lambda uow: made.append(
            call_out(uow, hall=hall(), clerk=typed["clerk"], called=_called(typed)).number
        ),
        "print": lambda uow: print_slip(uow, hall=hall(), number=typed["number"]),
        "cancel": lambda uow: cancel_slip(
            uow,
            hall=hall(),
            number=typed["number"],
            reason=typed["reason"],
            is_back=typed["back"] == "1",
        ),
    }
    if typed["act"] not in acts:
        raise BadRequest
    try:
        act_once(acts[typed["act"]])
    except BackofficeError as refused:
        with reading() as uow:
            error = Text(refused.message("zh"), refused.message("en"))
            return make_response(_page(uow, typed, error), 422)
    if typed["act"] == "print":
        return redirect(url_for("pages.print_cash_slip", hall=hall().code, number=typed["number"]))
    if typed["act"] == "cancel":
        say(Text(f"小票 {typed['number']} 已作废。", f"Slip {typed['number']} is cancelled."))
    for number in made:
        say(Text(f"小票 {number} 已存,请打印给客户。", f"Slip {number} is kept; print it."))
    return redirect(url_for("pages.show_cash_slips", hall=hall().code))


@pages.get("/halls/<hall>/cash/slips/<number>.pdf")
@needs(*LOOK)
def print_cash_slip(number: str) -> File:
    """Give a slip that was printed, again and the same."""
    with reading() as uow:
        content = slip_paper(uow, hall(), number, language=language())
    return download(content, PDF, f"{number}.pdf", inline=True)


def _called(typed: Typed) -> Called:
    due, received = typed.fen("due", DUE), typed.fen("tendered", RECEIVED)
    if due is None or received is None:
        raise AmountNotPositive
    return Called(typed["txn_no"], due, received, typed.fen("change", CHANGE))


def _page(uow: UnitOfWork, typed: Typed | None = None, error: Text | None = None) -> str:
    own = own_numbers(uow, hall().id)
    today: dt.date = g.today
    day = read_day(request.args.get("on", "").strip()) or today
    return show_money(
        uow,
        "pages/cash_slips.html",
        page="slips",
        title=SLIPS,
        day=day,
        slips=slips_of(uow, hall(), day),
        states=SLIP_STATES,
        own=[one for one in clerks_of(uow, hall(), today) if one in own],
        may_issue=allowed("cash_slips", "issue") and day == today,
        typed=typed or Typed({}),
        error=error,
    )
