"""`backup` and `restore`: a consistent copy while people work, and the way back, all or nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from backoffice import backup
from backoffice.config import Config
from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE, DEPOSITS
from tests.databases import postgresql_binaries

HERE = ("--hall", "T001", "--date", DATE)


@pytest.fixture(autouse=True)
def _tools_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools lie beside its server; Debian puts an older wrapper on the PATH."""
    monkeypatch.setenv("PATH", str(postgresql_binaries()), prepend=":")


def _chain(command: Command) -> Any:
    (answer,) = json.loads(command("verify", "--json").stdout)
    assert answer["differences"] == []
    return answer["chain"]


def test_what_happened_after_the_backup_is_gone_after_restoring(
    loaded: Command, tmp_path: Path
) -> None:
    copy, file = tmp_path / "copy", tmp_path / "deposits.csv"
    before = _chain(loaded)
    assert loaded("backup", copy).exit_code == 0
    file.write_text(DEPOSITS)
    assert loaded("import", file, *HERE).exit_code == 0
    assert _chain(loaded) != before
    restored = loaded("restore", copy)
    assert restored.exit_code == 0, restored.stderr
    assert _chain(loaded) == before
    assert loaded("database", "check").exit_code == 0
    assert loaded("import", file, *HERE).exit_code == 0


def test_a_backup_may_replace_an_older_one_but_nothing_else(
    small_loaded: Command, tmp_path: Path
) -> None:
    copy, letter = tmp_path / "copy", tmp_path / "letter.txt"
    assert small_loaded("backup", copy).exit_code == 0
    assert small_loaded("backup", copy).exit_code == 0
    letter.write_text("dear")
    refused = small_loaded("backup", letter)
    assert (refused.exit_code, letter.read_text()) == (1, "dear")
    assert small_loaded("backup", tmp_path / "no" / "copy").exit_code == 2
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["copy", "letter.txt"]


@pytest.mark.parametrize("damage", ["letter", "half", "changed"])
def test_a_damaged_backup_changes_nothing(loaded: Command, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    assert loaded("backup", copy).exit_code == 0
    content = copy.read_bytes()
    middle = len(content) // 2
    copy.write_bytes(
        {
            "letter": b"dear",
            "half": content[:middle],
            "changed": content[:512] + bytes(len(content) - 512),
        }[damage]
    )
    before = _chain(loaded)
    refused = loaded("restore", copy)
    assert refused.exit_code in (1, 2)
    assert len(refused.stderr.splitlines()) == 1
    assert _chain(loaded) == before


def test_the_live_database_is_not_overwritten_by_its_own_backup(
    small_command: Command, sqlite_url: str
) -> None:
    live = Path(str(make_url(sqlite_url).database))
    refused = small_command("backup", live)
    assert refused.exit_code == 1
    assert small_command("database", "check").exit_code == 0


def test_a_copy_made_while_somebody_writes_is_consistent(
    small_command: Command, folder: Path, sqlite_url: str, tmp_path: Path
) -> None:
    assert small_command("load", folder).exit_code == 0
    live, copy = str(make_url(sqlite_url).database), tmp_path / "copy"
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        with closing(sqlite3.connect(live, timeout=30, isolation_level=None)) as connection:
            while not stop.is_set():
                number = len(written)
                connection.execute("BEGIN IMMEDIATE")
                for key in (f"a{number}", f"b{number}"):
                    connection.execute(
                        "INSERT INTO requests VALUES ('test', ?, 0, '', '', '', 0)", (key,)
                    )
                connection.execute("COMMIT")
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 20:
            stop.wait(0.01)
        assert small_command("backup", copy).exit_code == 0
    finally:
        stop.set()
        writer.join()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = connection.execute(
            "SELECT COUNT(*) FROM requests WHERE scope = 'test'"
        ).fetchone()
    assert count >= 40
    assert count % 2 == 0


def test_what_was_there_before_restoring_is_kept(
    small_command: Command, folder: Path, sqlite_url: str, tmp_path: Path
) -> None:
    copy, live = tmp_path / "copy", Path(str(make_url(sqlite_url).database))
    assert small_command("backup", copy).exit_code == 0
    assert small_command("load", folder).exit_code == 0
    assert small_command("restore", copy).exit_code == 0
    assert json.loads(small_command("hall", "list", "--json").stdout) == []
    kept = live.with_name(f"{live.name}.before-restore")
    assert small_command("restore", kept).exit_code == 0
    assert len(json.loads(small_command("hall", "list", "--json").stdout)) == 1


def test_without_the_tools_of_postgresql_the_line_says_what_to_install(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(backup.ToolMissing) as missing:
        backup.back_up(Config(database_url=postgresql_url), tmp_path / "copy")
    assert "pg_dump" in missing.value.message("en")
