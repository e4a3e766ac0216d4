"""A file read through a mapping: its columns looked up by name, its rows kept, made and grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import UnreadableCell
from ledger.evidence.delimited import (
    Record,
    find_delimiter,
    first_line,
    in_chunks,
    read_records,
)
from ledger.evidence.headers import plain_name
from ledger.evidence.mapping_operations import Operation
from ledger.evidence.mappings import Group, Mapping
from ledger.evidence.readings import Reading, Row
from ledger.evidence.sources import Source, sheet_records
from ledger.evidence.typed_rows import TypedRows, fits_width, sum_amounts
from ledger.text import Text

_LARGEST_CACHE = 50_000


@dataclass(slots=True)
class _Maker:
    """One of our columns on its way: where its foreign cells stand, and what is remembered."""

    target: str
    operation: Operation
    places: tuple[int, ...]
    made: dict[tuple[str, ...], str] = field(default_factory=dict)
    counted: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def cell(self, cells: tuple[str, ...]) -> str:
        if self.operation.counts:
            self.counted[cells] += 1
            return str(self.counted[cells])
        made = self.made.get(cells)
        if made is None:
            made = self.made[cells] = self.operation.compute(cells)
        return made


def read_mapped(source: Source, mapping: Mapping) -> Reading:
    """Read a file through a mapping; raises BadInput with every line that cannot be read.

    The reading names mapping and version, so that what it was read by is known for ever.
    """
    records = _records(source, mapping)
    names, width = _header(records, mapping)
    makers = _makers(names, mapping)
    tests = [(condition, names[plain_name(condition.column)]) for condition in mapping.conditions]
    typed = TypedRows(mapping.kind)
    seen = 0
    for chunk in in_chunks(records):
        kept = [
            record
            for record in chunk
            if fits_width(record, width, typed.problems)
            and all(condition.holds(record[1][place]) for condition, place in tests)
        ]
        seen += len(chunk)
        if kept:
            _add(typed, makers, kept)
        typed.stop_if_hopeless()
    rows, lines = typed.finish()
    if mapping.group is not None:
        rows, lines = _grouped(rows, lines, mapping, mapping.group)
    return Reading(
        mapping.kind.name,
        "mapping",
        tuple(column.name for column in mapping.kind.columns),
        rows,
        lines,
        notes=_notes(mapping, seen, len(rows)),
        sums=sum_amounts(mapping.kind, rows),
        mapping=f"{mapping.name}@{mapping.version}",
    )


def _records(source: Source, mapping: Mapping) -> Iterator[Record]:
    skip = mapping.file.skip_lines
    if source.sheet is not None:
        return (record for record in sheet_records(source.sheet) if record[0] > skip)
    text = source.text
    for _ in range(skip):
        text = text.partition("\n")[2]
    delimiter = mapping.file.delimiter or find_delimiter(first_line(text))
    records = read_records(text, delimiter=delimiter)
    return ((line + skip, cells) for line, cells in records)


def _header(records: Iterator[Record], mapping: Mapping) -> tuple[dict[str, int], int]:
    """Give the places of the foreign columns and the width; raises BadInput naming what lacks."""
    if mapping.file.columns:
        line, cells = 0, list(mapping.file.columns)
    else:
        line, cells = next(records, (0, []))
    names: dict[str, int] = {}
    doubled: set[str] = set()
    for place, cell in enumerate(cells):
        name = plain_name(cell)
        if name in names:
            doubled.add(name)
        elif name:
            names[name] = place
    problems = []
    for needed in _needed(mapping):
        if plain_name(needed) not in names:
            problems.append(Problem(_missing(mapping.name), line=line, column=needed))
        elif plain_name(needed) in doubled:
            sentence = Text("这一列出现两次。", "This column is there twice.")
            problems.append(Problem(sentence, line=line, column=needed))
    if problems:
        raise BadInput(problems)
    return names, len(cells)


def _needed(mapping: Mapping) -> list[str]:
    needed = [condition.column for condition in mapping.conditions]
    for operation in mapping.operations.values():
        needed.extend(operation.columns)
    return list(dict.fromkeys(needed))


def _makers(names: dict[str, int], mapping: Mapping) -> list[_Maker | None]:
    """Give a maker for each column of the kind in its order, None where the mapping has none."""
    makers: list[_Maker | None] = []
    for column in mapping.kind.columns:
        operation = mapping.operations.get(column.name)
        if operation is None:
            makers.append(None)
        else:
            places = tuple(names[plain_name(name)] for name in operation.columns)
            makers.append(_Maker(column.name, operation, places))
    return makers


def _add(typed: TypedRows, makers: Sequence[_Maker | None], kept: list[Record]) -> None:
    lines = [line for line, _ in kept]
    by_place = list(zip(*(cells for _, cells in kept), strict=False))
    columns: list[Sequence[str] | None] = []
    before = len(typed.problems)
    for column, maker in zip(typed.kind.columns, makers, strict=True):
        if maker is not None:
            columns.append(_make(maker, by_place, lines, typed.problems))
        elif column.may_be_blank:
            columns.append([""] * len(lines))
        else:
            columns.append(None)
    if len(typed.problems) == before:
        typed.add_columns(lines, columns)


def _make(
    maker: _Maker,
    by_place: list[tuple[str, ...]],
    lines: list[int],
    problems: list[Problem],
) -> list[str]:
    if not maker.places:
        return [maker.cell(())] * len(lines)
    made: list[str] = []
    for line, cells in zip(
        lines, zip(*(by_place[place] for place in maker.places), strict=True), strict=True
    ):
        try:
            made.append(maker.cell(cells))
        except UnreadableCell as unreadable:
            problems.append(Problem(unreadable.text, line=line, column=maker.target))
    if len(maker.made) > _LARGEST_CACHE:
        maker.made.clear()
    return made


def _grouped(
    rows: list[Row], lines: list[int], mapping: Mapping, group: Group
) -> tuple[list[Row], list[int]]:
    """Make one row of those equal in `by`; a column that is not summed must agree."""
    key_places = [mapping.kind.position(name) for name in group.by]
    sum_places = {mapping.kind.position(name) for name in group.sums}
    first: dict[Row, int] = {}
    merged: list[list[object]] = []
    merged_lines: list[int] = []
    problems: list[Problem] = []
    for row, line in zip(rows, lines, strict=True):
        place = first.setdefault(tuple(row[key] for key in key_places), len(merged))
        if place == len(merged):
            merged.append(list(row))
            merged_lines.append(line)
            continue
        whole = merged[place]
        for number, value in enumerate(row):
            if number in sum_places:
                whole[number] = _plus(whole[number], value)
            elif value != whole[number]:
                column = mapping.kind.columns[number].name
                problems.append(Problem(_disagrees(merged_lines[place]), line=line, column=column))
    if problems:
        raise BadInput(problems)
    return [tuple(row) for row in merged], merged_lines


def _plus(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    return right if left is None else left


def _notes(mapping: Mapping, seen: int, made: int) -> list[Text]:
    if not mapping.conditions and mapping.group is None:
        return []
    return [
        Text(
            f"按映射 {mapping.name} 由 {seen} 行得到 {made} 行。",
            f"The mapping {mapping.name} made {made} rows of {seen}.",
        )
    ]


def _missing(name: str) -> Text:
    return Text(
        f"文件没有映射 {name} 所需的这一列。",
        f"The file lacks this column, which the mapping {name} needs.",
    )


def _disagrees(line: int) -> Text:
    return Text(
        f"与第 {line} 行属同一组,但此列不同。",
        f"It belongs to one group with line {line} and differs in this column.",
    )
