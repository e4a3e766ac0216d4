"""Files of codes for a count: one code a line or a row, in text, CSV or a workbook.

A file is read before the unit of work begins, and refused whole where digits may be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backoffice.workbook_reading import read_grid
from ledger.errors import BadInput, Problem
from ledger.evidence.decoding import decode, is_zip
from ledger.evidence.delimited import find_delimiter, first_line, read_records
from ledger.evidence.readings import NumberText
from ledger.text import Text

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
EXACT_DIGITS = 15
MOST_CODES = 200_000
CODE_COLUMNS = ("serial", "串号", "imei", "iccid", "卡号", "条码", "code", "序列号", "sn", "meid")
ITEM_COLUMNS = ("item", "物品编码", "物品")
QUANTITY_COLUMNS = ("quantity", "数量")


def read_codes(name: str, content: bytes) -> list[str]:
    """Give the codes of a file in order, `ITEM*12` for items with a quantity; raises BadInput.

    The column is told by its heading, else it is the first with something in it.
    """
    codes = list(_codes(name, rows_of_file(content)))
    if len(codes) > MOST_CODES:
        wording = Text(
            f"一次最多 {MOST_CODES} 个条码,请分开。", f"At most {MOST_CODES} codes; split the file."
        )
        raise BadInput([Problem(wording, file=name)])
    return codes


def rows_of_file(content: bytes) -> list[tuple[int, Sequence[str]]]:
    """Give the rows of a workbook or text with the line each stands on."""
    if is_zip(content) or content.startswith(OLD_WORKBOOK):
        sheets = read_grid(content).sheets
        return [(sheet.first_line + n, row) for sheet in sheets for n, row in enumerate(sheet.rows)]
    text, _ = decode(content)
    return list(read_records(text, delimiter=find_delimiter(first_line(text))))


def refuse_lost_digits(name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Go on only if no number cell has lost digits; raises BadInput with every such line."""
    problems = [
        _lost_digits(name, line, cell)
        for line, row in rows
        for cell in row
        if _has_lost_digits(cell)
    ]
    if problems:
        raise BadInput(problems)


def _codes(name: str, rows: Sequence[tuple[int, Sequence[str]]]) -> Iterable[str]:
    head = [cell.strip().lower() for cell in map(str, rows[0][1])] if rows else []
    code, item = _place(head, CODE_COLUMNS), _place(head, ITEM_COLUMNS)
    quantity = _place(head, QUANTITY_COLUMNS)
    has_head = code is not None or (item is not None and quantity is not None)
    problems: list[Problem] = []
    for line, row in rows[1 if has_head else 0 :]:
        cell = _cell(row, code) if has_head else next((c for c in row if str(c).strip()), "")
        if str(cell).strip():
            if _has_lost_digits(cell):
                problems.append(_lost_digits(name, line, cell))
            yield str(cell).strip()
        elif item is not None and quantity is not None and str(_cell(row, item)).strip():
            yield f"{str(_cell(row, item)).strip()}*{str(_cell(row, quantity)).strip()}"
    if problems:
        raise BadInput(problems)


def _has_lost_digits(cell: object) -> bool:
    return isinstance(cell, NumberText) and len(str(cell)) > EXACT_DIGITS


def _lost_digits(name: str, line: int, cell: object) -> Problem:
    wording = Text(
        f"{cell} 是数字单元格,末位已丢失,请把该列改为文本格式后重新录入",
        f"{cell} is a number cell and has lost digits: format the column as text",
    )
    return Problem(wording, file=name, line=line)


def _place(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((n for n, cell in enumerate(head) if cell in names), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
