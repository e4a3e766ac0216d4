"""A hall's week and month end over HTTP, as each person would; what must come of it by hand.

The last week of October 2026. Monday: the first float, A01 50.00 over and A02 50.00 short, a wrong
tender. Tuesday: the cash stays overnight and an invoice is missing, which turns up on Thursday.
Wednesday: A02 falls ill in the middle of her shift. Thursday: late data, so it is opened again.
Saturday: nobody trades. In November finance gives a line back and signs, and the month is locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice import database
from ledger.money import read_fen
from tests.scenarios.command_line import run as command_line
from tests.scenarios.hall_at_work import Clock
from tests.scenarios.hall_week import (
    ACCOUNTS,
    BOOK,
    INVOICES,
    KEPT_FEN,
    SETTLEMENTS,
    HallWeek,
    bill,
    counted,
    open_week,
    sold,
)

WEEK = MON, TUE, WED, THU, FRI, SAT = tuple(dt.date(2026, 10, day) for day in range(26, 32))
SUNDAY, MONDAY = dt.date(2026, 11, 1), dt.date(2026, 11, 2)
MONTH = "/months/2026-10"
MISSING = ("P01", f"invoice:{BOOK}/00000002")


@pytest.fixture
def week(
    sqlite_url: str,
    open_engine: Callable[[str], Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> HallWeek:
    """Open the books on the Monday morning."""
    clock = Clock(2026, 10)
    clock.turn_to(MON.day, 8)
    monkeypatch.setattr(database, "dt", clock)
    return open_week(open_engine(sqlite_url), clock, tmp_path / "state")


def test_a_week_and_its_month_end(week: HallWeek, tmp_path: Path) -> None:
    the_first_float(week)
    monday_over_and_short(week)
    a_wrong_tender(week)
    tuesday_the_cash_stays_overnight(week)
    wednesday_a_clerk_is_absent(week)
    thursday_the_missing_invoice(week)
    papers = friday_late_data_opens_thursday_again(week)
    saturday_nobody_trades(week)
    the_month_waits_for_friday(week)
    bundles = a_line_comes_back_from_finance(week)
    the_month_is_signed_and_locked(week)
    after_the_lock_corrections_are_of_november(week)
    finance_signs_the_whole_month(week, bundles, tmp_path)
    every_day_comes_out_of_the_log_as_it_was(week, papers)


def the_first_float(week: HallWeek) -> None:
    """400.00 come from the department; the safe opens to two persons and never to one."""
    week.at(MON, "08:10")
    fund = {"kind": "fund_in", "amount": "400.00", "fund": "safe"}
    asked = week.does("D01", "/cash/documents", expect=201, **fund)["number"]
    signing = f"/cash/documents/{asked}/acts"
    assert week.is_refused("D01", signing, act="approve")[0] == "not_permitted"
    assert week.signs("M01", signing, act="approve")["state"] == "posted"
    drawn = {"kind": "float_out", "amount": "200.00", "clerk": "A01"}
    locked = week.tries("K01", "/cash/documents", **drawn)
    assert (locked.status_code, (locked.json or {})["code"]) == (409, "safe_locked")
    week.opens_the_safe()
    for clerk in ("A01", "A02"):
        week.moves("K01", "float_out", KEPT_FEN, signer=clerk, clerk=clerk)
        week.begins(clerk)
    week.draws_a_book("A01")


def monday_over_and_short(week: HallWeek) -> None:
    """A01 has 50.00 too much and A02 50.00 too little: two cases, never set off."""
    week.at(MON, "18:00")
    alipay_keyed_as_wechat = sold(MON, 5, "A01", "60.60", tender="wechat", ref="Q26")
    lines = [
        sold(MON, 1, "A01", "1234.57"),
        sold(MON, 2, "A01", "912.30"),
        sold(MON, 3, "A02", "1889.43"),
        sold(MON, 4, "A02", "0.25"),
        alipay_keyed_as_wechat,
    ]
    week.brings(MON, "accounts", ACCOUNTS, lines)
    week.brings(MON, "invoices", INVOICES, [bill(MON, 1)])
    expected = {"A01": 2346_87, "A02": 2089_68}
    for clerk, fen in expected.items():
        assert week.looks_everywhere(clerk, MON) > 15
        others = {"wechat": 60_60} if clerk == "A01" else {}
        gap = 50_00 if clerk == "A01" else -50_00
        first = week.counts(clerk, fen + gap, **others)
        assert (first["state"], first["differs"]) == ("counted", ["cash"])
        assert {one["expected"] for one in first["tenders"]} == {None}
        week.looks_everywhere(clerk, MON)
        assert week.told(clerk, fen) == week.told(clerk, fen - KEPT_FEN) == []
    # Only now does either know what the books expected.
    again = week.counts("A01", 2396_87, wechat=60_60)
    kept = week.does("A02", f"/shifts/{MON}/A02/acts", act="keep")
    for shift, fen in ((again, 2346_87), (kept, 2089_68)):
        assert shift["state"] == "closed"
        assert week.told(shift["clerk"], fen)
    week.hands_in("A01", 2196_87)
    week.hands_in("A02", 1839_68)
    week.takes_to_the_bank(4036_55, "JK26", MON)
    found = week.audits(MON)
    assert found[("C02", "tender:A01/cash")] == found[("C02", "tender:A02/cash")] == "open"
    cases = {one["clerk"]: one["amount"] for one in week.reads("M01", "/cash/cases")["cases"]}
    assert cases == {"A01": "50.00", "A02": "-50.00"}
    week.settles_a_case(MON, "A01", way="owed", cause="customer_found")
    week.settles_a_case(MON, "A02", way="liable", cause="wrong_change")
    states = {one["clerk"]: one["state"] for one in week.reads("M01", "/cash/cases")["cases"]}
    assert states == {"A01": "settled", "A02": "settled"}
    over, short = ("C02", "tender:A01/cash"), ("C02", "tender:A02/cash")
    week.decides("D01", MON, over, "override", "客户已找到")
    week.decides("A02", MON, short, "answer", "找零多给了客户")
    week.decides("J01", MON, short, "accept")


def a_wrong_tender(week: HallWeek) -> None:
    """The 60.60 keyed as WeChat were Alipay: corrected by two lines of Tuesday; Monday stays."""
    week.at(TUE, "12:30")
    week.does("J01", f"/days/{MON}/nil", expect=201, source="settlements:wechat")
    settled = [f"alipay,Q26,{MON} 10:05:00,60.60,0.00"]
    week.brings(MON, "settlements", SETTLEMENTS, settled)
    found = week.audits(MON)
    assert found[("T04", "ref:wechat/Q26")] == "open"
    code, words = week.is_refused("J01", f"/days/{MON}/signature")
    assert (code, "T04" in words) == ("findings_stand", True)
    wrong = ("T04", "ref:wechat/Q26")
    slip = week.sends(MON, "A01", wrong)
    line = {"txn_no": "T265", "line_no": 1, "tender": "alipay"}
    week.answers("A01", slip, way="amount", words="客户改用支付宝", lines=[line])
    assert week.accepts(slip, "J01") == "answered"
    assert week.accepts(slip, "D01") == "accepted"
    written = week.written(slip)
    assert written == [("wechat", "-60.60", True), ("alipay", "60.60", False)]
    assert week.audits(MON)[("T04", "ref:wechat/Q26")] == "accepted"
    week.closes(MON)
    totals = week.totals(MON)
    assert (totals["A01", "wechat"], totals.get(("A01", "alipay"))) == ("60.60", None)


def tuesday_the_cash_stays_overnight(week: HallWeek) -> None:
    """1,624.67 are not deposited on Tuesday; one sale has no invoice, and a number is missing."""
    week.at(TUE, "13:00")
    week.begins("A01")
    week.begins("A02")
    week.at(TUE, "18:00")
    missing = sold(TUE, 2, "A01", "345.67", waived="")
    lines = [sold(TUE, 1, "A01", "777.77"), missing, sold(TUE, 3, "A02", "501.23")]
    week.brings(TUE, "accounts", ACCOUNTS, lines)
    used = [
        f"{BOOK},00000001,{TUE} 10:01:00,A01,777.77,issued,txn,T271,,",
        f"{BOOK},00000003,{TUE} 10:03:00,A01,501.23,issued,txn,T273,,",
    ]
    week.brings(TUE, "invoices", INVOICES, used)
    taken = week.a_quiet_day(TUE, "A01", 777_77, 345_67) + week.a_quiet_day(TUE, "A02", 501_23)
    assert taken == 1624_67
    evening = week.audits(TUE)
    assert set(evening) == {("X01", "txn:T272"), MISSING, ("C07", "tail:H001")}
    week.at(WED, "09:00")
    assert set(week.audits(TUE)) == {*evening, ("C09", f"deposit:{TUE}")}
    tail = week.reads("M01", f"/cash/tail?date={TUE}")
    assert (tail["tail"], tail["limit"], tail["over"]) == ("1624.67", "1000.00", True)
    week.takes_to_the_bank(taken, "JK27", TUE)
    assert set(week.audits(TUE)) == set(evening), "what was late is no difference any more"
    week.decides("J01", TUE, ("C07", "tail:H001"), "accept")


def wednesday_a_clerk_is_absent(week: HallWeek) -> None:
    """A02 goes home ill: the manager counts her drawer before a witness who signs."""
    for clerk in ("A01", "A02"):
        week.begins(clerk)
    week.at(WED, "18:00")
    lines = [sold(WED, 1, "A01", "640.19"), sold(WED, 2, "A02", "288.36")]
    week.brings(WED, "accounts", ACCOUNTS, lines)
    week.brings(WED, "invoices", INVOICES, [bill(WED, 1)])
    week.a_quiet_day(WED, "A01", 640_19)
    acts = f"/shifts/{WED}/A02/acts"
    body = {"act": "close_for", "witness": "D01", "reason": "急病就医", **counted(488_36, KEPT_FEN)}
    assert week.tries("A01", acts, **body).status_code == 403
    assert week.does("M01", acts, **body)["state"] == "witnessing"
    assert week.is_refused("A01", acts, act="witness")
    closed = week.signs("D01", acts, act="witness")
    assert (closed["state"], closed["witness"], closed["differs"]) == ("closed", "D01", [])
    week.hands_in("A02", 288_36, by="M01")
    week.takes_to_the_bank(928_55, "JK28", WED)
    late = ("C06", "slip:JK27")
    assert week.audits(WED) == {late: "open"}
    week.decides("J01", WED, late, "accept")


def thursday_the_missing_invoice(week: HallWeek) -> None:
    """Tuesday's invoice is found on Thursday; till then neither Tuesday nor Wednesday is signed."""
    week.at(THU, "09:00")
    week.begins("A01")
    assert week.is_refused("J01", f"/days/{TUE}/signature")[0] == "findings_stand"
    assert week.may_not_override("S01", TUE, MISSING) == "override_refused"
    assert week.is_refused("J01", f"/days/{WED}/signature")[0] == "earlier_day_open"
    row = f"{BOOK},00000002,{TUE} 10:02:00,A01,345.67,issued,txn,,,"
    week.brings(TUE, "invoices-again", INVOICES, [row])
    unlinked = {("X01", "txn:T272"), ("X02", MISSING[1])}
    found = set(week.audits(TUE))
    assert (unlinked <= found, MISSING in found) == (True, False)
    slip = week.sends(TUE, "A01", *sorted(unlinked))
    linked = {"invoice_code": BOOK, "invoice_no": "00000002", "txn_no": "T272"}
    week.answers("A01", slip, way="link", words="发票已开,未登流水号", **linked)
    assert week.accepts(slip, "J01") == "accepted"
    assert not unlinked & set(week.audits(TUE)), "the invoice belongs to the sale now"
    week.closes(TUE)
    week.closes(WED)
    week.at(THU, "18:00")
    week.brings(THU, "accounts", ACCOUNTS, [sold(THU, 1, "A01", "455.21")])
    week.brings(THU, "invoices", INVOICES, [bill(THU, 1)])
    week.takes_to_the_bank(week.a_quiet_day(THU, "A01", 455_21), "JK29", THU)
    assert week.audits(THU) == {}


