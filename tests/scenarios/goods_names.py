"""Short names for goods, as people at the shelf say them: H3 for a handset, S1-S5 for five cards.

Each name stands for one serial, always the same, with its check digit where it has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from stdnum import luhn

ITEMS: dict[str, str] = {"H": "SJ-A", "S": "SIM-4G", "R": "CZK-100", "L": "BYJ-1"}
"""First letter -> the item's code: handsets, SIM cards, recharge cards, loan handsets."""
_BODIES = {"H": "86012345{:06d}", "S": "8986011{:012d}", "L": "86099999{:06d}"}
_NAME = re.compile(r"([HSRL])(\d+)(?:-\1(\d+))?")


def serials(words: str) -> list[str]:
    """Give the serials of `H1 H2 S1-S5`."""
    return [serial_of(name) for name in names(words)]


def names(words: str) -> list[str]:
    """Give the single names of `H1 H2 S1-S5`."""
    found = []
    for word in words.split():
        match = _NAME.fullmatch(word)
        assert match is not None, f"{word} names no goods"
        letter, first, last = match[1], int(match[2]), int(match[3] or match[2])
        found += [f"{letter}{number}" for number in range(first, last + 1)]
    return found


def serial_of(name: str) -> str:
    """Give the serial of one name."""
    letter, number = name[0], int(name[1:])
    if letter == "R":
        return f"CZ2026{number:08d}"
    body = _BODIES[letter].format(number)
    return body + str(luhn.calc_check_digit(body))


def item_of(name: str) -> str:
    """Give the item's code of one name."""
    return ITEMS[name[0]]


def named(serials_at: Mapping[str, str]) -> dict[str, list[str]]:
    """Give place -> the names of what is there, in order, from serial -> place."""
    places: dict[str, list[str]] = {}
    for serial, place in serials_at.items():
        places.setdefault(place, []).append(serial)
    return {place: names_of(there) for place, there in places.items()}


def names_of(found: Iterable[str]) -> list[str]:
    """Give the names of serials, in order."""
    known = {serial_of(f"{letter}{n}"): f"{letter}{n}" for letter in ITEMS for n in range(100)}
    return in_order(known[serial] for serial in found)


def in_order(found: Iterable[str]) -> list[str]:
    """Give names by letter and number."""
    return sorted(found, key=lambda name: (name[0], int(name[1:])))
