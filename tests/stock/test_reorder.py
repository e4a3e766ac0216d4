"""Reorder advice: the worked example, nothing for what does not sell, whole packs (STK-13)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from stock.advice import advise_reorder, list_slow_movers
from stock.reorder import (
    Delivery,
    Demand,
    Stock,
    ceiling,
    measure_demand,
    propose_reorder,
    show_hundredths,
)
from tests.builders import DAY
from tests.stock.known_days import LATER, NEXT, hall_of_days, move_on

EXAMPLE = Demand(Fraction(65), Fraction(144), days=60, selling_days=60, pieces=3900)
DELIVERY = Delivery(lead_days=3, lead_deviation_days=1, review_days=7, service_factor=Fraction(2))


def test_stk_13_the_worked_example() -> None:
    proposal = propose_reorder(EXAMPLE, DELIVERY, Stock(on_hand=0))
    assert show_hundredths(proposal.safety) == Decimal("136.48")
    assert show_hundredths(proposal.reorder_point) == Decimal("331.48")
    assert proposal.reorder_at == 332


def test_stk_13_what_is_missing_is_rounded_up_to_packs() -> None:
    bare = propose_reorder(EXAMPLE, DELIVERY, Stock(on_hand=0))
    # 65 * 10 + 2 * sqrt(10 * 144 + 4225) = 800.53
    assert (show_hundredths(bare.target), bare.quantity) == (Decimal("800.53"), 801)
    stock = Stock(on_hand=700, in_transit=50, reserved=1, pack_size=20)
    assert propose_reorder(EXAMPLE, DELIVERY, stock).quantity == 60
    assert propose_reorder(EXAMPLE, DELIVERY, Stock(on_hand=900)).quantity == 0


def test_stk_13_what_sold_nothing_is_not_asked_for() -> None:
    unsold = measure_demand([], 60)
    proposal = propose_reorder(unsold, DELIVERY, Stock(on_hand=0), display_minimum=2)
    assert (proposal.quantity, proposal.rests) == (0, True)


def test_stk_13_what_sells_on_few_days_keeps_the_display_minimum() -> None:
    rare = measure_demand([30], 60)
    proposal = propose_reorder(
        rare, DELIVERY, Stock(on_hand=1), few_selling_days=2, display_minimum=3
    )
    assert (proposal.target, proposal.quantity) == (Decimal(3), 2)


def test_days_without_a_sale_count() -> None:
    demand = measure_demand([4, 2], 3)
    assert (demand.mean, demand.variance) == (Fraction(2), Fraction(4))
    assert demand.selling_days == 2
    assert demand.deviation == 2


@pytest.mark.parametrize(
    ("value", "whole"), [("331", 331), ("331.01", 332), ("331.99", 332), ("0", 0), ("-0.5", 0)]
)
def test_rounding_up(value: str, whole: int) -> None:
    assert ceiling(Decimal(value)) == whole


def test_stk_13_advice_shows_what_it_was_made_from(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    move_on(hall, DAY, "receipt", "supplier > store", quantity=50)
    move_on(hall, DAY, "draw", "store > clerk A01", quantity=20)
    move_on(hall, DAY, "gift", "clerk A01 > customer", quantity=4)
    move_on(hall, NEXT, "gift", "clerk A01 > customer", quantity=2)
    with hall.read() as uow:
        (one,) = advise_reorder(uow, hall.hall, on=NEXT + dt.timedelta(days=1))
        assert one.item.code == "G1"
    assert (one.stock.on_hand, one.last_sold) == (44, NEXT)
    assert (one.demand.days, one.demand.pieces, one.demand.mean) == (3, 6, Fraction(2))


def test_stk_13_what_did_not_sell_for_sixty_days_is_listed_as_slow(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    move_on(hall, DAY, "receipt", "supplier > store", quantity=5)
    move_on(hall, DAY, "receipt", "supplier > store", serials=hall.serials(1))
    move_on(hall, DAY, "draw", "store > clerk A01", quantity=1)
    move_on(hall, LATER, "gift", "clerk A01 > customer", quantity=1)

    def slow(days: int) -> dict[str, int | None]:
        with hall.read() as uow:
            on = LATER + dt.timedelta(days=days)
            return {one.item.code: one.days for one in list_slow_movers(uow, hall.hall, on=on)}

    assert slow(59) == {"P1": None}
    assert slow(60) == {"P1": None, "G1": 60}
