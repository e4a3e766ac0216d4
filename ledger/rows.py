"""Many rows at once: plain values in, one or two statements out, on either database.

A plain row is a tuple of int, str, bytes and None; dates are ISO text and times microseconds. The
same values are written, hashed and read back, so that both databases hold the same bytes.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, Table, text
from sqlalchemy.orm import Session

from ledger.schema import microseconds

Plain = int | str | bytes | None
Row = tuple[Plain, ...]

FEW = 200
STAGED = "staged tables"
# What a block of COPY text cannot hold as it is; bytes as Python writes them, and None.
_TO_ESCAPE = ("\\", "\r", "b'", 'b"')
_NOTHING = "None"
_COMMA_TO_TAB = bytes.maketrans(b",", b"\t")


def plain(value: object) -> Plain:
    """Give the plain form of a value read from or meant for a column."""
    if value is None or isinstance(value, str | bytes):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dt.datetime):
        return microseconds(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, memoryview):
        return bytes(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


@contextmanager
def many_rows() -> Iterator[None]:
    """Hold back Python's search for cycles while many rows are made.

    Rows hold no cycles; to look through them as they grow takes as long as to make them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def insert_rows(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    texts: Sequence[bytes] = (),
) -> None:
    """Insert plain rows; many go by COPY through a temporary table on PostgreSQL.

    `texts` are further rows that `copy_text` gave. COPY straight into a table under row-level
    security is refused by PostgreSQL.
    """
    if not rows and not texts:
        return
    connection = session.connection()
    if not texts and (connection.dialect.name == "sqlite" or len(rows) < FEW):
        _execute_many(connection, table.name, columns, rows)
        return
    staging = f"staging_{table.name}"
    names = ", ".join(columns)
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{staging}"))
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS"
            f" SELECT {names} FROM {table.name} WITH NO DATA"
        )
    )
    copy_rows(connection, staging, columns, rows, texts)
    connection.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging}"))
    connection.execute(text(f"DROP TABLE {staging}"))


def copy_text(session: Session, front: Sequence[int], rows: Sequence[Row], written: bytes) -> bytes:
    """Give the COPY text of rows, each behind `front`, from their JSON; b"" where it is not simple.

    It is simple where rows are many and no text of theirs holds a comma or what either form
    escapes: then the two differ in the signs between cells alone.
    """
    if len(rows) < FEW or session.connection().dialect.name == "sqlite":
        return b""
    commas = len(rows) * len(rows[0]) - 1
    if written.count(b",") != commas or b"\\" in written or b"[null" in written:
        return b""
    start = b"".join(b"%d\t" % number for number in front)
    lines = written[2:-2].replace(b",null", b",\\N").replace(b"],[", b"\n" + start)
    return start + lines.translate(_COMMA_TO_TAB, b'"') + b"\n"


def stage_rows(
    session: Session, name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Row]
) -> None:
    """Make the temporary table `name` of (column, SQL type) pairs anew and fill it.

    Rows may leave out the last columns, all of them the same ones.
    """
    connection = session.connection()
    kinds = ", ".join(f"{column} {kind}" for column, kind in columns)
    names = [column for column, _ in columns[: len(rows[0])]] if rows else []
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TABLE IF EXISTS temp.{name}"))
        connection.execute(text(f"CREATE TEMPORARY TABLE {name} ({kinds})"))
        if rows:
            _execute_many(connection, name, names, rows)
        return
    # Made once a unit of work: a table dropped keeps its lock to the end, and there are so many.
    known = session.info.get(STAGED, {})
    if known.get(name, kinds) != kinds:
        connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    connection.execute(
        text(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({kinds}) ON COMMIT DROP")
    )
    if name in known:
        connection.execute(text(f"TRUNCATE pg_temp.{name}"))
    session.info[STAGED] = {**known, name: kinds}
    if rows:
        copy_rows(connection, name, names, rows)
        analyse(session, name)


def bound_values(
    columns: Sequence[str], rows: Sequence[Sequence[Plain]]
) -> tuple[str, dict[str, Plain]]:
    """Give a few rows as the list of a VALUES, and what its names are bound to.

    Names are those of the columns with the place of the row.
    """
    lines = [", ".join(f":{column}{place}" for column in columns) for place in range(len(rows))]
    bound = {
        f"{column}{place}": cell
        for place, row in enumerate(rows)
        for column, cell in zip(columns, row, strict=True)
    }
    return ", ".join(f"({line})" for line in lines), bound


def analyse(session: Session, name: str) -> None:
    """Let PostgreSQL look over a temporary table that was just filled, so that it plans well."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"ANALYZE {name}"))


def copy_rows(
    connection: Connection,
    table_name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    texts: Sequence[bytes] = (),
) -> None:
    """COPY plain rows, and rows written already, into a PostgreSQL table without row policies."""
    cursor = connection.connection.cursor()
    line = "\t".join(["%s"] * len(columns)) + "\n"
    rest = iter(rows)
    is_plain = True
    with cursor.copy(f"COPY {table_name} ({', '.join(columns)}) FROM STDIN") as copy:
        for written in texts:
            copy.write(written)
        while chunk := list(islice(rest, 1000)):
            block = "".join([line % tuple(row) for row in chunk]) if is_plain else ""
            is_plain = is_plain and _reads_as_it_is(block, chunk)
            if is_plain:
                copy.write(block.replace(_NOTHING, "\\N"))
                continue
            for row in chunk:
                copy.write_row(row)
    cursor.close()


def _reads_as_it_is(block: str, rows: Sequence[Row]) -> bool:
    """Tell whether rows written one a line hold no bytes and nothing to be escaped but NULL.

    Most rows are numbers and serials, and need not be looked at cell by cell. The word that Python
    writes for NULL must be NULL wherever it stands.
    """
    columns = len(rows[0])
    is_even = block.count("\t") == (columns - 1) * len(rows) and block.count("\n") == len(rows)
    if not is_even or any(mark in block for mark in _TO_ESCAPE):
        return False
    said = block.count(_NOTHING)
    return not said or said == sum(row.count(None) for row in rows)


def _execute_many(
    connection: Connection, table_name: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(columns))
    connection.exec_driver_sql(
        f"INSERT INTO {table_name} ({', '.join(columns)}) VALUES ({marks})", list(rows)
    )
