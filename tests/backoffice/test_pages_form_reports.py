"""Reports on invoice forms as pages, papers and workbooks, each from the same rows."""

from __future__ import annotations

import html
import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import text

from ledger.money import show_yuan
from tests.backoffice.form_desks import act, done, open_desk, sign
from tests.backoffice.visitors import HALL, LINK, Visitor

REPORTS = f"{HALL}/books/reports"
MONTH = "month=2026-11"
ASKED = (
    f"month?{MONTH}",
    f"keepers?{MONTH}",
    f"register?{MONTH}",
    "register?code=031002600104&book=00260450",
    "sheet?on=2026-11-20&clerk=A01",
    "due?on=2026-11-20",
    "retention?on=2026-11-20",
)


def one_figure(app: Flask, query: str) -> int:
    """Ask the books themselves for one figure."""
    with app.extensions["backoffice_engine"].connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_report_opens_with_its_paper_and_its_workbook(app: Flask, language: str) -> None:
    keeper = Visitor(app, "K02", language)
    for asked in ASKED:
        rows = keeper.read(f"{REPORTS}/{asked}").count("<tr")
        assert rows > 2 or asked.startswith("retention"), asked
        book = keeper.get(f"{REPORTS}/{asked.replace('?', '.xlsx?')}")
        sheets = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets
        assert all(sheet.max_row > 2 for sheet in sheets), asked
    paper = keeper.get(f"{REPORTS}/month.pdf?{MONTH}")
    assert paper.data.startswith(b"%PDF")


def test_inv_04_a_closing_entered_by_hand_is_compared_on_the_page(app: Flask) -> None:
    keeper = Visitor(app, "K02", "en")
    left = one_figure(
        app,
        "SELECT SUM(b.amount) FROM balances b JOIN accounts a ON a.hall_id = b.hall_id"
        " AND a.id = b.account_id WHERE a.kind IN ('invoice_safe', 'invoice_clerk')",
    )
    assert str(left) in keeper.read(f"{REPORTS}/month?{MONTH}&closing={left}")
    refused = keeper.get(f"{REPORTS}/month?{MONTH}&closing={left - 1}")
    assert refused.status_code == 409
    assert "difference 1" in refused.text


def test_inv_14_the_month_shows_the_income_without_an_invoice(app: Flask) -> None:
    page = Visitor(app, "K02", "zh").read(f"{REPORTS}/month?{MONTH}")
    fen = one_figure(app, "SELECT SUM(received) FROM evidence_accounts WHERE invoice_waived = 1")
    assert "未开票收入" in page
    assert show_yuan(fen, separators=True) in page


def test_a_book_s_register_is_found_by_a_number_alone(app: Flask) -> None:
    page = Visitor(app, "K02").read(f"{REPORTS}/register?book=00260450")
    assert "00260401–00260500" in page


def test_a_clerk_has_his_own_sheet_and_no_other_s(app: Flask) -> None:
    clerk = Visitor(app, "A01", "zh")
    links = [html.unescape(link) for link in LINK.findall(clerk.read(f"{REPORTS}/sheet"))]
    assert not any("/reports/month" in link for link in links)
    assert "00260447" in clerk.read(f"{REPORTS}/sheet?on=2026-11-20")
    assert clerk.get(f"{REPORTS}/sheet?on=2026-11-20&clerk=A02").status_code == 403
    assert clerk.get(f"{REPORTS}/month").status_code == 403
    assert "A02" not in clerk.read(f"{REPORTS}/keepers?{MONTH}")
    assert "A02" not in clerk.read(f"{REPORTS}/due?on=2026-11-20")


def test_inv_13_a_sheet_counted_otherwise_asks_which_number(app: Flask) -> None:
    clerk = Visitor(app, "A01", "en")
    assert clerk.get(f"{REPORTS}/sheet?on=2026-11-20&closing=54").status_code == 200
    refused = clerk.get(f"{REPORTS}/sheet?on=2026-11-20&closing=53")
    assert refused.status_code == 409
    assert "00260447–00260500" in refused.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("nothing", 404),
        ("month?month=2026-13", 422),
        ("month?code=999999999999", 404),
        ("month?closing=many", 422),
        ("register?book=99999999", 404),
    ],
)
def test_what_cannot_be_reported_is_refused(app: Flask, asked: str, status: int) -> None:
    assert Visitor(app, "K02").get(f"{REPORTS}/{asked}").status_code == status


def test_inv_04_a_clerk_s_sheet_is_signed_by_both_and_shows_it(app: Flask) -> None:
    clerk = Visitor(open_desk(app), "A01")
    asked = {"clerk": "A01", "on": "2026-11-20"}
    assert "/books/new/day-sheet?" in clerk.read(f"{REPORTS}/sheet?on=2026-11-20")
    again = done(act(clerk, "day-sheet", **asked, counted="53"))
    assert "holder=A01" in again
    assert "哪一号" in clerk.read(again)
    assert "空白票盘点不符 A01" in Visitor(app, "K02").read("/halls/H001/")
    address = done(act(clerk, "day-sheet", **asked, counted="54"))
    sign(Visitor(app, "K02"), address)
    page = clerk.read(f"{REPORTS}/sheet?on=2026-11-20")
    assert "签字记录" in page
    assert page.count("林晓燕") > 1
    assert "与账一致" in page
