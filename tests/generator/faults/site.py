"""Where a fault is planted: one desk on one day of a made-up hall, and what should come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.world import Day, Hall, Row, fen_of, yuan


@dataclass(frozen=True)
class Planted:
    """What a fault leads to: on `date` the check finds `subject`, or must not if not `found`."""

    fault: str
    check: str
    date: str
    subject: str
    difference: str | None
    found: bool


@dataclass
class Site:
    """One desk on one day, the other desks of that day, and the way to say what is expected."""

    fault: str
    check: str
    hall: Hall
    day: Day
    desk: Desk
    others: list[Desk]
    rng: Random

    @property
    def number(self) -> str:
        """The staff number that findings about this desk carry."""
        return self.hall.numbers_of(self.desk.human)[0]

    @property
    def numbers(self) -> list[str]:
        """All staff numbers of the human at the desk."""
        return self.hall.numbers_of(self.desk.human)

    def finds(
        self, subject: str, fen: int | None = None, *, check: str = "", date: str = ""
    ) -> Planted:
        """Expect a finding, `fen` being found minus expected where the check has amounts."""
        difference = None if fen is None else yuan(fen)
        where = date or self.day.date
        return Planted(self.fault, check or self.check, where, subject, difference, True)

    def finds_pieces(self, subject: str, pieces: int) -> Planted:
        """Expect a finding on today's count, `pieces` being counted minus expected."""
        return Planted(self.fault, self.check, self.day.date, subject, str(pieces), True)

    def silent(self, subject: str, *, check: str = "", date: str = "") -> Planted:
        """Expect no finding of that subject."""
        return Planted(self.fault, check or self.check, date or self.day.date, subject, None, False)

    def waived_sale(self, fen: int, **cells: Any) -> Sale:
        """Enter a sale in cash without invoice; `cells` as for `Desk.sale`."""
        usual = {"tender": "cash", "invoice_waived": "1"}
        return self.desk.sale(fen, **(usual | cells))

    def declared(self) -> list[Row]:
        """Give the declarations of the human at the desk."""
        rows = self.day.rows["declarations"]
        return [row for row in rows if row["clerk"] in self.numbers]

    def hand_ins(self) -> list[Row]:
        """Give the hand-ins of the human at the desk."""
        rows = self.day.rows["deposits"]
        return [row for row in rows if row["step"] == "handin" and row["clerk"] in self.numbers]


def add_fen(row: Row, column: str, fen: int) -> None:
    """Change an amount by so many fen."""
    row[column] = yuan(fen_of(row[column]) + fen)


Plant = Callable[[Site], Iterator[Planted]]


@dataclass(frozen=True)
class Fault:
    """A way to spoil a hall-day: its check, when it is planted, the days it needs around."""

    name: str
    check: str
    stage: str
    plant: Plant
    days_before: int = 0
    days_after: int = 0


FAULTS: dict[str, Fault] = {}


def fault(
    check: str,
    name: str,
    *,
    stage: str = "trade",
    days_before: int = 0,
    days_after: int = 0,
) -> Callable[[Plant], Plant]:
    """Enter a function in FAULTS as `check name`; stage papers is after the day was closed."""

    def enter(plant: Plant) -> Plant:
        full = f"{check} {name}"
        FAULTS[full] = Fault(full, check, stage, plant, days_before, days_after)
        return plant

    return enter
