"""Grants in force on a day that a bundle tells of: each package tells of its own.

A reader gives, for hall-days, what was granted there: a small hall's exceptions, an authority to
sign in somebody's place. The kernel knows none of them by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.documents import DocumentFact
from ledger.duties.grants import grants_in_force
from ledger.text import Text
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant in force in a hall on a day: the number of its document and what it allows."""

    hall_id: int
    date: dt.date
    number: str
    text: Text


GrantReader = Callable[[UnitOfWork, Sequence[tuple[int, dt.date]]], Sequence[Grant]]
_READERS: list[GrantReader] = []


def register_grants(reader: GrantReader) -> None:
    """Let a package tell which of its grants were in force on hall-days."""
    if reader not in _READERS:
        _READERS.append(reader)


def grants_on(uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]) -> list[Grant]:
    """Give all grants in force on hall-days, in a fixed order."""
    found = [grant for reader in (_of_duties, *_READERS) for grant in reader(uow, days)]
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
