"""The command line as a test uses it: words in, exit code and two streams out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backoffice.cli import root
from tests.backoffice.small_hall import write_small_hall

Command = Callable[..., Result]


@pytest.fixture
def state_folder(tmp_path: Path) -> Path:
    """Give the folder where this run keeps what it writes."""
    return tmp_path / "state"


@pytest.fixture
def unmade(empty_database_url: str, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line on a database that has nothing in it; once on each kind."""
    return _command(empty_database_url, state_folder, monkeypatch)


@pytest.fixture
def command(database_url: str, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line on a fresh, migrated database; once on each kind."""
    return _command(database_url, state_folder, monkeypatch)


@pytest.fixture
def small_command(sqlite_url: str, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line on SQLite alone, for what the database has no part in."""
    return _command(sqlite_url, state_folder, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of the small hall."""
    return write_small_hall(tmp_path / "T001")


@pytest.fixture
def loaded(command: Command, folder: Path) -> Command:
    """Give the command line on a database that holds the small hall; once on each kind."""
    assert command("load", folder).exit_code == 0
    return command


@pytest.fixture
def small_loaded(small_command: Command, folder: Path) -> Command:
    """Give the same on SQLite alone, for what the database has no part in."""
    assert small_command("load", folder).exit_code == 0
    return small_command


def _command(url: str, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", url)
    monkeypatch.setenv("BACKOFFICE_STATE_FOLDER", str(state_folder))
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def run(*words: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(root, [str(word) for word in words], input=typed)

    return run
