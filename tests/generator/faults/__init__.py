"""All faults by name, and how they are planted in a made-up hall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tests.generator.faults.books
import tests.generator.faults.cash
import tests.generator.faults.cash_moves
import tests.generator.faults.doubles
import tests.generator.faults.drawn_forms
import tests.generator.faults.duty
import tests.generator.faults.forms
import tests.generator.faults.goods
import tests.generator.faults.goods_counted
import tests.generator.faults.goods_odd
import tests.generator.faults.goods_prices
import tests.generator.faults.invoices
import tests.generator.faults.links_later
import tests.generator.faults.reds_of_goods
import tests.generator.faults.refund_executions
import tests.generator.faults.refund_papers
import tests.generator.faults.refunds
import tests.generator.faults.settlement
import tests.generator.faults.sources
import tests.generator.faults.tariff  # noqa: F401  (importing these fills FAULTS)
from tests.generator.desk import Desk
from tests.generator.faults.site import FAULTS, Fault, Planted, Site
from tests.generator.world import Day, Hall

__all__ = ["FAULTS", "Fault", "Plan", "Planted", "plan_faults"]


@dataclass
class Plan:
    """Which fault is planted on which day, and what has come of those already planted."""

    hall: Hall
    chosen: list[tuple[Fault, Day]]
    planted: list[Planted]

    def plant_trade(self, day: Day, desks: list[Desk]) -> None:
        """Plant the faults of the trade of one day, each at a desk the hall's seed chooses."""
        self._plant(day, desks, stage="trade")

    def plant_papers(self, day: Day) -> None:
        """Plant the faults of the papers of one day that was closed."""
        desks = [Desk(self.hall, day, human, self.hall.rng) for human in day.working]
        self._plant(day, desks, stage="papers")

    def _plant(self, day: Day, desks: list[Desk], *, stage: str) -> None:
        for fault in self._of(day, stage):
            desk = self.hall.rng.choice(desks)
            site = Site(fault.name, fault.check, self.hall, day, desk, desks, self.hall.rng)
            self.planted += fault.plant(site)

    def _of(self, day: Day, stage: str) -> Iterator[Fault]:
        return (fault for fault, on in self.chosen if on is day and fault.stage == stage)


def plan_faults(hall: Hall, names: Sequence[str]) -> Plan:
    """Choose a day for each named fault; one that needs more days than the hall has is left out."""
    chosen = []
    for name in names:
        fault = FAULTS[name]
        possible = hall.days[fault.days_before : len(hall.days) - fault.days_after]
        if possible:
            chosen.append((fault, hall.rng.choice(possible)))
    return Plan(hall, chosen, [])
