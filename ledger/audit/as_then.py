"""The books of one hall as they stood before an event, laid over the books as they are.

Within `books_as_then` every table is hidden by a temporary one of its name: of an immutable table
by a view of the rows written before the event, of one whose rows change by what the log says they
were. So every check and reader, without knowing of it, reads what a past run read, and the daily
run pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from ledger.audit.settings import settings_then
from ledger.audit.staging import worded
from ledger.rows import insert_rows
from ledger.schema import Base, immutable_tables
from ledger.work import UnitOfWork

_THEN: dict[str, str] = {}


def register_then(name: str, select: str) -> None:
    """Make known how the rows of a table are worked out as they were before an event.

    In `select` stand `{base}.TABLE` for a table as it is now, a bare name for it as it was then,
    `{hall}` and `{before}` for the hall and the event. Tables are laid in the order they are
    registered; the select gives the table's columns in their order.
    """
    assert name in Base.metadata.tables, name
    _THEN[name] = select


@dataclass(frozen=True, slots=True)
class _Laid:
    connection: Connection
    base: str
    hall_id: int
    before: int

    def hide(self, kind: str, name: str, select: str) -> None:
        """Lay a temporary view or table over the one of that name."""
        sql = select.replace("{base}", self.base).replace("{hall}", str(int(self.hall_id)))
        sql = worded(self.connection, sql.replace("{before}", str(int(self.before))))
        self.connection.exec_driver_sql(f"CREATE TEMPORARY {kind} {name} AS {sql}")


@contextmanager
def books_as_then(uow: UnitOfWork, hall_id: int, before: int) -> Iterator[None]:
    """Let everything read within the block be the hall's books before its event `before`.

    Nothing may be written within it, and only this hall is there. What was loaded before stays.
    """
    session = uow.session
    session.flush()
    known = set(session.identity_map.keys())
    connection = session.connection()
    base = _base_of(connection)
    settings = settings_then(uow, hall_id, before)
    laid = _Laid(connection, base, hall_id, before)
    _look_here_first(connection, base)
    events = [table.name for table in immutable_tables()]
    for name in events:
        laid.hide("VIEW", name, _WRITTEN_BEFORE.replace("{table}", name))
    for name, select in _THEN.items():
        laid.hide("TABLE", name, select)
        _index(connection, name)
    for name, rows in settings.items():
        laid.hide("TABLE", name, "SELECT * FROM {base}." + name + " LIMIT 0")
        table = Base.metadata.tables[name]
        insert_rows(session, table, [column.name for column in table.columns], rows)
    try:
        yield
    finally:
        for key in set(session.identity_map.keys()) - known:
            session.expunge(session.identity_map[key])
        for name in (*settings, *reversed(_THEN)):
            _show(connection, "TABLE", name)
        for name in reversed(events):
            _show(connection, "VIEW", name)
        _look_here_first(connection, "")


_WRITTEN_BEFORE = "SELECT * FROM {base}.{table} WHERE hall_id = {hall} AND event_no < {before}"


def _base_of(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "main"
    return str(connection.execute(text("SELECT current_schema()")).scalar_one())


def _look_here_first(connection: Connection, base: str) -> None:
    """Have PostgreSQL plan anew what it planned over the tables that are hidden, and back again."""
    if connection.dialect.name == "postgresql":
        path = f"pg_temp, {base}" if base else "DEFAULT"
        connection.exec_driver_sql(f"SET LOCAL search_path TO {path}")


def _index(connection: Connection, name: str) -> None:
    """Give the temporary table the indexes of the one it hides."""
    table = Base.metadata.tables[name]
    keys = [[column.name for column in table.primary_key]]
    keys += [[column.name for column in index.columns] for index in table.indexes]
    schema = "temp." if connection.dialect.name == "sqlite" else ""
    for number, key in enumerate(keys):
        connection.exec_driver_sql(
            f"CREATE INDEX {schema}ix_then_{name}_{number} ON {name} ({', '.join(key)})"
        )
    if not schema:
        connection.exec_driver_sql(f"ANALYZE {name}")


def _show(connection: Connection, kind: str, name: str) -> None:
    schema = "temp" if connection.dialect.name == "sqlite" else "pg_temp"
    connection.exec_driver_sql(f"DROP {kind} {schema}.{name}")


def columns(name: str, alias: str, **changed: str) -> str:
    """Give the columns of a table in their order, some of them worked out otherwise."""
    return ", ".join(
        f"{changed[column.name]} AS {column.name}"
        if column.name in changed
        else f"{alias}.{column.name}"
        for column in Base.metadata.tables[name].columns
    )
