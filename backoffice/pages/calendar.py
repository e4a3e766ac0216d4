"""The hall-days as a calendar: a month at a time, each day with its three statuses.

A trading day up to today that nobody reported stands there as such; so does a day off.
"""

from __future__ import annotations

import calendar as months

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.shell import asked_month, remembered_day, show
from ledger.audit.day_lists import list_days
from ledger.calendars import calendars_of
from ledger.text import Text
from ledger.times import A_DAY, month_of, months_to

TITLE = Text("营业日", "Days")
WEEKDAYS = tuple(
    Text(zh, en)
    for zh, en in zip(
        "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
    )
)


@pages.get("/halls/<hall>/days")
@needs(("audit", "view"))
def show_days() -> str:
    """Show a month of hall-days; the one asked for, else that of the day looked at last."""
    with reading() as uow:
        current = remembered_day(uow)
        first = asked_month() or current.replace(day=1)
        weeks = months.Calendar().monthdatescalendar(first.year, first.month)
        open_on = calendars_of(uow, [hall().id])
        days = list_days(uow, hall(), weeks[0][0], weeks[-1][-1])
        return show(
            uow,
            "pages/calendar.html",
            desk="days",
            title=TITLE,
            first=first,
            weeks=weeks,
            weekdays=WEEKDAYS,
            current=current,
            days={day.date: day for day in days},
            is_open=lambda date: open_on.is_open(hall().id, "hall", date),
            before=months_to(first, 2)[0],
            after=month_of(first)[1] + A_DAY,
        )
