"""Items and prices as files bring them: the same file again changes nothing.

A hall folder tells history, so its prices may begin in the past. A file handed in later sets prices
from today on alone, by the rules of `price_setting`. What a file changed is one event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from ledger.accounts import Commodity, register_commodity
from ledger.events import record
from ledger.hall_rules import Price
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from stock.campaign_labels import ask_campaign_labels
from stock.errors import UnknownItem
from stock.label_tasks import PriceStart, ask_for_labels, today_of
from stock.price_periods import Period, lay_over
from stock.price_setting import (
    NewPrice,
    first_free_day,
    require_sound,
    require_unsigned,
    write_periods,
)
from stock.prices import FOR_ALL

FileRow = Mapping[str, Any]
PricedDays = Mapping[str, Sequence[tuple[dt.date, dt.date | None]]]
# Column of the items file -> column of a commodity.
ATTRIBUTES = {
    **{name: name for name in ("brand", "model", "colour", "storage", "spec", "origin", "grade")},
    "face_value": "face_value_fen",
    "pack_size": "pack_size",
}


def take_items(
    uow: UnitOfWork,
    *,
    hall: Hall,
    rows: Sequence[FileRow],
    file_name: str,
    date: dt.date,
    priced_elsewhere: PricedDays | None = None,
) -> int:
    """Make the items of a file known with their prices; gives how many were new or changed.

    An item's first price holds from the opening of the books, a different one later from `date`,
    neither from a day that is signed.
    What a file of prices says of the same item goes before it: `priced_elsewhere` gives the days,
    first and last, for which it does. Raises CommodityMismatch.
    """
    changed = sum(_take_item(uow, row) for row in rows)
    uow.session.flush()
    known = _general_prices(uow, hall.id)
    elsewhere = priced_elsewhere or {}
    free = first_free_day(uow, hall.id)
    prices = [
        new if free is None or new.valid_from >= free else replace(new, valid_from=free)
        for row in rows
        if row["price"] is not None
        and (
            new := _price_of_item(
                row, known.get(row["code"], []), hall, date, elsewhere.get(row["code"], ())
            )
        )
    ]
    load_prices(uow, hall=hall, prices=prices, file_name=file_name)
    return changed


def take_prices(
    uow: UnitOfWork, *, hall: Hall, rows: Iterable[FileRow], file_name: str, history: bool = True
) -> int:
    """Give the prices of a file their places; gives how many were new.

    Without `history` each begins today or later, of an item that is known. Raises PriceNotSo,
    PriceInThePast and UnknownItem.
    """
    prices = [
        NewPrice(
            row["item"], row["price"], row["valid_from"], row["valid_to"], row["campaign"] or ""
        )
        for row in rows
    ]
    if not history:
        _require_new(uow, hall, prices)
    return load_prices(uow, hall=hall, prices=prices, file_name=file_name)


def require_to_load(uow: UnitOfWork, hall: Hall, kind: str) -> None:
    """Go on only if the actor may hand in a file of items, or of prices; raises NotPermitted."""
    require(uow, hall.id, kind, "load")


def load_prices(uow: UnitOfWork, *, hall: Hall, prices: Sequence[NewPrice], file_name: str) -> int:
    """Place prices that are not there yet, by one event; gives how many.

    Raises PriceOfSignedDay.
    """
    known: dict[tuple[str, str], list[Price]] = {}
    for row in uow.session.scalars(select(Price).where(Price.hall_id == hall.id)):
        known.setdefault((row.item, row.campaign), []).append(row)
    new = [p for p in prices if not _is_said(known.get((p.item, p.campaign), ()), p)]
    if not new:
        return 0
    require_unsigned(uow, hall, new)
    facts = {
        "prices": [
            [p.item, p.campaign, p.price_fen, p.valid_from.isoformat(), _iso(p.valid_to)]
            for p in new
        ]
    }
    starts: list[PriceStart] = []
    with record(
        uow,
        hall_id=hall.id,
        act="prices.loaded",
        subject=f"file:{file_name}",
        business_date=today_of(uow),
        facts=facts,
    ) as event:
        for key, told in _by_key(new).items():
            rows = known.get(key, [])
            starts += write_periods(
                uow, hall.id, key, rows, _laid(rows, told), event_no=event.event_no
            )
        uow.session.flush()
        ask_for_labels(uow, hall.id, event.event_no, starts)
        ask_campaign_labels(uow, hall.id, event.event_no, sorted({one.item for one in new}))
    return len(new)


def _by_key(prices: Iterable[NewPrice]) -> dict[tuple[str, str], list[NewPrice]]:
    found: dict[tuple[str, str], list[NewPrice]] = {}
    for price in prices:
        found.setdefault((price.item, price.campaign), []).append(price)
    return found


def _laid(known: Iterable[Price], told: Iterable[NewPrice]) -> list[Period]:
    """Lay what a file tells over what is known; of the same beginning the file's counts."""
    periods = {row.valid_from: Period(row.valid_from, row.valid_to, row.price_fen) for row in known}
    periods.update({p.valid_from: Period(p.valid_from, p.valid_to, p.price_fen) for p in told})
    return lay_over(periods.values())


