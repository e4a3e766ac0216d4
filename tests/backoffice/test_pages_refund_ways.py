"""Refunds on the pages, each way to its end: policies, moves, deposits, other tenders, endings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import make_engine
from ledger.enrolment import StaffMember
from ledger.text import LANGUAGES
from ledger.times import HALL_TIME
from refunds.limits_left import LIMIT_NAMES
from tests.backoffice.api.test_refund_privacy import Laid
from tests.backoffice.visitors import HALL, PASSWORD, Visitor, let_everybody_in
from tests.builders import OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import at, line, put
from tests.observing import held
from tests.refunds.casing import BY_COMPLAINT, approve, carry_out
from tests.refunds.casing import ask as ask_for

DESK = f"{HALL}/refunds"
NUMBER = re.compile(r"\d{4}-[A-Z]{2}-\d{6}")
NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.astimezone(HALL_TIME).date()
TOMORROW = TODAY + dt.timedelta(days=1)
PAYER, FRIEND = "18612340001", "18612340002"


@dataclass(frozen=True, slots=True)
class World:
    """A hall with two people of the department, open today, and its pages."""

    hall: OpenHall
    app: Flask

    def who(self, number: str, language: str = "zh") -> Visitor:
        """Give a person's browser."""
        return Visitor(self.app, number, language, hall="H001")

    def ask(self, who: str, kind: str, **fields: str) -> str:
        """Ask for a case on its form; gives its page."""
        page = f"{DESK}/new/{kind}"
        answer = self.who(who).send(page, {"act": "ask", **fields}, page=page)
        assert answer.status_code == 302, answer.text
        return answer.location

    def act(self, who: str, address: str, name: str, **fields: str) -> str:
        """Do an act on a case's page, with the password; gives the page after it."""
        sent = {"act": name, "password": PASSWORD, **fields}
        return self.who(who).send(address, sent, page=address, follow=True).text

    def offered(self, who: str, address: str) -> set[str]:
        """Give the acts that a case's page offers somebody."""
        page = self.who(who).read(address)
        buttons = re.findall(r'name="act" value="(\w+)"', page)
        return set(buttons) - {"tick"}


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give the hall with payments of today."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        staff = [StaffMember("S02", "员工S02", ("department",))]
        hall = open_hall(engine, "H001", days=[TODAY], more_staff=staff)
        let_everybody_in(engine)
        paid = {"clerk": "A02", "subscriber": PAYER, "accepted_at": at("00:01", date=TODAY)}
        put(
            hall,
            "accounts",
            line("P1", 300_00, **paid),
            line("P2", 200_00, deposit=1, **paid),
            line("P3", 90_00, tender="wechat", **paid),
            date=TODAY,
        )
        folder = str(tmp_path_factory.mktemp("state"))
        yield World(hall, create_app(Config(secret_key="test", state_folder=folder), engine=engine))
        engine.dispose()


def change(valid_from: dt.date, manager: str, **fields: str) -> dict[str, str]:
    """Give what the form of a policy holds, of gift credit where no other is named."""
    numbers = {"window_days": "30", "split_days": "7", "expires_days": "30"}
    tiers = {"tier-duty_manager": "20", "tier-hall_manager": manager, "tier-department": "5000"}
    front = {"act": "propose", "instrument": "gift_credit", "valid_from": str(valid_from)}
    said = {"reason": "节后收紧", "password": PASSWORD}
    return {**front, **tiers, **numbers, **said, **fields}


