"""How the command line ends when something is refused: one line of what, where and what to do.

Where an input has several problems, each further one follows on a line of its own; `--json` gives
the same as one payload. What the program itself did wrong goes to a log file, never to the screen.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from backoffice.cli.commands import usage_text
from backoffice.cli.console import Console
from backoffice.config import Config
from backoffice.errors import (
    FAILED,
    Payload,
    exit_code_of,
    problem_payload,
    unreachable,
)
from backoffice.failure_log import write_failure
from ledger.errors import BackofficeError, BadInput, Invalid
from ledger.text import Text

STOPPED = 130
LOG_NAME = "backoffice-errors.log"
PREFIX = Text("错误:", "error: ")


class WrongUsage(Invalid):
    """The words of the command line do not make a command."""

    code = "wrong_usage"
    text = Text("{complaint}", "{complaint}")


class FileUnusable(Invalid):
    """A file or folder cannot be read or written."""

    code = "file_unusable"
    text = Text("{file} 无法读写:{reason}。", "{file} cannot be read or written: {reason}.")


def end_refused(console: Console, error: Exception) -> int:
    """Say what was refused on standard error; gives the exit code."""
    refused = _as_refusal(error)
    if refused is not None:
        return _tell(console, refused)
    if isinstance(error, click.Abort):
        click.echo(Text("已中止。", "Stopped.").in_language(console.language), err=True)
        return STOPPED
    return _tell_failure(console, error)


def _as_refusal(error: Exception) -> BackofficeError | None:
    match error:
        case BackofficeError():
            return error
        case click.UsageError():
            return WrongUsage(complaint=usage_text(error))
        case click.ClickException():
            return WrongUsage(complaint=error.format_message())
        case DBAPIError():
            return unreachable(error)
        case OSError(filename=name, strerror=reason) if name is not None:
            return FileUnusable(file=str(name), reason=str(reason))
        case _:
            return None


def _tell(console: Console, error: BackofficeError) -> int:
    if console.as_json:
        _show_payload(problem_payload(error, console.language))
        return exit_code_of(error)
    click.echo(_one_line(console, error.message(console.language)), err=True)
    for problem in error.problems[1:] if isinstance(error, BadInput) else ():
        click.echo(problem.describe(console.language).replace("\n", " "), err=True)
    return exit_code_of(error)


def _tell_failure(console: Console, error: Exception) -> int:
    folder = Path(console.config.state_folder if _config_reads(console) else Config().state_folder)
    path = _write_down(error, folder)
    said = Text(
        f"程序内部错误({type(error).__name__})。本次操作没有生效;详情已写入 {path}。",
        f"the program failed ({type(error).__name__}) and nothing was changed; {path} says why.",
    )
    if console.as_json:
        detail = said.in_language(console.language)
        _show_payload({"type": "about:blank", "status": 500, "code": "failed", "detail": detail})
    else:
        click.echo(_one_line(console, said.in_language(console.language)), err=True)
    return FAILED


def _config_reads(console: Console) -> bool:
    try:
        return bool(console.config)
    except BackofficeError:
        return False


def _write_down(error: Exception, folder: Path) -> Path:
    """Keep the traceback where the operator finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("backoffice.cli.failures")
    log.propagate = False
    log.addHandler(handler)
    try:
        write_failure(log, "the command line failed", error)
    finally:
        log.removeHandler(handler)
        handler.close()
    return path


def _show_payload(payload: Payload) -> None:
    click.echo(json.dumps(payload, ensure_ascii=False, indent=1), err=True)


def _one_line(console: Console, sentence: str) -> str:
    return PREFIX.in_language(console.language) + " ".join(sentence.split("\n"))
