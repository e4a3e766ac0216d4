"""Prices with their dates, for everybody or for one campaign: what is in force, and what was.

`PRICE_IN_FORCE` is the same rule for a query's own SQL.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.events import Event
from ledger.hall_rules import Price
from ledger.work import UnitOfWork

FOR_ALL = ""
PRICE_IN_FORCE = "{p}.valid_from <= {day} AND ({p}.valid_to IS NULL OR {p}.valid_to >= {day})"
"""For SQL: whether row `p` of prices is in force on `day`; the latest begun counts."""


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A price in an item's history, with who set it and when; '' where it came with the books."""

    campaign: str
    valid_from: dt.date
    valid_to: dt.date | None
    price_fen: int
    set_by: str
    set_at: dt.datetime | None


def price_in_force(
    uow: UnitOfWork, hall_id: int, item: str, on: dt.date, campaign: str = FOR_ALL
) -> int | None:
    """Give the price in fen on a day: the campaign's where it has one, else everybody's."""
    for wanted in dict.fromkeys((campaign, FOR_ALL)):
        price = prices_in_force(uow, hall_id, on, items=(item,), campaign=wanted).get(item)
        if price is not None:
            return price
    return None


def prices_in_force(
    uow: UnitOfWork,
    hall_id: int,
    on: dt.date,
    *,
    items: Iterable[str] | None = None,
    campaign: str = FOR_ALL,
) -> dict[str, int]:
    """Give the prices of one campaign, or everybody's, in force on a day, by item."""
    rows = _rows_in_force(uow, hall_id, on, items, campaign)
    return {row.item: row.price_fen for row in rows}


def price_starts(
    uow: UnitOfWork,
    hall_id: int,
    on: dt.date,
    *,
    items: Iterable[str],
    campaign: str = FOR_ALL,
) -> dict[str, dt.date]:
    """Give the first day of the price in force on a day, everybody's or a campaign's, by item."""
    return {row.item: row.valid_from for row in _rows_in_force(uow, hall_id, on, items, campaign)}


def _rows_in_force(
    uow: UnitOfWork, hall_id: int, on: dt.date, items: Iterable[str] | None, campaign: str
) -> Sequence[Price]:
    query = select(Price).where(
        Price.hall_id == hall_id,
        Price.campaign == campaign,
        Price.valid_from <= on,
        (Price.valid_to.is_(None)) | (Price.valid_to >= on),
    )
    if items is not None:
        query = query.where(Price.item.in_(list(items)))
    return uow.session.scalars(query.order_by(Price.valid_from)).all()


def price_history(uow: UnitOfWork, hall_id: int, item: str) -> list[PriceEntry]:
    """Give all prices of an item, the latest first, those of campaigns after everybody's."""
    rows = uow.session.execute(
        select(Price, Event.actor, Event.at)
        .outerjoin(Event, (Event.hall_id == Price.hall_id) & (Event.event_no == Price.event_no))
        .where(Price.hall_id == hall_id, Price.item == item)
        .order_by(Price.campaign, Price.valid_from.desc())
    )
    return [
        PriceEntry(p.campaign, p.valid_from, p.valid_to, p.price_fen, actor or "", at)
        for p, actor, at in rows
    ]
