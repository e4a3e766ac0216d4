"""From what people scan and key to a document's lines: items, serials and places worked out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from ledger.accounts import Account, Commodity
from ledger.balances import Balance
from ledger.documents import Line
from ledger.organisations import Hall
from ledger.posting_errors import IdentifierTaken
from ledger.units import NamedUnit, Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.errors import HolderNeeded, NothingHeld, NotOurSale, SerialTwice
from stock.kinds import (
    BY_UNIT,
    HOLDER,
    HOLDER_OR_STORE,
    STORE_OR_REPAIR,
    TO_HOLDER,
    PaperKind,
)
from stock.naming import names_of_run, number_kind, stored_serial, whole_numbers
from stock.place_words import OUTSIDE
from stock.places import Places
from stock.runs import runs_of
from stock.scans import choose_unit, find_named

_HOLDERS_OF_FACTS = {
    "transit": "to_hall",
    "other_hall": "from_hall",
    "agent": "agent",
}


class MoveLine(NamedTuple):
    """One line as people give it: any name of a unit, a run, or a quantity of an item.

    `item` may be left out where `serial` names a known unit; `quantity` 0 takes as many as the run
    has. `holder` is the clerk or counter the goods leave (or enter, where a kind has one such end),
    `to_holder` the one they enter.
    """

    item: str
    quantity: int = 0
    serial: str = ""
    serial_to: str = ""
    holder: str = ""
    to_holder: str = ""
    unit_cost_fen: int | None = None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A document in the making: whose, of which kind, what it states, when."""

    uow: UnitOfWork
    hall: Hall
    name: str
    kind: PaperKind
    facts: Mapping[str, str]
    on: dt.date
    units: dict[str, NamedUnit] = field(default_factory=dict)
    """Unit by its own serial, for each line that names one."""
    elsewhere: dict[str, int] = field(default_factory=dict)
    """Hall by serial, of what a customer brings that stands in another hall's books."""

    @property
    def brings_goods(self) -> bool:
        """Whether its serials may be new to the group."""
        return self.name in ("receipt", "transfer_in", "into_care")


def make_lines(move: Move, lines: Sequence[MoveLine]) -> list[Line]:
    """Give the lines of a document; raises what is wrong with the first that is wrong."""
    places = Places(move.uow, move.hall)
    if move.name == "receipt":
        return _lines_of_receipt(move, places, lines)
    named = find_named(move.uow, move.hall.id, {line.serial for line in lines if line.serial})
    made: list[Line] = []
    seen: dict[int, str] = {}
    for line in lines:
        unit = _unit_of(move, line, named.get(line.serial, []))
        if unit is not None:
            if not line.serial_to and unit.unit_id in seen:
                raise SerialTwice(serial=line.serial, earlier=seen[unit.unit_id])
            seen[unit.unit_id] = line.serial
            move.units[unit.serial] = unit
        made.append(_line(move, places, line, unit))
    return made


def _lines_of_receipt(move: Move, places: Places, lines: Sequence[MoveLine]) -> list[Line]:
    """Give the lines of goods that come in new: many, alike, and none of them known yet."""
    store = places.account("store")
    source = places.account(move.facts.get("source", "supplier"))
    serials: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        serials[line.item].append(line.serial)
    items = {code: places.item(code) for code in serials}
    whole = {code: whole_numbers(number_kind(items[code]), serials[code]) for code in serials}
    made: list[Line] = []
    for line in lines:
        code, quantity, serial, serial_to, _, _, cost, names = line
        if not serial or serial_to:
            made.append(_line(move, places, line, None))
            continue
        item = items[code]
        if serial not in whole[code]:
            serial = stored_serial(item, serial)
        made.append(Line(item, store, source, quantity or 1, serial, "", cost, names))
    return made


def everything_held(uow: UnitOfWork, hall: Hall, line: MoveLine) -> list[MoveLine]:
    """Give lines for all that the line's holder holds, serials in runs; raises NothingHeld."""
    places = Places(uow, hall)
    if not line.holder:
        raise HolderNeeded(item="")
    account = places.custody(line.holder)
    units = uow.session.execute(
        select(Unit.commodity_id, Unit.serial).where(
            Unit.hall_id == hall.id, Unit.account_id == account.id
        )
    )
    serials: dict[int, list[str]] = {}
    for commodity_id, serial in units:
        serials.setdefault(commodity_id, []).append(serial)
    amounts = uow.session.execute(
        select(Balance.commodity_id, Balance.amount).where(
            Balance.hall_id == hall.id, Balance.account_id == account.id, Balance.amount > 0
        )
    )
    items = {c.id: c for c in places.commodities.values()}
    held: list[MoveLine] = []
    for commodity_id, amount in sorted(amounts):
        item = items[commodity_id]
        ends = (line.holder, line.to_holder)
        if item.tracking == "quantity":
            held.append(MoveLine(item.code, amount, "", "", *ends))
            continue
        held += [
            MoveLine(item.code, count, first, last if count > 1 else "", *ends)
            for first, last, count in runs_of(item, serials[commodity_id])
        ]
    if not held:
        raise NothingHeld(holder=line.holder)
    return held


