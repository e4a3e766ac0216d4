"""The ordinary trade of the sample day, with the goods that leave each clerk's shelf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.sample_hall import CAMPAIGN, Sample, Shelf
from tests.generator.scenes_forms import (
    made_anew,
    one_for_several_sales,
    several_for_one_sale,
    spoiled_form,
)
from tests.generator.scenes_undone import approve, red_letter, undo
from tests.generator.world import Hall, clock, yuan

KIOSK = "Z01"
LINES_WANTED = {"A01": 58, "A02": 60, "A03": 57, "A04": 59, "A05": 60, "A06": 56, KIOSK: 50}

_PREFIXES = ("130", "131", "132", "155", "156", "175", "176", "185", "186")


class Counter(Desk):
    """A desk of the sample hall: subscribers look real, tenders come as they do in a hall."""

    def tick(self, seconds: int | None = None) -> datetime:
        """Let a customer's time pass; a full day has some fifty of them."""
        return super().tick(seconds or self.rng.randrange(240, 1050))

    def sale(self, *amounts: int, business: str = "话费缴存", **cells: Any) -> Sale:
        """Enter a transaction, of bill payment where nothing else is said."""
        return super().sale(*amounts, business=business, **cells)

    def subscriber(self) -> str:
        """Give an invented number no other transaction of the day uses."""
        number = self.hall.count("subscriber") * 7919 % 100_000_000
        return f"{_PREFIXES[number % len(_PREFIXES)]}{number:08d}"

    def any_tender(self) -> str:
        """Choose cash, WeChat, Alipay or card as customers do."""
        return self.rng.choice(["cash", "cash", "wechat", "wechat", "wechat", "alipay", "pos"])

    def amount(self) -> int:
        """Choose what people pay in for their telephone."""
        return self.rng.choice([3000, 5000, 5000, 5860, 8830, 9900, 10000, 12900, 20000])

    def form_no(self) -> str:
        """Give the number of a new signed form."""
        return f"SLD{self.day.date.replace('-', '')}{self.hall.count('form'):05d}"


Scene = Callable[[Counter, Shelf], None]


def _settle(counter: Counter, sale: Sale) -> None:
    """Give a paper invoice, an e-invoice or none, as the customer wanted."""
    wish = counter.rng.random()
    if wish < 0.45:
        counter.waive(sale)
    else:
        counter.invoice(sale, kind="paper" if wish < 0.75 else "e")


def pay_bill(counter: Counter, shelf: Shelf) -> None:
    """Pay a telephone bill."""
    _settle(counter, counter.sale(counter.amount(), business="话费缴存"))


def pay_bill_and_prepay(counter: Counter, shelf: Shelf) -> None:
    """Pay a bill and some in advance."""
    due, prepaid = counter.amount(), 5000
    sale = counter.sale(due + prepaid, due=yuan(due), prepaid=yuan(prepaid), business="话费缴存")
    _settle(counter, sale)


def pay_for_the_family(counter: Counter, shelf: Shelf) -> None:
    """Pay three bills at once."""
    _settle(counter, counter.sale(*(counter.amount() for _ in range(3)), business="话费缴存"))


def open_number(counter: Counter, shelf: Shelf) -> None:
    """Open a number: the card and the first payment."""
    sale = counter.sale(1000, 9900, business="新入网", form_no=counter.form_no())
    sale.lines[0] |= {"item": "SIM-5G", "serial": shelf.take("SIM-5G"), "quantity": "1"}
    _settle(counter, sale)


def replace_card(counter: Counter, shelf: Shelf) -> None:
    """Replace a lost card for the standard fee."""
    _settle(counter, counter.sale(2000, business="补换卡", form_no=counter.form_no()))


def sell_handset(counter: Counter, shelf: Shelf) -> None:
    """Sell a handset, one of the two kinds under the campaign, with an umbrella."""
    item = counter.rng.choice([one for one in ("SJ-CX10", "SJ-YH5") if shelf.serials[one]] or [""])
    if not item:
        return
    goods: dict[str, Any] = {"item": item, "serial": shelf.take(item), "quantity": "1"}
    if item == "SJ-CX10":
        goods |= {"due": "1299.00", "discount": "100.00", "campaign": CAMPAIGN}
    fen = 119_900 if item == "SJ-CX10" else 89_900
    sale = counter.sale(fen, business="购机", form_no=counter.form_no(), **goods)
    _settle(counter, sale)


