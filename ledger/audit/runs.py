"""Putting runs on record: one event in each hall's chain, written for all halls at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ledger.audit.findings import AuditRun
from ledger.audit.settings import AuditSettings, settings_to_keep
from ledger.events import Event, TableDigest, canonical, event_hash, render_contents
from ledger.organisations import lock_heads
from ledger.rows import Plain, Row, insert_rows, plain, stage_rows
from ledger.schema import Base
from ledger.work import UnitOfWork

DayKey = tuple[int, dt.date]

HEAD_COLUMNS = (("hall_id", "BIGINT"), ("last_event", "BIGINT"), ("head_hash", "TEXT"))
MOVE_HEADS = """
UPDATE hall_heads
   SET (last_event, head_hash) = (
       SELECT m.last_event, m.head_hash FROM audit_heads m WHERE m.hall_id = hall_heads.hall_id)
 WHERE hall_id IN (SELECT hall_id FROM audit_heads)
"""


@dataclass(slots=True)
class Heads:
    """The locked heads of the halls of a run: last event number and hash of each chain."""

    last: dict[int, tuple[int, str]]

    def book_runs(self, days: Sequence[DayKey]) -> dict[DayKey, int]:
        """Give each hall-day the event number its run will have, in order of date."""
        taken = {hall_id: last_event for hall_id, (last_event, _) in self.last.items()}
        numbers: dict[DayKey, int] = {}
        for hall_id, date in sorted(days):
            taken[hall_id] += 1
            numbers[hall_id, date] = taken[hall_id]
        return numbers


@dataclass(slots=True)
class Results:
    """What a run found: by hall-day the findings of each check asked, and the totals."""

    checks: dict[DayKey, dict[str, int]]
    totals: dict[DayKey, str] = field(default_factory=dict)

    @classmethod
    def counting(
        cls,
        days: Sequence[DayKey],
        codes: Sequence[str],
        counted: Iterable[tuple[int, object, str, int]],
    ) -> Results:
        """Count findings by check, zero where a check that ran found nothing."""
        checks = {day: dict.fromkeys(codes, 0) for day in days}
        for hall_id, date, code, count in counted:
            checks[hall_id, dt.date.fromisoformat(str(plain(date)))][code] = count
        return cls(checks)


def locked_heads(uow: UnitOfWork, halls: Sequence[int]) -> Heads:
    """Lock the heads of halls, and give what each stands at."""
    heads = lock_heads(uow, halls)
    return Heads({hall_id: (head.last_event, head.head_hash) for hall_id, head in heads.items()})


def record_runs(uow: UnitOfWork, heads: Heads, runs: dict[DayKey, int], results: Results) -> None:
    """Write one `audit.run` event and its row of `audit_runs` for every hall-day."""
    runs_table, events_table = Base.metadata.tables["audit_runs"], Event.__table__
    settings_table = Base.metadata.tables[AuditSettings.__tablename__]
    unkept = settings_to_keep(uow, sorted(heads.last))
    run_rows: list[Row] = []
    settings_rows: list[Row] = []
    event_rows: list[Row] = []
    for (hall_id, date), event_no in sorted(runs.items()):
        body: Row = (
            date.isoformat(),
            plain(uow.now),
            uow.actor.person_id,
            canonical(results.checks[hall_id, date]).decode(),
            results.totals.get((hall_id, date), "[]"),
        )
        digest = TableDigest(runs_table)
        digest.add([body])
        digests = {runs_table.name: digest}
        if (settings := unkept.pop(hall_id, None)) is not None:
            digests[settings_table.name] = TableDigest(settings_table)
            digests[settings_table.name].add([settings.row])
            settings_rows.append((hall_id, event_no, *settings.row))
        event: Row = (
            hall_id,
            event_no,
            *_event_body(uow, date, results.checks[hall_id, date]),
            render_contents(digests),
            heads.last[hall_id][1],
        )
        head = event_hash(event)
        heads.last[hall_id] = (event_no, head)
        run_rows.append((hall_id, event_no, *body))
        event_rows.append((*event, head))
    session = uow.session
    insert_rows(session, runs_table, [c.name for c in AuditRun.__table__.columns], run_rows)
    kept = [c.name for c in settings_table.columns]
    insert_rows(session, settings_table, kept, settings_rows)
    columns = [c.name for c in events_table.columns]
    insert_rows(session, Base.metadata.tables["events"], columns, event_rows)
    moved: list[Row] = [(hall_id, *last) for hall_id, last in sorted(heads.last.items())]
    stage_rows(session, "audit_heads", HEAD_COLUMNS, moved)
    session.connection().exec_driver_sql(MOVE_HEADS)
    session.expire_all()


def _event_body(uow: UnitOfWork, date: dt.date, checks: dict[str, int]) -> tuple[Plain, ...]:
    facts = {"checks": len(checks), "findings": sum(checks.values())}
    return (
        plain(uow.now),
        uow.actor.person_id,
        uow.actor.label,
        "audit.run",
        f"day:{date.isoformat()}",
        date.isoformat(),
        canonical(facts).decode(),
    )
