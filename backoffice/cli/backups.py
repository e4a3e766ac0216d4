"""`backup` and `restore`: a consistent copy while people work, and the way back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.backup import back_up
from backoffice.backup import restore as put_back
from backoffice.cli.commands import ExistingFile, WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from ledger.text import Text

NO_FOLDER = Text("目录不存在。", "Its folder does not exist.")


@command(
    "backup",
    Text(
        "备份整个数据库;其他人可照常工作。",
        "Copy the whole database while people go on working.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@pass_console
def backup(console: Console, file: Path) -> None:
    """Write a consistent copy."""
    if not file.absolute().parent.is_dir():
        raise WrongArgument(name=str(file), reason=NO_FOLDER)
    console.open_books()
    size = back_up(console.config, file)
    console.give(
        {"file": str(file), "bytes": size},
        Text(
            f"已备份到 {file}({size} 字节)。请存放到另一台机器。",
            f"Backed up to {file} ({size} bytes). Keep it on another machine.",
        ),
    )


@command(
    "restore",
    Text(
        "以备份替换整个数据库;先完整核对备份,失败则一切照旧。",
        "Put the whole database back; the backup is checked first, and a failure changes nothing.",
    ),
)
@click.argument("file", type=ExistingFile())
@option("--yes", is_flag=True, said=Text("不再询问。", "Do not ask."))
@pass_console
def restore(console: Console, file: Path, yes: bool) -> None:
    """Replace the database by a backup."""
    if not yes and sys.stdin.isatty():
        question = Text(f"以 {file} 替换现有数据库?", f"Replace the present database by {file}?")
        click.confirm(question.in_language(console.language), abort=True, err=True)
    put_back(console.config, file)
    console.give(
        {"file": str(file)},
        Text(
            f"已从 {file} 恢复。请执行 backoffice verify 核对。",
            f"Restored from {file}. Run `backoffice verify` now.",
        ),
    )