def sell_accessory(counter: Counter, shelf: Shelf) -> None:
    """Sell a charger or earphones."""
    item, fen = counter.rng.choice([("PJ-CDQ", 7900), ("PJ-EJ", 12900)])
    if shelf.pieces[item]:
        shelf.take_pieces(item, 1)
        _settle(counter, counter.sale(fen, business="配件销售", item=item, quantity="1"))


def sell_recharge_cards(counter: Counter, shelf: Shelf) -> None:
    """Sell two recharge cards."""
    sale = counter.sale(5000, 5000, business="充值卡销售")
    for line in sale.lines:
        line |= {"item": "CZK-50", "serial": shelf.take("CZK-50"), "quantity": "1"}
    _settle(counter, sale)


def install_broadband(counter: Counter, shelf: Shelf) -> None:
    """Order broadband at the standard fee."""
    _settle(counter, counter.sale(10000, business="宽带新装", form_no=counter.form_no()))


def renew_broadband(counter: Counter, shelf: Shelf) -> None:
    """Renew a year of broadband, mostly paid in two ways."""
    sale = counter.sale(72000, business="宽带续费", tender="cash")
    if counter.rng.random() < 0.7:
        counter.split(sale, {"cash": 22000, counter.rng.choice(["wechat", "pos"]): 50000})
    _settle(counter, sale)


def change_plan(counter: Counter, shelf: Shelf) -> None:
    """Change a plan for nothing."""
    counter.sale(0, business="套餐变更", tender="cash", form_no=counter.form_no())


def print_list(counter: Counter, shelf: Shelf) -> None:
    """Print a list of calls for nothing."""
    counter.sale(0, business="打印详单", tender="cash")


def pay_later(counter: Counter, shelf: Shelf) -> None:
    """Let a company pay its bill later."""
    counter.sale(
        0, business="话费缴存", due=yuan(20 * counter.amount()), tender="cash", deferred="1"
    )


def monthly_fee(counter: Counter, shelf: Shelf) -> None:
    """Take a fee that is invoiced at the month's end."""
    counter.sale(9900, business="月租代扣")


def roaming_deposit(counter: Counter, shelf: Shelf) -> None:
    """Take a deposit for roaming."""
    form_no = counter.form_no()
    counter.sale(50000, business="国际漫游押金", deposit="1", form_no=form_no, tender="cash")


def pay_by_transfer(counter: Counter, shelf: Shelf) -> None:
    """Let a company pay by bank transfer."""
    sale = counter.sale(30 * counter.amount(), business="话费缴存", tender="transfer")
    counter.invoice(sale, kind="e")


def month_bill(counter: Counter, shelf: Shelf) -> None:
    """Print the monthly invoice of a subscriber who paid through the month."""
    counter.tick()
    counter.register(counter.e_number(), 15800, basis="month_bill")


def reversed_at_once(counter: Counter, shelf: Shelf) -> None:
    """Undo a payment to a wrong number, on the duty manager's word."""
    sale = counter.sale(5000, business="话费缴存", tender="cash", invoice_waived="1")
    undo(counter, sale, "reversal", authoriser="M02")
    _settle(counter, counter.sale(5000, business="话费缴存", tender="cash"))


def refunded_with_red_letter(counter: Counter, shelf: Shelf) -> None:
    """Pay an e-invoiced WeChat payment back the way it came."""
    sale = counter.sale(9900, business="话费缴存", tender="wechat")
    blue = counter.invoice(sale, kind="e")
    back = undo(counter, sale, "refund")
    approve(counter, back, "refund", fen=9900, original=sale.no)
    red_letter(counter, back, blue)


def waived_in_part(counter: Counter, shelf: Shelf) -> None:
    """Waive 20.00 of a disputed bill with the manager's approval."""
    sale = counter.sale(7900, business="话费缴存", due="99.00")
    approve(counter, sale, "waiver", fen=2000, original="")
    _settle(counter, sale)


