"""A book as a strip: folded rows of a hundred, a thousand and more, and the open row's numbers.

Rows that are all alike are folded into one; the row a person looks into is opened beneath, until
its numbers can be seen one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from invoices.book_runs import (
    BLANK,
    EARLIER,
    GAP,
    HELD,
    ISSUED,
    LOST,
    NOWHERE,
    RED,
    RETURNED,
    SAFE,
    VOID,
    Run,
    count_states,
    part_of,
)
from invoices.models import InvoiceRange
from ledger.text import Text

LETTERS: dict[str, Text] = {
    SAFE: Text("柜", "S"),
    HELD: Text("手", "B"),
    GAP: Text("缺", "M"),
    ISSUED: Text("开", "I"),
    RED: Text("红", "R"),
    VOID: Text("废", "V"),
    LOST: Text("失", "L"),
    RETURNED: Text("缴", "H"),
    EARLIER: Text("旧", "U"),
    NOWHERE: Text("?", "?"),
}
# What must not be overlooked is drawn last and never thinner than can be seen.
RANK = (RETURNED, SAFE, HELD, EARLIER, ISSUED, RED, VOID, GAP, LOST, NOWHERE)
PLAIN = frozenset({RETURNED, SAFE, HELD, EARLIER, ISSUED})
STEPS = (100, 1_000, 10_000, 100_000)
MOST_ROWS = 20
MOST_CELLS = 120
MOST_BARS = 240
WHOLE = 10_000
THINNEST = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a drawn row: where it begins and how wide it is, as percent, and its state."""

    x: str
    width: str
    state: str
    posted: bool


@dataclass(frozen=True, slots=True)
class StripRow:
    """Numbers drawn in one line: how they are divided, and who holds or held them."""

    first: int
    last: int
    first_no: str
    last_no: str
    bars: tuple[Bar, ...]
    counts: dict[str, int]
    holders: tuple[str, ...]
    opened: bool = False

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: its last digits, its state, and whether it is the one asked for."""

    number: str
    short: str
    state: str
    posted: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring cells of one run of custody."""

    held: InvoiceRange | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows, each level inside the open row of the one before; then the open numbers."""

    levels: tuple[tuple[StripRow, ...], ...]
    first: int
    last: int
    groups: tuple[Group, ...]


def make_strip(
    runs: Sequence[Run], ranges: Sequence[InvoiceRange], digits: int, *, at: int, asked: bool
) -> Strip:
    """Give the strip of a book's runs, opened at a number; `asked` marks that number."""
    first, last = runs[0].first, runs[-1].last
    levels = []
    while last - first + 1 > MOST_CELLS:
        step = _step(last - first + 1)
        rows = _rows(part_of(runs, first, last), digits, step, at)
        levels.append(tuple(rows))
        opened = next(row for row in rows if row.opened)
        first, last = opened.first, opened.last
    cells = _cells(part_of(runs, first, last), digits, at if asked else 0)
    return Strip(tuple(levels), first, last, tuple(_groups(cells, ranges)))


def whole_row(runs: Sequence[Run], digits: int) -> StripRow:
    """Give all numbers of a book as one row."""
    first, last = runs[0].first, runs[-1].last
    return _row(runs, digits, last - first + 1, opened=False)


def number_to_open(runs: Sequence[Run]) -> int:
    """Give the number to open a book at: the next to be used, else the first."""
    held = [run.first for run in runs if run.state == HELD]
    blank = [run.first for run in runs if run.state in BLANK]
    return (held or blank or [runs[0].first])[0]


def _step(count: int) -> int:
    return next((step for step in STEPS if -(-count // step) <= MOST_ROWS), STEPS[-1])


def _rows(runs: Sequence[Run], digits: int, step: int, at: int) -> list[StripRow]:
    """Cut into rows of a step; neighbouring rows of one and the same state are folded."""
    made: list[StripRow] = []
    alike: list[Run] = []
    first, last = runs[0].first, runs[-1].last
    for start in range(first, last + 1, step):
        part = part_of(runs, start, min(start + step - 1, last))
        opened = start <= at < start + step
        if len(part) == 1 and not opened and (not alike or _same(alike[0], part[0])):
            alike += part
            continue
        made += _folded(alike, digits, step)
        alike = [] if opened or len(part) > 1 else part
        if not alike:
            made.append(_row(part, digits, step, opened=opened))
    return [*made, *_folded(alike, digits, step)]


def _folded(alike: list[Run], digits: int, step: int) -> Iterable[StripRow]:
    if alike:
        yield _row(alike, digits, max(step, alike[-1].last - alike[0].first + 1), opened=False)


def _same(one: Run, other: Run) -> bool:
    return (one.state, one.holder, one.posted) == (other.state, other.holder, other.posted)


def _row(runs: Sequence[Run], digits: int, length: int, *, opened: bool) -> StripRow:
    first, last = runs[0].first, runs[-1].last
    return StripRow(
        first=first,
        last=last,
        first_no=f"{first:0{digits}d}",
        last_no=f"{last:0{digits}d}",
        bars=tuple(_bars(runs, length)),
        counts=count_states(runs),
        holders=tuple(dict.fromkeys(run.holder for run in runs if run.holder)),
        opened=opened,
    )


def _bars(runs: Sequence[Run], length: int) -> Iterable[Bar]:
    first = runs[0].first
    shown = runs if len(runs) <= MOST_BARS else _coarse(runs, -(-length // MOST_BARS))
    for run in sorted(shown, key=lambda one: RANK.index(one.state)):
        x = (run.first - first) * WHOLE // length
        width = (run.last - first + 1) * WHOLE // length - x
        if run.state not in PLAIN:
            width = max(width, THINNEST)
            x = min(x, WHOLE - width)
        yield Bar(_percent(x), _percent(width), run.state, run.posted)


def _coarse(runs: Sequence[Run], size: int) -> list[Run]:
    """Give the runs in pieces of a size, each in the state most worth seeing in it."""
    first = runs[0].first
    worst: dict[int, Run] = {}
    for run in runs:
        for piece in range((run.first - first) // size, (run.last - first) // size + 1):
            known = worst.get(piece)
            if known is None or RANK.index(run.state) > RANK.index(known.state):
                worst[piece] = run
    last = runs[-1].last
    return [
        Run(
            first + piece * size,
            min(first + (piece + 1) * size - 1, last),
            run.state,
            posted=run.posted,
        )
        for piece, run in sorted(worst.items())
    ]


def _percent(parts: int) -> str:
    return f"{parts // 100}.{parts % 100:02d}%"


def _cells(runs: Sequence[Run], digits: int, here: int) -> list[Cell]:
    first, last = runs[0].first, runs[-1].last
    tail = 2 if first // 100 == last // 100 else min(3, digits)
    cells = []
    for run in runs:
        for number in range(run.first, run.last + 1):
            text = f"{number:0{digits}d}"
            cells.append(Cell(text, text[-tail:], run.state, run.posted, number == here))
    return cells


def _groups(cells: Sequence[Cell], ranges: Sequence[InvoiceRange]) -> Iterable[Group]:
    first, last = int(cells[0].number), int(cells[-1].number)
    at = 0
    for held in ranges:
        if held.last_number < first or held.first_number > last:
            continue
        inside = [cell for cell in cells[at:] if int(cell.number) <= held.last_number]
        if inside:
            yield Group(held, tuple(inside))
            at += len(inside)
    if at < len(cells):
        yield Group(None, tuple(cells[at:]))
