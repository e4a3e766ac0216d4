"""A hall with one wrong sale on an earlier day, and the acts on its slip, a call each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from ledger.corrections.known import Answer, Notice, Wrong, find_slip
from ledger.corrections.lines import LineChange
from ledger.corrections.slips import answer_slip, return_slip, send_errors, sign_slip, withdraw_slip
from ledger.documents import Document
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.times import HALL_TIME
from ledger.work import Actor
from tests.builders import DAY, NOW, OpenHall
from tests.ledger.audit.evidence_days import at, declared, findings, line, put, run

EARLIER = DAY - dt.timedelta(days=1)
SHORT = Wrong(EARLIER, "X05", "txn:T1", 100_00, 10_00)
RIGHT_AMOUNT = Answer("amount", "少打一个 0", (LineChange("T1", 1, {"received": "100.00"}),))


def wrong_sale(hall: OpenHall) -> OpenHall:
    """Let A01 have keyed a sale of 100.00 as 10.00 on the day before DAY, and audit that day."""
    on = {"accepted_at": at("10:00", date=EARLIER)}
    put(hall, "accounts", line("T1", 10_00, due=100_00, **on), date=EARLIER)
    put(hall, "declarations", declared(10_00), date=EARLIER)
    paid = {"amount": 10_00, "deposited_on": EARLIER}
    handed_in = paid | {"slip_no": "J1", "step": "handin", "clerk": "A01"}
    banked = paid | {"slip_no": "B1", "step": "bank", "bank_receipt": "R1"}
    put(hall, "deposits", handed_in, banked, date=EARLIER)
    put(hall, "invoices", date=EARLIER)
    run(hall, date=EARLIER, now=NOW)
    return hall


def clock(days: int, hour: int) -> dt.datetime:
    """Give an hour of the hall's clock so many days after DAY."""
    return dt.datetime.combine(DAY + dt.timedelta(days=days), dt.time(hour), HALL_TIME)


def send(hall: OpenHall, who: str | Actor = "J01", *errors: Wrong, clerk: str = "A01") -> str:
    """Send errors, the wrong sale unless others are named, and give the slip's number."""
    with hall.work(who) as uow:
        notice = Notice(clerk, errors or (SHORT,), wrong="100.00 记成 10.00", right="100.00")
        return number_of(send_errors(uow, hall.hall, notice))


def reply(
    hall: OpenHall,
    number: str,
    answer: Answer = RIGHT_AMOUNT,
    *,
    who: str | Actor = "A01",
    now: dt.datetime = NOW,
) -> None:
    """Answer a slip."""
    with hall.work(who, now=now) as uow:
        answer_slip(uow, hall.hall, number=number, answer=answer)


def sign(hall: OpenHall, number: str, who: str | Actor = "J01", *, now: dt.datetime = NOW) -> None:
    """Accept an answer, or sign it as manager."""
    with hall.work(who, now=now) as uow:
        sign_slip(uow, hall.hall, number=number)


def give_back(
    hall: OpenHall, number: str, who: str | Actor = "J01", *, now: dt.datetime = NOW
) -> None:
    """Return an answer."""
    with hall.work(who, now=now) as uow:
        return_slip(uow, hall.hall, number=number, reason="查无此事")


def take_back(hall: OpenHall, number: str, who: str | Actor = "J01") -> None:
    """Withdraw a slip."""
    with hall.work(who) as uow:
        withdraw_slip(uow, hall.hall, number=number, reason="发错了")


def state_of(hall: OpenHall, number: str) -> tuple[str, str]:
    """Give the state of the document and of the slip."""
    with hall.read() as uow:
        document, slip = find_slip(uow, hall.hall, number)
        return document.state, slip.state


def finding_state(hall: OpenHall, error: Wrong = SHORT) -> str:
    """Give the state of the finding a slip is about."""
    found = findings(hall, date=error.date)
    wanted = (error.check, error.subject)
    return next(f.state for f in found if (f.check_code, f.subject) == wanted)


def written(hall: OpenHall, number: str) -> list[tuple[Any, ...]]:
    """Give the correction lines of a slip: day, kind, due, received, tender, original, slip."""
    lines = EVIDENCE_TABLES["accounts"].c
    query = select(
        lines.business_date,
        lines.line_kind,
        lines.due,
        lines.received,
        lines.tender,
        lines.original_txn_no,
        lines.correction_no,
    ).where(lines.hall_id == hall.id, lines.correction_no == number)
    with hall.read() as uow:
        return [tuple(row) for row in uow.session.execute(query.order_by(lines.line_no))]


def number_of(document: Document) -> str:
    """Give a document's number."""
    assert document.number is not None
    return document.number
