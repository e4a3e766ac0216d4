"""Shorthand for reading made-up files: texts in, readings or refusals out."""

from __future__ import annotations

import pytest

from ledger.errors import BadInput
from ledger.evidence.files import read_file
from ledger.evidence.mappings import Mapping
from ledger.evidence.readings import Grid, Reading


def no_workbook(content: bytes) -> Grid:
    raise AssertionError("this file is no workbook")


def read(
    content: str | bytes,
    *,
    name: str = "file.csv",
    kind: str | None = None,
    mapping: Mapping | None = None,
) -> Reading:
    raw = content.encode() if isinstance(content, str) else content
    return read_file(name, raw, read_grid=no_workbook, kind=kind, mapping=mapping)


def refusal(
    content: str | bytes,
    *,
    name: str = "file.csv",
    kind: str | None = None,
    mapping: Mapping | None = None,
) -> BadInput:
    with pytest.raises(BadInput) as refused:
        read(content, name=name, kind=kind, mapping=mapping)
    return refused.value


def told(refused: BadInput) -> list[tuple[int, str]]:
    """Give line and column of each problem."""
    return [(problem.line, problem.column) for problem in refused.problems]


def column(reading: Reading, name: str) -> list[object]:
    """Give one column of a reading."""
    place = reading.columns.index(name)
    return [row[place] for row in reading.rows]
