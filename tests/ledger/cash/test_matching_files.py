"""Deposits that came by file: matched as documents are, and the audit knows of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from ledger.audit.stage import AS_OF_NOW
from ledger.cash.cases import find_case
from ledger.cash.errors import (
    CashUnreadable,
    MatchDiffers,
    MatchIsFinal,
    NotOpenForMatch,
    ReceiptDiffers,
)
from ledger.cash.matching import confirm_proposals, waiting_at_bank
from ledger.cash.moves import reverse_cash
from ledger.finance.sums import sum_days
from ledger.hall_days import HallDay
from ledger.lifecycle import MakerIsChecker
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import of, put, run
from tests.ledger.cash.test_matching import matching, statement, to_bank
from tests.observing import held, refused

NEXT = DAY + dt.timedelta(days=1)


def brought(slip_no: str, fen: int, **cells: object) -> dict[str, object]:
    """Give a row of a file: what went to the bank for DAY."""
    row = {"slip_no": slip_no, "step": "bank", "amount": fen, "deposited_on": DAY}
    return {**row, "covers_date": DAY, **cells}


def handed(fen: int) -> dict[str, object]:
    """Give the hand-in that the slips of DAY take to the bank."""
    return brought("H1", fen, step="handin", clerk="A01")


def waiting(hall: OpenHall) -> tuple[list[str], list[str], list[str]]:
    """Give the deposits and lines that wait, and by which rule what is proposed was found."""
    with hall.read() as uow:
        found = waiting_at_bank(uow, hall.hall, DAY)
    return (
        [one.number for one in found.deposits],
        [one.name.rpartition("/")[2] for one in found.lines],
        [one.how for one in found.proposals],
    )


def test_slips_of_a_file_are_matched_by_code_amount_and_day_and_undone(hall: OpenHall) -> None:
    put(
        hall,
        "deposits",
        handed(900_00),
        brought("S-1", 300_00),
        brought("S-2", 300_00),
        brought("S-3", 120_00),
        brought("S-4", 180_00, bank_receipt="HD-4"),
        brought("S-0", 0),
    )
    statement(
        hall,
        ("R1", 300_00, "现存 S-2"),
        ("R2", 300_00, "营业款 S-1"),
        ("R3", 300_00, "营业款"),
        ("R4", 9_90, "存款利息"),
    )
    assert waiting(hall) == (
        ["S-1", "S-2", "S-3", "S-4"],
        ["R1", "R2", "R3", "R4"],
        ["code", "code", "day"],
    )
    late = {("C06", f"slip:S-{number}") for number in (0, 1, 2, 3)}
    assert set(of(run(hall), "C06", "C09")) == late
    with hall.work("J01") as uow:
        numbers = [one.number or "" for one in confirm_proposals(uow, hall=hall.hall)]
    assert waiting(hall) == ([], ["R4"], [])
    assert set(of(run(hall), "C06", "C09")) == {("C06", "slip:S-0")}
    # The file's money is not in the books, so a match that agrees posts nothing.
    assert held(hall) == {}
    with refused(hall, NotOpenForMatch):
        matching(hall, "J01", "S-1", "R4")
    with hall.work("J01") as uow:
        reverse_cash(uow, hall=hall.hall, number=numbers[0], reason="勾错")
    assert waiting(hall) == (["S-2"], ["R1", "R4"], ["code"])
    assert ("C06", "slip:S-2") in of(run(hall), "C06")
    with hall.work("M01") as uow:
        uow.session.execute(
            update(HallDay)
            .where(HallDay.hall_id == hall.id, HallDay.business_date == DAY)
            .values(hall_status="handed_over")
        )
    with refused(hall, MatchIsFinal), hall.work("J01") as uow:
        reverse_cash(uow, hall=hall.hall, number=numbers[1], reason="迟了")
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_rec_11_a_slip_of_a_file_is_credited_less_a_counterfeit(hall: OpenHall) -> None:
    put(hall, "deposits", handed(3_000_00), brought("S-1", 3_000_00, clerk="M01"))
    statement(hall, ("R1", 2_900_00, "S-1"))
    with refused(hall, ReceiptDiffers):
        matching(hall, "J01", "S-1", "R1")
    with refused(hall, MakerIsChecker):
        matching(hall, "M01", "S-1", "R1")
    with refused(hall, CashUnreadable):
        matching(hall, "J01", "S-1", "R1", counterfeit_fen=100_00, clerk="A01")
    why = {"counterfeit_fen": 100_00, "clerk": "A01", "certificate": "SJ-88"}
    with refused(hall, CashUnreadable):
        matching(hall, "J01", "S-1", "R1", **{**why, "counterfeit_fen": -100_00})
    number = matching(hall, "J01", "S-1", "R1", **why)
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "A01", "cash")
        assert (case.amount_fen, case.cause) == (-100_00, "counterfeit")
    assert held(hall)["over_short A01", "CNY"] == 100_00
    assert of(run(hall), "C06", "C09") == {("C09", f"deposit:{DAY}"): (3_000_00, 2_900_00)}
    with hall.work("F01") as uow:
        sums = sum_days(uow, {(hall.id, DAY): AS_OF_NOW})[hall.id, DAY]
    assert ("place:bank", "place:hall", 2_900_00) in sums.moved
    assert sums.passed == [("A01", -100_00)]
    with hall.work("J01") as uow:
        reverse_cash(uow, hall=hall.hall, number=number, reason="证号录错")
    assert held(hall) == {}
    assert set(of(run(hall), "C06", "C09")) == {("C06", "slip:S-1")}


def test_a_match_holds_for_the_sum_that_was_matched(hall: OpenHall) -> None:
    first = put(hall, "deposits", handed(500_00), brought("S-1", 500_00))
    statement(hall, ("R1", 500_00, ""))
    matching(hall, "J01", "S-1", "R1")
    assert of(run(hall), "C06", "C09") == {}
    put(hall, "deposits", handed(500_00), brought("S-1", 480_00), replaces=first)
    assert waiting(hall) == (["S-1"], [], [])
    assert set(of(run(hall), "C06", "C09")) == {
        ("C06", "slip:S-1"),
        ("C09", f"deposit:{DAY}"),
    }


def test_files_and_documents_wait_in_one_queue_and_a_keyed_receipt_must_agree(
    hall: OpenHall,
) -> None:
    (made,) = to_bank(hall, 200_00)
    put(hall, "deposits", brought("F-1", 100_00), brought("F-2", 50_00, bank_receipt="HD-2"))
    # What the books tell the audit of the document is no second deposit.
    assert waiting(hall)[0] == [made, "F-1", "F-2"]
    statement(hall, ("R1", 300_00, f"F-1 {made}"), ("R2", 40_00, "F-2"), on=NEXT)
    with refused(hall, MatchDiffers):
        matching(hall, "J01", "F-2", "R2", reason="少存")
    with hall.work("J01") as uow:
        (match,) = confirm_proposals(uow, hall=hall.hall)
        assert match.amount_fen == 300_00
    assert held(hall)["bank", "CNY"] == 200_00
    assert waiting(hall) == (["F-2"], ["R2"], [])
