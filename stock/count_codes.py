"""What a scanned or keyed code may stand for, read before the books are asked.

A code is never refused for being unknown: what lies on the shelf is counted whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.text import Text
from stock.serials import (
    UNICOM_ISSUERS,
    ScannedNumber,
    SerialRefused,
    passing_luhn,
    read_iccid,
    read_imei,
)

LONGEST = 64
_SEPARATORS = re.compile(r"[\s\-./]+")
_TIMES = re.compile(r"(.+?)[\s]*[*×\t,;][\s]*(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Code:
    """A code, the one name it is counted under, and the forms in which the books may know it.

    `refused` says why no piece can bear it, should the books not know it either.
    """

    raw: str
    name: str
    forms: tuple[str, ...]
    refused: Text | None = None


def read_code(raw: str) -> Code:
    """Read one code: as it stands, in capitals, without separators, and with its check digit."""
    text = raw.strip().strip("\ufeff")
    if not text or len(text) > LONGEST or not text.isprintable():
        wording = Text("条码为空、过长或含乱码。", "The code is empty, too long or garbled.")
        return Code(text[:LONGEST], text[:LONGEST], (), wording)
    plain = _SEPARATORS.sub("", text).upper()
    forms = dict.fromkeys((text, text.upper(), plain))
    reader = _reader_for(plain)
    if reader is None:
        return Code(text, text.upper(), tuple(forms))
    try:
        number = reader(plain)
    except SerialRefused as refused:
        return Code(text, text.upper(), tuple(forms), refused.reason)
    return Code(text, number.value, tuple(dict.fromkeys((number.value, *forms))))


def plain_codes(codes: Iterable[str]) -> set[str]:
    """Give the codes of which `read_code` would give their own text as name and only form.

    So it is of nearly all that is scanned, and a count of 100,000 need not read each with care.
    """
    codes = set(codes)
    cards = {one for one in codes if len(one) == 20 and one.startswith(UNICOM_ISSUERS)}
    return passing_luhn(codes, 15) | {one for one in cards if one.isascii() and one.isdecimal()}


def split_number(raw: str) -> tuple[str, int] | None:
    """Give item and number of a code such as `G1*12`, or None where it is none."""
    times = _TIMES.fullmatch(raw.strip())
    return (times.group(1), int(times.group(2))) if times else None


def _reader_for(plain: str) -> Callable[[str], ScannedNumber] | None:
    if not (plain.isascii() and plain.isalnum()):
        return None
    if plain.startswith(("89", "98")) and len(plain) in (19, 20):
        return read_iccid
    if plain.isdecimal() and len(plain) in (14, 15, 16):
        return read_imei
    return None
