"""Counting in a real browser: a hundred scans from a wedge, a broken line, and the look of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.backoffice.browser.appearance import VIEWS, faults_of
from tests.backoffice.browser.walking import follow
from tests.backoffice.test_pages_counts import COUNTS, opened, serials_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCANS = 100
SECONDS = 1000
pytestmark = pytest.mark.browser


def figure(page: Page, name: str) -> int:
    return int(page.locator(f"[data-scan-counter='{name}']").inner_text().replace(",", ""))


def wait_for(page: Page, name: str, number: int) -> None:
    page.wait_for_function(
        "([name, number]) => document.querySelector(`[data-scan-counter='${name}']`)"
        ".textContent.replaceAll(',', '') === String(number)",
        arg=[name, number],
        timeout=60 * SECONDS,
    )


def test_a_hundred_scans_with_a_line_that_breaks_lose_nothing(
    app: Flask, open_page: Callable[..., Page]
) -> None:
    opened(app)
    serials = serials_of(app)
    codes = [*serials, *(f"NEW-{number:04d}" for number in range(SCANS))][: SCANS - 2]
    codes = [*codes, codes[0], "123456789012345"]
    page = open_page("A01", width=360)
    page.goto(f"{COUNTS}/1/scan")
    for place, code in enumerate(codes):
        if place == 60:
            page.context.set_offline(True)
        if place == 90:
            page.locator("[data-scan='waiting']", has_text="连接中断").wait_for()
            page.context.set_offline(False)
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    wait_for(page, "scanned", SCANS - 2)
    wait_for(page, "unreadable", 1)
    assert (figure(page, "twice"), figure(page, "unreadable")) == (1, 1)
    assert page.evaluate("document.activeElement.id") == "scan-code"
    # On another device it goes on where it was.
    other = open_page("A01", width=1280)
    other.goto(f"{COUNTS}/1/scan")
    assert figure(other, "scanned") == SCANS - 2
    other.locator("[data-scan='rows'] button").nth(2).click()
    wait_for(other, "scanned", SCANS - 3)


def test_pasted_lines_are_one_act_and_a_scan_waits_for_the_next_visit(
    app: Flask, open_page: Callable[..., Page]
) -> None:
    opened(app)
    serials = serials_of(app)
    page = open_page("A01")
    page.goto(f"{COUNTS}/1/scan")
    page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text', text);"
        " document.getElementById('scan-code').dispatchEvent(new ClipboardEvent('paste',"
        " {clipboardData: data, bubbles: true, cancelable: true})); }",
        "\n".join(serials),
    )
    wait_for(page, "scanned", len(serials))
    page.context.set_offline(True)
    page.keyboard.type("LATE-1")
    page.keyboard.press("Enter")
    page.locator("[data-scan='waiting']", has_text="连接中断").wait_for()
    page.context.set_offline(False)
    page.goto(f"{COUNTS}/1/scan")
    wait_for(page, "unknown", 1)


@pytest.mark.parametrize("name", VIEWS)
def test_the_pages_of_a_count_have_no_barrier_and_nothing_is_cut_off(
    app: Flask, open_page: Callable[..., Page], name: str
) -> None:
    view = VIEWS[name]
    opened(app)
    serials = serials_of(app)
    clerk = open_page("A01", language=view.language)
    keeper = open_page("M01", language=view.language)
    faults: list[str] = []

    def look(page: Page, place: str, address: str = "") -> None:
        nonlocal faults
        if address:
            page.goto(address)
        faults += faults_of(page, f"{place}-{name}", thorough=view.thorough)

    look(keeper, "counts", COUNTS)
    clerk.goto(f"{COUNTS}/1/scan")
    for number, code in enumerate([*serials[2:6], serials[2], "NEW-1", "123456789012345"], 1):
        clerk.keyboard.type(code)
        clerk.keyboard.press("Enter")
        clerk.wait_for_function(
            "n => document.querySelectorAll(\"[data-scan='rows'] li\").length === n", arg=number
        )
    look(clerk, "count-scan")
    small = clerk.evaluate(
        "[...document.querySelectorAll('.scan button, .scan-rows button, .scan input')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 48).map(one => one.outerHTML)"
    )
    assert small == []
    look(keeper, "count-live", f"{COUNTS}/1")
    clerk.locator("[name=sure]").check()
    finished = "我已盘完" if name == "zh" else "I have finished"
    follow(clerk, f"role=button[name='{finished}'i]")
    look(clerk, "count-finished", f"{COUNTS}/1")
    look(keeper, "count-settling", f"{COUNTS}/1")
    assert faults == []
