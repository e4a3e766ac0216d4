"""Serials of one item in the fewest lines: holdings are always listed as minimal runs (STK-04)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import luhn

from ledger.accounts import Commodity
from stock.naming import name_kind

Run = tuple[str, str, int]
"""First serial, last serial, how many; a single one is its own first and last."""

_COUNTED = re.compile(r"([A-Z]*)(\d{1,30})", re.ASCII)


def runs_of(commodity: Commodity, serials: Iterable[str]) -> list[Run]:
    """Give the serials as minimal runs in order; what does not run stands alone.

    ICCIDs and IMEIs run on their bodies, so one whose check digit is wrong stands alone.
    """
    runs: list[Run] = []
    last_key: tuple[str, int, int] | None = None
    for key, serial in sorted((_key(commodity, serial), serial) for serial in serials):
        prefix, width, number = key
        if width and last_key is not None and key == (*last_key[:2], last_key[2] + 1):
            first, _, count = runs[-1]
            runs[-1] = (first, serial, count + 1)
        else:
            runs.append((serial, serial, 1))
        last_key = (prefix, width, number)
    return runs


def _key(commodity: Commodity, serial: str) -> tuple[str, int, int]:
    """Give prefix, width and number of a serial that runs; width 0 where it does not."""
    on_body = name_kind(commodity, serial)[0] in ("imei", "iccid")
    looks_like_iccid = len(serial) == 20 and serial.startswith("89")
    if on_body and not (serial.isdecimal() and luhn.is_valid(serial)):
        return serial, 0, 0
    if looks_like_iccid and not on_body:
        return serial, 0, 0
    match = _COUNTED.fullmatch(serial[:-1] if on_body else serial)
    if match is None:
        return serial, 0, 0
    return match.group(1), len(match.group(2)), int(match.group(2))
