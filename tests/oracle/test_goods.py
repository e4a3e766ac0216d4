"""G04, G05, G08 and X07 on a handful of lines: prices, gifts, what is not for sale, discounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.small_hall import (
    BAG,
    CARD,
    ITEMS,
    PHONE,
    TODAY,
    YESTERDAY,
    SmallHall,
    goods,
    sale,
)

_PRICES = [
    {"item": PHONE, "price": "1399.00", "valid_from": "2026-01-01", "valid_to": YESTERDAY},
    {"item": PHONE, "price": "1199.00", "valid_from": TODAY},
    {
        "item": PHONE,
        "campaign": "NOW",
        "price": "999.00",
        "valid_from": "2026-11-01",
        "valid_to": TODAY,
    },
    {
        "item": PHONE,
        "campaign": "OVER",
        "price": "899.00",
        "valid_from": "2026-11-01",
        "valid_to": YESTERDAY,
    },
    {"item": "购机", "campaign": "DESK", "price": "0.00", "valid_from": TODAY},
]


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


@pytest.mark.parametrize(
    ("received", "cells", "difference"),
    [
        ("1199.00", {}, ""),
        ("1199.01", {}, "0.01"),
        ("1198.99", {}, "-0.01"),
        ("1399.00", {}, "200.00"),
        ("999.00", {"campaign": "NOW"}, ""),
        ("1199.00", {"campaign": "NOW"}, "200.00"),
        ("899.00", {"campaign": "OVER"}, "-300.00"),
        ("1199.00", {"campaign": "OVER"}, ""),
        ("2398.00", {"quantity": "2"}, ""),
        ("1199.00", {"quantity": "2"}, "-1199.00"),
        ("0.00", {}, "-1199.00"),
        ("0.00", {"form_no": "F1"}, ""),
        ("0.01", {"form_no": "F1"}, "-1198.99"),
        ("0.00", {"deferred": "1"}, ""),
        ("-1.00", {}, ""),
    ],
)
def test_goods_cost_what_the_campaign_or_the_list_says(
    hall: SmallHall, received: str, cells: dict[str, str], difference: str
) -> None:
    hall.day(items=ITEMS, prices=_PRICES, accounts=[goods("T1", PHONE, received, **cells)])
    assert hall.finds("G04") == ([f"txn:T1 {difference}"] if difference else [])


def test_one_unit_may_be_paid_on_two_lines(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        accounts=[
            goods("T1", CARD, "15.00", "C1"),
            goods("T1", CARD, "5.00", "C1", line_no="2"),
            goods("T2", CARD, "20.00", "C2"),
            goods("T2", CARD, "19.00", "C3", line_no="2"),
            goods("T3", "SPARE", "7.00"),
        ],
    )
    assert hall.finds("G04") == ["txn:T2 -1.00"]


def test_a_gift_needs_a_form_on_any_line(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        accounts=[
            goods("T1", BAG, "0.00"),
            goods("T2", BAG, "0.00", form_no="F1"),
            goods("T3", BAG, "9.00"),
            goods("T4", PHONE, "0.00", campaign="NOW"),
            goods("T5", PHONE, "0.00", deferred="1", campaign="NOW"),
            goods("T6", BAG, "0.00"),
            sale("T6", "5.00", line_no="2", form_no="F2"),
            goods("T7", CARD, "0.00"),
        ],
    )
    assert hall.finds("G05") == ["txn:T1", "txn:T4", "txn:T7"]
    assert hall.finds("G04") == ["txn:T1 -9.00", "txn:T4 -1299.00", "txn:T7 -20.00"]


def test_the_quota_of_a_campaign_is_passed_by_the_next_piece(hall: SmallHall) -> None:
    under = {"campaign": "NOW", "form_no": "F1"}
    back = {"line_kind": "reversal", "original_txn_no": "T2"}
    at = {no: {"accepted_at": f"{TODAY} {9 + no}:00:00"} for no in range(1, 6)}
    hall.day(
        toml='[limits]\n"gift_quota:NOW" = 5\n',
        items=ITEMS,
        accounts=[
            goods("T1", BAG, "0.00", quantity="4", **under, **at[1]),
            goods("T2", BAG, "0.00", **under, **at[2]),
            goods("T3", BAG, "0.00", **under, **back, **at[3]),
            goods("T4", BAG, "0.00", **under, **at[4]),
            goods("T5", BAG, "0.00", **under, **at[5]),
            goods("T6", BAG, "0.00", quantity="9", form_no="F2", campaign="OTHER"),
        ],
    )
    assert hall.finds("G05") == ["txn:T5"]


def test_what_is_not_for_sale_is_named_by_serial_or_item(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        accounts=[
            goods("T1", "TEST", "0.00", "C1"),
            goods("T2", "LOANER", "500.00", "L1", clerk="A91"),
            goods("T3", "SPARE", "7.00"),
            goods("T4", BAG, "0.00", clerk="A02", form_no="F1"),
            goods("T7", BAG, "9.00", clerk="A02"),
            goods("T5", "LOANER", "500.00", "L2", deposit="1"),
            goods("T6", "TEST", "-1.00", "C3"),
        ],
    )
    assert hall.finds("G08") == [
        "item:A01/SPARE",
        "item:A02/BAG",
        "serial:A01/C1",
        "serial:A01/L1",
    ]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"item": PHONE, "campaign": "NOW"}, False),
        ({"item": PHONE, "campaign": "OVER"}, True),
        ({"item": CARD, "campaign": "NOW"}, True),
        ({"item": CARD, "campaign": "DESK"}, False),
        ({"campaign": "DESK"}, False),
        ({"campaign": "DESK", "business": "缴费"}, True),
        ({"campaign": "NOBODY"}, True),
        ({}, True),
        ({"discount": "0.00"}, False),
        ({"line_kind": "correction"}, False),
        ({"line_kind": "reversal"}, False),
    ],
)
def test_a_discount_needs_a_campaign_in_force(
    hall: SmallHall, cells: dict[str, str], found: bool
) -> None:
    usual = {"business": "购机", "due": "200.00", "discount": "100.00"}
    hall.day(items=ITEMS, prices=_PRICES, accounts=[sale("T1", "100.00", **(usual | cells))])
    assert hall.finds("X07") == (["txn:T1"] if found else [])
