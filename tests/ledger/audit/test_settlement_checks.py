"""T01 to T05 at each matching level: what was booked against what arrived, payments and refunds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from ledger.evidence.expected import expect_day
from ledger.hall_rules import Tender
from ledger.times import HALL_TIME
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    Found,
    at,
    day,
    facts,
    findings,
    line,
    of,
    put,
    put_nil,
    run,
    settled,
)

T = ("T01", "T02", "T03", "T04", "T05")
NONE = (None, None)


def paid(
    txn_no: str, ref: str, fen: int, *, tender: str = "wechat", **cells: Any
) -> dict[str, Any]:
    """Give a line paid in a settled tender."""
    return line(txn_no, fen, tender=tender, tender_ref=ref, **cells)


def settlement(hall: OpenHall, *, now: dt.datetime | None = None, date: dt.date = DAY) -> Found:
    """Run the audit; give what the T checks found."""
    return of(run(hall, date=date, now=now) if now else run(hall, date=date), *T)


def match_by(hall: OpenHall, tender: str, level: str) -> None:
    """Let the hall match a tender at a level."""
    with hall.work(LOADER) as uow:
        uow.session.execute(
            update(Tender)
            .where(Tender.hall_id == hall.id, Tender.code == tender)
            .values(match_level=level)
        )


def test_each_side_alone_and_sums_that_differ(hall: OpenHall) -> None:
    put(
        hall,
        "accounts",
        paid("T1", "W1", 8800),
        paid("T2", "W2", 5000),
        paid("T3", "W3", 1000),
        paid("T4", "W3", 200),
        paid("T5", "", 700),
        paid("T6", "W6", 0),
    )
    put(
        hall,
        "settlements",
        settled("wechat", "W2", 5001),
        settled("wechat", "W3", 1200),
        settled("wechat", "W9", 5900),
    )
    assert settlement(hall) == {
        ("T01", "ref:wechat/W1"): (8800, 0),
        ("T01", "txn:T5/wechat"): (700, 0),
        ("T02", "ref:wechat/W9"): (0, 5900),
        ("T03", "ref:wechat/W2"): (5000, 5001),
    }


def test_cash_and_cheques_wait_for_no_settlement(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 100), line("T2", 100, tender="cheque", tender_ref="C1"))
    assert settlement(hall) == {}


def test_the_reference_is_the_vendors_or_else_the_orders(hall: OpenHall) -> None:
    """The order's number counts only where no payment carries the vendor's."""
    put(hall, "accounts", paid("T1", "ORDER-1", 100), paid("T2", "W2", 200))
    put(
        hall,
        "settlements",
        settled("wechat", "W1", 100, order_no="ORDER-1"),
        settled("wechat", "W2", 200, order_no="ORDER-2"),
        settled("wechat", "W3", 300, order_no="ORDER-3"),
    )
    assert settlement(hall) == {("T02", "ref:wechat/W3"): (0, 300)}


def test_a_payment_of_another_tender_does_not_lend_its_reference(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "ORDER-1", 100, tender="alipay"))
    put(hall, "settlements", settled("wechat", "W1", 100, order_no="ORDER-1"))
    assert settlement(hall) == {
        ("T01", "ref:alipay/ORDER-1"): (100, 0),
        ("T02", "ref:wechat/W1"): (0, 100),
    }


@pytest.mark.parametrize(
    ("days", "booked", "arrived"),
    [
        (-8, "T01", "T02"),
        (-7, "T05", "T02"),
        (-4, "T05", "T02"),
        (-3, "T05", ""),
        (0, "", ""),
        (3, "T05", ""),
        (4, "T01", ""),
        (7, "T01", ""),
        (8, "T01", "T02"),
    ],
)
def test_matching_looks_seven_days_back_and_three_on(
    hall: OpenHall, days: int, booked: str, arrived: str
) -> None:
    """Both the payment's day and the settlement's look through their own window."""
    other = day(days)
    put(hall, "accounts", paid("T1", "W1", 100))
    put(hall, "settlements", settled("wechat", "W1", 100, settled_at=at("11:00", date=other)))
    subject = "ref:wechat/W1"
    amounts = {"T01": (100, 0), "T05": NONE}
    expected = {(booked, subject): amounts[booked]} if booked else {}
    assert settlement(hall) == expected
    if days:
        expected = {(arrived, subject): (0, 100)} if arrived else {}
        assert settlement(hall, date=other) == expected


def test_midnight_divides_the_days(hall: OpenHall) -> None:
    put(
        hall,
        "accounts",
        paid("T1", "W1", 100, accepted_at=at("23:59:59")),
        paid("T2", "W2", 100, accepted_at=at("23:59:58")),
    )
    put(
        hall,
        "settlements",
        settled("wechat", "W1", 100, settled_at=at("00:00", date=day(1))),
        settled("wechat", "W2", 100, settled_at=at("23:59:59")),
    )
    assert settlement(hall) == {("T05", "ref:wechat/W1"): NONE}
    assert facts(hall, "T05", "ref:wechat/W1") == {
        "booked_on": str(DAY),
        "settled_on": str(day(1)),
    }


def test_a_business_date_given_by_the_line_counts(hall: OpenHall) -> None:
    late = paid("T1", "W1", 100, accepted_at=at("00:05", date=day(1)), business_date=DAY)
    put(hall, "accounts", late)
    put(hall, "settlements", settled("wechat", "W1", 100, settled_at=at("00:06", date=day(1))))
    assert settlement(hall) == {("T05", "ref:wechat/W1"): NONE}
    assert settlement(hall, date=day(1)) == {}


@pytest.mark.parametrize(("fen", "found"), [(5000, "T04"), (4999, "T01"), (5001, "T01")])
def test_a_payment_booked_under_the_wrong_tender(hall: OpenHall, fen: int, found: str) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000))
    put(hall, "settlements", settled("alipay", "W1", fen))
    subject = ("T04", "ref:wechat/W1")
    if found == "T04":
        assert settlement(hall) == {subject: NONE}
        assert facts(hall, *subject) == {"settled_as": "alipay"}
    else:
        assert settlement(hall) == {
            ("T01", "ref:wechat/W1"): (5000, 0),
            ("T02", "ref:alipay/W1"): (0, fen),
        }


def test_of_several_wrong_tenders_the_first_by_name_is_meant(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000))
    put(hall, "settlements", *(settled(tender, "W1", 5000) for tender in ("pos", "alipay")))
    assert settlement(hall) == {
        ("T04", "ref:wechat/W1"): NONE,
        ("T02", "ref:pos/W1"): (0, 5000),
    }


def test_the_wrong_tender_is_seen_from_the_day_it_was_booked_only(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000))
    put(hall, "settlements", settled("alipay", "W1", 5000, settled_at=at("01:00", date=day(1))))
    assert settlement(hall) == {("T04", "ref:wechat/W1"): NONE}
    assert settlement(hall, date=day(1)) == {}


def test_a_tender_matched_by_day_has_no_references(hall: OpenHall) -> None:
    match_by(hall, "alipay", "day")
    put(hall, "accounts", paid("T1", "W1", 5000))
    put(hall, "settlements", settled("alipay", "W1", 5000))
    assert settlement(hall) == {
        ("T01", "ref:wechat/W1"): (5000, 0),
        ("T02", "day:alipay"): (0, 5000),
    }


def test_batches_are_compared_by_terminal_and_batch(hall: OpenHall) -> None:
    match_by(hall, "pos", "batch")
    slips = [("T1", "B1", 1000), ("T1", "B1", 500), ("T2", "B1", 700), ("T1", "B2", 300)]
    put(
        hall,
        "accounts",
        *(
            paid(f"N{n}", f"P{n}", fen, tender="pos", terminal=terminal, batch_no=batch)
            for n, (terminal, batch, fen) in enumerate(slips)
        ),
        paid("N9", "P9", 40, tender="pos", terminal="T1"),
    )
    put(
        hall,
        "settlements",
        settled("pos", "S1", 1500, terminal="T1", batch_no="B1"),
        settled("pos", "S2", 701, terminal="T2", batch_no="B1"),
        settled("pos", "S3", 90, terminal="T3", batch_no="B1"),
        settled(
            "pos", "S4", 300, terminal="T1", batch_no="B2", settled_at=at("01:00", date=day(1))
        ),
    )
    assert settlement(hall) == {
        ("T01", "txn:N9/pos"): (40, 0),
        ("T02", "batch:pos/T3/B1"): (0, 90),
        ("T03", "batch:pos/T2/B1"): (700, 701),
        ("T05", "batch:pos/T1/B2"): NONE,
    }


def test_a_batch_that_runs_over_midnight_belongs_to_its_first_day(hall: OpenHall) -> None:
    match_by(hall, "pos", "batch")
    batch = {"tender": "pos", "terminal": "T1", "batch_no": "B1"}
    put(
        hall,
        "accounts",
        paid("N1", "P1", 100, **batch),
        paid("N2", "P2", 50, **batch, accepted_at=at("00:10", date=day(1))),
    )
    whole = settled("pos", "S1", 150, terminal="T1", batch_no="B1")
    put(hall, "settlements", whole | {"settled_at": at("01:00", date=day(1))})
    assert settlement(hall) == {("T05", "batch:pos/T1/B1"): NONE}
    assert settlement(hall, date=day(1)) == {}


def test_by_day_the_sums_of_the_date_are_compared(hall: OpenHall) -> None:
    match_by(hall, "pos", "day")
    put(hall, "accounts", *(paid(f"N{n}", "", 1000, tender="pos") for n in range(3)))
    put(
        hall,
        "settlements",
        settled("pos", "S1", 2000),
        settled("pos", "S2", 1000, settled_at=at("01:00", date=day(1))),
    )
    assert settlement(hall) == {("T03", "day:pos"): (3000, 2000)}
    assert settlement(hall, date=day(1)) == {("T02", "day:pos"): (0, 1000)}


def refund(txn_no: str, ref: str, fen: int, *, original: str = "T1") -> dict[str, Any]:
    """Give a refund of an earlier transaction, by WeChat."""
    return paid(txn_no, ref, -fen, original_txn_no=original)


@pytest.mark.parametrize("own_ref", ["R1", "W1", ""])
def test_a_refund_finds_its_settlement(hall: OpenHall, own_ref: str) -> None:
    """By its own number, else by what it refunds and the amount."""
    put(hall, "accounts", paid("T1", "W1", 5000), refund("T2", own_ref, 2000))
    put(
        hall,
        "settlements",
        settled("wechat", "W1", 5000),
        settled("wechat", "W1", -2000, refund_ref="R1"),
    )
    assert settlement(hall) == {}


def test_a_refund_found_by_its_number_may_differ_and_one_by_amount_cannot(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000), refund("T2", "R1", 2000), refund("T3", "", 700))
    put(
        hall,
        "settlements",
        settled("wechat", "W1", 5000),
        settled("wechat", "W1", -1999, refund_ref="R1"),
        settled("wechat", "W1", -701, refund_ref="R9"),
    )
    assert settlement(hall) == {
        ("T03", "ref:wechat/R1"): (-2000, -1999),
        ("T01", "txn:T3/wechat"): (-700, 0),
        ("T02", "ref:wechat/W1"): (0, -701),
    }


def test_two_refunds_of_one_payment_and_amount_are_one_sum(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000), refund("T2", "", 700), refund("T3", "", 700))
    put(
        hall,
        "settlements",
        settled("wechat", "W1", 5000),
        settled("wechat", "W1", -700, refund_ref="R1"),
        settled("wechat", "W1", -700, refund_ref="R2"),
    )
    assert settlement(hall) == {}


def test_a_refund_of_an_older_payment_is_matched_by_what_it_refunds(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 5000, accepted_at=at("10:00", date=day(-60))))
    put(hall, "accounts", refund("T2", "", 2000))
    arrived = settled("wechat", "W1", -2000, refund_ref="R1", settled_at=at("09:00", date=day(2)))
    put(hall, "settlements", arrived)
    assert settlement(hall) == {("T05", "txn:T2/wechat"): NONE}
    assert settlement(hall, date=day(2)) == {}


@pytest.mark.parametrize(
    ("date", "code"),
    [(dt.date(2026, 12, 1), "T05"), (dt.date(2026, 12, 2), "T01")],
)
def test_a_refund_is_on_its_way_for_seven_working_days(
    hall: OpenHall, date: dt.date, code: str
) -> None:
    """DAY is Friday 2026-11-20; the seventh working day after it is Tuesday 2026-12-01."""
    put(hall, "accounts", paid("T1", "W1", 5000), refund("T2", "R1", 2000))
    put(hall, "settlements", settled("wechat", "W1", 5000))
    now = dt.datetime.combine(date, dt.time(12), HALL_TIME)
    amounts = NONE if code == "T05" else (-2000, 0)
    assert settlement(hall, now=now) == {(code, "ref:wechat/R1"): amounts}


def noon(date: dt.date, clock: str) -> dt.datetime:
    """Give a moment of the hall's clock."""
    return dt.datetime.combine(date, dt.time.fromisoformat(clock), HALL_TIME)


