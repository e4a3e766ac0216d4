"""Which names the units of an item carry, and runs of serials spelled out (DOMAIN STK-01 to 04)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from stdnum import luhn

from ledger.accounts import Commodity
from stock.categories import categories_named_by
from stock.serials import (
    UNICOM_ISSUERS,
    CheckDigitProposed,
    ScannedNumber,
    expand_iccids,
    make_segment,
    passing_luhn,
    read_iccid,
    read_imei,
    read_meid,
)

CARD_CATEGORIES = categories_named_by("iccid")
PHONE_CATEGORIES = categories_named_by("imei")
ICCID_START = "89"
IMEI_LENGTH, ICCID_LENGTH = 15, 20
_SEPARATORS = re.compile(r"[\s\-./]+")
_READERS: dict[str, Callable[[str], ScannedNumber]] = {"imei": read_imei, "iccid": read_iccid}
_WHOLE: dict[str, tuple[int, str | tuple[str, ...]]] = {
    "imei": (IMEI_LENGTH, ""),
    "iccid": (ICCID_LENGTH, UNICOM_ISSUERS),
}


def names_of_run(
    commodity: Commodity, serial: str, serial_to: str
) -> tuple[str, str, tuple[str, ...]]:
    """Give identifier kind, namespace and each serial from `serial` to `serial_to` ('' for one).

    An empty `serial` gives no names. ICCIDs and IMEIs run on their bodies, and each gets its check
    digit. Raises SerialRefused.
    """
    kind, namespace = name_kind(commodity, serial)
    if not serial:
        return kind, namespace, ()
    if not serial_to or serial_to == serial:
        return kind, namespace, (_read(kind, serial),)
    if kind == "imei":
        bodies = make_segment(_read(kind, serial)[:-1], _read(kind, serial_to)[:-1]).numbers()
        return kind, namespace, tuple(body + luhn.calc_check_digit(body) for body in bodies)
    run = make_segment(serial, serial_to)
    return kind, namespace, tuple(expand_iccids(run) if kind == "iccid" else run.numbers())


def names_of_unit(
    commodity: Commodity, names: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str, str], ...]:
    """Give further names of one unit, as (kind, value), with the namespace of each.

    A maker's number (sn) is one within its item; the others are one in the group. Raises
    SerialRefused.
    """
    readers = {**_READERS, "meid": read_meid}
    return tuple(
        (kind, "", readers[kind](value).value) if kind in readers else (kind, commodity.code, value)
        for kind, value in names
    )


def stored_serial(commodity: Commodity, scanned: str) -> str:
    """Give the form in which a number scanned or keyed for a new unit is stored.

    Raises CheckDigitProposed for an IMEI of 14 digits or an ICCID of 19, and SerialRefused. An
    IMEISV of 16 digits becomes the IMEI it begins with (STK-01, STK-03).
    """
    serial = scanned.strip()
    if commodity.category in PHONE_CATEGORIES:
        digits = _SEPARATORS.sub("", serial)
        if digits.isascii() and digits.isdecimal() and len(digits) in (14, 15, 16):
            return _read("imei", digits)
        return serial
    if commodity.category in CARD_CATEGORIES:
        return _read("iccid", serial)
    return serial


def name_kind(commodity: Commodity, serial: str) -> tuple[str, str]:
    """Give identifier kind and namespace of an item's serial, by its category and form."""
    if commodity.category in PHONE_CATEGORIES and serial.isdigit() and len(serial) == IMEI_LENGTH:
        return "imei", ""
    if commodity.category in CARD_CATEGORIES and serial.startswith(ICCID_START):
        return "iccid", ""
    if commodity.category in categories_named_by("card"):
        return "card", commodity.code
    return "sn", commodity.code


def read_names(kind: str, serials: Iterable[str]) -> tuple[str, ...]:
    """Give serials of one kind as they are stored; raises SerialRefused for the first bad one."""
    serials = tuple(serials)
    if kind not in _READERS:
        return serials
    whole = whole_numbers(kind, serials)
    return tuple(serial if serial in whole else _read(kind, serial) for serial in serials)


def number_kind(commodity: Commodity) -> str:
    """Give what an item's serials are read as: imei, iccid, or '' for text of any form."""
    if commodity.category in PHONE_CATEGORIES:
        return "imei"
    return "iccid" if commodity.category in CARD_CATEGORIES else ""


def whole_numbers(kind: str, serials: Iterable[str]) -> set[str]:
    """Give the serials that are stored as they are: whole, of a known issuer, check digit right.

    They are looked at all at once; the others need to be read one by one.
    """
    if kind not in _WHOLE:
        return set()
    length, starts = _WHOLE[kind]
    begun = [one for one in serials if one.startswith(starts)] if starts else serials
    return passing_luhn(begun, length)


def _read(kind: str, serial: str) -> str:
    if kind not in _READERS:
        return serial
    number = _READERS[kind](serial)
    if number.proposed:
        raise CheckDigitProposed(serial, number.value)
    return number.value