def _take_item(uow: UnitOfWork, row: FileRow) -> bool:
    told = {column: row.get(name) for name, column in ATTRIBUTES.items()}
    earlier = uow.session.scalar(select(Commodity).where(Commodity.code == row["code"]))
    before = _state(earlier) if earlier else None
    item = register_commodity(
        uow,
        code=row["code"],
        name=row["name"],
        category=row["category"],
        tracking=row["tracking"],
        unit=row["unit"],
        attributes=told,
    )
    return _state(item) != before


def _state(item: Commodity) -> tuple[object, ...]:
    return (item.name, item.unit, *(getattr(item, column) for column in ATTRIBUTES.values()))


def _price_of_item(
    row: FileRow,
    known: Sequence[Price],
    hall: Hall,
    date: dt.date,
    elsewhere: Sequence[tuple[dt.date, dt.date | None]],
) -> NewPrice | None:
    """Give the price an items file sets anew; None where it says what is known."""
    opened = hall.books_open_on
    if not known and elsewhere:
        # It lies under what the file of prices says, and shows where that says nothing.
        if any(first <= opened and last is None for first, last in elsewhere):
            return None
        opened = min(opened, min(first for first, _ in elsewhere) - A_DAY)
    if not known:
        return NewPrice(row["code"], row["price"], opened)
    if elsewhere:
        return None
    present = [p for p in known if p.valid_from <= date and (not p.valid_to or p.valid_to >= date)]
    if present and max(present, key=lambda p: p.valid_from).price_fen == row["price"]:
        return None
    return NewPrice(row["code"], row["price"], date)


def _general_prices(uow: UnitOfWork, hall_id: int) -> dict[str, list[Price]]:
    found: dict[str, list[Price]] = {}
    rows = select(Price).where(Price.hall_id == hall_id, Price.campaign == FOR_ALL)
    for price in uow.session.scalars(rows):
        found.setdefault(price.item, []).append(price)
    return found


def _is_said(known: Iterable[Price], new: NewPrice) -> bool:
    """Tell whether a price stands as the file says it, or was only closed earlier since."""
    return any(
        p.valid_from == new.valid_from
        and p.price_fen == new.price_fen
        and (
            p.valid_to == new.valid_to
            or (p.valid_to is not None and (new.valid_to is None or p.valid_to < new.valid_to))
        )
        for p in known
    )


def _require_new(uow: UnitOfWork, hall: Hall, prices: Iterable[NewPrice]) -> None:
    today = today_of(uow)
    items = set(uow.session.scalars(select(Commodity.code)))
    known: dict[tuple[str, str], list[Price]] = {}
    for row in uow.session.scalars(select(Price).where(Price.hall_id == hall.id)):
        known.setdefault((row.item, row.campaign), []).append(row)
    for new in prices:
        if new.item not in items:
            raise UnknownItem(item=new.item)
        if not _is_said(known.get((new.item, new.campaign), ()), new):
            require_sound(new, today)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