def _unit_of(move: Move, line: MoveLine, found: list[NamedUnit]) -> NamedUnit | None:
    """Give the unit a line names; one that comes from outside need not be known."""
    if not line.serial:
        return None
    if move.brings_goods:
        return _brought_in(move, line, found) if move.name == "into_care" else None
    if line.serial_to and not found:
        # The ends of a run may be bodies without check digit; posting finds each of its units.
        return None
    return choose_unit(move.hall.id, line.serial, found, line.item)


def _brought_in(move: Move, line: MoveLine, found: Sequence[NamedUnit]) -> NamedUnit | None:
    """Give the unit a customer brings: one we sold him, or had in our care before; else None.

    What another hall sold him stays in its books, and is a customer's own piece in ours. Raises
    IdentifierTaken for what is on hand here.
    """
    here = [unit for unit in found if unit.hall_id == move.hall.id]
    known = [unit for unit in here if unit.place_kind in ("customer", "owner")]
    if known:
        return min(known, key=lambda unit: unit.place_kind)
    if any(unit.place_kind not in OUTSIDE for unit in here):
        raise IdentifierTaken(serial=line.serial, count=1)
    for unit in found:
        if unit.hall_id != move.hall.id:
            move.elsewhere[unit.serial] = unit.hall_id
    return None


@dataclass(frozen=True, slots=True)
class _Given:
    """A line as people give it, with what is known of it so far."""

    line: MoveLine
    item: Commodity
    unit: NamedUnit | None


def _line(move: Move, places: Places, line: MoveLine, unit: NamedUnit | None) -> Line:
    item = places.item(line.item or (unit.item if unit else ""))
    if unit is not None and move.name == "into_care":
        item = places.item(unit.item)
    serial = unit.serial if unit and not line.serial_to else line.serial.strip()
    if move.name == "into_care" and unit is None and serial:
        if not GOODS[item.category].in_care_only:
            raise NotOurSale(serial=serial)
        serial = stored_serial(item, serial)
    quantity = line.quantity
    if line.serial and not quantity:
        quantity = len(names_of_run(item, serial, line.serial_to.strip())[2])
    given = _Given(line, item, unit)
    return Line(
        commodity=item,
        debit=_end(move, places, given, move.kind.debit, enters=True),
        credit=_end(move, places, given, move.kind.credit, enters=False),
        quantity=quantity,
        serial=serial,
        serial_to=line.serial_to.strip(),
        unit_cost_fen=line.unit_cost_fen,
        names=line.names,
    )


def _end(move: Move, places: Places, given: _Given, end: str, *, enters: bool) -> Account:
    """Give the account at one end of a line."""
    if end == BY_UNIT:
        return _end_by_unit(move, places, given, enters=enters)
    if end == STORE_OR_REPAIR:
        faulty = given.unit is not None and given.unit.place_kind == "repair"
        return places.account("repair" if faulty else "store")
    if end in (HOLDER, TO_HOLDER, HOLDER_OR_STORE):
        return _custody(move, places, given, end, enters=enters)
    if move.name == "receipt" and not enters:
        return places.account(move.facts.get("source", "supplier"))
    fact = _HOLDERS_OF_FACTS.get(end, "")
    return places.account(end, move.facts.get(fact, ""))


def _custody(move: Move, places: Places, given: _Given, end: str, *, enters: bool) -> Account:
    line, unit = given.line, given.unit
    has_both_ends = move.kind.debit == TO_HOLDER
    holder = line.holder or ("" if has_both_ends else line.to_holder)
    if end == TO_HOLDER:
        holder = line.to_holder
    if holder:
        return places.custody(holder)
    if unit is not None and not enters and unit.place_kind:
        wanted = ("clerk", "counter") if end == HOLDER else ("clerk", "counter", "store")
        lost = move.name == "scrap" and unit.place_kind not in OUTSIDE
        if unit.place_kind in wanted or lost:
            return places.account(unit.place_kind, unit.holder)
    if end == HOLDER_OR_STORE and move.name == "scrap" and "to_hall" in move.facts:
        return places.account("transit", move.facts["to_hall"])
    if end == HOLDER_OR_STORE:
        return places.account("store")
    raise HolderNeeded(item=given.item.code)


def _end_by_unit(move: Move, places: Places, given: _Given, *, enters: bool) -> Account:
    """A swap's old unit is faulty; a customer's phone goes back to where it is from."""
    if move.name in ("into_care", "out_of_care"):
        ours_once = given.item.category != "customer_handset"
        return places.account("customer" if ours_once else "owner")
    comes_back = given.unit is not None and given.unit.place_kind == "customer"
    if comes_back == enters:
        return places.account("repair") if comes_back else _outgoing(move, places, given)
    return places.account("customer")


def _outgoing(move: Move, places: Places, given: _Given) -> Account:
    return _custody(move, places, given, HOLDER_OR_STORE, enters=False)
