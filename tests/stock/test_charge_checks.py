"""G04, G05 and X07: prices by campaign, gifts and their quotas, discounts."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import Found, at, day, facts, line, of, put, run
from tests.stock.goods_days import NONE, item_of, set_limit, set_price, sold_pieces


def _found(hall: OpenHall, *codes: str) -> Found:
    return of(run(hall), *codes)


def _accessory(hall: OpenHall) -> str:
    code = f"C{hall.id}"
    item_of(hall, code, "accessory", "quantity")
    return code


@pytest.mark.parametrize(
    ("quantity", "fen", "found"),
    [(1, 7900, False), (1, 7899, True), (1, 7901, True), (2, 15800, False), (2, 7900, True)],
)
def test_what_is_received_for_each_piece_is_its_price(
    hall: OpenHall, quantity: int, fen: int, found: bool
) -> None:
    code = _accessory(hall)
    set_price(hall, code, 7900)
    put(hall, "accounts", sold_pieces("T1", quantity, fen, code))
    assert _found(hall, "G04") == ({("G04", "txn:T1"): (7900 * quantity, fen)} if found else {})


@pytest.mark.parametrize(
    ("first", "last", "price"),
    [
        (DAY, DAY, 6900),
        (day(-5), None, 6900),
        (day(1), None, 7900),
        (day(-5), day(-1), 7900),
        (day(-1), day(1), 6900),
    ],
)
def test_a_campaigns_price_holds_between_its_dates(
    hall: OpenHall, first: dt.date, last: dt.date | None, price: int
) -> None:
    code = _accessory(hall)
    set_price(hall, code, 7900, first=day(-30))
    set_price(hall, code, 6900, campaign="SD", first=first, last=last)
    put(hall, "accounts", sold_pieces("T1", 1, price, code, campaign="SD"))
    assert _found(hall, "G04") == {}
    put(hall, "accounts", sold_pieces("T2", 1, 6900, code))
    assert _found(hall, "G04") == {("G04", "txn:T2"): (7900, 6900)}


def test_lines_of_one_transaction_make_up_the_price_together(hall: OpenHall) -> None:
    code = _accessory(hall)
    set_price(hall, code, 7900)
    put(
        hall,
        "accounts",
        sold_pieces("T1", 1, 7900, code),
        sold_pieces("T1", 1, 7900, code, line_no=2),
        line("T1", 5000, line_no=3),
    )
    assert _found(hall, "G04") == {}


def test_an_item_without_a_price_and_a_deferred_sale_are_not_asked(hall: OpenHall) -> None:
    code, other = _accessory(hall), f"D{hall.id}"
    item_of(hall, other, "accessory", "quantity")
    set_price(hall, other, 7900)
    put(hall, "accounts", sold_pieces("T1", 1, 7900, code))
    put(hall, "accounts", sold_pieces("T2", 1, 0, other, deferred=1, form_no=""))
    assert _found(hall, "G04", "G05") == {}


@pytest.mark.parametrize(
    ("form", "found"), [("F1", {}), ("", {("G04", "txn:T1"): (7900, 0), ("G05", "txn:T1"): NONE})]
)
def test_a_gift_with_a_form_is_given(hall: OpenHall, form: str, found: Found) -> None:
    code = _accessory(hall)
    set_price(hall, code, 7900)
    put(hall, "accounts", sold_pieces("T1", 1, 0, code, form_no=form))
    assert _found(hall, "G04", "G05") == found


def test_a_form_on_another_line_of_the_transaction_will_do(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 10000, form_no="F1"))
    code = f"U{hall.id}"
    item_of(hall, code, "gift", "quantity")
    put(hall, "accounts", sold_pieces("T1", 1, 0, code, form_no="", line_no=2))
    assert _found(hall, "G05") == {}


def test_leaflets_need_no_form(hall: OpenHall) -> None:
    code = f"L{hall.id}"
    item_of(hall, code, "promotional", "quantity")
    put(hall, "accounts", sold_pieces("T1", 5, 0, code, form_no=""))
    assert _found(hall, "G05") == {}


@pytest.mark.parametrize(("quota", "beyond"), [(3, []), (2, ["T3"]), (1, ["T2", "T3"]), (4, [])])
def test_what_goes_beyond_a_campaigns_quota(hall: OpenHall, quota: int, beyond: list[str]) -> None:
    code = f"Q{hall.id}"
    item_of(hall, code, "gift", "quantity")
    set_limit(hall, "gift_quota:DH", quota)
    for number in (1, 2, 3):
        cells = {"campaign": "DH", "accepted_at": at(f"1{number}:00")}
        put(hall, "accounts", sold_pieces(f"T{number}", 1, 0, code, **cells))
    assert _found(hall, "G05") == {("G05", f"txn:{txn}"): NONE for txn in beyond}


def test_a_gift_that_was_undone_leaves_its_room(hall: OpenHall) -> None:
    code = f"Q{hall.id}"
    item_of(hall, code, "gift", "quantity")
    set_limit(hall, "gift_quota:DH", 1)
    cells = {"campaign": "DH"}
    put(hall, "accounts", sold_pieces("T1", 1, 0, code, **cells))
    undone = {**cells, "line_kind": "reversal", "accepted_at": at("10:30")}
    put(hall, "accounts", sold_pieces("T2", 1, 0, code, **undone))
    put(hall, "accounts", sold_pieces("T3", 1, 0, code, **cells, accepted_at=at("11:00")))
    assert _found(hall, "G05") == {}


def test_earlier_days_use_the_quota_up_too(hall: OpenHall) -> None:
    code = f"Q{hall.id}"
    item_of(hall, code, "gift", "quantity")
    set_limit(hall, "gift_quota:DH", 5)
    old = {"campaign": "DH", "accepted_at": at("10:00", date=day(-9))}
    put(hall, "accounts", sold_pieces("T0", 4, 0, code, **old), date=day(-9))
    put(hall, "accounts", sold_pieces("T1", 1, 0, code, campaign="DH"))
    put(hall, "accounts", sold_pieces("T2", 1, 0, code, campaign="DH", accepted_at=at("11:00")))
    assert _found(hall, "G05") == {("G05", "txn:T2"): NONE}
    assert facts(hall, "G05", "txn:T2")["why"] == "quota"


DISCOUNT = {"due": 10000, "discount": 2000}


@pytest.mark.parametrize(
    ("campaign", "first", "last", "found"),
    [
        ("SD", DAY, DAY, False),
        ("SD", day(-9), None, False),
        ("SD", day(1), None, True),
        ("SD", day(-9), day(-1), True),
        ("", day(-9), None, True),
        ("XX", day(-9), None, True),
    ],
)
def test_a_discount_needs_a_campaign_in_force_for_the_business(
    hall: OpenHall, campaign: str, first: dt.date, last: dt.date | None, found: bool
) -> None:
    set_price(hall, "缴费", 8000, campaign="SD", first=first, last=last)
    put(hall, "accounts", line("T1", 8000, **{**DISCOUNT, "campaign": campaign}))
    assert _found(hall, "X07") == ({("X07", "txn:T1"): NONE} if found else {})


def test_a_campaign_of_the_item_will_do_and_one_of_another_item_will_not(hall: OpenHall) -> None:
    code, other = _accessory(hall), f"E{hall.id}"
    item_of(hall, other, "accessory", "quantity")
    set_price(hall, code, 8000, campaign="SD")
    cells = {**DISCOUNT, "campaign": "SD"}
    put(hall, "accounts", sold_pieces("T1", 1, 8000, code, **cells))
    put(hall, "accounts", sold_pieces("T2", 1, 8000, other, **cells))
    assert _found(hall, "X07") == {("X07", "txn:T2"): NONE}
    assert facts(hall, "X07", "txn:T2")["value_fen"] == "2000"


def test_what_is_given_back_of_a_discount_is_not_asked(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", -8000, due=-10000, discount=-2000))
    put(hall, "accounts", line("T2", 8000, line_kind="correction", **DISCOUNT))
    assert _found(hall, "X07") == {}
