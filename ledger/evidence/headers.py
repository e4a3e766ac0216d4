"""Which kind of hall file a header is, and where each of its columns stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.kinds import KINDS, Column, Kind
from ledger.text import Text

_CURRENCY = re.compile(r"\([+-]?元\)$")


@dataclass(frozen=True, slots=True)
class Header:
    """The kind a header stands for; `places` gives each column of the kind its cell, or None."""

    kind: Kind
    places: tuple[int | None, ...]
    width: int


def plain_name(cell: str) -> str:
    """Give the name of a column without spaces, BOM, full-width forms, capitals or `(元)`."""
    if cell.isascii():
        return "".join(cell.split()).lower()
    plain = "".join(unicodedata.normalize("NFKC", cell).split()).strip("\ufeff\u200b").lower()
    return _CURRENCY.sub("", plain)


def recognise_kind(cells: list[str]) -> Kind | None:
    """Give the kind whose header this is, complete and without foreign columns, else None."""
    names = _names(cells)
    for kind in KINDS.values():
        known = _known_names(kind)
        if all(name in known for name in names) and not _missing(kind, names):
            return kind
    return None


def nearest_kind(cells: list[str]) -> Kind | None:
    """Give the kind that shares most names with these cells, if it shares half or two of them."""
    names = set(_names(cells))

    def likeness(kind: Kind) -> tuple[int, int]:
        shared = len(names & _known_names(kind).keys())
        return shared, -len(_missing(kind, list(names)))

    best = max(KINDS.values(), key=likeness)
    shared = likeness(best)[0]
    return best if shared >= 2 and shared * 2 >= len(names) else None


def read_header(cells: list[str], *, line: int, kind: Kind) -> Header:
    """Find each column of `kind`; raises BadInput naming every unknown, missing and doubled one."""
    names = _names(cells)
    known = _known_names(kind)
    problems = [
        *_unknown_columns(cells, names, known, kind, line),
        *_doubled_columns(names, known, line),
        *_missing_columns(kind, names, line),
    ]
    if problems:
        raise BadInput(problems)
    found = {known[name].name: place for place, name in enumerate(names)}
    places = tuple(found.get(column.name) for column in kind.columns)
    return Header(kind, places, len(names))


def _names(cells: list[str]) -> list[str]:
    names = [plain_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _known_names(kind: Kind) -> dict[str, Column]:
    known = {plain_name(column.zh): column for column in kind.columns}
    known.update({column.name: column for column in kind.columns})
    return known


def _missing(kind: Kind, names: list[str]) -> list[Column]:
    return [
        column
        for column in kind.columns
        if not column.optional and column.name not in names and plain_name(column.zh) not in names
    ]


def _unknown_columns(
    cells: list[str], names: list[str], known: dict[str, Column], kind: Kind, line: int
) -> list[Problem]:
    sentence = Text(
        f"{kind.zh} {kind.name} 没有这一列,请删除该列或使用映射(--mapping)。",
        f"{kind.name} has no such column: remove it, or import with a mapping (--mapping).",
    )
    return [
        Problem(sentence, line=line, column=cells[place].strip() or f"#{place + 1}")
        for place, name in enumerate(names)
        if name not in known
    ]


def _doubled_columns(names: list[str], known: dict[str, Column], line: int) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for name in names:
        column = known.get(name)
        if column is None:
            continue
        if column.name in seen:
            sentence = Text("这一列出现两次,只保留一列。", "This column is there twice: keep one.")
            problems.append(Problem(sentence, line=line, column=column.name))
        seen.add(column.name)
    return problems


def _missing_columns(kind: Kind, names: list[str], line: int) -> list[Problem]:
    return [
        Problem(
            Text(
                f"{kind.zh} {kind.name} 缺少这一列({column.zh})。",
                f"{kind.name} needs this column ({column.zh}): it is missing.",
            ),
            line=line,
            column=column.name,
        )
        for column in _missing(kind, names)
    ]


def unrecognised(cells: list[str], line: int) -> BadInput:
    """Make the refusal of a file whose header belongs to no kind and no vendor."""
    start = quoted(",".join(cell.strip() for cell in cells))
    kinds = ", ".join(KINDS)
    return BadInput(
        [
            Problem(
                Text(
                    f"认不出这个文件,表头为 {start}。请用 --kind 指明类型,或用 --mapping 指定映射;"
                    f"可导入的类型:{kinds}。",
                    f"This file is not recognised; it begins {start}. Name its kind with --kind or "
                    f"import it with a mapping (--mapping). Kinds: {kinds}.",
                ),
                line=line,
            )
        ]
    )
