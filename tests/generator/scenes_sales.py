"""Ordinary sales: what customers pay for, and the ways they pay."""

from __future__ import annotations

from typing import Any

from tests.generator.desk import Desk
from tests.generator.goods import CAMPAIGN
from tests.generator.world import yuan

# business -> (needs a form, invoiced when, standard fee)
BUSINESSES = {
    "缴费": ("0", "payment", ""),
    "新入网": ("1", "payment", ""),
    "补卡": ("1", "payment", "20.00"),
    "宽带包年": ("0", "", "360.00"),
    "打印详单": ("0", "payment", "0.00"),
    "月租代扣": ("0", "month", ""),
    "终端押金": ("0", "never", ""),
    "购机": ("1", "payment", ""),
    "售卡": ("0", "payment", ""),
    "礼品发放": ("0", "never", ""),
}


def one_line_or_three(desk: Desk) -> None:
    """Sell one to three things and invoice them or not."""
    amounts = [desk.amount() for _ in range(desk.rng.choice([1, 1, 1, 2, 3]))]
    desk.settle_invoice(desk.sale(*amounts))


def with_prepayment(desk: Desk) -> None:
    """Take a bill and a prepayment together."""
    due, prepaid = desk.amount(), desk.amount()
    desk.settle_invoice(desk.sale(due + prepaid, due=yuan(due), prepaid=yuan(prepaid)))


def only_prepayment(desk: Desk) -> None:
    """Take a prepayment with nothing due."""
    desk.settle_invoice(desk.sale(10000, due="0.00", prepaid="100.00"))


def with_discount(desk: Desk) -> None:
    """Charge less under a campaign."""
    due = desk.amount() + 2000
    sale = desk.sale(due - 2000, due=yuan(due), discount="20.00", campaign=CAMPAIGN)
    desk.settle_invoice(sale)


def paid_later(desk: Desk) -> None:
    """Charge now and take the money later."""
    sale = desk.sale(0, due=yuan(desk.amount()), tender="cash", deferred="1")
    if desk.rng.random() < 0.5:
        sale.lines[0]["tender"] = ""


def in_several_tenders(desk: Desk) -> None:
    """Take one sum in two or three tenders."""
    sale = desk.sale(desk.amount(), desk.amount())
    tenders = desk.rng.sample(["cash", "wechat", "alipay", "pos"], k=desk.rng.choice([2, 3]))
    parts = dict.fromkeys(tenders[1:], 1050)
    parts[tenders[0]] = sale.received - sum(parts.values())
    desk.split(sale, parts)
    desk.settle_invoice(sale)


def one_line_each_tender(desk: Desk) -> None:
    """Take each line of a sale in a tender of its own, without the tenders file."""
    sale = desk.sale(desk.amount(), desk.amount(), tender="cash")
    sale.lines[1] |= {"tender": "wechat", **desk.paid_with("wechat", sale.at)}
    desk.settle_invoice(sale)


def one_payment_for_two(desk: Desk) -> None:
    """Take one payment by telephone for two transactions."""
    first = desk.sale(desk.amount(), tender="alipay")
    again: dict[str, Any] = {"tender_ref": first.lines[0]["tender_ref"]}
    second = desk.sale(desk.amount(), tender="alipay", **again)
    for sale in (first, second):
        desk.settle_invoice(sale)


def new_numbers_on_one_form(desk: Desk) -> None:
    """Open one or two numbers on one signed form."""
    form_no = f"SL{desk.hall.count('form'):06d}"
    for _ in range(desk.rng.choice([1, 2])):
        desk.settle_invoice(desk.sale(desk.amount(), business="新入网", form_no=form_no))


def at_standard_fee(desk: Desk) -> None:
    """Sell what has a standard fee, at that fee."""
    form_no = f"SL{desk.hall.count('form'):06d}"
    desk.settle_invoice(desk.sale(2000, business="补卡", form_no=form_no))
    desk.settle_invoice(desk.sale(36000, business="宽带包年"))


def free_of_charge(desk: Desk) -> None:
    """Print a list for nothing."""
    desk.sale(0, business="打印详单", tender=desk.rng.choice(["cash", ""]))


def invoiced_monthly(desk: Desk) -> None:
    """Take a fee that is invoiced at the month's end, and bill a month of somebody else."""
    desk.sale(desk.amount(), business="月租代扣")
    if desk.rng.random() < 0.5:
        desk.register(desk.e_number(), 15800, basis="month_bill")


def deposit_for_a_handset(desk: Desk) -> None:
    """Take a deposit, which is never invoiced."""
    desk.sale(50000, business="终端押金", deposit="1")


def nobody_named_twice(desk: Desk) -> None:
    """Charge the same twice within minutes to people who gave no number."""
    fen = desk.amount()
    for _ in range(2):
        at = desk.tick(90)
        desk.settle_invoice(desk.sale(fen, subscriber="", at=at))


def same_again_later(desk: Desk) -> None:
    """Charge a subscriber the same again just after ten minutes."""
    subscriber, fen = desk.subscriber(), desk.amount()
    desk.settle_invoice(desk.sale(fen, subscriber=subscriber))
    at = desk.tick(601)
    desk.settle_invoice(desk.sale(fen, subscriber=subscriber, at=at))


def same_other_business(desk: Desk) -> None:
    """Charge a subscriber the same sum at once, for something else."""
    subscriber = desk.subscriber()
    desk.settle_invoice(desk.sale(36000, subscriber=subscriber))
    at = desk.tick(60)
    desk.settle_invoice(desk.sale(36000, business="宽带包年", subscriber=subscriber, at=at))


def by_voucher_or_cheque(desk: Desk) -> None:
    """Take a voucher or a cheque."""
    tenders = [t for t, (kind, _) in desk.hall.tenders.items() if kind in {"voucher", "on_account"}]
    desk.settle_invoice(desk.sale(desk.amount(), tender=desk.rng.choice(sorted(tenders))))


SALES = (
    one_line_or_three,
    with_prepayment,
    only_prepayment,
    with_discount,
    paid_later,
    in_several_tenders,
    one_line_each_tender,
    one_payment_for_two,
    new_numbers_on_one_form,
    at_standard_fee,
    free_of_charge,
    invoiced_monthly,
    deposit_for_a_handset,
    nobody_named_twice,
    same_again_later,
    same_other_business,
    by_voucher_or_cheque,
)
