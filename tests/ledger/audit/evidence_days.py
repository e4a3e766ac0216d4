"""Small days for the audit, put straight into the tables of evidence, a row a call."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from backoffice.daily_checks import DAILY_CHECKS
from ledger.audit.engine import run_audit
from ledger.audit.findings import Finding
from ledger.events import record
from ledger.evidence.columns import CellType, Kind
from ledger.evidence.kinds import KINDS
from ledger.evidence.tables import EVIDENCE_TABLES, NilDeclaration, OpeningFloat
from ledger.hall_days import open_days
from ledger.rows import Plain, Row
from ledger.schema import Base, microseconds
from ledger.times import HALL_TIME
from ledger.work import system_actor
from tests.builders import DAY, LOADER, OpenHall

RUNNER = system_actor("cli")
LONG_AFTER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
CODE = "044001911204"
Found = dict[tuple[str, str], tuple[int | None, int | None]]


def day(offset: int) -> dt.date:
    """Give the date so many days after DAY."""
    return DAY + dt.timedelta(days=offset)


def at(clock: str, *, date: dt.date = DAY) -> int:
    """Give a time of the hall's clock, such as 09:30 or 09:30:05, in microseconds UTC."""
    return microseconds(dt.datetime.combine(date, dt.time.fromisoformat(clock), HALL_TIME))


def line(txn_no: str, fen: int, **cells: Any) -> dict[str, Any]:
    """Give an account line of A01 in cash at ten, invoice waived, due what was received."""
    return {
        "txn_no": txn_no,
        "line_no": 1,
        "accepted_at": at("10:00"),
        "clerk": "A01",
        "business": "缴费",
        "line_kind": "refund" if fen < 0 else "sale",
        "due": fen,
        "received": fen,
        "tender": "cash",
        "invoice_waived": 1,
        **cells,
    }


def settled(tender: str, ref: str, fen: int, **cells: Any) -> dict[str, Any]:
    """Give a settlement at eleven."""
    row = {"tender": tender, "tender_ref": ref, "settled_at": at("11:00"), "amount": fen}
    return {**row, **cells}


def form(number: str, fen: int, status: str = "issued", **cells: Any) -> dict[str, Any]:
    """Give a register row of a paper form by A01 at ten; 20 digits make it an e-invoice."""
    return {
        "invoice_code": "" if len(number) == 20 else CODE,
        "invoice_no": number,
        "issued_at": at("10:00"),
        "clerk": "A01",
        "amount": fen,
        "status": status,
        "basis": "txn",
        **cells,
    }


def declared(fen: int, *, clerk: str = "A01", tender: str = "cash", **cells: Any) -> dict[str, Any]:
    """Give a declaration."""
    return {"clerk": clerk, "tender": tender, "amount": fen, **cells}


def put(
    hall: OpenHall,
    kind: str,
    *rows: dict[str, Any],
    date: dt.date = DAY,
    replaces: int | None = None,
) -> int:
    """Store rows as one batch of evidence named for `date`; gives the batch's number."""
    stored = [_dated(KINDS[kind], row, date) for row in rows]
    tables = Base.metadata.tables
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [date, *(dt.date.fromisoformat(day) for day, _ in stored)])
        with record(uow, hall_id=hall.id, act="evidence.imported", subject=kind) as event:
            number = event.take_rows()
            head: Row = (
                *(number, kind, "hall", date.isoformat(), f"{kind}.csv", f"hash {number}"),
                *("", "", len(rows), 0, "{}", "[]", microseconds(uow.now), 0),
            )
            event.insert(tables["intakes"], [head])
            event.insert(tables["intake_sources"], _sources(number, kind, date, stored, rows))
            if replaces is not None:
                event.insert(tables["intake_replacements"], [(replaces, number)])
            event.insert(
                EVIDENCE_TABLES[kind],
                [
                    (number, row_no, row_no + 1, _key(KINDS[kind], rows[row_no - 1]), day, *cells)
                    for row_no, (day, cells) in enumerate(stored, 1)
                ],
            )
    return number


