"""Which sort of name an item's units carry, and runs of serials spelled out (DOMAIN STK-04)."""

from __future__ import annotations

import re

from stdnum import luhn

from ledger.accounts import Commodity
from stock.errors import UnreadableRun

CARD_CATEGORIES = frozenset({"sim", "test_card"})
PHONE_CATEGORIES = frozenset({"handset", "loaner"})
ICCID_LENGTH = 20
IMEI_LENGTH = 15
LONGEST_RUN = 1_000_000

_TAIL = re.compile(r"\d+$", re.ASCII)


def names_of_run(
    commodity: Commodity, serial: str, serial_to: str
) -> tuple[str, str, tuple[str, ...]]:
    """Give identifier kind, namespace and each serial from `serial` to `serial_to` ('' for one).

    An empty `serial` gives no names. ICCIDs of 20 digits run on their first 19 and each gets its
    check digit. Raises UnreadableRun.
    """
    kind, namespace = _kind_of(commodity, serial)
    if not serial:
        return kind, namespace, ()
    if not serial_to or serial_to == serial:
        return kind, namespace, (serial,)
    checked = kind in ("iccid", "imei") and _is_digits(serial) and len(serial) == len(serial_to)
    if checked and len(serial) in (ICCID_LENGTH, IMEI_LENGTH):
        bodies = _spell_out(serial[:-1], serial_to[:-1])
        return kind, namespace, tuple(body + luhn.calc_check_digit(body) for body in bodies)
    return kind, namespace, tuple(_spell_out(serial, serial_to))


def _kind_of(commodity: Commodity, serial: str) -> tuple[str, str]:
    if commodity.category in PHONE_CATEGORIES and _is_digits(serial) and len(serial) == IMEI_LENGTH:
        return "imei", ""
    if commodity.category in CARD_CATEGORIES and serial[:2] == "89":
        return "iccid", ""
    if commodity.category == "recharge_card":
        return "card", commodity.code
    return "sn", commodity.code


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _spell_out(first: str, last: str) -> list[str]:
    tail = _TAIL.search(first)
    if tail is None or len(first) != len(last) or first[: tail.start()] != last[: tail.start()]:
        raise UnreadableRun(first=first, last=last)
    width = len(first) - tail.start()
    if not _is_digits(last[tail.start() :]):
        raise UnreadableRun(first=first, last=last)
    start, end = int(first[tail.start() :]), int(last[tail.start() :])
    if not 0 <= end - start < LONGEST_RUN:
        raise UnreadableRun(first=first, last=last)
    prefix = first[: tail.start()]
    return [f"{prefix}{number:0{width}d}" for number in range(start, end + 1)]
