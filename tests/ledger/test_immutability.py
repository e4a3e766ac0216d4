"""No statement of the application's own connection changes an immutable row, on either database.

The statements go through the engine's raw DBAPI connection, below everything the product adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from backoffice.database import APP_ROLE, GROUP_ROLE, make_engine, make_owner_engine
from ledger.schema import immutable_tables
from tests.builders import OpenHall, open_hall
from tests.ledger.tampering import fill
from tests.observing import everything

NAMES = [table.name for table in immutable_tables()]
KEYS = {
    table.name: ", ".join(column.name for column in table.primary_key.columns)
    for table in immutable_tables()
}
LOGIN = "an_office_that_owns_nothing"

ON_BOTH = (
    "UPDATE {name} SET hall_id = hall_id",
    "UPDATE {name} SET event_no = event_no + 1",
    "DELETE FROM {name}",
    "DELETE FROM {name} WHERE hall_id = 0",
    (
        "INSERT INTO {name} SELECT * FROM {name} WHERE true"
        " ON CONFLICT ({keys}) DO UPDATE SET hall_id = excluded.hall_id"
    ),
    "DROP TABLE {name}",
    "ALTER TABLE {name} RENAME TO elsewhere",
    "ALTER TABLE {name} ADD COLUMN more INTEGER",
    "ALTER TABLE {name} RENAME COLUMN hall_id TO hall_no",
)
ON_SQLITE = (
    "REPLACE INTO {name} SELECT * FROM {name}",
    "INSERT OR REPLACE INTO {name} SELECT * FROM {name}",
    "UPDATE OR REPLACE main.{name} SET hall_id = hall_id",
    'UPDATE "main"."{name}" SET hall_id = hall_id',
    "WITH gone AS (SELECT 1) DELETE FROM {upper}",
    "DELETE FROM {name} RETURNING hall_id",
    "DROP TRIGGER {name}_no_update",
    "DROP TRIGGER main.{name}_no_delete",
    "ALTER TABLE {name} DROP COLUMN event_no",
    "CREATE TRIGGER freed AFTER INSERT ON accounts BEGIN DELETE FROM {name}; END",
    "CREATE TABLE {name}_copy AS SELECT * FROM {name}",
)
ON_POSTGRESQL = (
    "WITH gone AS (DELETE FROM {name} RETURNING 1) SELECT count(*) FROM gone",
    (
        "MERGE INTO {name} t USING (SELECT 0 AS no) s ON t.hall_id > s.no"
        " WHEN MATCHED THEN UPDATE SET hall_id = t.hall_id"
    ),
    "MERGE INTO {name} t USING (SELECT 0 AS no) s ON t.hall_id > s.no WHEN MATCHED THEN DELETE",
    "SELECT * FROM {name} FOR UPDATE",
    "TRUNCATE {name}",
    "TRUNCATE {name} CASCADE",
    "ALTER TABLE {name} DISABLE TRIGGER ALL",
    "ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {name} OWNER TO CURRENT_USER",
    "CREATE POLICY mine ON {name} USING (true)",
    "DROP POLICY own_halls ON {name}",
    "CREATE RULE no_insert AS ON INSERT TO {name} DO INSTEAD NOTHING",
    "CREATE TABLE public.{name}_copy AS SELECT * FROM {name}",
)


@pytest.fixture(scope="module")
def filled(shared_engine: Engine) -> OpenHall:
    """Give a hall with rows in every immutable table."""
    hall = open_hall(shared_engine, "I001")
    fill(hall)
    return hall


@pytest.fixture
def raw(filled: OpenHall, shared_url: str) -> Iterator[Any]:
    """Give a raw connection of the application, which sees the hall; then all is as before."""
    before = everything(filled)
    assert all(before[name] for name in NAMES)
    engine = make_engine(shared_url)
    connection = engine.raw_connection()
    see(connection, filled)
    yield connection
    connection.close()
    engine.dispose()
    assert everything(filled) == before


def see(connection: Any, hall: OpenHall) -> None:
    """Let PostgreSQL show the hall's rows, so that a refusal is not for want of rows."""
    if isinstance(connection.driver_connection, psycopg.Connection):
        connection.driver_connection.autocommit = True
        connection.cursor().execute(f"SET app.hall_ids = '{{{hall.id}}}'")


