"""Made-up halls with ordinary messy days, repeatable by seed, and faults planted in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.generator.closing import declare_day, settle_day
from tests.generator.faults import FAULTS, Fault, Planted, plan_faults
from tests.generator.ordinary import empty_hall, trade
from tests.generator.world import Hall
from tests.generator.writing import write_hall

__all__ = ["FAULTS", "Fault", "MadeHall", "Planted", "build_hall", "make_hall"]


@dataclass(frozen=True)
class MadeHall:
    """A hall on disk: its code, dates and day-folders in order, and what was planted in it."""

    code: str
    dates: list[str]
    folders: list[Path]
    planted: list[Planted]


def make_hall(
    folder: Path, *, seed: int, days: int = 2, faults: Sequence[str] | int = (), txns: int = 40
) -> MadeHall:
    """Write the hall of `seed` under `folder`: `days` folders of about `txns` transactions each.

    `faults` are names of FAULTS, or how many the seed is to choose. The same arguments give the
    same bytes.
    """
    hall, planted = build_hall(seed=seed, days=days, faults=faults, txns=txns)
    folders = write_hall(hall, folder)
    return MadeHall(hall.code, [day.date for day in hall.days], folders, planted)


def build_hall(
    *, seed: int, days: int = 2, faults: Sequence[str] | int = (), txns: int = 40
) -> tuple[Hall, list[Planted]]:
    """Make the hall of `seed` in memory; see `make_hall`."""
    hall = empty_hall(seed, days)
    if isinstance(faults, int):
        faults = hall.rng.sample(sorted(FAULTS), k=faults)
    plan = plan_faults(hall, faults)
    trade(hall, txns=txns, before_night=plan.plant_trade)
    for day in hall.days:
        settle_day(hall, day, hall.rng)
        declare_day(hall, day, hall.rng)
    for day in hall.days:
        plan.plant_papers(day)
    return hall, plan.planted
