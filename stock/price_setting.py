"""Setting prices: a new one from a day on closes the earlier one the day before.

What was in force is never changed. Who set a price and when is an event, and each change asks for
labels (DOMAIN STK-09).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.events import record
from ledger.hall_days import OPEN_FOR_POSTING, HallDay
from ledger.hall_rules import Price
from ledger.money import show_yuan
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from stock.campaign_labels import ask_campaign_labels
from stock.items import find_item
from stock.label_tables import LabelledItem, LabelPosition
from stock.label_tasks import PriceStart, ask_for_labels, today_of
from stock.price_errors import (
    PriceInThePast,
    PriceNotSo,
    PriceOfSignedDay,
    PricePlannedWithin,
    VariantsUnderOneLabel,
)
from stock.price_periods import Period, in_force, place_period, planned_within
from stock.prices import FOR_ALL
from stock.shown_prices import shown_prices

MOST_FEN = 10**11


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price in fen of an item from a day on, until a day or without end."""

    item: str
    price_fen: int
    valid_from: dt.date
    valid_to: dt.date | None = None
    campaign: str = FOR_ALL


def set_prices(uow: UnitOfWork, *, hall: Hall, prices: Sequence[NewPrice]) -> int:
    """Set prices that begin today or later, together; gives how many labels have to be changed.

    Variants that share a label change their price in one call. Raises NotPermitted, UnknownItem,
    PriceNotSo, PriceInThePast, PriceOfSignedDay, PricePlannedWithin and VariantsUnderOneLabel.
    """
    require(uow, hall.id, "prices", "set")
    lock_head(uow, hall.id)
    check_new_prices(uow, hall, prices)
    return place_prices(uow, hall, prices, act="price.set")


def check_new_prices(uow: UnitOfWork, hall: Hall, prices: Sequence[NewPrice]) -> None:
    """Go on only with prices that can be set; raises what `set_prices` raises of one price."""
    today = today_of(uow)
    for new in prices:
        find_item(uow, new.item)
        require_sound(new, today)
        within = planned_within(
            _periods(uow, hall.id, new.item, new.campaign),
            Period(new.valid_from, new.valid_to, new.price_fen),
        )
        if within is not None:
            raise PricePlannedWithin(item=new.item, date=within)
    require_unsigned(uow, hall, prices)


def first_free_day(uow: UnitOfWork, hall_id: int) -> dt.date | None:
    """Give the day after the last one that is signed, None where none is."""
    last = uow.session.scalar(
        select(func.max(HallDay.business_date)).where(
            HallDay.hall_id == hall_id, HallDay.hall_status.not_in(OPEN_FOR_POSTING)
        )
    )
    return None if last is None else last + A_DAY


def require_unsigned(uow: UnitOfWork, hall: Hall, prices: Iterable[NewPrice]) -> None:
    """Go on only with prices that no signed day was audited without; raises PriceOfSignedDay."""
    free = first_free_day(uow, hall.id)
    for new in prices:
        ended = new.valid_to is not None and new.valid_to < hall.books_open_on
        if free is not None and new.valid_from < free and not ended:
            raise PriceOfSignedDay(item=new.item, date=new.valid_from, free=free)


def place_prices(uow: UnitOfWork, hall: Hall, prices: Sequence[NewPrice], *, act: str) -> int:
    """Give each price its place among the others and ask for labels, by one event a price.

    Raises VariantsUnderOneLabel.
    """
    starts: list[PriceStart] = []
    labels = 0
    for new in prices:
        with record(
            uow,
            hall_id=hall.id,
            act=act,
            subject=f"item:{new.item}",
            business_date=today_of(uow),
            facts=_facts(new),
        ) as event:
            rows = _rows(uow, hall.id, new.item, new.campaign)
            begun = place_price(uow, hall.id, rows, new, event.event_no)
            uow.session.flush()
            labels += ask_for_labels(uow, hall.id, event.event_no, begun)
            labels += ask_campaign_labels(uow, hall.id, event.event_no, [new.item])
            starts += begun or [PriceStart(new.item, new.valid_from, new.price_fen)]
    _require_one_price_a_label(uow, hall.id, starts)
    return labels


def require_one_price(uow: UnitOfWork, hall_id: int, position: str, on: dt.date) -> None:
    """Go on only where all items of a position cost the same; raises VariantsUnderOneLabel."""
    items = uow.session.scalars(
        select(LabelledItem.item).where(
            LabelledItem.hall_id == hall_id, LabelledItem.position == position
        )
    ).all()
    held = uow.session.get(LabelPosition, (hall_id, position))
    campaign = held.campaign if held is not None else FOR_ALL
    prices = shown_prices(uow, hall_id, on, items=items, campaign=campaign)
    ranked = sorted(prices, key=lambda item: (prices[item], item))
    if ranked and prices[ranked[0]] != prices[ranked[-1]]:
        item, other = ranked[0], ranked[-1]
        raise VariantsUnderOneLabel(
            position=position,
            item=item,
            price=show_yuan(prices[item]),
            other=other,
            other_price=show_yuan(prices[other]),
            date=on,
        )


