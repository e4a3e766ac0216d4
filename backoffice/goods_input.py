"""What people type about items, prices and labels at any door, read into values or refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from ledger.money import read_fen
from ledger.text import Text
from stock.items import NUMBERS, TEXTS
from stock.price_errors import ItemNotSo, PriceNotSo

_APART = re.compile(r"[\s,,、;;]+")


def read_price(text: str) -> int:
    """Read yuan as fen; raises PriceNotSo."""
    try:
        return read_fen(text.strip())
    except ValueError as wrong:
        raise PriceNotSo(
            what=Text(f"“{text}”不是金额,应如 1299.00。", f"{text!r} is no amount such as 1299.00.")
        ) from wrong


def read_date(text: str, *, needed: bool = True) -> dt.date | None:
    """Read YYYY-MM-DD, None for nothing where it is not needed; raises PriceNotSo."""
    if not text.strip() and not needed:
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise PriceNotSo(
            what=Text(
                f"“{text}”不是日期,应如 2026-11-20。", f"{text!r} is no date such as 2026-11-20."
            )
        ) from wrong


def read_attributes(item: str, told: Mapping[str, str]) -> dict[str, str | int | None]:
    """Read attributes by name as typed: a face value in yuan, a pack size as digits.

    Raises ItemNotSo.
    """
    read: dict[str, str | int | None] = {}
    for name, text in told.items():
        plain = text.strip()
        if name in TEXTS:
            read[name] = plain
        elif name == "face_value_fen":
            read[name] = _number(item, name, plain, money=True)
        elif name == "pack_size":
            read[name] = _number(item, name, plain)
        else:
            raise ItemNotSo(
                item=item, what=Text(f"没有属性 {name}。", f"there is no attribute {name}.")
            )
    return read


def read_codes(text: str) -> list[str]:
    """Give the codes that stand in a text, apart by blanks, commas or line ends."""
    return [code for code in _APART.split(text) if code]


def read_label(text: str) -> tuple[str, dt.date]:
    """Read `POSITION@DATE`, the label of a position that begins on a day; raises ItemNotSo."""
    position, _, day = text.rpartition("@")
    try:
        return position, dt.date.fromisoformat(day)
    except ValueError as wrong:
        raise ItemNotSo(
            item=text, what=Text("应写作 价签位@日期。", "write it as POSITION@DATE.")
        ) from wrong


def read_labels(texts: Iterable[str]) -> list[tuple[str, dt.date]]:
    """Read several of them."""
    return [read_label(text) for text in texts]


def _number(item: str, name: str, text: str, *, money: bool = False) -> int | None:
    if not text:
        return None
    try:
        if money:
            return read_fen(text)
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
    except ValueError:
        pass
    label = NUMBERS[name]
    raise ItemNotSo(
        item=item, what=Text(f"{label.zh}“{text}”不是数。", f"{label.en} {text!r} is no number.")
    )
