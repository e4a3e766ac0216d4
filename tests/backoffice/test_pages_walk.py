"""Every figure is a door: whatever a page links to opens, and what must be masked is masked."""

from __future__ import annotations

import html
import re
from collections import deque
from io import BytesIO
from urllib.parse import urldefrag

import openpyxl
import pytest
from flask import Flask

from backoffice.pages.icons import NAMES, icon_sheet
from backoffice.pages.shell import DESKS
from backoffice.pages.showing import (
    ARRIVAL_LOOK,
    AUDIT_LOOK,
    DATA_LOOK,
    HALL_LOOK,
    SEVERITY_LOOK,
    STATE_LOOK,
)
from tests.backoffice.visitors import DAY, HALL, LINK, Visitor
from tests.source_tree import templates

TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ENOUGH_OF_A_SORT = 6
MOST_PAGES = 260


def _sort_of(app: Flask, address: str) -> str:
    endpoint, facts = app.url_map.bind("localhost").match(address.partition("?")[0])
    return f"{endpoint} {facts.get('check', '')}{facts.get('kind', '')}"


def _walk(app: Flask, visitor: Visitor) -> dict[str, str]:
    """Open pages as far as links lead, some of each sort; gives address -> HTML."""
    waiting, seen, taken = deque([f"{HALL}/", DAY]), {f"{HALL}/", DAY}, dict[str, int]()
    pages: dict[str, str] = {}
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.popleft()
        answer = visitor.get(address)
        assert answer.status_code in {200, 302}, f"{address}: {answer.status_code}"
        if answer.mimetype != "text/html":
            continue
        pages[address] = answer.text
        for link in LINK.findall(answer.text):
            target = urldefrag(html.unescape(link))[0]
            if not target or target in seen:
                continue
            assert target.startswith("/"), f"{address} leads away to {target}"
            sort = _sort_of(app, target)
            taken[sort] = taken.get(sort, 0) + 1
            if taken[sort] <= ENOUGH_OF_A_SORT:
                seen.add(target)
                waiting.append(target)
    return pages


def test_every_link_of_the_auditor_s_pages_opens_and_no_telephone_number_shows(
    app: Flask, auditor: Visitor
) -> None:
    pages = _walk(app, auditor)
    sorts = {_sort_of(app, address).split()[0] for address in pages}
    assert {
        "pages.show_today",
        "pages.show_day",
        "pages.show_days",
        "pages.list_findings",
        "pages.show_finding",
        "pages.show_total",
        "pages.list_evidence",
        "pages.show_batch",
        "pages.show_transaction",
        "pages.show_invoice",
        "pages.list_documents",
        "pages.show_paper",
        "pages.show_unit",
    } <= sorts
    leaked = {
        address: found
        for address, page in pages.items()
        if (found := TELEPHONE.findall(re.sub(r"<[^>]+>", " ", page)))
    }
    assert leaked == {}


def test_a_clerk_s_pages_lead_only_where_he_may_go(app: Flask) -> None:
    clerk = Visitor(app, "A04")
    pages = {f"{HALL}/": clerk.read(f"{HALL}/")}
    own = [link for link in LINK.findall(pages[f"{HALL}/"]) if "/findings/" in link]
    assert own
    for link in own:
        page = clerk.read(html.unescape(link))
        for further in LINK.findall(page):
            target = urldefrag(html.unescape(further))[0]
            assert not target or clerk.get(target).status_code == 200, (link, target)


def test_a_clerk_does_not_open_another_s_finding(app: Flask, auditor: Visitor) -> None:
    others = [
        html.unescape(link)
        for link in LINK.findall(auditor.read(DAY))
        if "/findings/" in link and "/X05/" in link
    ]
    assert others
    assert Visitor(app, "A01").get(others[0]).status_code == 403


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("2026112000341", f"{HALL}/transactions/2026112000341"),
        ("031002600104/00260447", f"{HALL}/invoices/031002600104/00260447"),
        ("00260447", f"{HALL}/invoices/031002600104/00260447"),
        ("26312000001000000090", f"{HALL}/invoices/-/26312000001000000090"),
        ("RK2026-0001", f"{HALL}/papers/2026-RK-000001"),
    ],
    ids=["transaction", "code and number", "number", "e-invoice", "paper"],
)
def test_the_search_opens_the_one_thing_it_finds(auditor: Visitor, words: str, where: str) -> None:
    answer = auditor.get(f"{HALL}/search", query_string={"q": words})
    assert answer.status_code == 302
    assert answer.location == where
    assert auditor.get(where).status_code == 200


