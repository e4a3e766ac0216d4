"""What to ask for of each item, and what does not move: 合理库存建议 and 滞销 (DOMAIN STK-13)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.accounts import Commodity
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.demand import last_sales, sold_by_day
from stock.document_tables import Manifest, ManifestLine
from stock.holdings import OUR_KINDS, SALE_KINDS, Holding, list_holdings
from stock.reorder import Delivery, Demand, Proposal, Stock, measure_demand, propose_reorder
from stock.stock_limits import StockLimits, stock_limits

TRADED = frozenset(name for name, rule in GOODS.items() if rule.saleable or rule.gift)


@dataclass(frozen=True, slots=True)
class Advice:
    """One item: all that went into the proposal, and the proposal."""

    item: Commodity
    demand: Demand
    delivery: Delivery
    stock: Stock
    proposal: Proposal
    last_sold: dt.date | None


@dataclass(frozen=True, slots=True)
class SlowItem:
    """An item on hand that was not sold for long: how many, and when one was sold last."""

    item: Commodity
    quantity: int
    last_sold: dt.date | None
    days: int | None


def advise_reorder(uow: UnitOfWork, hall: Hall, *, on: dt.date) -> list[Advice]:
    """Give advice for every item that is on hand or was sold in the days looked at.

    The days end with `on` and begin no earlier than the books. In transit is what manifests await
    now, whatever the day.
    Goods that cannot be sold or given are left out.
    """
    limits = stock_limits(uow, hall)
    days = min(limits["demand_days"], max((on - hall.books_open_on).days + 1, 1))
    sold = sold_by_day(uow, hall, on - dt.timedelta(days=days - 1), on)
    holdings = list_holdings(uow, hall, kinds=SALE_KINDS, on=on)
    held = _by_item(holdings)
    items = {one.item.code: one.item for one in holdings}
    missing = sold.keys() - items.keys()
    known = select(Commodity).where(Commodity.code.in_(sorted(missing)))
    items.update({item.code: item for item in uow.session.scalars(known)})
    last = last_sales(uow, hall, sorted(items), on)
    delivery, awaited = _delivery(limits), _awaited(uow, hall)
    advice = []
    for code, item in sorted(items.items()):
        if item.category not in TRADED:
            continue
        demand = measure_demand(list(sold.get(code, {}).values()), days)
        stock = Stock(
            on_hand=held[code],
            in_transit=awaited.get(code, 0),
            pack_size=item.pack_size or 1,
        )
        proposal = propose_reorder(
            demand,
            delivery,
            stock,
            few_selling_days=limits["few_selling_days"],
            display_minimum=limits["display_minimum"],
        )
        advice.append(Advice(item, demand, delivery, stock, proposal, last.get(code)))
    return advice


def list_slow_movers(uow: UnitOfWork, hall: Hall, *, on: dt.date) -> list[SlowItem]:
    """Give what is on hand and was not sold in the hall's slow-mover days, the longest first.

    What cannot be sold or given does not count as slow.
    """
    limit = stock_limits(uow, hall)["slow_mover_days"]
    holdings = [
        one
        for one in list_holdings(uow, hall, kinds=OUR_KINDS, on=on)
        if one.item.category in TRADED
    ]
    held = _by_item(holdings)
    items = {one.item.code: one.item for one in holdings}
    last = last_sales(uow, hall, sorted(items), on)
    slow = []
    for code, item in items.items():
        sold = last.get(code)
        days = None if sold is None else (on - sold).days
        if days is None or days >= limit:
            slow.append(SlowItem(item, held[code], sold, days))
    return sorted(slow, key=lambda one: (one.last_sold or dt.date.min, one.item.code))


def _delivery(limits: StockLimits) -> Delivery:
    return Delivery(
        limits["lead_time_days"],
        limits["lead_time_deviation_days"],
        limits["review_interval_days"],
        limits.service_factor,
    )


def _awaited(uow: UnitOfWork, hall: Hall) -> dict[str, int]:
    """Give item -> pieces that open manifests still await."""
    missing = func.sum(ManifestLine.quantity - ManifestLine.received)
    rows = uow.session.execute(
        select(Commodity.code, missing)
        .join(Commodity, Commodity.id == ManifestLine.commodity_id)
        .join(
            Manifest,
            (Manifest.hall_id == ManifestLine.hall_id) & (Manifest.id == ManifestLine.manifest_id),
        )
        .where(ManifestLine.hall_id == hall.id, Manifest.state == "open")
        .group_by(Commodity.code)
    )
    return {item: int(pieces) for item, pieces in rows}


def _by_item(holdings: Iterable[Holding]) -> Counter[str]:
    held: Counter[str] = Counter()
    for one in holdings:
        held[one.item.code] += one.quantity
    return held
