"""The roster, grants that lighten separate duties, countersignatures, and calendars."""

from __future__ import annotations

from typing import Any

from flask import g

from backoffice.api import duty_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.duty_answers import (
    calendar_payload,
    change_payload,
    grant_payload,
    granted_payload,
    seat_payload,
    waiting_payload,
)
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.calendars import (
    DayKind,
    days_said,
    find_settleable,
    organisations_above,
    set_days,
)
from ledger.cash.countersigning import countersign, uncountersigned
from ledger.duties.grants import (
    SMALL_HALL,
    end_grant,
    grant_exception,
    grant_small_hall,
    grants_in_force,
)
from ledger.duties.roster import Seat, changes_of, copy_week, read_shift, roster_of, set_roster
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

routes = Routes("duties", Text("排班、职责与日历", "Rosters, duties and calendars"))
ROSTER = "/halls/<hall>/roster"
GRANTS = "/halls/<hall>/duty-grants"
COUNTERSIGNATURES = "/halls/<hall>/countersignatures"
CALENDARS = "/halls/<hall>/calendars"


@routes.get(
    ROSTER,
    Text("排班及其变更。", "The roster of some days, and its changes."),
    query=shapes.DaysQuery,
    gives=shapes.RosterAnswer,
)
def show_roster(query: dict[str, Any], hall: str) -> Payload:
    """Give the seats that count, and every change."""
    first = query["first"] or g.today
    last = query["last"] or first
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "roster", "view")
        seats, changes = (
            roster_of(uow, found.id, first, last),
            changes_of(uow, found.id, first, last),
        )
    said = language()
    return {
        "hall": hall,
        "seats": [seat_payload(seat, said) for seat in seats],
        "changes": [change_payload(change, said) for change in changes],
    }


@routes.post(
    ROSTER,
    Text("排班。", "Settle seats of the roster."),
    body=shapes.RosterBody,
    gives=shapes.SettledAnswer,
)
def settle_roster(body: dict[str, Any], hall: str) -> Payload:
    """Settle seats; those that say nothing new change nothing."""
    seats = [
        Seat(one["date"], one["clerk"], read_shift(one["shift"]), one["desk"])
        for one in body["seats"]
    ]

    def do(uow: UnitOfWork) -> Payload:
        return {"hall": hall, "settled": set_roster(uow, hall=find_hall(uow, hall), seats=seats)}

    return once(do, body=body)


@routes.post(
    f"{ROSTER}/copies",
    Text("照某一周排班。", "Settle a week as another one."),
    body=shapes.RosterCopyBody,
    gives=shapes.SettledAnswer,
)
def copy_roster(body: dict[str, Any], hall: str) -> Payload:
    """Copy a week."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        settled = copy_week(uow, hall=found, week_of=body["week_of"], to=body["to"])
        return {"hall": hall, "settled": settled}

    return once(do, body=body)


@routes.get(
    GRANTS,
    Text("某日有效的小厅授权与职责例外。", "Grants in force on a day."),
    query=shapes.GrantsQuery,
    gives=shapes.GrantsAnswer,
)
def show_grants(query: dict[str, Any], hall: str) -> Payload:
    """Give the grants that stand on that day's reports."""
    on = query["date"] or g.today
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "duties", "view")
        grants = grants_in_force(uow, found.id, on)
    told = [grant_payload(grant, language()) for grant in grants]
    return {"hall": hall, "date": on.isoformat(), "grants": told}


@routes.post(
    GRANTS,
    Text("开具小厅授权或职责例外。", "Grant a small hall, or an exception."),
    body=shapes.GrantBody,
    gives=shapes.GrantedAnswer,
    status=201,
)
def give_grant(body: dict[str, Any], hall: str) -> Payload:
    """Grant, as the department."""
    confirm_password(body["password"])
    term = {name: body[name] for name in ("from_on", "until_on", "reason")}

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["kind"] == SMALL_HALL:
            document = grant_small_hall(uow, hall=found, **term)
        else:
            document = grant_exception(
                uow, hall=found, holder=body["holder"], pair=body["pair"], **term
            )
        return granted_payload(uow, document)

    return once(do, body=body)


@routes.post(
    f"{GRANTS}/<path:number>/end",
    Text("终止授权。", "End a grant."),
    body=shapes.EndGrantBody,
    gives=shapes.GrantedAnswer,
)
def stop_grant(body: dict[str, Any], hall: str, number: str) -> Payload:
    """End a grant before its last day."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = end_grant(uow, hall=found, number=number, reason=body["reason"])
        return granted_payload(uow, document)

    return once(do, body=body)


@routes.get(
    COUNTERSIGNATURES,
    Text("待补签监交的交接班单。", "Hand-overs of a small hall that wait for a supervisor."),
    gives=shapes.WaitingsAnswer,
)
def show_waiting(hall: str) -> Payload:
    """List what waits."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "shift", "oversee")
        waiting = [waiting_payload(one) for one in uncountersigned(uow, found)]
    return {"hall": hall, "waiting": waiting}


@routes.post(
    COUNTERSIGNATURES,
    Text("补签监交。", "Countersign a hand-over."),
    body=shapes.CountersignBody,
    gives=shapes.WaitingsAnswer,
)
def sign_waiting(body: dict[str, Any], hall: str) -> Payload:
    """Countersign; gives what still waits."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        countersign(uow, hall=found, number=body["number"])
        return {
            "hall": hall,
            "waiting": [waiting_payload(one) for one in uncountersigned(uow, found)],
        }

    return once(do, body=body)


@routes.get(
    CALENDARS,
    Text("一年中写明营业或休息的日子。", "The days of a year that are said to be open or closed."),
    query=shapes.CalendarQuery,
    gives=shapes.CalendarsAnswer,
)
def show_calendars(query: dict[str, Any], hall: str) -> Payload:
    """Give what the hall and the organisations above it say."""
    year = (query["date"] or g.today).year
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "roster", "view")
        codes = {one.id: one.code for one in organisations_above(uow, found)}
        days = calendar_payload(days_said(uow, list(codes), year), codes)
    return {"hall": hall, "year": year, "days": days}


@routes.post(
    CALENDARS,
    Text("写明哪些日子营业或休息。", "Say which days are open or closed."),
    body=shapes.CalendarBody,
    gives=shapes.SettledAnswer,
)
def settle_calendars(body: dict[str, Any], hall: str) -> Payload:
    """Settle days; what is due moves with them."""
    days = [DayKind(one["calendar"], one["date"], one["open"], one["name"]) for one in body["days"]]

    def do(uow: UnitOfWork) -> Payload:
        organisation = find_settleable(uow, find_hall(uow, hall), body["organisation"])
        return {"hall": hall, "settled": set_days(uow, organisation, days)}

    return once(do, body=body)