def test_a_search_that_finds_nothing_says_what_can_be_searched(auditor: Visitor) -> None:
    page = auditor.read(f"{HALL}/search?q=no-such-thing")
    assert "没有找到" in page


@pytest.mark.parametrize(
    "address",
    [
        f"{HALL}/transactions/none",
        f"{HALL}/invoices/-/1",
        f"{HALL}/units/none",
        f"{HALL}/papers/none",
        f"{HALL}/batches/999999",
        f"{DAY}/evidence/none",
        f"{DAY}/totals/A99/cash",
        f"{DAY}/findings/X01/txn:none",
    ],
)
def test_what_is_not_there_is_told_as_a_page(auditor: Visitor, address: str) -> None:
    answer = auditor.get(address)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_the_original_of_a_batch_is_given_only_for_a_reason(auditor: Visitor) -> None:
    page = auditor.read(f"{DAY}/evidence/refunds")
    batch = next(link for link in LINK.findall(page) if "/batches/" in link).partition("?")[0]
    refused = auditor.send(f"{batch}/file", {"reason": " "}, page=batch)
    assert refused.status_code == 302
    given = auditor.send(f"{batch}/file", {"reason": "核对原始单据"}, page=batch)
    assert given.status_code == 200
    assert "attachment" in given.headers["Content-Disposition"]
    assert given.headers["Cache-Control"] == "no-store"


def test_the_original_is_not_given_to_who_may_not_import(app: Flask) -> None:
    finance = Visitor(app, "F01")
    page = finance.read(f"{DAY}/evidence/refunds")
    batch = next(link for link in LINK.findall(page) if "/batches/" in link).partition("?")[0]
    assert 'name="reason"' not in finance.read(batch)
    answer = finance.send(f"{batch}/file", {"reason": "curious"}, page=batch)
    assert answer.status_code == 403


def test_the_sheet_holds_the_icons_the_pages_use_and_no_other() -> None:
    drawn = set(re.findall(r' id="([\w-]+)"', icon_sheet()))
    assert drawn == NAMES
    used = {
        name
        for _, source in templates()
        for expression in re.findall(r"icon\(([^)]*)\)", source)
        for name in re.findall(r'"([\w-]+)"', expression)
    } - {"good", "bad", "wait"}
    looks = (DATA_LOOK, AUDIT_LOOK, HALL_LOOK, ARRIVAL_LOOK, SEVERITY_LOOK, STATE_LOOK)
    used |= {icon for look in looks for icon, _ in look.values()}
    used |= {desk.icon for desk in DESKS}
    assert used == drawn


def test_no_template_styles_or_runs_anything_inline() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:")
    offenders = [
        name
        for name, source in templates()
        if not name.startswith("templates/print/") and inline.search(source)
    ]
    assert offenders == []


def test_a_list_is_narrowed_and_the_workbook_holds_exactly_its_rows(auditor: Visitor) -> None:
    narrowed = f"{DAY}/evidence/accounts?clerk=A02&tender=cash"
    page = auditor.read(narrowed)
    shown = re.findall(r'<a href="[^"]*/transactions/(\d+)">\1</a>', page)
    assert shown
    address = next(link for link in LINK.findall(page) if "rows.xlsx" in link)
    answer = auditor.get(html.unescape(address))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data), read_only=True)
    cells = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    book.close()
    numbers = [cell for cell in cells if re.fullmatch(r"20261120\d{5}", cell)]
    assert numbers == shown
    assert not [cell for cell in cells if TELEPHONE.fullmatch(cell)]


@pytest.mark.parametrize("number", ["K01", "A01"])
def test_who_looks_at_goods_finds_goods_and_papers_and_nothing_else(
    app: Flask, number: str
) -> None:
    visitor = Visitor(app, number)
    assert 'name="q"' in visitor.read(f"{HALL}/goods/on-hand")
    unit = visitor.get(f"{HALL}/search", query_string={"q": "867123050001009"})
    assert (unit.status_code, unit.location) == (302, f"{HALL}/units/867123050001009")
    for words in ("2026112000341", "00260447"):
        found = visitor.get(f"{HALL}/search", query_string={"q": words})
        assert found.status_code == 200
        assert f"{HALL}/transactions" not in found.text
        assert f"{HALL}/invoices" not in found.text


@pytest.mark.parametrize(
    "address",
    [
        "days?month=9999-12",
        "days?month=0001-01",
        "cash/petty?month=9999-12",
        "roster?week=0001-01-01",
    ],
)
def test_a_month_or_week_beyond_all_calendars_shows_one_that_is_not(
    auditor: Visitor, address: str
) -> None:
    page = auditor.read(f"{HALL}/{address}")
    assert address[-7:] not in re.sub(r"<[^>]+>", "", page)
