"""Settling late data (迟到数据): released to a reopened day, accepted on an open one, or set aside.

What is settled is a batch's late rows of one day, all of them at once. They come in as a batch of
their own; the rows that came late stay as they came.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.closing.errors import ReasonMissing
from ledger.errors import Conflict, NotFound
from ledger.events import canonical, record
from ledger.evidence.intake_rows import Batch, EvidenceFile, Offered, standing_rows
from ledger.evidence.kinds import KINDS
from ledger.evidence.late_tables import LateRow, LateSettlement
from ledger.evidence.readings import Reading
from ledger.evidence.storing import ToStore, store
from ledger.evidence.tables import Intake
from ledger.hall_days import lock_open_day
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork


class NothingLate(NotFound):
    """The batch has no late rows of that day that wait."""

    code = "nothing_late"
    text = Text(
        "批次 {batch} 没有 {date} 的待处理迟到数据。",
        "Batch {batch} has no late rows of {date} that wait to be settled.",
    )


class LateContradicts(Conflict):
    """A late row is of a key that stands in the books with other content."""

    code = "late_contradicts"
    text = Text(
        "第 {line} 行的主键在批次 {other} 中已有且内容不同。重开 {date} 后请用 --replaces {other}"
        " 导入更正后的整份文件;或搁置本批,用更正行记在开放日。",
        "The key of line {line} stands in batch {other} with other content. Reopen {date} and"
        " import the whole corrected file with --replaces {other}; or set these rows aside and"
        " correct by lines of an open day.",
    )


@dataclass(frozen=True, slots=True)
class LatePart:
    """The late rows of one batch and day: how many, where reported, and what became of them."""

    intake_no: int
    kind: str
    file_name: str
    business_date: dt.date
    reported_on: dt.date
    rows: int
    settlement: LateSettlement | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How late rows are settled: the way, the batch that took them in, and the day they count."""

    way: str
    new_no: int = 0
    on_date: dt.date | None = None
    reason: str = ""


def late_parts(
    uow: UnitOfWork, hall: Hall, *, intake_no: int | None = None, standing: bool = False
) -> list[LatePart]:
    """Give the hall's late rows by batch and day, the oldest first; `standing`: the unsettled."""
    query = (
        select(
            LateRow.intake_no,
            Intake.kind,
            Intake.file_name,
            LateRow.business_date,
            LateRow.reported_on,
            func.count(),
        )
        .join(Intake, (Intake.hall_id == LateRow.hall_id) & (Intake.intake_no == LateRow.intake_no))
        .where(LateRow.hall_id == hall.id)
        .group_by(
            LateRow.intake_no,
            Intake.kind,
            Intake.file_name,
            LateRow.business_date,
            LateRow.reported_on,
        )
        .order_by(LateRow.reported_on, LateRow.intake_no, LateRow.business_date)
    )
    settled = select(LateSettlement).where(LateSettlement.hall_id == hall.id)
    if intake_no is not None:
        query = query.where(LateRow.intake_no == intake_no)
        settled = settled.where(LateSettlement.intake_no == intake_no)
    known = {(one.intake_no, one.business_date): one for one in uow.session.scalars(settled)}
    parts = [
        LatePart(*row, settlement=known.get((row[0], row[3]))) for row in uow.session.execute(query)
    ]
    return [part for part in parts if not standing or part.settlement is None]


def release_late(uow: UnitOfWork, hall: Hall, intake_no: int, date: dt.date) -> int:
    """Let late rows count on their own day, which two persons have reopened; gives the new batch.

    What stands in the books with the same content is not taken again; where all does, there is no
    new batch and 0 is given. Raises NotPermitted, NothingLate, HallDayClosed and LateContradicts.
    """
    require(uow, hall.id, "late_rows", "release")
    intake, batch = _locked_part(uow, hall, intake_no, date)
    lock_open_day(uow, hall.id, date)
    _drop_standing(uow, hall, batch, date)
    number = _take_in(uow, hall, intake, batch, date, accepted=False) if batch.rows else 0
    _settle(uow, intake, date, Outcome("released", number, date))
    return number


