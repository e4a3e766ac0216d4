"""The pages of forms as each role sees them, and the strip walked by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.backoffice.browser.appearance import VIEWS, faults_of
from tests.backoffice.browser.walking import follow
from tests.backoffice.form_desks import BOOKS, BOUND, CODE, NEW, act, done, draw, open_desk
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

BOOK = f"{BOOKS}/{CODE}/00260401"
pytestmark = pytest.mark.browser


@pytest.fixture
def desk(app: Flask) -> Flask:
    """Give the pages with something on each: a void to be ticked and one that lacks a copy."""
    open_desk(app)
    clerk = Visitor(app, "A01")
    fields = {"invoice_code": CODE, "copies": "3", "reason": "打印错位"}
    refused = done(act(clerk, "void", numbers="00260460", **fields)).rpartition("/")[2]
    address = f"{HALL}/voids/{refused}"
    ticks = {"copy:00260460": ["1", "3"], "stamp:00260460": "1", "password": PASSWORD}
    Visitor(app, "J01").send(address, ticks, page=address)
    done(act(clerk, "void", numbers="00260461-00260462", **fields))
    done(act(clerk, "loss", invoice_code=CODE, numbers="00260470", circumstances="盘点少一份"))
    slip = {"slip_no": "QR-1", "original_code": CODE, "original_no": "00260438"}
    done(act(clerk, "slip", **slip, amount="20.00", reason="SALES_DISCOUNT"))
    done(act(Visitor(app, "K02"), "draw", pick=BOUND, clerk="A02"))
    return app


@pytest.mark.parametrize("name", VIEWS)
def test_no_page_of_forms_has_a_barrier_or_is_cut_off(
    desk: Flask, open_page: Callable[..., Page], name: str
) -> None:
    view = VIEWS[name]
    looks = {"language": view.language}
    faults: list[str] = []

    def look(page: Page, place: str, address: str = "") -> None:
        nonlocal faults
        if address:
            page.goto(address)
        faults += faults_of(page, f"forms-{place}-{name}", thorough=view.thorough)

    custodian = open_page("K02", **looks)
    for place, address in (
        ("today", f"{HALL}/"),
        ("choose", NEW),
        ("draw", f"{NEW}/draw"),
        ("receipt", f"{NEW}/receipt"),
        ("exchange", f"{NEW}/exchange"),
        ("papers", f"{BOOKS}/papers"),
        ("safe", f"{BOOKS}/{BOUND}"),
    ):
        look(custodian, place, address)
    auditor = open_page("J01", **looks)
    look(auditor, "voids", f"{HALL}/voids")
    follow(auditor, "td a.btn")
    look(auditor, "ticks")
    look(auditor, "reds", f"{HALL}/reds")
    look(auditor, "losses", f"{HALL}/losses")
    look(auditor, "list", BOOKS)
    look(auditor, "book", f"{BOOK}?at=260447&state=void")
    manager = open_page("M01", **looks)
    look(manager, "loss", f"{HALL}/losses")
    follow(manager, "td a")
    look(manager, "loss-case")
    clerk = open_page("A01", **looks)
    look(clerk, "use", f"{NEW}/use?number=00260448")
    clerk.fill("#f-amounts", "many")
    follow(clerk, ".form-act .btn-primary")
    look(clerk, "use-refused")
    look(clerk, "red", f"{NEW}/red?number=00260438&invoice_code={CODE}")
    look(clerk, "scan", f"{BOOKS}/scan?text={CODE}+00260438")
    look(clerk, "number", f"{HALL}/invoices/{CODE}/00260438")
    assert faults == []


def test_the_strip_is_walked_by_keyboard_from_number_to_number_and_into_its_page(
    app: Flask, open_page: Callable[..., Page]
) -> None:
    page = open_page("J01")
    page.goto(f"{BOOK}?at=00260447#n00260447")
    told = page.locator("[data-told]")
    assert "00260447" in told.inner_text()
    assert page.locator("[data-cells] a[tabindex='0']").count() == 1
    page.focus("#n00260447")
    page.keyboard.press("ArrowRight")
    assert "00260448" in told.inner_text()
    page.keyboard.press("ArrowUp")
    focused = page.evaluate("document.activeElement.id")
    assert focused < "n00260447"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.id") == "n00260401"
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HALL}/invoices/{CODE}/00260499")
    page.locator(".trail a").last.click()
    page.wait_for_url("**/books/**at=00260499**")
    assert "here" in (page.locator("#n00260499").get_attribute("class") or "")


def test_the_strip_works_without_scripts(app: Flask, open_page: Callable[..., Page]) -> None:
    draw(open_desk(app), "A02")
    page = open_page("J01", scripts=False, width=360)
    page.goto(f"{BOOKS}/{BOUND}")
    page.locator(".cells a").nth(49).click()
    page.wait_for_url(f"**/invoices/{CODE}/00261050")
