"""Workbooks are read in a child process, and no file takes this process down."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from backoffice import workbook_reading
from backoffice.sheet_extents import column_letters, column_number
from backoffice.workbook_reading import read_grid
from ledger.errors import BadInput
from ledger.evidence.files import read_file
from ledger.evidence.readings import NumberText


def _saved(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _one_sheet(cells: dict[str, object]) -> bytes:
    def fill(book: Any) -> None:
        for place, value in cells.items():
            book.active[place] = value

    return _saved(fill)


def _with_sheet(xml: str | bytes, base: bytes | None = None) -> bytes:
    """Give a workbook whose first sheet is exactly this XML."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or _one_sheet({"A1": "x"}))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, xml if is_sheet else old.read(entry))
    return target.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'


def _refusal(content: bytes) -> BadInput:
    with pytest.raises(BadInput) as refused:
        read_grid(content)
    return refused.value


def test_cells_come_as_text_with_the_lines_of_the_workbook() -> None:
    grid = read_grid(
        _one_sheet(
            {
                "B3": "文本",
                "C3": 12,
                "D3": 58.1,
                "E3": datetime(2026, 11, 20, 9, 30, 15),  # noqa: DTZ001
                "F3": date(2026, 11, 20),
                "G3": True,
                "B5": "00123",
            }
        )
    )
    (sheet,) = grid.sheets
    assert sheet.rows[3 - sheet.first_line] == [
        "文本",
        NumberText("12"),
        NumberText("58.1"),
        "2026-11-20 09:30:15",
        "2026-11-20",
        "1",
    ]
    assert sheet.rows[5 - sheet.first_line][0] == "00123"


def test_seventeen_digits_as_excel_writes_them_are_the_number_that_was_typed() -> None:
    row = (
        '<row r="1"><c r="A1"><v>1.1000000000000001</v></c>'
        '<c r="B1"><v>0.30000000000000004</v></c></row>'
    )
    (sheet,) = read_grid(_with_sheet(SHEET.format(row))).sheets
    assert sheet.rows == [[NumberText("1.1"), NumberText("0.30000000000000004")]]


def test_a_hall_file_as_workbook_is_read_like_its_csv() -> None:
    content = _one_sheet(
        {"A1": "流水号", "B1": "支付方式", "C1": "金额", "A2": "0001", "B2": "cash", "C2": 12.5}
    )
    reading = read_file("付款.xlsx", content, read_grid=read_grid)
    assert reading.rows == [("0001", "cash", "", 1250, "", "", None, None)]
    assert reading.lines == [2]


def test_serials_turned_into_numbers_by_excel_are_refused_by_line_and_column() -> None:
    content = _one_sheet(
        {
            "A1": "clerk",
            "B1": "item",
            "C1": "serial",
            "D1": "quantity",
            "A2": "A01",
            "B2": "SIM",
            "C2": "89860112345678901237",
            "D2": 1,
            "A3": "A01",
            "B3": "SIM",
            "C3": 89860112345678901237,
            "D3": 1,
        }
    )
    with pytest.raises(BadInput) as refused:
        read_file("counts.xlsx", content, read_grid=read_grid)
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (3, "serial")


def test_a_small_sheet_with_a_cell_in_the_last_corner_is_refused_not_opened() -> None:
    content = _one_sheet({"A1": 1, "XFD1048576": 2})
    assert len(content) < 6_000
    refused = _refusal(content)
    assert (refused.problems[0].line, refused.problems[0].column) == (1_048_576, "XFD")


@pytest.mark.parametrize(
    "corner",
    [
        "<row r='1048576'><c r='XFD1048576'><v>2</v></c></row>",
        f'<x:row xmlns:x="{MAIN}" r="1048576"><x:c r="XFD1048576"><x:v>2</x:v></x:c></x:row>',
        '<row r="1048576"><c s="0" r="XFD1048576"><v>2</v></c></row>',
        '<row r="1048576"><c r="&#88;FD1048576"><v>2</v></c></row>',
        '<row r="1048576"><!-- --><c r="XFD1048576"><is><t>x</t></is></c></row>',
    ],
)
def test_the_corner_is_found_however_it_is_written(corner: str) -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert _refusal(_with_sheet(SHEET.format(row + corner))).problems[0].column == "XFD"


