"""The hall's status to its end: the manager closes a signed day, finance takes a closed one over.

The day itself (`hall_days.hall_status`) is the one truth; every step locks it under its hall's
head, so that no posting, reopening or second signature comes between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import select, tuple_, update

from ledger.audit.engine import DayNotOpened
from ledger.closing.errors import DayNotReady, ResultMissing
from ledger.closing.order import RETURNED, require_order
from ledger.closing.results import live_results
from ledger.documents import Document
from ledger.duties.authority import require_or_stand_in
from ledger.events import Act, record_all
from ledger.hall_days import HALL_STATUSES, HallDay
from ledger.lifecycle import Step, advance_all
from ledger.organisations import Hall, lock_heads
from ledger.permissions import require
from ledger.work import UnitOfWork

Day = tuple[Hall, dt.date]


def acknowledge_day(uow: UnitOfWork, hall: Hall, date: dt.date) -> Document:
    """Sign the daily result as the hall's manager: the day is closed; gives the result."""
    return acknowledge_days(uow, [(hall, date)])[0]


def acknowledge_days(uow: UnitOfWork, days: Sequence[Day]) -> list[Document]:
    """Sign the daily results of many days and halls: all of them are closed, or none.

    Each result is signed for itself. Raises NotPermitted, DayNotOpened, DayNotReady,
    EarlierDayOpen, ResultMissing and MakerIsChecker for the first that cannot be closed.
    """
    asked = _in_order(days)
    for hall, _ in asked:
        require_or_stand_in(uow, hall.id, "day_results", "approve")
    lock_days(uow, asked, status="submitted")
    require_order(uow, asked, before=("working", "submitted"))
    results = live_results(uow, [(hall.id, date) for hall, date in asked])
    without = next(((h, date) for h, date in asked if (h.id, date) not in results), None)
    if without is not None:
        raise ResultMissing(hall=without[0].code, date=without[1])
    for some in _one_of_each_hall(asked):
        advance_all(uow, "approve", [Step(results[hall.id, date]) for hall, date in some])
    _set_status(uow, asked, "closed")
    return [results[hall.id, date] for hall, date in asked]


def hand_over_days(uow: UnitOfWork, hall_id: int, dates: Sequence[dt.date]) -> None:
    """Let finance take over closed days of one hall; see `hand_over_all`."""
    hall = uow.session.get_one(Hall, hall_id)
    hand_over_all(uow, [(hall, date) for date in dates])


def hand_over_all(uow: UnitOfWork, days: Sequence[Day]) -> None:
    """Let finance take over closed days, when it has signed their bundle: nothing changes them now.

    A day that finance gave back holds no later one up. Raises NotPermitted, DayNotOpened,
    DayNotReady and EarlierDayOpen.
    """
    if not days:
        return
    asked = _in_order(days)
    for hall_id in sorted({hall.id for hall, _ in asked}):
        require(uow, hall_id, "days", "hand_over")
    lock_days(uow, asked, status="closed")
    require_order(uow, asked, before=("working", "submitted", "closed"), passing=RETURNED)
    for some in _one_of_each_hall(asked):
        acts = [
            Act(hall.id, "day.handed_over", f"day:{date.isoformat()}", date) for hall, date in some
        ]
        with record_all(uow, acts):
            pass
    _set_status(uow, asked, "handed_over")


def lock_days(uow: UnitOfWork, days: Sequence[Day], *, status: str) -> list[HallDay]:
    """Lock heads, then days; raises DayNotOpened, and DayNotReady unless all have the status."""
    lock_heads(uow, [hall.id for hall, _ in days])
    keys = [(hall.id, date) for hall, date in days]
    found = uow.session.scalars(
        select(HallDay)
        .where(tuple_(HallDay.hall_id, HallDay.business_date).in_(keys))
        .order_by(HallDay.hall_id, HallDay.business_date)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    locked = {(day.hall_id, day.business_date): day for day in found}
    wanted = HALL_STATUSES[status]
    for hall, date in days:
        day = locked.get((hall.id, date))
        if day is None:
            raise DayNotOpened(hall=hall.code, date=date)
        if day.hall_status != status:
            said = HALL_STATUSES[day.hall_status]
            raise DayNotReady(
                hall=hall.code,
                date=date,
                status_zh=said.zh,
                status_en=said.en.lower(),
                wanted_zh=wanted.zh,
                wanted_en=wanted.en.lower(),
            )
    return [locked[key] for key in keys]


def _in_order(days: Sequence[Day]) -> list[Day]:
    return [day for _, day in sorted({(h.id, date): (h, date) for h, date in days}.items())]


def _one_of_each_hall(days: Sequence[Day]) -> Iterator[list[Day]]:
    """Give days in rounds of one of each hall, as events of one hall follow on each other."""
    left = list(days)
    while left:
        first = {hall.id: (hall, date) for hall, date in reversed(left)}
        yield list(first.values())[::-1]
        left = [(hall, date) for hall, date in left if first[hall.id] != (hall, date)]


def _set_status(uow: UnitOfWork, days: Sequence[Day], status: str) -> None:
    uow.session.execute(
        update(HallDay)
        .where(
            tuple_(HallDay.hall_id, HallDay.business_date).in_(
                [(hall.id, date) for hall, date in days]
            )
        )
        .values(hall_status=status),
        execution_options={"synchronize_session": "fetch"},
    )
