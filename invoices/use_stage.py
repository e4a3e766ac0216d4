"""Which blanks the register of invoices says are used, as runs; and what it no longer says.

One statement each for any set of hall-days. A number's goal is the account its unit belongs in by
the register as of the day: the latest of its rows stands, but a void that lacks copies or a reason
is none (DOMAIN INV-06).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from ledger.audit.staging import NOT_BY, StagedTable, plan_for_sets, take_steps, worded
from ledger.evidence.expected import CURRENT
from ledger.rows import stage_rows
from ledger.work import UnitOfWork

USE = "invoice_use"
ISSUED, RED, VOID = "invoice_issued", "invoice_red", "invoice_void"
BLANK = ("invoice_safe", "invoice_clerk")
LATE_VOID_DAYS = 92
"""How long after its void was dated an issued number is still looked for."""

DAYS = "use_days"
_DAY_COLUMNS = (
    ("hall_id", "BIGINT"),
    ("business_date", "DATE"),
    ("since", "DATE"),
    ("intake_no", "BIGINT"),
)

# A number that an open void names is moved by the void's own signature.
_HELD = f"""
SELECT h.hall_id, h.invoice_code, h.invoice_no
  FROM {DAYS} d CROSS JOIN invoice_voids h CROSS JOIN documents w
 WHERE h.hall_id = d.hall_id AND h.state = 'asked'
   AND w.hall_id = h.hall_id AND w.id = h.document_id AND w.state = 'submitted'
"""
_NOT_HELD = """NOT EXISTS (
       SELECT 1 FROM use_held h WHERE h.hall_id = u.hall_id AND h.invoice_no = u.serial
          AND h.invoice_code = substr(c.code, 5))"""

_FORM = """u.hall_id, u.id AS unit_id, u.commodity_id, u.account_id, u.serial, u.opened_on,
       substr(c.code, 5) AS invoice_code, d.business_date"""
# What is blank; and what was issued and is void since, led by the void rows, which are few.
_FORMS = f"""
SELECT {_FORM}, 0 AS was_issued
  FROM {DAYS} d CROSS JOIN accounts a CROSS JOIN units u CROSS JOIN commodities c
 WHERE a.hall_id = d.hall_id AND a.kind IN {BLANK}
   AND u.hall_id = a.hall_id AND u.account_id = a.id AND u.closed = 0
   AND u.opened_on <= d.business_date AND c.id = u.commodity_id AND c.category = 'invoice_form'
   AND {_NOT_HELD}
 UNION ALL
SELECT DISTINCT {_FORM}, 1
  FROM {DAYS} d CROSS JOIN evidence_invoices v CROSS JOIN identifiers i CROSS JOIN units u
 CROSS JOIN accounts a CROSS JOIN commodities c
 WHERE v.hall_id = d.hall_id AND v.status = 'void' AND v.business_date >= d.since
   AND v.business_date <= d.business_date
   AND i.kind = 'invoice' AND i.namespace = v.invoice_code AND i.value = v.invoice_no
   AND i.holder_hall_id = v.hall_id
   AND u.hall_id = i.holder_hall_id AND u.id = i.unit_id AND u.closed = 0
   AND a.hall_id = u.hall_id AND a.id = u.account_id AND a.kind IN ('{ISSUED}', '{RED}')
   AND c.id = u.commodity_id AND {_NOT_HELD}
"""
# The forms that one batch of the register names: by their keys, however many blanks there are.
_FORMS_OF_BATCH = f"""
SELECT DISTINCT {_FORM}, CASE WHEN a.kind IN {BLANK} THEN 0 ELSE 1 END AS was_issued
  FROM {DAYS} d CROSS JOIN evidence_invoices v CROSS JOIN identifiers i CROSS JOIN units u
 CROSS JOIN accounts a CROSS JOIN commodities c
 WHERE v.hall_id = d.hall_id AND v.intake_no = d.intake_no
   AND i.kind = 'invoice' AND i.namespace = v.invoice_code AND i.value = v.invoice_no
   AND i.holder_hall_id = v.hall_id
   AND u.hall_id = i.holder_hall_id AND u.id = i.unit_id AND u.closed = 0
   AND u.opened_on <= d.business_date AND a.hall_id = u.hall_id AND a.id = u.account_id
   AND a.kind IN {(*BLANK, ISSUED, RED)} AND c.id = u.commodity_id AND {_NOT_HELD}
"""
# What the day's own documents moved and is still where they put it.
_POSTED = f"""
SELECT {_FORM}, o.id AS document_id, a.kind
  FROM {DAYS} d CROSS JOIN documents o CROSS JOIN postings p CROSS JOIN units u
 CROSS JOIN accounts a CROSS JOIN commodities c
 WHERE o.hall_id = d.hall_id AND o.business_date = d.business_date AND o.kind = '{USE}'
   AND o.state = 'posted' AND p.hall_id = o.hall_id AND p.document_id = o.id
   AND u.hall_id = p.hall_id AND u.id = p.unit_id AND u.account_id = p.debit_account
   AND a.hall_id = p.hall_id AND a.id = p.debit_account AND c.id = u.commodity_id
"""
FORMS_STEPS = (
    StagedTable("use_held", _HELD),
    StagedTable("use_forms", _FORMS, ("hall_id", "unit_id")),
)
BATCH_STEPS = (
    StagedTable("use_held", _HELD),
    StagedTable("use_forms", _FORMS_OF_BATCH, ("hall_id", "unit_id")),
)
POSTED_STEPS = (StagedTable("use_posted", _POSTED),)


def _goals(table: str, *carried: str) -> str:
    """Give the SELECT of each staged form's goal, by the rows of the register up to the day.

    `carried` are further columns of the staged table, of which a form has one row.
    """
    more = "".join(f", {column}" for column in carried)
    of_form = "".join(f", f.{column}" for column in carried)
    return f"""
