"""A hall-day copied to earlier dates, so that one day becomes a history of many.

Each earlier day has references, slips, transactions and subscribers of its own, as real ones have,
and other numbers of the same forms. Rows are written by the owner of the tables, past the chain of
events: such a database is measured, never verified.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.types import TypeEngine

import backoffice.models  # noqa: F401  the whole schema
from ledger.rows import Plain, Row, plain
from ledger.schema import Base

DAY_MICROSECONDS = 86_400 * 1_000_000
FORM_STEP = 20_000
"""How far a copy's forms are from its original's; the range of a clerk is far shorter."""
BATCH_STEP = 1_000_000

EVIDENCE = tuple(name for name in Base.metadata.tables if name.startswith("evidence_"))
BESIDE_EVIDENCE = (
    *(
        "hall_days",
        "invoice_books",
        "invoice_ranges",
        "opening_floats",
        "expected_sources",
        "nil_declarations",
    ),
    *("intakes", "intake_sources", "findings", "audit_runs"),
)

_NUMBERS = frozenset(
    {"invoice_no", "original_no", "digital_no", "red_invoice_no", "first_no", "last_no"}
)
_REFERENCES = frozenset(
    (
        *(
            "row_key",
            "txn_no",
            "original_txn_no",
            "tender_ref",
            "refund_ref",
            "order_no",
            "serial",
            "serial_to",
        ),
        *("batch_no", "subscriber", "form_no", "document_no", "pre_no", "correction_no"),
        *("slip_no", "bank_receipt", "move_no", "adjustment_no"),
    )
)
_NUMBERED = frozenset({"number", "first_number", "last_number", "used_to"})
_BATCHES = frozenset({"intake_no", "event_no", "first_run", "last_run", "id", "book_id"})
_INSTANTS = frozenset(
    (
        *("accepted_at", "issued_at", "settled_at", "at", "requested_at", "approved_at"),
        *("executed_at", "papers_handed_at", "drawn_at", "due_at"),
    )
)

Change = Callable[[Any], Plain]


def fill_history(engine: Engine, date: dt.date, days: int) -> int:
    """Copy the rows of `date` of every hall to each of so many days before; gives how many rows."""
    written = 0
    with engine.begin() as connection:
        for name in (*EVIDENCE, *BESIDE_EVIDENCE):
            table = Base.metadata.tables[name]
            rows = _rows_of(connection, table, date)
            if not rows:
                continue
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            marks = ", ".join("?" * len(table.columns))
            for back in range(1, days + 1):
                connection.exec_driver_sql(
                    f"INSERT INTO {name} ({columns}) VALUES ({marks})", _moved(table, rows, back)
                )
                written += len(rows)
    return written


def _rows_of(connection: Connection, table: Table, date: dt.date) -> list[Row]:
    """Give a table's rows in plain values; those of the date, where rows have one."""
    query = select(table)
    if "business_date" in table.columns:
        query = query.where(table.c.business_date == date)
    return [tuple(plain(value) for value in row) for row in connection.execute(query)]


def _moved(table: Table, rows: Sequence[Row], back: int) -> list[Row]:
    """Give the rows as they would have been so many days before."""
    changes = [_change(column.name, column.type, back) for column in table.columns]
    columns = zip(*rows, strict=True)
    changed = (
        cells if change is None else map(change, cells)
        for change, cells in zip(changes, columns, strict=True)
    )
    return list(zip(*changed, strict=True))


def _change(name: str, kind: TypeEngine[Any], back: int) -> Change | None:
    """Give what becomes of a column's cells, None where they stay."""
    if name in _REFERENCES:
        return lambda text: f"{text}-{back}" if text else text
    if name in _NUMBERS:
        return lambda text: _form_moved(text, back)
    if name in _NUMBERED:
        return lambda number: number if number in (None, -1) else number + back * FORM_STEP
    if name in _BATCHES:
        return lambda number: number + back * BATCH_STEP
    if name in _INSTANTS:
        return lambda at: None if at is None else at - back * DAY_MICROSECONDS
    if kind.python_type is dt.date:
        return lambda day: None if day is None else _date_moved(day, back)
    return None


def _form_moved(text: str, back: int) -> str:
    if re.fullmatch(r"[0-9]{8}", text):
        return f"{int(text) + back * FORM_STEP:08d}"
    if re.fullmatch(r"[0-9]{20}", text):
        # Past year, place and channel the digits only count.
        return f"{text[:5]}{int(text[5:]) + back * FORM_STEP:015d}"
    return text


def _date_moved(day: str, back: int) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=back)).isoformat()
