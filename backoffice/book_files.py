"""Files of books of forms, csv or xlsx, as lines for a receipt; a ruined number is told.

Read before any unit of work begins. The header may be Chinese or English; unknown columns are
refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.goods_files import file_records, plain_number, why_mangled
from invoices.book_files import BookLine
from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.text import Text

COLUMNS: dict[str, str] = {
    "invoice_code": "发票代码",
    "first_no": "起号",
    "last_no": "止号",
    "count": "份数",
    "carrier": "形式",
    "per_book": "每本份数",
    "form_kind": "票种",
}
REQUIRED = ("first_no", "last_no", "count")
_NUMBERS = ("invoice_code", "first_no", "last_no")
_NAMES = {plain_name(name): column for column, zh in COLUMNS.items() for name in (column, zh)}
_LARGEST_FILE = 16 * 1024 * 1024
_LONGEST_COUNT = 9


def read_book_file(name: str, content: bytes) -> list[BookLine]:
    """Read the lines of a file.

    Raises BadInput for a file without a readable header; a bad cell is its line's, not the file's.
    """
    if len(content) > _LARGEST_FILE:
        raise _refusal(name, Text("文件超过 16 MB。", "The file is larger than 16 MB."))
    records = iter(file_records(name, content))
    head = next(records, None)
    if head is None:
        raise _refusal(name, Text("文件是空的。", "The file is empty."))
    columns = _columns(name, head)
    return [_line(line_no, cells, columns) for line_no, cells in records]


def _columns(name: str, head: Record) -> dict[str, int]:
    line, cells = head
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if not cell.strip():
            continue
        column = _NAMES.get(plain_name(cell))
        if column is None or column in columns:
            known = "、".join(f"{zh} {en}" for en, zh in COLUMNS.items())
            wording = Text(
                f"不认识或重复的列 {quoted(cell)};可用:{known}。",
                f"The column {quoted(cell)} is not known, or comes twice; there are {known}.",
            )
            raise _refusal(name, wording, line)
        columns[column] = place
    if not set(REQUIRED) <= set(columns):
        wording = Text(
            "表头须有起号、止号与份数。", "The header needs first_no, last_no and count."
        )
        raise _refusal(name, wording, line)
    return columns


def _line(line_no: int, cells: Sequence[str], columns: dict[str, int]) -> BookLine:
    found = {column: cells[place] for column, place in columns.items() if place < len(cells)}
    mangled = None
    for column in _NUMBERS:
        cell = found.get(column)
        if cell:
            mangled = mangled or why_mangled(cell)
            found[column] = plain_number(cell)
    return BookLine(
        line_no=line_no,
        invoice_code=found.get("invoice_code", "").strip(),
        first_no=found.get("first_no", "").strip(),
        last_no=found.get("last_no", "").strip(),
        count=_whole(found.get("count", "")),
        carrier=found.get("carrier", "").strip(),
        per_book=_whole(found.get("per_book", "")),
        form_kind=found.get("form_kind", "").strip(),
        mangled=mangled,
    )


def _whole(cell: str) -> int | None:
    """Give a whole number, -1 for what is none, None for an empty cell."""
    text = str(cell).strip().removesuffix(".0")
    if not text:
        return None
    readable = text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT
    return int(text) if readable else -1


def _refusal(name: str, text: Text, line: int = 0) -> BadInput:
    return BadInput([Problem(text, file=name, line=line)])
