"""Reading a day's audit back: sentences, sources, ranges, the calendar, the hash on the paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from invoices.models import InvoiceRange
from ledger.audit.day import DayAudit, InvoiceRangeUse
from ledger.audit.day_lists import DaySummary, list_days
from ledger.audit.queries import UnknownFinding, finding_detail, show_day
from ledger.audit.snapshot import content_hash, read_snapshot, write_snapshot
from ledger.evidence.expected import expect_day
from ledger.organisations import take_rows
from ledger.times import HALL_TIME
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    CODE,
    LONG_AFTER,
    RUNNER,
    at,
    day,
    declared,
    form,
    line,
    put,
    put_nil,
    run,
    settled,
)


def shown(hall: OpenHall, date: dt.date = DAY) -> DayAudit:
    """Give the day as page and paper show it."""
    with hall.work(RUNNER, now=LONG_AFTER) as uow:
        return show_day(uow, hall.hall, date)


def messy(hall: OpenHall) -> OpenHall:
    """Put a day with a finding of each sort of subject, and run it."""
    phone = {"subscriber": "18600000001"}
    put(
        hall,
        "accounts",
        line("T1", 5800, **phone),
        line("T2", 5800, **phone, accepted_at=at("10:05")),
        line("T3", 900, tender="wechat", tender_ref="W1", accepted_at=at("23:59")),
    )
    arrived = settled("wechat", "W1", 900, settled_at=at("00:00", date=day(1)))
    put(hall, "settlements", arrived, settled("wechat", "W2", 100))
    put(hall, "declarations", declared(11500), declared(900, tender="wechat"))
    put(hall, "invoices", form("00100001", 100))
    run(hall)
    return hall


def test_findings_are_told_in_words_with_whose_turn_it_is(hall: OpenHall) -> None:
    told = {f.check: (f.message.en, f.turn) for f in shown(messy(hall)).findings}
    assert told == {
        "C02": ("员工A01 A01 should hold 116.00 in cash, declared 115.00: -1.00.", "clerk"),
        "C05": (
            "员工A01 A01 should hand in 115.00 (declared cash less float kept), handed in 0.00.",
            "clerk",
        ),
        "P05": (
            f"员工A01 A01 used number {CODE} 00100001: this hall has not drawn it.",
            "clerk",
        ),
        "T02": ("WeChat payment W2 was settled for 1.00 and never booked.", "auditor"),
        "T05": (f"WeChat payment W1 was booked on {DAY} and settled on {day(1)}.", ""),
        "X02": (f"Invoice {CODE} 00100001 for 1.00 belongs to no transaction.", "clerk"),
        "X04": (
            "Transaction T2 repeats T1: same subscriber, business and 58.00, within 10 minutes.",
            "clerk",
        ),
    }


def test_every_message_says_all_it_means_in_both_languages(hall: OpenHall) -> None:
    for finding in shown(messy(hall)).findings:
        for text in (finding.message, finding.remedy, finding.name):
            assert text.zh
            assert text.en
            assert "{" not in text.zh + text.en


def test_totals_and_checks_come_from_the_last_run(hall: OpenHall) -> None:
    told = shown(messy(hall))
    assert [(t.clerk, t.clerk_name, t.tender, t.computed, t.declared) for t in told.totals] == [
        ("A01", "员工A01", "cash", 11600, 11500),
        ("A01", "员工A01", "wechat", 900, 900),
    ]
    assert {c.code: c.findings for c in told.checks if c.findings} == dict.fromkeys(
        ("C02", "C05", "P05", "T02", "T05", "X02", "X04"), 1
    )


def test_a_day_nobody_opened_is_shown_empty(hall: OpenHall) -> None:
    told = shown(hall, day(40))
    assert (told.data_status, told.audit_status, told.hall_status) == (
        "expected",
        "unaudited",
        "working",
    )
    assert (told.run_at, told.totals, told.findings, told.content_hash) == (None, (), (), "")


def test_each_source_says_how_it_arrived(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 100, tender="pos", tender_ref="P1"))
    put(hall, "settlements", settled("alipay", "A1", 1))
    put(hall, "cash_moves")
    put_nil(hall, "deposits")
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
    for clock, late in (("11:59", "awaited"), ("12:00", "missing")):
        run(hall, now=dt.datetime.combine(day(1), dt.time.fromisoformat(clock), HALL_TIME))
        assert {source.source: source.arrival for source in shown(hall).sources} == {
            "accounts": "arrived",
            "invoices": late,
            "declarations": late,
            "deposits": "nil",
            "settlements:pos": late,
            "settlements:alipay": "unexpected",
            "cash_moves": "arrived",
        }


def test_ranges_tell_what_became_of_their_numbers(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(
            InvoiceRange(
                hall_id=hall.id,
                id=take_rows(uow, hall.id),
                book_id=1,
                place="clerk",
                invoice_code=CODE,
                first_number=100001,
                last_number=100050,
                first_no="00100001",
                last_no="00100050",
                carrier="book",
                clerk="A01",
                used_to=100010,
                drawn_at=None,
                document_id=0,
            )
        )
    put(hall, "invoices", form("00100011", 100, issued_at=at("10:00", date=day(-1))))
    later = at("12:00")
    put(
        hall,
        "invoices",
        *(form(f"001000{n}", 100) for n in (12, 13, 16)),
        form("00100013", 0, "void", void_reason="错", issued_at=later),
        form("00100011", 0, "void", void_reason="错", issued_at=later),
        form("00100017", -5, "red"),
    )
    run(hall)
    assert shown(hall).invoice_ranges == (
        InvoiceRangeUse(
            invoice_code=CODE,
            first_no="00100001",
            last_no="00100050",
            clerk="A01",
            clerk_name="员工A01",
            used=("00100012-00100013", "00100016-00100017"),
            void=("00100011-00100011", "00100013-00100013"),
            red=("00100017-00100017",),
            missing=("00100014-00100015",),
            used_count=4,
        ),
    )


def test_the_hash_covers_all_but_statuses_and_chain(hall: OpenHall) -> None:
    told = shown(messy(hall))
    assert told.content_hash == content_hash(told)
    same = replace(
        told, audit_status="audited", hall_status="closed", chain_event=9, chain_hash="x"
    )
    assert content_hash(same) == told.content_hash
    first = told.findings[0]
    for other in (
        replace(told, hall_name="x"),
        replace(told, totals=told.totals[:-1]),
        replace(told, findings=(replace(first, state="accepted"), *told.findings[1:])),
        replace(told, sources=told.sources[:-1]),
    ):
        assert content_hash(other) != told.content_hash


def test_a_snapshot_gives_back_what_was_written(hall: OpenHall) -> None:
    told = shown(messy(hall))
    again = read_snapshot(write_snapshot(told))
    assert write_snapshot(again) == write_snapshot(told)
    assert (again.findings, again.totals, again.sources) == (
        told.findings,
        told.totals,
        told.sources,
    )
    assert (again.invoice_ranges, again.run_at, again.date) == (
        told.invoice_ranges,
        told.run_at,
        told.date,
    )


def test_the_calendar_counts_what_stands(hall: OpenHall) -> None:
    messy(hall)
    with hall.read(RUNNER) as uow:
        days = list_days(uow, hall.hall, DAY, day(5))
    expected = DaySummary(
        DAY, "expected", "clerk_findings_open", "working", 5, 1, has_evidence=True
    )
    assert days[0] == expected
    assert [held.date for held in days] == [DAY, day(1)]


def test_a_finding_that_is_not_there_is_not_found(hall: OpenHall) -> None:
    with hall.read(RUNNER) as uow, pytest.raises(UnknownFinding):
        finding_detail(uow, hall.hall, DAY, "C02", "tender:A01/cash")
