"""`forms report ..`: reports as tables, as JSON, as workbooks and on paper."""

from __future__ import annotations

import json
from pathlib import Path

from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE

BOOKS = """\
invoice_code,first_no,last_no,count,carrier,clerk
031001900104,00000001,00000050,50,book,A01
031001900104,00000051,00000100,50,book,
"""


def test_the_month_of_a_hall_is_a_table_json_a_workbook_and_a_paper(
    small_command: Command, folder: Path, tmp_path: Path
) -> None:
    (folder / "invoice_books.csv").write_text(BOOKS, encoding="utf-8")
    assert small_command("load", folder).exit_code == 0
    book, paper = tmp_path / "month.xlsx", tmp_path / "month.pdf"
    words = ("forms", "report", "month", "--month", DATE[:7])
    shown = small_command(*words, "--hall", "T001", "--xlsx", book, "--pdf", paper)
    assert shown.exit_code == 0, shown.output
    assert "031001900104" in shown.output
    assert book.read_bytes().startswith(b"PK")
    assert paper.read_bytes().startswith(b"%PDF")
    of_hall = json.loads(small_command(*words, "--hall", "T001", "--json").output)
    of_all = json.loads(small_command(*words, "--all", "--json").output)
    for told in (of_hall, of_all):
        (row,) = told["tables"][0]["rows"]
        assert (row["received"], row["closing"]) == (100, 100)
    refused = small_command(*words, "--hall", "T001", "--closing", "99")
    assert refused.exit_code == 1
    assert "00000001–00000100" in refused.stderr


def test_only_the_month_is_made_of_all_halls(small_command: Command) -> None:
    small_command("init")
    refused = small_command("forms", "report", "register", "--all")
    assert refused.exit_code == 2
    assert "--all" in refused.stderr
