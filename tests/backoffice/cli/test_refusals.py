"""Every refusal of the command line is one line of what, where and what to do, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backoffice.cli import halls, root
from tests.backoffice.cli.conftest import Command


def test_without_a_database_every_command_says_to_make_one(unmade: Command) -> None:
    result = unmade("hall", "list")
    assert result.exit_code == 1
    assert result.stderr == "error: There is no database yet. Run `backoffice init` first.\n"


def test_init_makes_the_database_and_again_changes_nothing(unmade: Command) -> None:
    assert unmade("init").exit_code == 0
    first = unmade("hall", "list", "--json")
    assert (first.exit_code, json.loads(first.stdout)) == (0, [])
    assert unmade("init").exit_code == 0
    assert unmade("database", "check").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("audit", "run", "--hall", "T001"), "--date is missing"),
        (("audit", "run", "--date", "2024-03-05"), "--hall: Give either --hall or --all"),
        (("audit", "show", "--hall", "T001", "--date", "5.3.2024"), "--date: “5.3.2024”"),
        (("audit", "show", "--hall", "T001", "--date", "20240305"), "--date: “20240305”"),
        (("audit", "show", "--hall", "T001", "--date", "2024-02-30"), "--date: “2024-02-30”"),
        (("audit", "report", "--hall", "T001", "--date", "2024-03-05"), "--pdf: Name a file"),
        (("import", "--hall", "T001", "--date", "2024-03-05"), "FILE: Give a file"),
        (("import", "no.csv", "--hall", "T001", "--date", "2024-03-05"), "no.csv: There is no"),
        (("load", "no-such-folder"), "no-such-folder: There is no such folder"),
        (("load", "--frob"), "there is no option --frob"),
        (("frob",), "there is no command frob"),
        (("verify", "--expect", "12"), "--expect: It is a number and a hash"),
        (("serve", "--port", "0"), "--port: “0” is no whole number"),
        (("user", "add", "X", "--hall", "T001", "--name", "x", "--role", "king"), "--role"),
    ],
)
def test_bad_words_are_one_line_and_exit_2(
    small_command: Command, words: tuple[str, ...], says: str
) -> None:
    result = small_command(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert says in line


def test_a_refusal_by_a_rule_is_one_line_and_exit_1(small_command: Command) -> None:
    result = small_command("audit", "run", "--hall", "T999", "--date", "2024-03-05")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "There is no hall T999" in line


def test_refusals_are_told_in_the_language_of_the_locale(
    small_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert small_command("frob").stderr.startswith("错误:没有命令 frob")
    assert "没有命令" not in small_command("frob", "--language", "en").stderr
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert small_command("frob").stderr.startswith("error: ")
    assert small_command("hall", "show", "T9", "--language", "zh").stderr.startswith("错误:")


def test_json_gives_the_same_refusal_as_a_problem(small_command: Command) -> None:
    result = small_command("hall", "show", "T999", "--json")
    assert result.exit_code == 1
    problem = json.loads(result.stderr)
    assert problem["code"] == "unknown_hall"
    assert problem["status"] == 404
    assert problem["facts"] == {"hall": "T999"}
    assert "T999" in problem["detail"]


def test_an_unknown_setting_is_bad_input(
    small_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKOFFICE_COLOUR", "red")
    result = small_command("hall", "list")
    assert result.exit_code == 2
    assert "BACKOFFICE_COLOUR" in result.stderr


def test_a_fault_of_the_program_is_one_line_and_a_log(
    small_command: Command, state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("the reason")

    monkeypatch.setattr(halls, "select", fail)
    result = small_command("hall", "list")
    assert result.exit_code == 70
    (line,) = result.stderr.splitlines()
    assert "Traceback" not in line
    assert "ZeroDivisionError: the reason" in (state_folder / "backoffice-errors.log").read_text()


def test_an_unreachable_database_is_one_line(
    small_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", url)
    result = small_command("hall", "list")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "BACKOFFICE_DATABASE_URL" in line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_explains_itself_in_both_languages(
    small_command: Command, language: str
) -> None:
    usage = {"zh": "用法:", "en": "Usage:"}[language]
    groups = [(), ("audit",), ("user",), ("hall",), ("hall", "terminal"), ("database",)]
    for words in (*groups, *((name,) for name in root.commands)):
        result = small_command(*words, "--help", "--language", language)
        assert result.exit_code == 0, words
        assert result.stdout.startswith(usage)