def slips_through(connection: Any, *statements: str) -> bool:
    """Tell whether the last statement was carried out, those before it done where allowed."""
    *before, last = statements
    with closing(connection.cursor()) as cursor:
        for statement in before:
            _carried_out(connection, cursor, statement)
        return _carried_out(connection, cursor, last)


def _carried_out(connection: Any, cursor: Any, statement: str) -> bool:
    driver = connection.driver_connection
    errors = psycopg.Error if isinstance(driver, psycopg.Connection) else driver.DatabaseError
    try:
        cursor.execute(statement)
    except errors:
        return False
    return True


def is_sqlite(connection: Any) -> bool:
    return not isinstance(connection.driver_connection, psycopg.Connection)


def test_no_statement_changes_or_removes_a_row_of_any_immutable_table(raw: Any) -> None:
    more = ON_SQLITE if is_sqlite(raw) else ON_POSTGRESQL
    done = [
        (name, statement)
        for name in NAMES
        for statement in (*ON_BOTH, *more)
        if slips_through(raw, statement.format(name=name, upper=name.upper(), keys=KEYS[name]))
    ]
    assert done == []


def test_the_same_statements_do_change_the_books_where_nobody_guards_them(
    filled: OpenHall, shared_url: str
) -> None:
    """The refusals above would say nothing of statements that are wrong in themselves."""
    owner = make_owner_engine(shared_url)
    sqlite = owner.dialect.name == "sqlite"
    before = everything(filled)
    failed = []
    for statement in (*ON_BOTH, *(ON_SQLITE if sqlite else ON_POSTGRESQL)):
        with owner.connect() as connection:
            if sqlite:
                connection.exec_driver_sql("BEGIN")
            if sqlite and not statement.startswith("DROP TRIGGER"):
                connection.exec_driver_sql("DROP TRIGGER postings_no_update")
                connection.exec_driver_sql("DROP TRIGGER postings_no_delete")
            try:
                connection.exec_driver_sql(
                    statement.format(name="postings", upper="POSTINGS", keys=KEYS["postings"])
                )
            except DBAPIError as error:
                failed.append((statement, error.orig))
            connection.rollback()
    owner.dispose()
    assert failed == []
    assert everything(filled) == before


def test_rows_can_be_read_and_added_by_the_same_connection(raw: Any, filled: OpenHall) -> None:
    """The refusals above would say nothing of a connection that may do nothing at all."""
    cursor = raw.cursor()
    for name in NAMES:
        cursor.execute(f"SELECT count(*) FROM {name} WHERE hall_id = {filled.id}")
        assert cursor.fetchone()[0] > 0
    cursor.execute("BEGIN")
    cursor.execute(
        "INSERT INTO nil_declarations (hall_id, event_no, business_date, source, person_id)"
        f" VALUES ({filled.id}, 999, '2026-11-20', 'accounts', 1)"
    )
    cursor.execute("ROLLBACK")


@pytest.mark.parametrize(
    "pragma",
    [
        "recursive_triggers = OFF",
        "recursive_triggers(0)",
        "RECURSIVE_TRIGGERS = 0",
        "main.Recursive_Triggers = no",
        '"recursive_triggers" = false',
        "[recursive_triggers] = 0",
        "writable_schema = ON",
        "WRITABLE_SCHEMA = 1",
        "writable_schema = RESET",
        "trusted_schema = ON",
        "foreign_keys = OFF",
        "Ignore_Check_Constraints = ON",
    ],
)
def test_sqlite_does_not_lower_its_guard(sqlite_url: str, pragma: str) -> None:
    engine = make_engine(sqlite_url)
    hall = open_hall(engine)
    fill(hall)
    before = everything(hall)
    with closing(engine.raw_connection()) as raw:
        assert not slips_through(raw, f"PRAGMA {pragma}")
        guards = [
            raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "recursive_triggers",
                "writable_schema",
                "trusted_schema",
                "foreign_keys",
                "ignore_check_constraints",
            )
        ]
        assert guards == [1, 0, 0, 1, 0]
        for last in (
            "REPLACE INTO postings SELECT * FROM postings",
            "DELETE FROM sqlite_master WHERE type = 'trigger'",
            "UPDATE sqlite_schema SET sql = NULL WHERE name = 'postings_no_delete'",
        ):
            assert not slips_through(raw, f"PRAGMA {pragma}", last)
    assert everything(hall) == before
    engine.dispose()


