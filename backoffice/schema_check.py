"""Whether a database has the schema this program needs, without changing anything in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, make_url, text

from backoffice.database import make_owner_engine
from ledger.errors import Conflict
from ledger.schema import Base, immutable_tables
from ledger.text import Text

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


class DatabaseMissing(Conflict):
    """There is no database, or nothing in it."""

    code = "database_missing"
    text = Text(
        "尚无数据库。请先执行 backoffice init。",
        "There is no database yet. Run `backoffice init` first.",
    )


class SchemaNotCurrent(Conflict):
    """The database's schema is older or newer than the program's."""

    code = "schema_not_current"
    text = Text(
        "数据库结构为 {found},程序需要 {wanted}。请执行 backoffice database upgrade"
        "(或使用较新的程序)。",
        "The database has schema {found}; the program needs {wanted}."
        " Run `backoffice database upgrade`, or use a newer program.",
    )


@cache
def wanted_revision() -> str:
    """Give the newest schema this program knows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None, "the program ships its migrations"
    return head


def known_revisions() -> frozenset[str]:
    """Give every schema this program can start from."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(
        script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
    )


def found_revision(connection: Connection) -> str | None:
    """Give the schema a database has, None where it has none of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(
        text(f"SELECT version_num FROM {VERSION_TABLE}")
    ).scalar()
    return found


def is_current(engine: Engine) -> bool:
    """Tell whether the database answers and has the program's schema."""
    with engine.connect() as connection:
        return found_revision(connection) == wanted_revision()


def require_current_schema(url: str) -> None:
    """Go on only with the right schema; raises DatabaseMissing and SchemaNotCurrent."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise DatabaseMissing
    engine = make_owner_engine(url)
    try:
        with engine.connect() as connection:
            found = found_revision(connection)
    finally:
        engine.dispose()
    if found is None:
        raise DatabaseMissing
    if found != wanted_revision():
        raise SchemaNotCurrent(found=found, wanted=wanted_revision())


def schema_differences(url: str) -> list[str]:
    """Give each place where the database is not what the program declares, guards included."""
    engine = make_owner_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            drift = [_describe(step) for step in compare_metadata(context, Base.metadata)]
            return [*drift, *_missing_guards(connection)]
    finally:
        engine.dispose()


def _describe(step: object) -> str:
    """Give Alembic's step in one line: what would have to be done, and to what."""
    while isinstance(step, list) and step:
        step = step[0]
    assert isinstance(step, tuple), "Alembic gives steps as tuples"
    act, *rest = step
    names = [
        str(getattr(part, "name", part))
        for part in rest
        if isinstance(part, str) or hasattr(part, "name")
    ]
    return f"{act}: {' '.join(names)}"


def _missing_guards(connection: Connection) -> list[str]:
    """Give the triggers of immutable tables that are gone; on PostgreSQL roles guard instead."""
    if connection.dialect.name != "sqlite":
        return []
    present = set(
        connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
    )
    wanted = [
        f"{table.name}_no_{act}" for table in immutable_tables() for act in ("update", "delete")
    ]
    return [f"missing_trigger: {name}" for name in wanted if name not in present]
