"""Refunds in a browser: an approver's two taps on a phone, and what a request needs while typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.backoffice.browser.appearance import VIEWS, faults_of
from tests.backoffice.browser.walking import follow
from tests.backoffice.refund_desks import DESK, NUMBER, OUTAGE, PAID, act, ask, open_refunds
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PHONE = 360
ABOVE_THE_DESKS = 744
"""Where the bar of desks begins on a phone of 800 px."""
CASH = {
    "cash": "cash",
    "cash-new": "cash/new",
    "cash-cases": "cash/cases",
    "petty": "cash/petty",
    "shifts": "shifts",
}
"""Pages of cash that this walk looks at too: no other opens today's books."""
COUNT_TAPS = "window.name = '0'"
COUNTING = "addEventListener('click', e => e.isTrusted && (window.name = +window.name + 1), true)"
"""A window keeps its name from page to page: the taps of a hand are counted there."""


@pytest.fixture
def desk(app: Flask) -> Flask:
    return open_refunds(app)


def test_an_approver_needs_two_taps_and_one_password_on_a_phone(
    desk: Flask, open_page: Callable[..., Page]
) -> None:
    clerk = Visitor(desk, "A01")
    ask(clerk, "waiver", **OUTAGE, amount="20.00")
    address = ask(clerk, "waiver", **OUTAGE, amount="150.00")
    page = open_page("M01", width=PHONE)
    page.add_init_script(COUNTING)
    page.goto(f"{HALL}/")
    page.evaluate(COUNT_TAPS)
    follow(page, f".tasks a[href='{address}']")
    page.wait_for_selector("#password-decide:focus")
    box = page.locator("button[value=approve]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < ABOVE_THE_DESKS, "approving stands on one screen"
    decide = page.locator(".decide").inner_text()
    for told in ("基站故障两天", "131****6398", "累计 170.00", "500.00", "1 笔", "20.00"):
        assert told in decide, told
    assert NUMBER not in page.content()
    page.keyboard.type(PASSWORD)
    follow(page, "button[value=approve]")
    page.wait_for_selector(".message.good")
    assert page.evaluate("window.name") == "2"
    assert "已批准" in Visitor(desk, "A01").read(address)


def test_what_a_request_needs_is_seen_while_it_is_typed_and_without_scripts(
    desk: Flask, open_page: Callable[..., Page]
) -> None:
    live = open_page("A01")
    live.goto(f"{DESK}/new/refund")
    live.select_option("#f-reason", "wrong_charge")
    live.wait_for_selector("#f-balance", state="hidden")
    live.fill("#f-subscriber", NUMBER)
    live.wait_for_selector(f"#ahead button[value='{PAID}']")
    live.fill("#f-original_txn", PAID)
    live.wait_for_selector("#ahead .result")
    live.fill("#f-amount", "129")
    live.select_option("#f-tender", "alipay")
    live.wait_for_selector("#ahead .signers")
    assert "营业厅经理" in live.inner_text("#ahead .signers")
    plain = open_page("A01", scripts=False)
    plain.goto(f"{DESK}/new/waiver")
    plain.select_option("#f-reason", "outage")
    plain.fill("#f-subscriber", NUMBER)
    plain.fill("#f-amount", "500.01")
    follow(plain, "button[value=look]")
    assert "上级主管部门" in plain.inner_text("#ahead .signers")
    follow(plain, "button[value=ask]")
    plain.wait_for_selector("#judged")


def test_no_page_of_refunds_has_a_barrier_or_is_cut_off(
    desk: Flask, open_page: Callable[..., Page]
) -> None:
    clerk = Visitor(desk, "A01")
    cases = [ask(clerk, "waiver", **OUTAGE, amount="60.00") for _ in range(3)]
    act(Visitor(desk, "M01"), cases[0], "approve")
    shifts = f"{HALL}/shifts"
    opened = {"act": "open", "clerk": "A01", "note:10000": "0"}
    shift = clerk.send(shifts, opened, page=shifts).location
    faults: list[str] = []
    for view, number, places in (
        ("en", "A01", {"form": f"{DESK}/new/refund", "case": cases[0], "choose": f"{DESK}/new"}),
        ("zh", "B01", {"decide": cases[2], "policies": f"{DESK}/policies"}),
        ("zh", "J01", {"flags": f"{DESK}/flags", "deposits": f"{DESK}/deposits"}),
        ("en", "M01", {"desk": DESK, "authorities": f"{DESK}/authorities"}),
        ("zh", "M01", {name: f"{HALL}/{address}" for name, address in CASH.items()}),
        ("zh", "A01", {"shift": shift}),
        ("en", "M02", {"roster": f"{HALL}/roster/2026-11-30"}),
    ):
        page = open_page(number, language=VIEWS[view].language)
        for place, address in places.items():
            page.goto(address)
            faults += faults_of(page, f"refund-{place}-{view}", thorough=True)
    assert faults == []