def test_a_policy_is_proposed_signed_by_another_and_holds_for_cases_asked_from_then_on(
    world: World,
) -> None:
    page = f"{DESK}/policies"
    gift = {"reason": "complaint", "amount": "45.00"}
    before = world.ask("A01", "gift_credit", subscriber="18612341001", **gift)
    later = world.who("S01").send(page, change(TOMORROW, "30"), page=page, follow=True).text
    first = NUMBER.findall(later)[0]
    proposed = world.who("S01").send(page, change(TODAY, "40"), page=page, follow=True).text
    number = next(one for one in NUMBER.findall(proposed) if one != first)
    own = {"act": "sign", "number": number, "password": PASSWORD}
    assert world.who("S01").send(page, own, page=page).status_code == 422
    assert f"退费政策调整单 {number}" in world.who("S02").read(f"{HALL}/")
    guessed = {**own, "password": "not mine"}
    assert world.who("S02").send(page, guessed, page=page).status_code == 422
    for one in (first, number):
        signed = world.who("S02").send(page, {**own, "number": one}, page=page, follow=True)
        assert "已批准" in signed.text
    unwanted = world.who("S01").send(page, change(TOMORROW, "35"), page=page, follow=True).text
    third = next(one for one in NUMBER.findall(unwanted) if one not in (first, number))
    reject = {"act": "reject", "number": third, "password": PASSWORD}
    assert world.who("S02").send(page, reject, page=page).status_code == 422
    refused = world.who("S02").send(page, {**reject, "reason": "太严"}, page=page, follow=True)
    assert "已退回" in refused.text

    after = world.ask("A01", "gift_credit", subscriber="18612341002", **gift)
    for address, policy, limit in ((before, "默认", "500.00"), (after, number, "5,000.00")):
        told = world.who("A01").read(address)
        assert f"≤ {limit}" in told.partition('aria-current="step"')[2][:200], address
        assert policy in told.partition('id="judged"')[2][:300], address
    assert "approve" in world.offered("M01", before), "the old policy stays with the case"
    assert "approve" not in world.offered("M01", after), "45.00 is above the new 40.00"
    assert "approve" in world.offered("S02", after)
    versions = world.who("M01", "en").read(f"{page}?instrument=gift_credit")
    assert "≤ 40.00" in versions
    assert f"from</span> {TOMORROW}" in versions or f"from {TOMORROW}" in versions


def test_a_balance_is_moved_between_two_numbers_and_no_cash_goes(world: World) -> None:
    form = f"{DESK}/new/transfer_balance"
    moved = {"subscriber": PAYER, "to_subscriber": FRIEND, "original_txn": "P1", "amount": "80.00"}
    same = world.who("A01").send(form, {**moved, "act": "ask", "to_subscriber": PAYER}, page=form)
    assert (same.status_code, "与原号码相同" in same.text) == (422, True)
    over = world.who("A01").send(form, {**moved, "act": "ask", "amount": "300.01"}, page=form)
    assert (over.status_code, "最多可退 300.00" in over.text) == (422, True)
    address = world.ask("A01", "transfer_balance", **moved)
    shown = world.who("M01").read(address)
    assert "186****0001 → 186****0002" in shown
    assert PAYER not in shown
    assert FRIEND not in shown
    assert "已批准" in world.act("M01", address, "approve")
    assert 'name="customer_signed"' not in world.who("A01").read(address)
    assert "已执行" in world.act("A01", address, "execute")
    assert not [name for name, _ in held(world.hall) if name.startswith("refund_done cash")]
    assert held(world.hall)["refund_due transfer_balance", "CNY"] == -80_00


def test_a_deposit_goes_back_against_what_is_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.printing.weasyprint.HTML", Laid)
    form, ledger = f"{DESK}/new/deposit_return", f"{DESK}/deposits"
    back = {"subscriber": PAYER, "original_txn": "P2", "tender": "cash"}
    assert "200.00" in world.who("A01").read(ledger)
    address = world.ask("A01", "deposit_return", amount="150.00", **back)
    again = world.who("A01").send(form, {"act": "ask", "amount": "50.01", **back}, page=form)
    assert (again.status_code, "50.00" in again.text) == (422, True)
    world.act("M01", address, "approve")
    receipt = world.who("A01").get(f"{address}/receipt.pdf").text
    assert receipt.count("待签 · 尚未付款") == 2, "both copies, for his hand before the money"
    assert "待签" in world.who("A01").read(address)
    assert "客户签收" in world.act("A01", address, "execute")
    assert "已执行" in world.act("A01", address, "execute", customer_signed="1")
    final = world.who("A01", "en").get(f"{address}/receipt.pdf").text
    assert "to be signed" not in final.lower()
    assert "Carried out" in final
    assert "Macro" not in receipt + final
    row = world.who("A01").read(ledger).partition("P2")[2].partition("</tr>")[0]
    assert "150.00" in row
    assert "50.00" in row.partition("150.00")[2]


