"""A hall's days to their end: signed, closed and handed over in order; reopened by two persons."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from backoffice.daily_checks import DAILY_CHECKS
from ledger.audit.engine import DayIsSigned
from ledger.audit.findings import SignedDay
from ledger.audit.queries import show_day
from ledger.audit.signing import sign_day
from ledger.calendars import DayKind, set_days
from ledger.cash.shifts import close_nil_day
from ledger.closing.days import acknowledge_days, hand_over_days
from ledger.closing.errors import (
    DayIsFinal,
    DayNotReady,
    EarlierDayOpen,
    ReasonMissing,
    ReopeningAsked,
)
from ledger.closing.kinds import RESULT
from ledger.closing.reopening import ask_reopening, reopen_day
from ledger.closing.replay import Replay, replay_day
from ledger.documents import Document, facts_of
from ledger.hall_days import HallDay, HallDayClosed, lock_open_day
from ledger.lifecycle import MakerIsChecker
from ledger.organisations import Organisation
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from stock.catalogue import load_prices, take_items
from stock.price_errors import PriceOfSignedDay
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_history
from tests.builders import DAY, OpenHall, gift
from tests.ledger.audit.evidence_days import LONG_AFTER, RUNNER, at, day, declared, line, put, run
from tests.ledger.audit.test_acts import override
from tests.observing import refused

FIRST, SECOND, THIRD = DAY, day(1), day(2)
CHEQUE = "cheque"


def trade(hall: OpenHall, date: dt.date, fen: int = 20000) -> None:
    """Let A01 take a cheque on a date and declare it, and run the audit."""
    sold = line(f"T{date}", fen, tender=CHEQUE, accepted_at=at("10:00", date=date))
    put(hall, "accounts", sold, date=date)
    put(hall, "declarations", declared(fen, tender=CHEQUE), date=date)
    run(hall, date=date)


def sign(hall: OpenHall, date: dt.date) -> None:
    """Sign a date as the hall's auditor."""
    with hall.work("J01", now=LONG_AFTER) as uow:
        sign_day(uow, hall.hall, date)


def close(hall: OpenHall, *dates: dt.date, who: str = "M01") -> list[str]:
    """Sign the results of dates as the manager; gives their numbers."""
    with hall.work(who, now=LONG_AFTER) as uow:
        results = acknowledge_days(uow, [(hall.hall, date) for date in dates])
        return [result.number or "" for result in results]


def hand_over(hall: OpenHall, *dates: dt.date) -> None:
    """Let finance take dates over."""
    with hall.work("F01", now=LONG_AFTER) as uow:
        hand_over_days(uow, hall.id, dates)


def reopen(hall: OpenHall, date: dt.date, who: str, reason: str = "漏传发票") -> None:
    """Ask for a date to be opened again, or agree to it."""
    with hall.work(who, now=LONG_AFTER) as uow:
        reopen_day(uow, hall.hall, date, reason=reason)


def statuses(hall: OpenHall) -> dict[dt.date, tuple[str, str]]:
    """Give each day's audit and hall status."""
    with hall.read() as uow:
        days = uow.session.scalars(select(HallDay).where(HallDay.hall_id == hall.id))
        return {one.business_date: (one.audit_status, one.hall_status) for one in days}


def replayed(hall: OpenHall, date: dt.date, version: int | None = None) -> Replay:
    """Work a signed day out again."""
    with hall.read(RUNNER) as uow:
        return replay_day(uow, hall.hall, date, questions=DAILY_CHECKS, version=version)


def results(hall: OpenHall, date: dt.date) -> list[tuple[str | None, str]]:
    """Give number and state of every daily result of a date."""
    query = select(Document.number, Document.state).where(
        Document.hall_id == hall.id, Document.kind == RESULT, Document.business_date == date
    )
    with hall.read() as uow:
        return [(number, state) for number, state in uow.session.execute(query.order_by("id"))]


