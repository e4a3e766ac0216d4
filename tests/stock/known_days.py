"""Halls with several open days, and goods moved on a day of them, for tests of what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import count

from sqlalchemy import Engine

from ledger.documents import Document, Line
from tests.builders import DAY, OpenHall, gift, open_hall, phone, place, submit

CODES = (f"D{number:03d}" for number in count(1))
NEXT = DAY + dt.timedelta(days=1)
LATER = DAY + dt.timedelta(days=10)


def hall_of_days(engine: Engine, days: Iterable[dt.date] = (DAY, NEXT, LATER)) -> OpenHall:
    """Give a new hall whose books are open on those days."""
    return open_hall(engine, next(CODES), days=days)


def move_on(
    hall: OpenHall,
    day: dt.date,
    kind: str,
    move: str,
    *,
    serials: Sequence[str] = (),
    quantity: int = 0,
    cost: int | None = None,
) -> Document:
    """Move phones by serial, or gifts by quantity, on a day; `move` as in `builders`."""
    with hall.work() as uow:
        credit, debit = (place(uow, hall, name) for name in move.split(" > "))
        if serials:
            item = phone(uow)
            lines = [Line(item, debit, credit, 1, serial, "", cost) for serial in serials]
        else:
            lines = [Line(gift(uow), debit, credit, quantity, "", "", cost)]
        return submit(uow, hall, kind, lines, day=day)
