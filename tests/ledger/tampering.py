"""Changing the books below the application, and looking what `verify` says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.documents import DOCUMENT_KINDS
from ledger.events import Event, body_columns, record
from ledger.finance.tables import LEVELS
from ledger.lifecycle import advance
from ledger.rows import Plain, Row
from ledger.schema import Flag, Instant, immutable_tables
from ledger.verify import Difference, verify_hall
from ledger.work import UnitOfWork
from tests.builders import (
    DAY,
    LOADER,
    NOW,
    SIGNED_SLIP,
    OpenHall,
    move_phones,
    receive_gifts,
    receive_phones,
    submit,
)

ONE_OF = {("bundle_returns", "level"): tuple(LEVELS)}
"""What alone may stand in a column, where its table knows."""
FAR = 10**6
"""Added to a number, it names nothing that is there."""
FAR_OFF = dt.timedelta(days=40)
"""The same for a day."""


@dataclass(frozen=True, slots=True)
class Books:
    """A hall whose every immutable table has rows, and the engine of who owns the database."""

    hall: OpenHall
    owner: Engine

    @contextmanager
    def below(self) -> Iterator[Connection]:
        """Give a connection that may change anything; afterwards all is as it was."""
        with self.owner.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    def verify(
        self, connection: Connection, expect: tuple[int, str] | None = None
    ) -> list[Difference]:
        """Verify the hall as this connection sees it."""
        with Session(connection) as session:
            return verify_hall(UnitOfWork(session, LOADER, NOW), self.hall.hall, expect)

    def first(self, connection: Connection) -> tuple[int, str] | None:
        """Give event number and place of the first difference."""
        found = self.verify(connection)
        return (found[0].event_no, found[0].place) if found else None

    def after(self, *statements: str) -> list[tuple[int, str]]:
        """Give event number and place of each difference after the statements; `:hall` is ours."""
        with self.below() as connection:
            for statement in statements:
                done = connection.execute(text(statement), {"hall": self.hall.id})
                assert done.rowcount != 0, f"nothing was changed by: {statement}"
            return [(found.event_no, found.place) for found in self.verify(connection)]


def drop_triggers(owner: Engine) -> None:
    """Take SQLite's triggers away for good, as who owns the file can."""
    if owner.dialect.name != "sqlite":
        return
    with owner.connect() as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for trigger in connection.execute(text(named)).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")


def fill(hall: OpenHall) -> None:
    """Put rows into every immutable table: by documents where there are, else within events.

    Two slips stay on their way: one lacks a signature still, one is approved.
    """
    serials = hall.serials(4)
    receive_gifts(hall, 9)
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials[:2])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DOCUMENT_KINDS, SIGNED_SLIP.name, SIGNED_SLIP)
        for fen, approvers in ((5_000_01, ["S01"]), (100_00, ["D01"])):
            with hall.work() as uow:
                slip = submit(uow, hall, SIGNED_SLIP.name, [], amount_fen=fen)
            for who in approvers:
                with hall.work(who) as uow:
                    advance(uow, slip, "approve")
    for number in (1, 2):
        with hall.work() as uow, record(uow, hall_id=hall.id, act="test", subject="") as event:
            for table in immutable_tables():
                if table.name != Event.__tablename__ and not _written_by_documents(table):
                    event.insert(table, [_some_row(table, number)])
    with (
        hall.work() as uow,
        record(uow, hall_id=hall.id, act="test", subject="", business_date=DAY),
    ):
        pass


def _written_by_documents(table: Table) -> bool:
    return table.name in {"postings", "signatures", "document_revisions", "document_lines"}


def _some_row(table: Table, number: int) -> Row:
    """Give a row with a value in each column, or with NULL in each that may be: by turns."""
    cells: list[Plain] = []
    for place, name in enumerate(body_columns(table), 1):
        column = table.c[name]
        cell: Plain
        if column.nullable and number == 2:
            cell = None
        elif isinstance(column.type, Instant | BigInteger | Integer | SmallInteger):
            cell = 100 * number + place
        elif isinstance(column.type, Flag):
            cell = number % 2
        elif isinstance(column.type, Date):
            cell = f"2026-11-{number:02d}"
        elif isinstance(column.type, LargeBinary):
            cell = b"\x00\xff" * number
        else:
            assert isinstance(column.type, Text), f"{table.name}.{name}"
            allowed = ONE_OF.get((table.name, name))
            cell = allowed[number - 1] if allowed else f"{name} 票 {number}"
        cells.append(cell)
    return tuple(cells)


def rows_of(connection: Connection, table: Table, hall_id: int) -> list[dict[str, object]]:
    """Give the hall's rows of a table in key order, as the driver gives them."""
    keys = ", ".join(column.name for column in table.primary_key.columns)
    rows = connection.execute(
        text(f"SELECT * FROM {table.name} WHERE hall_id = :hall ORDER BY {keys}"),
        {"hall": hall_id},
    )
    return [dict(row) for row in rows.mappings()]


def other_values(table: Table, name: str, value: object) -> Sequence[object]:
    """Give what a tamperer might write instead: something of its sort, and NULL where it may be."""
    column = table.c[name]
    if value is None:
        return [_least(column)]
    others: list[object] = [None] if column.nullable else []
    if isinstance(value, int):
        # A number far from all that are there, unless the column is too narrow for it.
        others.append(value + (1 if isinstance(column.type, SmallInteger | Flag) else FAR))
    elif isinstance(value, dt.date):
        others.append(value + FAR_OFF)
    elif isinstance(value, bytes | memoryview):
        others.append(bytes(value) + b"\x00")
    else:
        allowed = ONE_OF.get((table.name, name))
        others += [one for one in allowed if one != value] if allowed else [f"{value}x"]
    return others


def _least(column: Column[Any]) -> object:
    """Give the value that is easiest taken for none."""
    if isinstance(column.type, Date):
        return DAY.isoformat()
    if isinstance(column.type, LargeBinary):
        return b""
    return "" if isinstance(column.type, Text) else 0


def change(
    connection: Connection, table: Table, row: dict[str, object], name: str, value: object
) -> bool:
    """Write another value into one column of one row; gives False where the database refuses."""
    keys = [column.name for column in table.primary_key.columns]
    where = " AND ".join(f"{key} = :key_{key}" for key in keys)
    statement = text(f"UPDATE {table.name} SET {name} = :value WHERE {where}")
    values = {"value": value, **{f"key_{key}": row[key] for key in keys}}
    return _done(connection, statement, values)


def add(connection: Connection, table: Table, row: dict[str, object]) -> bool:
    """Write a row; gives False where the database refuses it."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    return _done(connection, text(f"INSERT INTO {table.name} ({names}) VALUES ({marks})"), row)


def remove(connection: Connection, table: Table, row: dict[str, object]) -> bool:
    """Delete one row."""
    keys = [column.name for column in table.primary_key.columns]
    where = " AND ".join(f"{key} = :{key}" for key in keys)
    statement = text(f"DELETE FROM {table.name} WHERE {where}")
    return _done(connection, statement, {key: row[key] for key in keys})


def _done(connection: Connection, statement: object, values: dict[str, object]) -> bool:
    with connection.begin_nested() as savepoint:
        try:
            done = connection.execute(statement, values)  # type: ignore[call-overload]
        except IntegrityError:
            savepoint.rollback()
            return False
    assert done.rowcount == 1
    return True


def last_event(connection: Connection, hall_id: int) -> int:
    """Give the number of the hall's last event."""
    return connection.scalar(select(func.max(Event.event_no)).where(Event.hall_id == hall_id)) or 0
