"""The pages of goods as keeper and clerk see them: no barrier for anyone, nothing cut off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from backoffice.transfers import forward_transfers
from stock.moves import MoveLine
from tests.backoffice.browser.appearance import SCAN_READY, VIEWS, faults_of
from tests.backoffice.browser.walking import follow
from tests.backoffice.goods_days import (
    LOANERS,
    NEW_SHEET,
    OTHER,
    add_loaners,
    make_other_hall,
    move,
    open_today,
    serials_at,
)
from tests.backoffice.visitors import HALL

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOODS = f"{HALL}/goods"
pytestmark = pytest.mark.browser


@pytest.fixture
def goods(app: Flask) -> Flask:
    """Give the pages with something on each: loans, a transfer, papers that wait."""
    engine = app.extensions["backoffice_engine"]
    today = open_today(engine)
    make_other_hall(engine)
    add_loaners(engine)
    facts = {
        "customer": "王女士",
        "phone": "13812345678",
        "condition": "屏幕完好,后盖轻微划痕",
        "due_on": str(today - dt.timedelta(days=2)),
    }
    move(engine, "K01", "lend", [MoveLine("BYJ-1", 1, LOANERS[0])], facts, days_ago=5)
    one, two, three = serials_at(app, "store")[:3]
    sent = [MoveLine("", 1, serial) for serial in (one, two)]
    move(engine, "K01", "transfer_out", sent, {"to_hall": "H002"}, days_ago=4)
    move(engine, "K01", "scrap", [MoveLine("", 1, three)], {"reason": "跌落碎屏"})
    forward_transfers(engine)
    return app


@pytest.mark.parametrize("name", VIEWS)
def test_no_page_of_goods_has_a_barrier_or_is_cut_off(
    goods: Flask, open_page: Callable[..., Page], name: str
) -> None:
    view = VIEWS[name]
    looks = {"language": view.language}
    faults: list[str] = []

    def look(page: Page, place: str) -> None:
        nonlocal faults
        faults += faults_of(page, f"goods-{place}-{name}", thorough=view.thorough)

    keeper = open_page("K01", **looks)
    for place in ("custody?holder=A01", "loans", "transfers"):
        keeper.goto(f"{GOODS}/{place}")
        look(keeper, place.partition("?")[0])
    for place in ("label-rounds", "price-requests"):
        keeper.goto(f"{HALL}/{place}")
        look(keeper, place)
    keeper.goto(f"{HALL}/")
    look(keeper, "today")
    _scan_a_few(keeper, serials_at(goods, "store")[0])
    look(keeper, "scan")
    keeper.goto(keeper.url.removesuffix("/scan"))
    follow(keeper, "button[value=make]")
    look(keeper, "sheet")
    keeper.goto(NEW_SHEET)
    look(keeper, "new")
    receiver = open_page("K21", **looks)
    receiver.goto(f"{OTHER}/goods/transfers")
    follow(receiver, ".tasks a")
    look(receiver, "manifest")
    manager = open_page("B01", **looks)
    manager.goto(f"{HALL}/papers?kind=scrap")
    follow(manager, "td a")
    manager.click(".act summary")
    look(manager, "approve")
    clerk = open_page("A01", **looks)
    clerk.goto(f"{GOODS}/custody")
    look(clerk, "mine")
    assert faults == []


def _scan_a_few(page: Page, serial: str) -> None:
    page.goto(NEW_SHEET)
    follow(page, "button.kind[value=draw]")
    page.select_option("#f-holder", "A06")
    page.click("button[value=scan]")
    page.wait_for_selector(SCAN_READY)
    for code in ("867123050001208", serial[:14], serial, serial, "PJ-CDQ*3"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    page.locator("[data-scan-counter=scanned]", has_text="4").wait_for()
