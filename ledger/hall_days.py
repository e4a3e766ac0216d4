"""One hall, one business date, three statuses at once: data, audit and hall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import CheckConstraint, Index, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from ledger.calendars import calendars_of
from ledger.errors import Conflict
from ledger.schema import IMMUTABLE, Base
from ledger.text import Text
from ledger.work import UnitOfWork

DATA_STATUSES: dict[str, Text] = {
    "expected": Text("待报", "Expected"),
    "partial": Text("部分到齐", "Partial"),
    "complete": Text("已到齐", "Complete"),
}
AUDIT_STATUSES: dict[str, Text] = {
    "unaudited": Text("未稽核", "Unaudited"),
    "calculated": Text("已计算", "Calculated"),
    "clerk_findings_open": Text("待营业员更正", "Clerk findings open"),
    "auditor_findings_open": Text("待稽核处理", "Auditor findings open"),
    "audited": Text("已稽核", "Audited"),
}
HALL_STATUSES: dict[str, Text] = {
    "working": Text("营业中", "Working"),
    "submitted": Text("已上报", "Submitted"),
    "closed": Text("已关账", "Closed"),
    "handed_over": Text("已移交", "Handed over"),
}
OPEN_FOR_POSTING = ("working",)
# Of a hall's days all but the last few are handed over.
IS_UNFINISHED = "hall_status <> 'handed_over'"


class HallDayClosed(Conflict):
    """Nothing is posted into a day that is submitted, closed or handed over, or does not exist."""

    code = "hall_day_closed"
    text = Text(
        "营业日 {date} 不可入账(状态:{status})。请把更正记在开放的营业日。",
        "Nothing can be posted on {date} (status: {status}). Date the correction on an open day.",
    )


class HallClosed(Conflict):
    """A hall is closed once."""

    code = "hall_closed"
    text = Text("营业厅已经关闭。", "The hall is closed already.")


class HallDay(Base):
    """The day's three statuses; `sources_stated`: the hall named what the day waits for."""

    __tablename__ = "hall_days"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    data_status: Mapped[str] = mapped_column(default="expected")
    audit_status: Mapped[str] = mapped_column(default="unaudited")
    hall_status: Mapped[str] = mapped_column(default="working")
    sources_stated: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint(f"data_status IN {tuple(DATA_STATUSES)}", name="data_status_is_known"),
        CheckConstraint(f"audit_status IN {tuple(AUDIT_STATUSES)}", name="audit_status_is_known"),
        CheckConstraint(f"hall_status IN {tuple(HALL_STATUSES)}", name="hall_status_is_known"),
        Index(
            "ix_hall_days_unfinished",
            "hall_id",
            "business_date",
            sqlite_where=text(IS_UNFINISHED),
            postgresql_where=text(IS_UNFINISHED),
        ),
    )


class ExpectedSource(Base):
    """A source of evidence that a hall-day waits for, until `due_at`.

    `source` is a file kind (`accounts`) or `settlements:TENDER`.
    """

    __tablename__ = "expected_sources"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[dt.datetime]


class HallClosing(Base):
    """A hall that was closed for good: nothing is dated after `closed_on`."""

    __tablename__ = "hall_closings"

    hall_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(default="")


class MonthLock(Base):
    """A month of a hall that is locked: nothing is dated in it any more. `month` is its first day.

    `document_id` is the month's pack, whose last signature locked it.
    """

    __tablename__ = "month_locks"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    locked_at: Mapped[dt.datetime]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


def end_days(uow: UnitOfWork, hall_id: int, *, after: dt.date, reason: str) -> HallClosing:
    """Close a hall after a day: later days that are open take no posting, and no more are opened.

    Raises HallClosed where it was closed before.
    """
    if uow.session.get(HallClosing, hall_id) is not None:
        raise HallClosed
    closing = HallClosing(hall_id=hall_id, closed_on=after, reason=reason)
    uow.session.add(closing)
    uow.session.execute(
        update(HallDay)
        .where(
            HallDay.hall_id == hall_id,
            HallDay.business_date > after,
            HallDay.hall_status.in_(OPEN_FOR_POSTING),
        )
        .values(hall_status="closed")
    )
    uow.session.flush()
    return closing


def open_days(uow: UnitOfWork, hall_id: int, dates: Iterable[dt.date]) -> None:
    """Make hall-days that do not exist yet, as `working` and `expected`."""
    open_hall_days(uow, [(hall_id, date) for date in dates])


