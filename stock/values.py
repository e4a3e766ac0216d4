"""What goods are worth at cost, where the value decides who signs (DOMAIN STK-11b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

from sqlalchemy import func, or_, select

from ledger.documents import Document, DocumentLine, Line
from ledger.hall_rules import Price
from ledger.organisations import Hall
from ledger.units import resolve_names
from ledger.work import UnitOfWork
from stock.errors import ValueUnknown
from stock.naming import names_of_run


def with_values(
    uow: UnitOfWork, hall: Hall, lines: Sequence[Line], *, on: dt.date, required: bool
) -> tuple[list[Line], int]:
    """Give the lines with their unit costs, and their whole value in fen.

    Unless `required`, only costs stated on lines count. Otherwise a unit is worth what it cost,
    else what its line states, else the item's average cost, else its price; a recharge card never
    less than its face value. Raises ValueUnknown.
    """
    if not required:
        return list(lines), sum((line.unit_cost_fen or 0) * line.quantity for line in lines)
    known = _Known(uow, hall, lines, on)
    valued = []
    total = 0
    for line in lines:
        value = known.value_of(line)
        total += value
        valued.append(line._replace(unit_cost_fen=-(-value // line.quantity)))
    return valued, total


def price_of(uow: UnitOfWork, hall: Hall, item: str, on: dt.date) -> int | None:
    """Give the item's everyday price in fen in force that day."""
    return uow.session.scalar(
        select(Price.price_fen)
        .where(
            Price.hall_id == hall.id,
            Price.item == item,
            Price.campaign == "",
            Price.valid_from <= on,
            or_(Price.valid_to.is_(None), Price.valid_to >= on),
        )
        .order_by(Price.valid_from.desc())
        .limit(1)
    )


class _Known:
    """What the books know of the worth of lines: their units asked for at once, each item once."""

    def __init__(self, uow: UnitOfWork, hall: Hall, lines: Sequence[Line], on: dt.date) -> None:
        self._serials = {
            line: names_of_run(line.commodity, line.serial, line.serial_to)[2]
            for line in lines
            if line.serial
        }
        wanted = {serial for serials in self._serials.values() for serial in serials}
        self._hall = hall
        self._units = resolve_names(uow, hall.id, wanted) if wanted else {}
        self._average = cache(lambda commodity_id: _average_cost(uow, hall, commodity_id))
        self._price = cache(lambda item: price_of(uow, hall, item, on))

    def value_of(self, line: Line) -> int:
        """Give the worth of a line in fen; raises ValueUnknown."""
        costs = self._unit_costs(line)
        rest = line.quantity - len(costs)
        value = sum(costs)
        if rest > 0:
            each = line.unit_cost_fen
            if each is None:
                each = self._average(line.commodity.id)
            if each is None:
                each = self._price(line.commodity.code)
            if each is None:
                raise ValueUnknown(item=line.commodity.code)
            value += rest * each
        if line.commodity.category == "recharge_card":
            face = self._price(line.commodity.code) or 0
            value = max(value, face * line.quantity)
        return value

    def _unit_costs(self, line: Line) -> list[int]:
        costs = {
            unit.unit_id: unit.cost_fen
            for serial in self._serials.get(line, ())
            for unit in self._units.get(serial, ())
            if unit.hall_id == self._hall.id and unit.commodity_id == line.commodity.id
        }
        return [cost for cost in costs.values() if cost is not None]


def _average_cost(uow: UnitOfWork, hall: Hall, commodity_id: int) -> int | None:
    """Give the average cost a piece of all posted receipts of the item that state one."""
    amount, pieces = uow.session.execute(
        select(
            func.sum(DocumentLine.quantity * DocumentLine.unit_cost_fen),
            func.sum(DocumentLine.quantity),
        )
        .join(
            Document,
            (Document.hall_id == DocumentLine.hall_id)
            & (Document.id == DocumentLine.document_id)
            & (Document.revision == DocumentLine.revision),
        )
        .where(
            DocumentLine.hall_id == hall.id,
            DocumentLine.commodity_id == commodity_id,
            DocumentLine.unit_cost_fen.is_not(None),
            Document.kind.in_(("receipt", "transfer_in")),
            Document.state == "posted",
        )
    ).one()
    return None if not pieces else -(-int(amount) // int(pieces))
