"""The command line as a person types it, run in this process, and what it said."""

from __future__ import annotations

from dataclasses import dataclass

from click.testing import CliRunner

from backoffice.cli import root


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended: its exit code and the lines it wrote."""

    exit_code: int
    output: str
    errors: list[str]


def run(database_url: str, *words: str) -> Said:
    """Run `backoffice WORDS...` on a database, in English."""
    environment = {"BACKOFFICE_DATABASE_URL": database_url, "LC_ALL": "en_GB.UTF-8"}
    result = CliRunner().invoke(root, list(words), env=environment)
    return Said(result.exit_code, result.stdout, result.stderr.splitlines())
