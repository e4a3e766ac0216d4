"""What a month waits for: every gate is a question that gives what is not done, with its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from ledger.closing.order import HAS_SOMETHING
from ledger.evidence.unreported import unreported_days
from ledger.organisations import Hall
from ledger.rows import plain
from ledger.text import Text
from ledger.times import month_of
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is not done: what, and of which day where it is a day's."""

    text: Text
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing a month waits for: its name, and what of it is not done yet."""

    name: str
    text: Text
    standing: Callable[[UnitOfWork, Hall, dt.date], list[Blocker]]


def standing_of(
    uow: UnitOfWork, hall: Hall, first: dt.date, gates: Sequence[Gate]
) -> list[tuple[Gate, list[Blocker]]]:
    """Give each gate with what is not done of it."""
    return [(gate, gate.standing(uow, hall, first)) for gate in gates]


# Days of the month that have evidence, or wait for some, and are not audited.
NOT_AUDITED = f"""
SELECT d.business_date FROM hall_days d
 WHERE d.hall_id = :hall AND d.business_date BETWEEN :first AND :last
   AND d.audit_status <> 'audited' AND {HAS_SOMETHING}
 ORDER BY d.business_date
"""


def _days_standing(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[Blocker]:
    """Every day is audited; a trading day that nobody reported is missing (DOMAIN REC-13)."""
    first, last = month_of(first)
    if last >= uow.today:
        return [Blocker(Text("该月尚未结束", "the month is not over"))]
    asked = {"hall": hall.id, "first": first.isoformat(), "last": last.isoformat()}
    unaudited = _dates(uow, NOT_AUDITED, asked)
    unreported = unreported_days(uow, [hall], first, last)
    missing = [day for _, day in unreported if day not in unaudited]
    blockers = [
        Blocker(Text(f"{day} 未稽核", f"{day} is not audited"), day) for day in unaudited
    ] + [
        Blocker(
            Text(f"{day} 未上报,也未申报无营业", f"{day} is not reported, nor closed as nil"),
            day,
        )
        for day in missing
    ]
    return sorted(blockers, key=lambda one: one.date or first)


def _dates(uow: UnitOfWork, query: str, asked: dict[str, object]) -> list[dt.date]:
    rows = uow.session.execute(text(query), asked).scalars()
    return [dt.date.fromisoformat(str(plain(date))) for date in rows]


DAYS_AUDITED = Gate("days", Text("全部营业日已稽核", "Every day is audited"), _days_standing)