SELECT hall_id, unit_id, number, stated_on, voided_on{more},
       CASE WHEN void_at IS NOT NULL AND recovered >= copies AND void_reason <> ''
             AND (live_at IS NULL OR void_at >= live_at) THEN '{VOID}'
            WHEN red_at = live_at THEN '{RED}'
            WHEN live_at IS NOT NULL THEN '{ISSUED}' ELSE '' END AS goal
  FROM (SELECT f.hall_id, f.unit_id, e.number{of_form}, MIN(e.business_date) AS stated_on,
               MAX(CASE WHEN status = 'void' THEN e.business_date END) AS voided_on,
               MAX(CASE WHEN status = 'void' THEN issued_at END) AS void_at,
               MAX(CASE WHEN status <> 'void' THEN issued_at END) AS live_at,
               MAX(CASE WHEN status = 'red' THEN issued_at END) AS red_at,
               COALESCE(MAX(CASE WHEN status = 'void' THEN copies END), 0) AS copies,
               COALESCE(MAX(CASE WHEN status = 'void' THEN copies_recovered END), 0) AS recovered,
               MAX(CASE WHEN status = 'void' THEN void_reason END) AS void_reason
          FROM {table} f CROSS JOIN evidence_invoices e
         WHERE e.hall_id = f.hall_id AND {NOT_BY}e.invoice_code = f.invoice_code
           AND e.invoice_no = f.serial AND {NOT_BY}e.business_date <= f.business_date
           AND {CURRENT.format("e")}
         GROUP BY f.hall_id, f.unit_id, e.number{of_form}) stated"""


_CARRIED = ("commodity_id", "account_id", "serial", "opened_on", "was_issued")
_STATED_MONTH = (
    "substr(CAST(CASE WHEN was_issued = 1 THEN voided_on ELSE stated_on END AS TEXT), 1, 7)"
)

RUNS = f"""
SELECT hall_id, month, commodity_id, account_id, goal, MIN(serial) AS first_no,
       MAX(serial) AS last_no, COUNT(*) AS pieces, CAST(MAX(opened_on) AS TEXT) AS opened_on
  FROM (SELECT x.*, number - ROW_NUMBER() OVER (
                   PARTITION BY hall_id, month, commodity_id, account_id, goal, digits
                   ORDER BY number) AS run
          FROM (SELECT hall_id, commodity_id, account_id, serial, opened_on, number, goal,
                       length(serial) AS digits, {_STATED_MONTH} AS month
                  FROM ({_goals("use_forms", *_CARRIED)}) g
                 WHERE goal <> '' AND (was_issued = 0 OR goal = '{VOID}')) x) placed
 GROUP BY hall_id, month, commodity_id, account_id, goal, digits, run
 ORDER BY hall_id, month, commodity_id, MIN(serial)
"""

# A form that was issued and is void now moves on; nothing need be undone for it.
STALE = f"""
SELECT DISTINCT p.hall_id, p.document_id
  FROM use_posted p
  LEFT JOIN ({_goals("use_posted")}) g ON g.hall_id = p.hall_id AND g.unit_id = p.unit_id
 WHERE COALESCE(g.goal, '') NOT IN (p.kind, '{VOID}')
"""


@dataclass(frozen=True, slots=True)
class UsedRun:
    """Consecutive numbers of one code to move from one account to their `goal`.

    `month` is that of their use, as 2026-11; `opened_on` when the last of them came in.
    """

    hall_id: int
    month: str
    commodity_id: int
    account_id: int
    goal: str
    first_no: str
    last_no: str
    pieces: int
    opened_on: dt.date


def stage_days(uow: UnitOfWork, halls: Sequence[int], date: dt.date, batch: int = 0) -> None:
    """Make the temporary table of the hall-days the statements below are asked of.

    `batch` is the one of the register that `used_runs` is asked of, 0 for all that is blank.
    """
    plan_for_sets(uow.session.connection())
    since = (date - dt.timedelta(days=LATE_VOID_DAYS)).isoformat()
    rows = [(hall_id, date.isoformat(), since, batch) for hall_id in sorted(halls)]
    stage_rows(uow.session, DAYS, _DAY_COLUMNS, rows)


def used_runs(uow: UnitOfWork, *, of_batch: bool = False) -> list[UsedRun]:
    """Give what the register says is used and the books do not, of the staged hall-days.

    With `of_batch` only numbers that the staged batch names are looked at.
    """
    connection = uow.session.connection()
    take_steps(connection, BATCH_STEPS if of_batch else FORMS_STEPS)
    return [
        UsedRun(
            hall_id=row.hall_id,
            month=row.month,
            commodity_id=row.commodity_id,
            account_id=row.account_id,
            goal=row.goal,
            first_no=row.first_no,
            last_no=row.last_no,
            pieces=row.pieces,
            opened_on=dt.date.fromisoformat(row.opened_on),
        )
        for row in uow.session.execute(text(worded(connection, RUNS)))
    ]


def stale_documents(uow: UnitOfWork) -> list[tuple[int, int]]:
    """Give (hall, document) of the staged days' own documents that the register contradicts."""
    connection = uow.session.connection()
    take_steps(connection, POSTED_STEPS)
    stale = uow.session.execute(text(worded(connection, STALE)))
    return [(row.hall_id, row.document_id) for row in stale]
