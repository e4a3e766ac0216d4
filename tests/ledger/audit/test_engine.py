"""A run: what it stores, closes and reopens, its record in the chain, and its repeat."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select, update

from backoffice.daily_checks import DAILY_CHECKS
from ledger.audit.engine import (
    DayIsSigned,
    DayNotOpened,
    RunUnknown,
    days_open_for_audit,
    replay_totals,
    run_audit,
)
from ledger.audit.findings import AuditRun, Finding
from ledger.audit.shift_checks import SHIFT_QUESTIONS
from ledger.events import Event
from ledger.evidence.expected import expect_day
from ledger.hall_days import HallDay, open_days
from ledger.verify import verify_hall
from tests.builders import DAY, LOADER, OpenHall, open_hall
from tests.ledger.audit.evidence_days import (
    LONG_AFTER,
    RUNNER,
    at,
    day,
    declared,
    findings,
    line,
    put,
    put_floats,
    put_nil,
    run,
    settled,
)

SHORT = ("C02", "tender:A01/cash")


def state_of(hall: OpenHall, check: str, subject: str) -> str:
    """Give the state of one finding."""
    return next(f.state for f in findings(hall) if (f.check_code, f.subject) == (check, subject))


def set_state(hall: OpenHall, state: str) -> None:
    """Let every finding of the day be in a state, as if somebody had acted on it."""
    with hall.work(LOADER) as uow:
        uow.session.execute(update(Finding).where(Finding.hall_id == hall.id).values(state=state))


def statuses(hall: OpenHall, date: dt.date = DAY) -> tuple[str, str]:
    """Give data and audit status of a day."""
    with hall.read() as uow:
        held = uow.session.get_one(HallDay, (hall.id, date))
        return held.data_status, held.audit_status


def runs(hall: OpenHall) -> list[AuditRun]:
    """Give the hall's runs in order."""
    with hall.read() as uow:
        query = select(AuditRun).where(AuditRun.hall_id == hall.id).order_by(AuditRun.event_no)
        found = list(uow.session.scalars(query))
        uow.session.expunge_all()
    return found


def short_of(hall: OpenHall, fen: int) -> int:
    """Put a day on which A01 is short of so much cash; gives the batch of the declaration."""
    put(hall, "accounts", line("T1", 5800))
    return put(hall, "declarations", declared(5800 - fen))


def test_running_again_changes_nothing(hall: OpenHall) -> None:
    short_of(hall, 100)
    put(hall, "settlements", settled("wechat", "W1", 5))
    first = run(hall)
    before = [(f.check_code, f.subject, f.state, f.facts, f.first_run) for f in findings(hall)]
    assert run(hall) == first
    after = [(f.check_code, f.subject, f.state, f.facts, f.first_run) for f in findings(hall)]
    assert after == before
    one, two = runs(hall)
    assert (one.checks, one.totals) == (two.checks, two.totals)


def test_every_check_is_on_record_also_with_nothing_found(hall: OpenHall) -> None:
    short_of(hall, 100)
    run(hall)
    counts = json.loads(runs(hall)[0].checks)
    assert set(counts) == {check.code for question in DAILY_CHECKS for check in question.checks}
    assert {code: n for code, n in counts.items() if n} == {"C02": 1, "C05": 1}


def test_what_no_longer_holds_is_closed_and_kept(hall: OpenHall) -> None:
    wrong = short_of(hall, 100)
    assert SHORT in run(hall)
    put(hall, "declarations", declared(5800), replaces=wrong)
    assert SHORT not in run(hall)
    assert state_of(hall, *SHORT) == "recalculated"


def test_what_holds_again_is_open_again(hall: OpenHall) -> None:
    wrong = short_of(hall, 100)
    run(hall)
    right = put(hall, "declarations", declared(5800), replaces=wrong)
    run(hall)
    put(hall, "declarations", declared(5700), replaces=right)
    run(hall)
    assert state_of(hall, *SHORT) == "open"


