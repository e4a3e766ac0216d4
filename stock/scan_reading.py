"""What a scanned, pasted or keyed code is: a number, a run of numbers, or a quantity of an item.

A code is read before the books are asked, so that one bad code never stops the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from ledger.text import Text
from stock.serials import (
    OTHER_ISSUERS,
    ScannedNumber,
    SerialRefused,
    make_segment,
    read_iccid,
    read_imei,
    read_meid,
)

LONGEST_CODE = 80
_RUN = re.compile(r"([A-Z0-9]{6,30})\s*(?:-|~|至|到|—|–|\s)\s*([A-Z0-9]{6,30})", re.ASCII)
_NAMED = re.compile(r"([^:\s]{1,64}):([^:]+)")
_TIMES = re.compile(r"(.+?)\s*(?:[*×xX\t,，]|\s)\s*(\d{1,6})")
_SPACES = re.compile(r"[\s\-./]+")
_PARTS = re.compile(r"\s*[,;/+|，；]\s*|\s+")
_MEID = re.compile(r"[A-F][0-9A-F]{13}")
_DECIMAL_MEID = ("97", "98", "99")


@dataclass(frozen=True, slots=True)
class Reading:
    """One code as it was understood.

    `serial` is the number in the form it is stored in, `serial_to` the end of a run; both are ''
    for counted goods, which name their `item`. `refused` says why it can be no number at all;
    `foreign` marks a card of another carrier. `raw` is the code itself, tidied, which may be a name
    of the books as it stands; `names` are further names of the one unit, as (kind, value); `named`
    is the item the number is said to be of, in capitals.
    """

    raw: str
    serial: str = ""
    serial_to: str = ""
    item: str = ""
    quantity: int = 1
    proposed: bool = False
    foreign: bool = False
    names: tuple[tuple[str, str], ...] = ()
    named: str = ""
    warning: Text | None = None
    refused: Text | None = None


def read_code(code: str, *, counted: Collection[str] = ()) -> Reading:
    """Read one code; `counted` are the codes of items counted by quantity.

    An item's code alone is one piece, `CODE*3` three; `CODE:NUMBER` says of what item a number is.
    Two numbers with a dash between are a run; two IMEIs with a comma, slash or plus between are one
    handset's, as on the label of its box.
    """
    raw = code.strip().strip("\ufeff").upper()[:LONGEST_CODE]
    by_capitals = {item.upper(): item for item in counted}
    if raw in by_capitals:
        return Reading(raw, item=by_capitals[raw])
    times = _TIMES.fullmatch(raw)
    if times and times.group(1) in by_capitals and int(times.group(2)) > 0:
        return Reading(raw, item=by_capitals[times.group(1)], quantity=int(times.group(2)))
    said = _NAMED.fullmatch(raw)
    if said:
        return replace(read_code(said.group(2)), named=said.group(1))
    parts = [part for part in _PARTS.split(raw) if part]
    if len(parts) > 1 and _is_imei(parts[0]):
        further = tuple(_name_of(part) for part in parts[1:])
        if all(further):
            one = _read_number(parts[0])
            return replace(one, raw=parts[0], names=tuple(name for name in further if name))
    run = _RUN.fullmatch(raw)
    if run:
        return _read_run(raw, run.group(1), run.group(2))
    return _read_number(raw)


def codes_in(text: str) -> Iterator[str]:
    """Give the codes of a pasted text or a text file, one a line; empty lines are none.

    Of a line with several cells the first that is not empty counts, but for a quantity beside it.
    """
    for line in text.splitlines():
        cells = [cell.strip().strip('"') for cell in re.split(r"[\t,;，；]", line)]
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if len(filled) > 1 and filled[1].isdecimal() and len(filled[1]) <= 6:
            yield f"{filled[0]}*{filled[1]}"
        elif len(filled) > 1 and _is_imei(filled[0]) and _name_of(filled[1]):
            yield "/".join(cell for cell in filled if _name_of(cell))
        elif len(filled) > 1 and len(filled[0]) == len(filled[1]) >= 15:
            yield f"{filled[0]}-{filled[1]}"
        else:
            yield filled[0]


def _is_imei(text: str) -> bool:
    try:
        return len(text) == 15 and read_imei(text).value == text
    except SerialRefused:
        return False


def _name_of(text: str) -> tuple[str, str] | None:
    """Give a further name of a handset as (kind, value): a second IMEI, or a MEID."""
    if _is_imei(text):
        return "imei", text
    try:
        return "meid", read_meid(text).value
    except SerialRefused:
        return None


def _read_run(raw: str, first: str, last: str) -> Reading:
    try:
        run = make_segment(first, last)
    except SerialRefused as refused:
        # A serial with a dash inside is no run; two numbers of one length were meant as one.
        alike = len(first) == len(last)
        return Reading(raw, refused=refused.reason) if alike else _read_number(raw)
    if first.startswith(OTHER_ISSUERS):
        return _refuse(raw, read_iccid, first)
    return Reading(raw, serial=first, serial_to=last, quantity=run.count)


def _read_number(raw: str) -> Reading:
    digits = _SPACES.sub("", raw)
    if _MEID.fullmatch(digits) or (len(digits) == 14 and digits.startswith(_DECIMAL_MEID)):
        return _read_by(raw, read_meid)
    if digits.startswith(("89", "98")) and len(digits) in (18, 19, 20):
        return _read_by(raw, read_iccid)
    if digits.isascii() and digits.isdecimal() and len(digits) in (14, 15, 16):
        return _read_by(raw, read_imei)
    if not raw:
        return Reading(raw, refused=Text("没有读到号码。", "There is no number in it."))
    return Reading(raw, serial=raw)


def _read_by(raw: str, read: Callable[[str], ScannedNumber]) -> Reading:
    try:
        number = read(raw)
    except SerialRefused:
        return _refuse(raw, read, raw)
    return Reading(raw, number.value, proposed=number.proposed, warning=number.warning)


def _refuse(raw: str, read: Callable[[str], ScannedNumber], number: str) -> Reading:
    try:
        read(number)
    except SerialRefused as refused:
        digits = _SPACES.sub("", number)
        foreign = read is read_iccid and digits.startswith(OTHER_ISSUERS)
        return Reading(raw, foreign=foreign, refused=refused.reason)
    return Reading(raw, number)
