"""Until when a slip is to be answered: the end of the hall's next business day (DOMAIN REC-04)."""

from __future__ import annotations

import datetime as dt

from ledger.calendars import next_open_day
from ledger.times import A_DAY, midnight
from ledger.work import UnitOfWork


def due_after(uow: UnitOfWork, hall_id: int, date: dt.date) -> tuple[dt.date, dt.datetime]:
    """Give the day an error sent on `date` is due, and the instant that day ends."""
    due_on = next_open_day(uow, hall_id, date)
    return due_on, midnight(due_on + A_DAY)
