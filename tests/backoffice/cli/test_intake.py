"""`load` and `import`: what is right is kept once, what is wrong is refused whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from backoffice.database import make_owner_engine
from ledger.events import Event
from ledger.evidence.tables import Intake
from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import ACCOUNTS, BAD_FILES, DATE, DECLARATIONS, DEPOSITS

HERE = ("--hall", "T001", "--date", DATE)


def _count(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        return (
            connection.execute(select(func.count()).select_from(Intake)).scalar_one(),
            connection.execute(select(func.count()).select_from(Event)).scalar_one(),
        )


@pytest.fixture
def owner_engine(database_url: str) -> Iterator[Engine]:
    """Give an engine that sees every row, whatever hall it belongs to."""
    engine = make_owner_engine(database_url)
    yield engine
    engine.dispose()


def _answer(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_folder_loads_and_tells_what_it_held(command: Command, folder: Path) -> None:
    answer = _answer(command("load", folder, "--json"))
    assert (answer["hall"], answer["date"], answer["documents"]) == ("T001", DATE, 2)
    kinds = {one["kind"]: one for one in answer["intakes"]}
    assert kinds["accounts"]["rows"] == 2
    assert kinds["accounts"]["sums"]["received"] == "100.00"
    assert kinds["declarations"]["sums"]["amount"] == "90.00"


def test_loading_twice_is_loading_once(loaded: Command, folder: Path, owner_engine: Engine) -> None:
    before = _count(owner_engine)
    again = _answer(loaded("load", folder, "--json"))
    assert again["documents"] == 0
    assert all(one["earlier"] for one in again["intakes"])
    assert _count(owner_engine) == before


def test_a_file_is_recognised_by_its_content(loaded: Command, tmp_path: Path) -> None:
    file = tmp_path / "whatever.txt"
    file.write_text(DEPOSITS)
    (one,) = _answer(loaded("import", file, *HERE, "--json"))["intakes"]
    assert (one["kind"], one["rows"], one["sums"]) == (
        "deposits",
        1,
        {"rows": 1, "amount": "90.00"},
    )
    line = loaded("import", file, *HERE).stdout
    assert line.startswith("whatever.txt: deposits (hall), 1 rows")
    assert f"batch {one['batch']}" in line


def test_the_same_file_again_is_the_earlier_batch(
    loaded: Command, folder: Path, owner_engine: Engine
) -> None:
    before = _count(owner_engine)
    (one,) = _answer(loaded("import", folder / "accounts.csv", *HERE, "--json"))["intakes"]
    assert one["earlier"] is True
    assert _count(owner_engine) == before


def test_changed_rows_are_refused_and_name_the_batch_unless_they_replace_it(
    loaded: Command, tmp_path: Path, owner_engine: Engine
) -> None:
    file = tmp_path / "declarations.csv"
    file.write_text(DECLARATIONS.replace("90.00", "100.00"))
    before = _count(owner_engine)
    refused = loaded("import", file, *HERE, "--json")
    assert refused.exit_code == 2
    problem = json.loads(refused.stderr)
    assert problem["problems"][0]["line"] == 2
    number = re.findall(r"in batch (\d+)", problem["detail"])[0]
    assert _count(owner_engine) == before
    (one,) = _answer(loaded("import", file, *HERE, "--replaces", number, "--json"))["intakes"]
    assert one["sums"]["amount"] == "100.00"
    again = loaded("import", file, *HERE, "--replaces", number)
    assert again.exit_code == 1
    assert f"Batch {number}" in again.stderr


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_one_clear_line_and_nothing_is_stored(
    loaded: Command, tmp_path: Path, owner_engine: Engine, case: str
) -> None:
    bad = BAD_FILES[case]()
    file = tmp_path / bad.name
    file.write_bytes(bad.content)
    before = _count(owner_engine)
    result = loaded("import", file, *HERE)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert all(word in line for word in bad.says), line
    assert "Traceback" not in result.stderr
    assert _count(owner_engine) == before


def test_of_several_files_one_bad_one_refuses_all_with_every_problem(
    loaded: Command, tmp_path: Path, owner_engine: Engine
) -> None:
    good, bad, worse = (tmp_path / name for name in ("good.csv", "bad.csv", "worse.csv"))
    good.write_text(DEPOSITS)
    bad.write_text("clerk,tender,amount\nA09,cash,1.005\nA09,cash,x\n")
    worse.write_text("clerk,tender\nA01,cash\n")
    before = _count(owner_engine)
    result = loaded("import", good, bad, worse, *HERE)
    assert result.exit_code == 2
    first, *rest = result.stderr.splitlines()
    assert first.startswith("error: bad.csv, line 2")
    assert "(and 2 more)" in first
    assert [line.split(",")[0] for line in rest] == ["bad.csv", "worse.csv"]
    problem = json.loads(loaded("import", good, bad, worse, *HERE, "--json").stderr)
    assert [(p["file"], p["line"]) for p in problem["problems"]] == [
        ("bad.csv", 2),
        ("bad.csv", 3),
        ("worse.csv", 1),
    ]
    assert _count(owner_engine) == before


def test_a_hundred_problems_are_reported_and_the_rest_counted(
    small_command: Command, folder: Path, tmp_path: Path
) -> None:
    assert small_command("load", folder).exit_code == 0
    file = tmp_path / "bad.csv"
    file.write_text("clerk,tender,amount\n" + "A01,cash,x\n" * 130)
    problem = json.loads(small_command("import", file, *HERE, "--json").stderr)
    assert len(problem["problems"]) == 100
    assert problem["found"] == 130
    assert [p["line"] for p in problem["problems"]] == list(range(2, 102))


def test_a_source_without_business_is_declared_nil(small_loaded: Command) -> None:
    answer = _answer(small_loaded("import", "--nil", "deposits", *HERE, "--json"))
    assert answer["nil"] == ["deposits"]
    assert small_loaded("import", "--nil", "accounts", *HERE).exit_code == 1
    unknown = small_loaded("import", "--nil", "settlements", *HERE)
    assert unknown.exit_code == 2
    assert "settlements:TENDER" in unknown.stderr


def test_stock_papers_are_no_evidence(small_command: Command, folder: Path) -> None:
    assert small_command("load", folder).exit_code == 0
    result = small_command("import", folder / "stock.csv", *HERE)
    assert result.exit_code == 2
    assert "load" in result.stderr


def test_a_foreign_file_comes_in_by_a_mapping(
    small_command: Command, folder: Path, tmp_path: Path
) -> None:
    assert small_command("load", folder).exit_code == 0
    mapping, file = tmp_path / "m.toml", tmp_path / "till.csv"
    mapping.write_text(
        'name = "till"\nkind = "declarations"\n[columns]\n'
        'clerk = { column = "who" }\ntender = { constant = "cash" }\namount = { column = "sum" }\n'
    )
    file.write_text("who,sum\nA09,12.00\n")
    result = small_command("import", file, *HERE, "--mapping", mapping, "--json")
    (one,) = _answer(result)["intakes"]
    assert (one["layout"], one["sums"]["amount"]) == ("mapping", "12.00")
    mapping.write_text('name = "till"\nkind = "nothing"\n')
    refused = small_command("import", file, *HERE, "--mapping", mapping)
    assert refused.exit_code == 2
    assert "m.toml" in refused.stderr


def test_no_bar_is_drawn_in_a_pipe(small_command: Command, folder: Path) -> None:
    assert small_command("load", folder).stderr == ""


def test_a_person_imports_by_his_own_right(loaded: Command, tmp_path: Path) -> None:
    file = tmp_path / "deposits.csv"
    file.write_text(DEPOSITS)
    for number in ("J01", "A01"):
        given = loaded(
            "user", "password", number, "--hall", "T001", "--password-stdin", typed="ein-pass-1\n"
        )
        assert given.exit_code == 0, given.stderr
    wrong = loaded("import", file, *HERE, "--as", "J01", "--password-stdin", typed="no\n")
    assert (wrong.exit_code, "Sign-in failed" in wrong.stderr) == (1, True)
    clerk = loaded("import", file, *HERE, "--as", "A01", "--password-stdin", typed="ein-pass-1\n")
    assert (clerk.exit_code, "may not import" in clerk.stderr) == (1, True)
    auditor = loaded("import", file, *HERE, "--as", "J01", "--password-stdin", typed="ein-pass-1\n")
    assert auditor.exit_code == 0, auditor.stderr


def test_accounts_keep_their_numbers_as_text(small_loaded: Command, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(ACCOUNTS.replace("20240305001", "00020240305"))
    (one,) = _answer(small_loaded("import", file, *HERE, "--json"))["intakes"]
    assert (one["rows"], one["repeated"]) == (1, 1)
