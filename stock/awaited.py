"""What a manifest still awaits, held against what was scanned: expected, unexpected, missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from ledger.accounts import Commodity
from ledger.organisations import Hall
from ledger.units import resolve_names
from ledger.work import UnitOfWork
from stock.document_tables import ManifestLine
from stock.move_lines import MoveLine
from stock.naming import names_of_run
from stock.places import Places
from stock.runs import runs_of
from stock.scans import readings_of


@dataclass(frozen=True, slots=True)
class Awaited:
    """One line of a manifest as it stands: an item, a unit of it or a quantity, how much came."""

    line_no: int
    item: str
    name: str
    serial: str
    quantity: int
    received: int
    unit_cost_fen: int | None

    @property
    def missing(self) -> int:
        """How much has not come yet."""
        return self.quantity - self.received


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was scanned held against what is awaited.

    `expected` pairs each awaited line with the quantity that came; `unexpected` are scanned lines
    that nobody awaits, or no longer; `missing` are awaited lines of which something has not
    come, as they stand after this receipt.
    """

    expected: tuple[tuple[Awaited, int], ...]
    unexpected: tuple[MoveLine, ...]
    missing: tuple[Awaited, ...]


def awaited_lines(uow: UnitOfWork, hall: Hall, number: int) -> list[Awaited]:
    """Give the lines of a manifest in order."""
    rows = uow.session.execute(
        select(
            ManifestLine.line_no,
            Commodity.code,
            Commodity.name,
            ManifestLine.serial,
            ManifestLine.quantity,
            ManifestLine.received,
            ManifestLine.unit_cost_fen,
        )
        .join(Commodity, Commodity.id == ManifestLine.commodity_id)
        .where(ManifestLine.hall_id == hall.id, ManifestLine.manifest_id == number)
        .order_by(ManifestLine.line_no)
    )
    return [Awaited(*row) for row in rows]


def compare_receipt(
    uow: UnitOfWork, *, hall: Hall, number: int, lines: Sequence[MoveLine]
) -> Comparison:
    """Hold what was scanned against the manifest; nothing is written."""
    awaited = awaited_lines(uow, hall, number)
    lines = _spelled_out(uow, hall, lines)
    came: dict[int, int] = {}
    unexpected: list[MoveLine] = []
    by_serial = _open_serials(uow, hall, awaited, [line.serial for line in lines if line.serial])
    by_item: dict[str, list[Awaited]] = {}
    for one in awaited:
        if not one.serial:
            by_item.setdefault(one.item, []).append(one)
    for line in lines:
        if line.serial:
            found = by_serial.get(line.serial)
            if found is None or found.line_no in came:
                unexpected.append(line)
            else:
                came[found.line_no] = 1
            continue
        left = line.quantity
        for one in by_item.get(line.item, ()):
            taken = min(left, one.missing - came.get(one.line_no, 0))
            if taken > 0:
                came[one.line_no] = came.get(one.line_no, 0) + taken
                left -= taken
        if left:
            unexpected.append(MoveLine(line.item, left))
    return Comparison(
        expected=tuple((one, came[one.line_no]) for one in awaited if one.line_no in came),
        unexpected=tuple(unexpected),
        missing=tuple(
            replace(one, received=one.received + came.get(one.line_no, 0))
            for one in awaited
            if one.missing > came.get(one.line_no, 0)
        ),
    )


def _spelled_out(uow: UnitOfWork, hall: Hall, lines: Sequence[MoveLine]) -> Sequence[MoveLine]:
    """Give a line for each unit of a run."""
    if not any(line.serial_to for line in lines):
        return lines
    places = Places(uow, hall)
    single: list[MoveLine] = []
    for line in lines:
        if not line.serial_to:
            single.append(line)
            continue
        serials = names_of_run(places.item(line.item), line.serial, line.serial_to)[2]
        single += [line._replace(quantity=1, serial=one, serial_to="") for one in serials]
    return single


def lines_of_receipt(
    uow: UnitOfWork, hall: Hall, expected: Sequence[tuple[Awaited, int]]
) -> list[MoveLine]:
    """Give what came in the fewest lines: serials of one item and cost as minimal runs."""
    places = Places(uow, hall)
    moved: list[MoveLine] = []
    serials: dict[tuple[str, int | None], list[str]] = {}
    for one, quantity in expected:
        if one.serial:
            serials.setdefault((one.item, one.unit_cost_fen), []).append(one.serial)
        else:
            moved.append(MoveLine(one.item, quantity, unit_cost_fen=one.unit_cost_fen))
    for (item, cost), values in serials.items():
        moved += [
            MoveLine(item, count, first, last if count > 1 else "", unit_cost_fen=cost)
            for first, last, count in runs_of(places.item(item), values)
        ]
    return moved


def _open_serials(
    uow: UnitOfWork, hall: Hall, awaited: Sequence[Awaited], scanned: Sequence[str]
) -> dict[str, Awaited]:
    """Give scanned name -> awaited line, for lines still missing; any name of a unit will do."""
    lines = {one.serial: one for one in awaited if one.serial and one.missing}
    found: dict[str, Awaited] = {}
    rest: dict[str, list[str]] = {}
    for value in scanned:
        if value in lines:
            found[value] = lines[value]
        else:
            rest[value] = readings_of(value)
    for value, forms in rest.items():
        line = next((lines[form] for form in forms if form in lines), None)
        if line is not None:
            found[value] = line
    unmatched = {v: forms for v, forms in rest.items() if v not in found}
    if unmatched and lines:
        found |= _by_other_names(uow, hall, lines, unmatched)
    return found


def _by_other_names(
    uow: UnitOfWork, hall: Hall, lines: Mapping[str, Awaited], unmatched: Mapping[str, list[str]]
) -> dict[str, Awaited]:
    """Match scans by a second name of a unit that the sender's books know."""
    named = resolve_names(uow, hall.id, {form for forms in unmatched.values() for form in forms})
    if not named:
        return {}
    units = {
        (unit.hall_id, unit.unit_id): line
        for serial, found in resolve_names(uow, hall.id, lines).items()
        for unit in found
        for line in [lines[serial]]
    }
    matched = {}
    for value, forms in unmatched.items():
        for form in forms:
            for unit in named.get(form, ()):
                if (unit.hall_id, unit.unit_id) in units:
                    matched[value] = units[unit.hall_id, unit.unit_id]
    return matched