@pytest.mark.parametrize("state", ["answered", "accepted", "overridden"])
def test_what_people_decided_stands_while_the_figures_do(hall: OpenHall, state: str) -> None:
    wrong = short_of(hall, 100)
    run(hall)
    set_state(hall, state)
    run(hall)
    assert state_of(hall, *SHORT) == state
    put(hall, "declarations", declared(5699), replaces=wrong)
    run(hall)
    assert state_of(hall, *SHORT) == "open"


def test_a_decision_does_not_outlive_a_change_of_what_was_expected(hall: OpenHall) -> None:
    """The difference is the same, the two figures are not."""
    wrong = short_of(hall, 100)
    run(hall)
    set_state(hall, "overridden")
    put(hall, "accounts", line("T2", 200))
    put(hall, "declarations", declared(5900), replaces=wrong)
    run(hall)
    assert state_of(hall, *SHORT) == "open"


def test_what_was_settled_with_liability_stays_so(hall: OpenHall) -> None:
    wrong = short_of(hall, 100)
    run(hall)
    set_state(hall, "settled")
    put(hall, "declarations", declared(5800), replaces=wrong)
    run(hall)
    assert state_of(hall, *SHORT) == "settled"


def test_a_note_that_becomes_a_block_is_open_again(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
    evening = dt.datetime.combine(DAY, dt.time(14), dt.UTC)
    run(hall, now=evening)
    set_state(hall, "accepted")
    run(hall, now=evening)
    assert state_of(hall, "D01", "source:accounts") == "accepted"
    run(hall)
    assert state_of(hall, "D01", "source:accounts") == "open"


def test_only_the_checks_that_were_asked_are_closed(hall: OpenHall) -> None:
    short_of(hall, 100)
    put(hall, "settlements", settled("wechat", "W1", 5))
    run(hall)
    with hall.work(RUNNER, now=LONG_AFTER) as uow:
        run_audit(uow, days=[(hall.hall, DAY)], questions=SHIFT_QUESTIONS[:1])
    assert state_of(hall, "T02", "ref:wechat/W1") == "open"


def test_totals_keep_declared_beside_computed(hall: OpenHall) -> None:
    put_floats(hall, A01=20000)
    put(
        hall,
        "accounts",
        line("T1", 5800),
        line("T2", 3000, clerk="A02", tender="pos", tender_ref="P1"),
        line("T3", 0, tender="", due=900, deferred=1),
    )
    put(hall, "declarations", declared(25000), declared(10, tender="coupon"))
    run(hall)
    assert json.loads(runs(hall)[0].totals) == [
        ["A01", "cash", 25800, 25000],
        ["A01", "coupon", 0, 10],
        ["A02", "pos", 3000, None],
    ]


def test_a_past_run_is_repeated_to_the_byte_whatever_came_later(hall: OpenHall) -> None:
    wrong = short_of(hall, 100)
    run(hall)
    put(hall, "accounts", line("T2", 700))
    put(hall, "declarations", declared(6500), replaces=wrong)
    run(hall)
    one, two = runs(hall)
    assert one.totals != two.totals
    with hall.read(RUNNER) as uow:
        for recorded in (one, two):
            stored, again = replay_totals(uow, hall=hall.hall, date=DAY, run_no=recorded.event_no)
            assert stored == again == recorded.totals
        assert replay_totals(uow, hall=hall.hall, date=DAY)[0] == two.totals
        with pytest.raises(RunUnknown):
            replay_totals(uow, hall=hall.hall, date=day(1))


def test_a_run_is_an_event_in_the_chain(hall: OpenHall) -> None:
    short_of(hall, 100)
    run(hall)
    with hall.read(RUNNER) as uow:
        event = uow.session.get_one(Event, (hall.id, runs(hall)[0].event_no))
        assert (event.act, event.subject, event.business_date) == ("audit.run", f"day:{DAY}", DAY)
        assert verify_hall(uow, hall.hall) == []


def test_many_halls_and_days_in_one_run_are_each_by_itself(hall: OpenHall) -> None:
    other = open_hall(hall.engine, f"{hall.hall.code}-B", days=[DAY, day(1)])
    for one, fen in ((hall, 100), (other, 200)):
        short_of(one, fen)
        put(one, "accounts", line("T9", 700, accepted_at=at("10:00", date=day(1))))
        put(one, "declarations", declared(700 - fen), date=day(1))
    halls = [(one.hall, date) for one in (other, hall) for date in (day(1), DAY)]
    with hall.work(RUNNER, now=LONG_AFTER) as uow:
        open_days(uow, hall.id, [day(1)])
        run_audit(uow, days=[*halls, halls[0]], questions=DAILY_CHECKS)
    for one, fen in ((hall, 100), (other, 200)):
        found = {(f.business_date, f.check_code): (f.expected, f.found) for f in _all(one)}
        assert found[DAY, "C02"] == (5800, 5800 - fen)
        assert found[day(1), "C02"] == (700, 700 - fen)
        assert [recorded.business_date for recorded in runs(one)] == [DAY, day(1)]
        with one.read(RUNNER) as uow:
            assert verify_hall(uow, one.hall) == []


def _all(hall: OpenHall) -> list[Finding]:
    return [*findings(hall), *findings(hall, date=day(1))]


def test_the_status_says_whose_turn_it_is(hall: OpenHall) -> None:
    put(hall, "accounts")
    run(hall)
    assert statuses(hall)[1] == "calculated"
    short_of(hall, 100)
    put(hall, "settlements", settled("wechat", "W1", 5))
    run(hall)
    assert statuses(hall)[1] == "clerk_findings_open"
    set_state(hall, "answered")
    run(hall)
    assert statuses(hall)[1] == "auditor_findings_open"
    set_state(hall, "accepted")
    run(hall)
    assert statuses(hall)[1] == "calculated"


def test_a_finding_nobody_can_answer_is_the_auditors(hall: OpenHall) -> None:
    put(hall, "settlements", settled("wechat", "W1", 5))
    run(hall)
    assert statuses(hall)[1] == "auditor_findings_open"


def test_data_is_expected_partial_or_complete(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
    run(hall)
    assert statuses(hall)[0] == "expected"
    put(hall, "accounts", line("T1", 0))
    run(hall)
    assert statuses(hall)[0] == "partial"
    for source in ("invoices", "declarations", "deposits"):
        put_nil(hall, source)
    run(hall)
    assert statuses(hall)[0] == "complete"


@pytest.mark.parametrize(
    ("audit", "books"), [("audited", "working"), ("calculated", "closed"), ("audited", "submitted")]
)
def test_a_signed_or_closed_day_is_not_run_again(hall: OpenHall, audit: str, books: str) -> None:
    short_of(hall, 100)
    run(hall)
    with hall.work(LOADER) as uow:
        held = uow.session.get_one(HallDay, (hall.id, DAY))
        held.audit_status, held.hall_status = audit, books
    set_state(hall, "accepted")
    with pytest.raises(DayIsSigned):
        run(hall)
    assert state_of(hall, *SHORT) == "accepted"
    assert len(runs(hall)) == 1
    with hall.read(RUNNER) as uow:
        stored, again = replay_totals(uow, hall=hall.hall, date=DAY)
        assert stored == again
        assert days_open_for_audit(uow, [(hall.hall, DAY), (hall.hall, day(9))]) == []


def test_a_day_that_was_never_opened_is_not_run(hall: OpenHall) -> None:
    with pytest.raises(DayNotOpened), hall.work(RUNNER) as uow:
        run_audit(uow, days=[(hall.hall, day(30))], questions=DAILY_CHECKS)
