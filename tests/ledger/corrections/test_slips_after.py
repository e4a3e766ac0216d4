"""What becomes of slips: overdue (D03), on the day's paper, counted; and liability at the end."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.audit.acts import ActNotPossible, OnlyEvidenceCures
from ledger.audit.queries import show_day
from ledger.audit.snapshot import read_snapshot, write_snapshot
from ledger.corrections.errors import UnknownSlip
from ledger.corrections.known import Answer, Wrong
from ledger.corrections.liability import settle_with_liability, sign_liability
from ledger.corrections.seen import is_overdue, list_slips, originals_of, see_slip
from ledger.corrections.statistics import ErrorCount, count_errors
from ledger.documents import Document, find_document
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from ledger.work import Actor
from tests.builders import DAY, NOW, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, day, findings, line, put, run
from tests.ledger.audit.test_acts import granted
from tests.ledger.corrections.slip_days import (
    EARLIER,
    clock,
    finding_state,
    give_back,
    reply,
    send,
    sign,
    state_of,
    take_back,
    wrong_sale,
)

EXPLAINED = Answer("explain", "客户当时只付了 10 元")
UNDECLARED = Wrong(DAY, "C01", "shift:A01")


def overdue_on(hall: OpenHall, date: dt.date, now: dt.datetime) -> list[tuple[str, str, str]]:
    """Run a day's audit at a time; give clerk, subject and severity of the slips overdue."""
    run(hall, date=date, now=now)
    found = findings(hall, date=date)
    return [
        (f.clerk, f.subject, f.severity)
        for f in found
        if f.check_code == "D03" and f.state != "recalculated"
    ]


def test_d03_a_slip_is_overdue_from_the_end_of_its_due_day_until_it_is_answered(
    hall: OpenHall,
) -> None:
    number = send(wrong_sale(hall))
    put(hall, "accounts", date=day(1))
    assert overdue_on(hall, day(1), clock(1, 23)) == []
    assert overdue_on(hall, day(1), clock(2, 0)) == [("A01", f"slip:{number}", "warn")]
    assert overdue_on(hall, DAY, clock(2, 0)) == []
    reply(hall, number, EXPLAINED, now=clock(2, 9))
    assert overdue_on(hall, day(1), clock(2, 10)) == []
    give_back(hall, number, now=clock(2, 11))
    put(hall, "accounts", date=day(3))
    assert overdue_on(hall, day(3), clock(4, 0)) == [("A01", f"slip:{number}", "warn")]
    take_back(hall, number)
    assert overdue_on(hall, day(3), clock(4, 1)) == []


def test_the_days_paper_lists_its_slips_and_how_they_ended(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    reply(hall, number)
    sign(hall, number)
    sign(hall, number, "D01")
    for date in (EARLIER, DAY):
        with hall.read(RUNNER) as uow:
            shown = show_day(uow, hall.hall, date)
            (slip,) = shown.slips
            assert (slip.number, slip.of_day, slip.ended_on) == (number, EARLIER, DAY)
            assert (slip.about, slip.net_fen) == (("X05 txn:T1",), 90_00)
            assert slip.state.zh == "已接受"
            assert read_snapshot(write_snapshot(shown)).slips == shown.slips


def test_a_clerk_sees_his_own_slips_and_who_oversees_all(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    other = send(hall, "J01", Wrong(EARLIER, "", "txn:T7"), clerk="A02")
    seen = {}
    for who in ("A01", "A02", "J01", "M01", "F01"):
        with hall.read(hall.people[who]) as uow:
            seen[who] = [slip.number for slip in list_slips(uow, hall.hall, state="standing")]
    assert seen == {
        "A01": [number],
        "A02": [other],
        **{who: [number, other] for who in ("J01", "M01", "F01")},
    }
    with pytest.raises(UnknownSlip), hall.read(hall.people["A02"]) as uow:
        see_slip(uow, hall.hall, number)
    with pytest.raises(NotPermitted), hall.read(hall.people["K01"]) as uow:
        list_slips(uow, hall.hall)
    with hall.read(hall.people["A01"]) as uow:
        shown = see_slip(uow, hall.hall, number)
        assert [(one.check, one.expected, one.found) for one in shown.items] == [
            ("X05", 100_00, 10_00)
        ]
        assert [row["txn_no"] for row in originals_of(uow, shown)] == ["T1"]
        assert not is_overdue(shown.slip, NOW)
        assert is_overdue(shown.slip, clock(2, 0))


def test_errors_are_counted_by_clerk_and_kind(hall: OpenHall) -> None:
    """Of A01 one late and returned, one withdrawn, which counts for nothing; of A02 one overdue."""
    first = send(wrong_sale(hall))
    reply(hall, first, now=clock(2, 9))
    give_back(hall, first, now=clock(2, 10))
    reply(hall, first, now=clock(2, 11))
    sign(hall, first, now=clock(2, 12))
    sign(hall, first, "D01", now=clock(2, 12))
    take_back(hall, send(hall, "J01", Wrong(EARLIER, "X01", "txn:T1")))
    send(hall, "J01", Wrong(EARLIER, "X01", "txn:T7"), clerk="A02")
    with hall.work("M01", now=clock(2, 13)) as uow:
        assert count_errors(uow, [hall.hall], DAY, DAY) == [
            ErrorCount(hall.id, "A01", "amount", 1, 1, 1, 1, 0, 90_00),
            ErrorCount(hall.id, "A02", "invoice", 1, 1, 0, 0, 0, 0),
        ]
        assert count_errors(uow, [hall.hall], day(1), day(9)) == []


def settle(hall: OpenHall, who: str | Actor = "S01", *, amount_fen: int = 58_00) -> str:
    """Propose the end of the undeclared shift; give the document's number."""
    with hall.work(who) as uow:
        document = settle_with_liability(
            uow,
            hall.hall,
            DAY,
            check="C01",
            subject="shift:A01",
            liable="clerk",
            amount_fen=amount_fen,
            reason="本人离职,无法补报",
        )
        assert document.number is not None
        return document.number


def sign_as(hall: OpenHall, number: str, who: Actor | str) -> Document:
    """Sign a settlement of liability."""
    with hall.work(who) as uow:
        return sign_liability(uow, hall.hall, find_document(uow, hall.id, number))


def test_what_no_correction_cures_is_settled_by_department_and_second_level_together(
    hall: OpenHall,
) -> None:
    put(hall, "accounts", line("T1", 58_00))
    run(hall, now=NOW)
    slip = send(hall, "J01", UNDECLARED)
    reply(hall, slip, Answer("explain", "忘了"))
    with pytest.raises(OnlyEvidenceCures):
        sign(hall, slip)
    give_back(hall, slip)
    for who in ("J01", "M01", "A01"):
        with pytest.raises(NotPermitted):
            settle(hall, who)
    number = settle(hall)
    assert finding_state(hall, UNDECLARED) == "open"
    with pytest.raises(MakerIsChecker):
        sign_as(hall, number, "J01")
    with pytest.raises((MakerIsChecker, NotPermitted)):
        sign_as(hall, number, granted(hall, "S01", "auditor"))
    sign_as(hall, number, granted(hall, "K01", "auditor"))
    assert finding_state(hall, UNDECLARED) == "settled"
    assert state_of(hall, slip) == ("cancelled", "withdrawn")
    run(hall, now=NOW)
    assert finding_state(hall, UNDECLARED) == "settled", "it stays in the day for ever"
    with pytest.raises(ActNotPossible):
        settle(hall)
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
