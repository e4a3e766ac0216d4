"""Counted goods of each place in money: every place has a moving average of its own.

What goes from one place to another leaves at the average of the place it leaves and comes in at
that. So each place tiles in money, and an empty one is worth nothing. The whole hall has one
average (`counted_worth`), and may differ from the sum of its places by what that levels out.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.organisations import Hall
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.counted_worth import BUYS, PricedMove, moves_of_counted
from stock.goods_ledger import Scope, account_kinds, scope_of
from stock.holdings import Holding, list_holdings
from stock.moving_average import AverageStock, Worth
from stock.valuation_amounts import Amount


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """What a place holds of an item now, and what that is worth."""

    holding: Holding
    worth: Amount


class _Places:
    """The stock of each place and item while the hall's movements are replayed."""

    def __init__(self, ours: frozenset[int]) -> None:
        self.ours = ours
        self.stocks: dict[tuple[int, int], AverageStock] = {}

    def of(self, account: int, item: int) -> AverageStock:
        return self.stocks.setdefault((account, item), AverageStock())

    def bring(self, account: int, item: int, pieces: int, worth: Worth) -> None:
        """Add pieces of which some may be of unknown cost."""
        fen, unknown = worth
        if pieces > unknown:
            self.of(account, item).take_in(pieces - unknown, fen)
        if unknown:
            self.of(account, item).take_in(unknown, None)


def replay_places(uow: UnitOfWork, hall: Hall, place: int | None = None) -> list[PricedMove]:
    """Give every movement of counted goods into `place` and out of it, from the first."""
    return _replay(uow, hall, place)[1]


def worth_by_place(uow: UnitOfWork, hall: Hall, *, item: str = "") -> list[PlaceWorth]:
    """Give what each of our places holds now with its worth, item by item."""
    stocks = _replay(uow, hall, None)[0]
    ours = scope_of(uow, hall)
    costs = _unit_costs(uow, hall, ours)
    found = []
    for one in list_holdings(uow, hall, item=item):
        if one.place.account_id not in ours.accounts:
            continue
        key = (one.place.account_id, one.item.id)
        if one.item.tracking == "serial":
            known, unknown = costs.get(key, (0, 0))
            worth = Amount(one.quantity, known, unknown)
        else:
            stock = stocks.get(key, AverageStock())
            worth = Amount(one.quantity, stock.fen, stock.unpriced)
        found.append(PlaceWorth(one, worth))
    return found


def _replay(
    uow: UnitOfWork, hall: Hall, place: int | None
) -> tuple[dict[tuple[int, int], AverageStock], list[PricedMove]]:
    kinds = account_kinds(uow, hall)
    held = set(scope_of(uow, hall).accounts) | ({place} if place is not None else set())
    places = _Places(frozenset(held))
    moves: list[PricedMove] = []
    for move in moves_of_counted(uow, hall, places.ours):
        stated = None if move.cost is None else move.cost * move.pieces
        if move.credit in places.ours:
            own = stated if move.debit not in places.ours else None
            worth = places.of(move.credit, move.item).take_out(move.pieces, own)
            if move.debit in places.ours:
                places.bring(move.debit, move.item, move.pieces, worth)
        elif stated is None and kinds[move.credit] not in BUYS:
            worth = places.of(move.debit, move.item).take_back(move.pieces)
        else:
            worth = places.of(move.debit, move.item).take_in(move.pieces, stated)
        if place in (move.debit, move.credit):
            way = 1 if move.debit == place else -1
            other = kinds[move.credit if way > 0 else move.debit]
            fen, unknown = worth
            moves.append(
                PricedMove(
                    move.item,
                    move.date,
                    move.kind,
                    way,
                    way * move.pieces,
                    way * fen,
                    way * unknown,
                    other,
                    move.purpose,
                )
            )
    return places.stocks, moves


def _unit_costs(
    uow: UnitOfWork, hall: Hall, scope: Scope
) -> dict[tuple[int, int], tuple[int, int]]:
    """Give (place, item) -> what its units of known cost are worth, and how many are of none."""
    rows = uow.session.execute(
        select(
            Unit.account_id,
            Unit.commodity_id,
            func.coalesce(func.sum(Unit.cost_fen), 0),
            func.count() - func.count(Unit.cost_fen),
        )
        .where(Unit.hall_id == hall.id, Unit.account_id.in_(scope.accounts), Unit.closed == 0)
        .group_by(Unit.account_id, Unit.commodity_id)
    )
    return {(place, item): (int(known or 0), int(none)) for place, item, known, none in rows}
