"""X01, X02 and X03: transactions and invoices that answer each other, across days."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.hall_rules import Business
from tests.builders import LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    CODE,
    Found,
    at,
    day,
    form,
    line,
    of,
    put,
    run,
)

A, B, C = "00100001", "00100002", "00100003"
TOMORROW: dict[str, Any] = {"issued_at": at("10:00", date=day(1))}
NOON = {"issued_at": at("12:00")}


def sale(txn_no: str, fen: int, **cells: Any) -> dict[str, Any]:
    """Give a line whose customer wants an invoice."""
    return line(txn_no, fen, **{"invoice_waived": 0, **cells})


def named(number: str) -> dict[str, Any]:
    """Give the cells of a line that names an invoice."""
    return {"invoice_code": CODE, "invoice_no": number}


def link(number: str, txn_no: str, fen: int | None = None) -> dict[str, Any]:
    """Give a row of `invoice_links`."""
    return {**named(number), "txn_no": txn_no, "amount": fen}


def replaces(number: str) -> dict[str, Any]:
    """Give the cells of a form that was made anew for another."""
    return {"basis": "reissue", "original_code": CODE, "original_no": number}


def links(hall: OpenHall, **at_date: Any) -> Found:
    """Run the audit; give what the three checks found."""
    return of(run(hall, **at_date), "X01", "X02", "X03")


def no_invoice(txn_no: str, fen: int) -> Found:
    """Give the finding that a transaction has no invoice."""
    return {("X01", f"txn:{txn_no}"): (fen, 0)}


def test_inv_14_a_payment_without_invoice_is_found_unless_waived_by_any_line(
    hall: OpenHall,
) -> None:
    put(
        hall,
        "accounts",
        sale("T1", 1),
        sale("T2", 500),
        line("T2", 100, line_no=2),
        sale("T3", 0),
        sale("T4", -100),
        sale("T5", 700, line_kind="correction"),
    )
    assert links(hall) == no_invoice("T1", 1)


@pytest.mark.parametrize(("due", "found"), [("payment", True), ("month", False), ("never", False)])
def test_a_business_says_when_it_is_invoiced(hall: OpenHall, due: str, found: bool) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(
            Business(
                hall_id=hall.id, business="月费", needs_form=False, invoice_due=due, fee_fen=None
            )
        )
    put(hall, "accounts", sale("T1", 100, business="月费"))
    assert links(hall) == (no_invoice("T1", 100) if found else {})


@pytest.mark.parametrize("by", ["line", "invoice", "link"])
def test_three_ways_to_be_linked(hall: OpenHall, by: str) -> None:
    put(hall, "accounts", sale("T1", 5800, **(named(A) if by == "line" else {})))
    put(hall, "invoices", form(A, 5800, **({"txn_no": "T1"} if by == "invoice" else {})))
    if by == "link":
        put(hall, "invoice_links", link(A, "T1"))
    assert links(hall) == {}


def test_naming_an_unknown_or_void_number_is_no_link(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 100, **named(A)), sale("T2", 200, **named(B)))
    put(hall, "invoices", form(B, 0, "void", void_reason="错"))
    assert links(hall) == no_invoice("T1", 100) | no_invoice("T2", 200)


def test_a_void_of_the_next_day_undoes_the_link(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 100))
    put(hall, "invoices", form(A, 100, txn_no="T1"))
    assert links(hall) == {}
    put(hall, "invoices", form(A, 0, "void", void_reason="错", **TOMORROW))
    assert links(hall) == no_invoice("T1", 100)
    assert links(hall, date=day(1)) == {}


@pytest.mark.parametrize("by", ["line", "invoice", "link"])
def test_an_invoice_of_the_next_day_answers_the_transaction(hall: OpenHall, by: str) -> None:
    put(hall, "accounts", sale("T1", 100, **(named(A) if by == "line" else {})))
    told = {"txn_no": "T1"} if by == "invoice" else {}
    put(hall, "invoices", form(A, 101, **TOMORROW, **told))
    if by == "link":
        put(hall, "invoice_links", link(A, "T1"), date=day(1))
    assert links(hall) == {}
    assert links(hall, date=day(1)) == {("X03", f"invoice:{CODE}/{A}"): (100, 101)}


def test_an_invoice_of_nothing_is_found_by_its_basis(hall: OpenHall) -> None:
    put(
        hall,
        "invoices",
        form(A, 100),
        form(B, 100, txn_no="T9"),
        form(C, 100, basis="month_bill"),
        form("00100004", 100, basis="elsewhere"),
        form("00100005", 100, basis="reissue"),
        form("00100006", 0, "void", void_reason="错"),
        form("00100007", -100, "red"),
    )
    assert links(hall) == {
        ("X02", f"invoice:{CODE}/{A}"): (0, 100),
        ("X02", f"invoice:{CODE}/{B}"): (0, 100),
        ("X02", f"invoice:{CODE}/00100007"): (0, -100),
    }


@pytest.mark.parametrize("fen", [5799, 5800, 5801])
def test_one_invoice_is_compared_with_its_transaction(hall: OpenHall, fen: int) -> None:
    put(hall, "accounts", sale("T1", 5000), sale("T1", 800, line_no=2))
    put(hall, "invoices", form(A, fen, txn_no="T1"))
    expected: Found = {} if fen == 5800 else {("X03", f"invoice:{CODE}/{A}"): (5800, fen)}
    assert links(hall) == expected


def test_rows_of_one_number_time_and_clerk_are_one_invoice(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 5800, **named(A)))
    put(hall, "invoices", form(A, 5000), form(A, 800))
    assert links(hall) == {}


@pytest.mark.parametrize("fen", [9999, 10000, 10001])
def test_one_invoice_of_several_transactions_has_their_sum(hall: OpenHall, fen: int) -> None:
    put(hall, "accounts", sale("T1", 4000, **named(A)), sale("T2", 6000, **named(A)))
    put(hall, "invoices", form(A, fen))
    expected: Found = {} if fen == 10000 else {("X03", f"invoice:{CODE}/{A}"): (10000, fen)}
    assert links(hall) == expected


def test_link_amounts_stand_for_the_account(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 4000), sale("T2", 6000))
    put(hall, "invoices", form(A, 5000), form(B, 5000))
    put(hall, "invoice_links", link(A, "T1", 3000), link(A, "T2", 2000), link(B, "T2", 4900))
    found = links(hall)
    assert found == {("X03", "txn:T2"): (6000, 10000)}


def test_link_amounts_are_what_a_single_invoice_is_compared_with(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 5000))
    put(hall, "invoices", form(A, 5000))
    put(hall, "invoice_links", link(A, "T1", 4900))
    assert links(hall) == {("X03", f"invoice:{CODE}/{A}"): (4900, 5000)}


@pytest.mark.parametrize("second", [3999, 4000, 4001])
def test_several_invoices_of_one_transaction_are_compared_together(
    hall: OpenHall, second: int
) -> None:
    put(hall, "accounts", sale("T1", 10000))
    put(hall, "invoices", form(A, 6000, txn_no="T1"), form(B, second, txn_no="T1"))
    expected: Found = {} if second == 4000 else {("X03", "txn:T1"): (10000, 6000 + second)}
    assert links(hall) == expected


def test_a_second_invoice_days_later_makes_them_several(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 10000))
    put(hall, "invoices", form(A, 6000, txn_no="T1"))
    put(hall, "invoices", form(B, 4000, txn_no="T1", **TOMORROW))
    assert links(hall) == {}
    assert links(hall, date=day(1)) == {}


def test_a_reissue_inherits_the_links_of_what_it_replaces(hall: OpenHall) -> None:
    void = {"void_reason": "错", **NOON}
    put(hall, "accounts", sale("T1", 5800))
    put(hall, "invoices", form(A, 5800, txn_no="T1"), form(A, 0, "void", **void))
    assert links(hall) == no_invoice("T1", 5800)
    put(hall, "invoices", form(B, 5800, **replaces(A)))
    assert links(hall) == {}
    put(hall, "invoices", form(B, 0, "void", **void, **replaces(A)))
    assert links(hall) == no_invoice("T1", 5800)
    put(hall, "invoices", form(C, 5800, **replaces(B), **TOMORROW))
    assert links(hall) == {}


def test_a_circle_of_reissues_ends(hall: OpenHall) -> None:
    circle = {A: B, B: A}
    put(hall, "accounts", sale("T1", 100, **named(A)))
    put(
        hall,
        "invoices",
        *(form(new, 0, "void", void_reason="错", **replaces(old)) for new, old in circle.items()),
    )
    assert links(hall) == no_invoice("T1", 100)


def test_a_red_letter_answers_its_refund(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 7700, **named(A)), sale("T2", -7700, original_txn_no="T1"))
    original = {"original_code": CODE, "original_no": A}
    put(hall, "invoices", form(A, 7700), form(B, -7699, "red", txn_no="T2", **original))
    assert links(hall) == {("X03", f"invoice:{CODE}/{B}"): (-7700, -7699)}


def test_replaced_evidence_is_not_read(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 5800))
    wrong = put(hall, "invoices", form(A, 9999, txn_no="T1"))
    put(hall, "invoices", form(A, 5800, txn_no="T1"), replaces=wrong)
    assert links(hall) == {}


E1 = "26440000000012345671"


def test_a_paper_form_is_meant_by_the_digital_number_beside_its_own(hall: OpenHall) -> None:
    digital = {"invoice_code": "", "invoice_no": E1}
    put(hall, "accounts", sale("T1", 5800, **digital), sale("T2", 100))
    put(hall, "invoices", form(A, 5901, digital_no=E1, **TOMORROW))
    assert links(hall) == no_invoice("T2", 100)
    assert links(hall, date=day(1)) == {("X03", f"invoice:{CODE}/{A}"): (5800, 5901)}
    put(hall, "invoice_links", {**digital, "txn_no": "T2", "amount": 101}, date=day(1))
    put(hall, "invoice_links", {**digital, "txn_no": "T1", "amount": 5800}, date=day(1))
    assert links(hall) == links(hall, date=day(1)) == {}


def test_a_form_registered_under_both_its_numbers_is_one_invoice(hall: OpenHall) -> None:
    put(hall, "accounts", sale("T1", 5800))
    put(hall, "invoices", form(A, 5800, digital_no=E1), form(E1, 5800, txn_no="T1"))
    assert of(run(hall), "X01", "X02", "X03", "P10") == {}
    put(hall, "invoices", form(A, 5800, "void", digital_no=E1, void_reason="错", **NOON))
    assert links(hall) == no_invoice("T1", 5800)
