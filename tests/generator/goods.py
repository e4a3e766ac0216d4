"""The goods of a made-up hall: items, prices, campaigns, and the shape of every serial."""

from __future__ import annotations

from typing import Any

from tests.generator.world import Day, Hall, Row, luhn_digit, shift_date

HANDSET, SIM, CARD, ACCESSORY = "SJ-N10", "SIM-4G", "CZK-50", "PJ-CDQ"
BAG, UMBRELLA = "LP-BAG", "LP-SAN"
LOANER, TEST_CARD, SPARE_PART, POSTER = "BYJ-01", "CSK-01", "WX-PM", "XC-HB"

# For handsets at a lower price and for bills less a discount; the other for gifts, with a quota.
CAMPAIGN, GIFT_CAMPAIGN = "CX202611", "LP202611"
QUOTA = 400

# code -> (name, category, tracking, price, unit)
ITEMS = {
    HANDSET: ("晨星N10手机", "handset", "serial", "1299.00", "台"),
    SIM: ("4G用户卡", "sim", "serial", "20.00", "张"),
    CARD: ("50元充值卡", "recharge_card", "serial", "50.00", "张"),
    ACCESSORY: ("快充充电器", "accessory", "quantity", "79.00", "个"),
    BAG: ("购物袋", "gift", "quantity", "0.00", "个"),
    UMBRELLA: ("广告伞", "gift", "quantity", "15.00", "把"),
    LOANER: ("备用机", "loaner", "serial", "0.00", "台"),
    TEST_CARD: ("测试卡", "test_card", "serial", "0.00", "张"),
    SPARE_PART: ("屏幕总成", "spare_part", "quantity", "", "个"),
    POSTER: ("宣传海报", "promotional", "quantity", "", "张"),
}


def is_serial(item: str) -> bool:
    """True for an item whose every unit has a serial."""
    return ITEMS[item][2] == "serial"


def serial_of(hall: Hall, item: str, number: int) -> str:
    """Give the serial of the `number`-th unit of an item that a hall ever received."""
    if item in {HANDSET, LOANER}:
        return imei((5000 if item == LOANER else 0) + 10_000 * hall.number + number)
    if item in {SIM, TEST_CARD}:
        return iccid((5000 if item == TEST_CARD else 0) + 10_000 * hall.number + number)
    return f"5026{hall.number:06d}{number:06d}"


def imei(number: int) -> str:
    """Give the IMEI of the `number`-th handset of an invented model (DOMAIN.md STK-01)."""
    body = f"8612{number:010d}"
    return body + luhn_digit(body)


def iccid(number: int) -> str:
    """Give the ICCID of the `number`-th SIM card of a box (DOMAIN.md STK-03)."""
    body = f"8986012600{number:09d}"
    return body + luhn_digit(body)


def list_goods(hall: Hall, day: Day) -> None:
    """Enter the hall's items, prices and campaigns, as they stand when it opens."""
    columns = ("name", "category", "tracking", "price", "unit")
    day.rows["items"] += [
        {"code": code} | dict(zip(columns, item, strict=True)) for code, item in ITEMS.items()
    ]
    day.rows["prices"] += [
        price_row(HANDSET, "1399.00", "2025-01-01", shift_date(day.date, -1)),
        price_row(HANDSET, "1299.00", day.date),
        price_row(SIM, "20.00", "2025-01-01"),
        price_row(HANDSET, "1199.00", shift_date(day.date, -9), campaign=CAMPAIGN),
        price_row(
            "缴费", "0.00", "2025-01-01", shift_date(hall.days[-1].date, 0), campaign=CAMPAIGN
        ),
    ]
    hall.limits[f"gift_quota:{GIFT_CAMPAIGN}"] = QUOTA


def price_row(item: str, price: str, first: str, last: str = "", **cells: Any) -> Row:
    """Give a row of `prices`, in force from the first to the last day."""
    return {"item": item, "price": price, "valid_from": first, "valid_to": last} | cells
