"""Calendars of banks, halls and offices: what the hall and the organisations above it say."""

from __future__ import annotations

import datetime as dt

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.duty_files import take_calendar
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.duty_pages import LOOK, show_duty
from backoffice.pages.move_forms import day_of
from backoffice.pages.shell import person_names, say
from backoffice.workbook_reading import read_grid
from ledger.calendars import (
    CALENDARS,
    DayKind,
    days_said,
    find_settleable,
    organisations_above,
    set_days,
    settleable,
)
from ledger.errors import BackofficeError, BadInput, Problem
from ledger.evidence.files import read_file
from ledger.text import Text

TITLE = Text("日历", "Calendars")
SAVED = Text("日历已保存,各项时限随之顺延。", "Saved; what is due moves with it.")


@pages.get("/halls/<hall>/calendars")
@needs(*LOOK)
def show_calendars() -> str:
    """Show the days that are said to be open or closed in a year."""
    return _page()


@pages.post("/halls/<hall>/calendars")
@needs(("calendar", "edit"))
def do_calendars() -> Response | tuple[str, int]:
    """Settle one day, or the days of a file."""
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            read = read_file(file.filename, file.read(), read_grid=read_grid, kind="calendar")
            rows = [dict(zip(read.columns, row, strict=True)) for row in read.rows]
            act_once(lambda uow: take_calendar(uow, find_settleable(uow, hall(), _of()), rows))
        else:
            day = _day_typed()
            act_once(lambda uow: set_days(uow, find_settleable(uow, hall(), _of()), [day]))
    except BadInput as bad:
        return _page(list(bad.problems)), 422
    except BackofficeError as refused:
        return _page([Problem(Text(refused.message("zh"), refused.message("en")))]), 422
    say(SAVED)
    return redirect(url_for("pages.show_calendars", hall=hall().code, year=_year()))


def _day_typed() -> DayKind:
    form = request.form
    on, calendar = day_of(form.get("on", "")), form.get("calendar", "")
    if on is None or calendar not in CALENDARS:
        raise BadInput([Problem(Text("请选择日历并填日期", "choose a calendar and a date"))])
    name = form.get("name", "").strip()[:64]
    return DayKind(calendar, on, form.get("open") == "1", name)


def _of() -> str:
    return request.form.get("organisation", "") or hall().code


def _year() -> int:
    today: dt.date = g.today
    asked = request.values.get("year", type=int)
    typed = day_of(request.form.get("on", ""))
    return asked or (typed.year if typed else today.year)


def _page(problems: list[Problem] | None = None) -> str:
    year = _year()
    with reading() as uow:
        above = organisations_above(uow, hall())
        said = days_said(uow, [one.id for one in above], year)
        return show_duty(
            uow,
            "pages/calendars.html",
            page="calendars",
            title=TITLE,
            year=year,
            said=said,
            organisations={one.id: one for one in above},
            choices=settleable(uow, hall()),
            calendars=CALENDARS,
            persons=person_names(uow, {one.set_by for one in said}),
            may_edit=allowed("calendar", "edit"),
            problems=problems or [],
        )
