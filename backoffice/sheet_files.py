"""Files for a scan sheet, csv, text or workbook: numbers, pairs, runs, quantities, unit costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backoffice.count_files import (
    CODE_COLUMNS,
    ITEM_COLUMNS,
    MOST_CODES,
    QUANTITY_COLUMNS,
    refuse_lost_digits,
    rows_of_file,
)
from ledger.errors import BadInput, Problem
from ledger.text import Text
from stock.scan_reading import codes_in, read_code
from stock.sheet_documents import COST

ITEM_CODE_COLUMNS = ("item", "物品编码")
LAST_COLUMNS = ("serial_to", "止号")
FURTHER_COLUMNS = ("imei2", "second", "串号2", "第二串号", "副串号", "meid")
COST_COLUMNS = ("unit_cost", "单价")
HOLDER_COLUMNS = ("holder", "工号")
ONE_HOLDER = Text(
    "一张单据只有一个交出人或领用人,请在单据上填写,并去掉此列。",
    "A document has one person who gives or takes: say who on the document, leave this column out.",
)
NO_ITEM = Text("有单价的行须有物品编码。", "A line with a unit cost needs its item.")


@dataclass(slots=True)
class SheetFile:
    """The codes of a file in order, the line each stands on, and the facts that came along."""

    codes: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int, Text]] = field(default_factory=list)

    def add(self, line: int, code: str) -> None:
        """Take a code down."""
        self.codes.append(code)
        self.lines.append(line)


def read_sheet_file(name: str, content: bytes) -> SheetFile:
    """Read a file's codes as they would be scanned; raises BadInput with every bad line.

    Columns are told by their headings: item, serial, last of a run, second IMEI and MEID, quantity
    and unit cost, which is one for each item. Without headings each row is read as a pasted line.
    """
    rows = rows_of_file(content)
    refuse_lost_digits(name, rows)
    read = _read([(line, [str(cell).strip() for cell in row]) for line, row in rows])
    if len(read.codes) > MOST_CODES:
        wording = Text(
            f"一次最多 {MOST_CODES} 个条码,请分开。", f"At most {MOST_CODES} codes; split the file."
        )
        raise BadInput([Problem(wording, file=name)])
    if read.problems:
        raise BadInput([Problem(text, file=name, line=line) for line, text in read.problems])
    return read


def _read(rows: Sequence[tuple[int, Sequence[str]]]) -> SheetFile:
    read = SheetFile()
    head = [cell.lower() for cell in rows[0][1]] if rows else []
    serial, item, quantity = (
        _place(head, names) for names in (CODE_COLUMNS, ITEM_COLUMNS, QUANTITY_COLUMNS)
    )
    if serial is None and (item is None or quantity is None):
        for line, row in rows:
            for code in codes_in("\t".join(row)):
                read.add(line, code)
        return read
    last, cost, holder = (
        _place(head, names) for names in (LAST_COLUMNS, COST_COLUMNS, HOLDER_COLUMNS)
    )
    code_of_item = _place(head, ITEM_CODE_COLUMNS)
    further = [n for n, cell in enumerate(head) if cell in FURTHER_COLUMNS and n != serial]
    for line, row in rows[1:]:
        number, end, of_item = _cell(row, serial), _cell(row, last), _cell(row, item)
        pieces = _cell(row, quantity)
        if number and end and end != number:
            code = f"{number}-{end}"
        else:
            code = "/".join([number, *(cell for n in further if (cell := _cell(row, n)))])
        if number:
            named = _cell(row, code_of_item)
            read.add(line, f"{named}:{code}" if named else code)
            _check_quantity(read, line, code, pieces)
        elif of_item and pieces:
            read.add(line, f"{of_item}*{pieces}")
        if _cell(row, holder):
            read.problems.append((line, ONE_HOLDER))
        _note_cost(read, line, of_item, _cell(row, cost))
    return read


def _check_quantity(read: SheetFile, line: int, code: str, pieces: str) -> None:
    found = read_code(code)
    if pieces and found.refused is None and pieces != str(found.quantity):
        wording = Text(
            f"数量 {pieces} 与串号不符,应为 {found.quantity}。",
            f"The quantity {pieces} does not fit the serials, which are {found.quantity}.",
        )
        read.problems.append((line, wording))


def _note_cost(read: SheetFile, line: int, item: str, cost: str) -> None:
    if not cost:
        return
    if not item:
        read.problems.append((line, NO_ITEM))
    elif read.facts.setdefault(f"{COST}{item}", cost) != cost:
        earlier = read.facts[f"{COST}{item}"]
        wording = Text(
            f"{item} 的单价 {cost} 与上文的 {earlier} 不同,请分单办理。",
            f"The unit cost {cost} of {item} is {earlier} above: make two documents.",
        )
        read.problems.append((line, wording))


def _place(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((n for n, cell in enumerate(head) if cell in names), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
