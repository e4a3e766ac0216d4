"""Workbooks opened again: nothing in them runs, no digit is lost, every line is there."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice import sheets
from backoffice.sheets import CellKind, Column, Sheet, TooManyRows, Value, table_workbook
from backoffice.workbooks import render_audit_workbook
from ledger.evidence.kinds import KINDS
from ledger.schema import microseconds
from ledger.text import Text
from ledger.times import HALL_TIME
from tests.backoffice.audit_days import empty_day, ordinary_day

NOON = dt.datetime(2026, 11, 20, 12, 0, 5, tzinfo=HALL_TIME)
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.test","x")',
    "+8613900000000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "#REF!",
    "{=1}",
)

ACCOUNT_LINE = {
    "intake_no": 3,
    "file_line": 17,
    "txn_no": "0020261120000012",
    "line_no": 1,
    "accepted_at": microseconds(NOON),
    "business_date": dt.date(2026, 11, 20),
    "clerk": "A01",
    "business": "缴费",
    "line_kind": "sale",
    "subscriber": "13912345678",
    "due": 58_00,
    "discount": 0,
    "received": 58_00,
    "tender": "cash",
    "invoice_no": "00012001",
    "deferred": 0,
    "invoice_waived": 1,
    "serial": "=867400023456789",
}
SECOND_LINE = {**ACCOUNT_LINE, "file_line": 18, "txn_no": "0020261120000013", "received": -1}


def open_again(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def only_sheet(rows: Sequence[Sequence[Value]], *columns: Column, language: str = "zh") -> Any:
    sheet = Sheet(title=Text("表", "Table"), columns=columns, rows=rows)
    content = table_workbook([sheet], language="zh" if language == "zh" else "en")
    return open_again(content).worksheets[0]


def text_column(name: str = "x") -> Column:
    return Column(Text(name, name))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    sheet = Sheet(title=Text("表", "Table"), columns=(text_column(),), rows=[(text,)])
    content = table_workbook([sheet], language="zh")
    cell = open_again(content).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()
    assert "<f>" not in all_xml(content)


@pytest.mark.parametrize("text", [text for text in HOSTILE if text[0] in "=+-@\t\r\n"])
def test_it_stays_text_when_somebody_edits_the_cell(text: str) -> None:
    sheet = Sheet(title=Text("表", "Table"), columns=(text_column(),), rows=[(text,)])
    page = open_again(table_workbook([sheet], language="zh")).worksheets[0]
    assert page["A2"].quotePrefix
    assert page["A2"].number_format == "@"


@given(st.text(max_size=50))
def test_any_text_is_written_and_nothing_runs(text: str) -> None:
    sheet = Sheet(
        title=Text(text or "-", text or "-"),
        columns=(text_column(text),),
        rows=[(text,)],
        heading=((Text(text, text), text),),
    )
    content = table_workbook([sheet], language="zh")
    assert not re.search(r"<f[ >/]", all_xml(content))
    assert open_again(content).worksheets[0].max_row >= 3


@pytest.mark.parametrize(
    "fen", [0, 1, -1, 10, 1_005, 58_00, -999_999_99, 123_456_789_012_345, -(10**15)]
)
def test_money_is_the_exact_number(fen: int) -> None:
    content = table_workbook(
        [Sheet(Text("表", "Table"), (Column(Text("金额", "Amount"), CellKind.MONEY),), [(fen,)])],
        language="zh",
    )
    written = re.search(r"<v>(.*?)</v>", all_xml(content, "xl/worksheets/"))
    assert written
    assert Decimal(written.group(1)) * 100 == fen
    assert open_again(content).worksheets[0]["A2"].number_format.startswith("#,##0.00")


def test_numbers_of_papers_keep_their_zeros_and_their_digits() -> None:
    sheet = only_sheet([("00012001",), ("89860012345678901234",)], text_column())
    assert [sheet["A2"].value, sheet["A3"].value] == ["00012001", "89860012345678901234"]


def test_days_and_times_are_written_in_the_halls_time() -> None:
    columns = [Column(Text("a", "a"), kind) for kind in (CellKind.DATE, *[CellKind.INSTANT] * 2)]
    utc = NOON.astimezone(dt.UTC)
    sheet = only_sheet([("2026-11-20", utc, microseconds(utc))], *columns)
    row = [cell.value for cell in sheet[2]]
    noon = dt.datetime(2026, 11, 20, 12, 0, 5)  # noqa: DTZ001 - a sheet knows no zones
    assert row == [dt.datetime(2026, 11, 20), noon, noon]  # noqa: DTZ001


def test_a_day_before_sheets_can_count_is_written_as_text() -> None:
    sheet = only_sheet([(dt.date(1899, 12, 31),)], Column(Text("a", "a"), CellKind.DATE))
    assert sheet["A2"].value == "1899-12-31"


def test_totals_are_numbers_below_the_filtered_rows() -> None:
    amount = Column(Text("金额", "Amount"), CellKind.MONEY, total=True)
    sheet = only_sheet([("a", 1_10), ("b", None), ("c", -5)], text_column(), amount)
    assert [cell.value for cell in sheet[5]] == ["合计", 1.05]
    assert sheet.auto_filter.ref == "A1:B4"
    assert sheet.freeze_panes == "A2"


def test_columns_are_as_wide_as_their_texts() -> None:
    sheet = only_sheet([("营业厅" * 4, "x")], text_column(), text_column())
    assert sheet.column_dimensions["A"].width >= 24
    assert sheet.column_dimensions["B"].width < 10


def test_sheets_of_one_name_are_told_apart() -> None:
    sheet = Sheet(Text("账/目" * 20, "x"), (text_column(),), [])
    names = open_again(table_workbook([sheet, sheet, sheet], language="zh")).sheetnames
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 and "/" not in name for name in names)


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    only_sheet([("x",)] * 10, text_column())
    with pytest.raises(TooManyRows, match="Table 表 has more than 10 rows"):
        only_sheet([("x",)] * 11, text_column())


def test_the_same_tables_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = render_audit_workbook(ordinary_day(), {}, language="zh")
    assert render_audit_workbook(ordinary_day(), {}, language="zh") == first
    assert "2026-11-20T13:40:00Z" in all_xml(first, "docProps/")


def test_the_workbook_has_a_sheet_for_each_question_and_each_source() -> None:
    lines = {"accounts": [ACCOUNT_LINE], "settlements": [], "opening_floats": []}
    book = open_again(render_audit_workbook(ordinary_day(), lines, language="zh"))
    assert book.sheetnames == [
        *("汇总", "差异", "票据号段", "规则", "数据来源"),
        *("账目", "到账", "备用金"),
    ]


def test_totals_stand_computed_beside_declared_and_over_apart_from_short() -> None:
    page = open_again(render_audit_workbook(ordinary_day(), {}, language="en")).worksheets[0]
    rows = {(row[0], row[2]): row[4:] for row in page.iter_rows(values_only=True)}
    assert rows["A01", "cash"] == (1250, 1240, -10, None, -10)
    assert rows["A01", "pos"] == (1567.35, 1572.35, 5, 5, None)
    assert rows["A05", "cash"] == (6250, None, None, None, None)
    assert rows["Total", None] == (144578.7, 117541.6, None, 5, -138)


def test_every_finding_is_there_with_its_sentences() -> None:
    page = open_again(render_audit_workbook(ordinary_day(), {}, language="zh"))["差异"]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert [row[6] for row in rows] == [f.subject for f in ordinary_day().findings]
    assert rows[0][:6] == ("C02", "长短款", "阻断", "未处理", "A01", "李晓梅")
    assert rows[0][7:10] == (1200, 1190, -10)


def test_ranges_are_split_by_what_became_of_their_numbers() -> None:
    page = open_again(render_audit_workbook(ordinary_day(), {}, language="en")).worksheets[2]
    rows = [row[4:] for row in page.iter_rows(min_row=2, values_only=True)]
    assert ("王建国", "used", "12897751", "12897793") in rows
    assert ("王建国", "missing", "12897794", "12897794") in rows
    assert len(rows) == 6


def test_every_line_stands_under_the_headers_of_its_file() -> None:
    lines = {"accounts": [ACCOUNT_LINE, SECOND_LINE]}
    page = open_again(render_audit_workbook(ordinary_day(), lines, language="zh"))["账目"]
    head, first, second, total = (
        dict(zip([cell.value for cell in page[1]], row, strict=True))
        for row in page.iter_rows(values_only=True)
    )
    assert list(head) == ["批次", "行", *(column.zh for column in KINDS["accounts"].columns)]
    assert first["流水号"] == "0020261120000012"
    assert first["受理时间"] == dt.datetime(2026, 11, 20, 12, 0, 5)  # noqa: DTZ001
    assert (first["行性质"], first["未索票"], first["后付"]) == ("销售", "是", None)
    assert (first["实收"], second["实收"], total["实收"]) == (58, -0.01, 57.99)
    assert first["串号"] == "=867400023456789"
    assert (second["批次"], second["行"]) == (3, 18)


def test_columns_stored_under_another_name_are_found() -> None:
    move = {"move_no": "1", "moved_from": "A01", "moved_to": "safe", "amount": 1_00}
    page = open_again(
        render_audit_workbook(ordinary_day(), {"cash_moves": [move]}, language="en")
    ).worksheets[-1]
    row = dict(zip([c.value for c in page[1]], [c.value for c in page[2]], strict=True))
    assert (row["from"], row["to"]) == ("A01", "safe")


def test_no_telephone_and_no_identity_number_leaves_the_house() -> None:
    refund = {
        "document_no": "TF-1",
        "kind": "refund",
        "subscriber": "13912345678",
        "amount": 10_00,
        "reason": "客户 13812345678 身份证 11010519491231002X",
    }
    lines = {"accounts": [ACCOUNT_LINE], "refunds": [refund]}
    text = all_xml(render_audit_workbook(ordinary_day(), lines, language="zh"))
    assert "139****5678" in text
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    assert "11010519491231002X" not in text


def test_a_day_of_which_nothing_is_known_still_opens() -> None:
    book = open_again(render_audit_workbook(empty_day(), {}, language="en"))
    assert book["Summary"]["B1"].value == "人民路营业厅 H001"
    assert book["Findings"].max_row == 1


def test_a_kind_nobody_knows_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="weather"):
        render_audit_workbook(ordinary_day(), {"weather": []}, language="zh")


def all_xml(content: bytes, folder: str = "xl/") -> str:
    """Give the text of all parts of a workbook under a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = [name for name in parts.namelist() if name.startswith(folder)]
        return "".join(parts.read(name).decode() for name in names)
