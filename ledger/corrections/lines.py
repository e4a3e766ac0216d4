"""What a slip writes: the wrong line reversed in red, the right one in blue, both of the open day.

The lines are evidence like those of the business system, of kind correction, and name the slip and
the line they correct; the line itself and the totals of its day are never touched (DOMAIN RET-05).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, or_, select

from ledger.actors import Employment
from ledger.corrections.errors import LineCorrected, LineUnknown, SlipUnreadable
from ledger.corrections.tables import CorrectedLine, CorrectionSlip
from ledger.documents import Document
from ledger.events import OpenEvent, canonical
from ledger.evidence.by_act import Cell, take_in_act
from ledger.evidence.cells import UnreadableCell, cell_reader
from ledger.evidence.kinds import KINDS
from ledger.evidence.tables import EVIDENCE_TABLES, IntakeReplacement
from ledger.organisations import Hall
from ledger.rows import Row
from ledger.schema import Base, microseconds
from ledger.text import Text
from ledger.work import UnitOfWork, system_actor

CORRECTOR = system_actor("corrections")
ACCOUNTS = KINDS["accounts"]
LINES = EVIDENCE_TABLES["accounts"]
AMOUNTS = ("due", "discount", "prepaid", "received", "quantity")
CHANGEABLE = (
    *("business", "subscriber", "due", "discount", "campaign", "prepaid", "received", "tender"),
    *("tender_ref", "terminal", "batch_no", "invoice_code", "invoice_no", "item", "serial"),
    *("quantity", "form_no", "document_no"),
)
"""The columns of an account line that a correction may give another value."""
KEPT = (*CHANGEABLE, "deferred", "invoice_waived", "authoriser", "deposit", "pre_no", "shift_no")
LINE_FACT = "line."
NAMED_BY = {"txn": "txn_no", "ref": "tender_ref", "serial": "serial", "invoice": "invoice_no"}
"""The column of account lines that a finding's subject names."""
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line as the clerk puts it right: `right` holds what he typed, by column, amounts in yuan.

    Without `txn_no` a line is added that was missing; without `right` the line is only reversed.
    """

    txn_no: str = ""
    line_no: int = 0
    right: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """One line to be written: its cells, the line it follows on, and whether it takes that back."""

    cells: Cells
    original: tuple[str, int] | None = None
    reverses: bool = False


def work_out(
    uow: UnitOfWork, slip: CorrectionSlip, changes: Sequence[LineChange]
) -> list[WrittenLine]:
    """Give the lines that the changes come to, reversals before what takes their place.

    Raises LineUnknown, LineCorrected and SlipUnreadable.
    """
    if not changes:
        raise SlipUnreadable(
            field=Text("账目行", "Account line"), problem=Text("请选一行", "choose one")
        )
    written: list[WrittenLine] = []
    seen: set[tuple[str, int]] = set()
    for change in changes:
        right = {name: cell for name, cell in (change.right or {}).items() if name in CHANGEABLE}
        if not change.txn_no:
            written.append(WrittenLine(_added(slip, right)))
            continue
        key = (change.txn_no, change.line_no)
        original = _original(uow, slip, *key)
        if key in seen:
            raise LineCorrected(txn=key[0], line=key[1], number=slip.number)
        seen.add(key)
        before = {name: original[name] for name in KEPT} | {"clerk": original["clerk"]}
        red = before | {name: -before[name] for name in AMOUNTS if before[name]}
        written.append(WrittenLine(red, key, reverses=True))
        if change.right is not None:
            after = before | _read(right)
            if "due" not in right and before["due"] == before["received"]:
                after["due"] = after["received"]
            if after == before:
                raise SlipUnreadable(
                    field=Text(f"流水 {key[0]}", f"Transaction {key[0]}"),
                    problem=Text("与原行相同,没有更正", "is as it was; nothing is corrected"),
                )
            written.append(WrittenLine(after, key))
    return written


def net_of(lines: Sequence[WrittenLine]) -> int:
    """Give the money the lines change: the largest change of any tender, in fen."""
    sums: dict[str, int] = {}
    for line in lines:
        tender = str(line.cells["tender"])
        sums[tender] = sums.get(tender, 0) + int(line.cells["received"])
    return max((abs(fen) for fen in sums.values()), default=0)


def as_facts(lines: Sequence[WrittenLine]) -> dict[str, str]:
    """Give the lines as facts of the document, so that who signs the slip signs them."""
    return {
        f"{LINE_FACT}{number:02d}": canonical(
            {
                "cells": {name: cell for name, cell in line.cells.items() if cell not in ("", 0)},
                "original": line.original,
                "reverses": line.reverses,
            }
        ).decode()
        for number, line in enumerate(lines, 1)
    }


def from_facts(facts: Mapping[str, str]) -> list[WrittenLine]:
    """Give the lines that a revision's facts hold, in order."""
    lines = []
    for name in sorted(facts):
        if name.startswith(LINE_FACT):
            held = json.loads(facts[name])
            original = (held["original"][0], held["original"][1]) if held["original"] else None
            lines.append(WrittenLine(_blank() | held["cells"], original, held["reverses"]))
    return lines


