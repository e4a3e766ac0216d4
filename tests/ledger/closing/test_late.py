"""Late data: rows of a signed day are kept apart, reported as D02, and settled in three ways."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import select

from ledger.audit.engine import replay_totals
from ledger.audit.queries import show_day
from ledger.closing.errors import ReasonMissing
from ledger.closing.late import (
    LateContradicts,
    NothingLate,
    accept_late,
    dismiss_late,
    late_parts,
    release_late,
)
from ledger.evidence.intake import IntakeResult, declare_nil, take_in
from ledger.evidence.late import BatchIsFrozen, DayIsSignedFor
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.hall_days import HallDayClosed
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import LONG_AFTER, RUNNER, day, run
from tests.ledger.audit.test_acts import override
from tests.ledger.closing.test_days import close, reopen, sign, trade
from tests.ledger.evidence.reading import read
from tests.observing import refused
from tests.oracle.late import late_lines

NEXT = day(1)
HEAD = (
    "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,"
    "invoice_waived,form_no\n"
)
LATE = "L1,1,2026-11-20 09:00,A01,缴费,,1.00,1.00,cheque,1,\n"
SECOND = "L2,1,2026-11-20 23:59:59,A01,缴费,,2.00,2.00,cheque,1,\n"
IN_TIME = "L3,1,2026-11-21 00:00,A01,缴费,,4.00,4.00,cheque,1,\n"


def take(
    hall: OpenHall, content: str, *, date: dt.date = NEXT, replaces: int | None = None
) -> IntakeResult:
    """Take a file of account lines in."""
    with hall.work("J01") as uow:
        return take_in(
            uow,
            hall=hall.hall,
            date=date,
            file_name="late.csv",
            content=content.encode(),
            reading=read(content),
            replaces=replaces,
        )


def lines(hall: OpenHall, date: dt.date) -> list[str]:
    """Give the transactions that are current on a date."""
    table = EVIDENCE_TABLES["accounts"]
    with hall.read() as uow:
        wanted = (table.c.hall_id == hall.id) & (table.c.business_date == date)
        return list(uow.session.scalars(select(table.c.txn_no).where(wanted).order_by("txn_no")))


def late_found(hall: OpenHall, date: dt.date = NEXT) -> set[str]:
    """Run the audit of a date and give the subjects of D02."""
    return {subject for check, subject in run(hall, date=date) if check == "D02"}


@pytest.fixture
def signed(hall: OpenHall) -> OpenHall:
    """Give a hall whose DAY is signed."""
    trade(hall, DAY)
    sign(hall, DAY)
    return hall


def test_rows_of_a_signed_day_count_nowhere_and_are_reported(signed: OpenHall) -> None:
    hall = signed
    with hall.read(RUNNER) as uow:
        before = show_day(uow, hall.hall, DAY)
    taken = take(hall, HEAD + LATE + SECOND + IN_TIME)
    assert (taken.row_count, taken.late_count, taken.repeated_count) == (1, 2, 0)
    assert "2 rows" in taken.notes[-1].en
    assert lines(hall, DAY) == [f"T{DAY}"]
    assert lines(hall, NEXT) == ["L3"]
    number = taken.intake_no
    assert late_found(hall) == {f"batch:{number}/2", f"batch:{number}/3"}
    with hall.read(RUNNER) as uow:
        assert show_day(uow, hall.hall, DAY) == before
        recorded, again = replay_totals(uow, hall=hall.hall, date=DAY)
        assert recorded == again
        shown = show_day(uow, hall.hall, NEXT)
        one = next(f for f in shown.findings if f.check == "D02")
        assert one.message.zh.startswith(f"批次 {number} 第 2 行(账目)的日期是 2026-11-20")
        assert one.message.en.startswith(f"Line 2 of batch {number} (Account lines) is dated")
        assert (one.severity, one.override, one.turn) == ("block", "nobody", "auditor")
    # The same file again, and the same rows in another file, bring nothing new.
    again_taken = take(hall, HEAD + LATE + SECOND + IN_TIME)
    assert (again_taken.earlier, again_taken.late_count) == (True, 2)
    other = take(hall, HEAD + SECOND)
    assert (other.row_count, other.late_count, other.repeated_count) == (0, 0, 1)


def test_a_file_of_a_closed_day_alone_is_reported_today(signed: OpenHall) -> None:
    hall = signed
    close(hall, DAY)
    taken = take(hall, HEAD + LATE, date=DAY)
    # Today, by the clock of the tests, is the closed day itself: the next day reports it.
    assert late_found(hall) == {f"batch:{taken.intake_no}/2"}
    with hall.read() as uow:
        day_sources = show_day(uow, hall.hall, NEXT).sources
    assert [s.source for s in day_sources if s.arrival == "arrived"] == []


def test_what_a_signed_day_was_signed_on_is_not_replaced(hall: OpenHall) -> None:
    trade(hall, DAY)
    first = take(hall, HEAD + LATE, date=DAY)
    run(hall)
    with hall.read() as uow:
        assert late_parts(uow, hall.hall) == []
    override(hall, "M01", {"check": "C02", "subject": "tender:A01/cheque"})
    sign(hall, DAY)
    with refused(hall, BatchIsFrozen):
        take(hall, HEAD + LATE.replace("1.00,1.00", "3.00,3.00"), replaces=first.intake_no)
    changed = take(hall, HEAD + LATE.replace("1.00,1.00", "3.00,3.00"))
    assert (changed.row_count, changed.late_count) == (0, 1)
    with refused(hall, LateContradicts), hall.work("M01") as uow:
        accept_late(uow, hall.hall, changed.intake_no, DAY, on=NEXT, reason="更正")
    with refused(hall, DayIsSignedFor), hall.work("J01") as uow:
        declare_nil(uow, hall=hall.hall, date=DAY, source="counts")


def test_late_rows_are_released_to_the_reopened_day(signed: OpenHall) -> None:
    hall = signed
    taken = take(hall, HEAD + LATE + IN_TIME)
    with refused(hall, HallDayClosed), hall.work("J01") as uow:
        release_late(uow, hall.hall, taken.intake_no, DAY)
    reopen(hall, DAY, "J01")
    reopen(hall, DAY, "M01")
    with refused(hall, NotPermitted), hall.work("A01") as uow:
        release_late(uow, hall.hall, taken.intake_no, DAY)
    with hall.work("J01") as uow:
        number = release_late(uow, hall.hall, taken.intake_no, DAY)
    assert number > taken.intake_no
    assert lines(hall, DAY) == ["L1", f"T{DAY}"]
    assert late_found(hall) == set()
    run(hall)
    with hall.read(RUNNER) as uow:
        assert [t.computed for t in show_day(uow, hall.hall, DAY).totals] == [20100]
        assert [t.computed for t in show_day(uow, hall.hall, DAY, version=1).totals] == [20000]
        assert verify_hall(uow, hall.hall) == []
    with refused(hall, NothingLate), hall.work("J01") as uow:
        release_late(uow, hall.hall, taken.intake_no, DAY)


def test_late_rows_are_accepted_on_an_open_day(signed: OpenHall) -> None:
    hall = signed
    taken = take(hall, HEAD + LATE + SECOND)
    with refused(hall, NotPermitted), hall.work("J01") as uow:
        accept_late(uow, hall.hall, taken.intake_no, DAY, on=NEXT, reason="漏传")
    with refused(hall, ReasonMissing), hall.work("M01") as uow:
        accept_late(uow, hall.hall, taken.intake_no, DAY, on=NEXT, reason=" ")
    with hall.work("M01") as uow:
        accept_late(uow, hall.hall, taken.intake_no, DAY, on=NEXT, reason="漏传")
    assert lines(hall, NEXT) == ["L1", "L2"]
    assert late_found(hall) == set()
    with hall.read(RUNNER) as uow:
        shown = show_day(uow, hall.hall, NEXT)
        assert [t.computed for t in shown.totals] == [300]
        arrived = {s.source: s.arrival for s in shown.sources}
        assert arrived["late:accounts"] == "arrived"
        [part] = late_parts(uow, hall.hall)
        assert part.settlement is not None
        assert (part.rows, part.settlement.way, part.settlement.on_date) == (2, "accepted", NEXT)
        assert verify_hall(uow, hall.hall) == []


def test_late_rows_are_set_aside_by_the_department(signed: OpenHall) -> None:
    hall = signed
    taken = take(hall, HEAD + LATE)
    with refused(hall, NotPermitted), hall.work("M01", now=LONG_AFTER) as uow:
        dismiss_late(uow, hall.hall, taken.intake_no, DAY, reason="测试数据")
    with hall.work("S01") as uow:
        dismiss_late(uow, hall.hall, taken.intake_no, DAY, reason="测试数据")
    assert late_found(hall) == set()
    assert lines(hall, DAY) == [f"T{DAY}"]


def test_the_oracle_finds_the_same_late_lines(signed: OpenHall) -> None:
    chance = random.Random(20261120)
    clocks = ("00:00:00", "23:59:59", "09:30:00", "15:59:59+00:00", "16:00:00+00:00")
    dates = [(DAY + dt.timedelta(days=n)).isoformat() for n in (-1, 0, 0, 1)]
    written = HEAD.replace("form_no", "business_date")
    for number in range(300):
        time = f"{chance.choice(dates)} {chance.choice(clocks)}"
        own = chance.choice(["", "", "", *dates])
        written += f"R{number},1,{time},A01,缴费,,1.00,1.00,cheque,1,{own}\n"
    taken = take(signed, written)
    wanted = late_lines(written, {DAY.isoformat()})
    assert taken.late_count == len(wanted) > 50
    assert late_found(signed) == {f"batch:{taken.intake_no}/{line}" for line in wanted}
