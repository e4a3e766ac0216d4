"""A consistent copy of the whole database while people work, and the way back, all or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from backoffice.config import Config
from backoffice.schema_check import VERSION_TABLE, known_revisions
from backoffice.schema_setup import migrate
from ledger.errors import Conflict, Invalid
from ledger.text import Text

SQLITE_MAGIC = b"SQLite format 3\x00"
DUMP_MAGIC = b"PGDMP"
WAIT_SECONDS = 60
NOT_A_BACKUP = Text("不是备份文件", "it is no backup")
NOT_A_DUMP = Text("不是 pg_dump 归档", "it is no archive of pg_dump")
UNKNOWN_SCHEMA = Text("其结构版本未知", "its schema is unknown to this program")


class NoBackup(Invalid):
    """The file is no backup, or a damaged one."""

    code = "no_backup"
    text = Text(
        "{file} 不能用于恢复:{reason}。数据库未改动。",
        "{file} cannot be restored: {reason}. The database was not touched.",
    )


class TargetInUse(Conflict):
    """The file to write to is something else that must not be lost."""

    code = "target_in_use"
    text = Text(
        "{file} 已存在且不是备份文件,未覆盖。请换一个文件名。",
        "{file} exists and is no backup; it was left alone. Choose another name.",
    )


class ToolMissing(Conflict):
    """PostgreSQL's own tool is not installed."""

    code = "tool_missing"
    text = Text(
        "找不到 {tool}。请安装与服务器同版本的 PostgreSQL 客户端工具。",
        "{tool} is not on the PATH. Install PostgreSQL's client tools of the server's version.",
    )


class ToolFailed(Conflict):
    """PostgreSQL's own tool refused."""

    code = "tool_failed"
    text = Text("{tool} 失败:{reason}。", "{tool} failed: {reason}.")


class DatabaseBusy(Conflict):
    """Somebody held the database for too long."""

    code = "database_busy"
    text = Text(
        "数据库持续被占用,{seconds} 秒内未能完成。请稍后再试,或先停止服务。",
        "The database was busy for {seconds} seconds. Try again later, or stop the server first.",
    )


def back_up(config: Config, target: Path) -> int:
    """Write a consistent copy of the database to `target`; gives its size in bytes.

    The file appears whole or not at all; an older backup under that name is replaced. Raises
    TargetInUse, ToolMissing, ToolFailed, DatabaseBusy.
    """
    url = make_url(config.schema_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    _require_replaceable(target, url, SQLITE_MAGIC if is_sqlite else DUMP_MAGIC)
    with _beside(target) as unfinished:
        if is_sqlite:
            _copy_sqlite(Path(url.database or ""), unfinished)
            _make_single_file(unfinished)
        else:
            _run("pg_dump", ["--format=custom", f"--file={unfinished}"], url)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        size = unfinished.stat().st_size
        unfinished.replace(target)
    return size


def restore(config: Config, source: Path) -> None:
    """Put the database back to what `source` holds, in one transaction, and bring it up to date.

    On SQLite what was there before is kept beside it as `NAME.before-restore`. Raises NoBackup,
    ToolMissing, ToolFailed, DatabaseBusy; then nothing has changed.
    """
    url = make_url(config.schema_url)
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(source, Path(url.database or ""))
    else:
        _restore_postgresql(source, url)
    migrate(config.schema_url)


def _require_replaceable(target: Path, url: URL, magic: bytes) -> None:
    if not target.exists():
        return
    live = url.database if url.get_backend_name() == "sqlite" else None
    same = live is not None and Path(live).exists() and target.samefile(live)
    if same or not target.is_file() or not _starts_with(target, magic):
        raise TargetInUse(file=str(target))


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a path in the target's folder that is gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        yield Path(folder) / target.name


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy in one step, which SQLite does as one transaction: readers and writers go on.

    A step of all pages cannot be overtaken by a writer, so the copy never has to start again.
    """
    pause = 0.25
    patience = int(WAIT_SECONDS / pause)

    def watch(status: int, remaining: int, total: int) -> None:
        nonlocal patience
        if status != sqlite3.SQLITE_DONE:
            patience -= 1
        if patience <= 0:
            raise DatabaseBusy(seconds=WAIT_SECONDS)

    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=-1, progress=watch, sleep=pause)


def _make_single_file(path: Path) -> None:
    """A copy keeps its source's write-ahead mode; as a backup it has to be one file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _restore_sqlite(source: Path, live: Path) -> None:
    _require_sound_sqlite(source)
    live.parent.mkdir(parents=True, exist_ok=True)
    kept = live.with_name(f"{live.name}.before-restore")
    with _beside(kept) as unfinished:
        if live.exists():
            _copy_sqlite(live, unfinished)
            _make_single_file(unfinished)
        # Into the open database rather than over its file: whoever has it open sees either the old
        # or the new one, and a crash in between leaves the old.
        _copy_sqlite(source, live)
        # Last, as the kept file may itself be what is restored.
        if unfinished.exists():
            unfinished.replace(kept)


def _require_sound_sqlite(source: Path) -> None:
    if not _starts_with(source, SQLITE_MAGIC):
        raise NoBackup(file=str(source), reason=NOT_A_BACKUP)
    address = f"file:{source.resolve()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise NoBackup(file=str(source), reason=found)
            version = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    except sqlite3.DatabaseError as error:
        raise NoBackup(file=str(source), reason=str(error)) from error
    if version is None or version[0] not in known_revisions():
        raise NoBackup(file=str(source), reason=UNKNOWN_SCHEMA)


def _restore_postgresql(source: Path, url: URL) -> None:
    if not _starts_with(source, DUMP_MAGIC):
        raise NoBackup(file=str(source), reason=NOT_A_DUMP)
    _run("pg_restore", ["--list", str(source)], None)
    # The roles that the archive grants rights to belong to the server, not to the database.
    migrate(url.render_as_string(hide_password=False))
    name = url.database or ""
    _run(
        "pg_restore",
        ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", str(source)],
        url,
        f"--dbname={name}",
    )


def _run(tool: str, words: list[str], url: URL | None, *more: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, unseen by others."""
    program = shutil.which(tool)
    if program is None:
        raise ToolMissing(tool=tool)
    environment = {**os.environ, **(_connection_environment(url) if url is not None else {})}
    done = subprocess.run(
        [program, *words, *more], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise ToolFailed(tool=tool, reason=said[0])


def _connection_environment(url: URL) -> dict[str, str]:
    """Give the address of a database in the variables that PostgreSQL's tools read."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    given = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: value for name, value in given.items() if value}
