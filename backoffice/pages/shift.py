"""The shift: opened, suspended, declared blind by notes and coins, handed over, closed for one."""

from __future__ import annotations

import datetime as dt

from flask import g, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.cash_pages import LOOK, show_money
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.form_typed import Typed, read_amount, read_count, read_form
from backoffice.pages.shell import say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.shift_acts import SIGNING_ACTS, ShiftAct, do_shift_act
from backoffice.trade_words import tender_name
from ledger.actors import names_of, own_numbers
from ledger.cash.declaring import tenders_of
from ledger.cash.denominations import COUNTED, NOTES, note_name
from ledger.cash.errors import DenominationsUnreadable, TenderMissing
from ledger.cash.handover import sheet_of
from ledger.cash.places import clerks_of, witnesses_of
from ledger.cash.seen import handed_in, see_shift, shifts_of
from ledger.cash.shifts import close_nil_day, find_shift, open_shift
from ledger.cash.tables import SHIFT_STATES, Shift
from ledger.errors import BackofficeError
from ledger.hall_days import HallDay
from ledger.text import Text
from ledger.work import UnitOfWork

SHIFTS = Text("班次", "Shifts")
NOTE, TENDER = "note:", "tender:"
LOOK_OF = {
    "open": ("play-fill", "good"),
    "suspended": ("hourglass-split", "wait"),
    "counted": ("hourglass-split", "wait"),
    "witnessing": ("hourglass-split", "wait"),
    "closed": ("check-circle-fill", "quiet"),
}
DONE: dict[str, Text] = {
    "open": Text("已开班。", "The shift is open."),
    "suspend": Text("已挂起,请锁好钱箱。", "Suspended; lock the drawer."),
    "resume": Text("已恢复。", "Resumed."),
    "declare": Text("申报已存。", "The count is stored."),
    "keep": Text("已结班。", "The shift is closed."),
    "close_for": Text("已清点,等监盘人签字。", "Counted; the witness signs now."),
    "witness": Text("已签字,班次已结。", "Signed; the shift is closed."),
    "refuse": Text("已退回。", "Refused."),
    "hand_over": Text("交接班单已提交,等接班人和监交人签字。", "Waits for the other two."),
    "nil": Text("当日已申报为无营业。", "The day is closed as nil."),
}


@pages.get("/halls/<hall>/shifts")
@needs(*LOOK)
def show_shifts() -> str:
    """Show the day's shifts, or one's own to open."""
    with reading() as uow:
        return _list(uow, _asked_day())


@pages.post("/halls/<hall>/shifts")
@needs(("shift", "open"), ("shift", "close_for"))
def do_open_shift() -> Response:
    """Open one's shift, or close a day nobody traded on."""
    typed = read_form(request.form)
    act = typed["act"]
    if act not in ("open", "nil"):
        raise BadRequest

    day: dt.date = g.today

    def do(uow: UnitOfWork) -> None:
        if act == "nil":
            close_nil_day(uow, hall=hall(), date=day, reason=typed["reason"])
        else:
            open_shift(uow, hall=hall(), clerk=typed["clerk"], notes=typed_notes(typed))

    try:
        day = typed.day("date", Text("日期", "Date")) or day
        act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            return make_response(_list(uow, day, typed, _sentence(refused)), 422)
    say(DONE[act])
    if act == "nil":
        return redirect(url_for("pages.show_day_end", hall=hall().code, date=day))
    return redirect(
        url_for("pages.show_shift", hall=hall().code, date=g.today, clerk=typed["clerk"])
    )


@pages.get("/halls/<hall>/shifts/<date:date>/<clerk>")
@needs(*LOOK)
def show_shift(date: dt.date, clerk: str) -> str:
    """Show one shift and what may be done with it now."""
    with reading() as uow:
        return _page(uow, find_shift(uow, hall(), clerk, date))


@pages.get("/halls/<hall>/shifts/<date:date>/<clerk>/close")
@needs(("shift", "close_for"))
def show_close_for(date: dt.date, clerk: str) -> str:
    """Show the form to close for a clerk who is not there."""
    with reading() as uow:
        return _close_form(uow, date, clerk)


@pages.post("/halls/<hall>/shifts/<date:date>/<clerk>")
@needs(*LOOK)
def do_shift(date: dt.date, clerk: str) -> Response:
    """Take a step; what is refused keeps what was typed."""
    typed, day = read_form(request.form), date
    name = typed["act"]
    if name not in DONE or name in ("open", "nil"):
        raise BadRequest
    if name in SIGNING_ACTS and not password_is_right(request.form.get("password", "")):
        return _again(day, clerk, typed, WRONG_PASSWORD)
    try:
        act = _act(typed)
        act_once(lambda uow: do_shift_act(uow, hall(), clerk, day, act))
    except BackofficeError as refused:
        return _again(day, clerk, typed, _sentence(refused))
    say(DONE[name])
    return redirect(url_for("pages.show_shift", hall=hall().code, date=day, clerk=clerk))


def _again(day: dt.date, clerk: str, typed: Typed, error: Text) -> Response:
    with reading() as uow:
        if typed["act"] == "close_for":
            return make_response(_close_form(uow, day, clerk, typed, error), 422)
        shift = find_shift(uow, hall(), clerk, day)
        return make_response(_page(uow, shift, typed, error), 422)


