"""Delimited text cut into records with their line numbers; nothing is guessed about the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from ledger.errors import BadInput, Problem
from ledger.text import Text

Record = tuple[int, list[str]]
DELIMITERS = (",", "\t", ";", "|")
_BLANK = " \t\r\n\u3000\u00a0\ufeff"
_LONGEST_CELL = 100_000


def find_delimiter(line: str) -> str:
    """Give the delimiter that stands most often in `line` outside quotes; a comma where none."""
    bare = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), mark == ","))


def first_line(text: str) -> str:
    """Give the first line of `text` that is not blank, '' where there is none."""
    for line in io.StringIO(text, newline=None):
        if line.strip(_BLANK):
            return line
    return ""


def read_records(text: str, *, delimiter: str) -> Iterator[Record]:
    """Give each record with the number of the line it begins on; blank records are passed over.

    Raises BadInput for a quote that is misplaced or never closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    previous_limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        for cells in reader:
            # The first cell decides nearly always, so the whole row is looked at but rarely.
            if cells and (cells[0] or not is_blank(cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as broken:
        raise BadInput([Problem(_why_broken(str(broken)), line=line)]) from None
    finally:
        csv.field_size_limit(previous_limit)


def read_lines(text: str, *, delimiter: str = ",") -> Iterator[Record]:
    """Give each line as one record, a quote left open ending with its line.

    For the files of vendors, who write names of goods as they come and never break a line.
    """
    for line, row in numbered_lines(text):
        cells = _quoted_cells(row, line, delimiter) if '"' in row else row.split(delimiter)
        if not is_blank(cells):
            yield line, cells


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that is not blank with its number, whatever ends it."""
    for line, row in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if row.strip(_BLANK):
            yield line, row


def _quoted_cells(row: str, line: int, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=delimiter))
    except csv.Error as broken:
        raise BadInput([Problem(_why_broken(str(broken)), line=line)]) from None


def in_chunks(records: Iterable[Record], size: int = 1024) -> Iterator[list[Record]]:
    """Give the records in lists of at most `size`."""
    rest = iter(records)
    while chunk := list(islice(rest, size)):
        yield chunk


def is_blank(cells: list[str]) -> bool:
    """Say whether a record has nothing in it."""
    # A loop, and no `any`, as nearly each row is told by its first cell.
    for cell in cells:  # noqa: SIM110
        if cell.strip(_BLANK):
            return False
    return True


def _why_broken(message: str) -> Text:
    if "end of data" in message:
        return Text(
            "从这一行开始的引号没有结束,文件可能被截断,请重新导出。",
            "A quote opened here is never closed; the file may be cut off: export it again.",
        )
    if "limit" in message:
        return Text(
            f"单元格超过 {_LONGEST_CELL} 个字符,引号可能没有结束。",
            f"A cell is longer than {_LONGEST_CELL} characters; a quote may not be closed.",
        )
    return Text(
        "引号位置不对,单元格内的引号应写成两个。",
        "A quote is misplaced; inside a quoted cell a quote is written twice.",
    )
