"""The day a document is dated: today, or an earlier day; the first act of today opens it."""

from __future__ import annotations

import datetime as dt

from ledger.hall_days import open_days
from ledger.organisations import HALL_TIME, Hall, lock_head
from ledger.work import UnitOfWork
from stock.errors import DateRefused


def take_day(uow: UnitOfWork, hall: Hall, on: dt.date | None) -> dt.date:
    """Give the day, today where none is named, with the hall's head locked; raises DateRefused.

    Rules that look at earlier documents hold only while nobody else writes the hall's books. Days
    gone by are opened by whoever loads their papers.
    """
    today = uow.now.astimezone(HALL_TIME).date()
    day = on or today
    if day > today:
        raise DateRefused(date=day, today=today)
    lock_head(uow, hall.id)
    if day == today:
        open_days(uow, hall.id, [today])
    return day
