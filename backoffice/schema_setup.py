"""Make or migrate a database, and guard what must not change in it."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

import backoffice.models  # noqa: F401
from backoffice.database import APP_ROLE, GROUP_ROLE, immutable_triggers, make_owner_engine
from ledger.schema import Base, hall_tables, immutable_tables

# Alembic's `context` and `op` are proxies to one running migration a process.
_ONE_AT_A_TIME = threading.Lock()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema and guard it; safe to repeat.

    On PostgreSQL the URL's user must own the database and be able to create roles.
    """
    engine = make_owner_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with _ONE_AT_A_TIME, engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _guard(connection)
    finally:
        engine.dispose()


def _guard(connection: Connection) -> None:
    names = [table.name for table in immutable_tables()]
    if connection.dialect.name == "sqlite":
        present = set(
            connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
        )
        for statement in immutable_triggers(names):
            if statement.split()[2] not in present:
                connection.exec_driver_sql(statement)
        return
    _make_roles(connection)
    _grant(connection, names)
    _add_policies(connection)


def _make_roles(connection: Connection) -> None:
    """Make the application's and the group-wide role; two set-ups at once take turns.

    The application may become the group-wide role but does not inherit it: it would see all halls.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(7001)"))
    known = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    for role in (APP_ROLE, GROUP_ROLE):
        if role not in known:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN NOINHERIT")
    connection.exec_driver_sql(f"GRANT {GROUP_ROLE} TO {APP_ROLE}")
    connection.exec_driver_sql(f"GRANT {APP_ROLE}, {GROUP_ROLE} TO CURRENT_USER")


def _grant(connection: Connection, immutable: list[str]) -> None:
    """Give both roles what they need: never UPDATE or DELETE on an immutable table."""
    present = set(inspect(connection).get_table_names())
    for role in (APP_ROLE, GROUP_ROLE):
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
        connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for name in Base.metadata.tables:
            rights = "SELECT, INSERT" if name in immutable else "SELECT, INSERT, UPDATE, DELETE"
            connection.exec_driver_sql(f"GRANT {rights} ON {name} TO {role}")
        if "alembic_version" in present:
            connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {role}")


def _add_policies(connection: Connection) -> None:
    """The second net between halls: a row is there only for who may see its hall.

    What is written is held against the halls read once a statement: to read them again for each row
    takes a seventh of the time of a large delivery.
    """
    known = text("SELECT tablename, with_check FROM pg_policies WHERE policyname = 'own_halls'")
    checks: dict[str, str | None] = dict(connection.execute(known).all())
    # Outside a unit of work the setting is NULL, or '' once one has ended: no hall then.
    halls = "NULLIF(current_setting('app.hall_ids', true), '')::bigint[]"
    mine, written = f"hall_id = ANY ({halls})", f"hall_id = ANY ((SELECT {halls})::bigint[])"
    for table in hall_tables():
        if checks.get(table.name) is not None:
            continue
        if table.name in checks:
            connection.exec_driver_sql(
                f"ALTER POLICY own_halls ON {table.name} WITH CHECK ({written})"
            )
            continue
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(
            f"CREATE POLICY own_halls ON {table.name} TO {APP_ROLE}"
            f" USING ({mine}) WITH CHECK ({written})"
        )
        connection.exec_driver_sql(
            f"CREATE POLICY whole_group ON {table.name} TO {GROUP_ROLE} USING (true)"
        )
