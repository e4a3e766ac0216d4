"""Ages: from the first receipt into the company, in bands, the oldest first (STK-12)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from backoffice.goods_ages import first_days_of
from ledger.hall_rules import HallLimit
from stock.ageing import band_of, first_days, list_ages, oldest_units
from stock.holdings import find_item
from stock.stock_limits import stock_limits
from tests.builders import OpenHall
from tests.stock.known_days import hall_of_days, move_on

JANUARY, FEBRUARY = dt.date(2027, 1, 1), dt.date(2027, 2, 20)
APRIL = dt.date(2027, 4, 2)
DAYS = (JANUARY, FEBRUARY, APRIL)
BANDS = (30, 60, 90)


def ages(hall: OpenHall, on: dt.date) -> dict[str, tuple[int, ...]]:
    with hall.read() as uow:
        first = first_days(uow, hall.hall)
        aged = list_ages(uow, hall.hall, on=on, bands=BANDS, first=first)
        assert all(one.undated == 0 for one in aged)
        return {one.item.code: one.pieces for one in aged}


def test_stk_12_a_transfer_does_not_reset_the_age(shared_engine: Engine) -> None:
    origin, goal = hall_of_days(shared_engine, DAYS), hall_of_days(shared_engine, DAYS)
    serials = origin.serials(2)
    move_on(origin, JANUARY, "receipt", "supplier > store", serials=serials[:1])
    move_on(origin, JANUARY, "transfer_out", "store > transit", serials=serials[:1])
    arrival = f"other_hall {origin.hall.code} > store"
    move_on(goal, FEBRUARY, "transfer_in", arrival, serials=serials[:1])
    move_on(goal, FEBRUARY, "receipt", "supplier > store", serials=serials[1:])
    assert (APRIL - JANUARY).days == 91
    assert ages(goal, APRIL) == {"P1": (0, 1, 0, 1)}
    with goal.read("K01") as uow:
        # The keeper may not see the other hall's books, and still learns the day.
        first = first_days_of(uow, goal.hall)
        assert list(first.values()) == [JANUARY]
        item = find_item(uow, "P1")
        units = oldest_units(uow, goal.hall, item=item, first=first)
        assert [(unit.serial, unit.first_on) for unit in units] == [
            (serials[0], JANUARY),
            (serials[1], FEBRUARY),
        ]


def test_stk_12_the_ages_of_a_past_day_are_those_of_what_was_there(
    shared_engine: Engine,
) -> None:
    hall = hall_of_days(shared_engine, DAYS)
    serials = hall.serials(3)
    move_on(hall, JANUARY, "receipt", "supplier > store", serials=serials[:2])
    move_on(hall, JANUARY, "receipt", "supplier > store", quantity=5)
    move_on(hall, FEBRUARY, "supplier_return", "store > supplier", serials=serials[:1])
    move_on(hall, APRIL, "receipt", "supplier > store", serials=serials[2:])
    move_on(hall, APRIL, "receipt", "supplier > store", quantity=7)
    assert ages(hall, JANUARY) == {"G1": (5, 0, 0, 0), "P1": (2, 0, 0, 0)}
    assert ages(hall, FEBRUARY) == {"G1": (0, 5, 0, 0), "P1": (0, 1, 0, 0)}
    assert ages(hall, APRIL) == {"G1": (7, 0, 0, 5), "P1": (1, 0, 0, 1)}


@pytest.mark.parametrize(
    ("days", "band"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3)]
)
def test_stk_12_a_band_ends_with_its_day(days: int, band: int) -> None:
    assert band_of(days, BANDS) == band


def test_counted_goods_leave_in_the_order_they_came(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine, DAYS)
    move_on(hall, JANUARY, "receipt", "supplier > store", quantity=10)
    move_on(hall, FEBRUARY, "receipt", "supplier > store", quantity=5)
    move_on(hall, APRIL, "draw", "store > clerk A01", quantity=4)
    assert ages(hall, APRIL) == {"G1": (0, 5, 0, 10)}
    move_on(hall, APRIL, "gift", "clerk A01 > customer", quantity=4)
    assert ages(hall, APRIL) == {"G1": (0, 5, 0, 6)}


def test_a_hall_sets_its_own_bands(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine, DAYS)
    with hall.work() as uow:
        uow.session.add(HallLimit(hall_id=hall.id, name="stock_age_band_3", amount=120))
    with hall.read() as uow:
        assert stock_limits(uow, hall.hall).bands == (30, 60, 120)
