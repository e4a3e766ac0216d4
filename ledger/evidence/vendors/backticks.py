"""WeChat Pay's way of writing a table: a plain header, then rows with a backtick in each cell."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.evidence.delimited import Record, numbered_lines, read_lines
from ledger.evidence.readings import NumberText
from ledger.evidence.sources import Source


def backticked_records(source: Source) -> Iterator[Record]:
    """Give the rows without their backticks; a comma inside a cell stays in it.

    Files saved again by a spreadsheet, with quotes or as a workbook, are read alike.
    """
    if source.sheet is not None:
        for line, cells in source.vendor_lines():
            yield line, [_bare(cell) for cell in cells]
        return
    for line, raw in numbered_lines(source.text):
        row = raw.strip("\ufeff")
        if row.startswith("`"):
            yield line, row[1:].split(",`")
        else:
            # Old headers have full-width commas here and there.
            for _, cells in read_lines(row.replace("\uff0c", ",")):
                yield line, [_bare(cell) for cell in cells]


def _bare(cell: str) -> str:
    return cell if isinstance(cell, NumberText) else cell.removeprefix("`")
