"""What people may do about findings, up to which amount, never for themselves; and signing."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from ledger.actors import END_OF_TIME, RoleGrant, actor_for
from ledger.audit.acts import ActNotPossible, MakerIsChecker, OnlyEvidenceCures
from ledger.audit.engine import DayIsSigned, RunUnknown
from ledger.audit.findings import FindingAct, SignedDay
from ledger.audit.limits import OverrideRefused
from ledger.audit.queries import UnknownFinding, show_day
from ledger.audit.signing import FindingsStand, RunIsStale, SourcesAwaited, sign_day
from ledger.corrections.deciding import (
    accept_finding,
    answer_finding,
    override_finding,
    return_finding,
)
from ledger.corrections.errors import CheckerIsMaker, NotYourSlip
from ledger.duties.errors import AuditsOwnTakings
from ledger.evidence.expected import expect_day
from ledger.hall_days import HallDay
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from ledger.work import Actor
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    LONG_AFTER,
    RUNNER,
    at,
    day,
    declared,
    findings,
    line,
    put,
    put_nil,
    run,
    settled,
)

CASH = {"check": "C02", "subject": "tender:A01/cash"}
LOOSE = {"check": "T02", "subject": "ref:wechat/W1"}
WHY = {"reason": "更正单 GZ1"}


@pytest.fixture
def short(hall: OpenHall) -> OpenHall:
    """Give a hall where A01 is 60.00 short in cash, for a hand-in that agrees, and W1 is loose."""
    return short_by(hall, 6000)


def short_by(hall: OpenHall, fen: int, *, date: dt.date = DAY, clerk: str = "A01") -> OpenHall:
    """Let a clerk be short of so much cash on a date, and run the audit."""
    on = {"accepted_at": at("10:00", date=date)}
    put(hall, "accounts", line(f"T{clerk}{date}", 20000, clerk=clerk, **on), date=date)
    put(hall, "declarations", declared(20000 - fen, clerk=clerk), date=date)
    money = {"amount": 20000 - fen, "deposited_on": date}
    slip = {"slip_no": f"J{clerk}{date}", "step": "handin", "clerk": clerk}
    bank = {"slip_no": f"B{clerk}{date}", "step": "bank", "bank_receipt": "R1"}
    put(hall, "deposits", {**slip, **money}, {**bank, **money}, date=date)
    put(hall, "invoices", date=date)
    loose = settled("wechat", "W1", 500, settled_at=at("11:00", date=date))
    put(hall, "settlements", *([loose] if date == DAY and clerk == "A01" else []), date=date)
    run(hall, date=date)
    return hall


def state_of(hall: OpenHall, finding: dict[str, str], date: dt.date = DAY) -> str:
    """Give a finding's state."""
    wanted = (finding["check"], finding["subject"])
    found = findings(hall, date=date)
    return next(f.state for f in found if (f.check_code, f.subject) == wanted)


def status_of(hall: OpenHall) -> tuple[str, str]:
    """Give the audit and hall status of DAY."""
    with hall.read() as uow:
        held = uow.session.get_one(HallDay, (hall.id, DAY))
        return held.audit_status, held.hall_status


def answer(hall: OpenHall, who: str, finding: dict[str, str]) -> None:
    """Answer a finding as somebody."""
    with hall.work(who) as uow:
        answer_finding(uow, hall.hall, DAY, **finding, **WHY)


def accept(hall: OpenHall, who: str, finding: dict[str, str]) -> None:
    """Accept a finding as somebody."""
    with hall.work(who) as uow:
        accept_finding(uow, hall.hall, DAY, **finding)


def override(
    hall: OpenHall, who: str | Actor, finding: dict[str, str], date: dt.date = DAY
) -> None:
    """Override a finding as somebody."""
    with hall.work(who) as uow:
        override_finding(uow, hall.hall, date, **finding, **WHY)


def granted(hall: OpenHall, number: str, role: str) -> Actor:
    """Give the holder of a number one more role, and him as actor."""
    with hall.work(LOADER) as uow:
        grant = RoleGrant(hall_id=hall.id, number=number, role=role, valid_from=DAY)
        grant.valid_to = END_OF_TIME
        uow.session.add(grant)
        uow.session.flush()
        return actor_for(uow, hall.people[number].person_id, DAY)


