"""The product against the oracle: 200 hall-days of random faults, and every fault by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backoffice.database import make_engine
from tests.generator import FAULTS, MadeHall, make_hall
from tests.scenarios.agreement import (
    LONG_AFTER,
    before_next_noon,
    days_after,
    differences,
    evening,
    load,
    next_noon,
)

HALLS = 100
DAYS = 2
FAULTS_A_HALL = 25
FIRST_SEED = 1
"""A hall's form numbers begin with its seed and have eight digits, so seeds stay under 1,000."""
SEEDS_TRIED = 40
REFUND_IS_DUE = 9
"""Nine days on, a refund of the audited day is at the edge of its seven working days."""


def compare_with_oracle(kind: str, url: str, folder: Path) -> bool:
    """Audit made-up halls by product and oracle; prints each difference, gives whether none is."""
    engine = make_engine(url)
    runs = found = 0
    for made in (*_random_halls(folder / kind), *_halls_of_each_fault(folder / kind)):
        load(engine, made)
        moments = {date: _moments(date) for date in made.dates}
        runs += sum(len(times) for times in moments.values())
        for difference in differences(engine, made, moments=moments):
            print(difference)
            found += 1
    engine.dispose()
    print(
        f"oracle on {kind}: {HALLS * DAYS} hall-days with {FAULTS_A_HALL} faults in each {DAYS},"
        f" and each of {len(FAULTS)} faults by itself\n"
        f"  {runs} runs, {found} differ: {'kept' if found == 0 else 'NOT KEPT'}"
    )
    return found == 0


def _moments(date: str) -> list[str]:
    return [
        evening(date),
        before_next_noon(date),
        next_noon(date),
        days_after(date, REFUND_IS_DUE),
        LONG_AFTER,
    ]


def _random_halls(folder: Path) -> Iterator[MadeHall]:
    for seed in range(FIRST_SEED, FIRST_SEED + HALLS):
        yield make_hall(folder / str(seed), seed=seed, days=DAYS, faults=FAULTS_A_HALL)


def _halls_of_each_fault(folder: Path) -> Iterator[MadeHall]:
    """Give for each fault the hall of the first seed that has a place for it."""
    first = FIRST_SEED + HALLS
    for name, fault in FAULTS.items():
        days = max(2, fault.days_before + fault.days_after + 1)
        for seed in range(first, first + SEEDS_TRIED):
            made = make_hall(folder / str(seed), seed=seed, days=days, txns=12, faults=[name])
            if made.planted:
                yield made
                break
        else:
            raise LookupError(f"no seed has a place for the fault {name}")
        first = seed + 1
