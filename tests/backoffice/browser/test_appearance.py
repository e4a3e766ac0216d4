"""Every page in both languages, wide and on a phone: no barrier for anyone, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.backoffice.browser.appearance import VIEWS, faults_of
from tests.backoffice.browser.walking import follow
from tests.backoffice.visitors import DAY, HALL

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEW_SLIP = f"{HALL}/corrections/new?date=2026-11-20"
PAGES = {
    "today": f"{HALL}/",
    "days": f"{HALL}/days?month=2026-11",
    "day": DAY,
    "day-empty": f"{HALL}/days/2026-11-21",
    "sign": f"{DAY}/sign",
    "findings": f"{HALL}/findings",
    "finding-amount": f"{DAY}/findings/X03/invoice:/26312000001000000090",
    "finding-number": f"{DAY}/findings/P01/invoice:031002600104/00260924",
    "finding-cash": f"{DAY}/findings/C02/tender:A02/cash",
    "finding-twice": f"{DAY}/findings/X04/txn:2026112000344",
    "total": f"{DAY}/totals/A02/cash",
    "transaction": f"{HALL}/transactions/2026112000342",
    "invoice": f"{HALL}/invoices/031002600104/00260447",
    "books": f"{HALL}/books",
    "book": f"{HALL}/books/031002600104/00260901?at=260924&state=void",
    "form-month": f"{HALL}/books/reports/month?month=2026-11",
    "form-sheet": f"{HALL}/books/reports/sheet?on=2026-11-20&clerk=A01",
    "evidence": f"{DAY}/evidence/accounts?clerk=A01&tender=wechat",
    "refunds": f"{DAY}/evidence/refunds",
    "batch": "",
    "papers": f"{HALL}/papers",
    "paper": f"{HALL}/papers/2026-RK-000001",
    "unit": "",
    "items": f"{HALL}/items",
    "item": f"{HALL}/items/SJ-CX10",
    "labels": f"{HALL}/labels",
    "on-hand": f"{HALL}/goods/on-hand",
    "ages": f"{HALL}/goods/lists/ages?on=2026-12-25",
    "advice": f"{HALL}/goods/lists/advice?on=2026-11-20",
    "month": f"{HALL}/goods/lists/month?month=2026-11",
    "goods-sheet": f"{HALL}/goods/lists/sheet?on=2026-11-20&place=A01",
    "statements": f"{HALL}/cash/statements",
    "kiosks": f"{HALL}/cash/kiosks",
    "cash-slips": f"{HALL}/cash/slips",
    "cash": f"{HALL}/cash",
    "roster": f"{HALL}/roster",
    "duties": f"{HALL}/duties",
    "calendars": f"{HALL}/calendars",
    "bundles": f"{HALL}/bundles",
    "accounts": f"{HALL}/voucher-mapping",
    "correction-new": f"{NEW_SLIP}&clerk=A06&error=X05+txn:2026112000345",
    "correction-own": f"{NEW_SLIP}&clerk=&error=T02+ref:alipay/2026112022001999000000000002",
    "correction": "",
    "corrections": f"{HALL}/corrections",
    "error-statistics": f"{HALL}/corrections/statistics",
    "search": f"{HALL}/search?q=no-such-thing",
    "not-found": f"{HALL}/transactions/none",
    "password": "/password",
}
# Pages whose address only the books know, found by following a link or pressing a button.
FOUND_ON = {
    "correction": (f"{NEW_SLIP}&clerk=A06&error=X05+txn:2026112000345", ".sheet-foot button"),
    "batch": (f"{DAY}/evidence/refunds", "td a[href*='/batches/']"),
    "unit": (f"{HALL}/papers/2026-CK-000001", "td a[href*='/units/']"),
}
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", VIEWS)
def test_no_page_has_a_barrier_or_is_cut_off(open_page: Callable[..., Page], name: str) -> None:
    view = VIEWS[name]
    stranger = open_page(language=view.language)
    stranger.goto("/sign-in")
    faults = faults_of(stranger, f"sign-in-{name}", thorough=view.thorough)
    page = open_page("J01", language=view.language)
    for place, address in PAGES.items():
        if place in FOUND_ON:
            start, link = FOUND_ON[place]
            page.goto(start)
            follow(page, link)
        else:
            page.goto(address)
        faults += faults_of(page, f"{place}-{name}", thorough=view.thorough)
    assert faults == []