def test_the_clerk_answers_and_the_auditor_accepts(short: OpenHall) -> None:
    answer(short, "A01", CASH)
    assert state_of(short, CASH) == "answered"
    accept(short, "J01", CASH)
    assert state_of(short, CASH) == "accepted"
    with short.read() as uow:
        acts = uow.session.scalars(
            select(FindingAct).where(FindingAct.hall_id == short.id).order_by(FindingAct.event_no)
        ).all()
        said = [(act.act, act.expected, act.found, act.reason) for act in acts]
        assert said == [("answer", 20000, 14000, WHY["reason"]), ("accept", 20000, 14000, "")]
        assert verify_hall(uow, short.hall) == []


def test_an_answer_given_back_is_open_again(short: OpenHall) -> None:
    answer(short, "A01", CASH)
    with short.work("J01") as uow:
        return_finding(uow, short.hall, DAY, **CASH, **WHY)
    assert state_of(short, CASH) == "open"


def test_nobody_answers_for_a_clerk(short: OpenHall) -> None:
    for who in ("A02", "J01"):
        with pytest.raises(NotYourSlip):
            answer(short, who, CASH)


def test_what_names_no_clerk_is_answered_by_one_and_accepted_by_another(short: OpenHall) -> None:
    answer(short, "J01", LOOSE)
    with pytest.raises(CheckerIsMaker):
        accept(short, "J01", LOOSE)
    second = granted(short, "M01", "auditor")
    with short.work(second) as uow:
        accept_finding(uow, short.hall, DAY, **LOOSE)
    assert state_of(short, LOOSE) == "accepted"


def test_an_unanswered_block_is_not_accepted_and_a_warning_is(short: OpenHall) -> None:
    with pytest.raises(ActNotPossible):
        accept(short, "J01", CASH)
    slip = {"slip_no": "B1", "step": "bank", "amount": 1, "deposited_on": DAY}
    put(short, "deposits", slip)
    run(short)
    late = {"check": "C06", "subject": "slip:B1"}
    accept(short, "J01", late)
    assert state_of(short, late) == "accepted"


def test_where_nobody_may_override_only_evidence_cures(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800))
    run(hall)
    undeclared = {"check": "C01", "subject": "shift:A01"}
    answer(hall, "A01", undeclared)
    with pytest.raises(OnlyEvidenceCures):
        accept(hall, "J01", undeclared)
    for who in ("M01", "S01"):
        with pytest.raises(OverrideRefused):
            override(hall, who, undeclared)


def test_who_has_no_such_role_may_not(short: OpenHall) -> None:
    with pytest.raises(NotPermitted):
        accept(short, "A01", CASH)
    with pytest.raises(NotPermitted):
        override(short, "A01", CASH)
    with pytest.raises(NotPermitted), short.work(RUNNER) as uow:
        override_finding(uow, short.hall, DAY, **CASH, **WHY)


def test_an_unknown_finding_is_not_found(short: OpenHall) -> None:
    with pytest.raises(UnknownFinding):
        answer(short, "A01", {"check": "C02", "subject": "tender:A01/pos"})


@pytest.mark.parametrize(
    ("who", "fen", "allowed"),
    [
        ("D01", 10000, True),
        ("M01", 10000, True),
        ("M01", 10001, False),
        ("S01", 10001, True),
        ("J01", 1, False),
    ],
)
def test_a_manager_overrides_up_to_a_hundred_yuan(
    hall: OpenHall, who: str, fen: int, allowed: bool
) -> None:
    short_by(hall, fen)
    if allowed:
        override(hall, who, CASH)
        assert state_of(hall, CASH) == "overridden"
    else:
        with pytest.raises(OverrideRefused):
            override(hall, who, CASH)


@pytest.mark.parametrize(("third", "allowed"), [(10000, True), (10001, False)])
def test_managers_override_three_hundred_a_clerk_and_month(
    hall: OpenHall, third: int, allowed: bool
) -> None:
    """What the department overrode and what another clerk or month had does not count."""
    parts = ((DAY, 10000), (day(-1), 10000), (day(-2), 20000), (day(-25), 9000))
    for date, fen in parts:
        short_by(hall, fen, date=date)
        override(hall, "S01" if fen == 20000 else "M01", CASH, date)
    other = {"check": "C02", "subject": "tender:A02/cash"}
    short_by(hall, 9900, clerk="A02")
    override(hall, "D01", other)
    short_by(hall, min(third, 10000), date=day(1))
    if third > 10000:
        short_by(hall, 1, date=day(2))
        override(hall, "D01", CASH, day(2))
    if allowed:
        override(hall, "D01", CASH, day(1))
    else:
        with pytest.raises(OverrideRefused):
            override(hall, "D01", CASH, day(1))


