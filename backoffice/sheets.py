"""Workbooks: tables of plain values become xlsx in which nothing runs.

Every text is written as text, whatever it begins with, and marked so that it stays text when the
cell is edited. Money is a number of yuan made exactly from fen; serials and numbers of papers are
texts. The same tables give the same bytes. Long tables are written row by row.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ledger.errors import Invalid
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Language, Text
from ledger.times import HALL_TIME

MOST_ROWS = 1_048_000
LONGEST_TEXT = 32_000

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_MOMENT_OF_WRITING = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIRST_DAY = dt.date(1900, 3, 1)
_TEXT_FORMAT = "@"
_SAMPLE_ROWS = 300


class CellKind(Enum):
    """How values are written: as text, money from fen, a count, a computed figure, day or time."""

    TEXT = "text"
    MONEY = "money"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"


_FORMATS = {
    CellKind.MONEY: "#,##0.00;[Red]-#,##0.00",
    CellKind.INTEGER: "0",
    CellKind.DECIMAL: "0.00",
    CellKind.DATE: "yyyy-mm-dd",
    CellKind.INSTANT: "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {CellKind.DATE: 11, CellKind.INSTANT: 19, CellKind.FLAG: 6}
_NARROWEST, _WIDEST = 6, 60

_HEAD_FONT = Font(bold=True)
_TITLE_FONT = Font(bold=True, size=13)
_QUIET_FONT = Font(color="FF6A6862")
_HEAD_FILL = PatternFill("solid", fgColor="FFF1EFEA")
_HEAD_BORDER = Border(bottom=Side("thin", color="FF1C1B19"))
_TOTAL_BORDER = Border(top=Side("thin", color="FF1C1B19"))

# The stubs of openpyxl leave out what a write-only page inherits: widths, filter, print set-up.
_Page = Any

Value = str | Text | int | bool | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how its values are written, and whether they are added up at the end."""

    name: Text
    kind: CellKind = CellKind.TEXT
    total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `heading` stands above it as name and value; rows follow the columns.

    MONEY values are fen, FLAG values 0 or 1, INSTANT values aware times or microseconds UTC, DATE
    values days or ISO text; None is an empty cell. `rows` is read once.
    """

    title: Text
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Value]]
    heading: tuple[tuple[Text, Value], ...] = ()


class TooManyRows(Invalid):
    """A sheet holds only so many rows."""

    code = "too_many_rows"
    text = Text(
        "表 {sheet} 超过 {limit} 行,工作表放不下。请缩小日期或筛选范围后再导出。",
        "Table {sheet} has more than {limit} rows. Narrow the dates or the filter, then export.",
    )


def table_workbook(
    sheets: Iterable[Sheet], *, language: Language, as_of: dt.datetime | None = None
) -> bytes:
    """Give any tables as xlsx, one sheet each; `as_of` is the date the file carries.

    Raises TooManyRows.
    """
    book = Workbook(write_only=True)
    names: set[str] = set()
    overfull: list[str] = []
    for sheet in sheets:
        title = sheet.title.in_language(language)
        page = book.create_sheet(_sheet_name(title, names))
        if not _write_sheet(page, sheet, language):
            overfull.append(title)
    book.properties.creator = "telecom-hall-backoffice"
    content = io.BytesIO()
    # Saved before anything is refused, because saving also clears away the pages on disk.
    book.save(content)
    if overfull:
        raise TooManyRows(sheet=overfull[0], limit=MOST_ROWS)
    return _same_for_ever(content, as_of or EPOCH)


def _write_sheet(page: _Page, sheet: Sheet, language: Language) -> bool:
    """Write a sheet; gives False, and stops, where it has more rows than a sheet holds."""
    rows = iter(sheet.rows)
    sample = list(islice(rows, _SAMPLE_ROWS))
    for place, width in enumerate(_widths(sheet, sample, language), start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    head_row = len(sheet.heading) + 2 if sheet.heading else 1
    page.freeze_panes = f"A{head_row + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{head_row}:{head_row}"
    _write_heading(page, sheet, language)
    page.append([_head_cell(page, column, language) for column in sheet.columns])
    pens = [_Pen(page, column.kind, language) for column in sheet.columns]
    count = 0
    totals = [0] * len(sheet.columns)
    for row in chain(sample, rows):
        count += 1
        if count > MOST_ROWS:
            return False
        page.append([pen.cell(value) for pen, value in zip(pens, row, strict=True)])
        _add_up(totals, sheet.columns, row)
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A{head_row}:{last}{head_row + count}"
    if count and any(column.total for column in sheet.columns):
        page.append(_total_cells(page, sheet.columns, totals, language))
    return True


def _write_heading(page: _Page, sheet: Sheet, language: Language) -> None:
    for number, (name, value) in enumerate(sheet.heading):
        label = _text_cell(page, name.in_language(language))
        label.font = _QUIET_FONT
        cell = _Pen(page, _kind_of(value), language).cell(value)
        if cell is not None:
            cell.alignment = Alignment(horizontal="left")
            cell.font = _TITLE_FONT if number == 0 else Font()
        page.append([label, cell])
    if sheet.heading:
        page.append([])


def _head_cell(page: _Page, column: Column, language: Language) -> Any:
    cell = _text_cell(page, column.name.in_language(language))
    cell.font = _HEAD_FONT
    cell.fill = _HEAD_FILL
    cell.border = _HEAD_BORDER
    number = column.kind in (CellKind.MONEY, CellKind.INTEGER, CellKind.DECIMAL)
    cell.alignment = Alignment(horizontal="right" if number else "left")
    return cell


def _total_cells(
    page: _Page, columns: Sequence[Column], totals: Sequence[int], language: Language
) -> Iterator[Any]:
    for place, (column, total) in enumerate(zip(columns, totals, strict=True)):
        if column.total:
            cell = _Pen(page, column.kind, language).cell(total)
        elif place == 0:
            cell = _text_cell(page, Text("合计", "Total").in_language(language))
        else:
            cell = WriteOnlyCell(page)
        cell.font = _HEAD_FONT
        cell.border = _TOTAL_BORDER
        yield cell


def _add_up(totals: list[int], columns: Sequence[Column], row: Sequence[Value]) -> None:
    for place, column in enumerate(columns):
        value = row[place]
        if column.total and isinstance(value, int):
            totals[place] += value


def _kind_of(value: Value) -> CellKind:
    if isinstance(value, dt.datetime):
        return CellKind.INSTANT
    if isinstance(value, dt.date):
        return CellKind.DATE
    return CellKind.INTEGER if isinstance(value, int) else CellKind.TEXT


class _Pen:
    """Writes one column: its cells are used again row after row, as each row is written at once.

    Styling a cell costs ten times more than filling it.
    """

    def __init__(self, page: _Page, kind: CellKind, language: Language) -> None:
        self._kind = kind
        self._language = language
        self._number = WriteOnlyCell(page)
        self._number.number_format = _FORMATS.get(kind, "General")
        self._text = _text_cell(page, "")
        self._guarded = _text_cell(page, "=")

    def cell(self, value: Value) -> Any:
        """Give the cell of the next row, None where it stays empty."""
        written = _written(self._kind, value, self._language)
        if written == "":
            return None
        if not isinstance(written, str):
            self._number.value = written
            return self._number
        plain = _plain(written)
        return _as_text(self._guarded if _runs(plain) else self._text, plain)


def _written(kind: CellKind, value: Value, language: Language) -> str | int | Decimal | dt.date:
    """Give what goes into the cell; whatever a sheet cannot hold as such is written as text."""
    if value is None or isinstance(value, Text):
        return "" if value is None else value.in_language(language)
    if kind is CellKind.FLAG:
        return Text("是", "yes").in_language(language) if value else ""
    if kind is CellKind.INSTANT and isinstance(value, int):
        value = EPOCH + value * MICROSECOND
    if kind is CellKind.DATE and isinstance(value, str):
        value = dt.date.fromisoformat(value) if value else ""
    if isinstance(value, dt.datetime):
        moment = value.astimezone(HALL_TIME).replace(tzinfo=None)
        return moment if moment.date() >= _FIRST_DAY else moment.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value if value >= _FIRST_DAY else value.isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return value
    return Decimal(value).scaleb(-2) if kind is CellKind.MONEY else value


def _text_cell(page: _Page, text: str) -> Any:
    """Make a cell that is text for ever, whatever it looks like."""
    plain = _plain(text)
    cell = WriteOnlyCell(page)
    cell.number_format = _TEXT_FORMAT
    if _runs(plain):
        cell.quotePrefix = True
    return _as_text(cell, plain)


def _as_text(cell: Any, plain: str) -> Any:
    # Setting the value makes a formula of `=1+1` and an error of `#N/A`; the type set after stays.
    cell.value = plain
    cell.data_type = "s"
    return cell


def _plain(text: str) -> str:
    plain = _NOT_IN_XML.sub("\ufffd", text)
    return plain if len(plain) <= LONGEST_TEXT else plain[:LONGEST_TEXT] + "…"


def _runs(text: str) -> bool:
    return text.startswith(_RUNS_AS_FORMULA)


def _widths(sheet: Sheet, sample: Sequence[Sequence[Value]], language: Language) -> list[int]:
    """Give each column the width its name and first rows need, in characters."""
    widths = []
    for place, column in enumerate(sheet.columns):
        shown = [column.name.in_language(language)]
        shown += [_shown(column.kind, row[place], language) for row in sample]
        if place == 0:
            shown += [name.in_language(language) for name, _ in sheet.heading]
        need = max(map(_breadth, shown)) + 2
        widths.append(max(_NARROWEST, _WIDTHS.get(column.kind, 0), min(need, _WIDEST)))
    return widths


def _shown(kind: CellKind, value: Value, language: Language) -> str:
    if kind in _WIDTHS:
        return ""
    written = _written(kind, value, language)
    return f"{written:,.2f}" if isinstance(written, Decimal) else str(written)


def _breadth(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _sheet_name(title: str, taken: set[str]) -> str:
    """Give a name that is allowed and not taken yet, in at most 31 characters."""
    plain = _NOT_IN_SHEET_NAME.sub(" ", _NOT_IN_XML.sub(" ", title)).strip("' ")[:31] or "-"
    name = plain
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: 28 - len(str(number))]} ({number})"
    taken.add(name.casefold())
    return name


def _same_for_ever(content: io.BytesIO, as_of: dt.datetime) -> bytes:
    """Take the moment of writing out of the file, so that the same tables give the same bytes."""
    stamp = as_of.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            body = old.read(name)
            if name == "docProps/core.xml":
                body = _MOMENT_OF_WRITING.sub(rb"\g<1>" + stamp, body)
            new.writestr(entry, body)
    return packed.getvalue()
