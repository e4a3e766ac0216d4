"""A scan sheet as pages show it: its title, its verdicts as chips, its rows and counters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backoffice.pages.scanning import ScanRow
from ledger.accounts import Commodity
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.scan_sheets import count_sheet, latest_lines
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import ON_THE_DOCUMENT, PROPOSED, VERDICTS

LAST_SCANS = 30
Counter = tuple[str, Text, int]


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What a sheet holds of one item: how many pieces that go on the document."""

    code: str
    name: str
    unit: str
    pieces: int


def row_of(line: ScanLine, names: Mapping[str, str]) -> ScanRow:
    """Give a scan as one of the last: its code, its verdict in words, and a way to undo it."""
    verdict = VERDICTS[line.verdict]
    item = names.get(line.item, line.item)
    pieces = f" × {line.quantity}" if line.quantity > 1 else ""
    said = [
        Text(f"{item}{pieces}", f"{item}{pieces}"),
        verdict.text,
        Text(line.note_zh, line.note_en),
    ]
    return ScanRow(
        code=line.code,
        tone=verdict.tone,
        text=Text(
            " · ".join(part.zh for part in said if part.zh),
            " · ".join(part.en for part in said if part.en),
        ),
        undo=str(line.line_no),
        confirm=str(line.line_no) if line.verdict == PROPOSED else "",
    )


def last_rows(uow: UnitOfWork, sheet: ScanSheet) -> list[ScanRow]:
    """Give the last scans, the latest first."""
    lines = latest_lines(uow, sheet, LAST_SCANS)
    names = item_names(uow, {line.item for line in lines})
    return [row_of(line, names) for line in lines]


def counters_of(uow: UnitOfWork, sheet: ScanSheet, *, expected: int | None = None) -> list[Counter]:
    """Give the counters: should be, scanned, unexpected, twice, and what was not taken."""
    count = count_sheet(uow, sheet)
    counters: list[Counter] = []
    if expected is not None:
        counters.append(("expected", Text("应有", "Should be"), expected))
    counters.append(("scanned", Text("已记", "Taken"), count.scanned))
    if expected is not None:
        counters.append(("unexpected", Text("清单外", "Unexpected"), count.of("unexpected")))
    counters.append(("twice", Text("重复", "Twice"), count.of("twice")))
    counters.append(("refused", Text("未记入", "Not taken"), count.refused))
    return counters


def sums_of_items(uow: UnitOfWork, lines: Sequence[ScanLine]) -> list[ItemSum]:
    """Give what the good lines come to, item by item."""
    pieces: dict[str, int] = {}
    for line in lines:
        if line.verdict in ON_THE_DOCUMENT:
            pieces[line.item] = pieces.get(line.item, 0) + line.quantity
    items = uow.session.scalars(select(Commodity).where(Commodity.code.in_(pieces)))
    return sorted(
        (ItemSum(one.code, one.name, one.unit, pieces[one.code]) for one in items),
        key=lambda one: one.code,
    )


def item_names(uow: UnitOfWork, codes: Iterable[str]) -> dict[str, str]:
    """Give item code -> name."""
    rows = uow.session.execute(
        select(Commodity.code, Commodity.name).where(Commodity.code.in_(set(codes)))
    )
    return dict(rows.all())
