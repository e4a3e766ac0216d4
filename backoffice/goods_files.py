"""Files of goods, csv or xlsx, as lines for a document; a number that a spreadsheet ruined is told.

Read before any unit of work begins. The header may be Chinese or English; unknown columns are
refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import repeat

from backoffice.workbook_reading import read_grid
from ledger.errors import BadInput, Problem
from ledger.evidence.cells import UnreadableCell, quoted, read_money
from ledger.evidence.decoding import decode, is_zip
from ledger.evidence.delimited import Record, find_delimiter, first_line, in_chunks, read_records
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import NumberText
from ledger.evidence.sources import sheet_records
from ledger.rows import many_rows
from ledger.text import Text
from stock.goods_lines import GoodsLine

COLUMNS: dict[str, str] = {
    "item": "物品编码",
    "serial": "串号",
    "serial_to": "止号",
    "quantity": "数量",
    "unit_cost": "单价",
    "second": "第二串号",
    "meid": "MEID",
    "holder": "工号",
}
_NUMBERS = ("serial", "serial_to", "second", "meid")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_PROTECTED = re.compile(r"""=?"([^"]*)"|'(.*)""")
_LARGEST_FILE_MB = 64
_SAFE_NUMERIC_DIGITS = 15
# Quantities and costs of a delivery are few.
REMEMBERED = 4_096


@many_rows()
def read_goods_file(name: str, content: bytes, *, item: str = "") -> list[GoodsLine]:
    """Read the lines of a file; `item` is theirs where the file has no such column.

    Raises BadInput for a file without a readable header; a bad cell is its line's, not the file's.
    """
    line, columns, records = read_head(name, content, COLUMNS, megabytes=_LARGEST_FILE_MB)
    if ("item" not in columns and not item) or not {"serial", "quantity"} & set(columns):
        wording = Text(
            "表头须有物品编码,以及串号或数量。",
            "The header needs item, and serial or quantity.",
        )
        raise refusal_of(name, wording, line)
    lines: list[GoodsLine] = []
    for chunk in in_chunks(records):
        lines += _plain_lines(chunk, columns, item) or [
            _line(line_no, cells, columns, item) for line_no, cells in chunk
        ]
    return lines


def file_records(name: str, content: bytes) -> Iterable[Record]:
    """Give the rows of a csv, or of a workbook's first filled sheet, with their line numbers."""
    if is_zip(content) or content.startswith(_OLD_WORKBOOK):
        filled = [sheet for sheet in read_grid(content).sheets if sheet.rows]
        return sheet_records(filled[0]) if filled else ()
    text, _ = decode(content)
    return read_records(text, delimiter=find_delimiter(first_line(text)))


def read_head(
    name: str, content: bytes, columns: Mapping[str, str], *, megabytes: int
) -> tuple[int, dict[str, int], Iterator[Record]]:
    """Give the line of a file's header, where its columns stand, and the records below it.

    `columns` are English and Chinese names; raises BadInput for a file that is too large or empty,
    and for a column that is not known or comes twice.
    """
    if len(content) > megabytes * 1024 * 1024:
        wording = Text(f"文件超过 {megabytes} MB。", f"The file is larger than {megabytes} MB.")
        raise refusal_of(name, wording)
    records = iter(file_records(name, content))
    head = next(records, None)
    if head is None:
        raise refusal_of(name, Text("文件是空的。", "The file is empty."))
    line, cells = head
    known = {plain_name(one): column for column, zh in columns.items() for one in (column, zh)}
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if not cell.strip():
            continue
        column = known.get(plain_name(cell))
        if column is None or column in found:
            listed = "、".join(f"{zh} {en}" for en, zh in columns.items())
            wording = Text(
                f"不认识或重复的列 {quoted(cell)};可用:{listed}。",
                f"The column {quoted(cell)} is not known, or comes twice; there are {listed}.",
            )
            raise refusal_of(name, wording, line)
        found[column] = place
    return line, found, records


def cells_by_column(
    cells: Sequence[str], columns: Mapping[str, int], numbers: Iterable[str]
) -> tuple[dict[str, str], Text | None]:
    """Give a record's cells by column, its numbers plain, and what ruined one of them."""
    found = {column: cells[place] for column, place in columns.items() if place < len(cells)}
    mangled = None
    for column in numbers:
        cell = found.get(column)
        if cell:
            mangled = mangled or why_mangled(cell)
            found[column] = plain_number(cell)
    return found, mangled


