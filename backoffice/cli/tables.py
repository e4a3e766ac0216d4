"""Tables for a terminal: columns stand under each other also where Chinese is twice as wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "
WIDE = frozenset("WF")


def draw_table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Give one line a row; columns whose numbers are in `right` end at the same place."""
    columns = range(max((len(row) for row in rows), default=0))
    widths = [max(width_of(row[n]) for row in rows) for n in columns]
    return [
        GAP.join(_pad(cell, widths[n], n in right) for n, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def width_of(text: str) -> int:
    """Give how many places a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in WIDE else 1 for sign in text)


def _pad(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - width_of(cell))
    return blanks + cell if right else cell + blanks
