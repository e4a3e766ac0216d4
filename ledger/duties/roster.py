"""The roster (排班): who works which shift at which desk on which day, as its managers settle it.

Changes are only added; of several for one number and day the latest counts, all are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.actors import Employment, Person
from ledger.duties.errors import RosterUnreadable
from ledger.duties.tables import RosterChange
from ledger.events import record
from ledger.hall_days import HALL_STATUSES, OPEN_FOR_POSTING, HallDay
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

REST = "rest"
SHIFTS: dict[str, Text] = {
    "early": Text("早班", "Early"),
    "middle": Text("中班", "Middle"),
    "late": Text("晚班", "Late"),
    "whole": Text("全天", "Whole day"),
    REST: Text("休", "Off"),
}
LONGEST = 20
A_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seat:
    """A staff number's shift and desk on a day; `shift` is a code of SHIFTS or the hall's word."""

    date: dt.date
    number: str
    shift: str
    desk: str = ""
    name: str = ""

    @property
    def on_duty(self) -> bool:
        """Tell whether the person works that day."""
        return self.shift != REST


@dataclass(frozen=True, slots=True)
class SeatChange:
    """One change of the roster: what was settled, by whom and when."""

    seat: Seat
    by: str
    at: dt.datetime
    event_no: int


def read_shift(typed: str) -> str:
    """Give the code of a shift written in either language, or the hall's own word as it stands."""
    typed = typed.strip()
    for code, name in SHIFTS.items():
        if typed.casefold() in (code, name.zh, name.en.casefold(), name.zh.removesuffix("班")):
            return code
    return {"休息": REST, "": REST}.get(typed, typed)


def shift_name(shift: str) -> Text:
    """Give a shift's name; the hall's own words are the same in both languages."""
    return SHIFTS.get(shift, Text(shift, shift))


def set_roster(uow: UnitOfWork, *, hall: Hall, seats: Iterable[Seat], reason: str = "") -> int:
    """Settle seats of a hall; gives how many say something new. An act of its managers.

    Raises RosterUnreadable for a number nobody holds that day, or a day that is signed already.
    """
    require(uow, hall.id, "roster", "edit")
    lock_head(uow, hall.id)
    wanted = {(seat.date, seat.number): seat for seat in seats}
    if not wanted:
        return 0
    first, last = min(date for date, _ in wanted), max(date for date, _ in wanted)
    _check(uow, hall, list(wanted.values()), first, last)
    known = {(seat.date, seat.number): seat for seat in roster_of(uow, hall.id, first, last)}
    new = [
        seat
        for key, seat in sorted(wanted.items())
        if key not in known or (known[key].shift, known[key].desk) != (seat.shift, seat.desk)
    ]
    if not new:
        return 0
    facts = {"first": first.isoformat(), "last": last.isoformat(), "reason": reason}
    with record(
        uow, hall_id=hall.id, act="roster.settled", subject=f"hall:{hall.code}", facts=facts
    ) as event:
        person, at = uow.actor.person_id, plain(uow.now)
        rows: list[Row] = [
            (seat.date.isoformat(), seat.number, seat.shift, seat.desk, person, at) for seat in new
        ]
        event.insert(Base.metadata.tables[RosterChange.__tablename__], rows)
    return len(new)


def copy_week(uow: UnitOfWork, *, hall: Hall, week_of: dt.date, to: dt.date) -> int:
    """Settle the week `to` lies in as the week `week_of` lies in; gives how many seats are new.

    Who is no longer employed by then is left out.
    """
    first = week_of - dt.timedelta(days=week_of.weekday())
    ahead = (to - dt.timedelta(days=to.weekday())) - first
    seats = [
        Seat(seat.date + ahead, seat.number, seat.shift, seat.desk)
        for seat in roster_of(uow, hall.id, first, first + A_WEEK - dt.timedelta(days=1))
    ]
    employed = _employed(uow, hall.id)
    kept = [seat for seat in seats if _is_employed(employed, seat)]
    return set_roster(uow, hall=hall, seats=kept, reason=f"copy {first.isoformat()}")


