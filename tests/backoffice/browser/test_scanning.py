"""Two hundred scans in a real browser: a bad one among them, one undone, a reload in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from stock.moves import MoveLine
from tests.backoffice.browser.appearance import SCAN_READY
from tests.backoffice.browser.walking import follow
from tests.backoffice.goods_days import NEW_SHEET, move, open_today, serials_at
from tests.backoffice.visitors import HALL, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
BAD = "867123050001208"
TARGET = 48
GOOD_SOUND, BAD_SOUND = 1320, 220
# Notes the pitch of every sound the page makes; like a browser's, it sleeps until it is woken.
LISTEN = """
window.heard = [];
window.AudioContext = class {
  state = "suspended";
  async resume() { this.state = navigator.userActivation.isActive ? "running" : "suspended"; }
  currentTime = 0;
  destination = {};
  createOscillator() {
    const frequency = { set value(pitch) { window.heard.push(pitch); } };
    return { frequency, connect: (next) => next, start() {}, stop() {} };
  }
  createGain() {
    const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect: (next) => next };
  }
};
"""
# A phone: `window.refusal` is what it says of its camera, `window.formats` what its reader knows,
# and `window.looks` what each look at the picture reads.
PHONE = """
window.matchMedia = () => ({ matches: true });
Object.assign(window, { formats: [], refusal: "NotAllowedError", looks: [] });
navigator.mediaDevices.getUserMedia = async () => {
  if (window.refusal) throw new DOMException("", window.refusal);
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, 9, 9), 30);
  return canvas.captureStream();
};
window.BarcodeDetector = class {
  static getSupportedFormats = async () => window.formats;
  async detect() { return (window.looks.shift() || []).map((rawValue) => ({ rawValue })); }
};
"""
NO_READER = "delete window.BarcodeDetector;"
pytestmark = pytest.mark.browser


@pytest.fixture
def goods(app: Flask) -> Flask:
    """Give the pages on a day on which goods move."""
    open_today(app.extensions["backoffice_engine"])
    return app


def _begin(page: Page, kind: str, holder: str = "") -> None:
    page.goto(NEW_SHEET)
    follow(page, f"button.kind[value={kind}]")
    if holder:
        page.select_option("#f-holder", holder)
    page.click("button[value=scan]")
    page.wait_for_selector(SCAN_READY)


def _scan(page: Page, code: str) -> None:
    """Scan as a wedge scanner does: the keys of the code, then Enter, wherever one is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def _counter(page: Page, name: str) -> str:
    return page.inner_text(f'[data-scan-counter="{name}"]')


def _wait_for(page: Page, name: str, number: int) -> None:
    page.wait_for_function(
        '([name, number]) => document.querySelector(`[data-scan-counter="${name}"]`)'
        ".textContent === number",
        arg=[name, str(number)],
    )


def test_two_hundred_scans_with_a_bad_one_an_undo_and_a_reload(
    goods: Flask, open_page: OpenPage
) -> None:
    first, last = "7026110000001001", "7026110000001199"
    cards = [MoveLine("CZK-50", 199, first, last, unit_cost_fen=4900)]
    move(goods.extensions["backoffice_engine"], "K01", "receipt", cards, {})
    codes = [str(number) for number in range(int(first), int(last) + 1)]
    page = open_page("K01", width=360)
    page.add_init_script(LISTEN)
    _begin(page, "draw", "A06")
    for place, code in enumerate(codes[:100]):
        _scan(page, BAD if place == 50 else code)
    _scan(page, codes[50])
    _wait_for(page, "scanned", 100)
    assert _counter(page, "refused") == "1"
    heard = page.evaluate("window.heard")
    assert heard.count(GOOD_SOUND) == 100
    assert heard.count(BAD_SOUND) == 1
    page.reload()
    page.wait_for_selector(SCAN_READY)
    assert _counter(page, "scanned") == "100"
    page.locator("[data-scan=rows] button[name=undo]").first.click()
    _wait_for(page, "scanned", 99)
    assert page.evaluate("document.activeElement.id") == "scan-code"
    for code in (codes[50], *codes[100:]):
        _scan(page, code)
    _wait_for(page, "scanned", 199)
    follow(page, "a:has-text('扫完了')")
    page.check("input[name=good_only]")
    page.click("button[value=make]")
    page.wait_for_url("**/papers/**")
    assert "已入账" in page.inner_text(".now")
    assert set(codes) <= set(serials_at(goods, "clerk A06", "CZK-50"))


def test_a_scan_takes_colour_icon_and_word_and_the_field_keeps_the_focus(
    goods: Flask, open_page: OpenPage
) -> None:
    page = open_page("K01")
    _begin(page, "draw", "A06")
    _scan(page, serials_at(goods, "store")[0])
    page.wait_for_selector(".scan-verdict.tone-good .mark-good")
    assert "已记" in page.inner_text(".scan-verdict")
    page.mouse.click(5, 400)
    _scan(page, BAD)
    page.wait_for_selector(".scan-verdict.tone-bad")
    assert "校验位" in page.inner_text(".scan-verdict")
    assert page.evaluate("document.activeElement.id") == "scan-code"