COMMON: tuple[Scene, ...] = (
    *(pay_bill,) * 16,
    *(pay_bill_and_prepay, pay_for_the_family, open_number, sell_accessory) * 2,
    *(replace_card, sell_handset, sell_recharge_cards, install_broadband, renew_broadband),
    *(change_plan, print_list, monthly_fee),
)

# What happens once in the day at one desk.
SPECIAL: dict[str, tuple[Scene, ...]] = {
    "A01": (roaming_deposit, waived_in_part),
    "A02": (refunded_with_red_letter, lambda counter, _: spoiled_form(counter)),
    "A03": (pay_by_transfer, lambda counter, _: several_for_one_sale(counter)),
    "A04": (reversed_at_once, lambda counter, _: one_for_several_sales(counter)),
    "A05": (pay_later, month_bill, lambda counter, _: made_anew(counter)),
    "A06": (pay_by_transfer, pay_later, roaming_deposit),
}


def trade_sample(sample: Sample) -> dict[str, Counter]:
    """Let every desk and the kiosk do its ordinary work; give them as they stand at closing."""
    counters = {}
    for clerk, shelf in sample.shelves.items():
        if clerk:
            rng = Random(f"{sample.hall.code} {clerk}")
            counters[clerk] = Counter(sample.hall, sample.day, clerk, rng)
            _work(counters[clerk], shelf)
    _move_cash(sample)
    _adjust_a_bill(sample, counters["A02"])
    counters[KIOSK] = Counter(sample.hall, sample.day, KIOSK, Random(KIOSK))
    _serve_itself(counters[KIOSK])
    return counters


def _work(counter: Counter, shelf: Shelf) -> None:
    wanted = LINES_WANTED[counter.human]
    special = list(SPECIAL[counter.human])
    while lines_of(counter.hall, counter.human) < wanted:
        if special and counter.rng.random() < 0.12:
            special.pop(0)(counter, shelf)
        else:
            counter.rng.choice(COMMON)(counter, shelf)
    for scene in special:
        scene(counter, shelf)


def _move_cash(sample: Sample) -> None:
    """Bring change from the safe and drop a full drawer into it."""
    moves = (
        ("09:30:00", "safe", "A02", 20000, "零钞"),
        ("14:05:00", "A01", "safe", 100_000, "投库"),
    )
    for position, (at, source, target, fen, reason) in enumerate(moves, start=1):
        sample.day.rows["cash_moves"].append(
            {
                "move_no": f"XJ20261120{position:03d}",
                "at": clock(sample.day.at(at)),
                "from": source,
                "to": target,
                "amount": yuan(fen),
                "reason": reason,
            }
        )


def _adjust_a_bill(sample: Sample, counter: Counter) -> None:
    """Take 30.00 off a bill in the billing system, on the manager's approval."""
    subscriber, document_no = counter.subscriber(), "JM202611200001"
    sample.day.rows["refunds"].append(
        {
            "document_no": document_no,
            "kind": "waiver",
            "subscriber": subscriber,
            "amount": "30.00",
            "reason": "故障减免",
            "requester": "A02",
            "requested_at": clock(sample.day.at("10:12:00")),
            "approver": "M01",
            "approved_at": clock(sample.day.at("10:20:00")),
            "executor": "A02",
            "executed_at": clock(sample.day.at("10:24:00")),
            "customer_signed": "1",
            "papers_handed_at": clock(sample.day.at("18:40:00")),
        }
    )
    sample.day.rows["adjustments"].append(
        {
            "adjustment_no": "TZ202611200001",
            "at": clock(sample.day.at("10:24:00")),
            "clerk": "A02",
            "subscriber": subscriber,
            "kind": "waiver",
            "amount": "30.00",
            "document_no": document_no,
        }
    )


def _serve_itself(kiosk: Counter) -> None:
    for position in range(LINES_WANTED[KIOSK]):
        tender = "wechat" if position % 3 else "alipay"
        sale = kiosk.sale(kiosk.amount(), business="话费缴存", tender=tender)
        if position % 4:
            kiosk.waive(sale)
        else:
            kiosk.invoice(sale, kind="e")


def lines_of(hall: Hall, clerk: str) -> int:
    """Count the account lines of one number."""
    return sum(row["clerk"] == clerk for row in hall.days[0].rows["accounts"])
