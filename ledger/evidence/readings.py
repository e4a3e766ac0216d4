"""What reading a file gives: typed rows, or the cells of a workbook on their way there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ledger.text import Text

Row = tuple[Any, ...]


class NumberText(str):
    """The text of a cell that was a number in a workbook, so that its leading zeros are lost.

    It equals no plain text, so that nothing remembered of a text cell is taken for it.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberText) and str(self) == str(other)

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: rows of cell texts; `first_line` is the number of the first row."""

    name: str
    rows: list[list[str]]
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A workbook as text: numbers are `NumberText`, dates ISO 8601, flags 1 or 0."""

    sheets: tuple[Sheet, ...]


ReadGrid = Callable[[bytes], Grid]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read whole: `rows` typed as `columns` say, in exactly the order of their kind.

    `layout` is `hall`, `mapping` or the vendor's layout; `lines` the line of each row in the file;
    `sums` holds counts (the names in COUNTS) and fen (any other name); `owners` is empty, or the
    merchant or store number each row belongs to, so that rows of other halls can be told;
    `mapping` is the name and version of the mapping used, `name@sha256`.
    """

    kind: str
    layout: str
    columns: tuple[str, ...]
    rows: list[Row]
    lines: list[int]
    notes: list[Text] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)
    mapping: str = ""


COUNTS = frozenset({"rows", "payments", "refunds"})

BY_ACT = "act"
"""The layout of rows that an act in these books brings; their kind's own file is still awaited."""

SUM_NAMES: dict[str, Text] = {
    "rows": Text("行数", "rows"),
    "payments": Text("收款笔数", "payments"),
    "refunds": Text("退款笔数", "refunds"),
    "paid": Text("收款金额", "paid"),
    "refunded": Text("退款金额", "refunded"),
    "fee": Text("手续费", "fees"),
    "in": Text("收入", "in"),
    "out": Text("支出", "out"),
}
"""The words for the sums a vendor's file gives; a hall file's sums are named by its columns."""