def test_a_pasted_list_is_taken_and_a_proposed_digit_confirmed(
    goods: Flask, open_page: OpenPage
) -> None:
    first, second, third = serials_at(goods, "store")[:3]
    page = open_page("K01")
    _begin(page, "draw", "A06")
    page.evaluate(
        """text => {
          const held = new DataTransfer();
          held.setData("text", text);
          document.getElementById("scan-code").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
        }""",
        f"{first}\nnonsense\n{second}\n",
    )
    _wait_for(page, "scanned", 2)
    _scan(page, third[:14])
    page.locator("[data-scan=rows] button[name=confirm]").first.click()
    _wait_for(page, "scanned", 3)


def test_the_camera_takes_each_code_in_sight_once_and_says_why_it_cannot(
    goods: Flask, open_page: OpenPage
) -> None:
    page = open_page("K01", width=360)
    page.add_init_script(PHONE)
    _begin(page, "draw", "A06")
    camera = page.locator("[data-scan=camera]")

    def refused(word: str) -> None:
        camera.click()
        page.wait_for_selector(f".scan-verdict.tone-bad:has-text('{word}')")
        assert camera.get_attribute("aria-pressed") == "false"

    refused("这个浏览器不能用摄像头识别条码")
    page.evaluate("window.formats = ['code_128', 'unknown']")
    refused("未允许使用摄像头")
    page.evaluate("window.refusal = 'NotFoundError'")
    refused("没有摄像头")
    # Two codes stand in sight together; the half of one that a single look reads is no code.
    one, two = serials_at(goods, "store")[:2]
    page.evaluate(
        "([one, two]) => { window.refusal = '';"
        " window.looks = [[one.slice(0, 9)], [one, two], [one, two], [two, one], [one]]; }",
        [one, two],
    )
    camera.click()
    _wait_for(page, "scanned", 2)
    page.wait_for_function("() => window.looks.length === 0")
    assert (_counter(page, "twice"), _counter(page, "refused")) == ("0", "0")
    camera.click()
    assert camera.get_attribute("aria-pressed") == "false"
    page.evaluate(NO_READER)
    refused("这个浏览器不能用摄像头识别条码")


def test_a_scan_made_before_the_script_has_come_waits_for_it(
    goods: Flask, open_page: OpenPage
) -> None:
    page = open_page("K01")
    _begin(page, "draw", "A06")
    code = serials_at(goods, "store")[0]
    page.add_init_script(
        f"""document.addEventListener("readystatechange", () => {{
          if (document.readyState !== "interactive" || window.scanned) return;
          window.scanned = true;
          document.getElementById("scan-code").value = "{code}";
          document.getElementById("scan").requestSubmit();
        }});"""
    )
    page.reload()
    _wait_for(page, "scanned", 1)


def test_what_waits_while_the_line_is_broken_is_sent_when_it_is_back(
    goods: Flask, open_page: OpenPage
) -> None:
    page = open_page("K01")
    _begin(page, "draw", "A06")
    codes = serials_at(goods, "store")[:3]
    page.context.set_offline(True)
    for code in codes:
        _scan(page, code)
    page.wait_for_selector("[data-scan=waiting].bad")
    page.context.set_offline(False)
    _wait_for(page, "scanned", 3)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_every_target_is_wide_enough_for_a_gloved_thumb(
    goods: Flask, open_page: OpenPage, language: str
) -> None:
    page = open_page("K01", width=360, language=language)
    _begin(page, "draw", "A06")
    for code in (serials_at(goods, "store")[0], BAD):
        _scan(page, code)
    _wait_for(page, "refused", 1)
    small = page.evaluate(
        """least => [...document.querySelectorAll("main :is(button, input, select, .btn)")]
          .filter((one) => one.offsetParent && one.type !== "hidden" && one.type !== "file")
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
          .filter(([, height]) => height < least)""",
        TARGET,
    )
    assert small == []


def test_a_document_is_made_and_confirmed_without_scripts(
    goods: Flask, open_page: OpenPage
) -> None:
    giver = open_page("A03", scripts=False)
    giver.goto(f"{HALL}/goods/custody")
    follow(giver, "button:has-text('交接')")
    giver.select_option("#f-to_holder", "A04")
    follow(giver, "button[value=scan]")
    serial = serials_at(goods, "clerk A03", "SIM-5G")[0]
    giver.fill("#scan-code", serial)
    follow(giver, "#scan button:has-text('确认')")
    follow(giver, "a:has-text('扫完了')")
    follow(giver, "button[value=make]")
    taker = open_page("A04", scripts=False)
    follow(taker, ".tasks a:has-text('确认')")
    taker.click("summary:has-text('确认')")
    taker.fill("#password-confirm", PASSWORD)
    follow(taker, "details[open] button:has-text('确认')")
    assert "已入账" in taker.inner_text(".now")
    assert serial in serials_at(goods, "clerk A04", "SIM-5G")
