"""The day's end names the shift that is open and the paper that nobody has signed for."""

from __future__ import annotations

from backoffice.day_end import see_day_end
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import RUNNER, begin, evening, move


def test_an_open_shift_and_an_unsigned_hand_in_hold_the_day_up(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 700_00))
    number = move(hall, "A01", "hand_in", 100_00, clerk="A01", receiver="M01")
    evening(hall)
    with hall.read(RUNNER) as uow:
        steps = {step.name: step.lacks for step in see_day_end(uow, hall.hall, DAY)}
    assert [(one.text.en, one.who and one.who.en) for one in steps["shifts"]] == [
        ("A01: Open", "员工A01 A01")
    ]
    assert [(one.text.en, one.who and one.who.en, one.key) for one in steps["papers"]] == [
        (f"Hand-in {number}", "员工M01 M01", number)
    ]
    assert any(one.key == "A01" for one in steps["findings"])
