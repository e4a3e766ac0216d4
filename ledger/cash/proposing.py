"""Which lines of a statement are which deposits: exact answers only, the same for ever.

A pure rule over two lists (DOMAIN REC-06, FIL-07): first what a memo names, then amounts that occur
once on either side, then all deposits of one day, then small subset sums. Whatever has two answers
has none here: it stays for a person to decide, and is never given to who came first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from ledger.cash.bank_lines import WINDOW_DAYS, BankLine, OpenDeposit
from ledger.text import Text

T = TypeVar("T")
MOST_PARTS = 4
MOST_CANDIDATES = 12
"""Subset sums of so many out of so many: at most some 800 sums a line."""
HOW: dict[str, Text] = {
    "code": Text("摘要交接码", "Code in the memo"),
    "amount": Text("金额唯一", "The only one of that amount"),
    "day": Text("当日合计", "All deposits of the day"),
    "sum": Text("组合合计", "The only sum that fits"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Deposits and lines that come to the same, and by which rule they were found."""

    deposits: tuple[OpenDeposit, ...]
    lines: tuple[BankLine, ...]
    how: str

    @property
    def amount_fen(self) -> int:
        """Give what the bank credited."""
        return sum(line.amount_fen for line in self.lines)


def propose_matches(deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]) -> list[Proposal]:
    """Give the exact matches; no deposit and no line is in two of them.

    The order in which deposits and lines are given makes no difference.
    """
    deposits = sorted(deposits, key=lambda one: (one.on, one.number))
    lines = sorted(lines, key=lambda one: (one.on, one.name))
    found, named = _by_code(deposits, lines)
    # What a memo names belongs there, also where it does not add up: a person looks at it.
    deposits = [one for one in deposits if one.number not in named]
    lines = [one for one in lines if one.name not in named]
    for rule in (_by_amount, _by_day, _by_sum):
        more = list(rule(deposits, lines))
        found += more
        used = {one.number for p in more for one in p.deposits}
        used |= {one.name for p in more for one in p.lines}
        deposits = [one for one in deposits if one.number not in used]
        lines = [one for one in lines if one.name not in used]
    return sorted(found, key=lambda one: (one.lines[0].on, one.lines[0].name))


def in_window(deposit: OpenDeposit, line: BankLine) -> bool:
    """Tell whether the bank could have credited the deposit that day."""
    return dt.timedelta(0) <= line.on - deposit.on <= dt.timedelta(days=WINDOW_DAYS)


def names_code(memo: str, code: str) -> bool:
    """Tell whether a memo carries a code as a word of its own."""
    bound = "0-9A-Za-z"
    return bool(code) and bool(
        re.search(rf"(?<![{bound}-]){re.escape(code)}(?![{bound}])(?!-[{bound}])", memo)
    )


def _by_code(
    deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]
) -> tuple[list[Proposal], set[str]]:
    """Give the groups whose memos tie them together and that add up; and all that memos name."""
    ties = [
        (deposit, line)
        for line in lines
        for deposit in deposits
        if any(names_code(line.memo, code) for code in deposit.codes)
    ]
    group: dict[str, set[str]] = {}
    for deposit, line in ties:
        joined = group.get(deposit.number, {deposit.number}) | group.get(line.name, {line.name})
        for name in joined:
            group[name] = joined
    found = []
    for names in {min(names): names for names in group.values()}.values():
        own = tuple(one for one in deposits if one.number in names)
        theirs = tuple(one for one in lines if one.name in names)
        exact = sum(d.amount_fen for d in own) == sum(line.amount_fen for line in theirs)
        if exact and all(in_window(d, line) for d in own for line in theirs):
            found.append(Proposal(own, theirs, "code"))
    return found, set(group)


def _by_amount(deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]) -> Iterator[Proposal]:
    pairs = [
        (deposit, line)
        for line in lines
        for deposit in deposits
        if deposit.amount_fen == line.amount_fen and in_window(deposit, line)
    ]
    times = Counter(deposit.number for deposit, _ in pairs)
    times.update(line.name for _, line in pairs)
    for deposit, line in pairs:
        if times[deposit.number] == 1 and times[line.name] == 1:
            yield Proposal((deposit,), (line,), "amount")


def _by_day(deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]) -> Iterator[Proposal]:
    days: dict[dt.date, list[OpenDeposit]] = {}
    for deposit in deposits:
        days.setdefault(deposit.on, []).append(deposit)
    wholes = {day: tuple(those) for day, those in days.items() if len(those) > 1}
    candidates = [
        Proposal(those, (line,), "day")
        for line in lines
        for those in wholes.values()
        if in_window(those[0], line) and sum(d.amount_fen for d in those) == line.amount_fen
    ]
    yield from _alone(candidates)


def _by_sum(deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]) -> Iterator[Proposal]:
    candidates = []
    for line in lines:
        near = [one for one in deposits if in_window(one, line)]
        candidates += [
            Proposal(those, (line,), "sum") for those in _sums(near, line.amount_fen, _slip)
        ]
    for deposit in deposits:
        around = [one for one in lines if in_window(deposit, one)]
        candidates += [
            Proposal((deposit,), those, "sum")
            for those in _sums(around, deposit.amount_fen, _credit)
            if len(those) > 1
        ]
    yield from (one for one in _alone(candidates) if len(one.deposits) + len(one.lines) > 2)


def _sums(those: Sequence[T], fen: int, size: Callable[[T], int]) -> Iterator[tuple[T, ...]]:
    if len(those) > MOST_CANDIDATES:
        return
    for count in range(1, MOST_PARTS + 1):
        for some in combinations(those, count):
            if sum(map(size, some)) == fen:
                yield some


def _alone(candidates: Iterable[Proposal]) -> Iterator[Proposal]:
    """Give the candidates of which no part is in another candidate."""
    listed = list(candidates)
    times = Counter(
        name
        for one in listed
        for name in (*(d.number for d in one.deposits), *(line.name for line in one.lines))
    )
    for one in listed:
        names = (*(d.number for d in one.deposits), *(line.name for line in one.lines))
        if all(times[name] == 1 for name in names):
            yield one


def _slip(deposit: OpenDeposit) -> int:
    return deposit.amount_fen


def _credit(line: BankLine) -> int:
    return line.amount_fen
