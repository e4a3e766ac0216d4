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

from ledger.evidence.expected import CURRENT
from ledger.rows import stage_rows
from ledger.work import UnitOfWork

USE = "invoice_use"
ISSUED, RED, VOID = "invoice_issued", "invoice_red", "invoice_void"
BLANK = ("invoice_safe", "invoice_clerk")
LATE_VOID_DAYS = 92
"""How long after its void was dated an issued number is still looked for."""

DAYS = "use_days"
_DAY_COLUMNS = (("hall_id", "BIGINT"), ("business_date", "DATE"), ("since", "DATE"))

# Every row of the register about a unit, up to the day.
_STATED = """SELECT u.hall_id, u.id AS unit_id, u.commodity_id, u.account_id, u.serial, u.opened_on,
       e.number, e.status, e.issued_at, e.business_date AS stated_on, e.copies, e.copies_recovered,
       e.void_reason"""
_NAMED = f"""e.hall_id = u.hall_id AND e.invoice_code = substr(c.code, 5)
   AND e.invoice_no = u.serial AND e.business_date <= d.business_date AND {CURRENT.format("e")}"""

_BLANKS = f"""
  FROM {DAYS} d CROSS JOIN accounts a CROSS JOIN units u CROSS JOIN commodities c
 CROSS JOIN evidence_invoices e
 WHERE a.hall_id = d.hall_id AND a.kind IN {BLANK}
   AND u.hall_id = a.hall_id AND u.account_id = a.id AND u.closed = 0
   AND u.opened_on <= d.business_date AND c.id = u.commodity_id AND c.category = 'invoice_form'
   AND {_NAMED}"""
# What was issued and is void since: led by the void rows, which are few.
_VOIDED = f"""
  FROM {DAYS} d CROSS JOIN evidence_invoices v CROSS JOIN identifiers i CROSS JOIN units u
 CROSS JOIN accounts a CROSS JOIN commodities c
 CROSS JOIN evidence_invoices e
 WHERE v.hall_id = d.hall_id AND v.status = 'void' AND v.business_date >= d.since
   AND v.business_date <= d.business_date
   AND i.kind = 'invoice' AND i.namespace = v.invoice_code AND i.value = v.invoice_no
   AND i.holder_hall_id = v.hall_id
   AND u.hall_id = i.holder_hall_id AND u.id = i.unit_id AND u.closed = 0
   AND a.hall_id = u.hall_id AND a.id = u.account_id AND a.kind IN ('{ISSUED}', '{RED}')
   AND c.id = u.commodity_id AND {_NAMED}"""
_OF_DAYS_DOCUMENTS = f"""o.hall_id = d.hall_id AND o.business_date = d.business_date
   AND o.kind = '{USE}' AND o.state = 'posted' AND p.hall_id = o.hall_id AND p.document_id = o.id
   AND u.hall_id = p.hall_id AND u.id = p.unit_id AND u.account_id = p.debit_account"""
_POSTED = f"""
  FROM {DAYS} d CROSS JOIN documents o CROSS JOIN postings p CROSS JOIN units u
 CROSS JOIN commodities c
 CROSS JOIN evidence_invoices e
 WHERE {_OF_DAYS_DOCUMENTS} AND c.id = u.commodity_id AND {_NAMED}"""