def test_another_tender_needs_a_superior_and_his_reason(world: World) -> None:
    form = f"{DESK}/new/refund"
    back = {"reason": "wrong_charge", "subscriber": PAYER, "original_txn": "P3", "tender": "cash"}
    back["amount"] = "15.00"
    plain = world.who("A01").send(form, {"act": "ask", **back}, page=form)
    assert (plain.status_code, "请原路退回" in plain.text) == (422, True)
    asked = {**back, "override_reason": "微信账户已注销"}
    ahead = world.who("A01").send(form, {"act": "look", **asked}, page=form).text
    assert "上级主管部门" in ahead.partition('class="signers"')[2][:200]
    address = world.ask("A01", "refund", **asked)
    assert not {"approve", "reject"} & world.offered("D01", address)
    assert "approve" not in world.offered("M01", address)
    above = world.who("S01").read(f"{HALL}/")
    assert "超过本厅限额" in above
    assert "已等 0 小时" in above
    assert "微信账户已注销" in world.who("S01").read(address)
    assert "已批准" in world.act("S01", address, "approve")
    assert "execute" not in world.offered("A01", address), "above the hall's limit another does it"
    assert "已执行" in world.act("A02", address, "execute", customer_signed="1")


def test_cases_end_by_their_requester_their_approver_or_time(world: World) -> None:
    outage = {"reason": "outage", "amount": "12.00"}
    mine = world.ask("A01", "waiver", subscriber="18612343001", **outage)
    assert "withdraw" not in world.offered("A02", mine)
    assert "已撤回" in world.act("A01", mine, "withdraw", reason="客户放弃")
    theirs = world.ask("A01", "waiver", subscriber="18612343002", **outage)
    assert "已退回" not in world.act("D01", theirs, "reject", reason=" ")
    assert "已退回" in world.act("D01", theirs, "reject", reason="证件不符")
    assert "证件不符" in world.who("A01").read(theirs)

    asked = replace(BY_COMPLAINT, amount_fen=12_00, subscriber="18612343003")
    old = ask_for(world.hall, asked, now=NOW - dt.timedelta(days=31))
    address = f"{DESK}/cases/{old}"
    assert "expire" in world.offered("M01", address)
    assert "expire" not in world.offered("J01", address)
    assert "过期单据已结束" in world.act("M01", address, "expire")
    ended = world.who("A01").read(address)
    assert "过期" in ended
    assert "withdraw" not in world.offered("A01", address)


def test_an_authority_counts_on_its_days_and_up_to_its_cap(world: World) -> None:
    page = f"{DESK}/authorities"
    given = {"act": "give", "role": "hall_manager", "to": "A02", "cap": "120", "reason": "培训"}
    days = {"from_on": str(TOMORROW), "to_on": str(TOMORROW), "password": PASSWORD}
    within, beyond = (
        world.ask("A01", "waiver", reason="outage", subscriber=f"1861234400{n}", amount=amount)
        for n, amount in enumerate(("120.00", "120.01"))
    )
    manager = world.who("M01")
    assert "授权已生效" in manager.send(page, given | days, page=page, follow=True).text
    assert "approve" not in world.offered("A02", within), "it counts from tomorrow on"
    today = days | {"from_on": str(TODAY), "to_on": str(TODAY)}
    long = today | {"to_on": str(TODAY + dt.timedelta(days=31))}
    assert manager.send(page, given | long, page=page).status_code == 422
    assert "授权已生效" in manager.send(page, given | today, page=page, follow=True).text
    assert "approve" in world.offered("A02", within)
    assert "approve" not in world.offered("A02", beyond), "one cent above its cap"
    assert "已批准" in world.act("A02", within, "approve")
    assert NUMBER.search(world.who("M01").read(within).partition('id="history"')[2]), "by which"


