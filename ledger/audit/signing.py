"""The auditor's signature: a day's totals, checks and findings frozen as one hashed snapshot."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, text

from ledger.audit.day import DayAudit
from ledger.audit.engine import DayIsSigned, DayNotOpened, RunUnknown
from ledger.audit.findings import AuditRun, SignedDay
from ledger.audit.queries import show_day, signatures_of_day
from ledger.audit.snapshot import write_snapshot
from ledger.audit.wording import subject_text
from ledger.closing.order import require_order
from ledger.closing.results import make_result
from ledger.duties.authority import in_place_of, note_signed_for, require_or_stand_in
from ledger.duties.separation import require_apart
from ledger.errors import Conflict
from ledger.events import record
from ledger.hall_days import AUDIT_STATUSES, HALL_STATUSES, OPEN_FOR_POSTING, HallDay
from ledger.organisations import Hall, lock_head
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

STANDING = ("open", "answered")


class FindingsStand(Conflict):
    """Blocking findings nobody has settled hold the day open."""

    code = "findings_stand"
    text = Text(
        "{date} 还有 {count} 条阻断差异未了结(如 {first}),不能签字。",
        "{count} blocking findings of {date} still stand (such as {first}); it cannot be signed.",
    )


class SourcesAwaited(Conflict):
    """What has not arrived has not been audited."""

    code = "sources_awaited"
    text = Text(
        "{date} 的来源尚未到齐({sources_zh}),不能签字。请导入文件或申报为无,再运行稽核。",
        "Sources of {date} are not in yet ({sources_en}); it cannot be signed. Import the files or"
        " declare them nil, and run the audit again.",
    )


class RunIsStale(Conflict):
    """Evidence of the day came in after the last run."""

    code = "run_is_stale"
    text = Text(
        "{date} 在上次稽核后又有数据导入。请重新运行稽核后签字。",
        "Evidence of {date} came in after the last run. Run the audit again before signing.",
    )


# Evidence of the day, or that replaces some of it, newer than the run.
NEWER_EVIDENCE = """
SELECT 1 FROM intake_sources i
 WHERE i.hall_id = :hall AND i.business_date = :date AND i.event_no > :run
 UNION ALL
SELECT 1 FROM intake_replacements r
  JOIN intake_sources i ON i.hall_id = r.hall_id AND i.intake_no = r.old_no
 WHERE r.hall_id = :hall AND i.business_date = :date AND r.event_no > :run
 UNION ALL
SELECT 1 FROM nil_declarations n
 WHERE n.hall_id = :hall AND n.business_date = :date AND n.event_no > :run
 UNION ALL
SELECT 1 FROM opening_floats f
 WHERE f.hall_id = :hall AND f.business_date = :date AND f.event_no > :run
 LIMIT 1
"""


def sign_day(uow: UnitOfWork, hall: Hall, date: dt.date) -> DayAudit:
    """Sign a day as its auditor: `audited` and `submitted`, its audit frozen; gives what he signed.

    The daily result of the day is made for the manager. Who signs for an auditor by his authority
    is barred by what either of them did that day. Raises DayNotOpened, RunUnknown,
    DayIsSigned, DutiesClash, RunIsStale, SourcesAwaited, FindingsStand and EarlierDayOpen.
    """
    authority = require_or_stand_in(uow, hall.id, "audit", "sign")
    lock_head(uow, hall.id)
    require_apart(uow, hall.id, date, "audits")
    if authority is not None:
        require_apart(uow, hall.id, date, "audits", person_id=authority.for_id)
    day = lock_unsigned_day(uow, hall, date)
    if day is None:
        raise DayNotOpened(hall=hall.code, date=date)
    shown = show_day(uow, hall, date, is_whole=True)
    if shown.run_at is None:
        raise RunUnknown
    _require_ready(uow, hall, shown)
    require_order(uow, [(hall, date)], before=OPEN_FOR_POSTING)
    version = len(signatures_of_day(uow, hall.id, date)) + 1
    with record(
        uow,
        hall_id=hall.id,
        act="day.signed",
        subject=f"day:{date.isoformat()}",
        business_date=date,
        facts={"hash": shown.content_hash, "version": version},
    ) as event:
        row: Row = (
            date.isoformat(),
            write_snapshot(shown),
            shown.content_hash,
            uow.actor.person_id,
            "auditor",
            plain(uow.now),
        )
        event.insert(Base.metadata.tables[SignedDay.__tablename__], [row])
        if authority is not None:
            note_signed_for(uow, event, authority)
    day.audit_status = "audited"
    day.hall_status = "submitted"
    uow.session.flush()
    signer = in_place_of(uow, hall.id, authority)
    make_result(signer, hall, shown, signed_event=event.event_no, version=version)
    return show_day(uow, hall, date)


def evidence_is_newer(uow: UnitOfWork, hall_id: int, date: dt.date) -> bool:
    """Tell whether evidence of a day came in after its audit ran last."""
    run = uow.session.scalar(
        select(func.max(AuditRun.event_no)).where(
            AuditRun.hall_id == hall_id, AuditRun.business_date == date
        )
    )
    if run is None:
        return False
    facts = {"hall": hall_id, "date": date.isoformat(), "run": run}
    return uow.session.execute(text(NEWER_EVIDENCE), facts).first() is not None


def lock_unsigned_day(uow: UnitOfWork, hall: Hall, date: dt.date) -> HallDay | None:
    """Lock the hall-day for an act on its audit; raises DayIsSigned."""
    day = uow.session.get(HallDay, (hall.id, date), with_for_update=True, populate_existing=True)
    if day is not None and (day.audit_status == "audited" or day.hall_status != "working"):
        working = day.hall_status == "working"
        status = AUDIT_STATUSES["audited"] if working else HALL_STATUSES[day.hall_status]
        raise DayIsSigned(hall=hall.code, date=date, status_zh=status.zh, status_en=status.en)
    return day


def _require_ready(uow: UnitOfWork, hall: Hall, shown: DayAudit) -> None:
    if evidence_is_newer(uow, hall.id, shown.date):
        raise RunIsStale(date=shown.date)
    awaited = [source for source in shown.sources if source.arrival in ("awaited", "missing")]
    if awaited:
        raise SourcesAwaited(
            date=shown.date,
            sources_zh="、".join(source.name.zh for source in awaited),
            sources_en=", ".join(source.name.en for source in awaited),
        )
    standing = [f for f in shown.findings if f.severity == "block" and f.state in STANDING]
    if standing:
        code, about = standing[0].check, subject_text(standing[0].subject)
        first = Text(f"{code} {about.zh}", f"{code} {about.en}")
        raise FindingsStand(date=shown.date, count=len(standing), first=first)
