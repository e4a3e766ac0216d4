"""Hall folders read into plain rows of text, each with the business date it belongs to."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.bills import read_bill
from tests.oracle.columns import recognise

Row = dict[str, str]

SHANGHAI = timezone(timedelta(hours=8))

# What makes two rows of different files the same row (INTERFACES, "Row keys").
_KEYS = {
    "accounts": ("txn_no", "line_no"),
    "tenders": ("txn_no", "tender", "tender_ref"),
    "settlements": ("tender", "tender_ref", "refund_ref"),
    "invoices": ("invoice_code", "invoice_no", "issued_at"),
    "declarations": ("date", "clerk", "shift_no", "tender"),
    "deposits": ("slip_no",),
    "refunds": ("document_no",),
    "cash_moves": ("move_no",),
    "adjustments": ("adjustment_no",),
}

_TIMES = {
    "accounts": "accepted_at",
    "invoices": "issued_at",
    "settlements": "settled_at",
    "cash_moves": "at",
    "refunds": "requested_at",
    "adjustments": "at",
}


@dataclass
class Evidence:
    """The rows of all files by kind, the hall files by date, and what came in for which date."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    halls: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrived: set[tuple[str, str]] = field(default_factory=set)

    def of(self, kind: str) -> list[Row]:
        """Give the rows of one kind in the order they were read."""
        return self.rows.get(kind, [])

    def hall_on(self, date: str) -> dict[str, Any]:
        """Give the hall file of `date`, else the last one before it, else the first."""
        earlier = [day for day in self.halls if day <= date]
        return self.halls[max(earlier)] if earlier else self.halls[min(self.halls)]


def read_fen(text: str) -> int:
    """Read yuan as whole fen; an empty cell is 0."""
    plain = text.replace(",", "").replace("¥", "").strip()
    fen = Decimal(plain or "0") * 100
    if fen != int(fen):
        raise ValueError(text)
    return int(fen)


def read_time(text: str) -> datetime:
    """Read an ISO time as the wall clock of Shanghai, without zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment


def read_folders(folders: list[Path]) -> Evidence:
    """Read the day-folders of one hall, earliest business date first."""
    evidence = Evidence()
    opened = [(tomllib.loads((f / "hall.toml").read_text("utf-8-sig")), f) for f in folders]
    known: dict[str, set[tuple[str, ...]]] = {}
    for hall, folder in sorted(opened, key=lambda pair: str(pair[0]["business_date"])):
        date = str(hall["business_date"])
        evidence.halls[date] = hall
        for path in sorted(folder.glob("*.csv")):
            for kind, rows in _read_file(path):
                _take_in(evidence, kind, rows, date=date, known=known)
    return evidence


def _take_in(
    evidence: Evidence,
    kind: str,
    rows: list[Row],
    *,
    date: str,
    known: dict[str, set[tuple[str, ...]]],
) -> None:
    if kind != "settlements":
        evidence.arrived.add((date, kind))
    fresh: set[tuple[str, ...]] = set()
    for row in rows:
        row["folder_date"] = date
        row["date"] = _business_date(kind, row)
        if kind == "settlements":
            evidence.arrived |= {
                (day, f"settlements:{row['tender']}") for day in (date, row["date"])
            }
        else:
            evidence.arrived.add((row["date"], kind))
        if kind in _KEYS:
            key = tuple(row.get(name, "") for name in _KEYS[kind])
            if key in known.setdefault(kind, set()):
                continue
            fresh.add(key)
        evidence.rows.setdefault(kind, []).append(row)
    known.setdefault(kind, set()).update(fresh)


def _business_date(kind: str, row: Row) -> str:
    if row.get("business_date"):
        return row["business_date"]
    if kind in _TIMES:
        return read_time(row[_TIMES[kind]]).date().isoformat()
    if kind == "deposits":
        hand_in = row["step"] == "handin"
        return (row.get("covers_date") if hand_in else "") or row["deposited_on"]
    return row["folder_date"]


def _read_file(path: Path) -> list[tuple[str, list[Row]]]:
    text = _decode(path.read_bytes())
    bill = read_bill(text)
    if bill is not None:
        return [("settlements", bill)]
    table = [[cell.strip() for cell in cells] for cells in csv.reader(io.StringIO(text)) if cells]
    recognised = recognise(table[0]) if table else None
    if recognised is None:
        raise ValueError(f"{path.name}: no file of a hall folder")
    kind, header = recognised
    return [(kind, [dict(zip(header, cells, strict=True)) for cells in table[1:]])]


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
