"""Files of books of forms, csv or xlsx, as lines for a receipt; a ruined number is told.

Read before any unit of work begins. The header may be Chinese or English; unknown columns are
refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.goods_files import cells_by_column, read_head, refusal_of
from invoices.book_files import BookLine
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
_LARGEST_FILE_MB = 16
_LONGEST_COUNT = 9


def read_book_file(name: str, content: bytes) -> list[BookLine]:
    """Read the lines of a file.

    Raises BadInput for a file without a readable header; a bad cell is its line's, not the file's.
    """
    line, columns, records = read_head(name, content, COLUMNS, megabytes=_LARGEST_FILE_MB)
    if not set(REQUIRED) <= set(columns):
        wording = Text(
            "表头须有起号、止号与份数。", "The header needs first_no, last_no and count."
        )
        raise refusal_of(name, wording, line)
    return [_line(line_no, cells, columns) for line_no, cells in records]


def _line(line_no: int, cells: Sequence[str], columns: dict[str, int]) -> BookLine:
    found, mangled = cells_by_column(cells, columns, _NUMBERS)
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
