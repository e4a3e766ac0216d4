"""Serials of one item in the fewest lines: holdings are always listed as minimal runs (STK-04)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from stdnum import luhn

from ledger.accounts import Commodity
from stock.naming import name_kind, number_kind, whole_numbers

Run = tuple[str, str, int]
"""First serial, last serial, how many; a single one is its own first and last."""

Key = tuple[str, int, int]
"""Prefix, width and number."""

MOST_DIGITS = 18
"""A run's number fits 64 bits for the audit's sake: what stands before is of its prefix."""
_COUNTED = re.compile(r"([A-Z]*)(\d{1,30})", re.ASCII)


def runs_of(commodity: Commodity, serials: Iterable[str]) -> list[Run]:
    """Give the serials as minimal runs in order; what does not run stands alone.

    ICCIDs and IMEIs run on their bodies, so one whose check digit is wrong stands alone.
    """
    serials = list(serials)
    whole = whole_numbers(number_kind(commodity), serials)
    keyed = _runs_of_bodies(sorted(whole))
    rest = sorted((_key(commodity, one), one) for one in serials if one not in whole)
    last_key: Key | None = None
    for key, serial in rest:
        width = key[1]
        if width and last_key is not None and key == (*last_key[:2], last_key[2] + 1):
            first_key, (first, _, count) = keyed[-1]
            keyed[-1] = (first_key, (first, serial, count + 1))
        else:
            keyed.append((key, (serial, serial, 1)))
        last_key = key
    return [run for _, run in sorted(keyed)]


def _runs_of_bodies(numbers: list[str]) -> list[tuple[Key, Run]]:
    """Give the runs of whole numbers of one length, given in order, with the keys of their first.

    There may be 100,000 of them on the shelves of a store.
    """
    bodies = [int(one[:-1]) for one in numbers]
    pairs = enumerate(pairwise(bodies), 1)
    edges = [0, *(place for place, (body, after) in pairs if after != body + 1), len(bodies)]
    keyed: list[tuple[Key, Run]] = []
    for start, end in pairwise(edges):
        if end > start:
            key = _parts("", numbers[start][:-1])
            keyed.append((key, (numbers[start], numbers[end - 1], end - start)))
    return keyed


def _key(commodity: Commodity, serial: str) -> Key:
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
    return _parts(match.group(1), match.group(2))


def _parts(prefix: str, digits: str) -> Key:
    return prefix + digits[:-MOST_DIGITS], len(digits), int(digits[-MOST_DIGITS:])
