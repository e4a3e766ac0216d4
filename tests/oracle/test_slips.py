"""D03 against a rule of its own: no folder holds slips, so a small world of them is made here.

The rule, from CHECKS D03 and DOMAIN REC-04, is told below in plain Python of the world's own story:
it asks no table of slips. A slip is due at the end of the hall's next open day after the last word
to its clerk; past that and unanswered, it is found on the day it was due.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select, update

from backoffice.database import make_owner_engine
from ledger.audit.engine import run_audit
from ledger.audit.findings import Finding
from ledger.calendars import DayKind, set_days
from ledger.corrections.checks import CORRECTION_QUESTIONS
from ledger.corrections.known import Answer, Notice, Wrong
from ledger.corrections.slips import (
    answer_slip,
    return_slip,
    send_errors,
    sign_slip,
    withdraw_slip,
)
from ledger.corrections.tables import CorrectionSlip
from ledger.organisations import Hall, Organisation
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork, system_actor
from tests.builders import DAY, OpenHall, open_hall
from tests.ledger.audit.evidence_days import RUNNER

DAYS = [DAY + dt.timedelta(days=n) for n in range(8)]
CLOSED = {DAYS[1], DAYS[2], DAYS[5]}
"""The hall is closed on these; DAY is a Friday."""
NIGHTS = {3, 4, 5, 7, 8}
WORDS = {"send": True, "return": True, "answer": False, "accept": False, "withdraw": False}
"""Act -> whether the clerk has to answer after it."""


@dataclass(frozen=True, slots=True)
class Act:
    """What happens to a slip on a day of the world, at noon."""

    day: int
    act: str


STORIES: dict[str, tuple[Act, ...]] = {
    "never answered": (Act(0, "send"),),
    "answered in time": (Act(0, "send"), Act(0, "answer")),
    "answered on its last day": (Act(0, "send"), Act(3, "answer")),
    "answered too late": (Act(0, "send"), Act(4, "answer")),
    "accepted": (Act(0, "send"), Act(0, "answer"), Act(3, "accept")),
    "returned and forgotten": (Act(0, "send"), Act(0, "answer"), Act(3, "return")),
    "returned, answered": (
        *(Act(0, "send"), Act(0, "answer"), Act(3, "return"), Act(4, "answer")),
    ),
    "late, returned, forgotten": (Act(0, "send"), Act(4, "answer"), Act(4, "return")),
    "withdrawn": (Act(0, "send"), Act(3, "withdraw")),
    "withdrawn too late": (Act(0, "send"), Act(4, "withdraw")),
    "sent before a day off": (Act(4, "send"),),
    "sent last": (Act(6, "send"),),
}


def due_day(sent: int) -> int:
    """Give the next open day after a day of the world, by its number."""
    return next(n for n in range(sent + 1, 99) if n >= len(DAYS) or DAYS[n] not in CLOSED)


def expected(acts: tuple[Act, ...], looked_at: int) -> set[int]:
    """Give the days D03 names a slip on, asked at two in the morning of a day."""
    past = [one for one in acts if one.day < looked_at]
    if not past or not WORDS[past[-1].act]:
        return set()
    due = due_day(past[-1].day)
    return {due} if due < looked_at else set()


def test_d03_is_what_the_stories_of_the_slips_say(engine: Engine) -> None:
    hall = open_hall(engine, "D0301", days=DAYS)
    with hall.work(system_actor("test"), now=_clock(0, 8)) as uow:
        node = uow.session.get_one(Organisation, hall.id)
        set_days(uow, node, [DayKind("hall", day, is_open=False) for day in sorted(CLOSED)])
    numbers: dict[str, str] = {}
    seen = {}
    for day in range(len(DAYS) + 1):
        if day in NIGHTS:
            seen[day] = _found(hall, day, numbers)
            told = {(name, n) for name, acts in STORIES.items() for n in expected(acts, day)}
            assert seen[day] == told, f"in the night before day {day}"
        _live(hall, day, numbers)
    assert {name for name, _ in seen[4]} == {
        *("never answered", "answered too late"),
        *("late, returned, forgotten", "withdrawn too late"),
    }
    _faults_are_found(hall, numbers, seen[8])


def _faults_are_found(
    hall: OpenHall, numbers: dict[str, str], honest: set[tuple[str, int]]
) -> None:
    """Changed below the application: an answer made undone is found, a slip hidden is not."""
    owner = make_owner_engine(hall.engine.url.render_as_string(hide_password=False))
    of = CorrectionSlip.hall_id == hall.id
    with owner.begin() as connection:
        connection.execute(
            update(CorrectionSlip)
            .where(of, CorrectionSlip.number == numbers["answered in time"])
            .values(state="open")
        )
        connection.execute(
            delete(CorrectionSlip).where(of, CorrectionSlip.number == numbers["never answered"])
        )
    owner.dispose()
    assert _found(hall, 8, numbers) == honest - {("never answered", 3)} | {("answered in time", 3)}


def _found(hall: OpenHall, day: int, numbers: dict[str, str]) -> set[tuple[str, int]]:
    """Ask D03 of every day in the night before a day; give story and day of what it found."""
    names = {f"slip:{number}": name for name, number in numbers.items()}
    asked = DAYS[:day]
    with hall.work(RUNNER, now=_clock(day, 2)) as uow:
        days = [(hall.hall, date) for date in asked]
        run_audit(uow, days=days, questions=CORRECTION_QUESTIONS)
        rows = uow.session.scalars(
            select(Finding).where(Finding.hall_id == hall.id, Finding.state != "recalculated")
        )
        return {(names[one.subject], asked.index(one.business_date)) for one in rows}


def _live(hall: OpenHall, day: int, numbers: dict[str, str]) -> None:
    for name, acts in STORIES.items():
        for one in acts:
            if one.day == day:
                _do(hall, name, one, numbers)


def _do(hall: OpenHall, name: str, one: Act, numbers: dict[str, str]) -> None:
    who = "A01" if one.act == "answer" else "J01"
    with hall.work(who, now=_clock(one.day, 12)) as uow:
        if one.act == "send":
            error = Wrong(DAYS[one.day], "", f"txn:{name}")
            numbers[name] = send_errors(uow, hall.hall, Notice("A01", [error])).number or ""
        else:
            _follow(uow, hall.hall, one.act, numbers[name])


def _follow(uow: UnitOfWork, hall: Hall, act: str, number: str) -> None:
    if act == "answer":
        answer_slip(uow, hall, number=number, answer=Answer("explain", "没有记错"))
    elif act == "accept":
        sign_slip(uow, hall, number=number)
    elif act == "return":
        return_slip(uow, hall, number=number, reason="请说明")
    else:
        withdraw_slip(uow, hall, number=number, reason="发错了")


def _clock(day: int, hour: int) -> dt.datetime:
    """Give an hour of a day of the world by the hall's clock."""
    date = DAY + dt.timedelta(days=day)
    return dt.datetime.combine(date, dt.time(hour), HALL_TIME)
