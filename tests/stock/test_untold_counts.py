"""G01 of spot checks, hand-overs, and what no file of counts can name (DOMAIN STK-11)."""

from __future__ import annotations

from typing import Any

import pytest

from stock.sales import post_daily_sales
from tests.builders import DAY, LOADER, OpenHall, move_phones, receive_phones
from tests.ledger.audit.evidence_days import at, facts, findings, put
from tests.stock.counting import (
    approve,
    begin,
    count_again,
    finish,
    key_in,
    scan,
    settle,
)
from tests.stock.goods_days import counted, give, give_pieces, goods, sold, sold_pieces


def make_sales(hall: OpenHall) -> None:
    """Post the day's sales as the evening's run does."""
    with hall.work(LOADER) as uow:
        post_daily_sales(uow, days=[(hall.hall, DAY)])


def test_stk_11_a_spot_check_reaches_the_audit_until_its_result_is_posted(hall: OpenHall) -> None:
    a, b, c = hall.serials(3)
    receive_phones(hall, [a, b, c])
    number = begin(hall, kind="spot")
    scan(hall, number, [a, "NOBODYS-1"])
    assert goods(hall) == {}
    finish(hall, number)
    assert goods(hall) == {
        ("G01", f"serial:store/{b}-{c}"): (2, 0),
        ("G01", "serial:store/NOBODYS-1"): (0, 1),
    }
    assert facts(hall, "G01", f"serial:store/{b}-{c}")["count_no"] == str(number)
    count_again(hall, number)
    assert len(goods(hall)) == 2
    scan(hall, number, [b], by="A02")
    finish(hall, number, by="A02")
    assert goods(hall) == {("G01", f"serial:store/{c}"): (1, 0)}
    document = settle(hall, number)
    assert goods(hall) == {("G01", f"serial:store/{c}"): (1, 0)}
    assert document is not None
    approve(hall, document)
    assert goods(hall) == {}


@pytest.mark.parametrize("booked_by_noon", [False, True])
def test_stk_11_a_spot_check_at_noon_is_held_against_what_was_sold_by_noon(
    hall: OpenHall, booked_by_noon: bool
) -> None:
    a, b, c, lost = hall.serials(4)
    give(hall, "clerk A02", a, b, c, lost)
    give_pieces(hall, "clerk A02", 10)
    # In the morning he sold one handset and three gifts; mostly the books learn it in the evening.
    morning: dict[str, Any] = {"clerk": "A02", "accepted_at": at("09:30")}
    put(hall, "accounts", sold("T1", a, **morning), sold_pieces("T2", 3, **morning))
    if booked_by_noon:
        make_sales(hall)
    number = begin(hall, "clerk A02", kind="hand_over")
    scan(hall, number, [b, c])
    key_in(hall, number, G1=6)
    finish(hall, number)
    missing = {("G01", f"serial:A02/{lost}"): (1, 0)}
    evening: dict[str, Any] = {"clerk": "A02", "accepted_at": at("17:30")}
    put(hall, "accounts", sold("T3", b, **evening), sold_pieces("T4", 2, **evening))
    make_sales(hall)
    assert goods(hall) == {**missing, ("G01", "item:A02/G1"): (7, 6)}
    # What is counted again later that day is held against that count.
    put(hall, "counts", counted(c, clerk="A02"), counted(item="G1", quantity=5, clerk="A02"))
    assert goods(hall) == missing


def test_stk_11_what_differs_on_display_reaches_the_audit_of_no_clerk(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    move_phones(hall, "draw", "store > demo", [a, b])
    number = begin(hall, "demo", kind="daily")
    scan(hall, number, [a])
    finish(hall, number)
    assert goods(hall) == {("G01", f"serial:demo/{b}"): (1, 0)}
    (told,) = (one for one in findings(hall) if one.check_code == "G01")
    assert told.clerk == ""
    # Another paper says where it went: then nothing is missing.
    move_phones(hall, "return", "demo > store", [b])
    assert goods(hall) == {}