def test_days_go_to_their_end_in_order(hall: OpenHall) -> None:
    for date in (FIRST, SECOND, THIRD):
        trade(hall, date)
    with refused(hall, EarlierDayOpen) as early:
        sign(hall, SECOND)
    assert early.value.facts["earlier"] == FIRST
    sign(hall, FIRST)
    with refused(hall, DayNotReady):
        close(hall, SECOND)
    with refused(hall, NotPermitted):
        close(hall, FIRST, who="J01")
    sign(hall, SECOND)
    with refused(hall, EarlierDayOpen):
        close(hall, SECOND)
    assert close(hall, SECOND, FIRST) == ["2099-RG-000001", "2099-RG-000002"]
    assert results(hall, FIRST) == [("2099-RG-000001", "posted")]
    with hall.read() as uow:
        result = uow.session.scalars(
            select(Document).where(Document.kind == RESULT, Document.business_date == FIRST)
        ).one()
        facts = facts_of(uow, result)
        assert facts["snapshot"] == show_day(uow, hall.hall, FIRST).content_hash
        assert (facts["version"], facts["errors"], facts["short_fen"]) == ("1", "0", "0")
    with refused(hall, EarlierDayOpen):
        hand_over(hall, SECOND)
    with refused(hall, NotPermitted), hall.work("M01") as uow:
        hand_over_days(uow, hall.id, [FIRST])
    hand_over(hall, SECOND, FIRST)
    assert statuses(hall) == {
        FIRST: ("audited", "handed_over"),
        SECOND: ("audited", "handed_over"),
        THIRD: ("calculated", "working"),
    }
    with pytest.raises(HallDayClosed), hall.work("K01") as uow:
        lock_open_day(uow, hall.id, FIRST)
    with pytest.raises(DayIsFinal) as final:
        reopen(hall, FIRST, "J01")
    assert "移交财务" in final.value.message("zh")
    assert "open day" in final.value.message("en")
    with hall.read(RUNNER) as uow:
        assert verify_hall(uow, hall.hall) == []


def test_a_trading_day_nobody_reported_goes_first_until_it_is_nil_or_a_day_off(
    hall: OpenHall,
) -> None:
    trade(hall, day(3))
    for missing in (FIRST, SECOND, THIRD):
        with refused(hall, EarlierDayOpen) as early:
            sign(hall, day(3))
        assert early.value.facts["earlier"] == missing
        if missing == THIRD:
            with hall.work("M01", now=LONG_AFTER) as uow:
                place = uow.session.get_one(Organisation, hall.id)
                set_days(uow, place, [DayKind("hall", THIRD, is_open=False, name="放假")])
        else:
            with hall.work("M01", now=LONG_AFTER) as uow:
                close_nil_day(uow, hall=hall.hall, date=missing, reason="停电")
    sign(hall, day(3))
    assert statuses(hall)[SECOND] == ("unaudited", "working")
    assert close(hall, day(3)) == ["2099-RG-000001"]


