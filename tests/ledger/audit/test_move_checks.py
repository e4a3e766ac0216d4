"""C04, C07, C08 and C09: moves with one end, the tail, money paid out of takings, deposits."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.hall_rules import HallLimit
from ledger.times import HALL_TIME
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import at, day, facts, line, of, put, run

MIDNIGHT = dt.datetime.combine(day(1), dt.time(), HALL_TIME)


def test_a_move_names_both_its_ends(hall: OpenHall) -> None:
    put(
        hall,
        "cash_moves",
        _move("M1", "safe", "A01"),
        _move("M2", "", "A01"),
        _move("M3", "safe", ""),
        _move("M4", "petty", "bank"),
    )
    assert of(run(hall), "C04", "C08") == {
        ("C04", "move:M2"): (None, None),
        ("C04", "move:M3"): (None, None),
    }
    assert facts(hall, "C04", "move:M2") == {
        "move_from": "",
        "move_to": "A01",
        "amount_fen": "4200",
    }


def test_nothing_leaves_a_drawer_but_for_the_safe_the_bank_or_on_an_approval(
    hall: OpenHall,
) -> None:
    put(
        hall,
        "refunds",
        _claim("TF1", approver="M01", approved_at=at("11:00")),
        _claim("TF2", approver="M01"),
        _claim("TF3"),
    )
    put(
        hall,
        "cash_moves",
        _move("M1", "A01", "safe"),
        _move("M2", "A01", "bank"),
        _move("M3", "A01", "petty"),
        _move("M4", "A01", "petty", document_no="TF1"),
        _move("M5", "A01", "A02", document_no="TF2"),
        _move("M6", "A01", "petty", document_no="TF3"),
        _move("M7", "petty", "A01"),
        _move("M8", "X99", "petty"),
    )
    found = of(run(hall), "C04", "C08")
    assert {subject for _, subject in found} == {"move:M3", "move:M5", "move:M6", "move:M8"}
    assert {code for code, _ in found} == {"C08"}


def test_rec_05_an_expense_paid_out_of_takings_is_found(hall: OpenHall) -> None:
    put(hall, "cash_moves", _move("M1", "A01", "expense:office", amount=60_00))
    put(hall, "cash_moves", _move("M2", "petty", "expense:office", amount=60_00))
    assert set(of(run(hall), "C04", "C08")) == {("C08", "move:M1")}
    assert facts(hall, "C08", "move:M1")["amount_fen"] == "6000"


@pytest.mark.parametrize(
    ("takings", "limit"),
    [
        (10_000_00, 1_000_00),
        (10_000_01, 3_000_00),
        (50_000_00, 3_000_00),
        (50_000_01, 8_000_00),
        (100_000_00, 8_000_00),
        (100_000_01, 10_000_00),
    ],
)
@pytest.mark.parametrize("over", [0, 1])
def test_rec_06_the_tail_keeps_to_the_band_of_the_days_takings(
    hall: OpenHall, takings: int, limit: int, over: int
) -> None:
    put(hall, "accounts", line("T1", takings), line("T2", 500, tender="pos", tender_ref="P1"))
    put(
        hall,
        "deposits",
        _slip("J1", takings),
        _slip("B1", takings - limit - over, step="bank", bank_receipt="R1"),
        _slip("B2", limit + over, step="bank", deposited_on=day(1), covers_date=DAY),
    )
    expected = {("C07", f"tail:{hall.hall.code}"): (limit, limit + 1)} if over else {}
    assert of(run(hall), "C07") == expected


def test_a_hall_has_its_own_limit_on_the_tail(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(HallLimit(hall_id=hall.id, name="tail_limit_10k", amount=100))
    put(hall, "deposits", _slip("J1", 101))
    assert of(run(hall), "C07") == {("C07", f"tail:{hall.hall.code}"): (100, 101)}


@pytest.mark.parametrize("banked", [29_999, 30_000, 30_001])
def test_slips_of_a_day_come_to_its_hand_ins_whenever_deposited(
    hall: OpenHall, banked: int
) -> None:
    put(
        hall,
        "deposits",
        _slip("J1", 20_000),
        _slip("J2", 10_000, deposited_on=day(1), covers_date=DAY),
        _slip("B1", 12_000, step="bank"),
        _slip("B2", banked - 12_000, step="bank", deposited_on=day(2), covers_date=DAY),
        _slip("B3", 777, step="bank", covers_date=day(-1)),
    )
    expected = {} if banked == 30_000 else {("C09", f"deposit:{DAY}"): (30_000, banked)}
    assert of(run(hall, now=MIDNIGHT), "C09") == expected
    assert of(run(hall, now=MIDNIGHT - dt.timedelta(seconds=1)), "C09") == {}


def test_a_day_without_hand_in_or_slip_owes_no_deposit(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 700))
    assert of(run(hall), "C07", "C09") == {}


def _move(number: str, source: str, target: str, **cells: object) -> dict[str, object]:
    row = {"move_no": number, "at": at("12:00"), "from": source, "to": target, "amount": 4200}
    return {**row, **cells}


def _claim(number: str, **cells: object) -> dict[str, object]:
    row = {"document_no": number, "kind": "refund", "subscriber": "", "amount": 4200}
    row |= {"reason": "多收", "requester": "A01", "requested_at": at("10:30")}
    return {**row, **cells}


def _slip(number: str, fen: int, **cells: object) -> dict[str, object]:
    row = {"slip_no": number, "step": "handin", "amount": fen, "deposited_on": DAY}
    row |= {} if cells.get("step") == "bank" else {"clerk": "A01"}
    return {**row, **cells}
