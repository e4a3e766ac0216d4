"""The month's 进销存 in pieces and in money: opening + in - out = closing, or no report.

Serial goods are worth what each unit cost. Counted goods are worth their moving average: each
receipt that states a cost is replayed in the order of the books. What stock of unknown cost is
worth stays unknown, and never becomes zero (DOMAIN STK-10).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Case, case, func, literal, select

from ledger.accounts import Commodity
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.counted_worth import replay_counted
from stock.gift_purposes import PURPOSE_JOIN, STATED_PURPOSE
from stock.goods_ledger import (
    Scope,
    account_kinds,
    crosses,
    held_now,
    in_scope,
    prove,
    scope_of,
)
from stock.holdings import Place
from stock.movement_columns import column_of
from stock.place_worth import replay_places
from stock.valuation_amounts import Amount

BEFORE, DURING, AFTER = 0, 1, 2


@dataclass(slots=True)
class ItemMonth:
    """One item in a month: opening, what moved by heading, closing."""

    item: Commodity
    opening: Amount = field(default_factory=Amount)
    moved: dict[str, Amount] = field(default_factory=dict)
    closing: Amount = field(default_factory=Amount)

    def came(self) -> Amount:
        """Give all that came in, over the headings with a surplus of it."""
        return self._sum(1)

    def went(self) -> Amount:
        """Give all that went out, as positive pieces."""
        out = self._sum(-1)
        return Amount(-out.pieces, -out.known_fen, -out.unknown)

    def _sum(self, sign: int) -> Amount:
        total = Amount()
        for amount in self.moved.values():
            if amount.pieces * sign > 0:
                total.add(amount)
        return total


def month_of_goods(
    uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date, *, place: Place | None = None
) -> list[ItemMonth]:
    """Give each item's month in the hall's own stock or in one place, first day to last.

    Pieces are read twice, forwards from the first posting and backwards from the balances; raises
    BooksDoNotTile where the two disagree.
    """
    scope = scope_of(uow, hall, place)
    months: dict[int, ItemMonth] = {}
    after: dict[int, int] = {}
    items = {c.id: c for c in uow.session.scalars(select(Commodity))}
    for row in _unit_rows(uow, hall, scope, first, last):
        month = months.setdefault(row.item, ItemMonth(items[row.item]))
        amount = Amount(row.pieces, row.known, row.unknown)
        other = row.other_end if place is not None else ""
        column = column_of(row.kind, row.direction, other, row.purpose)
        _place(month, row.part, column, amount, after)
    counted = (
        replay_counted(uow, hall, scope)
        if place is None
        else replay_places(uow, hall, place.account_id)
    )
    for move in counted:
        month = months.setdefault(move.item, ItemMonth(items[move.item]))
        part = BEFORE if move.date < first else AFTER if move.date > last else DURING
        amount = Amount(move.pieces, move.fen, move.unknown)
        column = column_of(move.kind, move.direction, move.other_end, move.purpose)
        _place(month, part, column, amount, after)
    now = held_now(uow, hall, scope)
    for item_id, month in months.items():
        month.closing.add(month.opening)
        for amount in month.moved.values():
            month.closing.add(amount)
        change = sum(amount.pieces for amount in month.moved.values())
        closing = now.get(item_id, 0) - after.get(item_id, 0)
        prove(month.item, month.opening.pieces, change, closing)
    shown = [m for m in months.values() if m.opening.pieces or m.moved or m.closing.pieces]
    return sorted(shown, key=lambda month: month.item.code)


@dataclass(frozen=True, slots=True)
class _Moved:
    item: int
    part: int
    kind: str
    purpose: str
    direction: int
    other_end: str
    pieces: int
    known: int
    unknown: int


def _unit_rows(
    uow: UnitOfWork, hall: Hall, scope: Scope, first: dt.date, last: dt.date
) -> list[_Moved]:
    """Give serial goods that came and went, summed by item, part of time and kind."""
    way = in_scope(scope)
    part = _part_of(first, last)
    other = case((way == 1, Posting.credit_account), else_=Posting.debit_account)
    kinds = account_kinds(uow, hall)
    rows = uow.session.execute(
        select(
            Posting.commodity_id,
            part.label("part"),
            Document.kind,
            STATED_PURPOSE,
            way.label("way"),
            other.label("other_end"),
            func.sum(Posting.amount),
            func.coalesce(func.sum(Unit.cost_fen), 0),
            func.sum(case((Unit.cost_fen.is_(None), 1), else_=0)),
        )
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .outerjoin(*PURPOSE_JOIN)
        .join(Unit, (Unit.hall_id == Posting.hall_id) & (Unit.id == Posting.unit_id))
        .join(Commodity, Commodity.id == Posting.commodity_id)
        .where(crosses(hall, scope), Posting.unit_id > 0, Commodity.category.in_(GOODS))
        .group_by(Posting.commodity_id, part, Document.kind, STATED_PURPOSE, way, other)
    )
    return [
        _Moved(
            item,
            when,
            kind,
            purpose,
            direction,
            kinds[end],
            direction * int(pieces),
            direction * int(known),
            direction * int(unknown),
        )
        for item, when, kind, purpose, direction, end, pieces, known, unknown in rows
    ]


def _part_of(first: dt.date, last: dt.date) -> Case[int]:
    return case(
        (Posting.business_date < first, literal(BEFORE)),
        (Posting.business_date > last, literal(AFTER)),
        else_=literal(DURING),
    )


def _place(month: ItemMonth, part: int, column: str, amount: Amount, after: dict[int, int]) -> None:
    if part == BEFORE:
        month.opening.add(amount)
    elif part == DURING:
        month.moved.setdefault(column, Amount()).add(amount)
    else:
        after[month.item.id] = after.get(month.item.id, 0) + amount.pieces