def friday_late_data_opens_thursday_again(week: HallWeek) -> dict[str, bytes]:
    """A late row is kept apart until two persons open Thursday; gives the papers signed till then.

    What was signed before stays readable as version 1.
    """
    week.at(FRI, "09:00")
    for clerk in ("A01", "A02"):
        week.begins(clerk)
    before = week.closes(THU)
    first = week.reads("F01", f"/days/{THU}/result")
    late = week.brings(FRI, "invoices-late", INVOICES, [bill(THU, 2)])
    assert late["late"] == 1
    address = f"/days/{THU}/reopening"
    asked = week.signs("J01", address, act="ask", reason="漏传一张账单发票")
    assert (asked["state"], asked["status"]) == ("submitted", "closed")
    assert week.is_refused("J01", address, act="agree")[0] in ("not_permitted", "maker_is_checker")
    agreed = week.signs("M01", address, act="agree")
    assert (agreed["state"], agreed["status"]) == ("posted", "working")
    week.signs("J01", f"/late/{late['batch']}", act="release", date=THU.isoformat())
    assert week.audits(THU) == {}
    after = week.closes(THU)
    now = week.reads("F01", f"/days/{THU}/result")
    assert (now["version"], now["snapshot"] == after, after == before) == (2, True, False)
    earlier = week.reads("F01", f"/days/{THU}/result?number={first['number']}")
    assert (earlier["state"], earlier["snapshot"]) == ("reversed", before)
    papers = {f"/days/{day}/result.pdf?language=zh": b"" for day in (MON, THU)}
    papers[f"/days/{THU}/result.pdf?language=en&number={first['number']}"] = b""
    papers = {address: week.fetches("F01", address) for address in papers}
    week.at(FRI, "18:00")
    week.brings(
        FRI, "accounts", ACCOUNTS, [sold(FRI, 1, "A01", "610.05"), sold(FRI, 2, "A02", "333.33")]
    )
    week.brings(FRI, "invoices", INVOICES, [bill(FRI, 1)])
    taken = week.a_quiet_day(FRI, "A01", 610_05) + week.a_quiet_day(FRI, "A02", 333_33)
    week.takes_to_the_bank(taken, "JK30", FRI)
    return papers