def test_a_tender_is_asked_for_once_its_source_is_in_or_past_due(hall: OpenHall) -> None:
    put(
        hall,
        "accounts",
        paid("T1", "W1", 100),
        paid("T2", "A1", 100, tender="alipay"),
        paid("T3", "P1", 100, tender="pos"),
    )
    put(hall, "settlements", settled("alipay", "A9", 7))
    put_nil(hall, "settlements:pos")
    early, due = noon(day(1), "11:59:59"), noon(day(1), "12:00")
    asked_early = {
        ("T01", "ref:alipay/A1"): (100, 0),
        ("T02", "ref:alipay/A9"): (0, 7),
        ("T01", "ref:pos/P1"): (100, 0),
    }
    assert settlement(hall, now=early) == asked_early
    assert settlement(hall, now=due) == {**asked_early, ("T01", "ref:wechat/W1"): (100, 0)}


def test_the_halls_own_due_time_counts(hall: OpenHall) -> None:
    put(hall, "accounts", paid("T1", "W1", 100))
    with hall.work(LOADER) as uow:
        expect_day(uow, hall.id, DAY)
        source = "settlements:wechat"
        uow.session.execute(
            update(_expected())
            .where(_expected().c.source == source)
            .values(due_at=noon(day(2), "09:00"))
        )
    assert settlement(hall, now=noon(day(1), "12:00")) == {}
    assert settlement(hall, now=noon(day(2), "09:00")) == {("T01", "ref:wechat/W1"): (100, 0)}


def test_a_key_booked_by_several_clerks_is_nobodys_own(hall: OpenHall) -> None:
    match_by(hall, "pos", "day")
    put(hall, "accounts", *(paid(f"N{n}", "", 10, tender="pos", clerk=f"A0{n}") for n in (1, 2)))
    put(hall, "accounts", paid("T9", "W1", 10, clerk="A02"))
    run(hall)
    clerks = {f.subject: f.clerk for f in findings(hall) if f.check_code == "T01"}
    assert clerks == {"day:pos": "", "ref:wechat/W1": "A02"}


def _expected() -> Any:
    from ledger.hall_days import ExpectedSource

    return ExpectedSource.__table__
