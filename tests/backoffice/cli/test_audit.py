"""`audit ..` and `verify`: the day as INTERFACES shows it, its papers, the proof of the books."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from backoffice.database import make_owner_engine
from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE

DAY = ("--hall", "T001", "--date", DATE)


@pytest.fixture
def audited(loaded: Command) -> Command:
    """Give the command line on a database in which the small hall's day was audited."""
    assert loaded("audit", "run", *DAY).exit_code == 0
    return loaded


@pytest.fixture
def small_audited(small_loaded: Command) -> Command:
    """Give the same on SQLite alone."""
    assert small_loaded("audit", "run", *DAY).exit_code == 0
    return small_loaded


def test_the_day_is_shown_as_the_interfaces_say(audited: Command) -> None:
    result = audited("audit", "show", *DAY, "--json")
    assert result.exit_code == 0
    day = json.loads(result.stdout)
    assert list(day) == ["hall", "date", "status", "totals", "checks", "findings"]
    assert (day["hall"], day["date"]) == ("T001", DATE)
    assert day["status"]["hall"] == "working"
    assert day["totals"] == [
        {
            "clerk": "A01",
            "tender": "cash",
            "computed": "100.00",
            "declared": "90.00",
            "difference": "-10.00",
        }
    ]
    counts = {check["code"]: check["findings"] for check in day["checks"]}
    assert counts["C02"] == 1
    assert counts["X05"] == 0
    (short,) = [finding for finding in day["findings"] if finding["check"] == "C02"]
    assert {name: short[name] for name in ("clerk", "expected", "found", "difference")} == {
        "clerk": "A01",
        "expected": "100.00",
        "found": "90.00",
        "difference": "-10.00",
    }
    assert short["state"] == "open"
    assert set(short) == {
        *("check", "clerk", "subject", "expected", "found", "difference"),
        *("severity", "state", "message"),
    }


def test_a_run_with_findings_is_done_and_marks_nothing_audited(small_loaded: Command) -> None:
    result = small_loaded("audit", "run", *DAY, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"]["audit"] != "audited"


def test_all_halls_are_audited_at_once(loaded: Command) -> None:
    result = loaded("audit", "run", "--all", "--date", DATE, "--json")
    assert json.loads(result.stdout) == {"date": DATE, "halls": 1}
    shown = json.loads(loaded("audit", "show", *DAY, "--json").stdout)
    assert {finding["check"] for finding in shown["findings"]} >= {"C02"}


def test_people_read_the_day_in_their_language(small_audited: Command) -> None:
    english = small_audited("audit", "show", *DAY).stdout
    chinese = small_audited("audit", "show", *DAY, "--language", "zh").stdout
    assert "Computed" in english
    assert "-10.00" in english
    assert "应有" in chinese
    assert "现金" in chinese


def test_the_paper_is_written_as_pdf_and_workbook(small_audited: Command, tmp_path: Path) -> None:
    pdf, xlsx = tmp_path / "a.pdf", tmp_path / "a.xlsx"
    result = small_audited("audit", "report", *DAY, "--pdf", pdf, "--xlsx", xlsx, "--json")
    assert json.loads(result.stdout) == {"files": [str(pdf), str(xlsx)]}
    assert pdf.read_bytes().startswith(b"%PDF-")
    sheets = openpyxl.load_workbook(io.BytesIO(xlsx.read_bytes())).sheetnames
    assert sheets[0] == "汇总"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.pdf", "a.xlsx"]


def test_a_paper_that_cannot_be_written_is_one_line(small_audited: Command, tmp_path: Path) -> None:
    result = small_audited("audit", "report", *DAY, "--pdf", tmp_path / "no" / "a.pdf")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "cannot be read or written" in line


def test_sound_books_are_verified_with_their_chain_head(audited: Command) -> None:
    result = audited("verify", "--hall", "T001", "--json")
    assert result.exit_code == 0
    (answer,) = json.loads(result.stdout)
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", answer["chain"])
    assert answer["differences"] == []
    assert audited("verify", "--hall", "T001", "--expect", answer["chain"]).exit_code == 0
    assert audited("verify").exit_code == 0


def test_a_chain_that_was_cut_short_does_not_match_the_paper(audited: Command) -> None:
    (answer,) = json.loads(audited("verify", "--json").stdout)
    number, digest = answer["chain"].split(":")
    beyond = f"{int(number) + 1}:{digest}"
    result = audited("verify", "--hall", "T001", "--expect", beyond)
    assert result.exit_code == 1
    assert f"event {int(number) + 1}" in result.stderr


def test_a_changed_row_is_named(audited: Command, database_url: str) -> None:
    engine = make_owner_engine(database_url)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER evidence_declarations_no_update"))
        connection.execute(text("UPDATE evidence_declarations SET amount = 10000"))
    engine.dispose()
    result = audited("verify", "--hall", "T001")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "evidence_declarations" in line
    answers = json.loads(audited("verify", "--json").stdout)
    assert answers[0]["differences"][0]["place"] == "evidence_declarations"
    assert answers[0]["differences"][0]["event"] > 0


def test_a_missing_guard_is_found_by_the_check_of_the_schema(
    small_command: Command, sqlite_url: str
) -> None:
    assert small_command("database", "check").exit_code == 0
    engine = make_owner_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER postings_no_update"))
        connection.execute(text("ALTER TABLE halls ADD COLUMN colour TEXT"))
    engine.dispose()
    result = small_command("database", "check")
    assert result.exit_code == 1
    assert "2 places" in result.stderr
    assert small_command("database", "upgrade").exit_code == 0
    again = small_command("database", "check")
    assert "colour" in again.stderr
    assert "1 places" in again.stderr
