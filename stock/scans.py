"""What people scan or key, as the unit it stands for: any name finds it (STK-01 to 03)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.units import NamedUnit, resolve_names
from ledger.work import UnitOfWork
from stock.errors import SerialAmbiguous, SerialInOtherHall, SerialUnknown
from stock.serials import SerialRefused, read_iccid, read_imei, read_meid

_READERS = (read_imei, read_iccid, read_meid)


def readings_of(value: str) -> list[str]:
    """Give the forms a scanned value may be stored in, the value as it stands first."""
    forms = [value.strip()]
    for read in _READERS:
        try:
            forms.append(read(value).value)
        except SerialRefused:
            continue
    return list(dict.fromkeys(forms))


def find_named(uow: UnitOfWork, hall_id: int, values: Iterable[str]) -> dict[str, list[NamedUnit]]:
    """Give for each value as scanned the units it may name, in few statements."""
    readings = {value: readings_of(value) for value in values}
    found = resolve_names(uow, hall_id, {form for forms in readings.values() for form in forms})
    return {
        value: next((found[form] for form in forms if form in found), [])
        for value, forms in readings.items()
    }


def choose_unit(hall_id: int, value: str, units: list[NamedUnit], item: str = "") -> NamedUnit:
    """Give the one unit of this hall that a value names, of `item` if that is given.

    Raises SerialUnknown, SerialInOtherHall and SerialAmbiguous.
    """
    if not units:
        raise SerialUnknown(serial=value)
    here = [unit for unit in units if unit.hall_id == hall_id]
    if not here:
        raise SerialInOtherHall(serial=value)
    named = [unit for unit in here if not item or unit.item == item] or here
    # What we took care of once and gave back says nothing of a piece that is ours.
    named = [unit for unit in named if unit.place_kind != "owner"] or named
    if len({unit.unit_id for unit in named}) > 1:
        items = ", ".join(sorted({unit.item for unit in named}))
        raise SerialAmbiguous(serial=value, items=items)
    return named[0]
