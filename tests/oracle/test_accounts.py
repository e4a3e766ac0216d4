"""X01 to X08 on a handful of account lines and invoices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.small_hall import TODAY, TOMORROW, SmallHall, invoice, sale

_VOID = {"status": "void", "copies": "3", "copies_recovered": "3", "void_reason": "错"}
_E1, _E2, _E3 = (f"2531200000000000000{n}" for n in (1, 2, 3))
_RULES = [
    {"business": "缴费"},
    {"business": "入网", "needs_form": "1", "invoice_due": "never"},
    {"business": "月租", "invoice_due": "month"},
    {"business": "补卡", "invoice_due": "never", "fee": "20.00"},
]


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


def _open(txn_no: str, received: str, **cells: str) -> dict[str, str]:
    """A sale whose invoice is not waived."""
    return sale(txn_no, received, **({"invoice_waived": ""} | cells))


def test_a_sale_needs_a_live_invoice_unless_waived_or_later(hall: SmallHall) -> None:
    hall.day(
        businesses=_RULES,
        accounts=[
            _open("T1", "58.00"),
            _open("T2", "58.00", invoice_no=_E1),
            _open("T3", "58.00", invoice_no="25312000000000000099"),
            _open("T4", "58.00", invoice_code="031002500104", invoice_no="00000001"),
            _open("T5", "58.00", business="月租"),
            _open("T6", "58.00", business="没列的"),
            sale("T7", "58.00"),
            _open("T8", "0.00"),
            _open("T9", "1.00") | {"line_no": "1"},
            sale("T9", "1.00", line_no="2"),
        ],
        invoices=[invoice(_E1, "58.00"), invoice("00000001", "58.00", **_VOID)],
    )
    assert hall.finds("X01") == [
        "txn:T1 -58.00",
        "txn:T3 -58.00",
        "txn:T4 -58.00",
        "txn:T6 -58.00",
    ]


def test_a_reissue_inherits_the_links_of_the_one_it_replaces(hall: SmallHall) -> None:
    old = {"original_code": "031002500104", "original_no": "00000001", "basis": "reissue"}
    hall.day(
        accounts=[_open("T1", "58.00")],
        invoices=[invoice("00000001", "58.00", txn_no="T1")],
    )
    at = {"issued_at": f"{TOMORROW} 09:00:00"}
    hall.day(
        TOMORROW,
        invoices=[
            invoice("00000001", "58.00", **(_VOID | at)),
            invoice("00000002", "58.00", **(old | at)),
        ],
    )
    for check in ("X01", "X02", "X03"):
        assert hall.finds(check) == []
        assert hall.finds(check, date=TOMORROW) == []


def test_an_invoice_on_a_transaction_needs_one(hall: SmallHall) -> None:
    hall.day(
        accounts=[_open("T1", "58.00")],
        invoices=[
            invoice(_E1, "66.00"),
            invoice(_E2, "7.00", txn_no="T404"),
            invoice(_E3, "58.00", txn_no="T1"),
            invoice("25312000000000000004", "9.00", basis="month_bill"),
            invoice("25312000000000000005", "9.00", basis="elsewhere"),
            invoice("00000001", "9.00", **_VOID),
        ],
    )
    assert hall.finds("X02") == [f"invoice:/{_E1} 66.00", f"invoice:/{_E2} 7.00"]


def test_an_invoice_is_compared_with_its_sales_or_its_link_amounts(hall: SmallHall) -> None:
    def link(no: str, txn_no: str, amount: str = "") -> dict[str, str]:
        return {"invoice_code": "", "invoice_no": no, "txn_no": txn_no, "amount": amount}

    hall.day(
        accounts=[_open(f"T{n}", "50.00") for n in range(1, 5)],
        invoices=[invoice(_E1, "99.99"), invoice(_E2, "80.00")],
        invoice_links=[
            link(_E1, "T1"),
            link(_E1, "T2"),
            link(_E2, "T3", "30.00"),
            link(_E2, "T4", "50.00"),
        ],
    )
    assert hall.finds("X03") == [f"invoice:/{_E1} -0.01"]


def test_several_invoices_of_one_sale_are_compared_together(hall: SmallHall) -> None:
    hall.day(
        accounts=[_open("T1", "100.00")],
        invoices=[
            invoice(_E1, "60.00", txn_no="T1"),
            invoice(_E2, "39.00", txn_no="T1"),
        ],
    )
    assert hall.finds("X03") == ["txn:T1 -1.00"]


def test_rows_of_one_number_and_time_are_one_invoice(hall: SmallHall) -> None:
    hall.day(
        accounts=[_open("T1", "100.00")],
        invoices=[invoice(_E1, "60.00", txn_no="T1"), invoice(_E1, "40.00", txn_no="T1")],
    )
    assert hall.finds("X03") == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("10:00:00", "10:10:00", ["txn:T2"]),
        ("10:00:00", "10:10:01", []),
        ("10:00:00", "10:00:00", ["txn:T2"]),
    ],
)
def test_charged_twice_means_within_ten_minutes(
    hall: SmallHall, first: str, second: str, found: list[str]
) -> None:
    hall.day(
        accounts=[
            sale("T1", "58.00", subscriber="186", accepted_at=f"{TODAY} {first}"),
            sale("T2", "58.00", subscriber="186", accepted_at=f"{TODAY} {second}", clerk="A91"),
        ]
    )
    assert hall.finds("X04") == found


def test_a_charge_undone_by_day_end_does_not_stand(hall: SmallHall) -> None:
    back = {"line_kind": "reversal", "original_txn_no": "T1", "authoriser": "M01"}
    hall.day(
        accounts=[
            sale("T1", "58.00", subscriber="186"),
            sale("T2", "58.00", subscriber="186", accepted_at=f"{TODAY} 10:03:00"),
            sale("T3", "-58.00", subscriber="186", **back),
        ]
    )
    assert hall.finds("X04") == []


def test_charged_twice_across_midnight_belongs_to_the_later_day(hall: SmallHall) -> None:
    hall.day(accounts=[sale("T1", "5.00", subscriber="186", accepted_at=f"{TODAY} 23:55:00")])
    later = sale("T2", "5.00", subscriber="186", accepted_at=f"{TOMORROW} 00:05:00")
    hall.day(TOMORROW, accounts=[later])
    assert hall.finds("X04") == []
    assert hall.finds("X04", date=TOMORROW) == ["txn:T2"]


def test_received_is_due_less_discount_plus_prepaid(hall: SmallHall) -> None:
    waiver = {"kind": "waiver", "subscriber": "1", "amount": "15.00", "reason": "误收"}
    waiver |= {"requester": "A01", "requested_at": f"{TODAY} 09:00:00"}
    approved = {"approver": "M01", "approved_at": f"{TODAY} 09:01:00"}
    short = {"due": "100.00"}
    hall.day(
        accounts=[
            sale("T1", "130.00", due="100.00", discount="20.00", prepaid="50.00"),
            sale("T2", "130.01", due="100.00", discount="20.00", prepaid="50.00"),
            sale("T3", "10.00", due="100.00", deferred="1"),
            sale("T4", "85.00", document_no="W1", **short),
            sale("T5", "85.00", document_no="W2", **short),
            sale("T6", "84.99", document_no="W1", **short),
            sale("T7", "85.00", **short),
        ],
        refunds=[waiver | {"document_no": "W1"} | approved, waiver | {"document_no": "W2"}],
    )
    assert hall.finds("X05") == [
        "txn:T2 0.01",
        "txn:T5 -15.00",
        "txn:T6 -15.01",
        "txn:T7 -15.00",
    ]


def test_some_businesses_need_a_signed_form(hall: SmallHall) -> None:
    hall.day(
        businesses=_RULES,
        accounts=[
            sale("T1", "5.00", business="入网"),
            sale("T2", "5.00", business="入网", form_no="F1"),
            sale("T3", "5.00", business="入网", form_no="F1"),
            sale("T4", "5.00", business="缴费"),
        ],
    )
    assert hall.finds("X06") == ["txn:T1"]


def test_what_has_a_standard_fee_is_charged_at_it(hall: SmallHall) -> None:
    hall.day(
        businesses=_RULES,
        accounts=[
            sale("T1", "20.00", business="补卡"),
            sale("T2", "19.99", business="补卡"),
            sale("T3", "15.00", business="补卡", due="20.00", discount="5.00"),
            sale("T4", "-20.00", business="补卡", line_kind="reversal"),
        ],
    )
    assert hall.finds("X08") == ["txn:T2 -0.01"]
