"""The schema's own rules: the hall in every key, the same tables on both databases, all guarded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Table, UniqueConstraint, inspect, text

from backoffice.database import APP_ROLE, GROUP_ROLE, make_owner_engine
from backoffice.schema_setup import migrate
from ledger.schema import Base, hall_tables, immutable_tables
from tests.databases import Databases

TABLES = Base.metadata.sorted_tables
OF_HALLS = {table.name for table in hall_tables()}
OF_ALL = {
    *("organisations", "halls", "persons", "commodities", "approval_tiers", "terminals"),
    *("person_numbers", "identifiers", "requests", "credentials", "sign_ins", "api_tokens"),
    *("retention_terms", "calendar_days"),
}
"""Tables whose rows belong to no single hall: known to all halls, or led by another key."""


@pytest.fixture(scope="module")
def owner(shared_url: str) -> Iterator[Connection]:
    """Give a connection of who owns the migrated database."""
    engine = make_owner_engine(shared_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def keys_of(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Give the name and columns of each key and each unique index of a table."""
    yield "primary key", [column.name for column in table.primary_key.columns]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), [column.name for column in constraint.columns]
    for index in table.indexes:
        if index.unique:
            yield str(index.name), [column.name for column in index.columns]


def test_every_table_belongs_to_halls_or_is_known_to_belong_to_all() -> None:
    assert {table.name for table in TABLES} == OF_HALLS | OF_ALL
    assert [t.name for t in TABLES if t.name in OF_ALL and "hall_id" in t.columns] == []


def test_the_hall_comes_first_in_every_key_of_a_halls_table() -> None:
    assert [
        (table.name, name, columns)
        for table in hall_tables()
        for name, columns in keys_of(table)
        if columns[0] != "hall_id"
    ] == []


def test_the_hall_leads_every_index_of_a_halls_table() -> None:
    leading = {
        f"{table.name}.{index.name}": next(iter(index.columns)).name
        for table in hall_tables()
        for index in table.indexes
    }
    # Persons are of all halls: who holds which numbers is asked across halls, at sign-in.
    assert {name for name, column in leading.items() if column != "hall_id"} == {
        "employments.ix_employments_person_id"
    }


def test_a_halls_table_refers_to_another_of_the_hall_only_together_with_the_hall() -> None:
    assert [
        (table.name, [column.name for column in reference.columns])
        for table in hall_tables()
        for reference in table.foreign_key_constraints
        if reference.referred_table.name in OF_HALLS and "hall_id" not in reference.columns
    ] == []


def test_no_number_in_a_halls_table_is_given_by_the_database() -> None:
    assert [
        f"{table.name}.{column.name}"
        for table in hall_tables()
        for column in table.columns
        if column is table.autoincrement_column
        or column.autoincrement is True
        or column.server_default is not None
    ] == []


def test_every_immutable_table_belongs_to_halls_and_names_its_event() -> None:
    for table in immutable_tables():
        assert table.name in OF_HALLS
        assert not table.c.event_no.nullable


def test_the_migrated_database_is_what_the_models_say(owner: Connection) -> None:
    context = MigrationContext.configure(
        owner, opts={"compare_type": True, "compare_server_default": True}
    )
    assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_database_checks_what_the_models_say(owner: Connection) -> None:
    """Alembic does not compare CHECK constraints nor the order of keys."""
    inspector = inspect(owner)
    found = {
        table.name: (
            inspector.get_pk_constraint(table.name)["constrained_columns"],
            {str(check["name"]) for check in inspector.get_check_constraints(table.name)},
        )
        for table in TABLES
    }
    assert found == {
        table.name: (
            [column.name for column in table.primary_key.columns],
            {
                str(constraint.name)
                for constraint in table.constraints
                if isinstance(constraint, CheckConstraint)
            },
        )
        for table in TABLES
    }


def test_migrating_an_empty_database_twice_is_the_same_as_once(empty_database_url: str) -> None:
    migrate(empty_database_url)
    engine = make_owner_engine(empty_database_url)
    with engine.connect() as connection:
        once = guards(connection)
    migrate(empty_database_url)
    with engine.connect() as connection:
        assert guards(connection) == once != []
    engine.dispose()


