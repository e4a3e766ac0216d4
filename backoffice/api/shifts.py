"""Shifts: opened, suspended, declared blind, handed over, closed for somebody, nil."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import g

from backoffice.api import cash_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.cash_answers import shift_payload
from backoffice.errors import Payload
from backoffice.pages.showing import language
from backoffice.shift_acts import SIGNING_ACTS, ShiftAct, do_shift_act
from ledger.cash.denominations import read_denominations
from ledger.cash.seen import see_shift, shifts_of
from ledger.cash.shifts import close_nil_day, find_shift, open_shift
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

SHIFTS = "/halls/<hall>/shifts"
routes = Routes("shifts", Text("班次", "Shifts"))


@routes.get(
    SHIFTS,
    Text("一天的班次。", "The shifts of a day."),
    query=shapes.ShiftsQuery,
    gives=shapes.ShiftsAnswer,
)
def list_shifts(query: dict[str, Any], hall: str) -> Payload:
    """List the shifts the actor may see."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "view")
        rows = shifts_of(uow, found, query["date"] or g.today)
        shifts = [shift_payload(found, see_shift(uow, found, one), language()) for one in rows]
        return {"hall": hall, "shifts": shifts}


@routes.post(
    SHIFTS,
    Text("开班。", "Open one's shift."),
    body=shapes.ShiftBody,
    gives=shapes.ShiftAnswer,
    status=201,
)
def begin(body: dict[str, Any], hall: str) -> Payload:
    """Open a shift."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        notes = read_denominations(body["notes"])
        shift = open_shift(uow, hall=found, clerk=body["clerk"], notes=notes)
        return shift_payload(found, see_shift(uow, found, shift), language())

    return once(do, body=body)


@routes.get(
    f"{SHIFTS}/<date>/<clerk>",
    Text("一个班次。", "One shift."),
    gives=shapes.ShiftAnswer,
)
def show_shift(hall: str, date: dt.date, clerk: str) -> Payload:
    """Give a shift."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "view")
        return _shift(uow, found, clerk, date)


@routes.post(
    f"{SHIFTS}/<date>/<clerk>/acts",
    Text("挂起、申报、复点、代结、交接班。", "Suspend, declare, recount, close for, hand over."),
    body=shapes.ShiftActBody,
    gives=shapes.ShiftAnswer,
)
def act_on_shift(body: dict[str, Any], hall: str, date: dt.date, clerk: str) -> Payload:
    """Take a shift a step on; what was expected is told only when it is closed."""
    if body["act"] in SIGNING_ACTS:
        confirm_password(body["password"])
    act = ShiftAct(
        name=body["act"],
        notes=read_denominations(body["notes"]),
        amounts=body["amounts"],
        kept_fen=body["kept"],
        is_nil=body["nil"],
        witness=body["witness"],
        incoming=body["incoming"],
        opens_case=body["opens_case"],
        reason=body["reason"],
    )

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        do_shift_act(uow, found, clerk, date, act)
        return _shift(uow, found, clerk, date)

    return once(do, body=body)


@routes.post(
    "/halls/<hall>/days/<date>/nil-day",
    Text("当日无营业。", "Nobody traded that day."),
    body=shapes.NilDayBody,
    gives=shapes.NilDayAnswer,
)
def close_day(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Close a day as nil."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sources = close_nil_day(uow, hall=found, date=date, reason=body["reason"])
        return {"hall": hall, "date": date.isoformat(), "sources": sources}

    return once(do, body=body)


def _shift(uow: UnitOfWork, hall: Hall, clerk: str, date: dt.date) -> Payload:
    shift = find_shift(uow, hall, clerk, date)
    return shift_payload(hall, see_shift(uow, hall, shift), language())
