"""`stock count ..` on the command line: a count from its opening to its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import Result

PASSWORD = "ein-pass-1"
SERIAL = "867123050001009"
Command = Callable[..., Result]


def let_in(loaded: Command, *numbers: str) -> None:
    for number in numbers:
        words = ("user", "password", number, "--hall", "T001", "--password-stdin")
        assert loaded(*words, typed=f"{PASSWORD}\n").exit_code == 0


def write_workbook(path: Path, *rows: list[object]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(path)


def count(loaded: Command, who: str, *words: object, typed: str = "") -> Result:
    rest = ("--hall", "T001", "--as", who, "--password-stdin")
    return loaded("stock", "count", *words, *rest, typed=f"{PASSWORD}\n{typed}")


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_count_on_the_command_line(loaded: Command, tmp_path: Path) -> None:
    let_in(loaded, "M01", "A09")
    people = ("--counter", "A09", "--witness", "J01")
    place = ("--place", "clerk A01", "--date", "2024-03-05", "--kind", "monthly")
    assert answer(count(loaded, "M01", "open", *place, *people, "--json"))["count"] == 1
    write_workbook(tmp_path / "codes.xlsx", ["串号"], ["NEW-1"])
    file = ("--file", tmp_path / "codes.xlsx")
    scanned = answer(count(loaded, "A09", "scan", 1, *file, "--json"))
    assert [scan["verdict"] for scan in scanned["scans"]] == ["unknown"]
    undone = count(loaded, "A09", "scan", 1, "--undo", scanned["scans"][0]["scan"])
    assert "0 scanned" in undone.stdout
    typed = count(loaded, "A09", "scan", 1, typed="NEW-2\n\n123456789012345\n")
    assert "Not readable" in typed.stdout
    blind = answer(count(loaded, "A09", "show", 1, "--json"))
    assert blind["outcome"] is None
    finished = count(loaded, "A09", "finish", 1)
    assert f"missing SJ1 {SERIAL} 1" in finished.stdout
    book = tmp_path / "differences.xlsx"
    assert count(loaded, "M01", "show", 1, "--xlsx", book).exit_code == 0
    rows = openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True)
    assert SERIAL in [row[3] for row in rows]
    settled = answer(count(loaded, "M01", "settle", 1, "--item", "NEW-2=SJ1", "--json"))
    assert settled["document_state"] == "submitted"
    month = count(loaded, "M01", "month", "--date", "2024-03-31")
    assert "Result not approved and posted" in month.stdout
    assert "settled" in count(loaded, "M01", "list").stdout


def test_nobody_counts_as_the_system(loaded: Command) -> None:
    words = ("--place", "clerk A01", "--counter", "A09", "--witness", "J01")
    refused = loaded("stock", "count", "open", "--hall", "T001", *words)
    assert refused.exit_code == 1
    assert "may not open" in refused.stderr


def test_a_workbook_that_lost_digits_is_refused_whole(
    small_loaded: Command, tmp_path: Path
) -> None:
    let_in(small_loaded, "M01", "A09")
    words = ("--place", "clerk A01", "--counter", "A09", "--witness", "J01")
    count(small_loaded, "M01", "open", *words)
    write_workbook(tmp_path / "codes.xlsx", ["卡号"], [89860112345678901234])
    refused = count(small_loaded, "A09", "scan", 1, "--file", tmp_path / "codes.xlsx")
    assert refused.exit_code == 2
    assert "lost digits" in refused.stderr