def test_nobody_decides_on_his_own_transactions(short: OpenHall) -> None:
    with pytest.raises(MakerIsChecker):
        override(short, granted(short, "A01", "hall_manager"), CASH)


def test_an_override_is_bound_to_its_figures(short: OpenHall) -> None:
    override(short, "M01", CASH)
    put(short, "accounts", line("T9", 100))
    run(short)
    assert state_of(short, CASH) == "open"


@pytest.fixture
def settled_day(short: OpenHall) -> OpenHall:
    """Give the day with everything arrived and every block decided, but not signed."""
    with short.work(LOADER) as uow:
        expect_day(uow, short.id, DAY)
    run(short)
    override(short, "M01", CASH)
    answer(short, "J01", LOOSE)
    with short.work("S01") as uow:
        override_finding(uow, short.hall, DAY, **LOOSE, **WHY)
    assert status_of(short) == ("calculated", "working")
    return short


def sign(hall: OpenHall, who: str | Actor = "J01") -> None:
    """Sign DAY."""
    with hall.work(who, now=LONG_AFTER) as uow:
        sign_day(uow, hall.hall, DAY)


def test_signing_freezes_what_the_paper_shows(settled_day: OpenHall) -> None:
    hall = settled_day
    with hall.read(RUNNER) as uow:
        before = show_day(uow, hall.hall, DAY)
    sign(hall)
    assert status_of(hall) == ("audited", "submitted")
    with hall.read(RUNNER) as uow:
        after = show_day(uow, hall.hall, DAY)
        signed = uow.session.scalars(select(SignedDay).where(SignedDay.hall_id == hall.id)).one()
        assert after.content_hash == before.content_hash == signed.hash
        assert (after.totals, after.findings) == (before.totals, before.findings)
        assert (after.sources, after.checks) == (before.sources, before.checks)
        assert after.chain_event == signed.event_no
        assert verify_hall(uow, hall.hall) == []


def test_a_signed_day_stays_as_it_was_signed(settled_day: OpenHall) -> None:
    hall = settled_day
    sign(hall)
    with hall.read(RUNNER) as uow:
        before = show_day(uow, hall.hall, DAY)
    put(hall, "accounts", line("T9", 100))
    with hall.read(RUNNER) as uow:
        assert show_day(uow, hall.hall, DAY) == before
    for act in (lambda: run(hall), lambda: override(hall, "M01", CASH), lambda: sign(hall)):
        with pytest.raises(DayIsSigned):
            act()


def test_an_open_block_holds_the_signature(short: OpenHall) -> None:
    with pytest.raises(FindingsStand):
        sign(short)


def test_a_day_that_was_never_run_is_not_signed(hall: OpenHall) -> None:
    with pytest.raises(RunUnknown):
        sign(hall)


def test_evidence_after_the_run_asks_for_another(settled_day: OpenHall) -> None:
    put_nil(settled_day, "settlements:pos")
    with pytest.raises(RunIsStale):
        sign(settled_day)


def test_what_is_awaited_holds_the_signature(hall: OpenHall) -> None:
    evening = dt.datetime.combine(DAY, dt.time(14), dt.UTC)
    put(hall, "accounts")
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
    run(hall, now=evening)
    with pytest.raises(SourcesAwaited), hall.work("J01", now=evening) as uow:
        sign_day(uow, hall.hall, DAY)


def test_who_took_money_does_not_audit_that_day(settled_day: OpenHall) -> None:
    with pytest.raises(AuditsOwnTakings):
        sign(settled_day, granted(settled_day, "A01", "auditor"))


def test_only_an_auditor_signs(settled_day: OpenHall) -> None:
    for who in ("M01", "S01", "A01"):
        with pytest.raises(NotPermitted):
            sign(settled_day, who)
