"""What is on hand: every place, minimal runs of serials, nobody else's custody (STK-04, STK-10)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from ledger.accounts import register_commodity
from stock.holdings import find_place, list_holdings, own_accounts, units_held
from stock.moves import MoveLine, submit_move
from stock.report_errors import UnknownPlace
from stock.runs import runs_of
from tests.builders import OpenHall, move_gifts, move_phones, receive_gifts, receive_phones
from tests.stock.known_days import hall_of_days

BODY = "8986011234567890"


def matrix(hall: OpenHall, who: str = "K01") -> dict[tuple[str, str], int]:
    with hall.read(hall.people[who]) as uow:
        return {(h.item.code, h.place.name): h.quantity for h in list_holdings(uow, hall.hall)}


def segments(hall: OpenHall, place: str) -> list[tuple[str, str, int]]:
    """Give the bodies of the runs of SIM cards in a place."""
    with hall.read() as uow:
        found = find_place(uow, hall.hall, place)
        (holding,) = [
            h for h in list_holdings(uow, hall.hall, item="S1") if h.place.name == found.name
        ]
        units = units_held(uow, hall.hall, found.account_id, holding.item.id)
        runs = runs_of(holding.item, (unit.serial for unit in units))
        return [(first[15:19], last[15:19], n) for first, last, n in runs]


def cards(hall: OpenHall, kind: str, first: int, last: int, holder: str = "") -> None:
    line = MoveLine(
        "S1", last - first + 1, f"{BODY}{first:03d}", f"{BODY}{last:03d}", holder=holder
    )
    with hall.work() as uow:
        submit_move(uow, hall=hall.hall, kind=kind, lines=[line])


def test_stk_04_holdings_are_listed_as_minimal_segments(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    with hall.work() as uow:
        register_commodity(uow, code="S1", name="卡", category="sim", tracking="serial")
    cards(hall, "receipt", 100, 199)
    assert segments(hall, "store") == [("0100", "0199", 100)]
    cards(hall, "draw", 120, 139, "A01")
    assert segments(hall, "store") == [("0100", "0119", 20), ("0140", "0199", 60)]
    assert segments(hall, "clerk A01") == [("0120", "0139", 20)]
    cards(hall, "return", 130, 139, "A01")
    assert segments(hall, "A01") == [("0120", "0129", 10)]
    assert segments(hall, "store") == [("0100", "0119", 20), ("0130", "0199", 70)]


def test_stk_10_what_left_and_did_not_arrive_is_in_transit(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(10)
    receive_phones(hall, serials)
    move_phones(hall, "transfer_out", "store > transit", serials)
    move_phones(other_hall, "transfer_in", f"other_hall {hall.hall.code} > store", serials[:9])
    move_phones(
        hall, "transfer_settled", f"transit > other_hall {other_hall.hall.code}", serials[:9]
    )
    assert matrix(hall) == {("P1", "transit"): 1}
    assert matrix(other_hall) == {("P1", "store"): 9}


def test_every_place_is_a_column_and_nothing_is_no_row(hall: OpenHall) -> None:
    receive_gifts(hall, 9)
    serials = hall.serials(4)
    receive_phones(hall, serials)
    move_gifts(hall, "draw", "store > clerk A01", 4)
    move_phones(hall, "draw", "store > counter G1", serials[:1])
    move_phones(hall, "display", "store > demo", serials[1:2])
    move_phones(hall, "lend", "store > borrower", serials[2:3])
    assert matrix(hall) == {
        ("G1", "store"): 5,
        ("G1", "clerk A01"): 4,
        ("P1", "store"): 1,
        ("P1", "counter G1"): 1,
        ("P1", "demo"): 1,
        ("P1", "borrower"): 1,
    }


def test_own_custody_is_ones_own_numbers_and_counters(hall: OpenHall) -> None:
    receive_gifts(hall, 9)
    move_gifts(hall, "draw", "store > clerk A01", 4)
    move_gifts(hall, "draw", "store > clerk A02", 1)
    with hall.read("A01") as uow:
        own = own_accounts(uow, hall.hall)
        holdings = list_holdings(uow, hall.hall, accounts=own)
        assert [(h.place.name, h.quantity) for h in holdings] == [("clerk A01", 4)]


def test_a_place_is_found_by_kind_and_holder_or_by_holder_alone(hall: OpenHall) -> None:
    receive_gifts(hall, 9)
    move_gifts(hall, "draw", "store > clerk A01", 4)
    with hall.read() as uow:
        assert find_place(uow, hall.hall, "A01") == find_place(uow, hall.hall, "clerk A01")
        with pytest.raises(UnknownPlace):
            find_place(uow, hall.hall, "A99")