def planned_starts(uow: UnitOfWork, hall_id: int, items: Iterable[str]) -> list[PriceStart]:
    """Give everybody's prices of items that begin after today."""
    rows = uow.session.execute(
        select(Price.item, Price.valid_from, Price.price_fen).where(
            Price.hall_id == hall_id,
            Price.campaign == FOR_ALL,
            Price.item.in_(list(items)),
            Price.valid_from > today_of(uow),
        )
    )
    return [PriceStart(item, day, fen) for item, day, fen in rows]


def require_sound(new: NewPrice, today: dt.date) -> None:
    """Go on only with a price that begins today or later; raises PriceNotSo, PriceInThePast."""
    if not 0 <= new.price_fen < MOST_FEN:
        raise PriceNotSo(
            what=Text("金额须在 0 与 10 亿元之间。", "it lies between 0 and a billion yuan.")
        )
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise PriceNotSo(what=Text("结束日早于开始日。", "its last day lies before its first day."))
    if new.valid_from < today:
        raise PriceInThePast(item=new.item, date=new.valid_from, today=today)


def _facts(new: NewPrice) -> dict[str, object]:
    return {
        "campaign": new.campaign,
        "price_fen": new.price_fen,
        "valid_from": new.valid_from.isoformat(),
        "valid_to": new.valid_to.isoformat() if new.valid_to else None,
    }


def _periods(uow: UnitOfWork, hall_id: int, item: str, campaign: str) -> list[Period]:
    return [
        Period(p.valid_from, p.valid_to, p.price_fen) for p in _rows(uow, hall_id, item, campaign)
    ]


def _rows(uow: UnitOfWork, hall_id: int, item: str, campaign: str) -> list[Price]:
    rows = select(Price).where(
        Price.hall_id == hall_id, Price.item == item, Price.campaign == campaign
    )
    return list(uow.session.scalars(rows))


def place_price(
    uow: UnitOfWork, hall_id: int, known: list[Price], new: NewPrice, event_no: int
) -> list[PriceStart]:
    """Give a price its place among the `known` ones of its item and campaign.

    Gives where the label of everybody's price must change.
    """
    before = [Period(row.valid_from, row.valid_to, row.price_fen) for row in known]
    changed = place_period(before, Period(new.valid_from, new.valid_to, new.price_fen))
    return write_periods(uow, hall_id, (new.item, new.campaign), known, changed, event_no=event_no)


def write_periods(
    uow: UnitOfWork,
    hall_id: int,
    key: tuple[str, str],
    known: Iterable[Price],
    periods: Sequence[Period],
    *,
    event_no: int,
) -> list[PriceStart]:
    """Write periods of an (item, campaign), new and changed ones alike.

    Gives where the label of everybody's price must change.
    """
    item, campaign = key
    rows = {row.valid_from: row for row in known}
    before = {first: Period(first, row.valid_to, row.price_fen) for first, row in rows.items()}
    for period in periods:
        row = rows.get(period.first)
        if row is None:
            row = Price(hall_id=hall_id, item=item, campaign=campaign, valid_from=period.first)
            uow.session.add(row)
        if row.price_fen != period.price_fen:
            row.event_no = event_no
        row.valid_to, row.price_fen = period.last, period.price_fen
    if campaign != FOR_ALL:
        return []
    return [
        PriceStart(item, p.first, p.price_fen)
        for p in _label_changes(before, periods, today_of(uow))
    ]


def _label_changes(
    before: Mapping[dt.date, Period], periods: Sequence[Period], today: dt.date
) -> Iterator[Period]:
    """Give the prices that need a label: unlike the day before's, or unlike what was planned.

    Nothing is put up any more for a price that has ended.
    """
    present = {**before, **{p.first: p for p in periods}}
    for period in periods:
        was = before.get(period.first)
        ended = period.last is not None and period.last < today
        if ended or (was is not None and was.price_fen == period.price_fen):
            continue
        earlier = in_force(present.values(), period.first - A_DAY)
        if was or earlier is None or earlier.price_fen != period.price_fen:
            yield period


def _require_one_price_a_label(uow: UnitOfWork, hall_id: int, starts: Iterable[PriceStart]) -> None:
    days: dict[str, set[dt.date]] = {}
    for start in starts:
        days.setdefault(start.item, set()).add(start.day)
    shared = uow.session.execute(
        select(LabelledItem.position, LabelledItem.item)
        .where(LabelledItem.hall_id == hall_id, LabelledItem.item.in_(days))
        .order_by(LabelledItem.position)
    ).all()
    for position, item in shared:
        for day in sorted(days[item]):
            require_one_price(uow, hall_id, position, day)