def open_days_before(
    uow: UnitOfWork, hall_id: int, date: dt.date, *, since: dt.date
) -> list[dt.date]:
    """Give the hall's days before a date that still take postings, the latest first."""
    query = select(HallDay.business_date).where(
        HallDay.hall_id == hall_id,
        HallDay.business_date < date,
        HallDay.business_date >= since,
        HallDay.hall_status.in_(OPEN_FOR_POSTING),
    )
    return list(uow.session.scalars(query.order_by(HallDay.business_date.desc())))


def open_hall_days(uow: UnitOfWork, days: Iterable[tuple[int, dt.date]]) -> None:
    """The same for days of many halls; a hall that is closed gets none after its last.

    A day of a locked month is closed from the start.
    """
    wanted = set(days)
    last = _last_days(uow, {hall_id for hall_id, _ in wanted})
    locked = locked_months(uow, wanted)
    rows: list[dict[str, object]] = [
        {
            "hall_id": hall_id,
            "business_date": date,
            "data_status": "expected",
            "audit_status": "unaudited",
            "hall_status": "closed" if (hall_id, date.replace(day=1)) in locked else "working",
            "sources_stated": False,
        }
        for hall_id, date in sorted(wanted)
        if hall_id not in last or date <= last[hall_id]
    ]
    _insert_missing(uow, HallDay, rows)


def locked_months(uow: UnitOfWork, days: Iterable[tuple[int, dt.date]]) -> set[tuple[int, dt.date]]:
    """Give which months of these hall-days are locked: (hall, first day of the month)."""
    months = {(hall_id, date.replace(day=1)) for hall_id, date in days}
    rows = uow.session.execute(
        select(MonthLock.hall_id, MonthLock.month).where(
            MonthLock.month.in_({month for _, month in months})
        )
    )
    return {(hall_id, month) for hall_id, month in rows} & months


def expect_sources(
    uow: UnitOfWork,
    sources: Iterable[tuple[int, dt.date, str]],
    *,
    due_hours: Mapping[int, int],
) -> None:
    """Note which (hall, date, source) are waited for.

    Each is due on the hall's next open day at its hour of `due_hours`, by the hall's clock.
    """
    wanted = sorted(set(sources))
    open_on = calendars_of(uow, {hall_id for hall_id, _, _ in wanted})
    rows: list[dict[str, object]] = [
        {
            "hall_id": hall_id,
            "business_date": date,
            "source": source,
            "due_at": open_on.sources_due(hall_id, date, due_hours[hall_id]),
        }
        for hall_id, date, source in wanted
    ]
    _insert_missing(uow, ExpectedSource, rows)


def lock_open_day(uow: UnitOfWork, hall_id: int, date: dt.date) -> HallDay:
    """Lock the hall-day for posting; raises HallDayClosed."""
    return lock_open_days(uow, [(hall_id, date)])[hall_id, date]


def lock_open_days(
    uow: UnitOfWork, days: Iterable[tuple[int, dt.date]]
) -> dict[tuple[int, dt.date], HallDay]:
    """Lock hall-days for posting in ascending order; raises HallDayClosed for the first closed."""
    wanted = sorted(set(days))
    statement = (
        select(HallDay)
        .where(tuple_(HallDay.hall_id, HallDay.business_date).in_(wanted))
        .order_by(HallDay.hall_id, HallDay.business_date)
        .with_for_update()
    )
    found = uow.session.scalars(statement, execution_options={"populate_existing": True})
    locked = {(day.hall_id, day.business_date): day for day in found}
    for hall_id, date in wanted:
        day = locked.get((hall_id, date))
        if day is None:
            raise HallDayClosed(date=date, status="未开/not opened")
        if day.hall_status not in OPEN_FOR_POSTING:
            status = HALL_STATUSES[day.hall_status]
            raise HallDayClosed(date=date, status=f"{status.zh}/{status.en}")
    return locked


def _last_days(uow: UnitOfWork, hall_ids: set[int]) -> dict[int, dt.date]:
    """Give the last day of each hall among these that is closed."""
    if len(hall_ids) == 1:
        closed = select(HallClosing).where(HallClosing.hall_id.in_(hall_ids))
    else:
        closed = select(HallClosing)
    return {one.hall_id: one.closed_on for one in uow.session.scalars(closed)}


def _insert_missing(uow: UnitOfWork, model: type[Base], rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    dialect = uow.session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert
    uow.session.execute(insert(model).on_conflict_do_nothing(), list(rows))
