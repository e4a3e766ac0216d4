"""Taking evidence in: each row kept as it was read, repeats counted, contradictions refused.

A key that comes again in another batch with the same content is ignored and counted; with other
content the file is refused, naming both, unless it replaces the older batch, which is then kept but
no longer current (INTERFACES, evidence and documents).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.errors import Conflict, NotFound
from ledger.events import record
from ledger.evidence.columns import Kind
from ledger.evidence.intake_rows import Batch, compare_with_books, drop_repeats, prepare
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import BY_ACT, Reading
from ledger.evidence.tables import (
    EVIDENCE_TABLES,
    Intake,
    IntakeReplacement,
    NilDeclaration,
)
from ledger.hall_days import open_days
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

AMOUNTS = {"accounts": "received", "refunds": "amount"}


class BatchUnknown(NotFound):
    """No current batch of that number and kind in the hall."""

    code = "batch_unknown"
    text = Text(
        "批次 {batch} 不存在、已被替换或不是同类文件。请核对批次号。",
        "Batch {batch} does not exist, was replaced already, or is of another kind. Check it.",
    )


class SourceHasRows(Conflict):
    """A source that has arrived cannot be declared nil."""

    code = "source_has_rows"
    text = Text(
        "来源 {source} 在 {date} 已有数据,不能申报为无。",
        "Source {source} has rows on {date}; it cannot be declared nil.",
    )


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of a file: its batch, what it held, and whether it was here before."""

    intake_no: int
    kind: str
    layout: str
    row_count: int
    repeated_count: int
    unassigned_count: int
    sums: dict[str, int]
    notes: tuple[Text, ...] = ()
    earlier: bool = False


def take_in(
    uow: UnitOfWork,
    *,
    hall: Hall,
    date: dt.date,
    file_name: str,
    content: bytes,
    reading: Reading,
    replaces: int | None = None,
) -> IntakeResult:
    """Store a read file as evidence of the hall; `date` serves rows without a time of their own.

    The same file again gives the earlier batch. Raises BadInput naming each contradicting row and
    both batches, and BatchUnknown.
    """
    require(uow, hall.id, "evidence", "import")
    kind = KINDS[reading.kind]
    digest = hashlib.sha256(content).hexdigest()
    earlier = _same_file(uow, hall.id, kind, digest, date)
    if earlier is not None and replaces is None:
        return _earlier_result(earlier)
    if replaces is not None:
        _require_current(uow, hall.id, replaces, kind)
    batch = prepare(uow, hall, date, reading)
    drop_repeats(batch, file_name)
    compare_with_books(uow, hall.id, batch, replaces, file_name)
    number = _store(
        uow,
        hall,
        date,
        batch,
        reading,
        file=(file_name, digest, content),
        replaces=replaces,
    )
    open_days(uow, hall.id, [date])
    return IntakeResult(
        intake_no=number,
        kind=reading.kind,
        layout=reading.layout,
        row_count=len(batch.rows),
        repeated_count=batch.repeated,
        unassigned_count=len(batch.unassigned),
        sums=reading.sums,
        notes=tuple(reading.notes),
    )


def withdraw(uow: UnitOfWork, *, hall: Hall, number: int, file_name: str, content: bytes) -> None:
    """Let a batch no longer be current, with nothing in its place: its source is missing again.

    The batch stays on record, replaced by one that has no row and speaks for no day. Raises
    BatchUnknown.
    """
    require(uow, hall.id, "evidence", "import")
    earlier = uow.session.get(Intake, (hall.id, number))
    if earlier is None:
        raise BatchUnknown(batch=number)
    kind = KINDS[earlier.kind]
    _require_current(uow, hall.id, number, kind)
    reading = Reading(kind.name, earlier.layout, tuple(c.name for c in kind.columns), [], [])
    _store(
        uow,
        hall,
        earlier.business_date,
        prepare(uow, hall, earlier.business_date, reading),
        reading,
        file=(file_name, hashlib.sha256(content).hexdigest(), content),
        replaces=number,
        speaks=False,
    )