def saturday_nobody_trades(week: HallWeek) -> None:
    """Saturday is there by itself; the manager closes it as nil, and nothing is found."""
    week.at(SAT, "12:00")
    listed = f"/days?from={FRI}&to={SUNDAY}"
    assert [one["unreported"] for one in week.reads("J01", listed)["days"]] == [False, True]
    assert week.tries("A01", f"/days/{SAT}/nil-day", reason="停电").status_code == 403
    nil = week.does("M01", f"/days/{SAT}/nil-day", reason="停电")
    assert set(nil["sources"]) == {"accounts", "invoices", "declarations", "deposits"}
    assert week.audits(SAT) == {}
    assert [one["unreported"] for one in week.reads("J01", listed)["days"]] == [False, False]


def the_month_waits_for_friday(week: HallWeek) -> None:
    """October cannot be packed while Friday is not audited; the refusal names the day."""
    week.at(SUNDAY, "13:00")
    code, words = week.is_refused("J01", MONTH, act="make")
    assert (code, str(FRI) in words) == ("month_not_ready", True)
    assert week.audits(FRI) == {}
    week.closes(FRI)
    week.closes(SAT)
    gates = week.reads("M01", MONTH)
    assert (gates["ready"], [gate["standing"] for gate in gates["gates"]]) == (True, [[]] * 4)


