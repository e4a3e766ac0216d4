"""The roster: made and changed by managers, every change kept, read by D04 as it stood."""

from __future__ import annotations

import json

from sqlalchemy import update

from ledger.audit.wording import view_finding
from ledger.duties.errors import RosterUnreadable
from ledger.duties.roster import changes_of, copy_week, on_duty, roster_of, seats_of_person
from ledger.hall_days import HallDay
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import at, day, findings, line, put, run
from tests.ledger.duties.on_duty import leave, roster, seat
from tests.observing import refused

D04 = ("D04", "clerk:A01")


def test_a_manager_settles_the_roster_and_every_change_is_kept(hall: OpenHall) -> None:
    assert roster(hall, seat("A01", desk="1号台"), seat("A02", "Late")) == 2
    assert roster(hall, seat("A01", desk="1号台"), seat("A02", "休"), who="D01") == 1
    with hall.read() as uow:
        assert [(one.number, one.shift, one.desk) for one in on_duty(uow, hall.id, DAY)] == [
            ("A01", "early", "1号台")
        ]
        changes = changes_of(uow, hall.id, DAY, DAY)
        assert [(one.seat.number, one.seat.shift, one.by) for one in changes] == [
            ("A02", "rest", "员工D01"),
            ("A01", "early", "员工M01"),
            ("A02", "late", "员工M01"),
        ]
        assert seats_of_person(uow, hall.id, hall.people["A02"].person_id, DAY)[0].shift == "rest"
        assert verify_hall(uow, hall.hall) == []


def test_a_roster_names_people_of_the_day_in_words_of_some_length(hall: OpenHall) -> None:
    leave(hall, "A02")
    for wrong in (seat("Z99"), seat("A02"), seat("A01", "x" * 21), seat("A01", desk="x" * 21)):
        with refused(hall, RosterUnreadable):
            roster(hall, wrong)
    for who in ("A01", "J01", "S01"):
        with refused(hall, NotPermitted):
            roster(hall, seat("A01"), who=who)
    with hall.work() as uow:
        uow.session.execute(
            update(HallDay).where(HallDay.hall_id == hall.id).values(hall_status="submitted")
        )
    with refused(hall, RosterUnreadable):
        roster(hall, seat("A01"))


def test_a_week_is_copied_forward_without_who_has_left(hall: OpenHall) -> None:
    roster(hall, seat("A01", desk="2"), seat("A02"), seat("A01", "晚班", date=day(1)))
    leave(hall, "A02")
    with hall.work("M01") as uow:
        assert copy_week(uow, hall=hall.hall, week_of=DAY, to=day(14)) == 2
        assert copy_week(uow, hall=hall.hall, week_of=DAY, to=day(14)) == 0
        ahead = roster_of(uow, hall.id, day(7), day(30))
    assert [(one.date, one.number, one.shift, one.desk) for one in ahead] == [
        (day(14), "A01", "early", "2"),
        (day(15), "A01", "late", ""),
    ]


def test_d04_asks_for_the_roster_only_where_the_hall_has_one(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 100_00), line("T2", 50_00))
    assert D04 not in run(hall)
    roster(hall, seat("A02"))
    assert D04 in run(hall)
    (found,) = [one for one in findings(hall) if one.check_code == "D04"]
    assert (found.severity, found.clerk) == ("warn", "A01")
    assert json.loads(found.facts)["off_duty"] == "2"
    told = view_finding(found, names={"A01": "员工A01"}, people=frozenset({"A01"})).message
    assert "未排班,却有 2 行账目" in told.zh
    assert "2 lines" in told.en
    roster(hall, seat("A01", "中班"))
    assert D04 not in run(hall)


def test_d04_compares_persons_and_leaves_machines_out(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 100_00), line("T2", 50_00, clerk="Z77"))
    roster(hall, seat("A01"))
    found = run(hall)
    assert D04 not in found
    assert ("D04", "clerk:Z77") in found


def test_d04_finds_one_number_at_two_terminals_within_five_minutes(hall: OpenHall) -> None:
    def paid(txn: str, clock: str, terminal: str, **cells: object) -> dict[str, object]:
        return line(txn, 10_00, accepted_at=at(clock), terminal=terminal, **cells)

    near = (paid("T1", "10:00", "P1"), paid("T2", "10:03", "P1"), paid("T3", "10:08", "P2"))
    apart = (
        paid("T4", "11:00", "P1", clerk="A02"),
        paid("T5", "11:05:01", "P2", clerk="A02"),
        paid("T6", "11:05:01", "", clerk="A02"),
    )
    put(hall, "accounts", *near, *apart)
    found = run(hall)
    assert D04 in found
    assert ("D04", "clerk:A02") not in found
    (row,) = [one for one in findings(hall) if one.check_code == "D04"]
    assert json.loads(row.facts)["terminals"] == "P1, P2"
