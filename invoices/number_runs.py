"""Runs of form numbers, and the proof that they tile: each number once, no hole, no overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class NumberRun:
    """The numbers from `first` to `last`, both told with `digits` digits."""

    digits: int
    first: int
    last: int

    @classmethod
    def of(cls, first_no: str, last_no: str) -> NumberRun:
        """Give the run of two numbers of one length."""
        return cls(len(first_no), int(first_no), int(last_no))

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1

    @property
    def first_no(self) -> str:
        """The first number with its leading zeros."""
        return f"{self.first:0{self.digits}d}"

    @property
    def last_no(self) -> str:
        """The last number with its leading zeros."""
        return f"{self.last:0{self.digits}d}"

    def __str__(self) -> str:
        """Write it as short as it is: a single number alone."""
        return self.first_no if self.first == self.last else f"{self.first_no}–{self.last_no}"


NumberRuns = tuple[NumberRun, ...]


def count_of(runs: Iterable[NumberRun]) -> int:
    """Give how many numbers some runs have."""
    return sum(one.count for one in runs)


def join_runs(runs: Iterable[NumberRun]) -> NumberRuns:
    """Give the same numbers as the fewest runs in order; neighbours become one."""
    joined: list[NumberRun] = []
    for one in sorted(runs):
        before = joined[-1] if joined else None
        if before and before.digits == one.digits and before.last + 1 == one.first:
            joined[-1] = NumberRun(one.digits, before.first, one.last)
        else:
            joined.append(one)
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Break:
    """Where two sides do not tile: the first run that one side has more often than the other.

    `left` and `right` are how often each side has its numbers.
    """

    run: NumberRun
    left: int
    right: int


def find_break(left: Iterable[NumberRun], right: Iterable[NumberRun]) -> Break | None:
    """Give the first run that is not exactly once on either side; None where both tile.

    The sides are swept together by their ends, so it does not matter how many numbers there are.
    """
    steps: dict[tuple[int, int], list[int]] = {}
    for side, runs in enumerate((left, right)):
        for one in runs:
            steps.setdefault((one.digits, one.first), [0, 0])[side] += 1
            steps.setdefault((one.digits, one.last + 1), [0, 0])[side] -= 1
    ends: Sequence[tuple[int, int]] = sorted(steps)
    depth = [0, 0]
    for place, end in enumerate(ends):
        depth = [had + step for had, step in zip(depth, steps[end], strict=True)]
        if depth not in ([0, 0], [1, 1]):
            digits, first = end
            return Break(NumberRun(digits, first, ends[place + 1][1] - 1), depth[0], depth[1])
    return None
