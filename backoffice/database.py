"""Engines for both databases, and the one place that commits.

The application's connections cannot change or delete immutable rows: on PostgreSQL its role has no
such right, on SQLite triggers, pragmas and an authorizer refuse. Migrations use the owner's engine.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

import backoffice.models  # noqa: F401  the whole schema must be known before any engine is used
from ledger.schema import immutable_tables
from ledger.work import Actor, UnitOfWork

APP_ROLE = "backoffice_app"
GROUP_ROLE = "backoffice_group"

# Compiling costs the short queries of the audit several times what they take. Its temporary tables
# are analysed each run, for which a coarse sample is enough, and held in memory where they fit.
SESSION_SETTINGS = {
    "role": APP_ROLE,
    "timezone": "UTC",
    "jit": "off",
    "default_statistics_target": "10",
    "work_mem": "64MB",
    "temp_buffers": "128MB",
}

DENIED_SCHEMA_ACTS = frozenset(
    {
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
    }
)
GUARDING_PRAGMAS = frozenset(
    {
        "recursive_triggers",
        "trusted_schema",
        "writable_schema",
        "foreign_keys",
        "ignore_check_constraints",
    }
)


def make_engine(url: str) -> Engine:
    """Give the application's engine; immutable tables are immutable for each of its connections."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": 30}, hide_parameters=True)
        _configure_sqlite(engine, guarded=True)
        return engine
    options = " ".join(f"-c {name}={value}" for name, value in SESSION_SETTINGS.items())
    return create_engine(
        parsed, connect_args={"options": options}, pool_pre_ping=True, hide_parameters=True
    )


def make_owner_engine(url: str) -> Engine:
    """Give the engine that may change the schema: for migrations, backup and restore alone."""
    parsed = make_url(url)
    engine = create_engine(parsed, hide_parameters=True)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        _configure_sqlite(engine, guarded=False)
    return engine


@contextmanager
def begin_work(
    engine: Engine, actor: Actor, *, now: dt.datetime | None = None
) -> Iterator[UnitOfWork]:
    """Do one unit of work: all of the block takes effect at its end, or nothing of it.

    `now` is the time of the act; only tests give it.
    """
    with Session(engine, expire_on_commit=False) as session:
        _begin(session, actor, writing=True)
        yield UnitOfWork(session=session, actor=actor, now=now or dt.datetime.now(dt.UTC))
        session.commit()


@contextmanager
def begin_read(
    engine: Engine, actor: Actor, *, now: dt.datetime | None = None
) -> Iterator[UnitOfWork]:
    """Read in one transaction; whatever the block changes is dropped."""
    with Session(engine, expire_on_commit=False) as session:
        _begin(session, actor, writing=False)
        yield UnitOfWork(session=session, actor=actor, now=now or dt.datetime.now(dt.UTC))
        session.rollback()


def _begin(session: Session, actor: Actor, *, writing: bool) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
        return
    if actor.everywhere:
        connection.execute(text(f"SET LOCAL ROLE {GROUP_ROLE}"))
        return
    halls = ",".join(str(int(hall_id)) for hall_id in sorted(actor.roles))
    connection.execute(text(f"SET LOCAL app.hall_ids = '{{{halls}}}'"))


def _configure_sqlite(engine: Engine, *, guarded: bool) -> None:
    protected = frozenset(table.name for table in immutable_tables())

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if guarded:
            connection.set_authorizer(_authorizer(protected))


def _authorizer(protected: frozenset[str]) -> Any:
    """Refuse, before SQLite runs a statement, what would change or free an immutable row."""

    def authorize(
        act: int, first: str | None, second: str | None, database: str | None, trigger: str | None
    ) -> int:
        if act in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
            held = database == "main" and (
                first in protected or (first or "").startswith("sqlite_")
            )
            return sqlite3.SQLITE_DENY if held else sqlite3.SQLITE_OK
        if act in DENIED_SCHEMA_ACTS and database != "temp":
            return sqlite3.SQLITE_DENY
        # SQLite hands the pragma's name over as it was typed.
        pragma = (first or "").lower() if act == sqlite3.SQLITE_PRAGMA else ""
        if pragma in GUARDING_PRAGMAS and second is not None:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    return authorize


def immutable_triggers(names: Sequence[str]) -> list[str]:
    """Give the SQLite statements that make the named tables refuse UPDATE and DELETE."""
    return [
        f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name}"
        f" BEGIN SELECT RAISE(ABORT, '{name} rows are never changed'); END"
        for name in names
        for act in ("UPDATE", "DELETE")
    ]
