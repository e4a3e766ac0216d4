"""Real databases for tests: SQLite files and a private PostgreSQL server, each migrated only once.

Migrating takes a second, copying a migrated database some milliseconds, so every test gets a copy
of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

DatabaseKind = Literal["sqlite", "postgresql"]

SUPERUSER = "postgres"
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
# A test's database need not outlive a power cut; a benchmark's must behave as if it did.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresqlServer:
    """A PostgreSQL server of this test run alone: trusted over a socket only its owner can reach.

    Servers refuse to run as root, so root starts it as an unprivileged user. It ends with the test
    process, also when that is killed.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self.folder = Path(tempfile.mkdtemp(prefix="backoffice-postgresql-"))
        self.binaries = postgresql_binaries()
        self.prefix = _unprivileged(self.folder)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        """Give the address of database `name`."""
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Make the cluster and wait until it answers; raises RuntimeError with its log if not."""
        cluster, log = str(self.folder / "cluster"), self.folder / "log"
        initdb, postgres = str(self.binaries / "initdb"), str(self.binaries / "postgres")
        form = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*self.prefix, initdb, "-D", cluster, "-U", SUPERUSER, *form],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        options = [
            word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")
        ]
        serve = [*_dying_with_us(), postgres, "-D", cluster, "-k", str(self.folder), *options]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*self.prefix, *serve], stdout=output, stderr=output, cwd=self.folder
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server at once and remove its files."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, name: str, *, template: str = "template0") -> str:
        """Create database `name` as a copy of `template`; gives its address.

        Its files are copied: to write the copy to the log block by block, as servers do from
        version 15 on, takes three times as long.
        """
        with closing(self._connect()) as connection:
            by_file = " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}" + by_file).format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop database `name`, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with closing(self._connect()) as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


class Databases:
    """Gives fresh databases of both kinds, copied from one migrated original of each."""

    def __init__(
        self, folder: Path, migrate: Callable[[str], None], *, durable: bool = False
    ) -> None:
        self.folder = folder
        self.durable = durable
        self._migrate = migrate
        self._numbers = count(1)
        self._server: PostgresqlServer | None = None
        self._migrated: set[DatabaseKind] = set()

    @contextmanager
    def fresh(self, kind: DatabaseKind, *, migrated: bool = True) -> Iterator[str]:
        """Give the address of a database nobody has used, and remove it afterwards."""
        if migrated:
            self._make_original(kind)
        name = f"test_{next(self._numbers)}"
        made = self._fresh_sqlite if kind == "sqlite" else self._fresh_postgresql
        with made(name, migrated=migrated) as url:
            yield url

    @contextmanager
    def _fresh_sqlite(self, name: str, *, migrated: bool) -> Iterator[str]:
        file = self.folder / f"{name}.db"
        if migrated:
            _copy_sqlite(self.folder / "original.db", file)
        try:
            yield f"sqlite:///{file}"
        finally:
            for left in self.folder.glob(f"{name}.db*"):
                left.unlink()

    @contextmanager
    def _fresh_postgresql(self, name: str, *, migrated: bool) -> Iterator[str]:
        url = self.server.create(name, template="original" if migrated else "template0")
        try:
            yield url
        finally:
            self.server.drop(name)

    @property
    def server(self) -> PostgresqlServer:
        """The PostgreSQL server of this process, started when it is first needed."""
        if self._server is None:
            self._server = PostgresqlServer(durable=self.durable)
            self._server.start()
        return self._server

    def close(self) -> None:
        """Stop the server, if one was started."""
        if self._server is not None:
            self._server.stop()

    def _make_original(self, kind: DatabaseKind) -> None:
        if kind in self._migrated:
            return
        if kind == "sqlite":
            self._migrate(f"sqlite:///{self.folder / 'original.db'}")
        else:
            self._migrate(self.server.create("original"))
        self._migrated.add(kind)


def postgresql_binaries() -> Path:
    """Find the folder of the newest PostgreSQL server; raises RuntimeError where there is none."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]),
    )
    on_path = shutil.which("initdb")
    if debian:
        return debian[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("no PostgreSQL server is installed; `make setup` installs it")


def _unprivileged(folder: Path) -> list[str]:
    """Hand `folder` to an unprivileged user where we are root; gives the words to become him."""
    if os.geteuid() != 0:
        return []
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--",
    ]


def _dying_with_us() -> list[str]:
    return ["setpriv", "--pdeathsig=QUIT", "--"] if shutil.which("setpriv") else []


def _copy_sqlite(original: Path, copy: Path) -> None:
    with (
        closing(sqlite3.connect(original)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
