"""P10: one payment on several invoices, and one month billed twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import OpenHall
from tests.ledger.audit.evidence_days import CODE, at, day, facts, form, line, of, put, run

A, B, C = "00100001", "00100002", "00100003"
E1, E2, E3 = "26440000000012345671", "26440000000012345672", "26440000000012345673"
NONE = (None, None)
TOMORROW: dict[str, Any] = {"issued_at": at("10:00", date=day(1))}
NOVEMBER = {"basis": "month_bill", "subscriber": "13900000001", "period": "2026-11"}


def twice(hall: OpenHall, **at_date: Any) -> list[str]:
    """Run the audit; give the subjects of P10 without the word before them."""
    found = of(run(hall, **at_date), "P10")
    assert set(found.values()) <= {NONE}
    return [subject.partition(":")[2] for _, subject in sorted(found)]


def link(number: str, txn_no: str, fen: int | None = None) -> dict[str, Any]:
    """Give a row of `invoice_links`."""
    return {"invoice_code": CODE, "invoice_no": number, "txn_no": txn_no, "amount": fen}


@pytest.mark.parametrize(("second", "found"), [(3999, []), (4000, []), (4001, ["T1"])])
def test_several_invoices_of_a_payment_may_not_exceed_it(
    hall: OpenHall, second: int, found: list[str]
) -> None:
    put(hall, "accounts", line("T1", 10000))
    put(hall, "invoices", form(A, 6000, txn_no="T1"), form(B, second, txn_no="T1"))
    assert twice(hall) == found


def test_one_invoice_above_the_payment_is_no_second_one(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 10000))
    put(hall, "invoices", form(A, 12000, txn_no="T1"))
    assert twice(hall) == []


def test_what_was_paid_is_what_the_tenders_say(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 10000))
    put(hall, "tenders", {"txn_no": "T1", "tender": "cash", "amount": 9000})
    put(hall, "invoices", form(A, 6000, txn_no="T1"), form(B, 4000, txn_no="T1"))
    assert twice(hall) == ["T1"]
    assert facts(hall, "P10", "txn:T1")["amount_fen"] == "9000"


def test_a_month_bill_of_a_payment_invoiced_before_is_a_second_invoice(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800))
    put(hall, "invoices", form(A, 5800, txn_no="T1"))
    assert twice(hall) == []
    put(hall, "invoices", form(E1, 5800, txn_no="T1", basis="month_bill", **TOMORROW))
    assert twice(hall) == ["T1"]
    assert twice(hall, date=day(1)) == []


def test_void_invoices_and_those_taken_back_do_not_count(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 5800))
    put(
        hall,
        "invoices",
        form(A, 5800, txn_no="T1"),
        form(A, 5800, "void", void_reason="错", issued_at=at("10:30")),
        form(B, 5800, txn_no="T1"),
        form(E1, 5800, txn_no="T2"),
        form(E2, -5800, "red", basis="reissue", original_no=E1),
        form(E3, 5800, basis="reissue", original_no=E1),
    )
    assert twice(hall) == []


def test_a_reissue_of_an_invoice_that_still_stands_is_a_second_one(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800))
    put(hall, "invoices", form(A, 5800, txn_no="T1"))
    replacing = {"basis": "reissue", "original_code": CODE, "original_no": A}
    put(hall, "invoices", form(B, 5800, **TOMORROW, **replacing))
    assert twice(hall) == ["T1"]


def test_an_invoice_of_several_payments_bills_what_its_links_say(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 10000), line("T2", 5000))
    put(hall, "invoices", form(A, 6000, txn_no="T1"), form(B, 9000))
    put(hall, "invoice_links", link(B, "T1", 4000), link(B, "T2", 5000))
    assert twice(hall) == []
    put(hall, "invoice_links", link(A, "T2", 1))
    assert twice(hall) == ["T2"]


def test_several_red_letters_of_a_refund_are_no_second_invoice(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", -10000, line_kind="refund"))
    original = {"original_date": day(-9), "original_amount": 20000, "original_no": E3}
    put(
        hall,
        "invoices",
        form(E1, -3000, "red", txn_no="T1", **original),
        form(E2, -2000, "red", txn_no="T1", **original),
    )
    assert twice(hall) == []


def test_the_second_bill_of_a_month_is_found_on_its_day(hall: OpenHall) -> None:
    put(hall, "invoices", form(E1, 15800, **NOVEMBER))
    put(hall, "invoices", form(E2, 15800, **NOVEMBER, **TOMORROW))
    assert twice(hall) == []
    assert twice(hall, date=day(1)) == [f"/{E2}"]
    told = facts(hall, "P10", f"invoice:/{E2}", date=day(1))
    assert (told["why"], told["earlier"]) == ("period", f"/{E1}")


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2026-10"},
        {"subscriber": "13900000002"},
        {"subscriber": ""},
        {"period": ""},
        {"basis": "elsewhere"},
    ],
)
def test_another_month_subscriber_or_basis_is_no_second_bill(
    hall: OpenHall, other: dict[str, str]
) -> None:
    put(hall, "invoices", form(E1, 15800, **NOVEMBER))
    put(hall, "invoices", form(E2, 15800, **(NOVEMBER | other), issued_at=at("11:00")))
    assert twice(hall) == []


def test_of_three_bills_at_one_time_two_are_found(hall: OpenHall) -> None:
    put(hall, "invoices", *(form(number, 15800, **NOVEMBER) for number in (E3, E1, E2)))
    assert twice(hall) == [f"/{E2}", f"/{E3}"]


def test_a_bill_in_two_rows_is_one(hall: OpenHall) -> None:
    put(hall, "invoices", form(E1, 5800, **NOVEMBER), form(E1, 10000, **NOVEMBER))
    assert twice(hall) == []


@pytest.mark.parametrize(("reversed_fen", "found"), [(-15800, []), (-15799, [f"/{E3}"])])
def test_a_bill_taken_back_in_full_makes_room_for_another(
    hall: OpenHall, reversed_fen: int, found: list[str]
) -> None:
    put(hall, "invoices", form(E1, 15800, **NOVEMBER))
    red = form(E2, reversed_fen, "red", original_no=E1, issued_at=at("11:00"), **NOVEMBER)
    put(hall, "invoices", red, form(E3, 15800, issued_at=at("12:00"), **NOVEMBER))
    assert twice(hall) == found


def test_a_bill_on_paper_that_was_voided_the_next_day_makes_room(hall: OpenHall) -> None:
    put(hall, "invoices", form(A, 15800, **NOVEMBER))
    put(hall, "invoices", form(E1, 15800, **NOVEMBER, issued_at=at("12:00")))
    assert twice(hall) == [f"/{E1}"]
    void = form(A, 15800, "void", void_reason="重开", **TOMORROW)
    put(hall, "invoices", void)
    assert twice(hall) == []
