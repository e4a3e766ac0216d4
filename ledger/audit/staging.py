"""How a staged table is made: one SELECT into one temporary table, the same on both databases.

Every staged row carries `hall_id` and the `business_date` of the hall-day it is staged for, so that
one query answers for any set of hall-days at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

# Before a column it keeps SQLite, which guesses without statistics, from walking through dates by
# an index where it should look a number up; to PostgreSQL, which knows the dates, it is a comment.
NOT_BY = "/*not by*/"


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A temporary table: the SELECT that fills it, and the columns it is looked up by."""

    name: str
    select: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoreRows:
    """A statement that adds to or settles a staged table, repeated while it finds rows."""

    name: str
    insert: str
    rounds: int = 1


Step = StagedTable | MoreRows


def plan_for_sets(connection: Connection) -> None:
    """Let PostgreSQL join a whole group's day by hashing, for this unit of work only.

    It hopes to find the same number again in a cache, but numbers repeat only from hall to hall.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_memoize = off")
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")


def look_up_by_keys(connection: Connection) -> None:
    """Let PostgreSQL look some halls' rows up by their keys, for the rest of this unit of work.

    It takes a look-up for costly, as on turning disks, and so would read the whole group's table
    for a few halls while that is of middling size.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")


def take_steps(connection: Connection, steps: Iterable[Step]) -> None:
    """Make each temporary table anew or add to it, in order, with index and statistics."""
    steps = tuple(steps)
    drop_tables(connection, tables_of(steps))
    for step in steps:
        if isinstance(step, StagedTable):
            _make_table(connection, step)
        else:
            _add_rows(connection, step)


def tables_of(*groups: Iterable[Step]) -> tuple[str, ...]:
    """Give the names of the tables that steps make."""
    return tuple(step.name for group in groups for step in group if isinstance(step, StagedTable))


def _add_rows(connection: Connection, step: MoreRows) -> None:
    for _ in range(step.rounds):
        if connection.exec_driver_sql(worded(connection, step.insert)).rowcount <= 0:
            return
        refresh_statistics(connection, step.name)


def day_number(date: str) -> str:
    """Give the SQL of a date as days since 1970, so that dates can be reckoned with."""
    return f"/*day*/({date})/*number*/"


_DAY_NUMBER = re.compile(r"/\*day\*/\(([^()]*)\)/\*number\*/")


def worded(connection: Connection, sql: str) -> str:
    """Give the statement as this database is to read it."""
    if connection.dialect.name == "sqlite":
        sql = sql.replace(NOT_BY, "+")
        return _DAY_NUMBER.sub(r"CAST(julianday(\1) - 2440587.5 AS INTEGER)", sql)
    return _DAY_NUMBER.sub(r"(CAST(\1 AS DATE) - DATE '1970-01-01')", sql)


def drop_tables(connection: Connection, names: Iterable[str]) -> None:
    """Give the room of temporary tables back before the unit of work ends."""
    if connection.dialect.name == "postgresql":
        if known := ", ".join(f"pg_temp.{name}" for name in names):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {known}")
        return
    for name in names:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS temp.{name}")


def refresh_statistics(connection: Connection, name: str) -> None:
    """Let PostgreSQL know how large a temporary table has become; SQLite needs no telling."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {name}")


def _make_table(connection: Connection, table: StagedTable) -> None:
    ending = " ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
    select = worded(connection, table.select)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {table.name}{ending} AS {select}")
    # PostgreSQL hashes what it joins; SQLite has nothing but an index to find a row by.
    if table.key and connection.dialect.name == "sqlite":
        columns = ", ".join(table.key)
        connection.exec_driver_sql(f"CREATE INDEX temp.ix_{table.name} ON {table.name} ({columns})")
    refresh_statistics(connection, table.name)


def current(alias: str) -> str:
    """Give the condition that a row of evidence is current, beside `audit_scope s`.

    A row is current while its batch is not replaced; both are judged as of the event `s.as_of`, so
    that a past run can be repeated exactly.
    """
    return (
        f"{alias}.event_no < s.as_of AND NOT EXISTS (SELECT 1 FROM intake_replacements x"
        f" WHERE x.hall_id = {alias}.hall_id AND x.old_no = {alias}.intake_no"
        f" AND x.event_no < s.as_of)"
    )


def fact(name: str, expression: str) -> str:
    """Give the SQL text of one JSON member `"name":"value"`, the value escaped."""
    escaped = f"""replace(replace({expression}, '\\', '\\\\'), '"', '\\"')"""
    return f"""'"{name}":"' || {escaped} || '"'"""


def facts(*members: str) -> str:
    """Give the SQL text of a JSON object of members made by `fact`; `'{}'` without any."""
    return "'{' || " + " || ',' || ".join(members) + " || '}'" if members else "'{}'"