def a_line_comes_back_from_finance(week: HallWeek) -> tuple[str, str]:
    """Finance gives Wednesday's line back and signs the rest; gives the bundles' numbers."""
    assert week.reads("J01", "/bundles")["waiting"] == [str(day) for day in WEEK]
    made = week.makes_bundle(WEEK)
    first, acts = made["number"], f"/bundles/{made['number']}/acts"
    monday = next(
        one for one in made["totals"] if (one["date"], one["tender"]) == (str(MON), "cash")
    )
    assert (monday["over"], monday["short"]) == ("50.00", "-50.00"), "never netted"
    sides = [sum(read_fen(one[side]) for one in made["voucher"]) for side in ("debit", "credit")]
    assert sides[0] == sides[1] > 0
    assert week.is_refused("J01", acts, act="sign")[0] == "not_permitted"
    wrong = {"date": WED.isoformat(), "subject": "txn:T281", "clerk": "A01"}
    wrong |= {"expected": "604.19", "found": "640.19", "reason": "与受理单不符"}
    left = week.signs("F01", acts, act="return", lines=[wrong])
    (back,) = left["returned"]
    assert (left["state"], back["date"]) == ("submitted", str(WED))
    signed = week.totals(WED)
    line = {"txn_no": "T281", "line_no": 1, "received": "604.19"}
    week.answers("A01", back["slip"], way="amount", words="多记 36.00", lines=[line])
    assert week.accepts(back["slip"], "J01") == "answered"
    assert week.accepts(back["slip"], "D01") == "accepted"
    written = week.written(back["slip"])
    assert written == [("cash", "-640.19", True), ("cash", "604.19", False)]
    assert week.reads("J01", f"/corrections/{back['slip']}")["ended_on"] == str(SUNDAY)
    assert week.totals(WED) == signed, "what was signed of Wednesday stays"
    assert week.signs_bundle(first) == {str(day): "handed_over" for day in WEEK if day != WED}
    return first, week.makes_bundle([WED])["number"]


