"""REC-07 and REC-09 in a small hall: any two at the safe, two sign a hand-over, a third later."""

from __future__ import annotations

import datetime as dt

from ledger.cash.countersigning import countersign, uncountersigned
from ledger.cash.denominations import read_denominations
from ledger.cash.errors import CountersignRefused
from ledger.cash.handover import hand_over
from ledger.cash.safe import open_now, open_safe
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.times import HALL_TIME
from tests.builders import DAY, NOW, OpenHall
from tests.ledger.audit.evidence_days import day, line, put
from tests.ledger.cash.working import begin, count, sign
from tests.ledger.duties.on_duty import make_small
from tests.observing import refused

NEXT_NOON = dt.datetime.combine(day(1), dt.time(12), HALL_TIME)


def ask_for_safe(hall: OpenHall, who: str) -> str:
    with hall.work(who) as uow:
        return open_safe(uow, hall=hall.hall, purpose="备用金").number or ""


def test_rec_07_a_small_halls_safe_is_opened_by_any_two_of_three(hall: OpenHall) -> None:
    with refused(hall, NotPermitted):
        ask_for_safe(hall, "M01")
    make_small(hall)
    for pair in (("M01", "D01"), ("D01", "K01"), ("K01", "M01")):
        number = ask_for_safe(hall, pair[0])
        with refused(hall, MakerIsChecker):
            sign(hall, pair[0], number)
        with refused(hall, NotPermitted):
            sign(hall, "J01", number)
        assert sign(hall, pair[1], number).state == "posted"
        with hall.read() as uow:
            opened = open_now(uow, hall.hall)
            assert opened is not None
            assert opened.number == number
    with refused(hall, NotPermitted):
        ask_for_safe(hall, "J01")


def handed_over(hall: OpenHall) -> str:
    """Let A01 hand his empty drawer to A02, who signs; gives the sheet's number."""
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 300_00))
    count(hall, "A01", "100x3", kept=300_00)
    with hall.work("A01") as uow:
        notes = read_denominations("100x3")
        sheet = hand_over(uow, hall=hall.hall, clerk="A01", incoming="A02", notes=notes)
        number = sheet.number or ""
    sign(hall, "A02", number)
    return number


def test_rec_09_a_small_halls_sheet_is_signed_by_two_and_countersigned_by_next_noon(
    hall: OpenHall,
) -> None:
    make_small(hall)
    number = handed_over(hall)
    with hall.work("M01") as uow:
        (waits,) = uncountersigned(uow, hall.hall)
        assert (waits.document.number, waits.document.state) == (number, "posted")
        assert (waits.due_at, waits.is_overdue) == (NEXT_NOON, False)
    with hall.work("M01", now=NEXT_NOON + dt.timedelta(minutes=1)) as uow:
        assert [one.is_overdue for one in uncountersigned(uow, hall.hall)] == [True]
    for who in ("A02", "K01", "J01"):
        with refused(hall, NotPermitted), hall.work(who) as uow:
            countersign(uow, hall=hall.hall, number=number)
    with hall.work("D01") as uow:
        assert countersign(uow, hall=hall.hall, number=number).state == "posted"
        assert uncountersigned(uow, hall.hall) == []
    with refused(hall, CountersignRefused), hall.work("M01") as uow:
        countersign(uow, hall=hall.hall, number=number)


def test_rec_09_elsewhere_three_sign_before_it_counts(hall: OpenHall) -> None:
    number = handed_over(hall)
    assert sign(hall, "D01", number).state == "posted"
    with hall.work("M01", now=NOW) as uow:
        assert uncountersigned(uow, hall.hall) == []
    assert day(0) == DAY
