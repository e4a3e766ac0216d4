"""The sample day's faults of goods, discounts and double invoices, as they leave the shelves."""

from __future__ import annotations

from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.sample_faults import SampleFault
from tests.generator.sample_hall import Sample
from tests.generator.world import fen_of, yuan

_WAIVED = {"invoice_waived": "1", "tender": "wechat"}


def spoil_goods(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    """Plant what goes wrong with goods and double invoices, after all other trade of the day."""
    return [
        *_a_colleagues_handset(sample, desks),
        *_a_card_entered_twice(sample, desks["A01"]),
        *_prices_and_gifts(sample, desks),
        *_a_test_card(sample, desks["A05"]),
        *_invoiced_twice(desks),
    ]


def _sell(desk: Desk, item: str, fen: int, *, serial: str = "", **cells: Any) -> Sale:
    goods: dict[str, Any] = {"item": item, "serial": serial, "quantity": "1"}
    return desk.sale(fen, **(_WAIVED | goods | cells))


def _form_no(desk: Desk, number: int) -> str:
    return f"SLD{desk.day.date.replace('-', '')}9{number:04d}"


def _a_colleagues_handset(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    serial = sample.shelves["A05"].take("SJ-YH5")
    form_no = _form_no(desks["A06"], 2)
    _sell(desks["A06"], "SJ-YH5", 89_900, serial=serial, business="购机", form_no=form_no)
    return [
        SampleFault(
            "G02",
            f"serial:A06/{serial}",
            "",
            "",
            "A06 卖出的手机是 A05 领用的，没有柜员之间的移交",
            "A06 sold a handset that A05 had drawn, without a hand-over between them",
        ),
        SampleFault(
            "G01",
            f"serial:A05/{serial}",
            "1",
            "0",
            "A05 盘点少的就是这一台",
            "A05's count lacks that very handset",
        ),
    ]


def _a_card_entered_twice(sample: Sample, desk: Desk) -> list[SampleFault]:
    shelf = sample.shelves["A01"]
    first, second = shelf.take("CZK-50"), shelf.take("CZK-50")
    for _ in range(2):
        _sell(desk, "CZK-50", 5_000, serial=first, business="充值卡销售")
    return [
        SampleFault(
            "G03",
            f"serial:A01/{first}",
            "",
            "",
            "A01 卖两张充值卡，把第一张的卡号录了两次",
            "A01 sold two recharge cards and entered the first one's number twice",
        ),
        SampleFault(
            "G01",
            f"serial:A01/{second}",
            "1",
            "0",
            "第二张卡已不在 A01 手中，账上还在",
            "the second card has left A01's hands and not the books",
        ),
    ]


def _prices_and_gifts(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    sample.shelves["A03"].take_pieces("PJ-CDQ", 1)
    cheap = _sell(desks["A03"], "PJ-CDQ", 6_900, business="配件销售")
    sample.shelves["A02"].take_pieces("LP-SAN", 1)
    gift = _sell(desks["A02"], "LP-SAN", 0, business="配件销售", tender="cash")
    discount: dict[str, Any] = {"due": "720.00", "discount": "20.00"}
    loose = desks["A06"].sale(70_000, business="宽带续费", **(_WAIVED | discount))
    sample.shelves["A04"].take_pieces("PJ-EJ", 1)
    return [
        SampleFault(
            "G04",
            f"txn:{cheap.no}",
            "79.00",
            "69.00",
            "A03 充电器少收 10.00，没有活动",
            "A03 sold a charger 10.00 below its price, without a campaign",
            severity="warn",
        ),
        SampleFault(
            "G05",
            f"txn:{gift.no}",
            "",
            "",
            "A02 送出一把广告伞，没有受理单",
            "A02 gave an umbrella away without a signed form",
        ),
        SampleFault(
            "X07",
            f"txn:{loose.no}",
            "",
            "",
            "A06 宽带续费优惠 20.00，没有写活动",
            "A06 gave 20.00 off a broadband renewal and named no campaign",
        ),
        _earphones_short(sample),
    ]


def _earphones_short(sample: Sample) -> SampleFault:
    """A04 has one pair of earphones less on his shelf than the books say, sold to nobody."""
    left = sample.shelves["A04"].pieces["PJ-EJ"]
    return SampleFault(
        "G01",
        "item:A04/PJ-EJ",
        str(left + 1),
        str(left),
        "A04 的蓝牙耳机盘点少一副，查不到销售",
        "A04's count is one pair of earphones short, and nobody sold it",
    )


def _a_test_card(sample: Sample, desk: Desk) -> list[SampleFault]:
    serial = sample.shelves["A05"].take("CSK-01")
    form_no = _form_no(desk, 3)
    sale = _sell(desk, "CSK-01", 1_000, serial=serial, business="新入网", form_no=form_no)
    return [
        SampleFault(
            "G08",
            f"serial:A05/{serial}",
            "",
            "",
            "A05 把测试卡当用户卡卖了",
            "A05 sold a test card as a customer's card",
        ),
        SampleFault(
            "G04",
            f"txn:{sale.no}",
            "0.00",
            "10.00",
            "测试卡没有售价，却收了 10.00",
            "a test card has no price, and 10.00 was received for it",
            severity="warn",
        ),
    ]


def _invoiced_twice(desks: dict[str, Desk]) -> list[SampleFault]:
    desk = desks["A03"]
    sale = desk.sale(8_800, business="话费缴存", tender="wechat")
    for form in (desk.paper_number(), desk.e_number()):
        desk.register(form, sale.received, txn_no=sale.no)
    again = desks["A05"]
    month: dict[str, Any] = {"subscriber": "13100260418", "period": "2026-10"}
    month |= {"basis": "month_bill"}
    bills = []
    for _ in range(2):
        again.tick()
        bills.append(again.register(again.e_number(), 23_600, **month))
    return [
        SampleFault(
            "P10",
            f"txn:{sale.no}",
            "",
            "",
            "A03 收款 88.00，开了一张纸质票又开一张电子票",
            "A03 received 88.00 and issued a paper invoice and an e-invoice for it",
        ),
        SampleFault(
            "X03",
            f"txn:{sale.no}",
            "88.00",
            yuan(2 * fen_of("88.00")),
            "同一笔：账 88.00，两张票合计 176.00",
            "the same one: 88.00 in the account, 176.00 on two invoices",
        ),
        SampleFault(
            "P10",
            f"invoice:/{bills[1]['invoice_no']}",
            "",
            "",
            "A05 给同一用户重复开了十月的月结发票",
            "A05 billed one subscriber's October twice",
        ),
    ]
