"""What an operator settles for a hall at any door: its calendar, its terminals, its people.

Each is an event in the hall's chain, so that it can be told later who opened which door.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update

from backoffice.identity import ApiToken, Credential, SignIn, make_token, set_password
from ledger.actors import ROLES, Employment, Person, RoleGrant
from ledger.calendars import calendars_of
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.errors import Conflict, Invalid, NotFound
from ledger.events import record
from ledger.evidence.expected import expect_days
from ledger.hall_rules import Terminal
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork

LONGEST_CALENDAR = 400


class TerminalElsewhere(Conflict):
    """A terminal or store number stands in one hall alone."""

    code = "terminal_elsewhere"
    text = Text(
        "终端 {number} 已登记在另一营业厅,不能重复登记。",
        "Terminal {number} is registered in another hall; it stands in one hall alone.",
    )


class UnknownNumber(NotFound):
    """Nobody in the hall holds this staff number."""

    code = "unknown_number"
    text = Text(
        "营业厅 {hall} 没有工号 {number}。请核对,或用 user list 查看。",
        "Nobody in hall {hall} has number {number}. Check it; `user list` shows all.",
    )


class NumberTaken(Conflict):
    """A staff number is one person's."""

    code = "number_taken"
    text = Text(
        "工号 {number} 已属于 {name},不能再给他人。",
        "Number {number} belongs to {name}; it cannot be given to another person.",
    )


class UnknownRole(Invalid):
    """There is no such role."""

    code = "unknown_role"
    text = Text("没有角色 {role}。可用:{known}。", "There is no role {role}; there are {known}.")


class CalendarTooLong(Invalid):
    """A calendar is opened forwards, and about a year at most."""

    code = "calendar_too_long"
    text = Text(
        "日期须从早到晚,一次不超过 {most} 天。",
        "Give an earlier and a later date, at most {most} days apart.",
    )


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A staff number as lists show it."""

    hall: str
    number: str
    name: str
    kind: str
    roles: tuple[str, ...]
    valid_to: dt.date
    has_password: bool


def open_calendar(uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date) -> int:
    """Open the trading days from `first` to `last` with their expected sources; gives how many.

    Days that the calendar closes are left out; those open already stay. Raises CalendarTooLong.
    """
    days = (last - first).days + 1
    if not 1 <= days <= LONGEST_CALENDAR:
        raise CalendarTooLong(most=LONGEST_CALENDAR)
    open_on = calendars_of(uow, [hall.id])
    dates = [first + n * A_DAY for n in range(days)]
    trading = [date for date in dates if open_on.is_open(hall.id, "hall", date)]
    facts = {"first": first.isoformat(), "last": last.isoformat()}
    with record(
        uow, hall_id=hall.id, act="hall.days_opened", subject=f"hall:{hall.code}", facts=facts
    ):
        expect_days(uow, [(hall.id, date) for date in trading])
    return len(trading)


def add_terminal(uow: UnitOfWork, hall: Hall, number: str) -> bool:
    """Note that a terminal or store number is this hall's; gives False where it was known.

    Raises TerminalElsewhere.
    """
    known = uow.session.get(Terminal, number)
    if known is not None:
        if known.owner_hall_id != hall.id:
            raise TerminalElsewhere(number=number)
        return False
    with record(uow, hall_id=hall.id, act="hall.terminal_added", subject=f"terminal:{number}"):
        uow.session.add(Terminal(number=number, owner_hall_id=hall.id))
    return True


def employ(
    uow: UnitOfWork, hall: Hall, *, number: str, name: str, roles: tuple[str, ...], password: str
) -> int:
    """Give a person a staff number with roles and a first password; gives the person's id.

    The password opens only the page to change it, since somebody else typed it. Raises NumberTaken,
    UnknownRole and WeakPassword.
    """
    unknown = sorted(set(roles) - ROLES.keys())
    if unknown:
        raise UnknownRole(role=unknown[0], known=", ".join(ROLES))
    holder = _holder(uow, hall, number)
    if holder is not None and holder.name != name:
        raise NumberTaken(number=number, name=holder.name)
    today = uow.today
    with record(
        uow,
        hall_id=hall.id,
        act="people.employed",
        subject=f"staff:{number}",
        facts={"roles": sorted(roles)},
    ):
        enrol_hall(
            uow,
            HallFile(
                code=hall.code,
                name=hall.name,
                organisation="",
                business_date=today,
                books_open_on=None,
                expected=None,
                staff=(StaffMember(number=number, name=name, roles=roles),),
            ),
        )
        if holder is None:
            _begin_today(uow, hall, number, today)
    person_id = holder_of(uow, hall, number)
    set_password(uow, person_id=person_id, password=password, must_change=True)
    return person_id


def _begin_today(uow: UnitOfWork, hall: Hall, number: str, today: dt.date) -> None:
    """A hall's file speaks of those who were there all along; who is added here comes today."""
    uow.session.get_one(Employment, (hall.id, number)).valid_from = today
    uow.session.execute(
        update(RoleGrant)
        .where(RoleGrant.hall_id == hall.id, RoleGrant.number == number)
        .values(valid_from=today)
    )