def _act(typed: Typed) -> ShiftAct:
    kept = typed.fen("kept", Text("留存备用金", "Float kept"))
    return ShiftAct(
        name=typed["act"],
        notes=typed_notes(typed),
        amounts={
            name.removeprefix(TENDER): read_amount(
                name, value, tender_name(name.removeprefix(TENDER))
            )
            for name, value in typed.fields.items()
            if name.startswith(TENDER) and value
        },
        kept_fen=kept or 0,
        is_nil=typed["nil"] == "1",
        witness=typed["witness"],
        incoming=typed["incoming"],
        opens_case=typed["opens_case"] == "1",
        reason=typed["reason"],
    )


def _typed_tenders(typed: Typed) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(TENDER), value)
        for name, value in typed.fields.items()
        if name.startswith(TENDER) and value
    ]


def typed_notes(typed: Typed) -> dict[int, int]:
    """Give the notes and coins of a form: fen -> pieces."""
    pieces = {}
    for name, value in typed.fields.items():
        if not name.startswith(NOTE) or not value:
            continue
        face = name.removeprefix(NOTE)
        if not face.isdecimal() or int(face) not in NOTES:
            raise DenominationsUnreadable(text=face[:40])
        shown = note_name(int(face))
        words = Text(f"¥{shown} 张数", f"Pieces of ¥{shown}")
        pieces[int(face)] = read_count(name, value, words)
    return pieces


def _list(
    uow: UnitOfWork, day: dt.date, typed: Typed | None = None, error: Text | None = None
) -> str:
    shifts = shifts_of(uow, hall(), day)
    numbers = own_numbers(uow, hall().id)
    clerks = clerks_of(uow, hall(), day)
    own = [one for one in clerks if one in numbers]
    begun = {one.clerk for one in shifts}
    closes = allowed("shift", "close_for")
    known = uow.session.get(HallDay, (hall().id, day))
    return show_money(
        uow,
        "pages/shifts.html",
        page="shifts",
        title=SHIFTS,
        day=day,
        shifts=shifts,
        chip_of=_chip,
        names=names_of(uow, hall().id),
        own=[one for one in own if one not in begun] if day == g.today else [],
        missing=[one for one in clerks if one not in begun] if closes else [],
        may_close=closes,
        may_nil=closes and not shifts and (known is None or known.hall_status == "working"),
        notes=note_fields(),
        typed=typed or Typed({}),
        error=error,
    )


def _page(
    uow: UnitOfWork, shift: Shift, typed: Typed | None = None, error: Text | None = None
) -> str:
    numbers = own_numbers(uow, hall().id)
    mine = shift.clerk in numbers
    return show_money(
        uow,
        "pages/shift.html",
        page="shifts",
        title=Text(f"班次 {shift.clerk}", f"Shift of {shift.clerk}"),
        trail=((SHIFTS, url_for("pages.show_shifts", hall=hall().code, date=shift.business_date)),),
        seen=see_shift(uow, hall(), shift),
        shift=shift,
        look=_chip(shift),
        mine=mine,
        is_witness=shift.state == "witnessing" and shift.witness in numbers,
        may_close=allowed("shift", "close_for")
        and not mine
        and shift.state in ("open", "suspended", "counted"),
        handed=handed_in(uow, hall(), shift),
        sheet=sheet_of(uow, hall(), shift.clerk) if mine and shift.state == "closed" else None,
        others=[one for one in clerks_of(uow, hall(), shift.business_date) if one not in numbers],
        **_counting(uow, typed, error),
    )


def _close_form(
    uow: UnitOfWork,
    day: dt.date,
    clerk: str,
    typed: Typed | None = None,
    error: Text | None = None,
) -> str:
    own = own_numbers(uow, hall().id)
    return show_money(
        uow,
        "pages/shift_close.html",
        page="shifts",
        title=Text(f"为 {clerk} 代结", f"Close for {clerk}"),
        trail=((SHIFTS, url_for("pages.show_shifts", hall=hall().code, date=day)),),
        day=day,
        clerk=clerk,
        witnesses=[
            one for one in witnesses_of(uow, hall(), g.today) if one != clerk and one not in own
        ],
        **_counting(uow, typed, error),
    )


def _counting(uow: UnitOfWork, typed: Typed | None, error: Text | None) -> dict[str, object]:
    """Give what a form of counting shows: notes, tenders, what was typed. Nothing of the books."""
    return {
        "notes": note_fields(),
        "tenders": [(one, tender_name(one)) for one in tenders_of(uow, hall())[1:]],
        "tender_name": tender_name,
        "names": names_of(uow, hall().id),
        "typed": typed or Typed({}),
        "error": error,
    }


def note_fields() -> list[tuple[int, str]]:
    """Give the notes and coins a form asks for, in fen and as people write them."""
    return [(fen, note_name(fen)) for fen in COUNTED]


def _chip(shift: Shift) -> tuple[str, str, Text]:
    return (*LOOK_OF[shift.state], SHIFT_STATES[shift.state])


def _sentence(refused: BackofficeError) -> Text:
    if isinstance(refused, TenderMissing):
        name = tender_name(str(refused.facts["tender"]))
        refused = TenderMissing(tender=name)
    return Text(refused.message("zh"), refused.message("en"))


def _asked_day() -> dt.date:
    day = request.args.get("date", "")
    return _day(day) if day else g.today


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadRequest from None
