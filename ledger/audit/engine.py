"""One run of the audit over any set of hall-days: stage, ask, store, close, and put on record.

Findings stay in the database from question to table; only totals and counts pass through here. A
run changes nothing but findings, statuses and the chain, and for the same evidence it is the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, text

from ledger.audit.as_then import books_as_then
from ledger.audit.check import Question
from ledger.audit.findings import AuditRun, Finding
from ledger.audit.runs import Results, locked_heads, record_runs
from ledger.audit.stage import clear_stage, stage_days, stage_takings
from ledger.audit.staging import drop_tables, tables_of, take_steps, worded
from ledger.audit.totals import totals_by_day
from ledger.errors import Conflict, NotFound
from ledger.hall_days import AUDIT_STATUSES, HALL_STATUSES, HallDay
from ledger.organisations import Hall
from ledger.rows import Row, stage_rows
from ledger.text import Text
from ledger.work import UnitOfWork

RESULT_COLUMNS = (
    ("hall_id", "BIGINT"),
    ("business_date", "DATE"),
    ("check_code", "TEXT"),
    ("subject", "TEXT"),
    ("clerk", "TEXT"),
    ("expected", "BIGINT"),
    ("found", "BIGINT"),
    ("severity", "TEXT"),
    ("facts", "TEXT"),
)
RUN_COLUMNS = (("hall_id", "BIGINT"), ("business_date", "DATE"), ("run_no", "BIGINT"))
CODE_COLUMNS = (("code", "TEXT"),)

# An answer, acceptance or override holds for the figures it was given for, and no graver case.
STORE = """
INSERT INTO findings (hall_id, business_date, check_code, subject, clerk, expected, found, severity,
                      state, facts, first_run, last_run)
SELECT r.hall_id, r.business_date, r.check_code, r.subject, r.clerk, r.expected, r.found,
       r.severity, 'open', r.facts, n.run_no, n.run_no
  FROM audit_results r
  JOIN audit_runs_now n ON n.hall_id = r.hall_id AND n.business_date = r.business_date
 WHERE true
    ON CONFLICT (hall_id, business_date, check_code, subject) DO UPDATE
   SET clerk = excluded.clerk, expected = excluded.expected, found = excluded.found,
       severity = excluded.severity, facts = excluded.facts, last_run = excluded.last_run,
       state = CASE WHEN findings.state <> 'recalculated'
                     AND (findings.expected = excluded.expected
                          OR (findings.expected IS NULL AND excluded.expected IS NULL))
                     AND (findings.found = excluded.found
                          OR (findings.found IS NULL AND excluded.found IS NULL))
                     AND (findings.severity = excluded.severity OR excluded.severity = 'note')
                    THEN findings.state ELSE 'open' END
"""

# What no longer holds is closed and kept; what was settled with liability stays settled.
CLOSE = """
UPDATE findings
   SET state = 'recalculated',
       last_run = (SELECT n.run_no FROM audit_runs_now n
                    WHERE n.hall_id = findings.hall_id
                      AND n.business_date = findings.business_date)
 WHERE EXISTS (SELECT 1 FROM audit_runs_now n
                WHERE n.hall_id = findings.hall_id AND n.business_date = findings.business_date)
   AND state NOT IN ('recalculated', 'settled')
   AND check_code IN (SELECT code FROM audit_codes)
   AND NOT EXISTS (SELECT 1 FROM audit_results r
                    WHERE r.hall_id = findings.hall_id
                      AND r.business_date = findings.business_date
                      AND r.check_code = findings.check_code AND r.subject = findings.subject)
