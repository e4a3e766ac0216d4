"""What must have happened before money goes out: goods back in the hall, invoices taken back."""

from __future__ import annotations

import pytest

from refunds.errors import GoodsNotBack, InvoiceStillLive
from refunds.requests import Request
from tests.builders import OpenHall, move_phones, receive_phones
from tests.ledger.audit.evidence_days import CODE, at, day, form, put
from tests.refunds.casing import approve, ask, carry_out, pay, refund_of, refusal

PRICE, FEE = 100_00, 20_00


def sell(hall: OpenHall, serials: list[str], *, fee: int = 0) -> str:
    """Let customers have handsets at 100.00 each, with a fee beside them; gives the transaction."""
    receive_phones(hall, serials)
    move_phones(hall, "gift", "store > customer", serials)
    for place, serial in enumerate(serials, 1):
        pay(hall, "T1", PRICE, line_no=place, serial=serial, item="P1", quantity=1)
    if fee:
        pay(hall, "T1", fee, line_no=9)
    return "T1"


def approved(hall: OpenHall, request: Request) -> str:
    """Ask for a refund and let the hall manager approve it; gives its number."""
    number = ask(hall, request)
    approve(hall, number, "M01")
    return number


@pytest.mark.parametrize("reason", ["goods_returned", "wrong_payment", "wrong_charge", "complaint"])
def test_goods_for_which_nothing_stays_paid_come_back_first(hall: OpenHall, reason: str) -> None:
    serials = hall.serials(1)
    txn = sell(hall, serials, fee=FEE)
    number = approved(hall, refund_of(txn, PRICE, reason=reason))
    error = refusal(hall, GoodsNotBack, lambda: carry_out(hall, number))
    assert error.facts["serial"] == serials[0]
    move_phones(hall, "return", "customer > store", serials)
    assert carry_out(hall, number) == "posted"


def test_a_complaint_about_goods_the_customer_keeps_is_paid(hall: OpenHall) -> None:
    number = approved(hall, refund_of(sell(hall, hall.serials(1)), PRICE - 1, reason="complaint"))
    assert carry_out(hall, number) == "posted"


def test_of_two_returned_the_one_that_is_paid_back_is_back(hall: OpenHall) -> None:
    serials = hall.serials(2)
    txn = sell(hall, serials)
    first = approved(hall, refund_of(txn, PRICE, reason="goods_returned"))
    refusal(hall, GoodsNotBack, lambda: carry_out(hall, first))
    move_phones(hall, "return", "customer > store", serials[:1])
    assert carry_out(hall, first) == "posted"
    second = approved(hall, refund_of(txn, PRICE, reason="goods_returned"))
    error = refusal(hall, GoodsNotBack, lambda: carry_out(hall, second))
    assert error.facts["serial"] == serials[1]


def test_inv_08_an_invoice_over_two_sales_is_reversed_for_what_goes_back(hall: OpenHall) -> None:
    for txn in ("T1", "T2"):
        pay(hall, txn, 100_00)
        link = {"invoice_code": CODE, "invoice_no": "00100001", "txn_no": txn, "amount": 100_00}
        put(hall, "invoice_links", link)
    put(hall, "invoices", form("00100001", 200_00, issued_at=at("09:01")))
    red = {"original_code": CODE, "original_no": "00100001"}
    one, two = (approved(hall, refund_of(txn, 100_00)) for txn in ("T1", "T2"))
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, one))
    put(hall, "invoices", form("00100002", -100_00, "red", **red))
    assert carry_out(hall, one) == "posted"
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, two))
    put(hall, "invoices", form("00100003", -100_00, "red", **red))
    assert carry_out(hall, two) == "posted"


def test_inv_08_what_was_never_invoiced_needs_no_red_letter(hall: OpenHall) -> None:
    txn = pay(hall, fen=100_00)
    put(hall, "invoices", form("00100001", 60_00, txn_no=txn, issued_at=at("09:01")))
    assert carry_out(hall, approved(hall, refund_of(txn, 40_00))) == "posted"
    number = approved(hall, refund_of(txn, 1))
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, number))


def test_inv_08_an_invoice_made_anew_stands_for_the_sale(hall: OpenHall) -> None:
    txn = pay(hall, fen=58_00)
    put(hall, "invoices", form("00100001", 58_00, txn_no=txn, issued_at=at("09:01")))
    put(hall, "invoices", form("00100001", 58_00, "void", txn_no=txn, issued_at=at("09:10")))
    anew = {"basis": "reissue", "original_code": CODE, "original_no": "00100001"}
    put(hall, "invoices", form("00100002", 58_00, issued_at=at("09:11"), **anew))
    number = approved(hall, refund_of(txn, 58_00))
    error = refusal(hall, InvoiceStillLive, lambda: carry_out(hall, number))
    assert "00100002" in str(error.facts["invoice"])


def test_inv_08_a_claim_that_a_file_told_of_has_used_its_red_letter(hall: OpenHall) -> None:
    txn = pay(hall, fen=58_00)
    put(hall, "invoices", form("00100001", 58_00, txn_no=txn, issued_at=at("09:01")))
    red = {"original_code": CODE, "original_no": "00100001"}
    put(hall, "invoices", form("00100002", -20_00, "red", **red))
    told = {"document_no": "R-9", "kind": "refund", "subscriber": "", "amount": 20_00}
    told |= {"requested_at": at("10:00", date=day(-3)), "executed_at": at("10:00", date=day(-3))}
    put(hall, "refunds", {**told, "original_txn_no": txn, "customer_signed": 1}, date=day(-3))
    number = approved(hall, refund_of(txn, 20_00))
    refusal(hall, InvoiceStillLive, lambda: carry_out(hall, number))