def the_month_is_signed_and_locked(week: HallWeek) -> None:
    """Auditor, keeper and manager sign October, each once; the last signature locks it."""
    week.at(MONDAY, "10:00")
    made = week.signs("J01", MONTH, act="make")
    assert (made["pack"]["state"], made["locked"]) == ("submitted", False)
    assert week.is_refused("A01", MONTH, act="sign")[0] == "not_permitted"
    assert week.signs("K01", MONTH, act="sign")["pack"]["state"] == "submitted"
    assert week.is_refused("K01", MONTH, act="sign")[0] == "not_permitted"
    done = week.signs("M01", MONTH, act="sign")
    assert (done["locked"], done["pack"]["hash"]) == (True, made["pack"]["hash"])
    assert week.fetches("F01", f"{MONTH}/pack.pdf").startswith(b"%PDF")


def after_the_lock_corrections_are_of_november(week: HallWeek) -> None:
    """Nothing of October moves any more; what is wrong in it is put right on the open day."""
    asked = {"act": "ask", "reason": "漏一笔"}
    code, words = week.is_refused("J01", f"/days/{WED}/reopening", **asked)
    assert (code, "locked" in words) == ("day_is_final", True), "closed, in no finance hands yet"
    assert week.tries("M01", f"/days/{SAT}/nil-day", reason="停电").status_code == 409
    late = week.brings(FRI, "accounts-late", ACCOUNTS, [sold(FRI, 9, "A01", "12.00")])
    assert late["late"] == 1
    settling: dict[str, Any] = {"date": FRI.isoformat(), "reason": "月末漏传"}
    address = f"/late/{late['batch']}"
    assert week.is_refused("J01", address, act="release", **settling)[0] == "hall_day_closed"
    closed = week.is_refused("M01", address, act="accept", on=WED.isoformat(), **settling)
    assert closed[0] == "hall_day_closed"
    accepted = week.signs("M01", address, act="accept", on=MONDAY.isoformat(), **settling)
    counts_on = {one["batch"]: one["counts_on"] for one in accepted["late"]}
    assert counts_on[late["batch"]] == str(MONDAY)
    error = {"subject": "txn:T264", "expected": "0.20", "found": "0.25"}
    body = {"date": MON.isoformat(), "clerk": "A02", "errors": [error], "wrong": "手续费多记"}
    slip = week.does("S01", "/corrections", expect=201, **body)["number"]
    monday = week.totals(MON)
    line = {"txn_no": "T264", "line_no": 1, "received": "0.20"}
    week.answers("A02", slip, way="amount", words="多记五分", lines=[line])
    assert week.accepts(slip, "J01") == "answered"
    assert week.accepts(slip, "D01") == "accepted"
    seen = week.reads("J01", f"/corrections/{slip}")
    assert (seen["of_day"], seen["ended_on"]) == (str(MON), str(MONDAY))
    assert week.totals(MON) == monday
    intakes = week.reads("J01", f"/intakes?date={MONDAY}")["intakes"]
    assert [one["rows"] for one in intakes if slip in one["file"]] == [2]


def finance_signs_the_whole_month(week: HallWeek, bundles: tuple[str, str], folder: Path) -> None:
    """Wednesday goes out again; the two sealed files hold each day once, and any machine agrees."""
    assert week.signs_bundle(bundles[1]) == {str(WED): "handed_over"}
    carried: list[str] = []
    for number in bundles:
        sealed = folder / f"{number}.zip"
        sealed.write_bytes(week.fetches("F01", f"/bundles/{number}/file"))
        said = command_line("sqlite:///nowhere.db", "verify-bundle", str(sealed))
        assert said.exit_code == 0, said.output
        assert f"{number} " in said.output
        carried += [one["date"] for one in week.reads("F01", f"/bundles/{number}")["days"]]
        assert week.signs("S01", f"/bundles/{number}/acts", act="read")["second"] == "read"
    assert sorted(carried) == [str(day) for day in WEEK]


def every_day_comes_out_of_the_log_as_it_was(week: HallWeek, papers: dict[str, bytes]) -> None:
    """Weeks later what was signed gives the same figures and the same bytes of paper."""
    week.at(dt.date(2026, 11, 23), "09:00")
    for address, content in papers.items():
        assert week.fetches("F01", address) == content, address
    for day, version in ((MON, 1), (THU, 1), (THU, 2)):
        replayed = week.reads("F01", f"/days/{day}/replay?version={version}")
        assert (replayed["agrees"], replayed["papers_agree"]) == (True, True), replayed
        assert replayed["signed_hash"] == replayed["kept_hash"] == replayed["replayed_hash"]
    url = str(week.engine.url)
    verified = command_line(url, "verify", "--hall", "H001")
    assert verified.exit_code == 0, verified.output
