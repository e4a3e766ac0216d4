"""A made-up hall audited by the product and by the oracle, and every point where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from backoffice.folder import load_folder
from ledger.audit.check import known_check
from tests.generator import MadeHall
from tests.oracle import find_in
from tests.oracle.findings import show_yuan
from tests.oracle.reading import Evidence, read_folders
from tests.scenarios.made_halls import audit

NOON = "T12:00:00+08:00"
LONG_AFTER = "2099-01-01T00:00:00+08:00"

Key = tuple[str, str, str | None]
"""Check, subject and difference, in yuan or pieces: what two audits are compared by."""

Found = dict[Key, str]
"""Key -> all a person would want to see beside it when the two differ."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A run in which the two audits differ, and what only one of them found."""

    hall: str
    date: str
    now: str
    only_product: Found
    only_oracle: Found

    def __str__(self) -> str:
        lines = [f"{self.hall} {self.date}, run at {self.now}"]
        lines += [
            f"  only the product: {key} {self.only_product[key]}" for key in self.only_product
        ]
        lines += [f"  only the oracle:  {key} {self.only_oracle[key]}" for key in self.only_oracle]
        return "\n".join(lines)


def evening(date: str) -> str:
    """The evening pass: before anything of the next day is due."""
    return f"{date}T22:30:00+08:00"


def next_noon(date: str) -> str:
    """The minute at which the day's sources are due."""
    return f"{dt.date.fromisoformat(date) + dt.timedelta(days=1)}{NOON}"


def before_next_noon(date: str) -> str:
    """The last second before the day's sources are due."""
    return f"{dt.date.fromisoformat(date) + dt.timedelta(days=1)}T11:59:59+08:00"


def days_after(date: str, days: int) -> str:
    """Noon some days later."""
    return f"{dt.date.fromisoformat(date) + dt.timedelta(days=days)}{NOON}"


def load(engine: Engine, made: MadeHall) -> None:
    """Load every day-folder of a hall, in order."""
    for folder in made.folders:
        load_folder(engine, folder)


def differences(
    engine: Engine, made: MadeHall, *, moments: dict[str, list[str]]
) -> Iterator[Difference]:
    """Audit the hall's dates at the given times by both; gives the runs that differ."""
    evidence = read_folders(made.folders)
    for date, times in moments.items():
        for now in times:
            ours, theirs = _ours(engine, made.code, date, now), _theirs(evidence, date, now)
            if ours.keys() != theirs.keys():
                yield Difference(
                    made.code,
                    date,
                    now,
                    {key: ours[key] for key in sorted(ours.keys() - theirs.keys(), key=str)},
                    {key: theirs[key] for key in sorted(theirs.keys() - ours.keys(), key=str)},
                )


def _ours(engine: Engine, hall: str, date: str, now: str) -> Found:
    day = dt.date.fromisoformat(date)
    return {
        (f.check, f.subject, _shown(f.check, f.difference)): (
            f"clerk {f.clerk}, expected {f.expected}, found {f.found}, {f.severity}"
        )
        for f in audit(engine, hall, day, now=dt.datetime.fromisoformat(now))
    }


def _shown(check: str, difference: int | None) -> str | None:
    """A difference as the oracle writes it: in yuan, or in pieces where a check counts those."""
    if difference is None:
        return None
    known = known_check(check)
    return str(difference) if known and known.in_pieces else show_yuan(difference)


def _theirs(evidence: Evidence, date: str, now: str) -> Found:
    return {
        f.key: f"clerk {f.clerk}, expected {f.expected}, found {f.found}, {f.severity}"
        for f in find_in(evidence, date, now=now)
    }
