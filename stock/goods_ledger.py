"""The goods ledger (日记账): opening, each movement with its document, closing, which must tile.

A ledger is of a scope: the hall's own stock, or one place. What moves within the scope changes
nothing and is not listed. Closing comes from the balances, movements from the postings, so that a
ledger that tiles has been proved from two sides (DOMAIN STK-10).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from ledger.accounts import Account, Commodity
from ledger.balances import Balance
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.gift_purposes import PURPOSE_JOIN, STATED_PURPOSE
from stock.holdings import OUR_KINDS, Place, list_places
from stock.movement_columns import column_of
from stock.report_errors import BooksDoNotTile


@dataclass(frozen=True, slots=True)
class Scope:
    """The accounts a ledger is of; `place` None is the whole hall."""

    accounts: tuple[int, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's movement of one item in the scope: pieces in, or pieces out if negative."""

    commodity_id: int
    date: dt.date
    document_id: int
    number: str
    kind: str
    column: str
    origin: int
    goal: int
    change: int


@dataclass(frozen=True, slots=True)
class ItemLedger:
    """One item: opening, its entries in order, closing."""

    item: Commodity
    opening: int
    entries: tuple[Entry, ...]
    closing: int

    def column(self, name: str) -> int:
        """Give the pieces under one heading; negative is out."""
        return sum(entry.change for entry in self.entries if entry.column == name)


def scope_of(uow: UnitOfWork, hall: Hall, place: Place | None = None) -> Scope:
    """Give the scope of a place, or of all places that hold the hall's own stock."""
    if place is not None:
        return Scope((place.account_id,), place)
    return Scope(tuple(one.account_id for one in list_places(uow, hall, OUR_KINDS)))


def read_ledger(
    uow: UnitOfWork, hall: Hall, scope: Scope, first: dt.date, last: dt.date, *, item: str = ""
) -> list[ItemLedger]:
    """Give the ledger of every item that was in the scope or moved, from `first` to `last`.

    Raises BooksDoNotTile where units and balances of an item disagree.
    """
    items = {c.id: c for c in uow.session.scalars(_items(item))}
    entries = defaultdict(list)
    for entry in _entries(uow, hall, scope, first, last):
        entries[entry.commodity_id].append(entry)
    now = held_now(uow, hall, scope)
    after = _moved_after(uow, hall, scope, last)
    ledgers = []
    for item_id in sorted({*entries, *now, *after} & items.keys(), key=lambda i: items[i].code):
        closing = now.get(item_id, 0) - after.get(item_id, 0)
        moved = tuple(entries.get(item_id, ()))
        opening = closing - sum(entry.change for entry in moved)
        if opening or closing or moved:
            ledgers.append(ItemLedger(items[item_id], opening, moved, closing))
    _prove_units(uow, hall, scope, items, now)
    return ledgers


def held_now(uow: UnitOfWork, hall: Hall, scope: Scope) -> dict[int, int]:
    """Give commodity -> pieces in the scope by the balances."""
    rows = uow.session.execute(
        select(Balance.commodity_id, func.sum(Balance.amount))
        .where(Balance.hall_id == hall.id, Balance.account_id.in_(scope.accounts))
        .group_by(Balance.commodity_id)
    )
    return {item: int(pieces) for item, pieces in rows if pieces}


def in_scope(scope: Scope) -> ColumnElement[int]:
    """Give 1 for a posting that comes into the scope and -1 for one that leaves it."""
    return case((Posting.debit_account.in_(scope.accounts), 1), else_=-1)


def crosses(hall: Hall, scope: Scope) -> ColumnElement[bool]:
    """Tell that a posting of the hall has one side in the scope and one outside."""
    debit = Posting.debit_account.in_(scope.accounts)
    credit = Posting.credit_account.in_(scope.accounts)
    return and_(
        Posting.hall_id == hall.id,
        or_(and_(debit, ~credit), and_(~debit, credit)),
    )


def account_kinds(uow: UnitOfWork, hall: Hall) -> dict[int, str]:
    """Give account -> kind for all accounts of the hall."""
    rows = uow.session.execute(select(Account.id, Account.kind).where(Account.hall_id == hall.id))
    return dict(rows.all())


def prove(item: Commodity, opening: int, change: int, closing: int) -> None:
    """Go on only if opening and movements give the closing; raises BooksDoNotTile."""
    if opening + change != closing:
        raise BooksDoNotTile(item=item.code, opening=opening, change=change, closing=closing)


def _items(code: str) -> Select[Commodity]:
    query = select(Commodity).where(Commodity.category.in_(GOODS))
    return query.where(Commodity.code == code) if code else query


def _entries(
    uow: UnitOfWork, hall: Hall, scope: Scope, first: dt.date, last: dt.date
) -> Iterable[Entry]:
    way, kinds = in_scope(scope), account_kinds(uow, hall)
    order = func.min(Posting.event_no)
    rows = uow.session.execute(
        select(
            Posting.commodity_id,
            Posting.business_date,
            Document.id,
            func.coalesce(Document.paper_no, Document.number, ""),
            Document.kind,
            STATED_PURPOSE,
            way,
            Posting.credit_account,
            Posting.debit_account,
            func.sum(Posting.amount),
        )
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .outerjoin(*PURPOSE_JOIN)
        .where(crosses(hall, scope), Posting.business_date.between(first, last))
        .group_by(
            Posting.commodity_id,
            Posting.business_date,
            Posting.event_no,
            Document.id,
            Document.paper_no,
            Document.number,
            Document.kind,
            STATED_PURPOSE,
            Posting.credit_account,
            Posting.debit_account,
        )
        .order_by(Posting.business_date, order, Posting.credit_account, Posting.debit_account)
    )
    for commodity, day, document, number, kind, purpose, direction, credit, debit, pieces in rows:
        yield Entry(
            commodity,
            day,
            document,
            number,
            kind,
            column_of(kind, direction, kinds[credit if direction > 0 else debit], purpose),
            credit,
            debit,
            direction * int(pieces),
        )


def _moved_after(uow: UnitOfWork, hall: Hall, scope: Scope, last: dt.date) -> dict[int, int]:
    rows = uow.session.execute(
        select(Posting.commodity_id, func.sum(in_scope(scope) * Posting.amount))
        .where(crosses(hall, scope), Posting.business_date > last)
        .group_by(Posting.commodity_id)
    )
    return {item: int(pieces) for item, pieces in rows}


def _prove_units(
    uow: UnitOfWork,
    hall: Hall,
    scope: Scope,
    items: Mapping[int, Commodity],
    now: Mapping[int, int],
) -> None:
    """Hold the balances of serial items against their units, which are kept apart."""
    rows = uow.session.execute(
        select(Unit.commodity_id, func.count())
        .where(
            Unit.hall_id == hall.id,
            Unit.account_id.in_(scope.accounts),
            Unit.closed == 0,
        )
        .group_by(Unit.commodity_id)
    )
    units = {item: int(pieces) for item, pieces in rows}
    for item_id, item in items.items():
        if item.tracking == "serial":
            prove(item, units.get(item_id, 0), 0, now.get(item_id, 0))


def accounts_at(uow: UnitOfWork, hall: Hall, ids: Iterable[int]) -> dict[int, Account]:
    """Give the accounts at the ends of entries."""
    query = select(Account).where(Account.hall_id == hall.id, Account.id.in_(sorted(set(ids))))
    return {account.id: account for account in uow.session.scalars(query)}