def roster_of(uow: UnitOfWork, hall_id: int, first: dt.date, last: dt.date) -> list[Seat]:
    """Give the seats that count between two days, both included, by day and number."""
    newest = (
        select(
            RosterChange.business_date,
            RosterChange.number,
            func.max(RosterChange.event_no).label("event_no"),
        )
        .where(RosterChange.hall_id == hall_id, RosterChange.business_date.between(first, last))
        .group_by(RosterChange.business_date, RosterChange.number)
        .subquery()
    )
    rows = uow.session.execute(
        select(RosterChange, Person.name)
        .join(
            newest,
            (RosterChange.event_no == newest.c.event_no)
            & (RosterChange.business_date == newest.c.business_date)
            & (RosterChange.number == newest.c.number),
        )
        .outerjoin(
            Employment,
            (Employment.hall_id == RosterChange.hall_id)
            & (Employment.number == RosterChange.number),
        )
        .outerjoin(Person, Person.id == Employment.person_id)
        .where(RosterChange.hall_id == hall_id)
        .order_by(RosterChange.business_date, RosterChange.number)
    )
    return [_seat(change, name or "") for change, name in rows]


def on_duty(uow: UnitOfWork, hall_id: int, date: dt.date) -> list[Seat]:
    """Give who is on duty in a hall on a day by its roster, by number; nobody without a roster."""
    return [seat for seat in roster_of(uow, hall_id, date, date) if seat.on_duty]


def seats_of_person(uow: UnitOfWork, hall_id: int, person_id: int, date: dt.date) -> list[Seat]:
    """Give a person's seats on a day under any of his numbers."""
    numbers = set(
        uow.session.scalars(
            select(Employment.number).where(
                Employment.hall_id == hall_id, Employment.person_id == person_id
            )
        )
    )
    return [seat for seat in roster_of(uow, hall_id, date, date) if seat.number in numbers]


def changes_of(uow: UnitOfWork, hall_id: int, first: dt.date, last: dt.date) -> list[SeatChange]:
    """Give every change ever made to the roster of some days, the latest first."""
    rows = uow.session.execute(
        select(RosterChange, Person.name)
        .outerjoin(Person, Person.id == RosterChange.person_id)
        .where(RosterChange.hall_id == hall_id, RosterChange.business_date.between(first, last))
        .order_by(RosterChange.event_no.desc(), RosterChange.business_date, RosterChange.number)
    )
    return [
        SeatChange(_seat(change, ""), name or "system", change.at, change.event_no)
        for change, name in rows
    ]


def _seat(change: RosterChange, name: str) -> Seat:
    return Seat(change.business_date, change.number, change.shift, change.desk, name)


def _check(
    uow: UnitOfWork, hall: Hall, seats: Sequence[Seat], first: dt.date, last: dt.date
) -> None:
    employed = _employed(uow, hall.id)
    signed = dict(
        uow.session.execute(
            select(HallDay.business_date, HallDay.hall_status).where(
                HallDay.hall_id == hall.id,
                HallDay.business_date.between(first, last),
                HallDay.hall_status.not_in(OPEN_FOR_POSTING),
            )
        ).all()
    )
    for seat in seats:
        problem: Text | None = None
        if not _is_employed(employed, seat):
            problem = Text("当日没有此工号的在岗人员", "nobody holds this number on that day")
        elif len(seat.shift) > LONGEST or len(seat.desk) > LONGEST or not seat.shift:
            problem = Text(
                f"班次必填,班次与台席至多 {LONGEST} 字",
                f"a shift is required; shift and desk have {LONGEST} characters at most",
            )
        elif seat.date in signed:
            status = HALL_STATUSES[signed[seat.date]]
            problem = Text(f"当日{status.zh},不能再改", f"that day is {status.en.lower()}")
        if problem is not None:
            raise RosterUnreadable(date=seat.date, number=seat.number, problem=problem)


def _employed(uow: UnitOfWork, hall_id: int) -> dict[str, Employment]:
    rows = uow.session.scalars(
        select(Employment).where(Employment.hall_id == hall_id, Employment.kind == "person")
    )
    return {row.number: row for row in rows}


def _is_employed(employed: Mapping[str, Employment], seat: Seat) -> bool:
    held = employed.get(seat.number)
    return held is not None and held.valid_from <= seat.date <= held.valid_to