def guards(connection: Connection) -> list[tuple[object, ...]]:
    """Give SQLite's triggers, or PostgreSQL's policies and rights."""
    queries = ["SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"]
    if connection.dialect.name != "sqlite":
        queries = [
            (
                "SELECT tablename, policyname, roles::text, qual, with_check FROM pg_policies"
                " ORDER BY 1, 2"
            ),
            (
                "SELECT relname, relrowsecurity, relacl::text FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 1"
            ),
        ]
    return [tuple(row) for query in queries for row in connection.execute(text(query))]


def test_every_immutable_table_is_guarded(owner: Connection) -> None:
    unguarded = {
        (table.name, act)
        for table in immutable_tables()
        for act in ("UPDATE", "DELETE")
        if not guarded(owner, table.name, act)
    }
    assert unguarded == set()


def guarded(owner: Connection, name: str, act: str) -> bool:
    if owner.dialect.name == "sqlite":
        query = text(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
            " AND sql LIKE :shape"
        )
        shape = f"CREATE TRIGGER % BEFORE {act} ON {name} BEGIN SELECT RAISE(ABORT%"
        return bool(owner.scalar(query, {"name": name, "shape": shape}) == 1)
    rights = text("SELECT has_table_privilege(:role, :name, :act)")
    return not any(
        owner.scalar(rights, {"role": role, "name": name, "act": right})
        for role in (APP_ROLE, GROUP_ROLE)
        for right in (act, "TRUNCATE", "TRIGGER", "REFERENCES")
    )


@pytest.fixture(scope="module")
def postgresql_owner(databases: Databases) -> Iterator[Connection]:
    """Give a connection of who owns a migrated PostgreSQL database."""
    with databases.fresh("postgresql") as url:
        engine = make_owner_engine(url)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


@pytest.mark.postgresql
def test_every_halls_table_has_row_level_security_for_both_roles(
    postgresql_owner: Connection,
) -> None:
    rows = postgresql_owner.execute(
        text(
            "SELECT c.relname, p.roles::text, p.cmd FROM pg_class c JOIN pg_policies p"
            " ON p.tablename = c.relname WHERE c.relrowsecurity AND p.permissive = 'PERMISSIVE'"
        )
    )
    assert {tuple(row) for row in rows} == {
        (name, f"{{{role}}}", "ALL") for name in OF_HALLS for role in (APP_ROLE, GROUP_ROLE)
    }


@pytest.mark.postgresql
def test_what_is_written_is_held_against_the_halls_read_once(databases: Databases) -> None:
    checks = text("SELECT with_check FROM pg_policies WHERE policyname = 'own_halls'")
    with databases.fresh("postgresql") as url:
        engine = make_owner_engine(url)
        with engine.begin() as connection:
            (check,) = set(connection.scalars(checks))
            connection.execute(text("DROP POLICY own_halls ON postings"))
            old = "hall_id = ANY (NULLIF(current_setting('app.hall_ids', true), '')::bigint[])"
            connection.execute(
                text(f"CREATE POLICY own_halls ON postings TO {APP_ROLE} USING ({old})")
            )
        migrate(url)
        with engine.connect() as connection:
            assert set(connection.scalars(checks)) == {check}
            assert "SELECT" in check
        engine.dispose()


@pytest.mark.postgresql
def test_the_application_does_not_inherit_what_the_group_may_see(
    postgresql_owner: Connection,
) -> None:
    inherits = text("SELECT pg_has_role(:app, :group, 'USAGE')")
    assert postgresql_owner.scalar(inherits, {"app": APP_ROLE, "group": GROUP_ROLE}) is False


@pytest.mark.postgresql
def test_no_table_has_a_trigger_and_no_halls_table_a_default(postgresql_owner: Connection) -> None:
    triggers = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert postgresql_owner.scalars(triggers).all() == []
    defaults = postgresql_owner.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE"
            " table_schema = 'public' AND (column_default IS NOT NULL OR is_identity = 'YES')"
        )
    )
    assert {name for name, _ in defaults} & OF_HALLS == set()