def test_every_limit_is_shown_before_the_case_is_asked_for(world: World) -> None:
    page, form = f"{DESK}/policies", f"{DESK}/new/waiver"
    names = ("case", "subscriber", "clerk_day", "approver_day", "hall_day")
    limits = {f"{name}_limit": f"{900 + place}" for place, name in enumerate(names)}
    proposed = change(TODAY, "500", instrument="waiver", **limits)
    shown = world.who("S01").send(page, proposed, page=page, follow=True).text
    number = NUMBER.findall(shown.partition("待审批")[2])[0]
    signed = {"act": "sign", "number": number, "password": PASSWORD}
    assert "已批准" in world.who("S02").send(page, signed, page=page, follow=True).text
    stated = {"reason": "outage", "subscriber": "18612345001"}
    used = world.ask("A02", "waiver", amount="30.00", **stated)
    assert "已批准" in world.act("M01", used, "approve")
    asked = {"act": "look", "amount": "871.00", **stated}
    for language in LANGUAGES:
        ahead = world.who("A02", language).send(form, asked, page=form).text
        table = ahead.partition('class="limits"')[2].partition("</table>")[0]
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
        told = [[*re.findall(r"[\d,]+\.\d\d", row), "tone-bad" in row] for row in rows]
        assert told[0] == ["900.00", "0.00", "900.00", False]
        assert told[1] == ["901.00", "30.00", "871.00", False]
        # Of the department's two, who stand above the hall, neither approved anything today.
        assert all(name.in_language(language) in table for name in LIMIT_NAMES.values())
        assert told[2][:2] == ["902.00", "30.00"]
        assert told[-1][0] == "904.00"
    over = world.who("A02").send(form, {**asked, "act": "ask", "amount": "871.01"}, page=form)
    assert (over.status_code, "871" in over.text) == (422, True)


def test_the_list_of_papers_is_told_the_auditor_and_shown_in_words(world: World) -> None:
    asked = replace(BY_COMPLAINT, amount_fen=11_00, subscriber="18612346001")
    number = ask_for(world.hall, asked, now=NOW - dt.timedelta(days=2))
    approve(world.hall, number, "D01", now=NOW - dt.timedelta(days=2))
    carry_out(world.hall, number, "A01", now=NOW - dt.timedelta(days=2))
    for who, told in (("A01", True), ("A02", False), ("J01", True), ("M01", False)):
        home = world.who(who).read(f"{HALL}/")
        assert (f"{number} 缺 2 份单据" in home) is told, who
    page = f"{DESK}/papers"
    given = world.who("A01").send(
        page, {"act": "give", "password": PASSWORD}, page=page, follow=True
    )
    lists = {one for one in NUMBER.findall(given.text) if "-ZL-" in one}
    (listed,) = lists
    assert f"资料交接清单 {listed} 待您签收" in world.who("J01").read(f"{HALL}/")
    assert f"List of papers {listed} waits" in world.who("J01", "en").read(f"{HALL}/")
    assert listed not in world.who("M01").read(f"{HALL}/")
    for language in ("zh", "en"):
        shown = world.who("J01", language).read(f"{HALL}/papers/{listed}")
        facts = shown.partition("pairs facts")[2].partition("</dl>")[0]
        assert number in facts
        assert not re.search(r"<dt>[a-z_]+</dt>|\[\[|complaint_record", facts), facts
        case = world.who("J01", language).read(f"{HALL}/papers/{number}")
        facts = case.partition("pairs facts")[2].partition("</dl>")[0]
        assert not re.search(r"<dt>[a-z_]+</dt>|\{|complaint_record", facts), facts
        assert "186****6001" in facts
        assert ">11.00</td>" in case
        assert ("应退 · 减免单" if language == "zh" else "Waiver") in case