def put_floats(hall: OpenHall, *, date: dt.date = DAY, **floats: int) -> None:
    """Store opening floats in fen by staff number."""
    with (
        hall.work(LOADER) as uow,
        record(uow, hall_id=hall.id, act="evidence.floats", subject="day") as event,
    ):
        rows: list[Row] = [
            (row_no, date.isoformat(), clerk, fen)
            for row_no, (clerk, fen) in enumerate(sorted(floats.items()), 1)
        ]
        event.insert(Base.metadata.tables[OpeningFloat.__tablename__], rows)


def put_nil(hall: OpenHall, source: str, *, date: dt.date = DAY) -> None:
    """Declare that a source has nothing."""
    with (
        hall.work(LOADER) as uow,
        record(uow, hall_id=hall.id, act="evidence.nil", subject=source) as event,
    ):
        row: Row = (date.isoformat(), source, 0)
        event.insert(Base.metadata.tables[NilDeclaration.__tablename__], [row])


def run(hall: OpenHall, *, date: dt.date = DAY, now: dt.datetime = LONG_AFTER) -> Found:
    """Run every check of a day; gives (check, subject) -> (expected, found) of what stands."""
    with hall.work(RUNNER, now=now) as uow:
        open_days(uow, hall.id, [date])
        run_audit(uow, days=[(hall.hall, date)], questions=DAILY_CHECKS)
    return {
        (finding.check_code, finding.subject): (finding.expected, finding.found)
        for finding in findings(hall, date=date)
        if finding.state != "recalculated"
    }


def of(found: Found, *codes: str) -> Found:
    """Give what some of the checks found."""
    return {key: amounts for key, amounts in found.items() if key[0] in codes}


def findings(hall: OpenHall, *, date: dt.date = DAY) -> list[Finding]:
    """Give every stored finding of a day, those that no longer hold too."""
    query = select(Finding).where(Finding.hall_id == hall.id, Finding.business_date == date)
    with hall.read(RUNNER) as uow:
        found = list(uow.session.scalars(query.order_by(Finding.check_code, Finding.subject)))
        uow.session.expunge_all()
    return found


def facts(hall: OpenHall, check: str, subject: str, *, date: dt.date = DAY) -> dict[str, Any]:
    """Give the facts of one finding."""
    row = next(
        f for f in findings(hall, date=date) if (f.check_code, f.subject) == (check, subject)
    )
    held: dict[str, Any] = json.loads(row.facts)
    return held


def _dated(kind: Kind, row: dict[str, Any], named: dt.date) -> tuple[str, tuple[Plain, ...]]:
    """Give a row's business date and its stored cells, with the kind's defaults."""
    unknown = row.keys() - {column.name for column in kind.columns}
    assert not unknown, unknown
    own = row.get(kind.business_date) or row.get(kind.dated_by) if kind.dated_by else None
    if isinstance(own, int):
        own = dt.datetime.fromtimestamp(own // 1_000_000, HALL_TIME).date()
    cells: list[Plain] = []
    for column in kind.columns:
        if column.name == kind.business_date:
            continue
        value = row.get(column.name, column.default)
        if column.reads is CellType.DATE and isinstance(value, dt.date):
            value = value.isoformat()
        cells.append(value)
    if kind.name == "invoices":
        digits = str(row["invoice_no"])
        cells.append(int(digits) if digits.isdigit() and len(digits) <= 18 else -1)
    return (own or named).isoformat(), tuple(cells)


def _key(kind: Kind, row: dict[str, Any]) -> str:
    return "\x1f".join(str(row.get(name, "")) for name in kind.key)


def _sources(
    number: int,
    kind: str,
    named: dt.date,
    stored: Iterable[tuple[str, object]],
    rows: Iterable[dict[str, Any]],
) -> list[Row]:
    if kind == "settlements":
        pairs = zip(stored, rows, strict=True)
        days = {(f"settlements:{row['tender']}", date) for (date, _), row in pairs}
    else:
        days = {(kind, date) for date, _ in stored} | {(kind, named.isoformat())}
    return [
        (number, place, source, date, 1, 0) for place, (source, date) in enumerate(sorted(days), 1)
    ]