def _plain_lines(
    chunk: Sequence[Record], columns: dict[str, int], item: str
) -> list[GoodsLine] | None:
    """Give the lines of records whose numbers are digits in cells of text, None if some are not.

    A delivery of 100,000 is read column by column, in a fifth of the time.
    """
    width = max(columns.values()) + 1
    line_nos, rows = zip(*chunk, strict=True)
    if min(map(len, rows)) < width:
        rows = tuple([*cells, *[""] * (width - len(cells))] for cells in rows)
    # Rows may differ in length beyond the columns there are.
    by_place = list(zip(*rows, strict=False))
    nothing = ("",) * len(rows)
    found = {
        column: by_place[columns[column]] if column in columns else nothing for column in COLUMNS
    }
    for column in _NUMBERS:
        digits = "".join(found[column])
        if not digits.isascii() or not (digits.isdigit() or not digits):
            return None
        if set(map(type, found[column])) != {str}:
            return None
    cells = zip(
        line_nos,
        (code.strip() or item for code in found["item"]),
        found["serial"],
        found["serial_to"],
        map(_quantity, found["quantity"]),
        map(_cost, found["unit_cost"]),
        found["second"],
        found["meid"],
        map(str.strip, found["holder"]),
        repeat(None),
        strict=False,
    )
    try:
        return list(map(GoodsLine._make, cells))
    except UnreadableCell:
        return None


def _line(line_no: int, cells: Sequence[str], columns: dict[str, int], item: str) -> GoodsLine:
    found, mangled = cells_by_column(cells, columns, _NUMBERS)
    try:
        quantity = _quantity(found.get("quantity", ""))
        cost = _cost(found.get("unit_cost", ""))
    except UnreadableCell as unreadable:
        quantity, cost, mangled = None, None, mangled or unreadable.text
    return GoodsLine(
        line_no,
        found.get("item", "").strip() or item,
        found.get("serial", ""),
        found.get("serial_to", ""),
        quantity,
        cost,
        found.get("second", ""),
        found.get("meid", ""),
        found.get("holder", "").strip(),
        mangled,
    )


def plain_number(cell: str) -> str:
    """Give a number as it was keyed, without what a spreadsheet puts around a text."""
    text = str(cell).strip()
    protected = _PROTECTED.fullmatch(text) if text[:1] in {"=", '"', "'"} else None
    return (protected.group(1) or protected.group(2) or "").strip() if protected else text


def why_mangled(cell: str) -> Text | None:
    """Tell what a spreadsheet did to a number: digits lost, zeros lost, or 8.6E+14."""
    if isinstance(cell, NumberText):
        digits = sum(character.isdigit() for character in cell)
        if digits > _SAFE_NUMERIC_DIGITS or "." in cell or "-" in cell:
            return Text(
                f"{quoted(cell)} 是数值单元格,15 位以后的数字已丢失。请设为文本后重新导出。",
                f"{quoted(cell)} is a numeric cell and has lost the digits after the 15th: export"
                " the column as text.",
            )
        if digits != _SAFE_NUMERIC_DIGITS:
            return Text(
                f"{quoted(cell)} 是数值单元格,前导零可能已丢失。请设为文本后重新导出。",
                f"{quoted(cell)} is a numeric cell and may have lost leading zeros: export the"
                " column as text.",
            )
        return None
    if ("E" in cell or "e" in cell) and _SCIENTIFIC.fullmatch(cell.strip()):
        return Text(
            f"{quoted(cell)} 是科学计数法,号码已丢失。请设为文本后重新导出。",
            f"{quoted(cell)} is in scientific notation, its digits are lost: export as text.",
        )
    return None


@lru_cache(REMEMBERED)
def _cost(cell: str) -> int | None:
    text = str(cell).strip()
    return read_money(text) if text else None


@lru_cache(REMEMBERED)
def _quantity(cell: str) -> int | None:
    text = cell.strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("0.5")
    if number != number.to_integral_value() or not 0 < number < 10**9 or not text.isascii():
        raise UnreadableCell(
            Text(f"数量 {quoted(text)} 不是正整数。", f"The quantity {quoted(text)} is no number.")
        )
    return int(number)


def refusal_of(name: str, text: Text, line: int = 0) -> BadInput:
    """Give the refusal of a whole file."""
    return BadInput([Problem(text, file=name, line=line)])