def _judged(source: str) -> str:
    """Give the SELECT of each unit's goal, by the rows of the register that `source` finds."""
    return f"""
SELECT hall_id, unit_id, commodity_id, account_id, serial, opened_on, number, stated_on, voided_on,
       CASE WHEN void_at IS NOT NULL AND recovered >= copies AND void_reason <> ''
             AND (live_at IS NULL OR void_at >= live_at) THEN '{VOID}'
            WHEN red_at = live_at THEN '{RED}'
            WHEN live_at IS NOT NULL THEN '{ISSUED}' ELSE '' END AS goal
  FROM (SELECT hall_id, unit_id, commodity_id, account_id, serial, opened_on, number,
               MIN(stated_on) AS stated_on,
               MAX(CASE WHEN status = 'void' THEN stated_on END) AS voided_on,
               MAX(CASE WHEN status = 'void' THEN issued_at END) AS void_at,
               MAX(CASE WHEN status <> 'void' THEN issued_at END) AS live_at,
               MAX(CASE WHEN status = 'red' THEN issued_at END) AS red_at,
               COALESCE(MAX(CASE WHEN status = 'void' THEN copies END), 0) AS copies,
               COALESCE(MAX(CASE WHEN status = 'void' THEN copies_recovered END), 0) AS recovered,
               MAX(CASE WHEN status = 'void' THEN void_reason END) AS void_reason
          FROM ({_STATED} {source}) register
         GROUP BY hall_id, unit_id, commodity_id, account_id, serial, opened_on, number) stated"""


_MONTH = "substr(CAST({} AS TEXT), 1, 7)"

# A number that an open void names is moved by the void's own signature.
_NOT_HELD = """NOT EXISTS (
        SELECT 1 FROM commodities k JOIN invoice_voids h ON h.invoice_code = substr(k.code, 5)
          JOIN documents w ON w.hall_id = h.hall_id AND w.id = h.document_id
         WHERE k.id = {0}.commodity_id AND h.hall_id = {0}.hall_id AND h.number = {0}.number
           AND h.invoice_no = {0}.serial AND h.state = 'asked' AND w.state = 'submitted')"""

RUNS = f"""
WITH due AS (
    SELECT b.*, {_MONTH.format("stated_on")} AS month FROM ({_judged(_BLANKS)}) b
     WHERE goal <> '' AND {_NOT_HELD.format("b")}
     UNION ALL
    SELECT v.*, {_MONTH.format("voided_on")} FROM ({_judged(_VOIDED)}) v
     WHERE goal = '{VOID}' AND {_NOT_HELD.format("v")}
), placed AS (
    SELECT x.*, length(serial) AS digits, number - ROW_NUMBER() OVER (
               PARTITION BY hall_id, month, commodity_id, account_id, goal, length(serial)
               ORDER BY number) AS run
      FROM due x
)
SELECT hall_id, month, commodity_id, account_id, goal, MIN(serial) AS first_no,
       MAX(serial) AS last_no, COUNT(*) AS pieces, CAST(MAX(opened_on) AS TEXT) AS opened_on
  FROM placed
 GROUP BY hall_id, month, commodity_id, account_id, goal, digits, run
 ORDER BY hall_id, month, commodity_id, MIN(serial)
"""

# A form that was issued and is void now moves on; nothing need be undone for it.
STALE = f"""
SELECT DISTINCT o.hall_id, o.id
  FROM {DAYS} d CROSS JOIN documents o CROSS JOIN postings p CROSS JOIN units u
 CROSS JOIN accounts a
  LEFT JOIN ({_judged(_POSTED)}) g ON g.hall_id = u.hall_id AND g.unit_id = u.id
 WHERE {_OF_DAYS_DOCUMENTS} AND a.hall_id = p.hall_id AND a.id = p.debit_account
   AND COALESCE(g.goal, '') <> a.kind AND COALESCE(g.goal, '') <> '{VOID}'
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


def stage_days(uow: UnitOfWork, halls: Sequence[int], date: dt.date) -> None:
    """Make the temporary table of the hall-days the statements below are asked of."""
    since = (date - dt.timedelta(days=LATE_VOID_DAYS)).isoformat()
    rows = [(hall_id, date.isoformat(), since) for hall_id in sorted(halls)]
    stage_rows(uow.session, DAYS, _DAY_COLUMNS, rows)


def used_runs(uow: UnitOfWork) -> list[UsedRun]:
    """Give what the register says is used and the books do not, of the staged hall-days."""
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
        for row in uow.session.execute(text(RUNS))
    ]


def stale_documents(uow: UnitOfWork) -> list[tuple[int, int]]:
    """Give (hall, document) of the staged days' own documents that the register contradicts."""
    return [(row.hall_id, row.id) for row in uow.session.execute(text(STALE))]
