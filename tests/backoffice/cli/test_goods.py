"""`goods ..`: lists as tables, as JSON and as workbooks; the sheet as PDF."""

from __future__ import annotations

import json
from pathlib import Path

from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE


def test_a_list_is_a_table_json_and_a_workbook(loaded: Command, tmp_path: Path) -> None:
    book = tmp_path / "month.xlsx"
    words = ("goods", "list", "month", "--hall", "T001", "--month", DATE[:7])
    shown = loaded(*words, "--xlsx", book)
    assert shown.exit_code == 0
    assert "SJ1" in shown.output
    assert book.read_bytes().startswith(b"PK")
    listed = json.loads(loaded(*words, "--json").output)
    row = next(row for row in listed["rows"] if row["item"] == "SJ1")
    assert row["closing"] == row["opening"] + row["received"]


def test_the_sheet_is_written_as_pdf(loaded: Command, tmp_path: Path) -> None:
    paper = tmp_path / "sheet.pdf"
    words = ("goods", "sheet", "--hall", "T001", "--place", "A01", "--on", DATE, "--pdf", paper)
    assert loaded(*words).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")


def test_a_list_that_is_none_is_refused_in_one_line(loaded: Command) -> None:
    refused = loaded("goods", "list", "nothing", "--hall", "T001")
    assert refused.exit_code == 1
    assert "on-hand" in refused.stderr
