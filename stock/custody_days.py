"""The daily goods sheet that clerk and keeper agree on, serial by serial (DOMAIN STK-10, STK-04).

Opening + what came - what went = in hand, for each item of one custody on one day, any day of the
books. Serials are listed as the fewest runs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.accounts import Commodity
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.gift_purposes import PURPOSE_JOIN, STATED_PURPOSE
from stock.goods_ledger import (
    ItemLedger,
    Scope,
    account_kinds,
    crosses,
    in_scope,
    prove,
    read_ledger,
)
from stock.holdings import Place
from stock.movement_columns import COLUMNS, column_of
from stock.runs import Run, runs_of


@dataclass(frozen=True, slots=True)
class Pieces:
    """Some pieces of an item: how many, and their serials in the fewest runs."""

    quantity: int
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class CustodyItem:
    """One item: opening, what moved by heading (negative is out), and what is in hand."""

    item: Commodity
    opening: Pieces
    moved: tuple[tuple[str, Pieces], ...]
    in_hand: Pieces


@dataclass(frozen=True, slots=True)
class CustodyDay:
    """One custody on one day."""

    place: Place
    on: dt.date
    items: tuple[CustodyItem, ...]


Moved = dict[int, Counter[tuple[str, str]]]
"""Item -> (heading, serial) -> 1 for in, -1 for out, 0 for there and back."""


def custody_day(uow: UnitOfWork, hall: Hall, place: Place, on: dt.date) -> CustodyDay:
    """Give what a place held when the day began, what moved, and what it held at its end.

    Raises BooksDoNotTile where serials and quantities of an item disagree.
    """
    scope = Scope((place.account_id,), place)
    moved = _moved_units(uow, hall, scope, on)
    closing = _held_at_end(uow, hall, scope, on)
    items = []
    for ledger in read_ledger(uow, hall, scope, on, on):
        serials = closing.get(ledger.item.id, set())
        items.append(_item(ledger, moved.get(ledger.item.id, Counter()), serials))
    return CustodyDay(place, on, tuple(items))


def _item(ledger: ItemLedger, moved: Counter[tuple[str, str]], closing: set[str]) -> CustodyItem:
    item = ledger.item
    by_column: dict[str, list[str]] = defaultdict(list)
    net: Counter[str] = Counter()
    for (column, serial), change in moved.items():
        net[serial] += change
        if change:
            by_column[column].append(serial)
    came = {serial for serial, change in net.items() if change > 0}
    went = {serial for serial, change in net.items() if change < 0}
    opening = (closing - came) | went
    if item.tracking == "serial":
        prove(item, len(opening), len(came) - len(went), ledger.closing)
    columns = [name for name in COLUMNS if ledger.column(name) or by_column[name]]
    return CustodyItem(
        item,
        _pieces(item, ledger.opening, opening),
        tuple((name, _pieces(item, ledger.column(name), by_column[name])) for name in columns),
        _pieces(item, ledger.closing, closing),
    )


def _pieces(item: Commodity, quantity: int, serials: Iterable[str]) -> Pieces:
    return Pieces(quantity, tuple(runs_of(item, serials)))


def _moved_units(uow: UnitOfWork, hall: Hall, scope: Scope, on: dt.date) -> Moved:
    kinds = account_kinds(uow, hall)
    rows = uow.session.execute(
        select(
            Posting.commodity_id,
            Document.kind,
            STATED_PURPOSE,
            in_scope(scope),
            Posting.credit_account,
            Posting.debit_account,
            Unit.serial,
        )
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .outerjoin(*PURPOSE_JOIN)
        .join(Unit, (Unit.hall_id == Posting.hall_id) & (Unit.id == Posting.unit_id))
        .where(crosses(hall, scope), Posting.business_date == on, Posting.unit_id > 0)
    )
    moved: Moved = defaultdict(Counter)
    for item, kind, purpose, way, credit, debit, serial in rows:
        column = column_of(kind, way, kinds[credit if way > 0 else debit], purpose)
        moved[item][column, serial] += way
    return moved


def _held_at_end(uow: UnitOfWork, hall: Hall, scope: Scope, on: dt.date) -> dict[int, set[str]]:
    """Give item -> serials held when the day ended: those of now, later movements undone."""
    now = uow.session.execute(
        select(Unit.commodity_id, Unit.serial).where(
            Unit.hall_id == hall.id,
            Unit.account_id.in_(scope.accounts),
            Unit.closed == 0,
        )
    )
    held: dict[int, set[str]] = defaultdict(set)
    for item, serial in now:
        held[item].add(serial)
    later = uow.session.execute(
        select(Posting.commodity_id, Unit.serial, func.sum(in_scope(scope)))
        .join(Unit, (Unit.hall_id == Posting.hall_id) & (Unit.id == Posting.unit_id))
        .where(crosses(hall, scope), Posting.business_date > on, Posting.unit_id > 0)
        .group_by(Posting.commodity_id, Unit.serial)
    )
    for item, serial, change in later:
        if change > 0:
            held[item].discard(serial)
        elif change < 0:
            held[item].add(serial)
    return held