def test_sqlite_opens_no_second_door_to_the_same_file(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    hall = open_hall(engine)
    fill(hall)
    before = everything(hall)
    file = make_url(sqlite_url).database
    with closing(engine.raw_connection()) as raw:
        assert not slips_through(raw, f"ATTACH '{file}' AS side")
        assert not slips_through(raw, f"ATTACH 'file:{file}?mode=rw' AS side")
        assert not slips_through(raw, "DELETE FROM side.postings")
        assert not slips_through(raw, f"VACUUM INTO '{file}.copy'", "DELETE FROM postings")
        assert not slips_through(
            raw,
            "CREATE TEMP TRIGGER freed AFTER INSERT ON main.accounts"
            " BEGIN DELETE FROM postings; END",
            "INSERT INTO accounts (hall_id, id, kind, holder, side)"
            f" VALUES ({hall.id}, 9999, 'clerk', 'freed', 1)",
        )
    assert everything(hall) == before
    engine.dispose()


@pytest.mark.parametrize(
    "step", ["RESET ROLE", "RESET ALL", "DISCARD ALL", f"SET ROLE {GROUP_ROLE}"]
)
def test_postgresql_stays_a_role_that_changes_nothing(postgresql_url: str, step: str) -> None:
    engine = make_engine(postgresql_url)
    hall = open_hall(engine)
    fill(hall)
    before = everything(hall)
    with closing(engine.raw_connection()) as raw:
        see(raw, hall)
        cursor = raw.cursor()
        cursor.execute(step)
        assert cursor.execute("SELECT current_user").fetchone()[0] in (APP_ROLE, GROUP_ROLE)
        for last in ("UPDATE postings SET amount = 1", "DELETE FROM postings", "TRUNCATE postings"):
            assert not slips_through(raw, last)
        raw.invalidate()
    assert everything(hall) == before
    engine.dispose()


@pytest.fixture
def unprivileged_url(postgresql_url: str) -> Iterator[str]:
    """Give the address as a login that owns nothing and is only a member of the application."""
    owner = make_owner_engine(postgresql_url)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {LOGIN} LOGIN IN ROLE {APP_ROLE}")
    yield make_url(postgresql_url).set(username=LOGIN).render_as_string(hide_password=False)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE {LOGIN}")
    owner.dispose()


def test_a_login_that_owns_nothing_can_work_but_never_becomes_more(unprivileged_url: str) -> None:
    engine = make_engine(unprivileged_url)
    hall = open_hall(engine)
    fill(hall)
    before = everything(hall)
    done = []
    for step in (
        "SET ROLE NONE",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION DEFAULT",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "DISCARD ALL",
        f"GRANT UPDATE, DELETE ON postings TO {APP_ROLE}",
        f"ALTER ROLE {LOGIN} SUPERUSER",
        f"GRANT pg_write_all_data TO {LOGIN}",
    ):
        with closing(engine.raw_connection()) as raw:
            see(raw, hall)
            for last in (
                "UPDATE postings SET amount = 1",
                "DELETE FROM events",
                "TRUNCATE signatures",
                "ALTER TABLE postings DISABLE ROW LEVEL SECURITY",
            ):
                if slips_through(raw, step, last):
                    done.append((step, last))  # noqa: PERF401  a loop reads better here
            raw.invalidate()
    assert done == []
    assert everything(hall) == before
    engine.dispose()
