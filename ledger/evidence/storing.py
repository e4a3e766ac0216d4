"""Putting batches on record: the event of each hall, its file as it came, and its rows."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from ledger.events import Act, OpenEvent, insert_all, record_all
from ledger.evidence.intake_rows import Batch, EvidenceFile
from ledger.evidence.late import content_of
from ledger.evidence.readings import BY_ACT, Reading
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.work import UnitOfWork

AMOUNTS = {"accounts": "received", "refunds": "amount"}
ACCEPTED = "late:"
"""Before the source of late rows that were accepted on an open day."""


@dataclass(frozen=True, slots=True)
class ToStore:
    """A file with its SHA-256 and the rows to keep; one that does not speak brings no source.

    Late rows that count on an open day are `accepted`: they bring no source that day waits for.
    """

    file: EvidenceFile
    digest: str
    batch: Batch
    speaks: bool = True
    accepted: bool = False


def store(uow: UnitOfWork, files: Sequence[ToStore]) -> list[int]:
    """Write the files' batches, each of a hall of its own; gives their numbers."""
    if not files:
        return []
    acts = [
        Act(
            hall_id=one.file.hall.id,
            act="evidence.imported",
            subject=f"file:{one.file.name}",
            business_date=one.file.date,
            facts={
                "kind": one.file.reading.kind,
                "rows": len(one.batch.rows),
                "sha256": one.digest,
                **({"late": len(one.batch.late.rows)} if one.batch.late else {}),
            },
        )
        for one in files
    ]
    parts: dict[str, list[tuple[OpenEvent, Sequence[Row], bytes]]] = {}
    with record_all(uow, acts) as events:
        numbers = [event.take_rows() for event in events]
        for one, event, number in zip(files, events, numbers, strict=True):
            for table, rows in _rows_of(uow, one, number):
                parts.setdefault(table.name, []).append((event, rows, b""))
        for name, written in parts.items():
            insert_all(uow, Base.metadata.tables[name], written)
    return numbers


def _rows_of(uow: UnitOfWork, one: ToStore, number: int) -> Iterable[tuple[Table, Sequence[Row]]]:
    """Give each table of a batch with its rows, the batch's own first."""
    file, batch, tables = one.file, one.batch, Base.metadata.tables
    yield tables["intakes"], [_head(uow, one, number)]
    yield tables["intake_sources"], _sources(number, one) if one.speaks else []
    yield tables["raw_files"], [(number, zlib.compress(file.content, 6))]
    yield tables["unassigned_rows"], [(number, *row) for row in batch.unassigned]
    if batch.late is not None and batch.late.rows:
        yield tables["late_rows"], _late_rows(number, batch.late, batch.reported_on)
    if file.replaces is not None:
        yield tables["intake_replacements"], [(file.replaces, number)]
    numbered = zip(batch.lines, batch.keys, batch.dates, batch.rows, strict=True)
    yield (
        EVIDENCE_TABLES[file.reading.kind],
        [
            (number, row_no, line, key, day, *row)
            for row_no, (line, key, day, row) in enumerate(numbered, 1)
        ],
    )


def _late_rows(number: int, late: Batch, reported_on: str) -> list[Row]:
    numbered = zip(late.lines, late.keys, late.dates, late.rows, strict=True)
    return [
        (number, row_no, line, key, day, reported_on, content_of(row))
        for row_no, (line, key, day, row) in enumerate(numbered, 1)
    ]


def _head(uow: UnitOfWork, one: ToStore, number: int) -> Row:
    reading = one.file.reading
    name, _, version = reading.mapping.partition("@")
    return (
        number,
        reading.kind,
        reading.layout,
        one.file.date.isoformat(),
        one.file.name,
        one.digest,
        name,
        version,
        len(one.batch.rows),
        one.batch.repeated,
        json.dumps(reading.sums, sort_keys=True),
        json.dumps([[note.zh, note.en] for note in reading.notes], ensure_ascii=False),
        plain(uow.now),
        uow.actor.person_id,
    )


def _sources(number: int, one: ToStore) -> list[Row]:
    """Give one row for each source and date the batch brings, and the day it was named for."""
    batch, reading = one.batch, one.file.reading
    kind = batch.kind
    amount_name = AMOUNTS.get(kind.name, "amount")
    names = [c.name for c in kind.columns if c.name != kind.business_date]
    amount = names.index(amount_name) if amount_name in names else None
    tender = names.index("tender") if kind.name == "settlements" else None
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    named = f"{kind.name}:{BY_ACT}" if reading.layout == BY_ACT else kind.name
    for day, row in zip(batch.dates, batch.rows, strict=True):
        source = named if tender is None else f"settlements:{row[tender]!s}"
        counts[source, day] += 1
        if amount is not None:
            sums[source, day] += int(row[amount] or 0)
    named_day = one.file.date.isoformat()
    if not (one.accepted or named_day in batch.signed):
        for source in _named_sources(reading, {source for source, _ in counts}):
            counts[source, named_day] += 0
    before = ACCEPTED if one.accepted else ""
    return [
        (number, place, before + source, day, counts[source, day], sums[source, day])
        for place, (source, day) in enumerate(sorted(counts), 1)
    ]


def _named_sources(reading: Reading, found: Iterable[str]) -> list[str]:
    """A file speaks for the day it was named for, a vendor's bill even when it holds no row."""
    if reading.layout == BY_ACT:
        return []
    if reading.kind != "settlements":
        return [reading.kind]
    vendor = reading.layout.split("_")[0]
    known = {"wechat", "alipay", "pos", "unionpay"}
    named = {f"settlements:{vendor.replace('unionpay', 'pos')}"} if vendor in known else set()
    return sorted(named | set(found))
