"""Counting in a real browser: two hundred scans from a wedge, a broken line, and the way it looks.

Screenshots are left under `var/screenshots` for the eye.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from tests.backoffice.test_pages_counts import COUNTS, opened, serials_of
from tests.source_tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = ROOT / "var" / "screenshots"
SCANS = 200
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


def test_two_hundred_scans_with_a_line_that_breaks_lose_nothing(
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
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(f"{COUNTS}/1/scan")
    wait_for(page, "unknown", 1)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_a_count_have_no_barrier_and_nothing_is_cut_off(
    app: Flask, open_page: Callable[..., Page], language: str, width: int
) -> None:
    opened(app)
    serials = serials_of(app)
    clerk = open_page("A01", language=language, width=width)
    keeper = open_page("M01", language=language, width=width)
    name = f"{language[:2]}-{width}"
    faults = look(keeper, COUNTS, f"counts-{name}")
    clerk.goto(f"{COUNTS}/1/scan")
    for number, code in enumerate([*serials[2:6], serials[2], "NEW-1", "123456789012345"], 1):
        clerk.keyboard.type(code)
        clerk.keyboard.press("Enter")
        clerk.wait_for_function(
            "n => document.querySelectorAll(\"[data-scan='rows'] li\").length === n", arg=number
        )
    faults += look(clerk, "", f"count-scan-{name}")
    small = clerk.evaluate(
        "[...document.querySelectorAll('.scan button, .scan-rows button, .scan input')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 48).map(one => one.outerHTML)"
    )
    assert small == []
    faults += look(keeper, f"{COUNTS}/1", f"count-live-{name}")
    clerk.locator("[name=sure]").check()
    clerk.get_by_role(
        "button", name="我已盘完" if language == "zh-CN" else "I have finished"
    ).click()
    faults += look(clerk, f"{COUNTS}/1", f"count-finished-{name}")
    faults += look(keeper, f"{COUNTS}/1", f"count-settling-{name}")
    assert faults == []


def look(page: Page, address: str, name: str) -> list[str]:
    """Keep a picture; give what bars people, and whether something is cut off."""
    if address:
        page.goto(address)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    cut_off = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    barriers = [
        f"{name}: {violation['id']}: {node['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
    return [*barriers, *([f"{name}: cut off"] if cut_off else [])]
