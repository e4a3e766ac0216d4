"""Money is integer fen; here it is read from text, shown as text, and written in words."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

MAX_FEN = 10**15

_AMOUNT = re.compile(r"[+-]?\d{1,13}(\.\d{1,12})?", re.ASCII)
_TWO_DECIMALS = re.compile(r"-?\d{1,12}\.\d{2}", re.ASCII)
_ORNAMENTS = str.maketrans("", "", "¥\uffe5, \t\u3000")


def read_fen(text: str) -> int:
    """Read yuan written with at most two meaningful decimals, such as `1,234.50` or `¥-3`, as fen.

    Raises ValueError for anything else, three decimals that are not zero included.
    """
    if _TWO_DECIMALS.fullmatch(text):
        return int(text[:-3] + text[-2:])
    fen = read_exact_yuan(text) * 100
    if fen != fen.to_integral_value():
        raise ValueError(text)
    return int(fen)


def round_fen(yuan: Decimal) -> int:
    """Round exact yuan half up (away from zero) to fen."""
    return int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_exact_yuan(text: str) -> Decimal:
    """Read yuan with any number of decimals exactly; raises ValueError when it is no number."""
    plain = text.translate(_ORNAMENTS)
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


def show_figure(figure: int, *, in_pieces: bool, separators: bool = False) -> str:
    """Show a figure that is fen as yuan, or one that counts pieces as a plain number."""
    if in_pieces:
        return f"{figure:,}" if separators else str(figure)
    return show_yuan(figure, separators=separators)


def show_yuan(fen: int, *, separators: bool = False) -> str:
    """Show fen as yuan with two decimals: `-1234.50`, or `-1,234.50` with separators."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}" if separators else f"{sign}{yuan}.{rest:02d}"