def declare_nil(uow: UnitOfWork, *, hall: Hall, date: dt.date, source: str) -> None:
    """Note that a source has nothing for a day; raises SourceHasRows."""
    require(uow, hall.id, "evidence", "import")
    present = uow.session.execute(
        text(
            "SELECT 1 FROM intake_sources s WHERE s.hall_id = :hall AND s.source = :source"
            " AND s.business_date = :date AND s.row_count > 0 AND NOT EXISTS (SELECT 1 FROM"
            " intake_replacements r WHERE r.hall_id = s.hall_id AND r.old_no = s.intake_no)"
        ),
        {"hall": hall.id, "source": source, "date": date.isoformat()},
    ).first()
    if present:
        raise SourceHasRows(source=source, date=date)
    open_days(uow, hall.id, [date])
    with record(
        uow,
        hall_id=hall.id,
        act="evidence.nil",
        subject=f"source:{source}",
        business_date=date,
    ) as event:
        row = (date.isoformat(), source, uow.actor.person_id)
        event.insert(Base.metadata.tables[NilDeclaration.__tablename__], [row])


def _same_file(
    uow: UnitOfWork, hall_id: int, kind: Kind, digest: str, date: dt.date
) -> Intake | None:
    replaced = select(IntakeReplacement.old_no).where(IntakeReplacement.hall_id == hall_id)
    query = select(Intake).where(
        Intake.hall_id == hall_id,
        Intake.sha256 == digest,
        Intake.kind == kind.name,
        Intake.intake_no.not_in(replaced),
    )
    if not kind.dated_by:
        query = query.where(Intake.business_date == date)
    return uow.session.scalars(query.order_by(Intake.intake_no)).first()


def _earlier_result(intake: Intake) -> IntakeResult:
    return IntakeResult(
        intake_no=intake.intake_no,
        kind=intake.kind,
        layout=intake.layout,
        row_count=intake.row_count,
        repeated_count=intake.repeated_count,
        unassigned_count=0,
        sums=json.loads(intake.sums),
        notes=(Text("同一文件已导入过,未重复存入。", "The same file is here already."),),
        earlier=True,
    )


def _require_current(uow: UnitOfWork, hall_id: int, number: int, kind: Kind) -> None:
    intake = uow.session.get(Intake, (hall_id, number))
    replaced = uow.session.get(IntakeReplacement, (hall_id, number))
    if intake is None or replaced is not None or intake.kind != kind.name:
        raise BatchUnknown(batch=number)


def _store(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    batch: Batch,
    reading: Reading,
    *,
    file: tuple[str, str, bytes],
    replaces: int | None,
    speaks: bool = True,
) -> int:
    file_name, digest, content = file
    tables = Base.metadata.tables
    with record(
        uow,
        hall_id=hall.id,
        act="evidence.imported",
        subject=f"file:{file_name}",
        business_date=date,
        facts={"kind": reading.kind, "rows": len(batch.rows), "sha256": digest},
    ) as event:
        number = event.take_rows()
        head: Row = (
            number,
            reading.kind,
            reading.layout,
            date.isoformat(),
            file_name,
            digest,
            *_mapping(reading),
            len(batch.rows),
            batch.repeated,
            json.dumps(reading.sums, sort_keys=True),
            json.dumps([[note.zh, note.en] for note in reading.notes], ensure_ascii=False),
            plain(uow.now),
            uow.actor.person_id,
        )
        event.insert(tables["intakes"], [head])
        sources = _sources(number, date, batch, reading) if speaks else []
        event.insert(tables["intake_sources"], sources)
        event.insert(tables["raw_files"], [(number, zlib.compress(content, 6))])
        event.insert(tables["unassigned_rows"], [(number, *row) for row in batch.unassigned])
        if replaces is not None:
            event.insert(tables["intake_replacements"], [(replaces, number)])
        numbered = zip(batch.lines, batch.keys, batch.dates, batch.rows, strict=True)
        rows: list[Row] = [
            (number, row_no, line, key, day, *row)
            for row_no, (line, key, day, row) in enumerate(numbered, 1)
        ]
        event.insert(EVIDENCE_TABLES[reading.kind], rows)
    return number


def _mapping(reading: Reading) -> tuple[str, str]:
    name, _, version = reading.mapping.partition("@")
    return name, version


def _sources(number: int, date: dt.date, batch: Batch, reading: Reading) -> list[Row]:
    """Give one row for each source and date the batch brings, and the day it was named for."""
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
    for source in _named_sources(reading, {source for source, _ in counts}):
        counts[source, date.isoformat()] += 0
    return [
        (number, place, source, day, counts[source, day], sums[source, day])
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
