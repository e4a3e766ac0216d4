"""Grants in force on a day that a bundle tells of: each package tells of its own.

A reader gives, for hall-days, what was granted there: a small hall's exceptions, an authority to
sign in somebody's place. The kernel knows none of them by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    found = [grant for reader in _READERS for grant in reader(uow, days)]
    return sorted(found, key=lambda one: (one.hall_id, one.date, one.number, one.text.zh))