def test_cells_without_places_are_counted_on() -> None:
    row = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    (sheet,) = read_grid(_with_sheet(SHEET.format(row * 2))).sheets
    assert [[str(cell) for cell in cells] for cells in sheet.rows] == [["1", "2"], ["1", "2"]]


def test_formatted_empty_cells_far_out_do_no_harm() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    (sheet,) = read_grid(_with_sheet(SHEET.format(rows))).sheets
    assert str(sheet.rows[0][0]) == "1"


def test_a_document_type_or_entity_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SHEET.format(
        '<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'
    )
    assert "damaged" in _refusal(_with_sheet(bomb)).message("en")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    padding = b"<worksheet>" + b" " * 200_000_000
    content = _with_sheet(padding)
    assert len(content) < 1_000_000
    assert "zip bomb" in _refusal(content).message("en")


def test_a_bomb_whose_sizes_lie_is_refused() -> None:
    content = bytearray(_with_sheet(SHEET.format(" " * 50_000_000)))
    true_size = (50_000_000 + len(SHEET.format(""))).to_bytes(4, "little")
    assert content.count(true_size) == 2
    lying = bytes(content).replace(true_size, (1000).to_bytes(4, "little"))
    assert "damaged" in _refusal(lying).message("en")


def test_a_workbook_cut_short_is_refused() -> None:
    content = _one_sheet({"A1": "x"})
    assert "damaged" in _refusal(content[: len(content) // 2]).message("en")


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    assert "xlsx" in _refusal(target.getvalue()).message("en")


def test_parts_with_strange_names_are_refused() -> None:
    content = _one_sheet({"A1": "x"})
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("../escape.xml", "x")
    assert "strange names" in _refusal(target.getvalue()).message("en")


def test_a_formula_without_value_and_an_error_are_refused_with_their_cell() -> None:
    refused = _refusal(_one_sheet({"A1": "金额", "B2": "=1+1"}))
    assert (refused.problems[0].line, refused.problems[0].column) == (2, "B")
    row = '<row r="7"><c r="C7" t="e"><v>#N/A</v></c></row>'
    refused = _refusal(_with_sheet(SHEET.format(row)))
    assert (refused.problems[0].line, refused.problems[0].column) == (7, "C")


def test_a_formula_with_its_value_is_read_as_the_value() -> None:
    row = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'
    (sheet,) = read_grid(_with_sheet(SHEET.format(row))).sheets
    assert sheet.rows == [[NumberText("2")]]


def test_an_old_workbook_that_is_damaged_is_refused() -> None:
    assert _refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).problems


def test_the_real_xls_statement_of_spdb_is_read(shared_data: Path) -> None:
    content = (shared_data / "cn-payment-bills" / "spdb_debit.xls").read_bytes()
    reading = read_file("spdb_debit.xls", content, read_grid=read_grid)
    assert (reading.kind, reading.layout) == ("bank_lines", "spdb_statement")
    amounts = [row[reading.columns.index("amount")] for row in reading.rows]
    assert amounts == [-388, 1000, -388, -388]
    assert {row[reading.columns.index("account")] for row in reading.rows} == {"620000******1230"}


def test_a_child_that_takes_too_long_is_one_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _one_sheet({"A1": "x"})
    monkeypatch.setattr(workbook_reading, "MAX_SECONDS", 0.001)
    assert "limits" in _refusal(content).message("en")


def test_letters_of_columns() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16384]
    assert [column_letters(number) for number in (1, 26, 27, 16384)] == ["A", "Z", "AA", "XFD"]