"""

# Whose turn it is: a clerk's finding is his while it is open, all else is the auditor's. A machine
# or an unknown number answers for nothing. Only what blocks the day counts.
_OF_DAY = """SELECT 1 FROM findings f
          WHERE f.hall_id = hall_days.hall_id AND f.business_date = hall_days.business_date
            AND f.severity = 'block'"""
_IS_CLERKS = """EXISTS (SELECT 1 FROM employments e
                         WHERE e.hall_id = f.hall_id AND e.number = f.clerk
                           AND e.kind = 'person')"""
AUDIT_STATUS = f"""CASE
         WHEN EXISTS ({_OF_DAY} AND f.state = 'open' AND {_IS_CLERKS}) THEN 'clerk_findings_open'
         WHEN EXISTS ({_OF_DAY} AND f.state IN ('open', 'answered')) THEN 'auditor_findings_open'
         ELSE 'calculated' END"""

_SOURCES = """SELECT 1 FROM expected_sources x
          WHERE x.hall_id = hall_days.hall_id AND x.business_date = hall_days.business_date"""
_IS_IN = """(EXISTS (SELECT 1 FROM intake_sources i
                   WHERE i.hall_id = x.hall_id AND i.business_date = x.business_date
                     AND i.source = x.source
                     AND NOT EXISTS (SELECT 1 FROM intake_replacements y
                                      WHERE y.hall_id = i.hall_id AND y.old_no = i.intake_no))
            OR EXISTS (SELECT 1 FROM nil_declarations n
                        WHERE n.hall_id = x.hall_id AND n.business_date = x.business_date
                          AND n.source = x.source))"""
DATA_STATUS = f"""CASE
         WHEN NOT EXISTS ({_SOURCES} AND {_IS_IN}) THEN 'expected'
         WHEN EXISTS ({_SOURCES} AND NOT {_IS_IN}) THEN 'partial'
         ELSE 'complete' END"""

SET_STATUSES = f"""
UPDATE hall_days
   SET audit_status = {AUDIT_STATUS}, data_status = {DATA_STATUS}
 WHERE EXISTS (SELECT 1 FROM audit_runs_now n
                WHERE n.hall_id = hall_days.hall_id
                  AND n.business_date = hall_days.business_date)
