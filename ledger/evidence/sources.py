"""A file made readable: text or sheet, whatever it was packed in, with a look at its first rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ledger.errors import BadInput
from ledger.evidence.delimited import Record, is_blank, read_lines, read_records
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import Sheet

_HEAD_ROWS = 45
_HEAD_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Source:
    """Either the text of a file with its encoding, or one sheet of a workbook.

    `head` holds the first rows, split without the strictness of quotes, to recognise the layout by;
    `name` is the name the file came under, which dates the files of UnionPay.
    """

    name: str = ""
    text: str = ""
    encoding: str = ""
    sheet: Sheet | None = None
    head: list[Record] = field(default_factory=list)
    _read_names: list[frozenset[str]] = field(default_factory=list, repr=False, compare=False)

    def records(self, *, delimiter: str) -> Iterator[Record]:
        """Give the rows that are not blank, with the quoting of CSV held to strictly."""
        if self.sheet is None:
            return read_records(self.text, delimiter=delimiter)
        return sheet_records(self.sheet)

    def vendor_lines(self) -> Iterator[Record]:
        """Give the rows that are not blank, one a line, as vendors write them."""
        if self.sheet is None:
            return read_lines(self.text)
        return sheet_records(self.sheet)

    def first_cell(self) -> str:
        """Give the first cell that is not blank, '' in an empty file."""
        for _, cells in self.head:
            for cell in cells:
                if cell.strip():
                    return cell.strip()
        return ""

    def find_header(self, *names: str) -> Record | None:
        """Give the first of the leading rows that has all these column names, with its line."""
        wanted = {plain_name(name) for name in names}
        for record, found in zip(self.head, self._names(), strict=True):
            if wanted <= found:
                return record
        return None

    def _names(self) -> list[frozenset[str]]:
        """Give the leading rows' cells as names of columns; each layout asks, all the same."""
        if len(self._read_names) != len(self.head):
            self._read_names[:] = [frozenset(map(plain_name, cells)) for _, cells in self.head]
        return self._read_names


def sheet_records(sheet: Sheet) -> Iterator[Record]:
    """Give the rows of a sheet that are not blank, numbered as in the workbook."""
    for line, cells in enumerate(sheet.rows, start=sheet.first_line):
        if not is_blank(cells):
            yield line, cells


def text_source(text: str, encoding: str, *, name: str = "") -> Source:
    """Make a source of text, with its first rows split for recognition."""
    head: list[Record] = []
    rows = read_lines(text[:_HEAD_CHARACTERS])
    try:
        head.extend(islice(rows, _HEAD_ROWS))
    except BadInput:
        # What is above the line that cannot be cut is enough to recognise a file by.
        assert text, "an empty text has no line to stumble over"
    return Source(name=name, text=text, encoding=encoding, head=head)


def sheet_source(sheet: Sheet, *, name: str = "") -> Source:
    """Make a source of one sheet of a workbook."""
    head = list(islice(sheet_records(sheet), _HEAD_ROWS))
    return Source(name=name, encoding="workbook", sheet=sheet, head=head)
