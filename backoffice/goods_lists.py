"""One list about goods, made once and given at every door: page, workbook, API, command line.

Its rows are values and not words: each door writes them its own way, and none shows other rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from backoffice.answers import Payload, yuan
from backoffice.sheets import CellKind, Column, Sheet, Value, table_workbook
from ledger.money import show_yuan
from ledger.text import Language, Text

UNKNOWN = Text("未知", "unknown")
Cell = Value


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: the key programs know it by, its name, and how its values are written.

    `place` is the place whose pieces a column of a matrix counts. On a page a column stands under
    the one it is `beside`, which is then headed `group`.
    """

    key: str
    name: Text
    kind: CellKind = CellKind.TEXT
    total: bool = False
    place: str = ""
    beside: str = ""
    group: Text | None = None

    @property
    def is_number(self) -> bool:
        """Tell whether its values stand at the right."""
        return self.kind in (CellKind.MONEY, CellKind.INTEGER, CellKind.DECIMAL)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart that stands above a list."""

    name: Text
    pieces: int


@dataclass(frozen=True, slots=True)
class GoodsList:
    """A list: what stands above it, its columns and rows, and what a reader must know."""

    name: str
    title: Text
    columns: tuple[ListColumn, ...]
    rows: list[tuple[Cell, ...]]
    heading: tuple[tuple[Text, Value], ...] = ()
    notes: tuple[Text, ...] = ()
    bars: tuple[Bar, ...] = ()
    empty: Text = field(default=Text("没有符合的物品。", "There is nothing of the kind."))

    @property
    def totals(self) -> list[Cell]:
        """Give the sum of each column that is added up; of unknown values it is unknown."""
        return [self._total(place) for place in range(len(self.columns))]

    def _total(self, place: int) -> Cell:
        if not self.columns[place].total:
            return None
        values = [row[place] for row in self.rows]
        if any(isinstance(value, Text) for value in values):
            return UNKNOWN
        return sum(value for value in values if isinstance(value, int))

    def under(self, key: str) -> int:
        """Give where the column stands whose values go under those of another; -1 for none."""
        return next((n for n, column in enumerate(self.columns) if column.beside == key), -1)

    def index(self, key: str) -> int:
        """Give where a column stands; -1 where it does not."""
        return next((n for n, column in enumerate(self.columns) if column.key == key), -1)


def list_sheet(listed: GoodsList) -> Sheet:
    """Give the list as a table of a workbook: exactly the rows that are shown."""
    added = [isinstance(total, int) for total in listed.totals]
    columns = tuple(
        Column(one.name, one.kind, is_added)
        for one, is_added in zip(listed.columns, added, strict=True)
    )
    notes = tuple((Text("说明", "Note"), note) for note in listed.notes)
    return Sheet(listed.title, columns, listed.rows, (*listed.heading, *notes))


def list_workbook(listed: GoodsList, *, language: Language) -> bytes:
    """Give the list as xlsx."""
    return table_workbook([list_sheet(listed)], language=language)


def list_payload(listed: GoodsList, language: Language) -> Payload:
    """Give the list as JSON: each row by its columns' keys, money in yuan as text."""
    keys = [column.key for column in listed.columns]
    return {
        "list": listed.name,
        "title": listed.title.in_language(language),
        "columns": [
            {"key": column.key, "name": column.name.in_language(language)}
            for column in listed.columns
        ],
        "heading": {
            name.en: _plain(value, CellKind.TEXT, language) for name, value in listed.heading
        },
        "rows": [
            {
                key: _plain(value, column.kind, language)
                for key, value, column in zip(keys, row, listed.columns, strict=True)
            }
            for row in listed.rows
        ],
        "notes": [note.in_language(language) for note in listed.notes],
    }


def written(value: Cell, kind: CellKind, language: Language) -> str:
    """Give a value as people read it: money with two decimals, nothing for none."""
    if isinstance(value, Text):
        return value.in_language(language)
    if value is None or value == "":
        return ""
    if kind is CellKind.FLAG:
        return Text("是", "yes").in_language(language) if value else ""
    if kind is CellKind.MONEY and isinstance(value, int):
        return show_yuan(value, separators=True)
    if isinstance(value, Decimal):
        return show_decimal(value)
    return str(value)


def show_decimal(value: Decimal) -> str:
    """Write a computed figure with two decimals."""
    return f"{value:.2f}"


def _plain(value: Cell, kind: CellKind, language: Language) -> object:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, Decimal):
        return show_decimal(value)
    if kind is CellKind.FLAG:
        return bool(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if kind is CellKind.MONEY and isinstance(value, int):
        return yuan(value)
    return value
