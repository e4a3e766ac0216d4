"""Which days banks, halls and offices are open: data for each organisation, with its history.

A hall is bound by what its own calendar says of a day, else by that of the organisation above it.
Without a word banks and halls are open every day, offices from Monday to Friday (DOMAIN REF-02).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.organisations import Hall, Organisation
from ledger.permissions import NotPermitted, may
from ledger.schema import Base
from ledger.text import Text
from ledger.times import A_DAY, midnight
from ledger.work import UnitOfWork

Calendar = Literal["bank", "hall", "office"]
CALENDARS: dict[Calendar, Text] = {
    "bank": Text("银行营业日", "Banks"),
    "hall": Text("营业厅营业日", "Halls"),
    "office": Text("工作日", "Offices"),
}
LONGEST_CLOSURE = 60
"""Days in a row that a calendar may be closed before looking on is given up."""


class CalendarDay(Base):
    """That a calendar of an organisation is open or closed on a day; the last revision counts."""

    __tablename__ = "calendar_days"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    calendar: Mapped[str] = mapped_column(primary_key=True)
    on_date: Mapped[dt.date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    name: Mapped[str]
    set_by: Mapped[int]
    set_at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint(f"calendar IN {tuple(CALENDARS)}", name="calendar_is_known"),)


@dataclass(frozen=True, slots=True)
class Calendars:
    """What the calendars of some halls say: (hall, calendar, day) -> open; else what is usual."""

    said: Mapping[tuple[int, str, dt.date], bool] = field(default_factory=dict)

    def is_open(self, hall_id: int, calendar: Calendar, day: dt.date) -> bool:
        """Tell whether a day is open for a hall."""
        usual = calendar != "office" or day.weekday() < 5
        return self.said.get((hall_id, calendar, day), usual)

    def on_or_after(self, hall_id: int, calendar: Calendar, day: dt.date) -> dt.date:
        """Give the first open day from `day` on: when what is due that day can be done at last."""
        for _ in range(LONGEST_CLOSURE):
            if self.is_open(hall_id, calendar, day):
                break
            day += A_DAY
        return day

    def after(self, hall_id: int, calendar: Calendar, day: dt.date, count: int) -> dt.date:
        """Give the `count`th open day after `day`."""
        for _ in range(count):
            day = self.on_or_after(hall_id, calendar, day + A_DAY)
        return day

    def due_back_to(self, hall_id: int, calendar: Calendar, day: dt.date) -> dt.date:
        """Give the earliest day whose duty may still be done on `day`, as all between was closed.

        It is `day` itself unless the days just before it were closed.
        """
        for _ in range(LONGEST_CLOSURE):
            if self.is_open(hall_id, calendar, day - A_DAY):
                break
            day -= A_DAY
        return day

    def sources_due(self, hall_id: int, date: dt.date, hour: int) -> dt.datetime:
        """Give when a source of `date` is due: at the hour of the hall's next open day."""
        due_on = self.after(hall_id, "hall", date, 1)
        return midnight(due_on) + dt.timedelta(hours=hour)

    def due_since(self, hall_id: int, calendar: Calendar, today: dt.date, count: int) -> dt.date:
        """Give the last day of which the `count`th open day after it lies before `today`."""
        day = today - dt.timedelta(days=count)
        while self.after(hall_id, calendar, day, count) >= today:
            day -= A_DAY
        return day


def calendars_of(
    uow: UnitOfWork, hall_ids: Collection[int], *, known_at: dt.datetime | None = None
) -> Calendars:
    """Give the calendars that bind halls, as they were known at a time (now unless said).

    Two statements whatever the number of halls.
    """
    rows = uow.session.execute(
        select(
            CalendarDay.organisation_id,
            CalendarDay.calendar,
            CalendarDay.on_date,
            CalendarDay.is_open,
        )
        .where(CalendarDay.set_at <= (known_at or uow.now))
        .order_by(CalendarDay.revision)
    ).all()
    if not rows:
        return Calendars()
    told: dict[int, dict[tuple[str, dt.date], bool]] = {}
    for organisation_id, calendar, on_date, is_open in rows:
        told.setdefault(organisation_id, {})[calendar, on_date] = is_open
    parents = dict(uow.session.execute(select(Organisation.id, Organisation.parent_id)).all())
    said: dict[tuple[int, str, dt.date], bool] = {}
    for hall_id in hall_ids:
        for node in reversed(_path(hall_id, parents)):
            for (calendar, on_date), is_open in told.get(node, {}).items():
                said[hall_id, calendar, on_date] = is_open
    return Calendars(said)


