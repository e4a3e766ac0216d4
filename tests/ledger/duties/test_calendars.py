"""Calendars: holidays as data move what is due; earlier words stay, and past runs judge by them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ledger.audit.day_lists import list_days
from ledger.audit.queries import sources_of_day
from ledger.calendars import DayKind, calendars_of, days_said, next_open_day, set_days
from ledger.corrections.due import due_after
from ledger.evidence.expected import USUAL_SOURCES, expect_day, expect_days
from ledger.evidence.unreported import unreported_days
from ledger.hall_days import ExpectedSource
from ledger.organisations import Organisation
from ledger.times import A_DAY, HALL_TIME
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.ledger.audit.evidence_days import day, findings, line, put, run

FRIDAY, SATURDAY, SUNDAY, MONDAY = DAY, day(1), day(2), day(3)


def say(hall: OpenHall, *days: DayKind, of: str = "", at: dt.datetime = NOW) -> int:
    """Settle days of the hall's own calendar, or of the organisation of that code."""
    with hall.work(LOADER, now=at) as uow:
        code = of or hall.hall.code
        node = uow.session.scalars(select(Organisation).where(Organisation.code == code)).one()
        return set_days(uow, node, days)


def closed(calendar: str, *dates: dt.date, is_open: bool = False) -> list[DayKind]:
    """Give days on which a calendar is closed, or open."""
    return [DayKind(calendar, date, is_open, "放假") for date in dates]  # type: ignore[arg-type]


def test_the_nearest_organisation_that_says_something_of_a_day_counts(hall: OpenHall) -> None:
    assert say(hall, *closed("hall", SATURDAY, SUNDAY), of="总部/某省") == 2
    assert say(hall, *closed("hall", SATURDAY, SUNDAY), of="总部/某省") == 0
    with hall.read() as uow:
        assert next_open_day(uow, hall.id, FRIDAY) == MONDAY
    say(hall, *closed("hall", SUNDAY, is_open=True))
    with hall.read() as uow:
        assert next_open_day(uow, hall.id, FRIDAY) == SUNDAY
        assert due_after(uow, hall.id, FRIDAY)[0] == SUNDAY
    say(hall, *closed("hall", SATURDAY, SUNDAY, is_open=True), of="总部/某省")
    with hall.read() as uow:
        assert next_open_day(uow, hall.id, FRIDAY) == SATURDAY


def test_working_days_leave_out_weekends_and_holidays_and_count_days_worked_instead(
    hall: OpenHall,
) -> None:
    with hall.read() as uow:
        usual = calendars_of(uow, [hall.id])
        assert usual.after(hall.id, "office", FRIDAY, 7) == day(11)
    say(hall, *closed("office", MONDAY), *closed("office", SUNDAY, is_open=True))
    say(hall, *closed("office", day(4)))
    with hall.read() as uow:
        moved = calendars_of(uow, [hall.id])
        assert moved.after(hall.id, "office", FRIDAY, 1) == SUNDAY
        assert moved.after(hall.id, "office", FRIDAY, 7) == day(12)
        for today in (day(n) for n in range(8, 20)):
            since = moved.due_since(hall.id, "office", today, 7)
            assert moved.after(hall.id, "office", since, 7) < today
            assert moved.after(hall.id, "office", since + dt.timedelta(days=1), 7) >= today


def test_sources_are_due_at_noon_of_the_halls_next_open_day(hall: OpenHall) -> None:
    say(hall, *closed("hall", SATURDAY, SUNDAY))
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, FRIDAY)
        dues = uow.session.scalars(
            select(ExpectedSource.due_at).where(ExpectedSource.hall_id == hall.id)
        ).all()
    assert {due.astimezone(HALL_TIME) for due in dues} == {
        dt.datetime.combine(MONDAY, dt.time(12), HALL_TIME)
    }


def test_c06_takings_are_due_when_the_bank_opens_again(hall: OpenHall) -> None:
    slips = [
        {
            "slip_no": f"S{covers}",
            "step": "bank",
            "amount": 100_00,
            "deposited_on": MONDAY,
            "covers_date": covers,
            "bank_receipt": "HD1",
        }
        for covers in (FRIDAY, SATURDAY, SUNDAY)
    ]
    put(hall, "deposits", *slips, date=MONDAY)
    late = {f"slip:S{date}" for date in (FRIDAY, SATURDAY, SUNDAY)}
    assert _late(hall) == late
    say(hall, *closed("bank", SATURDAY, SUNDAY))
    assert _late(hall) == {f"slip:S{FRIDAY}"}


def _late(hall: OpenHall) -> set[str]:
    run(hall, date=MONDAY)
    return {
        one.subject
        for one in findings(hall, date=MONDAY)
        if one.check_code == "C06" and one.state != "recalculated"
    }


def test_a_past_run_is_judged_by_what_was_known_then(hall: OpenHall) -> None:
    later = NOW + dt.timedelta(days=1)
    say(hall, *closed("hall", SATURDAY), at=later)
    say(hall, *closed("hall", SATURDAY, is_open=True), at=later + dt.timedelta(hours=1))
    with hall.work(LOADER, now=later + dt.timedelta(days=9)) as uow:
        known = [
            calendars_of(uow, [hall.id], known_at=at).is_open(hall.id, "hall", SATURDAY)
            for at in (NOW, later, later + dt.timedelta(hours=2))
        ]
        assert known == [True, False, True]
        (said,) = days_said(uow, [hall.id], 2026)
        assert (said.revision, said.is_open) == (2, True)


def test_a_trading_day_is_there_by_itself_and_a_day_off_once_trade_arrives(hall: OpenHall) -> None:
    say(hall, *closed("hall", SATURDAY, SUNDAY))
    with hall.work(LOADER, now=NOW + 4 * A_DAY) as uow:
        assert unreported_days(uow, [hall.hall], day(-5), day(9)) == [
            (hall.id, date) for date in (FRIDAY, MONDAY, day(4))
        ], "none before the books opened, none on a day off, none after today"
        expect_days(uow, [(hall.id, FRIDAY), (hall.id, SATURDAY)])
        sources = [(one.source, one.arrival) for one in sources_of_day(uow, hall.id, MONDAY, NOW)]
        assert sources == [(source, "awaited") for source in USUAL_SOURCES]
        assert sources_of_day(uow, hall.id, SATURDAY, NOW) == []
    put(hall, "accounts", line("T1", 100, tender="cheque"), date=SUNDAY)
    with hall.work(LOADER, now=NOW + 4 * A_DAY) as uow:
        expect_days(uow, [(hall.id, SUNDAY)])
        arrived = {one.source: one.arrival for one in sources_of_day(uow, hall.id, SUNDAY, NOW)}
        assert arrived == dict.fromkeys(USUAL_SOURCES, "awaited") | {"accounts": "arrived"}
        left = unreported_days(uow, [hall.hall], FRIDAY, day(9))
        assert [date for _, date in left] == [MONDAY, day(4)]
        listed = {one.date: one.is_unreported for one in list_days(uow, hall.hall, FRIDAY, day(9))}
        assert listed == {date: date >= MONDAY for date in (day(n) for n in range(5))}