def test_two_persons_open_a_day_again_and_both_versions_stay(hall: OpenHall) -> None:
    trade(hall, FIRST)
    sign(hall, FIRST)
    close(hall, FIRST)
    with refused(hall, ReasonMissing):
        reopen(hall, FIRST, "J01", "  ")
    reopen(hall, FIRST, "J01")
    assert statuses(hall)[FIRST] == ("audited", "closed")
    with pytest.raises(ReopeningAsked), hall.work("D01") as uow:
        ask_reopening(uow, hall.hall, FIRST, reason="再问")
    for who in ("J01", "D01"):
        with pytest.raises(NotPermitted):
            reopen(hall, FIRST, who)
    reopen(hall, FIRST, "M01")
    assert statuses(hall)[FIRST] == ("calculated", "working")
    assert results(hall, FIRST) == [("2099-RG-000001", "reversed")]
    put(hall, "accounts", line("T9", 100, tender=CHEQUE), date=FIRST)
    run(hall)
    with hall.read(RUNNER) as uow:
        live = show_day(uow, hall.hall, FIRST)
        first = show_day(uow, hall.hall, FIRST, version=1)
    assert (live.version, first.version) == (0, 1)
    assert [t.computed for t in live.totals] == [20100]
    assert [t.computed for t in first.totals] == [20000]
    put(hall, "declarations", declared(100, tender=CHEQUE, shift_no="2"), date=FIRST)
    run(hall)
    sign(hall, FIRST)
    with hall.read(RUNNER) as uow:
        assert show_day(uow, hall.hall, FIRST).version == 2
        assert show_day(uow, hall.hall, FIRST, version=1) == first
        hashes = uow.session.scalars(select(SignedDay.hash).where(SignedDay.hall_id == hall.id))
        assert len(set(hashes)) == 2
    assert results(hall, FIRST)[1:] == [("2099-RG-000002", "submitted")]
    trade(hall, SECOND)
    for version, computed in ((1, 20000), (2, 20100)):
        told = replayed(hall, FIRST, version)
        assert told.agrees, told.differing
        assert [t.computed for t in told.again.totals] == [computed]


def test_a_replay_follows_what_people_did_and_keeps_their_states(hall: OpenHall) -> None:
    trade(hall, FIRST, 200)
    put(hall, "accounts", line("T8", 100, tender=CHEQUE), date=FIRST)
    run(hall)
    override(hall, "M01", {"check": "C02", "subject": "tender:A01/cheque"})
    run(hall)
    sign(hall, FIRST)
    told = replayed(hall, FIRST)
    assert told.agrees, told.differing
    assert [f.state for f in told.again.findings if f.check == "C02"] == ["overridden"]


def test_a_manager_s_wish_needs_the_department(hall: OpenHall) -> None:
    trade(hall, FIRST)
    sign(hall, FIRST)
    reopen(hall, FIRST, "M01")
    with pytest.raises((NotPermitted, MakerIsChecker)):
        reopen(hall, FIRST, "M01")
    reopen(hall, FIRST, "S01")
    assert statuses(hall)[FIRST] == ("calculated", "working")
    assert results(hall, FIRST) == [("2099-RG-000001", "rejected")]
    with pytest.raises(DayNotReady):
        reopen(hall, FIRST, "J01")
    sign(hall, FIRST)
    with pytest.raises(DayIsSigned):
        sign(hall, FIRST)


def test_no_price_begins_on_a_day_that_is_signed(hall: OpenHall) -> None:
    """Signed in the evening, a day could else be replayed by prices of after its signature."""
    code = f"GIFT-{hall.hall.code}"
    with hall.work("M01") as uow:
        gift(uow, code)
        set_prices(uow, hall=hall.hall, prices=[NewPrice(code, 100, DAY)])
    trade(hall, DAY)
    sign(hall, DAY)
    with refused(hall, PriceOfSignedDay) as caught, hall.work("M01") as uow:
        set_prices(uow, hall=hall.hall, prices=[NewPrice(code, 200, DAY)])
    assert caught.value.facts["free"] == SECOND
    with hall.work("M01") as uow:
        set_prices(uow, hall=hall.hall, prices=[NewPrice(code, 200, SECOND)])
    with refused(hall, PriceOfSignedDay), hall.work("M01") as uow:
        load_prices(uow, hall=hall.hall, prices=[NewPrice(code, 300, DAY)], file_name="价格.csv")
    item = {"code": f"{code}-2", "name": "新", "category": "gift", "tracking": "quantity"}
    with hall.work("M01") as uow:
        rows = [item | {"unit": "个", "price": 5_00}]
        take_items(uow, hall=hall.hall, rows=rows, file_name="物品.csv", date=DAY)
        assert [one.valid_from for one in price_history(uow, hall.id, item["code"])] == [SECOND]
