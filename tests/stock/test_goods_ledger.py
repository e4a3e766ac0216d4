"""Ledger, month and daily sheet tile in pieces and in money, or are refused (STK-10)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, text

from stock.custody_days import CustodyDay, Pieces, custody_day
from stock.goods_ledger import ItemLedger, read_ledger, scope_of
from stock.holdings import find_place
from stock.movement_columns import column_of
from stock.moving_average import AverageStock
from stock.place_worth import worth_by_place
from stock.report_errors import BooksDoNotTile
from stock.valuation import ItemMonth, month_of_goods
from tests.builders import DAY, OpenHall
from tests.stock.known_days import LATER, NEXT, hall_of_days, move_on

MONTH = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def ledger(
    hall: OpenHall, place: str, first: dt.date, last: dt.date
) -> dict[str, tuple[int, dict[str, int], int]]:
    with hall.read() as uow:
        found = find_place(uow, hall.hall, place) if place else None
        ledgers = read_ledger(uow, hall.hall, scope_of(uow, hall.hall, found), first, last)
        return {one.item.code: (one.opening, _columns(one), one.closing) for one in ledgers}


def _columns(one: ItemLedger) -> dict[str, int]:
    names = dict.fromkeys(entry.column for entry in one.entries)
    return {name: one.column(name) for name in names}


def month(hall: OpenHall) -> dict[str, ItemMonth]:
    with hall.read() as uow:
        months = {one.item.code: one for one in month_of_goods(uow, hall.hall, *MONTH)}
        uow.session.expunge_all()
        return months


def sheet(hall: OpenHall, place: str, on: dt.date) -> CustodyDay:
    with hall.read() as uow:
        day = custody_day(uow, hall.hall, find_place(uow, hall.hall, place), on)
        uow.session.expunge_all()
        return day


@pytest.fixture
def busy(shared_engine: Engine) -> OpenHall:
    """Give a hall in which goods were received, drawn, given and returned over three days."""
    hall = hall_of_days(shared_engine)
    move_on(hall, DAY, "receipt", "supplier > store", quantity=20, cost=10_00)
    move_on(hall, DAY, "draw", "store > clerk A01", quantity=8)
    move_on(hall, NEXT, "gift", "clerk A01 > customer", quantity=3)
    move_on(hall, NEXT, "return", "clerk A01 > store", quantity=1)
    move_on(hall, LATER, "receipt", "supplier > store", quantity=17, cost=20_00)
    move_on(hall, LATER, "gift", "clerk A01 > customer", quantity=2)
    return hall


def test_stk_10_each_place_tiles_each_day(busy: OpenHall) -> None:
    assert ledger(busy, "store", DAY, DAY) == {"G1": (0, {"received": 20, "drawn": -8}, 12)}
    assert ledger(busy, "store", NEXT, NEXT) == {"G1": (12, {"returned": 1}, 13)}
    assert ledger(busy, "A01", NEXT, NEXT) == {"G1": (8, {"given": -3, "returned": -1}, 4)}
    assert ledger(busy, "A01", LATER, LATER) == {"G1": (4, {"given": -2}, 2)}


def test_what_moves_within_the_hall_is_no_movement_of_the_hall(busy: OpenHall) -> None:
    assert ledger(busy, "", DAY, NEXT) == {"G1": (0, {"received": 20, "given": -3}, 17)}


def test_the_month_values_counted_goods_at_the_moving_average(busy: OpenHall) -> None:
    one = month(busy)["G1"]
    # 3 left at 10.00; 17 were left at 10.00 and 17 came at 20.00, so 2 left at 15.00.
    assert (one.moved["received"].pieces, one.moved["received"].fen) == (37, 540_00)
    assert (one.moved["given"].pieces, one.moved["given"].fen) == (-5, -60_00)
    assert (one.closing.pieces, one.closing.fen) == (32, 480_00)
    assert (one.opening.pieces, one.opening.fen) == (0, 0)
    assert one.came().fen == 540_00
    assert (one.went().pieces, one.went().fen) == (5, 60_00)


def test_serial_goods_are_worth_what_each_cost_and_unknown_is_not_zero(
    shared_engine: Engine,
) -> None:
    hall = hall_of_days(shared_engine)
    known, dear, unknown = hall.serials(3)
    move_on(hall, DAY, "receipt", "supplier > store", serials=[known], cost=1000_00)
    move_on(hall, DAY, "receipt", "supplier > store", serials=[dear], cost=1200_00)
    move_on(hall, DAY, "supplier_return", "store > supplier", serials=[dear])
    one = month(hall)["P1"]
    assert (one.closing.pieces, one.closing.fen) == (1, 1000_00)
    assert one.moved["supplier_return"].fen == -1200_00
    move_on(hall, NEXT, "receipt", "supplier > store", serials=[unknown])
    one = month(hall)["P1"]
    assert (one.closing.pieces, one.closing.fen, one.closing.unknown) == (2, None, 1)
    move_on(hall, NEXT, "supplier_return", "store > supplier", serials=[unknown])
    assert month(hall)["P1"].closing.fen == 1000_00


def test_stk_10_each_place_has_its_month_and_its_worth_in_money(busy: OpenHall) -> None:
    with busy.read() as uow:
        clerk = find_place(uow, busy.hall, "clerk A01")
        (one,) = month_of_goods(uow, busy.hall, *MONTH, place=clerk)
        store = find_place(uow, busy.hall, "store")
        (kept,) = month_of_goods(uow, busy.hall, *MONTH, place=store)
        worth = {w.holding.place.name: w.worth for w in worth_by_place(uow, busy.hall)}
    moved = {name: (amount.pieces, amount.fen) for name, amount in one.moved.items()}
    assert moved == {"drawn": (8, 80_00), "given": (-5, -50_00), "returned": (-1, -10_00)}
    assert (one.closing.pieces, one.closing.fen) == (2, 20_00)
    # The second delivery cost twice as much: it is averaged in the store, not in the clerk's hands.
    assert (kept.closing.pieces, kept.closing.fen) == (30, 13 * 10_00 + 17 * 20_00)
    assert {name: (w.pieces, w.fen) for name, w in worth.items()} == {
        "store": (30, 470_00),
        "clerk A01": (2, 20_00),
    }


def test_a_month_that_does_not_tile_is_refused(busy: OpenHall) -> None:
    with busy.work() as uow:
        uow.session.execute(
            text(
                "UPDATE balances SET amount = amount + 1 WHERE hall_id = :hall AND account_id ="
                " (SELECT id FROM accounts WHERE hall_id = :hall AND kind = 'store')"
            ),
            {"hall": busy.id},
        )
        with pytest.raises(BooksDoNotTile) as refusal:
            month_of_goods(uow, busy.hall, *MONTH)
        uow.session.rollback()
    assert refusal.value.facts == {"item": "G1", "opening": 0, "change": 32, "closing": 33}


def test_the_daily_sheet_tiles_serial_by_serial(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    serials = hall.serials(6)
    move_on(hall, DAY, "receipt", "supplier > store", serials=serials)
    move_on(hall, DAY, "draw", "store > clerk A01", serials=serials[:3])
    move_on(hall, NEXT, "draw", "store > clerk A01", serials=serials[3:5])
    move_on(hall, NEXT, "gift", "clerk A01 > customer", serials=[serials[0], serials[3]])
    move_on(hall, NEXT, "return", "clerk A01 > store", serials=[serials[1]])
    move_on(hall, LATER, "return", "clerk A01 > store", serials=[serials[2]])
    (one,) = sheet(hall, "A01", NEXT).items
    moved = dict(one.moved)

    def listed(pieces: Pieces) -> set[str]:
        return {first for first, _, _ in pieces.runs}

    assert (one.opening.quantity, one.in_hand.quantity) == (3, 2)
    assert listed(one.opening) == set(serials[:3])
    assert listed(moved["drawn"]) == set(serials[3:5])
    assert listed(moved["given"]) == {serials[0], serials[3]}
    assert listed(moved["returned"]) == {serials[1]}
    assert listed(one.in_hand) == {serials[2], serials[4]}
    assert {name: p.quantity for name, p in moved.items()} == {
        "drawn": 2,
        "given": -2,
        "returned": -1,
    }


@pytest.mark.parametrize(
    ("kind", "direction", "column"),
    [
        ("receipt", 1, "received"),
        ("receipt", -1, "received"),
        ("count_result", 1, "surplus"),
        ("count_result", -1, "shortage"),
        ("a_kind_of_tomorrow", 1, "other"),
    ],
)
def test_each_kind_has_its_heading_and_a_new_one_stands_under_other(
    kind: str, direction: int, column: str
) -> None:
    assert column_of(kind, direction) == column


def test_what_a_count_found_in_another_place_is_no_surplus() -> None:
    assert column_of("count_result", 1, "difference") == "surplus"
    assert column_of("count_result", 1, "clerk") == "other"


def test_the_average_loses_no_fen_and_unpriced_pieces_leave_first() -> None:
    stock = AverageStock()
    assert stock.take_in(3, 10_00) == (1000, 0)
    assert [stock.take_out(1) for _ in range(3)] == [(333, 0), (334, 0), (333, 0)]
    assert (stock.priced, stock.fen) == (0, 0)
    stock.take_in(2, None)
    stock.take_in(2, 8_00)
    assert stock.take_out(3) == (400, 2)
    assert stock.take_back(1) == (400, 0)
