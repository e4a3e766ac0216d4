"""Trading days nobody reported: by the hall's calendar they are days, though nothing says so yet.

A trading day needs no row to be there. From the day the books opened, each day on which the hall
is open counts as working and waits for its usual sources, until evidence comes or it is declared
nil (DESIGN section 7: late, not absent). A day that the calendar closes asks for nothing, and is
a day like any other once trade arrives for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Date, bindparam, select, text

from ledger.calendars import calendars_of
from ledger.hall_days import HallClosing, HallDay, MonthLock
from ledger.organisations import Hall
from ledger.rows import plain
from ledger.times import A_DAY
from ledger.work import UnitOfWork

Span = tuple[dt.date, dt.date]

# Days of which somebody said something: a file named for them makes what they wait for. Rows of a
# neighbour's file that happen to fall on a day do not report it.
REPORTED = """
SELECT d.hall_id, d.business_date FROM hall_days d
 WHERE d.hall_id IN :halls AND d.business_date BETWEEN :first AND :last
   AND (d.hall_status <> 'working' OR d.audit_status <> 'unaudited' OR d.sources_stated = 1
        OR EXISTS (SELECT 1 FROM expected_sources x
                    WHERE x.hall_id = d.hall_id AND x.business_date = d.business_date)
        OR EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = d.hall_id AND n.business_date = d.business_date))
"""


def unreported_days(
    uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date
) -> list[tuple[int, dt.date]]:
    """Give the (hall, day) from `first` to `last` that nobody reported, in order; none after today.

    A few statements whatever the number of halls and days.
    """
    return unreported_within(uow, {hall.id: (first, last) for hall in halls})


def unreported_within(uow: UnitOfWork, spans: Mapping[int, Span]) -> list[tuple[int, dt.date]]:
    """The same for each hall within days of its own."""
    spans = _while_open(uow, spans)
    if not spans:
        return []
    asked = {
        "halls": list(spans),
        "first": min(first for first, _ in spans.values()),
        "last": max(last for _, last in spans.values()),
    }
    query = text(REPORTED).bindparams(
        bindparam("halls", expanding=True),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
    )
    reported = {
        (hall_id, dt.date.fromisoformat(str(plain(date))))
        for hall_id, date in uow.session.execute(query, asked)
    }
    locked = {
        (hall_id, month)
        for hall_id, month in uow.session.execute(
            select(MonthLock.hall_id, MonthLock.month).where(
                MonthLock.hall_id.in_(list(spans)), MonthLock.month <= asked["last"]
            )
        )
    }
    calendars = calendars_of(uow, list(spans))
    return sorted(
        (hall_id, day)
        for hall_id, (first, last) in spans.items()
        for day in (first + n * A_DAY for n in range((last - first).days + 1))
        if (hall_id, day) not in reported
        and (hall_id, day.replace(day=1)) not in locked
        and calendars.is_open(hall_id, "hall", day)
    )


def unfinished_since(uow: UnitOfWork, hall: Hall) -> dt.date:
    """Give the first day of a hall that may still ask for something: days go to their end in order.

    It is its first working day, or the day after the last one that went further.
    """
    of_hall = (HallDay.hall_id == hall.id, HallDay.business_date >= hall.books_open_on)
    working = uow.session.scalar(
        select(HallDay.business_date)
        .where(*of_hall, HallDay.hall_status == "working")
        .order_by(HallDay.business_date)
        .limit(1)
    )
    passed = uow.session.scalar(
        select(HallDay.business_date)
        .where(*of_hall, HallDay.hall_status != "working")
        .order_by(HallDay.business_date.desc())
        .limit(1)
    )
    after = hall.books_open_on if passed is None else passed + A_DAY
    return after if working is None else min(working, after)


def _while_open(uow: UnitOfWork, spans: Mapping[int, Span]) -> dict[int, Span]:
    """Cut spans to the days on which the books of their halls are open, today at the latest."""
    opened = select(Hall.id, Hall.books_open_on).where(Hall.id.in_(list(spans)))
    closed = select(HallClosing.hall_id, HallClosing.closed_on).where(
        HallClosing.hall_id.in_(list(spans))
    )
    ended = dict(uow.session.execute(closed).all())
    cut: dict[int, Span] = {}
    for hall_id, opened_on in uow.session.execute(opened):
        closed_on = ended.get(hall_id)
        first, last = spans[hall_id]
        first, last = max(first, opened_on), min(last, uow.today)
        if closed_on is not None:
            last = min(last, closed_on)
        if first <= last:
            cut[hall_id] = (first, last)
    return cut
