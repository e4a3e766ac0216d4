"""Runs of serials: spelled out where a paper names first and last, and gathered for a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PHONES = frozenset({"handset", "loaner", "customer_handset"})
_CARDS = frozenset({"sim", "test_card", "roaming_card"})


def spell_out(category: str, first: str, last: str) -> list[str]:
    """Give every serial of a run; IMEIs and ICCIDs run on what stands before the check digit."""
    if not first:
        return []
    if not last or last == first:
        return [first]
    stem, width, start, checked = _number(category, first)
    _, _, end, _ = _number(category, last)
    bodies = [f"{stem}{value:0{width}d}" for value in range(start, end + 1)]
    return [body + _luhn_digit(body) if checked else body for body in bodies]


def gather_runs(category: str, serials: Iterable[str]) -> list[list[str]]:
    """Gather serials that follow each other; one that stands alone is a run of its own."""
    runs: list[list[str]] = []
    for serial in sorted(serials, key=lambda one: _number(category, one)):
        if runs and _follows(category, runs[-1][-1], serial):
            runs[-1].append(serial)
        else:
            runs.append([serial])
    return runs


def name_run(run: list[str]) -> str:
    """Name a run as FIRST-LAST, one serial by itself."""
    return run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}"


def _follows(category: str, one: str, other: str) -> bool:
    stem, width, value, checked = _number(category, one)
    return width > 0 and _number(category, other) == (stem, width, value + 1, checked)


def _number(category: str, serial: str) -> tuple[str, int, int, bool]:
    """Split a serial into its stem, and the digits that run: how many, which, check digit cut."""
    is_imei = category in _PHONES and re.fullmatch(r"[0-9]{15}", serial)
    is_iccid = category in _CARDS and re.fullmatch(r"89[0-9]{18}", serial)
    checked = bool(is_imei or is_iccid)
    found = re.fullmatch(r"(.*?)([0-9]*)", serial[:-1] if checked else serial)
    stem, digits = (found[1], found[2]) if found else (serial, "")
    return stem, len(digits), int(digits or 0), checked


def _luhn_digit(body: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    return str(-sum(digit // 10 + digit % 10 for digit in doubled) % 10)
