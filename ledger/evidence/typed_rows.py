"""Records become typed rows, column by column, with every problem found and not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ledger.errors import BadInput, Problem
from ledger.evidence.called_out import wrong_change
from ledger.evidence.cells import (
    PLAIN_CELLS,
    CellReader,
    CellValue,
    UnreadableCell,
    cell_reader,
    read_plain_instant,
)
from ledger.evidence.delimited import Record, in_chunks, is_blank
from ledger.evidence.headers import Header
from ledger.evidence.kinds import CellType, Column, Kind
from ledger.evidence.readings import NumberText, Row
from ledger.text import Text

_ENOUGH_PROBLEMS = 1000
_LARGEST_CACHE = 50_000


class TypedRows:
    """Collects the typed rows of one kind; `finish` gives them or raises all problems together."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: list[Row] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self._readers = [_CachedReader(column) for column in kind.columns]

    def add_columns(self, lines: Sequence[int], columns: Sequence[Sequence[str] | None]) -> None:
        """Read cells given column by column in the order of the kind, None for an absent column."""
        typed = [
            self._read_column(reader, cells, lines)
            for reader, cells in zip(self._readers, columns, strict=True)
        ]
        self.stop_if_hopeless()
        if not self.problems:
            self.problems += wrong_change(self.kind, typed, lines)
        if not self.problems:
            _settle_line_kinds(self.kind, typed)
            self.rows.extend(zip(*typed, strict=True))
            self.lines.extend(lines)

    def stop_if_hopeless(self) -> None:
        """Raise what was found once it is far more than will be shown."""
        if len(self.problems) > _ENOUGH_PROBLEMS:
            raise BadInput(self.problems)

    def finish(self) -> tuple[list[Row], list[int]]:
        """Give rows and line numbers; raises BadInput if anything could not be read."""
        if self.problems:
            self.problems.sort(key=lambda problem: problem.line)
            raise BadInput(self.problems)
        return self.rows, self.lines

    def _read_column(
        self, reader: _CachedReader, cells: Sequence[str] | None, lines: Sequence[int]
    ) -> list[Any]:
        if cells is None:
            return [reader.column.default] * len(lines)
        try:
            if reader.takes_whole(cells):
                return reader.read_whole(cells)
            return list(map(reader.values.__getitem__, cells))
        except UnreadableCell:
            self._note_problems(reader, cells, lines)
            return []
        finally:
            reader.forget_if_large()

    def _note_problems(
        self, reader: _CachedReader, cells: Sequence[str], lines: Sequence[int]
    ) -> None:
        for line, cell in zip(lines, cells, strict=True):
            try:
                reader.values[cell]
            except UnreadableCell as unreadable:
                self.problems.append(Problem(unreadable.text, line=line, column=reader.column.name))


def read_rows(header: Header, records: Iterable[Record]) -> tuple[list[Row], list[int]]:
    """Read the records under a hall header; raises BadInput with line and column of each problem.

    A record may be longer than the header by empty cells only, and never shorter.
    """
    typed = TypedRows(header.kind)
    for chunk in in_chunks(records):
        fitting = [record for record in chunk if fits_width(record, header.width, typed.problems)]
        if not fitting:
            continue
        lines = [line for line, _ in fitting]
        # Cells beyond the width are empty, and zip stops at the shortest record.
        by_place = list(zip(*(cells for _, cells in fitting), strict=False))
        typed.add_columns(
            lines, [None if place is None else by_place[place] for place in header.places]
        )
    return typed.finish()


def sum_amounts(kind: Kind, rows: list[Row]) -> dict[str, int]:
    """Count the rows and add up each column of money in fen, as `rows` and by column name."""
    sums = {"rows": len(rows)}
    for place, column in enumerate(kind.columns):
        if column.reads is CellType.MONEY:
            amounts = [row[place] for row in rows if row[place] is not None]
            if any(amounts) or (amounts and not column.optional):
                sums[column.name] = sum(amounts)
    return sums


class _CachedReader:
    """The reader of one column, remembering what it has read: amounts and words come again."""

    __slots__ = ("column", "plain", "values")

    def __init__(self, column: Column) -> None:
        self.column = column
        self.values = _ReadCells(cell_reader(column))
        cell = PLAIN_CELLS.get(column.reads, "")
        if column.reads is CellType.TEXT:
            least = 0 if (column.optional or column.may_be_blank) and column.default == "" else 1
            cell = f"[0-9A-Za-z_/-]{{{least},{column.limit}}}"
        self.plain = re.compile(rf"{cell}(?:\n{cell})*", re.ASCII) if cell else None

    def takes_whole(self, cells: Sequence[str]) -> bool:
        """Say whether all these cells are as plain as cells of the column nearly always are."""
        if self.plain is None or NumberText in set(map(type, cells)):
            return False
        joined = "\n".join(cells)
        if joined.count("\n") != len(cells) - 1:
            return False
        return self.plain.fullmatch(joined) is not None

    def read_whole(self, cells: Sequence[str]) -> list[Any]:
        """Read cells that all are plain; equal texts are kept once."""
        if self.column.reads is CellType.MONEY:
            return [int(cell[:-3] + cell[-2:]) for cell in cells]
        if self.column.reads is CellType.INSTANT:
            return list(map(read_plain_instant, cells))
        known: dict[str, str] = {}
        return list(map(known.setdefault, cells, cells))

    def forget_if_large(self) -> None:
        if len(self.values) > _LARGEST_CACHE:
            self.values.clear()


class _ReadCells(dict[str, Any]):
    __slots__ = ("read",)

    def __init__(self, read: CellReader) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: str) -> CellValue:
        value = self[cell] = self.read(cell)
        return value


def fits_width(record: Record, width: int, problems: list[Problem]) -> bool:
    """Say whether a record fits its header; where it does not, a problem is added.

    It may be longer by empty cells only, and never shorter.
    """
    line, cells = record
    if len(cells) == width or (len(cells) > width and is_blank(cells[width:])):
        return True
    if len(cells) < width:
        sentence = Text(
            f"这一行只有 {len(cells)} 列,应有 {width} 列;文件可能被截断。",
            f"The row has {len(cells)} cells for {width} columns; the file may be cut off.",
        )
    else:
        sentence = Text(
            f"这一行有 {len(cells)} 列,应有 {width} 列;含逗号的内容要加引号。",
            f"The row has {len(cells)} cells for {width} columns; quote cells that hold commas.",
        )
    problems.append(Problem(sentence, line=line))
    return False


def _settle_line_kinds(kind: Kind, typed: list[list[Any]]) -> None:
    """Give account lines without a 行性质 theirs: a sale, or a refund where money went out."""
    if kind.name != "accounts":
        return
    place, received = kind.position("line_kind"), kind.position("received")
    typed[place] = [
        line_kind or ("refund" if amount < 0 else "sale")
        for line_kind, amount in zip(typed[place], typed[received], strict=True)
    ]
