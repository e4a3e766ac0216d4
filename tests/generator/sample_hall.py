"""The sample hall: its invented people, goods, businesses, books and what each clerk holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.generator.world import Day, Hall, Range, Row, Staff, Style, luhn_digit

DATE = "2026-11-20"
FORM_CODE = "031002600104"
CAMPAIGN = "SD2026"
CLERKS = ("A01", "A02", "A03", "A04", "A05", "A06")

STAFF = (
    Staff("A01", "林晓燕", ("clerk",)),
    Staff("A02", "陈志远", ("clerk",)),
    Staff("A03", "苏雨桐", ("clerk",)),
    Staff("A04", "何建国", ("clerk",)),
    Staff("A05", "许佳宁", ("clerk",)),
    Staff("A06", "罗子涵", ("clerk",)),
    Staff("Z01", "自助缴费机一号", ("clerk",), kind="self_service"),
    Staff("K01", "方国平", ("stock_keeper",)),
    Staff("K02", "叶秀兰", ("invoice_keeper",)),
    Staff("J01", "沈静怡", ("auditor",)),
    Staff("M01", "顾明辉", ("hall_manager",)),
    Staff("M02", "唐丽华", ("duty_manager",)),
    Staff("B01", "梁启航", ("department",)),
    Staff("F01", "范文清", ("finance",)),
    Staff("S01", "邵一鸣", ("admin",)),
)

# code, name, category, tracking, price, unit
ITEMS = (
    ("SJ-CX10", "晨星X10手机 8+256G 曜石黑", "handset", "serial", "1299.00", "台"),
    ("SJ-YH5", "远航5手机 6+128G 海雾蓝", "handset", "serial", "899.00", "台"),
    ("SIM-5G", "5G用户卡（三切）", "sim", "serial", "10.00", "张"),
    ("CZK-50", "50元充值卡", "recharge_card", "serial", "50.00", "张"),
    ("PJ-CDQ", "快充充电器 33W", "accessory", "quantity", "79.00", "个"),
    ("PJ-EJ", "蓝牙耳机", "accessory", "quantity", "129.00", "副"),
    ("LP-SAN", "广告伞", "gift", "quantity", "0.00", "把"),
    ("CSK-01", "测试卡", "test_card", "serial", "0.00", "张"),
)

# business, needs a form, invoiced when, standard fee
BUSINESSES = (
    ("话费缴存", "0", "payment", ""),
    ("新入网", "1", "payment", ""),
    ("补换卡", "1", "payment", "20.00"),
    ("购机", "1", "payment", ""),
    ("配件销售", "0", "payment", ""),
    ("充值卡销售", "0", "payment", ""),
    ("宽带新装", "1", "payment", "100.00"),
    ("宽带续费", "0", "payment", "720.00"),
    ("套餐变更", "1", "payment", "0.00"),
    ("打印详单", "0", "never", "0.00"),
    ("月租代扣", "0", "month", ""),
    ("国际漫游押金", "1", "never", ""),
)


@dataclass
class Shelf:
    """What one place holds: serials by item in order, and pieces by item."""

    serials: dict[str, list[str]] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)

    def take(self, item: str) -> str:
        """Take the next serial of an item away and give it."""
        return self.serials[item].pop(0)

    def take_pieces(self, item: str, count: int) -> None:
        """Take pieces of an item away."""
        self.pieces[item] -= count


@dataclass
class Sample:
    """The hall, its day, and the shelves of the store ("") and of each clerk."""

    hall: Hall
    day: Day
    shelves: dict[str, Shelf]


def open_sample() -> Sample:
    """Set the hall up as it stands when it opens: rules, goods, books and floats."""
    day = Day(DATE, is_last=True)
    day.working = list(CLERKS)
    day.floats = {"A01": 50000, "A02": 30000, "A03": 30000, "A04": 30000, "A05": 30000}
    hall = Hall(
        code="H001",
        name="星河路营业厅",
        organisation="东江市分公司",
        rng=Random(20261120),
        style=Style(chinese=True, encoding="utf-8-sig", line_end="\r\n"),
        staff=list(STAFF),
        tenders={
            "cash": ("cash", "line"),
            "wechat": ("settled", "line"),
            "alipay": ("settled", "line"),
            "pos": ("settled", "batch"),
            "transfer": ("settled", "line"),
        },
        days=[day],
        order_tenders=frozenset({"alipay"}),
        counters={"G01": ["A01", "A02"]},
    )
    _enter_rules(day)
    _draw_books(hall, day)
    shelves = _enter_stock(day)
    return Sample(hall, day, shelves)


def _enter_rules(day: Day) -> None:
    names = ("code", "name", "category", "tracking", "price", "unit")
    day.rows["items"] += [dict(zip(names, item, strict=True)) for item in ITEMS]
    day.rows["prices"] += [
        {"item": item[0], "price": item[4], "valid_from": "2026-09-01"} for item in ITEMS
    ]
    discounted = {"item": "SJ-CX10", "campaign": CAMPAIGN, "price": "1199.00"}
    day.rows["prices"].append(discounted | {"valid_from": "2026-11-01", "valid_to": "2026-11-30"})
    columns = ("business", "needs_form", "invoice_due", "fee")
    day.rows["businesses"] += [dict(zip(columns, one, strict=True)) for one in BUSINESSES]


def _draw_books(hall: Hall, day: Day) -> None:
    for position, clerk in enumerate(CLERKS):
        first = 260_401 + 100 * position
        used = (37, 12, 0, 55, 21, 8)[position]
        held = Range(FORM_CODE, first, first + 99, first + used)
        hall.ranges[clerk] = held
        day.rows["invoice_books"].append(
            _book(held, clerk, used=held.number(first + used - 1) if used else "")
        )
    for first in (261_001, 261_051):
        day.rows["invoice_books"].append(_book(Range(FORM_CODE, first, first + 49, first), ""))


def _book(held: Range, clerk: str, *, used: str = "") -> Row:
    count = held.last - held.first + 1
    return {
        "invoice_code": held.code,
        "first_no": held.number(held.first),
        "last_no": held.number(held.last),
        "count": str(count),
        "carrier": "continuous" if count == 100 else "book",
        "clerk": clerk,
        "used_to": used,
        "drawn_at": f"2026-11-{16 + held.first % 3:02d} 08:40:00" if clerk else "",
    }


def _imei(tac: str, number: int) -> str:
    body = f"{tac}{number:06d}"
    return body + luhn_digit(body)


def _iccid(number: int) -> str:
    body = f"8986012611{number:09d}"
    return body + luhn_digit(body)


def _enter_stock(day: Day) -> dict[str, Shelf]:
    """Enter receipts and draws of earlier days; give what each place holds on the morning."""
    store = Shelf(
        serials={
            "SJ-CX10": [_imei("86712305", 100 + n) for n in range(30)],
            "SJ-YH5": [_imei("86712306", 500 + n) for n in range(20)],
            "SIM-5G": [_iccid(31_000 + n) for n in range(200)],
            "CZK-50": [f"5026110000{n:06d}" for n in range(1001, 1201)],
            "CSK-01": [_iccid(90_001 + n) for n in range(2)],
        },
        pieces={"PJ-CDQ": 60, "PJ-EJ": 40, "LP-SAN": 100},
    )
    costs = {"SJ-CX10": "1040.00", "SJ-YH5": "715.00", "SIM-5G": "2.50", "CZK-50": "49.00"}
    costs |= {"PJ-CDQ": "41.00", "PJ-EJ": "66.00", "LP-SAN": "9.80"}
    for position, item in enumerate([*store.serials, *store.pieces], start=1):
        no, at = f"RK2026-{position:04d}", "2026-11-02 10:00:00"
        moved = store.serials.get(item) or store.pieces[item]
        rows = _moves(no, "receipt", at, item, moved)
        day.rows["stock"] += [row | {"unit_cost": costs.get(item, "")} for row in rows]
    shelves = {"": store}
    for position, clerk in enumerate(CLERKS, start=1):
        shelf = Shelf()
        for item, count in (("SJ-CX10", 3), ("SJ-YH5", 2), ("SIM-5G", 25), ("CZK-50", 20)):
            drawn, store.serials[item] = store.serials[item][:count], store.serials[item][count:]
            shelf.serials[item] = drawn
        if clerk == "A05":
            shelf.serials["CSK-01"] = [store.take("CSK-01")]
        for item, count in (("PJ-CDQ", 8), ("PJ-EJ", 5), ("LP-SAN", 10)):
            store.pieces[item] -= count
            shelf.pieces[item] = count
        no, at = f"LY2026-{position:04d}", "2026-11-19 08:35:00"
        everything: dict[str, list[str] | int] = {**shelf.serials, **shelf.pieces}
        for item, held in everything.items():
            day.rows["stock"] += _moves(no, "draw", at, item, held, clerk=clerk)
        shelves[clerk] = shelf
    return shelves


def _moves(
    no: str, kind: str, at: str, item: str, held: list[str] | int, *, clerk: str = ""
) -> list[Row]:
    """Give the rows of one movement: handsets one by one, cards by first and last serial."""
    row = {"document_no": no, "kind": kind, "at": at, "item": item, "serial": "", "clerk": clerk}
    if isinstance(held, int):
        return [row | {"quantity": str(held)}]
    if item.startswith("SJ-"):
        return [row | {"serial": serial, "quantity": "1"} for serial in held]
    return [row | {"serial": held[0], "serial_to": held[-1], "quantity": str(len(held))}]


def count_shelves(sample: Sample) -> None:
    """Enter the evening's count of every place, agreeing with what was drawn and sold."""
    for place, shelf in sorted(sample.shelves.items()):
        for item, serials in shelf.serials.items():
            rows = _moves("", "", "", item, serials) if serials else [_nothing(item)]
            _count(sample.day, place, rows)
        for item, count in shelf.pieces.items():
            _count(sample.day, place, _moves("", "", "", item, count))


def _nothing(item: str) -> Row:
    return {"item": item, "serial": "", "quantity": "0"}


def _count(day: Day, place: str, rows: list[Row]) -> None:
    columns = ("item", "serial", "serial_to", "quantity")
    day.rows["counts"] += [
        {"clerk": place} | {name: row[name] for name in columns if row.get(name)} for row in rows
    ]
