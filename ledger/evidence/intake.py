"""Taking evidence in: each row kept as it was read, repeats counted, contradictions refused.

A key that comes again in another batch with the same content is ignored and counted; with other
content the file is refused, naming both, unless it replaces the older batch, which is then kept but
no longer current (INTERFACES, evidence and documents).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.errors import Conflict, NotFound
from ledger.events import record
from ledger.evidence.columns import Kind
from ledger.evidence.intake_rows import (
    Batch,
    EvidenceFile,
    Offered,
    compare_with_books,
    drop_repeats,
    prepare,
)
from ledger.evidence.kinds import KINDS
from ledger.evidence.late import (
    late_count,
    require_replaceable,
    require_unsigned,
    set_late_aside,
)
from ledger.evidence.readings import Reading
from ledger.evidence.storing import ToStore, store
from ledger.evidence.tables import (
    Intake,
    IntakeReplacement,
    NilDeclaration,
)
from ledger.hall_days import open_days, open_hall_days
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork


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
    """What became of a file: its batch, what it held, and whether it was here before.

    `late_count` rows are dated on signed days; they are kept apart until somebody settles them.
    """

    intake_no: int
    kind: str
    layout: str
    row_count: int
    repeated_count: int
    unassigned_count: int
    sums: dict[str, int]
    notes: tuple[Text, ...] = ()
    earlier: bool = False
    late_count: int = 0


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
    """Store one file as `take_in_all` does."""
    return take_in_all(uow, [EvidenceFile(hall, date, file_name, content, reading, replaces)])[0]


def take_in_all(uow: UnitOfWork, files: Sequence[EvidenceFile]) -> list[IntakeResult]:
    """Store read files as evidence, each of a hall of its own: all of them, or none.

    The same file again gives the earlier batch. Raises BadInput naming each contradicting row of a
    file and both batches, and BatchUnknown.
    """
    for file in files:
        require(uow, file.hall.id, "evidence", "import")
    digests = [hashlib.sha256(file.content).hexdigest() for file in files]
    known = _same_files(uow, files, digests)
    new: list[ToStore] = []
    for file, digest in zip(files, digests, strict=True):
        if file.replaces is not None:
            _require_current(uow, file.hall.id, file.replaces, file.kind)
            require_replaceable(uow, file.hall.id, file.replaces)
        elif file.hall.id in known:
            continue
        batch = prepare(uow, file.hall, file.date, file.reading)
        drop_repeats(batch, file.name)
        new.append(ToStore(file, digest, batch))
    if new:
        set_late_aside(uow, [(one.file, one.batch) for one in new])
    compare_with_books(uow, _offered(new))
    numbers = {one.file.hall.id: number for one, number in zip(new, store(uow, new), strict=True)}
    open_hall_days(uow, _days_of(new))
    batches = {one.file.hall.id: one.batch for one in new}
    return [
        _new_result(file, numbers[file.hall.id], batches[file.hall.id])
        if file.hall.id in numbers
        else _earlier_result(uow, known[file.hall.id])
        for file in files
    ]


def _offered(new: Sequence[ToStore]) -> list[Offered]:
    offered: list[Offered] = []
    for one in new:
        file = one.file
        offered.append(Offered(file.hall.id, one.batch, file.replaces, file.name))
        if one.batch.late is not None:
            late = Offered(file.hall.id, one.batch.late, file.replaces, file.name, is_late=True)
            offered.append(late)
    return offered


def _days_of(new: Sequence[ToStore]) -> Iterator[tuple[int, dt.date]]:
    """Give the days the files were named for, and those their late rows are reported on."""
    for one in new:
        yield one.file.hall.id, one.file.date
        if one.batch.reported_on:
            yield one.file.hall.id, dt.date.fromisoformat(one.batch.reported_on)


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
    require_replaceable(uow, hall.id, number)
    reading = Reading(kind.name, earlier.layout, tuple(c.name for c in kind.columns), [], [])
    file = EvidenceFile(hall, earlier.business_date, file_name, content, reading, number)
    batch = prepare(uow, hall, file.date, reading)
    digest = hashlib.sha256(content).hexdigest()
    store(uow, [ToStore(file, digest, batch, speaks=False)])


def declare_nil(uow: UnitOfWork, *, hall: Hall, date: dt.date, source: str) -> None:
    """Note that a source has nothing for a day; raises SourceHasRows and DayIsSignedFor."""
    require(uow, hall.id, "evidence", "import")
    require_unsigned(uow, hall.id, date, source)
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


def _same_files(
    uow: UnitOfWork, files: Sequence[EvidenceFile], digests: Sequence[str]
) -> dict[int, Intake]:
    """Give hall -> the first current batch of the very file that the hall hands in."""
    gone = select(IntakeReplacement.old_no).where(
        IntakeReplacement.hall_id == Intake.hall_id, IntakeReplacement.old_no == Intake.intake_no
    )
    query = (
        select(Intake)
        .where(
            Intake.hall_id.in_([file.hall.id for file in files]),
            Intake.sha256.in_(digests),
            ~gone.exists(),
        )
        .order_by(Intake.hall_id, Intake.intake_no)
    )
    wanted = {file.hall.id: (file, digest) for file, digest in zip(files, digests, strict=True)}
    assert len(wanted) == len(files), "files of one hall are taken in one after the other"
    found: dict[int, Intake] = {}
    for intake in uow.session.scalars(query):
        file, digest = wanted[intake.hall_id]
        same = (intake.sha256, intake.kind) == (digest, file.kind.name)
        if same and (file.kind.dated_by or intake.business_date == file.date):
            found.setdefault(intake.hall_id, intake)
    return found


def _new_result(file: EvidenceFile, number: int, batch: Batch) -> IntakeResult:
    late = len(batch.late.rows) if batch.late is not None else 0
    return IntakeResult(
        intake_no=number,
        kind=file.reading.kind,
        layout=file.reading.layout,
        row_count=len(batch.rows),
        repeated_count=batch.repeated + (batch.late.repeated if batch.late is not None else 0),
        unassigned_count=len(batch.unassigned),
        sums=file.reading.sums,
        notes=(*file.reading.notes, *([_late_note(late, batch.reported_on)] if late else [])),
        late_count=late,
    )


def _late_note(count: int, reported_on: str) -> Text:
    return Text(
        "{count} 行属于已签的营业日,已隔离,在 {day} 以 D02 处理。",
        "{count} rows are of signed days and kept apart; they are settled as D02 of {day}.",
    ).format(count=count, day=reported_on)


def _earlier_result(uow: UnitOfWork, intake: Intake) -> IntakeResult:
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
        late_count=late_count(uow, intake.hall_id, intake.intake_no),
    )


def _require_current(uow: UnitOfWork, hall_id: int, number: int, kind: Kind) -> None:
    intake = uow.session.get(Intake, (hall_id, number))
    replaced = uow.session.get(IntakeReplacement, (hall_id, number))
    if intake is None or replaced is not None or intake.kind != kind.name:
        raise BatchUnknown(batch=number)
