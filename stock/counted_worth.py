"""Counted goods of a scope in money: the hall's movements replayed in the order of its books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from ledger.accounts import Commodity
from ledger.documents import Document, DocumentLine
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.gift_purposes import PURPOSE_JOIN, STATED_PURPOSE
from stock.goods_ledger import Scope, account_kinds
from stock.moving_average import AverageStock, Worth

BUYS = frozenset({"supplier", "department", "opening", "other_hall"})
"""Whence goods come at a price; what comes from elsewhere comes back at the average."""


@dataclass(frozen=True, slots=True)
class PricedMove:
    """A movement of counted goods into the hall, or out of it if negative, and what it is worth."""

    item: int
    date: dt.date
    kind: str
    direction: int
    pieces: int
    fen: int
    unknown: int
    other_end: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class CountedMove:
    """One posting of counted goods: pieces between two accounts, and the cost its line states."""

    item: int
    date: dt.date
    kind: str
    purpose: str
    debit: int
    credit: int
    pieces: int
    cost: int | None


def replay_counted(uow: UnitOfWork, hall: Hall, scope: Scope) -> list[PricedMove]:
    """Give every movement of counted goods into the hall's stock and out of it, from the first.

    `scope` is the whole hall, which has one average; for places see `place_worth`.
    """
    kinds = account_kinds(uow, hall)
    ours = frozenset(scope.accounts)
    stocks: dict[int, AverageStock] = {}
    priced = []
    for move in moves_of_counted(uow, hall, ours):
        if (move.debit in ours) == (move.credit in ours):
            continue
        way = 1 if move.debit in ours else -1
        stock = stocks.setdefault(move.item, AverageStock())
        fen, unknown = _apply(stock, move, way, kinds[move.credit])
        priced.append(
            PricedMove(
                move.item,
                move.date,
                move.kind,
                way,
                way * move.pieces,
                way * fen,
                way * unknown,
                purpose=move.purpose,
            )
        )
    return priced


def _apply(stock: AverageStock, move: CountedMove, way: int, credit_kind: str) -> Worth:
    stated = None if move.cost is None else move.cost * move.pieces
    if way < 0:
        return stock.take_out(move.pieces, stated)
    if stated is None and credit_kind not in BUYS:
        return stock.take_back(move.pieces)
    return stock.take_in(move.pieces, stated)


def moves_of_counted(uow: UnitOfWork, hall: Hall, accounts: Collection[int]) -> list[CountedMove]:
    """Give every movement of counted goods that touches the accounts, in the order of the books."""
    held = sorted(accounts)
    cost = func.max(DocumentLine.unit_cost_fen)
    rows = uow.session.execute(
        select(
            Posting.commodity_id,
            Posting.business_date,
            Document.kind,
            STATED_PURPOSE,
            Posting.debit_account,
            Posting.credit_account,
            func.sum(Posting.amount),
            cost,
        )
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .outerjoin(*PURPOSE_JOIN)
        .join(
            DocumentLine,
            (DocumentLine.hall_id == Posting.hall_id)
            & (DocumentLine.document_id == Posting.document_id)
            & (DocumentLine.revision == Document.revision)
            & (DocumentLine.line_no == Posting.document_line),
        )
        .join(Commodity, Commodity.id == Posting.commodity_id)
        .where(
            Posting.hall_id == hall.id,
            Posting.unit_id == 0,
            Commodity.category.in_(GOODS),
            or_(Posting.debit_account.in_(held), Posting.credit_account.in_(held)),
        )
        .group_by(
            Posting.commodity_id,
            Posting.business_date,
            Posting.event_no,
            Posting.document_line,
            Document.kind,
            STATED_PURPOSE,
            Posting.debit_account,
            Posting.credit_account,
        )
        .order_by(Posting.event_no, func.min(Posting.id))
    )
    return [
        CountedMove(item, day, kind, purpose, debit, credit, int(pieces), unit_cost)
        for item, day, kind, purpose, debit, credit, pieces, unit_cost in rows
    ]
