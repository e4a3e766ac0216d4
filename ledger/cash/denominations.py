"""Notes and coins (券别): how many of each, written `100x12 50x3 0.5x4`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.cash.errors import DenominationsUnreadable
from ledger.money import read_fen, show_yuan

NOTES: tuple[int, ...] = (100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 50, 20, 10, 5, 2, 1)
"""What is legal tender, in fen."""
COUNTED: tuple[int, ...] = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10)
"""What a page asks for: notes and coins that are still about."""
MOST_PIECES = 100_000
_ONE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)[x×*](\d{1,6})", re.ASCII)


def read_denominations(text: str) -> dict[int, int]:
    """Give fen -> pieces; raises DenominationsUnreadable for what is no note, or named twice."""
    pieces: dict[int, int] = {}
    for word in text.replace(",", " ").replace("\uff0c", " ").split():
        found = _ONE.fullmatch(word)
        fen = read_fen(found[1]) if found else 0
        count = int(found[2]) if found else 0
        if found is None or fen not in NOTES or fen in pieces or count > MOST_PIECES:
            raise DenominationsUnreadable(text=word[:40])
        if count:
            pieces[fen] = count
    return pieces


def write_denominations(pieces: Mapping[int, int]) -> str:
    """Give the pieces as they are kept, the largest first."""
    return " ".join(f"{note_name(fen)}x{pieces[fen]}" for fen in NOTES if pieces.get(fen))


def sum_of(pieces: Mapping[int, int]) -> int:
    """Give what they come to, in fen."""
    return sum(fen * count for fen, count in pieces.items())


def note_name(fen: int) -> str:
    """Give a note or coin in yuan as people write it: `100`, `0.5`."""
    shown = show_yuan(fen)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
