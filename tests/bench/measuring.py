"""Taking turns between ours and the floor, and printing the medians with their machine."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import create_engine

ROUNDS = 5


@dataclass
class Comparison:
    """Two ways to the same result, run in turns; seconds of each round."""

    name: str
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def run(
        self,
        ours: Callable[[int], None],
        floor: Callable[[int], None],
        *,
        rounds: int = ROUNDS,
    ) -> None:
        """Run both in turns so many times; each is given the number of its round."""
        for number in range(rounds):
            for times, work in ((self.floor, floor), (self.ours, ours)):
                start = time.perf_counter()
                work(number)
                times.append(time.perf_counter() - start)

    @property
    def ratio(self) -> float:
        """Give how many times the floor's time ours takes, by the medians."""
        return statistics.median(self.ours) / statistics.median(self.floor)

    def report(self, *, limit: float, rows: int) -> bool:
        """Print medians, rates and the ratio beside its limit; gives whether it is kept."""
        ours, floor = statistics.median(self.ours), statistics.median(self.floor)
        kept = self.ratio <= limit
        print(
            f"{self.name}\n  ours {ours:.3f} s ({rows / ours:,.0f} rows/s),"
            f" floor {floor:.3f} s ({rows / floor:,.0f} rows/s)\n"
            f"  ratio {self.ratio:.2f}, limit {limit:.2f}: {'kept' if kept else 'NOT KEPT'}"
        )
        return kept


def describe_machine(version: str) -> None:
    """Print what the numbers depend on: processor, cores, load, Python and server version."""
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load}")
    print(f"Python {platform.python_version()}, PostgreSQL {version}\n")


def server_version(url: str) -> str:
    """Give the version of the PostgreSQL server behind a SQLAlchemy address."""
    engine = create_engine(url)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    engine.dispose()
    return str(version)