def next_open_day(uow: UnitOfWork, hall_id: int, after: dt.date, *, count: int = 1) -> dt.date:
    """Give the `count`th day after a date on which the hall is open."""
    return calendars_of(uow, [hall_id]).after(hall_id, "hall", after, count)


def _path(node: int, parents: Mapping[int, int | None]) -> list[int]:
    """Give the organisation and all above it, the nearest first."""
    path = [node]
    while (parent := parents.get(path[-1])) is not None:
        path.append(parent)
    return path


@dataclass(frozen=True, slots=True)
class DayKind:
    """One day of one calendar: open or closed, and what the day is called."""

    calendar: Calendar
    on_date: dt.date
    is_open: bool
    name: str = ""


def set_days(uow: UnitOfWork, organisation: Organisation, days: Iterable[DayKind]) -> int:
    """Settle days of an organisation's calendars; gives how many say something new.

    Earlier words stay on record. `find_settleable` gives whose days an actor may settle.
    """
    wanted = {(day.calendar, day.on_date): day for day in days}
    last = _last_words(uow, organisation.id)
    rows: list[CalendarDay] = []
    for (calendar, on_date), day in sorted(wanted.items()):
        known = last.get((calendar, on_date))
        if known is not None and (known.is_open, known.name) == (day.is_open, day.name):
            continue
        rows.append(
            CalendarDay(
                organisation_id=organisation.id,
                calendar=calendar,
                on_date=on_date,
                revision=1 if known is None else known.revision + 1,
                is_open=day.is_open,
                name=day.name,
                set_by=uow.actor.person_id,
                set_at=uow.now,
            )
        )
    uow.session.add_all(rows)
    uow.session.flush()
    return len(rows)


def days_said(uow: UnitOfWork, organisation_ids: Sequence[int], year: int) -> list[CalendarDay]:
    """Give what organisations say of the days of a year, the last word on each, in order."""
    found = [
        day
        for organisation_id in organisation_ids
        for day in _last_words(uow, organisation_id).values()
        if day.on_date.year == year
    ]
    return sorted(found, key=lambda day: (day.on_date, day.calendar, day.organisation_id))


def organisations_above(uow: UnitOfWork, hall: Hall) -> list[Organisation]:
    """Give the hall's own organisation and all above it, the nearest first."""
    parents = dict(uow.session.execute(select(Organisation.id, Organisation.parent_id)).all())
    return [uow.session.get_one(Organisation, node) for node in _path(hall.id, parents)]


def settleable(uow: UnitOfWork, hall: Hall) -> list[Organisation]:
    """Give whose calendars the actor may settle: the hall's, and those above it.

    Above it only where he is department or administrator of all halls that it binds.
    """
    if not may(uow, hall.id, "calendar", "edit"):
        return []
    parents = dict(uow.session.execute(select(Organisation.id, Organisation.parent_id)).all())
    paths = [_path(hall_id, parents) for hall_id in uow.session.scalars(select(Hall.id))]
    cared = {
        hall_id for hall_id, roles in uow.actor.roles.items() if roles & {"department", "admin"}
    }
    return [
        one
        for one in organisations_above(uow, hall)
        if one.id == hall.id
        or uow.actor.everywhere
        or all(path[0] in cared for path in paths if one.id in path)
    ]


def find_settleable(uow: UnitOfWork, hall: Hall, code: str) -> Organisation:
    """Give the hall's organisation, or the one of that code above it, if the actor may settle it.

    Raises NotPermitted.
    """
    for one in settleable(uow, hall):
        if one.code == (code or hall.code):
            return one
    raise NotPermitted(actor=uow.actor.label, action="edit", area="calendar")


def _last_words(uow: UnitOfWork, organisation_id: int) -> dict[tuple[str, dt.date], CalendarDay]:
    newest = (
        select(
            CalendarDay.calendar, CalendarDay.on_date, func.max(CalendarDay.revision).label("last")
        )
        .where(CalendarDay.organisation_id == organisation_id)
        .group_by(CalendarDay.calendar, CalendarDay.on_date)
        .subquery()
    )
    rows = uow.session.scalars(
        select(CalendarDay)
        .join(
            newest,
            (CalendarDay.calendar == newest.c.calendar)
            & (CalendarDay.on_date == newest.c.on_date)
            & (CalendarDay.revision == newest.c.last),
        )
        .where(CalendarDay.organisation_id == organisation_id)
    )
    return {(day.calendar, day.on_date): day for day in rows}
