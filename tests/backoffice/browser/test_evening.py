"""The auditor's evening in a real browser: sign in, drop files, run, look at a finding, print."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.backoffice.browser.walking import follow
from tests.backoffice.visitors import DAY, HALL, PASSWORD, SAMPLE

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
NEXT_DAY = f"{HALL}/days/2026-11-21"
pytestmark = pytest.mark.browser

DROP = """
([name, text]) => {
  const held = new DataTransfer();
  held.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.dispatchEvent(
      new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
  }
}
"""


def test_from_sign_in_to_the_printed_paper(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.click(f".tasks a[href='{DAY}']")
    page.wait_for_url(f"**{DAY}")
    follow(page, 'form[action$="/run"] button')
    page.wait_for_selector(".message")
    follow(page, 'tr.line a[href*="/findings/X03/"]')
    assert "账票金额不符" in page.inner_text("h1")
    assert page.locator(".side-of").count() == 2
    follow(page, ".side-of a[href*='/transactions/']")
    assert "流水" in page.inner_text("h1")
    page.go_back()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{DAY}")
    paper = page.locator('a[href*="paper.pdf"]').first.get_attribute("href")
    assert paper is not None
    answer = page.request.get(paper)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_a_file_dropped_anywhere_on_the_day_is_taken_in(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.goto(NEXT_DAY)
    page.evaluate(DROP, ["日结.csv", "工号,支付方式,金额\nA01,cash,500.00\n"])
    page.wait_for_selector(".outcomes")
    assert "日结申报" in page.inner_text(".outcomes")
    assert "500.00" in page.inner_text(".outcomes")


def test_a_refused_file_tells_line_and_column_beside_its_name(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.goto(NEXT_DAY)
    page.evaluate(DROP, ["日结.csv", "工号,支付方式,金额\nA01,cash,十元\n"])
    page.wait_for_selector(".problems")
    assert re.search(r"第 2 行 · 列 金额 amount", page.inner_text(".problems"))


def test_choosing_a_file_sends_it_without_another_press(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.goto(DAY)
    page.set_input_files("#files", SAMPLE / "退减赠.csv")
    page.wait_for_selector(".outcomes")
    assert "同一文件已导入过" in page.inner_text(".outcomes")


def test_a_cell_tells_its_figures_on_focus(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.goto(DAY)
    cell = page.locator('.matrix a[href$="/totals/A02/cash"]')
    tip = cell.locator(".tip")
    assert tip.evaluate("e => getComputedStyle(e).opacity") == "0"
    page.keyboard.press("Tab")
    cell.focus()
    assert tip.evaluate("e => getComputedStyle(e).opacity") == "1"
    assert "4,340.30" in tip.inner_text()


def test_the_slash_searches_and_a_scan_opens_what_was_scanned(open_page: OpenPage) -> None:
    page = open_page("J01")
    page.goto(DAY)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("2026112000341")
    page.keyboard.press("Enter")
    page.wait_for_url("**/transactions/2026112000341")
    page.goto(DAY)
    # A scanner's keys come faster than keys can be sent to a browser from outside.
    page.evaluate(
        """code => {
          for (const key of [...code, "Enter"])
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }""",
        "00260447",
    )
    page.wait_for_url("**/invoices/031002600104/00260447")


def test_everything_is_done_without_scripts(open_page: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "日结.csv"
    file.write_text("工号,支付方式,金额\nA01,cash,500.00\n", "utf-8")
    page = open_page("J01", scripts=False)
    page.goto(NEXT_DAY)
    page.set_input_files("#files", file)
    follow(page, ".drop button")
    assert "日结申报" in page.inner_text(".outcomes")
    page.goto(DAY)
    follow(page, 'form[action$="/run"] button')
    follow(page, 'tr.line a[href*="/findings/C02/"]')
    assert "长短款" in page.inner_text("h1")
    page.click("details.menu > summary")
    page.click('form[action$="/sign-out"] button')
    page.wait_for_url("**/sign-in")


def test_the_clerk_answers_and_the_auditor_accepts(open_page: OpenPage) -> None:
    clerk = open_page("A02")
    follow(clerk, '.tasks a[href*="/findings/C02/"]')
    clerk.fill("#reason-answer", "找零多付 10 元")
    clerk.click(".act[open] button")
    clerk.wait_for_selector(".message")
    auditor = open_page("J01")
    follow(auditor, '.tasks a[href*="/corrections/"]')
    auditor.wait_for_selector(".act[open] #password")
    assert "找零多付 10 元" in auditor.inner_text(".history")
    auditor.fill(".act[open] #password", PASSWORD)
    follow(auditor, ".act[open] form button")
    auditor.wait_for_selector(".message")
    assert "已接受" in auditor.inner_text(".head .now")
