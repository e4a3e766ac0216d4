"""What was granted in a hall on a day, as a bundle tells of it, all from the duties of the hall.

Small halls, exceptions to separate duties, and authorities to sign in somebody's place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.documents import DocumentFact
from ledger.duties.grants import grants_in_force
from ledger.duties.stand_ins import stand_ins_on
from ledger.text import Text
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant in force in a hall on a day: the number of its document and what it allows."""

    hall_id: int
    date: dt.date
    number: str
    text: Text


def grants_on(uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]) -> list[Grant]:
    """Give all grants in force on hall-days, in a fixed order."""
    stand_ins = [
        Grant(one.hall_id, one.date, one.number, one.text) for one in stand_ins_on(uow, days)
    ]
    found = [*_of_duties(uow, days), *stand_ins]
    return sorted(found, key=lambda one: (one.hall_id, one.date, one.number, one.text.zh))


def _of_duties(uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]) -> list[Grant]:
    """Small halls and exceptions to separate duties; few halls have one."""
    halls = set(
        uow.session.scalars(
            select(DocumentFact.hall_id)
            .where(
                DocumentFact.hall_id.in_({hall_id for hall_id, _ in days}),
                DocumentFact.name == "grant",
            )
            .distinct()
        )
    )
    return [
        Grant(hall_id, date, one.number, one.text)
        for hall_id, date in days
        if hall_id in halls
        for one in grants_in_force(uow, hall_id, date)
    ]
