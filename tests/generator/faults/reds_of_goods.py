"""Faults for X02 and P07 of red letters: paid back without goods, or by another number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import SIM
from tests.generator.scenes_goods import form_no, take
from tests.generator.scenes_undone import approve, red_letter, undo

CARD_FEN, FIRST_PAYMENT_FEN = 2000, 9900


def _sold(desk: Desk, serial: str, *, with_payment: bool) -> tuple[Sale, tuple[str, str]]:
    """Sell a card on an e-invoice, its first payment on the same one or not."""
    amounts = [CARD_FEN, FIRST_PAYMENT_FEN] if with_payment else [CARD_FEN]
    sale = desk.sale(*amounts, business="新入网", form_no=form_no(desk), tender="cash")
    sale.lines[0] |= {"item": SIM, "serial": serial, "quantity": "1"}
    return sale, desk.invoice(sale, kind="e")


def _paid_back(
    site: Site, *, whole: bool = True, goods: bool = False, with_payment: bool = False, found: bool
) -> Iterator[Planted]:
    serial = take(site.desk, SIM)
    if not serial:
        return
    sale, blue = _sold(site.desk, serial, with_payment=with_payment)
    returned = {"item": SIM, "serial": serial, "quantity": "1"} if goods else {}
    asked = sale if whole else Sale(sale.no, sale.at, sale.clerk, [sale.lines[0] | _HALF])
    back = undo(site.desk, asked, "refund", **returned)
    approve(site.desk, back, "refund", fen=asked.received, original=sale.no)
    red_letter(site.desk, back, blue)
    red = site.day.rows["invoices"][-1]["invoice_no"]
    yield (
        site.finds(f"invoice:/{red}", -asked.received) if found else site.silent(f"invoice:/{red}")
    )


_HALF = {"due": "10.00", "received": "10.00"}
_CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("goods paid back whole and not returned", {"found": True}),
    ("goods paid back and returned", {"goods": True, "found": False}),
    ("half of goods paid back", {"whole": False, "found": False}),
    ("goods and a payment paid back together", {"with_payment": True, "found": False}),
)
for _name, _case in _CASES:
    fault("X02", _name)(partial(_paid_back, **_case))


@fault("X02", "a red letter of no refund")
def of_no_refund(site: Site) -> Iterator[Planted]:
    """A red letter for an own invoice whose refund nobody entered."""
    sale = site.waived_sale(3000)
    blue = site.desk.e_number()
    site.desk.register(blue, 3000, txn_no=sale.no)
    site.desk.tick()
    red = site.desk.e_number()
    site.desk.register(red, -3000, status="red", original_no=blue[1])
    yield site.finds(f"invoice:/{red[1]}", -3000)


def _by_digital_number(site: Site, *, fen: int, found: bool) -> Iterator[Planted]:
    """A red letter names the 20-digit number of a paper form that has both."""
    sale = site.waived_sale(10000)
    blue, digital = site.desk.paper_number(), site.desk.e_number()[1]
    site.desk.register(blue, 10000, txn_no=sale.no, digital_no=digital)
    back = undo(site.desk, sale, "refund")
    for line in back.lines:
        line["received"] = line["due"] = f"-{fen / 100:.2f}"
    approve(site.desk, back, "refund", fen=fen, original=sale.no)
    site.desk.tick()
    red = site.desk.e_number()
    site.desk.register(red, -fen, status="red", txn_no=back.no, original_no=digital)
    yield (site.finds if found else site.silent)(f"invoice:/{red[1]}")


for _fen in (10000, 10001):
    fault("P07", f"{_fen} fen of 100.00 by its digital number")(
        partial(_by_digital_number, fen=_fen, found=_fen > 10000)
    )
