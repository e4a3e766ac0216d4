"""What a label must show: everybody's price, or a campaign's while it has one (DOMAIN STK-09).

A position may belong to a campaign. Its label then follows the campaign's price from its first day
to its last, and everybody's price before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from ledger.hall_rules import Price
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from stock.label_tasks import PriceStart
from stock.prices import FOR_ALL, price_starts, prices_in_force


def shown_prices(
    uow: UnitOfWork, hall_id: int, on: dt.date, *, items: Collection[str], campaign: str
) -> dict[str, int]:
    """Give item -> the price in fen its label must show on a day."""
    shown = prices_in_force(uow, hall_id, on, items=items)
    if campaign != FOR_ALL:
        shown |= prices_in_force(uow, hall_id, on, items=items, campaign=campaign)
    return shown


def shown_since(
    uow: UnitOfWork, hall_id: int, on: dt.date, *, items: Collection[str], campaign: str
) -> dt.date:
    """Give the first day of the price that the label shows on a day."""
    starts = price_starts(uow, hall_id, on, items=items)
    if campaign != FOR_ALL:
        starts |= price_starts(uow, hall_id, on, items=items, campaign=campaign)
    return max(starts.values(), default=on)


def days_of_change(
    uow: UnitOfWork, hall_id: int, items: Collection[str], campaign: str, since: dt.date
) -> list[PriceStart]:
    """Give each day from `since` on from which the label shows another price than the day before.

    A day on which there is no price any more asks for no label.
    """
    rows = uow.session.execute(
        select(Price.valid_from, Price.valid_to).where(
            Price.hall_id == hall_id,
            Price.item.in_(items),
            Price.campaign.in_((FOR_ALL, campaign)),
        )
    ).all()
    days = {first for first, _ in rows} | {last + A_DAY for _, last in rows if last is not None}
    found = []
    for day in sorted(day for day in days if day >= since):
        now = _price(uow, hall_id, day, items, campaign)
        if (
            now is not None
            and now[1] != (_price(uow, hall_id, day - A_DAY, items, campaign) or ("", None))[1]
        ):
            found.append(PriceStart(now[0], day, now[1]))
    return found


def _price(
    uow: UnitOfWork, hall_id: int, day: dt.date, items: Collection[str], campaign: str
) -> tuple[str, int] | None:
    prices = shown_prices(uow, hall_id, day, items=items, campaign=campaign)
    return min(prices.items(), default=None)