def dismiss(uow: UnitOfWork, hall: Hall, number: str) -> None:
    """End a staff number today, and its holder's sessions and tokens; raises UnknownNumber."""
    person_id = holder_of(uow, hall, number)
    employment = uow.session.get_one(Employment, (hall.id, number))
    with record(uow, hall_id=hall.id, act="people.dismissed", subject=f"staff:{number}"):
        employment.valid_to = uow.today - dt.timedelta(days=1)
        _end_all(uow, SignIn, person_id)
        _end_all(uow, ApiToken, person_id)


def _end_all(uow: UnitOfWork, door: type[SignIn | ApiToken], person_id: int) -> None:
    uow.session.execute(
        update(door)
        .where(door.person_id == person_id, door.ended_at.is_(None))
        .values(ended_at=uow.now)
    )


def give_password(uow: UnitOfWork, hall: Hall, number: str, password: str) -> None:
    """Give the holder of a number a new first password; raises UnknownNumber, WeakPassword."""
    person_id = holder_of(uow, hall, number)
    with record(uow, hall_id=hall.id, act="people.password_given", subject=f"staff:{number}"):
        set_password(uow, person_id=person_id, password=password, must_change=True)


def give_token(uow: UnitOfWork, hall: Hall, number: str, *, name: str, days: int) -> str:
    """Give a program a bearer token to act as the holder of a number; raises UnknownNumber."""
    person_id = holder_of(uow, hall, number)
    facts = {"name": name, "days": days}
    with record(
        uow, hall_id=hall.id, act="people.token_given", subject=f"staff:{number}", facts=facts
    ):
        return make_token(uow, person_id=person_id, name=name, days=days)


def list_staff(uow: UnitOfWork, hall: Hall | None = None) -> list[StaffEntry]:
    """Give the staff numbers of a hall, or of all halls the actor sees."""
    query = (
        select(Employment, Person, Hall.code, Credential.person_id)
        .join(Person, Person.id == Employment.person_id)
        .join(Hall, Hall.id == Employment.hall_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .order_by(Hall.code, Employment.number)
    )
    if hall is not None:
        query = query.where(Employment.hall_id == hall.id)
    today = uow.today
    roles: dict[tuple[int, str], list[str]] = {}
    for grant in uow.session.scalars(
        select(RoleGrant).where(RoleGrant.valid_from <= today, RoleGrant.valid_to >= today)
    ):
        roles.setdefault((grant.hall_id, grant.number), []).append(grant.role)
    return [
        StaffEntry(
            hall=code,
            number=employment.number,
            name=person.name,
            kind=employment.kind,
            roles=tuple(sorted(roles.get((employment.hall_id, employment.number), ()))),
            valid_to=employment.valid_to,
            has_password=credential is not None,
        )
        for employment, person, code, credential in uow.session.execute(query)
        if uow.actor.sees(employment.hall_id)
    ]


def holder_of(uow: UnitOfWork, hall: Hall, number: str) -> int:
    """Give the person who holds a staff number of the hall; raises UnknownNumber."""
    holder = _holder(uow, hall, number)
    if holder is None:
        raise UnknownNumber(hall=hall.code, number=number)
    return holder.id


def _holder(uow: UnitOfWork, hall: Hall, number: str) -> Person | None:
    return uow.session.scalar(
        select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.hall_id == hall.id, Employment.number == number)
    )
