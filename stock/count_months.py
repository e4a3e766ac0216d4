"""The month-end count: what it still lacks, which keeps the month from being closed (STK-11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from ledger.accounts import Account, Commodity
from ledger.documents import Document
from ledger.text import Text
from ledger.times import month_of
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.count_tables import Count
from stock.counts import state_of
from stock.holdings import balances_at_end

COUNTED_PLACES = ("store", "clerk", "counter", "demo")

LACKS: dict[str, Text] = {
    "not_counted": Text("未月盘", "No monthly count"),
    "not_finished": Text("月盘未完成", "Monthly count not finished"),
    "not_settled": Text("差异未出结果", "Differences not settled"),
    "not_posted": Text("盘点单未批准入账", "Result not approved and posted"),
}


@dataclass(frozen=True, slots=True)
class MonthPlace:
    """A place that holds goods at the month's end, its monthly count, and what is lacking.

    `lack` is one of LACKS, '' where all is done.
    """

    account: Account
    count: Count | None
    lack: str


def month_count_posted(uow: UnitOfWork, hall_id: int, year: int, month: int) -> bool:
    """Tell whether every place with goods has its monthly count, settled and posted."""
    return not any(place.lack for place in month_places(uow, hall_id, year, month))


def month_places(uow: UnitOfWork, hall_id: int, year: int, month: int) -> list[MonthPlace]:
    """Give the places that a month-end count has to cover, and how far each is.

    A whole monthly count dated in the month covers its place; the last one counts.
    """
    first, last = month_of(dt.date(year, month, 1))
    counts: dict[int, Count] = {
        count.account_id: count
        for count in uow.session.scalars(
            select(Count)
            .where(
                Count.hall_id == hall_id,
                Count.kind == "monthly",
                Count.scope_kind == "all",
                Count.state != "cancelled",
                Count.business_date >= first,
                Count.business_date <= last,
            )
            .order_by(Count.count_no)
        )
    }
    holding = _holding(uow, hall_id, last)
    accounts = uow.session.scalars(
        select(Account)
        .where(Account.hall_id == hall_id, Account.id.in_(holding | counts.keys()))
        .order_by(Account.kind.desc(), Account.holder)
    )
    return [
        MonthPlace(account, counts.get(account.id), _lack(uow, counts.get(account.id)))
        for account in accounts
    ]


def _holding(uow: UnitOfWork, hall_id: int, last: dt.date) -> set[int]:
    """Give the accounts that hold goods at the end of that day."""
    held = balances_at_end(hall_id, last)
    query = (
        select(held.c.account_id)
        .join(Account, (Account.hall_id == hall_id) & (Account.id == held.c.account_id))
        .join(Commodity, Commodity.id == held.c.commodity_id)
        .where(held.c.amount > 0, Account.kind.in_(COUNTED_PLACES), Commodity.category.in_(GOODS))
        .distinct()
    )
    return set(uow.session.scalars(query))


def _lack(uow: UnitOfWork, count: Count | None) -> str:
    if count is None:
        return "not_counted"
    state = state_of(uow, count)
    if state in ("open", "recounting"):
        return "not_finished"
    if state == "finished":
        return "not_settled"
    if count.document_id is None:
        return ""
    document = uow.session.get_one(Document, (count.hall_id, count.document_id))
    return "" if document.state == "posted" else "not_posted"
