"""Pages of what is known of goods: the matrix leads to serials, each list to its workbook."""

from __future__ import annotations

import html
import io

import openpyxl
from flask import Flask

from tests.backoffice.visitors import HALL, LINK, Visitor

LISTS = f"{HALL}/goods/lists"
DAY = "2026-11-20"


def test_the_keeper_goes_from_the_matrix_to_a_unit_s_life(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    matrix = keeper.read(f"{HALL}/goods/on-hand")
    links = [html.unescape(link) for link in LINK.findall(matrix)]
    (cell,) = [x for x in links if "/serials?" in x and "SJ-YH5" in x and "clerk+A01" in x]
    serials = keeper.read(cell)
    unit = next(x for x in LINK.findall(serials) if "/units/" in x)
    life = keeper.read(html.unescape(unit))
    assert "首次入库" in life
    assert "领用单" in life


def test_every_list_opens_in_both_languages_with_its_workbook(app: Flask) -> None:
    for language in ("zh", "en"):
        keeper = Visitor(app, "K01", language)
        for name in (
            f"ages?on={DAY}",
            f"slow-movers?on={DAY}",
            f"advice?on={DAY}",
            f"ledger?on={DAY}",
            f"sheet?on={DAY}&place=A01",
            "month?month=2026-11",
            "month?month=2026-11&place=store",
            "worth?place=store",
            "oldest?item=SJ-YH5",
            "item?item=SIM-5G",
        ):
            page = keeper.read(f"{LISTS}/{name}")
            assert page.count("<tr") > 1 or "slow-movers" in name
            book = keeper.get(f"{LISTS}/{name.replace('?', '.xlsx?')}")
            sheet = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0]
            assert sheet.max_row > 1


def test_the_chart_of_ages_says_what_it_shows(app: Flask) -> None:
    page = Visitor(app, "K01", "en").read(f"{LISTS}/ages?on=2026-12-25")
    assert 'role="img" aria-label="Stock age: 0–30 days 0, 31–60 days ' in page


def test_a_clerk_sees_his_own_goods_and_not_the_month(app: Flask) -> None:
    clerk = Visitor(app, "A01")
    matrix = clerk.read(f"{HALL}/goods/on-hand")
    assert "A01" in matrix
    assert "A02" not in matrix
    assert clerk.get(f"{LISTS}/month").status_code == 403
    assert clerk.get(f"{LISTS}/serials?item=SJ-YH5&place=A02").status_code == 404
    assert clerk.get(f"{HALL}/goods/sheet.pdf?on={DAY}").data.startswith(b"%PDF")


def test_the_keeper_finds_a_serial_and_a_paper_but_no_transaction(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    paper = keeper.get(f"{HALL}/search?q=RK2026-0001")
    assert paper.location == f"{HALL}/papers/2026-RK-000001"
    assert keeper.get(f"{HALL}/search?q=2026112000341").status_code == 200
