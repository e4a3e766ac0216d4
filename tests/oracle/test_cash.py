"""C01 to C06 on evidence small enough to add up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.small_hall import TODAY, TOMORROW, YESTERDAY, SmallHall, declared, hand_in, sale


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


def test_who_took_money_and_declared_nothing_is_found(hall: SmallHall) -> None:
    hall.day(accounts=[sale("T1", "58.00"), sale("T2", "30.00", clerk="A02")])
    assert hall.finds("C01") == ["shift:A01", "shift:A02"]
    assert hall.finds("C02") == []


def test_a_person_with_two_numbers_declares_once(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "58.00"), sale("T2", "2.00", clerk="A91")],
        declarations=[declared("A91", "cash", "60.00")],
        deposits=[hand_in("J1", "A01", "60.00")],
    )
    assert hall.finds("C01") == []
    assert hall.finds("C02") == []
    assert hall.finds("C05") == []


def test_a_kiosk_and_a_clerk_with_only_corrections_need_not_declare(hall: SmallHall) -> None:
    hall.day(
        accounts=[
            sale("T1", "58.00", "wechat", clerk="K01"),
            sale("T2", "58.00", line_kind="correction"),
        ]
    )
    assert hall.finds("C01") == []
    assert hall.finds("C02") == []


def test_a_float_without_any_payment_must_be_declared(hall: SmallHall) -> None:
    hall.day(float_of_a01="300.00")
    assert hall.finds("C01") == ["shift:A01"]


def test_the_drawer_is_float_and_takings_and_moves(hall: SmallHall) -> None:
    # 300.00 + 58.00 - 8.00 + 100.00 from the safe - 50.00 into it = 400.00
    move = {"at": f"{TODAY} 11:00:00", "reason": "零钞"}
    hall.day(
        float_of_a01="300.00",
        accounts=[sale("T1", "58.00"), sale("T2", "-8.00", line_kind="refund")],
        cash_moves=[
            move | {"move_no": "M1", "from": "safe", "to": "A01", "amount": "100.00"},
            move | {"move_no": "M2", "from": "A91", "to": "safe", "amount": "50.00"},
        ],
        declarations=[declared("A01", "cash", "399.99", "300.00")],
    )
    assert hall.finds("C02") == ["tender:A01/cash -0.01"]


def test_over_in_one_tender_does_not_cover_short_in_another(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "50.00"), sale("T2", "30.00", "pos"), sale("T3", "20.00", "wechat")],
        declarations=[declared("A01", "cash", "30.00"), declared("A01", "pos", "50.00")],
    )
    assert hall.finds("C02") == [
        "tender:A01/cash -20.00",
        "tender:A01/pos 20.00",
        "tender:A01/wechat -20.00",
    ]


def test_the_tenders_file_takes_the_place_of_the_lines_tender(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "100.00", "cash")],
        tenders=[
            {"txn_no": "T1", "tender": "cash", "amount": "40.00"},
            {"txn_no": "T1", "tender": "pos", "amount": "60.00"},
        ],
        declarations=[declared("A01", "cash", "40.00"), declared("A01", "pos", "60.00")],
    )
    assert hall.finds("C02") == []


def test_the_float_is_what_was_kept_at_the_last_worked_shift(hall: SmallHall) -> None:
    hall.day("2026-11-18", declarations=[declared("A01", "cash", "300.00", "300.00")])
    hall.day(YESTERDAY)
    hall.day(float_of_a01="299.99", declarations=[declared("A01", "cash", "299.99")])
    assert hall.finds("C03") == ["float:A01 -0.01"]


def test_nobody_is_asked_for_his_float_on_his_first_day_or_a_day_off(hall: SmallHall) -> None:
    hall.day(YESTERDAY, float_of_a01="300.00", declarations=[declared("A01", "cash", "1", "1")])
    hall.day()
    assert hall.finds("C03", date=YESTERDAY) == []
    assert hall.finds("C03") == []


def test_a_hand_in_is_what_was_declared_less_what_was_kept(hall: SmallHall) -> None:
    hall.day(
        declarations=[declared("A01", "cash", "1000.00", "300.00")],
        deposits=[hand_in("J1", "A01", "500.00"), hand_in("J2", "A91", "199.00")],
    )
    assert hall.finds("C05") == ["handin:A01 -1.00"]


def test_a_hand_in_counts_for_the_day_it_covers(hall: SmallHall) -> None:
    hall.day(declarations=[declared("A01", "cash", "700.00")])
    late = hand_in("J1", "A01", "700.00", deposited_on=TOMORROW, covers_date=TODAY)
    hall.day(TOMORROW, deposits=[late])
    assert hall.finds("C05") == []
    assert hall.finds("C05", date=TOMORROW) == []


def test_a_bank_slip_is_late_the_day_after_and_needs_its_receipt(hall: SmallHall) -> None:
    slip = {"step": "bank", "amount": "700.00", "deposited_on": TODAY, "bank_receipt": "Y1"}
    hall.day(
        deposits=[
            slip | {"slip_no": "B1", "covers_date": YESTERDAY},
            slip | {"slip_no": "B2", "covers_date": TODAY},
            slip | {"slip_no": "B3", "covers_date": TODAY, "bank_receipt": ""},
        ]
    )
    assert hall.finds("C06") == ["slip:B1", "slip:B3"]