def note_reversed(event: OpenEvent, document: Document, lines: Sequence[WrittenLine]) -> None:
    """Note which lines the slip reverses; of two slips at once only one reverses a line."""
    rows: list[Row] = sorted(
        (*line.original, document.id) for line in lines if line.original and line.reverses
    )
    if rows:
        event.insert(Base.metadata.tables[CorrectedLine.__tablename__], rows)


def tell_lines(
    uow: UnitOfWork, hall: Hall, document: Document, *, date: dt.date, lines: Sequence[WrittenLine]
) -> None:
    """Take the lines in as evidence of an open day."""
    number = document.number or ""
    rows: list[dict[str, Cell]] = [
        {
            **line.cells,
            "txn_no": number,
            "line_no": place,
            "accepted_at": microseconds(uow.now),
            "business_date": date,
            "line_kind": "correction",
            "original_txn_no": line.original[0] if line.original else "",
            "correction_no": number,
        }
        for place, line in enumerate(lines, 1)
    ]
    take_in_act(
        uow, CORRECTOR, hall=hall, kind="accounts", date=date, name=f"lines-{number}", rows=rows
    )


def tell_link(
    uow: UnitOfWork, hall: Hall, document: Document, *, date: dt.date, facts: Mapping[str, str]
) -> None:
    """Take in that an invoice belongs to a transaction."""
    row: dict[str, Cell] = {
        "invoice_code": facts.get("invoice_code", ""),
        "invoice_no": facts["invoice_no"],
        "txn_no": facts["txn_no"],
    }
    name = f"link-{document.number}"
    take_in_act(uow, CORRECTOR, hall=hall, kind="invoice_links", date=date, name=name, rows=[row])


def require_unreversed(
    uow: UnitOfWork, hall_id: int, keys: Collection[tuple[str, int]], number: str
) -> None:
    """Raise LineCorrected for a line that a posted slip has reversed."""
    for txn_no, line_no in sorted(keys):
        held = uow.session.get(CorrectedLine, (hall_id, txn_no, line_no))
        if held is not None:
            slip = uow.session.get(CorrectionSlip, (hall_id, held.document_id))
            named = slip.number if slip else number
            raise LineCorrected(txn=txn_no, line=line_no, number=named)


def lines_about(uow: UnitOfWork, hall_id: int, subjects: Collection[str]) -> list[RowMapping]:
    """Give the current account lines that findings' subjects name, in order.

    By transaction, by payment reference, by serial and by invoice number; none of other subjects.
    """
    named: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, rest = subject.partition(":")
        column = NAMED_BY.get(kind)
        if column is not None:
            value = rest.partition("/")[0] if kind == "txn" else rest.rpartition("/")[2]
            named.setdefault(column, set()).add(value)
    if not named:
        return []
    either = or_(*(LINES.c[column].in_(sorted(values)) for column, values in named.items()))
    query = select(LINES).where(LINES.c.hall_id == hall_id, either, _is_current())
    rows = uow.session.execute(query.order_by(LINES.c.txn_no, LINES.c.line_no))
    return list(rows.mappings())


def _original(uow: UnitOfWork, slip: CorrectionSlip, txn_no: str, line_no: int) -> RowMapping:
    query = select(LINES).where(
        LINES.c.hall_id == slip.hall_id,
        LINES.c.txn_no == txn_no,
        LINES.c.line_no == line_no,
        _is_current(),
    )
    row = uow.session.execute(query).mappings().first()
    if row is None or (slip.clerk and row["clerk"] not in _numbers(uow, slip)):
        raise LineUnknown(txn=txn_no, line=line_no, clerk=slip.clerk)
    require_unreversed(uow, slip.hall_id, [(txn_no, line_no)], slip.number)
    return row


def _numbers(uow: UnitOfWork, slip: CorrectionSlip) -> set[str]:
    """Give all numbers of the slip's clerk, who is one person."""
    person = select(Employment.person_id).where(
        Employment.hall_id == slip.hall_id, Employment.number == slip.clerk
    )
    numbers = select(Employment.number).where(
        Employment.hall_id == slip.hall_id, Employment.person_id.in_(person)
    )
    return {slip.clerk, *uow.session.scalars(numbers)}


def _is_current() -> Any:
    gone = select(IntakeReplacement.old_no).where(
        IntakeReplacement.hall_id == LINES.c.hall_id,
        IntakeReplacement.old_no == LINES.c.intake_no,
    )
    return ~gone.exists()


def _added(slip: CorrectionSlip, right: Mapping[str, str]) -> Cells:
    cells = _blank() | _read(right) | {"clerk": slip.clerk}
    if not cells["business"] or not cells["received"]:
        raise SlipUnreadable(
            field=Text("补记的一行", "The missing line"),
            problem=Text("写明业务类型和实收", "give its business and what was received"),
        )
    if "due" not in right:
        cells["due"] = cells["received"]
    return cells


def _blank() -> Cells:
    cells: Cells = {name: ACCOUNTS.column(name).default for name in (*KEPT, "clerk")}
    return cells | {"due": 0, "received": 0}


def _read(right: Mapping[str, str]) -> Cells:
    """Read what was typed as the cells of a file are read; raises SlipUnreadable."""
    cells: Cells = {}
    for name, typed in right.items():
        column = ACCOUNTS.column(name)
        try:
            cells[name] = cell_reader(column)(typed)
        except UnreadableCell as unread:
            raise SlipUnreadable(field=Text(column.zh, column.name), problem=unread.text) from None
    return cells
