"""Files of the roster and of calendars, csv or xlsx with headings in either language, taken in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.calendars import DayKind, find_settleable, set_days
from ledger.duties.roster import Seat, read_shift, set_roster
from ledger.organisations import Hall, Organisation
from ledger.work import UnitOfWork

DUTY_FILES = frozenset({"roster", "calendar"})


def take_duty_file(uow: UnitOfWork, hall: Hall, kind: str, rows: Iterable[dict[str, Any]]) -> int:
    """Take the rows of a roster or of the hall's own calendars; gives how many say something new.

    Raises RosterUnreadable and NotPermitted.
    """
    if kind == "roster":
        return take_roster(uow, hall, rows)
    return take_calendar(uow, find_settleable(uow, hall, hall.code), rows)


def take_roster(uow: UnitOfWork, hall: Hall, rows: Iterable[dict[str, Any]]) -> int:
    """Settle the seats that a file of the roster gives."""
    seats = [
        Seat(row["date"], row["clerk"], read_shift(row["shift"]), row["desk"] or "") for row in rows
    ]
    return set_roster(uow, hall=hall, seats=seats)


def take_calendar(
    uow: UnitOfWork, organisation: Organisation, rows: Iterable[dict[str, Any]]
) -> int:
    """Settle the days that a file of calendars gives, for one organisation and all below it."""
    days = [
        DayKind(row["calendar"], row["date"], bool(row["open"]), row["name"] or "") for row in rows
    ]
    return set_days(uow, organisation, days)
