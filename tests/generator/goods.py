"""The goods of a made-up hall: items, prices, and stock documents that obey the rules."""

from __future__ import annotations

from typing import Any

from tests.generator.world import Day, Hall, Row, clock, luhn_digit

HANDSET, SIM, GIFT = "SJ-N10", "SIM-4G", "LP-BAG"


def imei(number: int) -> str:
    """Give the IMEI of the `number`-th handset of an invented model (DOMAIN.md STK-01)."""
    body = f"86123406{number:06d}"
    return body + luhn_digit(body)


def iccid(number: int) -> str:
    """Give the ICCID of the `number`-th SIM card of a box (DOMAIN.md STK-03)."""
    body = f"8986012600{number:09d}"
    return body + luhn_digit(body)


def stock_hall(hall: Hall, day: Day) -> None:
    """Enter the hall's items, prices and opening stock, and what each clerk drew."""
    day.rows["items"] += [
        _item(
            HANDSET,
            "晨星N10手机",
            category="handset",
            tracking="serial",
            price="1299.00",
            unit="台",
        ),
        _item(SIM, "4G用户卡", category="sim", tracking="serial", price="20.00", unit="张"),
        _item(GIFT, "购物袋", category="gift", tracking="quantity", price="0.00", unit="个"),
    ]
    day.rows["prices"] += [
        {"item": HANDSET, "price": "1299.00", "valid_from": "2025-01-01"},
        {"item": SIM, "price": "20.00", "valid_from": "2025-01-01"},
    ]
    clerks = hall.clerks()
    opening = day.at("08:00:00")
    count = 3 * len(clerks)
    base = hall.number * 100
    received = [
        _move(
            "RK0001", "receipt", clock(opening), HANDSET, serial=imei(base + n), unit_cost="999.00"
        )
        for n in range(count)
    ]
    received.append(_run("RK0002", "receipt", clock(opening), base, 10 * len(clerks)))
    received.append(_move("RK0003", "receipt", clock(opening), GIFT, quantity="100"))
    drawn = []
    for position, human in enumerate(clerks):
        number = hall.numbers_of(human)[0]
        no, at = f"LY{position + 1:04d}", clock(day.at("08:40:00"))
        first = base + 3 * position
        drawn += [
            _move(no, "draw", at, HANDSET, serial=imei(first + n), clerk=number) for n in range(2)
        ]
        drawn.append(_run(no, "draw", at, base + 10 * position, 10, clerk=number))
        drawn.append(_move(no, "draw", at, GIFT, quantity="5", clerk=number))
    day.rows["stock"] += received + drawn


def _item(code: str, name: str, *, category: str, tracking: str, price: str, unit: str) -> Row:
    return {
        "code": code,
        "name": name,
        "category": category,
        "tracking": tracking,
        "price": price,
        "unit": unit,
    }


def _move(no: str, kind: str, at: str, item: str, **cells: Any) -> Row:
    row = {"document_no": no, "kind": kind, "at": at, "item": item, "quantity": "1"}
    return row | {"serial": "", "clerk": ""} | cells


def _run(no: str, kind: str, at: str, first: int, count: int, *, clerk: str = "") -> Row:
    run = {"serial": iccid(first), "serial_to": iccid(first + count - 1), "quantity": str(count)}
    return _move(no, kind, at, SIM, clerk=clerk) | run
