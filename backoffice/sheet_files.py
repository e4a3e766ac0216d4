"""Files of codes for a scan sheet, csv, text or workbook: numbers, pairs, runs and quantities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from stock.scan_reading import codes_in

LAST_COLUMNS = ("serial_to", "止号")
FURTHER_COLUMNS = ("imei2", "second", "串号2", "第二串号", "副串号", "meid")


def sheet_codes(name: str, content: bytes) -> list[str]:
    """Give the codes of a file in order, as they would be scanned; raises BadInput.

    Columns are told by their headings: serial, last of a run, second IMEI and MEID, item and
    quantity. Without headings each row is read as a pasted line is.
    """
    rows = rows_of_file(content)
    refuse_lost_digits(name, rows)
    codes = list(_codes([[str(cell).strip() for cell in row] for _, row in rows]))
    if len(codes) > MOST_CODES:
        wording = Text(
            f"一次最多 {MOST_CODES} 个条码,请分开。", f"At most {MOST_CODES} codes; split the file."
        )
        raise BadInput([Problem(wording, file=name)])
    return codes


def _codes(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head = [cell.lower() for cell in rows[0]] if rows else []
    serial = next((n for n, cell in enumerate(head) if cell in CODE_COLUMNS), None)
    item, quantity = (_place(head, names) for names in (ITEM_COLUMNS, QUANTITY_COLUMNS))
    if serial is None and (item is None or quantity is None):
        for row in rows:
            yield from codes_in("\t".join(row))
        return
    last = _place(head, LAST_COLUMNS)
    further = [n for n, cell in enumerate(head) if cell in FURTHER_COLUMNS and n != serial]
    for row in rows[1:]:
        number, end = _cell(row, serial), _cell(row, last)
        if number and end and end != number:
            yield f"{number}-{end}"
        elif number:
            yield "/".join([number, *(cell for n in further if (cell := _cell(row, n)))])
        elif _cell(row, item) and _cell(row, quantity):
            yield f"{_cell(row, item)}*{_cell(row, quantity)}"


def _place(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((n for n, cell in enumerate(head) if cell in names), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
