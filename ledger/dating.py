"""The day a document is dated: today, or an earlier day; the first act of today opens it."""

from __future__ import annotations

import datetime as dt

from ledger.documents import Document
from ledger.errors import Conflict
from ledger.evidence.unreported import unreported_days
from ledger.hall_days import OPEN_FOR_POSTING, HallDay, open_days
from ledger.organisations import Hall, lock_head
from ledger.text import Text
from ledger.work import UnitOfWork


class DateRefused(Conflict):
    """A document dated on a day that has not come."""

    code = "date_refused"
    text = Text("单据日期 {date} 晚于今天 {today}。", "{date} is later than today, {today}.")


def take_day(uow: UnitOfWork, hall: Hall, on: dt.date | None) -> dt.date:
    """Give the day, today where none is named, with the hall's head locked; raises DateRefused.

    Rules that look at earlier documents hold only while nobody else writes the hall's books. A
    trading day gone by that nobody reported is there to be dated on; other days gone by are opened
    by whoever loads their papers.
    """
    today = uow.today
    day = on or today
    if day > today:
        raise DateRefused(date=day, today=today)
    lock_head(uow, hall.id)
    if day == today or unreported_days(uow, [hall], day, day):
        open_days(uow, hall.id, [day])
    return day


def posting_day(uow: UnitOfWork, document: Document) -> dt.date:
    """Give the day a document is posted by its last signature: its own while open, else today."""
    day = uow.session.get(HallDay, (document.hall_id, document.business_date))
    if day is not None and day.hall_status in OPEN_FOR_POSTING:
        return document.business_date
    today = uow.today
    open_days(uow, document.hall_id, [today])
    return today