def accept_late(
    uow: UnitOfWork, hall: Hall, intake_no: int, date: dt.date, *, on: dt.date, reason: str
) -> int:
    """Let late rows count on an open day instead, as a correction; gives the new batch.

    Raises NotPermitted, NothingLate, ReasonMissing, HallDayClosed and LateContradicts.
    """
    require(uow, hall.id, "late_rows", "accept")
    intake, batch = _locked_part(uow, hall, intake_no, date)
    _require_reason(reason, date)
    lock_open_day(uow, hall.id, on)
    batch.dates = [on.isoformat()] * len(batch.rows)
    _drop_standing(uow, hall, batch, date)
    number = _take_in(uow, hall, intake, batch, on, accepted=True) if batch.rows else 0
    _settle(uow, intake, date, Outcome("accepted", number, on, reason.strip()))
    return number


def dismiss_late(
    uow: UnitOfWork, hall: Hall, intake_no: int, date: dt.date, *, reason: str
) -> None:
    """Set late rows aside for good: they count on no day, and the reason stays with them.

    Raises NotPermitted, NothingLate and ReasonMissing.
    """
    require(uow, hall.id, "late_rows", "dismiss")
    intake, _ = _locked_part(uow, hall, intake_no, date)
    _require_reason(reason, date)
    _settle(uow, intake, date, Outcome("dismissed", reason=reason.strip()))


def _require_reason(reason: str, date: dt.date) -> None:
    if not reason.strip():
        raise ReasonMissing(date=date)


def _locked_part(
    uow: UnitOfWork, hall: Hall, intake_no: int, date: dt.date
) -> tuple[Intake, Batch]:
    lock_head(uow, hall.id)
    intake = uow.session.get(Intake, (hall.id, intake_no))
    settled = uow.session.get(LateSettlement, (hall.id, intake_no, date))
    rows = uow.session.execute(
        select(LateRow.row_key, LateRow.file_line, LateRow.content)
        .where(
            LateRow.hall_id == hall.id,
            LateRow.intake_no == intake_no,
            LateRow.business_date == date,
        )
        .order_by(LateRow.row_no)
    ).all()
    if intake is None or settled is not None or not rows:
        raise NothingLate(batch=intake_no, date=date)
    batch = Batch(
        KINDS[intake.kind],
        rows=[tuple(json.loads(content)) for _, _, content in rows],
        keys=[key for key, _, _ in rows],
        dates=[date.isoformat()] * len(rows),
        lines=[line for _, line, _ in rows],
    )
    return intake, batch


def _drop_standing(uow: UnitOfWork, hall: Hall, batch: Batch, date: dt.date) -> None:
    """Drop rows that are in the books already; raises LateContradicts for one that differs."""
    offered = Offered(hall.id, batch, None, "", is_late=True)
    standing = standing_rows(uow, batch.kind.name, [offered]).get(hall.id, {})
    rest = []
    for place, key in enumerate(batch.keys):
        if key not in standing:
            rest.append(place)
            continue
        other, contents = standing[key]
        if (batch.dates[place], *batch.rows[place]) not in contents:
            raise LateContradicts(line=batch.lines[place], other=other, date=date)
    batch.repeated = len(batch.rows) - len(rest)
    batch.keep(rest)


def _take_in(
    uow: UnitOfWork, hall: Hall, intake: Intake, batch: Batch, on: dt.date, *, accepted: bool
) -> int:
    columns = tuple(column.name for column in batch.kind.columns)
    content = canonical([intake.intake_no, on.isoformat(), *_told(batch)])
    reading = Reading(intake.kind, intake.layout, columns, [], [])
    file = EvidenceFile(hall, on, intake.file_name, content, reading)
    digest = hashlib.sha256(content).hexdigest()
    return store(uow, [ToStore(file, digest, batch, accepted=accepted)])[0]


def _told(batch: Batch) -> Sequence[Row]:
    return [(line, *row) for line, row in zip(batch.lines, batch.rows, strict=True)]


def _settle(uow: UnitOfWork, intake: Intake, date: dt.date, outcome: Outcome) -> None:
    on = outcome.on_date
    with record(
        uow,
        hall_id=intake.hall_id,
        act=f"late.{outcome.way}",
        subject=f"batch:{intake.intake_no}",
        business_date=on,
        facts={"date": date.isoformat(), "batch": outcome.new_no, "reason": outcome.reason},
    ) as event:
        row: Row = (
            *(intake.intake_no, date.isoformat(), outcome.way, outcome.new_no),
            *(on.isoformat() if on else None, outcome.reason, uow.actor.person_id),
        )
        event.insert(Base.metadata.tables[LateSettlement.__tablename__], [row])
