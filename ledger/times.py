"""The hall's clock and calendar months: every business date is reckoned by it."""

from __future__ import annotations

import datetime as dt
import zoneinfo

HALL_TIME = zoneinfo.ZoneInfo("Asia/Shanghai")
A_DAY = dt.timedelta(days=1)


def midnight(day: dt.date) -> dt.datetime:
    """Give the instant a day begins by the hall's clock."""
    return dt.datetime.combine(day, dt.time(), HALL_TIME)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Give first and last day of the month a day lies in."""
    first = day.replace(day=1)
    return first, (first + 31 * A_DAY).replace(day=1) - A_DAY


def months_to(day: dt.date, count: int) -> list[dt.date]:
    """Give the first days of so many months, the earliest first, up to that of a day."""
    months = [day.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - A_DAY).replace(day=1))
    return months[::-1]
