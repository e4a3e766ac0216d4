"""Patterns of REF-05 on claims that came by file, all of one day: raised, and not beside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from backoffice.audit_work import run_day
from backoffice.database import make_engine
from backoffice.refund_evidence import EVIDENCE_WORDS, evidence_in_words
from ledger.enrolment import StaffMember
from ledger.text import LANGUAGES
from refunds.claim_statistics import ClaimCell
from refunds.claims_seen import claims_about
from refunds.flags import PATTERNS, settle_flag
from refunds.models import RefundFlag
from refunds.patterns import look_for_patterns
from refunds.policies import propose_policy, sign_policy
from refunds.policy import Policy
from refunds.statistics import refund_statistics
from tests.builders import DAY, LOADER, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import at, day, declared, form, line, put
from tests.refunds.casing import BY_COMPLAINT, ask
from tests.refunds.test_refund_checks import claim, given

TONIGHT = dt.datetime(2026, 11, 20, 14, tzinfo=dt.UTC)
LONG_OPEN = DAY - dt.timedelta(days=120)
SPLIT, OFTEN, CLOSED, NEAR, ALONE, ASLEEP, LATE, CLEAN, MUCH = (
    f"1860000007{place}" for place in range(9)
)
RAISED = {
    ("document:S2", "split"),
    ("document:O3", "repeat"),
    ("document:C1", "gift_then_close"),
    ("document:C1", "no_payment"),
    *((f"document:N{place}", "near_limit") for place in (4, 5)),
    ("document:W1", "wrong_tender"),
    ("adjustment:ADJ9", "dormant"),
    ("document:L1", "off_shift"),
    ("document:M3", "clerk_concentration"),
    ("document:V1", "void_and_cash"),
}
"""(subject, pattern) that the day of `tell_of_claims` shows, worked out by hand."""


def waiver(number: str, fen: int, subscriber: str, **cells: Any) -> dict[str, Any]:
    """Give a claim of a waiver that a manager asked for, who has no shift that could be seen."""
    told = {"kind": "waiver", "subscriber": subscriber, "tender": "", "requester": "M01", **cells}
    return claim(number, fen, executor="M01", **told)


def tell_of_claims(hall: OpenHall) -> None:
    """Let files tell of a day in which each pattern shows once, and of claims beside them."""
    with hall.work(LOADER) as uow:
        uow.session.merge(hall.hall).books_open_on = LONG_OPEN
    early = {"requested_at": at("10:00", date=day(-2)), "approved_at": at("10:10", date=day(-2))}
    put(hall, "refunds", waiver("S1", 480_00, SPLIT, **early), date=day(-2))
    put(hall, "refunds", *(waiver(f"O{n}", 1_00, OFTEN, **early) for n in (1, 2)), date=day(-2))
    put(hall, "refunds", *(waiver(f"N{n}", 96_00, f"{NEAR}{n}", **early) for n in (1, 2, 3)),
        date=day(-2))  # fmt: skip
    gift = {"at": at("11:00", date=day(-6)), "clerk": "A01", "kind": "gift_credit"}
    put(hall, "adjustments", {"adjustment_no": "ADJ1", "subscriber": CLOSED, "amount": 5_00,
        "document_no": "", **gift}, date=day(-6))  # fmt: skip
    put(hall, "adjustments", {"adjustment_no": "ADJ9", "subscriber": ASLEEP, "amount": 5_00,
        "document_no": "", **gift, "at": at("11:00")})  # fmt: skip
    for clerk in ("A01", "A02", "D01", "J01"):
        for clock in ("09:30", "17:00"):
            taken = {"clerk": clerk, "accepted_at": at(clock), "subscriber": CLEAN}
            put(hall, "accounts", line(f"{clerk}{clock}", 100_00, tender="cash", **taken))
    wechat = {"clerk": "A02", "accepted_at": at("09:40"), "subscriber": ALONE, "tender": "wechat"}
    put(hall, "accounts", line("T1", 30_00, **wechat))
    put(hall, "accounts", given("B1", 30_00, document_no="W1"))
    paid = {"original_txn_no": "A0209:30"}
    put(
        hall,
        "refunds",
        waiver("S2", 480_00, SPLIT),
        waiver("O3", 1_00, OFTEN),
        *(waiver(f"N{n}", 96_00, f"{NEAR}{n}") for n in (4, 5)),
        waiver("N6", 95_00, f"{NEAR}6"),
        claim("C1", 20_00, subscriber=CLOSED, reason="销户余额", requester="M01", executor="M01"),
        claim("W1", 30_00, original_txn_no="T1", subscriber=ALONE),
        waiver("L1", 1_00, LATE, requester="A01", requested_at=at("18:00:01")),
        waiver("L2", 1_00, f"{LATE}2", requester="A01", requested_at=at("18:00:00")),
        *(claim(f"M{n}", 50_00, requester="A01", executor="M01", **paid, subscriber=f"{MUCH}{n}",
                requested_at=at(f"12:0{n}")) for n in (1, 2, 3)),
        claim("V1", 10_00, requester="D01", executor="D01", subscriber=f"{MUCH}4", **paid),
        claim("R0", 10_00, requester="J01", executor="J01", **paid, subscriber=f"{MUCH}5",
              executed_at=at("13:00")),
    )  # fmt: skip
    put(hall, "declarations", declared(199_00, clerk="D01"))
    void = {"copies": 3, "copies_recovered": 3, "void_reason": "改抬头", "clerk": "D01"}
    put(hall, "invoices", form("00100001", 58_00, "void", issued_at=at("11:00"), **void))


def flags_of(hall: OpenHall) -> dict[tuple[str, str], RefundFlag]:
    """Give (subject, pattern) -> flag of a hall."""
    with hall.read() as uow:
        rows = uow.session.scalars(select(RefundFlag).where(RefundFlag.hall_id == hall.id)).all()
        for row in rows:
            uow.session.expunge(row)
    return {(row.subject, row.pattern): row for row in rows}


def audit(hall: OpenHall) -> None:
    """Audit the day in the evening."""
    run_day(hall.engine, LOADER, hall.hall.code, DAY, now=TONIGHT)


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """Give the engine of a database that these tests share."""
    with databases.fresh("sqlite") as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.fixture(scope="module")
def hall(engine: Engine) -> OpenHall:
    """Give the hall of that day, audited."""
    hall = open_hall(engine, "CP01", days=[LONG_OPEN, DAY])
    tell_of_claims(hall)
    audit(hall)
    return hall


def test_ref_05_each_pattern_shows_on_claims_from_files_and_on_no_other(hall: OpenHall) -> None:
    raised = flags_of(hall)
    assert set(raised) == RAISED
    assert {pattern for _, pattern in raised} == {*PATTERNS} - {"many_unmasked"}
    assert all(flag.document_id is None for flag in raised.values())
    split = json.loads(raised["document:S2", "split"].evidence)
    assert ([one["number"] for one in split["cases"]], split["limit_fen"]) == (
        ["S1", "S2"],
        500_00,
    )
    assert json.loads(raised["document:M3", "clerk_concentration"].evidence)["back_fen"] == 180_00


def test_ref_05_days_and_counts_are_those_of_the_halls_own_policy(engine: Engine) -> None:
    more = [StaffMember("S02", "员工S02", ("department",))]
    hall = open_hall(engine, "CP02", days=[LONG_OPEN, DAY], more_staff=more)
    own = Policy("waiver", split_days=1, repeat_count=4, near_limit_percent=90, near_limit_count=5)
    with hall.work("S01") as uow:
        made = propose_policy(uow, hall=hall.hall, policy=own, valid_from=DAY, reason="季度调整")
    with hall.work("S02") as uow:
        sign_policy(uow, hall=hall.hall, number=made.number or "")
    tell_of_claims(hall)
    audit(hall)
    waivers = {("document:S2", "split"), ("document:O3", "repeat")}
    near = {("document:N4", "near_limit"), ("document:N5", "near_limit")}
    assert set(flags_of(hall)) == RAISED - waivers - near | {("document:N6", "near_limit")}


def test_ref_05_the_evidence_is_told_in_words_of_both_languages(hall: OpenHall) -> None:
    for flag in flags_of(hall).values():
        for language in LANGUAGES:
            words = evidence_in_words(flag, language)
            assert words
            told = " ".join([name + " ".join(values) for name, values in words])
            raw = {*EVIDENCE_WORDS, "waiver", "gift_credit"} - {"clerk", "number", "reason"}
            assert not [key for key in raw if "_" in key and key in told], told
            if language == "zh":
                assert all("一" <= name[0] <= "鿿" for name, _ in words), words


def test_ref_05_a_flag_on_a_claim_is_raised_once_and_settled_once(hall: OpenHall) -> None:
    flag = flags_of(hall)["document:S2", "split"]
    with hall.work("J01") as uow:
        settle_flag(uow, hall=hall.hall, flag_id=flag.id, outcome="violation", note="同一客户")
    audit(hall)
    after = flags_of(hall)
    assert set(after) == RAISED
    assert after["document:S2", "split"].state == "violation"
    with hall.read() as uow:
        seen = claims_about(uow, hall.hall, [subject for subject, _ in RAISED])
    assert set(seen) == {subject for subject, _ in RAISED}
    assert seen["adjustment:ADJ9"].evidence == "adjustments"


def test_as_many_statements_for_ten_halls_as_for_one(hall: OpenHall, engine: Engine) -> None:
    asked: list[str] = []
    others = [open_hall(engine, f"CQ{number:02d}") for number in range(9)]
    for other in others:
        put(other, "refunds", claim("R1", 80_00, requester="A01"))

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    counts = []
    for halls in ([hall], [hall, *others]):
        asked.clear()
        with hall.work(LOADER, now=TONIGHT) as uow:
            look_for_patterns(uow, days=[(one.hall, DAY) for one in halls])
        counts.append(len([one for one in asked if not one.startswith("INSERT")]))
    event.remove(engine, "before_cursor_execute", note)
    # The first time flags are raised the heads of their halls are locked, by one statement.
    assert counts[1] <= counts[0] + 2


def test_ref_06_claims_are_told_apart_and_with_what_the_evidence_gave(hall: OpenHall) -> None:
    case = ask(hall, replace(BY_COMPLAINT, amount_fen=1_00))
    put(hall, "refunds", claim(case, 1_00, kind="waiver"))
    with hall.read("S01") as uow:
        told = refund_statistics(uow, [hall.hall], DAY.replace(day=1))
    assert told.cells == ()
    month = f"{DAY:%Y-%m}"
    by_kind = {cell.kind: cell for cell in told.claims if cell.month == month}
    # 480 twice, three of 1, five of 96, one of 95, two of 1; and 20 + 30 + 150 + 10 + 10.
    assert by_kind["waiver"] == ClaimCell(hall.id, month, "waiver", 13, 1_540_00, 13, 0)
    assert by_kind["refund"] == ClaimCell(hall.id, month, "refund", 7, 220_00, 7, 30_00)