"""


class DayIsSigned(Conflict):
    """A signed, submitted, closed or handed-over day keeps its findings."""

    code = "day_is_signed"
    text = Text(
        "营业厅 {hall} 的 {date} 已是“{status_zh}”,稽核结果已固定,不能重新运行。"
        "更正请记在开放的营业日。",
        "Day {date} of hall {hall} is {status_en}; its audit is fixed and cannot be run again. "
        "Date the correction on an open day.",
    )


class DayNotOpened(NotFound):
    """The hall has no such business day yet."""

    code = "day_not_opened"
    text = Text(
        "营业厅 {hall} 没有 {date} 这一营业日。请先导入当日数据。",
        "Hall {hall} has no business day {date}. Import the day's files first.",
    )


class RunUnknown(NotFound):
    """The day was never audited, or not by that run."""

    code = "run_unknown"
    text = Text("该营业日没有稽核记录。请先运行稽核。", "This day has no audit run. Run the audit.")


def run_audit(
    uow: UnitOfWork, *, days: Sequence[tuple[Hall, dt.date]], questions: Sequence[Question]
) -> None:
    """Ask every question of every hall-day and bring findings, statuses and chain up to date.

    Answers, acceptances and overrides stand while the figures they were given for do. Raises
    DayIsSigned for a day that is frozen and DayNotOpened for one that was never opened; then no
    day is touched. Locks the halls' heads in ascending order for the rest of the unit of work.
    """
    asked = sorted({(hall.id, date): hall for hall, date in days}.items(), key=lambda day: day[0])
    if not asked:
        return
    uow.session.flush()
    heads = locked_heads(uow, sorted({hall_id for (hall_id, _), _ in asked}))
    _require_open(uow, asked)
    keys = [key for key, _ in asked]
    runs = heads.book_runs(keys)
    stage_days(uow, keys)
    results = _ask(uow, runs, questions)
    _store(uow)
    results.totals.update(totals_by_day(uow))
    record_runs(uow, heads, runs, results)
    clear_stage(uow)
    own = tables_of(*(question.steps for question in questions))
    drop_tables(uow.session.connection(), own)


def days_open_for_audit(
    uow: UnitOfWork, days: Sequence[tuple[Hall, dt.date]]
) -> list[tuple[Hall, dt.date]]:
    """Give those of the days that `run_audit` would take: opened, and not signed."""
    open_days = {key for key, day in _hall_days(uow, days).items() if not _is_frozen(day)}
    return [(hall, date) for hall, date in days if (hall.id, date) in open_days]


def replay_totals(
    uow: UnitOfWork, *, hall: Hall, date: dt.date, run_no: int | None = None
) -> tuple[str, str]:
    """Compute the totals of a past run again from the evidence as it then was; changes nothing.

    Gives the totals as that run recorded them and as they come out now: the same bytes, unless
    somebody changed what may not change. Without `run_no` the last run; raises RunUnknown.
    """
    query = select(AuditRun).where(AuditRun.hall_id == hall.id, AuditRun.business_date == date)
    if run_no is not None:
        query = query.where(AuditRun.event_no == run_no)
    run = uow.session.scalars(query.order_by(AuditRun.event_no.desc()).limit(1)).first()
    if run is None:
        raise RunUnknown
    key = (hall.id, date)
    with books_as_then(uow, hall.id, run.event_no):
        stage_takings(uow, [key], as_of={key: run.event_no}, now=run.at)
        again = totals_by_day(uow).get(key, "[]")
        clear_stage(uow)
    return run.totals, again


def results_of_run(
    uow: UnitOfWork, *, hall: Hall, run: AuditRun, questions: Sequence[Question]
) -> list[Finding]:
    """Ask every question of a past run again, of the evidence as it then was; changes nothing.

    Gives what each found as findings that are nowhere kept, their state open.
    """
    key = (hall.id, run.business_date)
    names = [name for name, _ in RESULT_COLUMNS if name not in ("hall_id", "business_date")]
    with books_as_then(uow, hall.id, run.event_no):
        stage_days(uow, [key], as_of={key: run.event_no}, now=run.at)
        _ask(uow, {key: run.event_no}, questions)
        rows = uow.session.execute(text(f"SELECT {', '.join(names)} FROM audit_results")).all()
        clear_stage(uow)
        drop_tables(uow.session.connection(), tables_of(*(one.steps for one in questions)))
    return [
        Finding(
            hall_id=hall.id,
            business_date=run.business_date,
            state="open",
            first_run=run.event_no,
            last_run=run.event_no,
            **dict(zip(names, row, strict=True)),
        )
        for row in rows
    ]


def _hall_days(
    uow: UnitOfWork, days: Sequence[tuple[Hall, dt.date]]
) -> dict[tuple[int, dt.date], HallDay]:
    halls, dates = {hall.id for hall, _ in days}, {date for _, date in days}
    rows = uow.session.scalars(
        select(HallDay)
        .where(HallDay.hall_id.in_(halls), HallDay.business_date.in_(dates))
        .order_by(HallDay.hall_id, HallDay.business_date)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    return {(day.hall_id, day.business_date): day for day in rows}


def _is_frozen(day: HallDay) -> bool:
    return day.audit_status == "audited" or day.hall_status != "working"


def _require_open(uow: UnitOfWork, asked: Sequence[tuple[tuple[int, dt.date], Hall]]) -> None:
    found = _hall_days(uow, [(hall, date) for (_, date), hall in asked])
    for key, hall in asked:
        day = found.get(key)
        if day is None:
            raise DayNotOpened(hall=hall.code, date=key[1])
        if _is_frozen(day):
            working = day.hall_status == "working"
            status = AUDIT_STATUSES["audited"] if working else HALL_STATUSES[day.hall_status]
            raise DayIsSigned(
                hall=hall.code, date=key[1], status_zh=status.zh, status_en=status.en.lower()
            )


def _ask(
    uow: UnitOfWork, runs: dict[tuple[int, dt.date], int], questions: Sequence[Question]
) -> Results:
    session = uow.session
    codes = [check.code for question in questions for check in question.checks]
    numbered: list[Row] = [
        (hall_id, date.isoformat(), run_no) for (hall_id, date), run_no in runs.items()
    ]
    stage_rows(session, "audit_runs_now", RUN_COLUMNS, numbered)
    stage_rows(session, "audit_codes", CODE_COLUMNS, [(code,) for code in codes])
    stage_rows(session, "audit_results", RESULT_COLUMNS, [])
    connection = session.connection()
    names = ", ".join(name for name, _ in RESULT_COLUMNS)
    for question in questions:
        take_steps(connection, question.steps)
        sql = worded(connection, question.sql)
        connection.exec_driver_sql(f"INSERT INTO audit_results ({names}) {sql}")
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS ix_audit_results ON audit_results"
        " (hall_id, business_date, check_code, subject)"
    )
    counted = session.execute(
        text(
            "SELECT hall_id, business_date, check_code, COUNT(*) FROM audit_results"
            " GROUP BY hall_id, business_date, check_code"
        )
    )
    return Results.counting(list(runs), codes, counted)


def _store(uow: UnitOfWork) -> None:
    connection = uow.session.connection()
    for statement in (STORE, CLOSE, SET_STATUSES):
        connection.exec_driver_sql(statement)
    uow.session.expire_all()
