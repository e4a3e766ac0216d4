"""Hall-days copied to other halls or earlier dates, so that a few made ones fill a database.

Each copy has references, slips, transactions and subscribers of its own, as real ones have; numbers
of forms move on in their series. Rows are written as the owner of the tables, past the chain of
events: these databases are measured, never verified.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.types import TypeEngine

import backoffice.models  # noqa: F401  the whole schema
from ledger.rows import Plain, Row, plain
from ledger.schema import Base

DAY_SECONDS = 86_400
MICROSECONDS = 1_000_000
FORM_STEP = 20_000
"""How far a copy's forms are from its original's; the range of a clerk is far shorter."""
INTAKE_STEP = 1_000_000

OF_THE_HALL = (
    *("hall_heads", "hall_days", "tenders", "businesses", "counter_clerks", "employments"),
    *("invoice_ranges", "opening_floats", "expected_sources", "nil_declarations"),
    *("intakes", "intake_sources", "intake_replacements"),
)
EVIDENCE = tuple(name for name in Base.metadata.tables if name.startswith("evidence_"))
OF_THE_DAY = (
    *("hall_days", "invoice_ranges", "opening_floats", "expected_sources", "nil_declarations"),
    *("intakes", "intake_sources", "intake_replacements", "findings", "audit_runs"),
)

_NUMBERS = frozenset({"invoice_no", "original_no", "red_invoice_no", "first_no", "last_no"})
_REFERENCES = frozenset(
    (
        *("row_key", "txn_no", "original_txn_no", "tender_ref", "refund_ref", "order_no"),
        *("batch_no", "subscriber", "form_no", "document_no", "pre_no", "correction_no"),
        *("slip_no", "bank_receipt", "move_no", "adjustment_no"),
    )
)
_NUMBERED = frozenset({"number", "first_number", "last_number", "used_to"})
_BATCHES = frozenset({"intake_no", "event_no", "old_no"})
_INSTANTS = frozenset(
    (
        *("accepted_at", "issued_at", "settled_at", "at", "requested_at", "approved_at"),
        *("executed_at", "papers_handed_at", "drawn_at", "due_at"),
    )
)

Change = Callable[[Any], Plain]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: the hall it goes to, the days it moves back, the steps its forms move on."""

    hall_id: int
    days_back: int
    forms_on: int
    tag: str


def read_rows(connection: Connection, table: Table, hall_id: int) -> list[Row]:
    """Give a hall's rows of a table in plain values."""
    rows = connection.execute(select(table).where(table.c.hall_id == hall_id))
    return [tuple(plain(value) for value in row) for row in rows]


def copied(table: Table, rows: Sequence[Row], copy: Copy) -> list[Row]:
    """Give the rows as the copy has them."""
    changes = [_change(column.name, column.type, copy) for column in table.columns]
    made: Iterable[Row] = zip(
        *(
            cells if change is None else map(change, cells)
            for change, cells in zip(changes, zip(*rows, strict=True), strict=True)
        ),
        strict=True,
    )
    return list(made)


def _change(name: str, kind: TypeEngine[Any], copy: Copy) -> Change | None:
    if name == "hall_id":
        return lambda _: copy.hall_id
    if name in _REFERENCES and copy.tag:
        return lambda text: f"{text}-{copy.tag}" if text else text
    if name in _NUMBERS and copy.forms_on:
        return lambda text: _form_moved(text, copy.forms_on)
    if name in _NUMBERED and copy.forms_on:
        return lambda number: number if number in (None, -1) else number + copy.forms_on * FORM_STEP
    if not copy.days_back:
        return None
    if name in _BATCHES or (name == "id" and copy.days_back):
        return lambda number: number + copy.days_back * INTAKE_STEP
    if name in _INSTANTS:
        back = copy.days_back * DAY_SECONDS * MICROSECONDS
        return lambda at: None if at is None else at - back
    if kind.python_type is dt.date:
        return lambda day: None if day is None else _date_moved(day, copy.days_back)
    return None


def _form_moved(text: str, steps: int) -> str:
    if re.fullmatch(r"[0-9]{8}", text):
        return f"{int(text) + steps * FORM_STEP:08d}"
    if re.fullmatch(r"[0-9]{20}", text):
        # Past year, place and channel the digits only count.
        return f"{text[:5]}{int(text[5:]) + steps * FORM_STEP:015d}"
    return text


def _date_moved(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=days)).isoformat()
