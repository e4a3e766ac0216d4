"""The roster: a week at a time, a day to settle, files, the week before copied, every change."""

from __future__ import annotations

import datetime as dt

from flask import g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.duty_files import take_roster
from backoffice.pages.calendar import WEEKDAYS
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.duty_pages import LOOK, show_duty
from backoffice.pages.shell import say
from backoffice.workbook_reading import read_grid
from ledger.actors import Employment, Person, RoleGrant
from ledger.duties.roster import (
    SHIFTS,
    Seat,
    changes_of,
    copy_week,
    read_shift,
    roster_of,
    set_roster,
    shift_name,
)
from ledger.errors import BackofficeError, BadInput, Problem
from ledger.evidence.files import read_file
from ledger.text import Text
from ledger.work import UnitOfWork

ROSTER = Text("排班", "Roster")
WEEK = dt.timedelta(days=7)
MOST_YEARS = 50
"""How far from today a week is still shown."""
MOST_CHANGES = 60
WORKING_ROLES = ("clerk", "stock_keeper", "invoice_keeper", "hall_manager", "duty_manager")


@pages.get("/halls/<hall>/roster")
@needs(*LOOK)
def show_roster() -> str:
    """Show a week of the roster."""
    return _week(_asked("week"))


@pages.post("/halls/<hall>/roster")
@needs(("roster", "edit"))
def do_roster() -> Response | tuple[str, int]:
    """Copy the week before, or take a file in."""
    week = _asked("week")
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            reading_ = read_file(file.filename, file.read(), read_grid=read_grid, kind="roster")
            rows = [dict(zip(reading_.columns, row, strict=True)) for row in reading_.rows]
            act_once(lambda uow: take_roster(uow, hall(), rows))
            said = Text(f"已导入 {len(rows)} 行排班。", f"{len(rows)} rows of the roster are in.")
        else:
            before = week - WEEK
            act_once(lambda uow: copy_week(uow, hall=hall(), week_of=before, to=week))
            said = Text("已按上周排班。", "The week is settled as the one before.")
    except BadInput as bad:
        return _week(week, list(bad.problems)), 422
    except BackofficeError as refused:
        return _week(week, [_problem(refused)]), 422
    say(said)
    return redirect(url_for("pages.show_roster", hall=hall().code, week=week.isoformat()))


@pages.get("/halls/<hall>/roster/<date:date>")
@needs(*LOOK)
def show_roster_day(date: dt.date) -> str:
    """Show who works on a day, for managers as a form."""
    return _day(date)


@pages.post("/halls/<hall>/roster/<date:date>")
@needs(("roster", "edit"))
def do_roster_day(date: dt.date) -> Response | tuple[str, int]:
    """Settle the seats of a day."""
    form = request.form
    seats = [
        Seat(date, number, read_shift(typed), form.get(f"desk-{number}", "").strip())
        for number, typed in (
            (name.removeprefix("shift-"), value.strip())
            for name, value in form.items()
            if name.startswith("shift-")
        )
        if typed
    ]
    try:
        act_once(lambda uow: set_roster(uow, hall=hall(), seats=seats))
    except BackofficeError as refused:
        return _day(date, Text(refused.message("zh"), refused.message("en"))), 422
    say(Text(f"{date} 的排班已保存。", f"The roster of {date} is saved."))
    return redirect(url_for("pages.show_roster", hall=hall().code, week=date.isoformat()))


def _week(around: dt.date, problems: list[Problem] | None = None) -> str:
    first = around - dt.timedelta(days=around.weekday())
    days = [first + dt.timedelta(days=n) for n in range(7)]
    with reading() as uow:
        seats = {(seat.number, seat.date): seat for seat in roster_of(uow, hall().id, *_ends(days))}
        people = _people(uow, days[-1])
        known = {number for number, _, _ in people}
        people += [
            (seat.number, seat.name, 0)
            for seat in {s.number: s for s in seats.values() if s.number not in known}.values()
        ]
        return show_duty(
            uow,
            "pages/roster.html",
            page="roster",
            title=ROSTER,
            days=days,
            weekdays=WEEKDAYS,
            people=people,
            own=actor().person_id,
            seats=seats,
            shift_name=shift_name,
            before=first - WEEK,
            after=first + WEEK,
            may_edit=allowed("roster", "edit"),
            changes=changes_of(uow, hall().id, *_ends(days))[:MOST_CHANGES],
            problems=problems or [],
        )


def _day(date: dt.date, error: Text | None = None) -> str:
    with reading() as uow:
        seats = {seat.number: seat for seat in roster_of(uow, hall().id, date, date)}
        words = {seat.shift for seat in seats.values()} - SHIFTS.keys()
        return show_duty(
            uow,
            "pages/roster_day.html",
            page="roster",
            title=ROSTER,
            day=date,
            people=_people(uow, date),
            seats=seats,
            shifts={**SHIFTS, **{word: Text(word, word) for word in sorted(words)}},
            shift_name=shift_name,
            may_edit=allowed("roster", "edit"),
            error=error,
        )


def _people(uow: UnitOfWork, on: dt.date) -> list[tuple[str, str, int]]:
    """Give number, name and person of all who work in the hall on a day."""
    rows = uow.session.execute(
        select(Employment.number, Person.name, Person.id)
        .join(Person, Person.id == Employment.person_id)
        .join(
            RoleGrant,
            (RoleGrant.hall_id == Employment.hall_id) & (RoleGrant.number == Employment.number),
        )
        .where(
            Employment.hall_id == hall().id,
            Employment.kind == "person",
            Employment.valid_from <= on,
            Employment.valid_to >= on,
            RoleGrant.role.in_(WORKING_ROLES),
            RoleGrant.valid_from <= on,
            RoleGrant.valid_to >= on,
        )
        .distinct()
        .order_by(Employment.number)
    )
    return [(number, name, person) for number, name, person in rows]


def _ends(days: list[dt.date]) -> tuple[dt.date, dt.date]:
    return days[0], days[-1]


def _problem(refused: BackofficeError) -> Problem:
    return Problem(Text(refused.message("zh"), refused.message("en")))


def _asked(name: str) -> dt.date:
    today: dt.date = g.today
    try:
        asked = dt.date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return today
    return asked if abs(asked.year - today.year) <= MOST_YEARS else today
