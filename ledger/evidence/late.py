"""Late data: rows dated on a day that is signed are kept, but apart from what is current.

So a signed day reads the same for ever. They are reported on an open day (CHECKS D02), the one the
file was named for where that is open, else today, else the next that is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from ledger.errors import Conflict
from ledger.evidence.intake_rows import KEY_COLUMNS, KEYS, Batch, EvidenceFile
from ledger.evidence.late_tables import LateRow, LateSettlement
from ledger.evidence.tables import Intake, IntakeSource
from ledger.hall_days import OPEN_FOR_POSTING, HallDay
from ledger.organisations import lock_heads
from ledger.rows import Row, stage_rows
from ledger.text import Text
from ledger.work import UnitOfWork

Taken = tuple[EvidenceFile, Batch]


class BatchIsFrozen(Conflict):
    """What a signed day was signed on stays current."""

    code = "batch_is_frozen"
    text = Text(
        "批次 {batch} 有 {date} 的数据,该日已签,不能替换。请不带替换直接导入:已签日有变的行"
        "会隔离待处理;或先重开 {date}。",
        "Batch {batch} has rows of {date}, which is signed, and cannot be replaced. Import the file"
        " without replacing: changed rows of the signed day are kept apart; or reopen {date}.",
    )


class DayIsSignedFor(Conflict):
    """A signed day waits for no source any more."""

    code = "day_is_signed_for"
    text = Text(
        "{date} 已签,来源 {source} 不能再申报为无。",
        "{date} is signed; source {source} cannot be declared nil any more.",
    )


def set_late_aside(uow: UnitOfWork, taken: Sequence[Taken]) -> None:
    """Move the rows of signed days from each batch to its `late` part; locks the halls' heads."""
    lock_heads(uow, [file.hall.id for file, _ in taken])
    today = uow.today.isoformat()
    signed = _signed_days(uow, taken, today)
    for file, batch in taken:
        batch.signed = frozenset(signed.get(file.hall.id, ()))
        if batch.signed.isdisjoint(batch.dates):
            continue
        late = [place for place, day in enumerate(batch.dates) if day in batch.signed]
        rest = [place for place, day in enumerate(batch.dates) if day not in batch.signed]
        batch.late = batch.part(late)
        batch.keep(rest)
        named = [file.date.isoformat(), today]
        open_day = next((day for day in named if day not in batch.signed), None)
        batch.reported_on = open_day or _next_open_day(uow, file, today)
    _drop_known(uow, [(file, batch.late) for file, batch in taken if batch.late is not None])


def content_of(row: Row) -> str:
    """Give a stored row as the text that `late_rows` keeps."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def late_count(uow: UnitOfWork, hall_id: int, intake_no: int) -> int:
    """Give how many late rows of a batch nobody has settled."""
    settled = select(LateSettlement.intake_no).where(
        LateSettlement.hall_id == LateRow.hall_id,
        LateSettlement.intake_no == LateRow.intake_no,
        LateSettlement.business_date == LateRow.business_date,
    )
    query = select(func.count()).where(
        LateRow.hall_id == hall_id, LateRow.intake_no == intake_no, ~settled.exists()
    )
    return uow.session.scalars(query).one()


def require_replaceable(uow: UnitOfWork, hall_id: int, intake_no: int) -> None:
    """Go on only if no signed day has rows of the batch; raises BatchIsFrozen."""
    lock_heads(uow, [hall_id])
    signed = uow.session.scalars(
        select(IntakeSource.business_date)
        .join(
            HallDay,
            (HallDay.hall_id == IntakeSource.hall_id)
            & (HallDay.business_date == IntakeSource.business_date),
        )
        .where(
            IntakeSource.hall_id == hall_id,
            IntakeSource.intake_no == intake_no,
            IntakeSource.row_count > 0,
            HallDay.hall_status.not_in(OPEN_FOR_POSTING),
        )
        .order_by(IntakeSource.business_date)
    ).first()
    if signed is not None:
        raise BatchIsFrozen(batch=intake_no, date=signed)


def require_unsigned(uow: UnitOfWork, hall_id: int, date: dt.date, source: str) -> None:
    """Go on only if the day may still wait for a source; raises DayIsSignedFor."""
    lock_heads(uow, [hall_id])
    day = uow.session.get(HallDay, (hall_id, date), populate_existing=True)
    if day is not None and day.hall_status not in OPEN_FOR_POSTING:
        raise DayIsSignedFor(date=date, source=source)


def _signed_days(uow: UnitOfWork, taken: Sequence[Taken], today: str) -> dict[int, set[str]]:
    """Give hall -> those of the batches' days, and of today, that take no posting any more."""
    dates = {today}
    for file, batch in taken:
        dates |= {file.date.isoformat(), *batch.dates}
    found = uow.session.execute(
        select(HallDay.hall_id, HallDay.business_date).where(
            HallDay.hall_id.in_({file.hall.id for file, _ in taken}),
            HallDay.business_date.in_([dt.date.fromisoformat(date) for date in sorted(dates)]),
            HallDay.hall_status.not_in(OPEN_FOR_POSTING),
        )
    )
    signed: defaultdict[int, set[str]] = defaultdict(set)
    for hall_id, date in found:
        signed[hall_id].add(date.isoformat())
    return signed


def _next_open_day(uow: UnitOfWork, file: EvidenceFile, today: str) -> str:
    days = dict(
        uow.session.execute(
            select(HallDay.business_date, HallDay.hall_status)
            .where(HallDay.hall_id == file.hall.id, HallDay.business_date > file.date)
            .order_by(HallDay.business_date)
        ).all()
    )
    waiting = next((day for day, status in days.items() if status in OPEN_FOR_POSTING), None)
    day = waiting or dt.date.fromisoformat(today) + dt.timedelta(days=1)
    while waiting is None and day in days:
        day += dt.timedelta(days=1)
    return day.isoformat()


def _drop_known(uow: UnitOfWork, late: Sequence[Taken]) -> None:
    """Drop and count the late rows that an earlier file brought with the same content."""
    keys: list[Row] = [
        (file.hall.id, 0, key) for file, batch in late for key in sorted(set(batch.keys))
    ]
    if not keys:
        return
    stage_rows(uow.session, KEYS.name, KEY_COLUMNS, keys)
    gone = select(LateSettlement.intake_no).where(
        LateSettlement.hall_id == LateRow.hall_id,
        LateSettlement.intake_no == LateRow.intake_no,
        LateSettlement.business_date == LateRow.business_date,
        LateSettlement.way == "dismissed",
    )
    found = uow.session.execute(
        select(LateRow.hall_id, Intake.kind, LateRow.row_key, LateRow.content)
        .join(KEYS, (KEYS.c.hall_id == LateRow.hall_id) & (KEYS.c.row_key == LateRow.row_key))
        .join(Intake, (Intake.hall_id == LateRow.hall_id) & (Intake.intake_no == LateRow.intake_no))
        .where(~gone.exists())
    )
    known = {tuple(row) for row in found}
    if not known:
        return
    for file, batch in late:
        front = (file.hall.id, batch.kind.name)
        rest = [
            place
            for place, key in enumerate(batch.keys)
            if (*front, key, content_of(batch.rows[place])) not in known
        ]
        batch.repeated += len(batch.rows) - len(rest)
        batch.keep(rest)
