"""What is on hand, where: read from the balances, so that its cost does not grow with history.

Invoice forms and money are no goods. What stands in our care is listed, and is not our stock
(DOMAIN STK-10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Subquery, cast, func, select, union_all

from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.actors import own_numbers
from ledger.balances import Balance
from ledger.hall_rules import CounterClerk
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.text import Text
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.errors import UnknownItem
from stock.report_errors import UnknownPlace

CARE = "care"
PLACE_KINDS = (
    "store",
    "clerk",
    "counter",
    "demo",
    "repair",
    "transit",
    "agent",
    "borrower",
    CARE,
)
"""The kinds of account where goods can be on hand, in the order in which they are shown."""
OUR_KINDS = tuple(kind for kind in PLACE_KINDS if kind != CARE)
"""Those of them that hold our own stock."""
SALE_KINDS = ("store", "clerk", "counter")
"""Those from which goods can be sold."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place of goods: its account, kind and holder."""

    order: int
    holder: str
    account_id: int
    kind: str

    @property
    def name(self) -> str:
        """How it is written in an address: `store`, `clerk A01`."""
        return f"{self.kind} {self.holder}".strip()

    @property
    def text(self) -> Text:
        """The kind of place and its holder."""
        kind = ACCOUNT_KINDS[self.kind].text
        return Text(f"{kind.zh} {self.holder}".strip(), f"{kind.en} {self.holder}".strip())


@dataclass(frozen=True, slots=True)
class Holding:
    """How many pieces of an item are in one place now."""

    item: Commodity
    place: Place
    quantity: int


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """One unit on hand: since when it is in this hall's books, and what it cost."""

    unit_id: int
    serial: str
    opened_on: dt.date
    cost_fen: int | None
    came_from_hall: int | None


def place_of(account: Account) -> Place:
    """Give an account where goods can be as a place."""
    order = PLACE_KINDS.index(account.kind)
    return Place(order, account.holder, account.id, account.kind)


def list_holdings(
    uow: UnitOfWork,
    hall: Hall,
    *,
    item: str = "",
    accounts: Collection[int] | None = None,
    kinds: Sequence[str] = PLACE_KINDS,
    on: dt.date | None = None,
) -> list[Holding]:
    """Give what is on hand by item and place, none that is nothing; at the end of a day, or now.

    `accounts` narrows to those; None is all places of `kinds`.
    """
    held = _balances(hall.id) if on is None else balances_at_end(hall.id, on)
    query = (
        select(held.c.amount, Account, Commodity)
        .join(Account, (Account.hall_id == hall.id) & (Account.id == held.c.account_id))
        .join(Commodity, Commodity.id == held.c.commodity_id)
        .where(held.c.amount > 0, Account.kind.in_(kinds), Commodity.category.in_(GOODS))
        .order_by(Commodity.code)
    )
    if item:
        query = query.where(Commodity.code == item)
    if accounts is not None:
        query = query.where(held.c.account_id.in_(sorted(accounts)))
    found = [
        Holding(commodity, place_of(account), amount)
        for amount, account, commodity in uow.session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.item.code, one.place))


def _balances(hall_id: int) -> Subquery:
    return (
        select(Balance.account_id, Balance.commodity_id, Balance.amount)
        .where(Balance.hall_id == hall_id)
        .subquery()
    )


def balances_at_end(hall_id: int, on: dt.date) -> Subquery:
    """Give (account_id, commodity_id, amount) at the end of a day: later postings undone."""
    later = (Posting.hall_id == hall_id, Posting.business_date > on)
    parts = union_all(
        select(*_balances(hall_id).c),
        select(Posting.debit_account, Posting.commodity_id, -Posting.amount).where(*later),
        select(Posting.credit_account, Posting.commodity_id, Posting.amount).where(*later),
    ).subquery()
    amount = cast(func.sum(parts.c.amount), BigInteger).label("amount")
    return (
        select(parts.c.account_id, parts.c.commodity_id, amount)
        .group_by(parts.c.account_id, parts.c.commodity_id)
        .subquery()
    )


def units_held(uow: UnitOfWork, hall: Hall, account_id: int, commodity_id: int) -> list[HeldUnit]:
    """Give the units of one item in one place, by serial."""
    rows = uow.session.execute(
        select(Unit.id, Unit.serial, Unit.opened_on, Unit.cost_fen, Unit.came_from_hall)
        .where(
            Unit.hall_id == hall.id,
            Unit.account_id == account_id,
            Unit.commodity_id == commodity_id,
            Unit.closed == 0,
        )
        .order_by(Unit.serial)
    )
    return [HeldUnit(*row) for row in rows]


def own_accounts(uow: UnitOfWork, hall: Hall) -> frozenset[int]:
    """Give the accounts in the actor's custody: his own, and the counters he works at."""
    session = uow.session
    numbers = own_numbers(uow, hall.id)
    counters = session.scalars(
        select(CounterClerk.counter).where(
            CounterClerk.hall_id == hall.id, CounterClerk.clerk.in_(numbers)
        )
    ).all()
    held = ((Account.kind == "clerk") & Account.holder.in_(numbers)) | (
        (Account.kind == "counter") & Account.holder.in_(counters)
    )
    ids = session.scalars(select(Account.id).where(Account.hall_id == hall.id, held))
    return frozenset(ids)


def list_places(uow: UnitOfWork, hall: Hall, kinds: Sequence[str] = PLACE_KINDS) -> list[Place]:
    """Give the hall's places of those kinds in the order in which they are shown."""
    accounts = uow.session.scalars(
        select(Account).where(Account.hall_id == hall.id, Account.kind.in_(kinds))
    )
    return sorted(place_of(account) for account in accounts)


def find_place(uow: UnitOfWork, hall: Hall, name: str) -> Place:
    """Give the place written as `store`, `clerk A01`, or by its holder alone.

    Raises UnknownPlace.
    """
    kind, _, holder = name.strip().partition(" ")
    for place in list_places(uow, hall):
        by_kind = (place.kind, place.holder) == (kind, holder.strip())
        if by_kind or (place.holder and place.holder == name.strip()):
            return place
    raise UnknownPlace(place=name)


def find_item(uow: UnitOfWork, code: str) -> Commodity:
    """Give the item of that code; raises UnknownItem for none, and for what is no goods."""
    item = uow.session.scalar(select(Commodity).where(Commodity.code == code))
    if item is None or item.category not in GOODS:
        raise UnknownItem(item=code)
    return item
