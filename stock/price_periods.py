"""The prices of one item as periods that follow each other: what a new one does to the others.

Pure rules. A new price from a day on closes the earlier one the day before; what ran before that
day stays as it was. A price that ends gives way to the one it interrupted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger.times import A_DAY


@dataclass(frozen=True, slots=True)
class Period:
    """A price in fen from a day to a day, both included; open where `last` is None."""

    first: dt.date
    last: dt.date | None
    price_fen: int

    def covers(self, day: dt.date) -> bool:
        """Tell whether the price is in force on the day."""
        return self.first <= day and (self.last is None or day <= self.last)


def in_force(periods: Iterable[Period], day: dt.date) -> Period | None:
    """Give the period of the day, the latest begun where a file made several run at once."""
    return max((p for p in periods if p.covers(day)), key=lambda p: p.first, default=None)


def planned_within(periods: Iterable[Period], new: Period) -> dt.date | None:
    """Give the first day inside a new, ending period on which another price is planned to begin."""
    if new.last is None:
        return None
    return min((p.first for p in periods if new.first < p.first <= new.last), default=None)


def place_period(periods: Iterable[Period], new: Period) -> list[Period]:
    """Give the periods that are new or changed once `new` has its place among the known ones.

    A new price without an end runs until the next planned one. Where it ends inside the price it
    interrupts, that one goes on the day after; the same price said again from the same day with an
    end just ends.
    """
    known = list(periods)
    following = min((p.first for p in known if p.first > new.first), default=None)
    interrupted = in_force(known, new.first)
    if following is not None and (new.last is None or new.last >= following):
        new = replace(new, last=following - A_DAY)
    changed = [new]
    changed += [
        replace(p, last=new.first - A_DAY)
        for p in known
        if p.first < new.first and p.covers(new.first)
    ]
    if interrupted is None or new.last is None or _ends(interrupted, new):
        return changed
    if interrupted.last is None or interrupted.last > new.last:
        changed.append(replace(interrupted, first=new.last + A_DAY))
    return changed


def lay_over(periods: Iterable[Period]) -> list[Period]:
    """Give periods that follow each other for ones that overlap: the latest begun goes first.

    Each begins at most once a day; one that was interrupted goes on as a period of its own.
    """
    given = list(periods)
    edges = sorted({p.first for p in given} | {p.last + A_DAY for p in given if p.last})
    laid: list[Period] = []
    running: Period | None = None
    for edge in edges:
        present = in_force(given, edge)
        if present is running and running is not None:
            continue
        if running is not None:
            laid[-1] = replace(laid[-1], last=edge - A_DAY)
        if present is not None:
            laid.append(replace(present, first=edge))
        running = present
    return laid


def _ends(known: Period, new: Period) -> bool:
    return known.first == new.first and known.price_fen == new.price_fen
