"""C01 to C06: who declared, what was counted against what was taken, floats, hand-ins, deposits."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.enrolment import StaffMember
from tests.builders import DAY, OpenHall, open_hall
from tests.ledger.audit.evidence_days import (
    at,
    day,
    declared,
    facts,
    line,
    of,
    put,
    put_floats,
    run,
)

A01 = {"clerk": "A01"}


def test_who_took_payments_and_declared_nothing_is_found(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 3000, clerk="A02"))
    put(hall, "declarations", declared(3000, clerk="A02"))
    assert of(run(hall), "C01", "C02", "C05") == {
        ("C01", "shift:A01"): (None, None),
        ("C05", "handin:A02"): (3000, 0),
    }


def test_a_float_alone_must_be_declared_and_a_float_of_nothing_not(hall: OpenHall) -> None:
    put_floats(hall, A01=20000, A02=0)
    assert of(run(hall), "C01") == {("C01", "shift:A01"): (None, None)}


def test_a_kiosk_declares_nothing(hall: OpenHall) -> None:
    machines = open_hall(
        hall.engine,
        f"{hall.hall.code}-K",
        more_staff=[
            StaffMember("Z01", "自助终端", (), kind="self_service"),
            StaffMember("Z02", "批处理", (), kind="system"),
        ],
    )
    put(machines, "accounts", line("T1", 5800, clerk="Z01"), line("T2", 100, clerk="Z02"))
    assert of(run(machines), "C01", "C02", "C05") == {}


def test_a_number_nobody_knows_is_a_person(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800, clerk="X99"))
    assert of(run(hall), "C01") == {("C01", "shift:X99"): (None, None)}


def test_corrections_are_no_payments(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800, line_kind="correction"))
    assert of(run(hall), "C01", "C02") == {}


@pytest.mark.parametrize("counted", [24999, 25000, 25001])
def test_cash_is_the_whole_drawer(hall: OpenHall, counted: int) -> None:
    """200.00 float + 58.00 taken + 20.00 from the safe - 28.00 to the bank = 250.00."""
    put_floats(hall, A01=20000)
    put(hall, "accounts", line("T1", 5800))
    moves = (("safe", "A01", 2000), ("A01", "bank", 2800))
    put(
        hall,
        "cash_moves",
        *(
            {"move_no": f"M{n}", "at": at("12:00"), "from": source, "to": to, "amount": fen}
            for n, (source, to, fen) in enumerate(moves)
        ),
    )
    put(hall, "declarations", declared(counted, float_kept=20000))
    expected = {} if counted == 25000 else {("C02", "tender:A01/cash"): (25000, counted)}
    assert of(run(hall), "C02") == expected


def test_tenders_are_never_netted_and_an_undeclared_one_counts_as_nothing(hall: OpenHall) -> None:
    put(
        hall,
        "accounts",
        line("T1", 5000),
        line("T2", 3000, tender="pos", tender_ref="P1"),
        line("T3", 1000, tender="wechat", tender_ref="W1"),
    )
    put(hall, "declarations", declared(3000), declared(5000, tender="pos"))
    assert of(run(hall), "C02") == {
        ("C02", "tender:A01/cash"): (5000, 3000),
        ("C02", "tender:A01/pos"): (3000, 5000),
        ("C02", "tender:A01/wechat"): (1000, 0),
    }


def test_a_declared_tender_nobody_paid_in_is_compared(hall: OpenHall) -> None:
    put(hall, "declarations", declared(1000, tender="coupon"))
    assert of(run(hall), "C02") == {("C02", "tender:A01/coupon"): (0, 1000)}


def test_split_payments_take_the_place_of_the_lines(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 10000), line("T1", 500, line_no=2))
    put(
        hall,
        "tenders",
        {"txn_no": "T1", "tender": "cash", "amount": 4500},
        {"txn_no": "T1", "tender": "pos", "tender_ref": "P1", "amount": 6000},
    )
    put(hall, "declarations", declared(4500), declared(6000, tender="pos"))
    assert of(run(hall), "C02") == {}


def test_one_person_with_two_numbers_is_compared_as_one(hall: OpenHall) -> None:
    two = open_hall(
        hall.engine,
        f"{hall.hall.code}-P",
        more_staff=[StaffMember("A91", "员工A01", ("clerk",), person="A01")],
    )
    put(two, "accounts", line("T1", 5000), line("T2", 700, clerk="A91"))
    put(two, "declarations", declared(5700, clerk="A91"))
    put(two, "deposits", _hand_in("J1", 5700, clerk="A91"))
    assert of(run(two), "C01", "C02", "C05") == {}


@pytest.mark.parametrize("opening", [19999, 20000, 20001])
def test_the_float_is_what_was_kept_at_the_last_shift(hall: OpenHall, opening: int) -> None:
    put(hall, "declarations", declared(90000, float_kept=30000), date=day(-9))
    put(hall, "declarations", declared(50000, float_kept=20000), date=day(-3))
    put_floats(hall, A01=opening)
    expected = {} if opening == 20000 else {("C03", "float:A01"): (20000, opening)}
    assert of(run(hall), "C03") == expected
    if expected:
        assert facts(hall, "C03", "float:A01") == {"last_date": str(day(-3))}


def test_no_float_where_one_was_kept_is_broken_for_who_works(hall: OpenHall) -> None:
    put(hall, "declarations", declared(1, float_kept=20000), date=day(-1))
    put(hall, "declarations", declared(1, clerk="A02", float_kept=20000), date=day(-1))
    put(hall, "accounts", line("T1", 100))
    assert of(run(hall), "C03") == {("C03", "float:A01"): (20000, 0)}


@pytest.mark.parametrize("handed", [29999, 30000, 30001])
def test_hand_ins_are_declared_cash_less_the_float_kept(hall: OpenHall, handed: int) -> None:
    put(hall, "declarations", declared(50000, float_kept=20000))
    put(
        hall,
        "deposits",
        _hand_in("J1", 10000),
        _hand_in("J2", handed - 10000, deposited_on=day(1), covers_date=DAY),
        _hand_in("J3", 77, covers_date=day(-1)),
    )
    expected = {} if handed == 30000 else {("C05", "handin:A01"): (30000, handed)}
    assert of(run(hall), "C05") == expected


def test_a_hand_in_of_who_declared_nothing_is_compared_unless_c01_is_found(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 700))
    put(hall, "deposits", _hand_in("J1", 700), _hand_in("J2", 800, clerk="A02"))
    assert of(run(hall), "C01", "C05") == {
        ("C01", "shift:A01"): (None, None),
        ("C05", "handin:A02"): (0, 800),
    }


@pytest.mark.parametrize(
    ("covers", "receipt", "found"),
    [
        (None, "R1", False),
        (DAY, "R1", False),
        (day(1), "R1", False),
        (day(-1), "R1", True),
        (DAY, "", True),
    ],
)
def test_a_deposit_is_late_or_lacks_its_receipt(
    hall: OpenHall, covers: dt.date | None, receipt: str, found: bool
) -> None:
    slip = {"step": "bank", "covers_date": covers, "bank_receipt": receipt}
    put(hall, "deposits", _hand_in("B1", 100, **slip))
    assert of(run(hall), "C06") == ({("C06", "slip:B1"): (None, None)} if found else {})


def _hand_in(slip_no: str, fen: int, **cells: object) -> dict[str, object]:
    row = {"slip_no": slip_no, "step": "handin", **A01, "amount": fen, "deposited_on": DAY}
    return {**row, **cells}
