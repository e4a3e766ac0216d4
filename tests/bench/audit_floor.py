"""The daily audit of all halls as bare SQL on PostgreSQL, in the fastest form known, by psycopg.

One date of every hall is read once for each side of a comparison, by scans and hash joins that may
run in parallel; what few rows need (several states, refunds, split payments) is done for them only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import psycopg

from tests.bench.audit_floor_claims import CLAIM_STATEMENTS
from tests.bench.audit_floor_invoices import INVOICES, current
from tests.bench.audit_floor_rest import REST

ONE_FINDING = "hall_id, check_code, subject, clerk, expected, found, severity"
MEMORY = "256MB"


@dataclass(frozen=True, slots=True)
class AuditedDay:
    """The date asked for, the time of the run, what that makes overdue, and when deposits are due.

    Times are in microseconds.
    """

    date: dt.date
    now: int
    refunds_overdue: bool
    deposits_due: int

    def fill(self, sql: str) -> str:
        """Put the day's constants into a statement, so that the planner knows them."""
        named = {
            "D": f"DATE '{self.date}'",
            "FIRST": f"DATE '{self.date - dt.timedelta(days=7)}'",
            "LAST": f"DATE '{self.date + dt.timedelta(days=3)}'",
            "DAY_BEFORE": f"DATE '{self.date - dt.timedelta(days=1)}'",
            "YEAR": f"'{self.date.year % 100:02d}'",
            "NOW": str(self.now),
            "OVERDUE": str(self.refunds_overdue),
            "DEPOSITS_DUE": str(self.deposits_due),
        }
        for name, value in named.items():
            sql = sql.replace(f"<{name}>", value)
        return sql


WHO = """
CREATE TEMPORARY TABLE floor_who ON COMMIT DROP AS
SELECT hall_id, number, kind, MIN(number) OVER (PARTITION BY hall_id, person_id) AS person
  FROM employments
"""

READY = f"""
CREATE TEMPORARY TABLE floor_ready ON COMMIT DROP AS
SELECT t.hall_id, t.code AS tender, t.match_level
  FROM tenders t
  LEFT JOIN expected_sources x ON x.hall_id = t.hall_id AND x.business_date = <D>
       AND x.source = 'settlements:' || t.code
 WHERE t.tender_class = 'settled'
   AND (<NOW> >= COALESCE(x.due_at, <NOW>)
        OR EXISTS (SELECT 1 FROM intake_sources i
                    WHERE i.hall_id = t.hall_id AND i.business_date = <D>
                      AND i.source = 'settlements:' || t.code AND {current("i")})
        OR EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = t.hall_id AND n.business_date = <D>
                      AND n.source = 'settlements:' || t.code))
"""

SPLIT = f"""
CREATE TEMPORARY TABLE floor_split ON COMMIT DROP AS
SELECT e.hall_id, e.txn_no, e.tender, e.tender_ref, e.terminal, e.batch_no, e.amount,
       h.clerk, h.day, h.original_txn_no
  FROM evidence_tenders e
  JOIN (SELECT a.hall_id, a.txn_no, MIN(a.business_date) AS day,
               (array_agg(a.clerk ORDER BY a.line_no))[1] AS clerk,
               MAX(a.original_txn_no) AS original_txn_no
          FROM evidence_accounts a
          JOIN (SELECT DISTINCT hall_id, txn_no FROM evidence_tenders) s USING (hall_id, txn_no)
         WHERE a.line_kind <> 'correction' AND {current("a")}
         GROUP BY a.hall_id, a.txn_no) h USING (hall_id, txn_no)
 WHERE {current("e")}
"""

_BY_LINE = f"""a.line_kind <> 'correction' AND {current("a")}
   AND NOT EXISTS (SELECT 1 FROM evidence_tenders e
                    WHERE e.hall_id = a.hall_id AND e.txn_no = a.txn_no AND {current("e")})"""

TAKINGS = f"""
CREATE TEMPORARY TABLE floor_takings ON COMMIT DROP AS
SELECT u.hall_id, COALESCE(w.person, u.number) AS person, u.tender, SUM(paid) AS paid,
       SUM(paid_n) AS paid_n, SUM(declared) AS declared, SUM(declared_n) AS declared_n,
       SUM(kept) AS kept, SUM(opening) AS opening, SUM(opening_n) AS opening_n,
       SUM(moved) AS moved, bool_or(COALESCE(w.kind, 'person') = 'person') AS is_human
  FROM (SELECT a.hall_id, a.clerk AS number, a.tender, SUM(a.received) AS paid, COUNT(*) AS paid_n,
               0 AS declared, 0 AS declared_n, 0 AS kept, 0 AS opening, 0 AS opening_n, 0 AS moved
          FROM evidence_accounts a
         WHERE a.business_date = <D> AND {_BY_LINE}
         GROUP BY a.hall_id, a.clerk, a.tender
         UNION ALL
        SELECT hall_id, clerk, tender, amount, 1, 0, 0, 0, 0, 0, 0 FROM floor_split WHERE day = <D>
         UNION ALL
        SELECT d.hall_id, d.clerk, d.tender, 0, 0, d.amount, 1,
               CASE WHEN d.tender = 'cash' THEN COALESCE(d.float_kept, 0) ELSE 0 END, 0, 0, 0
          FROM evidence_declarations d WHERE d.business_date = <D> AND {current("d")}
         UNION ALL
        SELECT hall_id, clerk, 'cash', 0, 0, 0, 0, 0, amount, 1, 0
          FROM opening_floats WHERE business_date = <D> AND amount <> 0
         UNION ALL
        SELECT m.hall_id, e.number, 'cash', 0, 0, 0, 0, 0, 0, 0, e.amount
          FROM evidence_cash_moves m
         CROSS JOIN LATERAL (VALUES (m.moved_to, m.amount), (m.moved_from, -m.amount))
               e (number, amount)
         WHERE m.business_date = <D> AND {current("m")}) u
  LEFT JOIN floor_who w ON w.hall_id = u.hall_id AND w.number = u.number
 GROUP BY u.hall_id, COALESCE(w.person, u.number), u.tender
"""

CASH = f"""
CREATE TEMPORARY TABLE floor_cash ON COMMIT DROP AS
WITH shift AS (
SELECT hall_id, person, SUM(declared_n) AS declared_n, SUM(kept) AS kept, SUM(opening) AS opening,
       COALESCE(SUM(declared) FILTER (WHERE tender = 'cash'), 0) AS cash,
       bool_or(is_human AND paid_n + opening_n > 0) AND SUM(declared_n) = 0 AS undeclared
  FROM floor_takings GROUP BY hall_id, person
HAVING SUM(paid_n + declared_n + opening_n) > 0),
earlier AS (
SELECT d.hall_id, COALESCE(w.person, d.clerk) AS person, d.business_date AS day,
       SUM(CASE WHEN d.tender = 'cash' THEN COALESCE(d.float_kept, 0) ELSE 0 END) AS kept,
       MAX(d.business_date) OVER (PARTITION BY d.hall_id, COALESCE(w.person, d.clerk)) AS last_day
  FROM evidence_declarations d
  LEFT JOIN floor_who w ON w.hall_id = d.hall_id AND w.number = d.clerk
 WHERE d.business_date < <D> AND {current("d")}
 GROUP BY d.hall_id, COALESCE(w.person, d.clerk), d.business_date),
handed AS (
SELECT d.hall_id, COALESCE(w.person, d.clerk) AS person, SUM(d.amount) AS amount
  FROM evidence_deposits d
  LEFT JOIN floor_who w ON w.hall_id = d.hall_id AND w.number = d.clerk
 WHERE d.step = 'handin' AND {current("d")}
   AND (d.covers_date = <D> OR (d.covers_date IS NULL AND d.business_date = <D>))
 GROUP BY d.hall_id, COALESCE(w.person, d.clerk))
SELECT hall_id, 'C01' AS check_code, 'shift:' || person AS subject, person AS clerk,
       NULL::numeric AS expected, NULL::numeric AS found, 'block' AS severity
  FROM shift WHERE undeclared
 UNION ALL
SELECT t.hall_id, 'C02', 'tender:' || t.person || '/' || t.tender, t.person,
       t.paid + t.opening + t.moved, t.declared, 'block'
  FROM floor_takings t JOIN shift s USING (hall_id, person)
 WHERE s.declared_n > 0 AND t.tender <> '' AND t.paid_n + t.declared_n + t.opening_n > 0
   AND t.paid + t.opening + t.moved <> t.declared
 UNION ALL
SELECT s.hall_id, 'C03', 'float:' || s.person, s.person, e.kept, s.opening, 'block'
  FROM shift s JOIN earlier e ON e.hall_id = s.hall_id AND e.person = s.person
       AND e.day = e.last_day
 WHERE e.kept <> s.opening
 UNION ALL
SELECT hall_id, 'C05', 'handin:' || person, person, COALESCE(s.cash - s.kept, 0),
       COALESCE(h.amount, 0), 'block'
  FROM (SELECT * FROM shift WHERE declared_n > 0) s
  FULL JOIN (SELECT h.* FROM handed h
              WHERE NOT EXISTS (SELECT 1 FROM shift u WHERE u.hall_id = h.hall_id
                                  AND u.person = h.person AND u.undeclared)) h
       USING (hall_id, person)
 WHERE COALESCE(s.cash - s.kept, 0) <> COALESCE(h.amount, 0)
 UNION ALL
SELECT d.hall_id, 'C06', 'slip:' || d.slip_no, d.clerk, NULL, NULL, 'warn'
  FROM evidence_deposits d
 WHERE d.business_date = <D> AND d.step = 'bank' AND {current("d")}
   AND (d.bank_receipt = '' OR d.covers_date < <D>)
 UNION ALL
SELECT x.hall_id, 'D01', 'source:' || x.source, '', NULL, NULL,
       CASE WHEN <NOW> >= x.due_at THEN 'block' ELSE 'note' END
  FROM expected_sources x
 WHERE x.business_date = <D>
   AND NOT EXISTS (SELECT 1 FROM intake_sources i
                    WHERE i.hall_id = x.hall_id AND i.business_date = <D>
                      AND i.source = x.source AND {current("i")})
   AND NOT EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = x.hall_id AND n.business_date = <D>
                      AND n.source = x.source)
"""

PAYMENTS = f"""
CREATE TEMPORARY TABLE floor_booked ON COMMIT DROP AS
SELECT a.hall_id, r.match_level, a.tender, a.tender_ref, a.terminal, a.batch_no,
       a.received AS amount, a.clerk, a.txn_no, a.original_txn_no, a.business_date AS day
  FROM evidence_accounts a
  JOIN floor_ready r ON r.hall_id = a.hall_id AND r.tender = a.tender
 WHERE a.business_date BETWEEN <FIRST> AND <LAST> AND {_BY_LINE}
 UNION ALL
SELECT s.hall_id, r.match_level, s.tender, s.tender_ref, s.terminal, s.batch_no, s.amount,
       s.clerk, s.txn_no, s.original_txn_no, s.day
  FROM floor_split s JOIN floor_ready r ON r.hall_id = s.hall_id AND r.tender = s.tender
 WHERE s.day BETWEEN <FIRST> AND <LAST>
"""

SETTLED = f"""
CREATE TEMPORARY TABLE floor_settled ON COMMIT DROP AS
SELECT e.hall_id, r.match_level, e.tender, e.amount, e.terminal, e.batch_no, e.refund_ref,
       e.tender_ref, e.order_no, e.business_date AS day,
       CASE WHEN e.order_no <> '' AND r.match_level = 'line'
             AND NOT EXISTS (SELECT 1 FROM floor_booked b
                              WHERE b.hall_id = e.hall_id AND b.tender = e.tender
                                AND b.tender_ref = e.tender_ref)
             AND EXISTS (SELECT 1 FROM floor_booked b
                          WHERE b.hall_id = e.hall_id AND b.tender = e.tender
                            AND b.tender_ref = e.order_no)
            THEN e.order_no ELSE e.tender_ref END AS ref
  FROM evidence_settlements e
  JOIN floor_ready r ON r.hall_id = e.hall_id AND r.tender = e.tender
 WHERE e.business_date BETWEEN <FIRST> AND <LAST> AND {current("e")}
"""

# A refund is matched under its own number where a settled refund carries it, else under the
# reference of what it refunds and the amount.
REFUNDS = """
CREATE TEMPORARY TABLE floor_refunds ON COMMIT DROP AS
SELECT b.hall_id, b.tender, b.tender_ref, b.txn_no, b.amount, b.clerk, b.day, o.refs,
       CASE WHEN n.refund_ref IS NOT NULL THEN 'n/' || b.tender_ref
            ELSE 'o/' || COALESCE(o.refs[1], NULLIF(b.tender_ref, ''), b.txn_no)
                 || '/' || b.amount END AS key
  FROM floor_booked b
  LEFT JOIN (SELECT DISTINCT hall_id, tender, refund_ref FROM floor_settled
              WHERE match_level = 'line' AND amount < 0 AND refund_ref <> '') n
    ON n.hall_id = b.hall_id AND n.tender = b.tender AND n.refund_ref = b.tender_ref
  LEFT JOIN (SELECT hall_id, tender, txn_no, array_agg(DISTINCT tender_ref) AS refs
               FROM (SELECT hall_id, tender, txn_no, tender_ref, received AS amount
                       FROM evidence_accounts a
                      WHERE EXISTS (SELECT 1 FROM floor_booked f
                                     WHERE f.amount < 0 AND f.hall_id = a.hall_id
                                       AND f.original_txn_no = a.txn_no)
                      UNION ALL
                     SELECT hall_id, tender, txn_no, tender_ref, amount FROM floor_split) p
              WHERE amount > 0 AND tender_ref <> '' GROUP BY hall_id, tender, txn_no) o
    ON o.hall_id = b.hall_id AND o.tender = b.tender AND o.txn_no = b.original_txn_no
 WHERE b.match_level = 'line' AND b.amount < 0
"""

SIDES = """
SELECT hall_id, tender, 0 AS refund, tender_ref AS key, amount AS booked, 1 AS booked_n,
       0::bigint AS settled, 0 AS settled_n, day, clerk, NULL AS subject
  FROM floor_booked WHERE match_level = 'line' AND amount >= 0 AND tender_ref <> ''
 UNION ALL
SELECT hall_id, tender, 0, ref, 0, 0, amount, 1, day, '', NULL
  FROM floor_settled WHERE match_level = 'line' AND amount >= 0
 UNION ALL
SELECT hall_id, tender, 2, txn_no, amount, 1, 0, 0, day, clerk, 'txn:' || txn_no || '/' || tender
  FROM floor_booked WHERE match_level = 'line' AND amount >= 0 AND tender_ref = ''
 UNION ALL
SELECT hall_id, tender, CASE WHEN amount < 0 THEN 3 ELSE 2 END,
       CASE WHEN batch_no = '' THEN 't/' || txn_no ELSE 'b/' || terminal || '/' || batch_no END,
       amount, 1, 0, 0, day, clerk,
       CASE WHEN batch_no = '' THEN 'txn:' || txn_no || '/' || tender
            ELSE 'batch:' || tender || '/' || terminal || '/' || batch_no END
  FROM floor_booked WHERE match_level = 'batch'
 UNION ALL
SELECT hall_id, tender, CASE WHEN amount < 0 THEN 3 ELSE 2 END, 'b/' || terminal || '/' || batch_no,
       0, 0, amount, 1, day, '', 'batch:' || tender || '/' || terminal || '/' || batch_no
  FROM floor_settled WHERE match_level = 'batch'
 UNION ALL
SELECT hall_id, tender, CASE WHEN amount < 0 THEN 3 ELSE 2 END, 'd', amount, 1, 0, 0, day, clerk,
       'day:' || tender
  FROM floor_booked WHERE match_level = 'day' AND day = <D>
 UNION ALL
SELECT hall_id, tender, CASE WHEN amount < 0 THEN 3 ELSE 2 END, 'd', 0, 0, amount, 1, day, '',
       'day:' || tender
  FROM floor_settled WHERE match_level = 'day' AND day = <D>
 UNION ALL
SELECT hall_id, tender, 1, key, amount, 1, 0, 0, day, clerk,
       CASE WHEN tender_ref = '' THEN 'txn:' || txn_no || '/' || tender
            ELSE 'ref:' || tender || '/' || tender_ref END
  FROM floor_refunds
 UNION ALL
SELECT s.hall_id, s.tender, 1, COALESCE(
         (SELECT MIN(f.key) FROM floor_refunds f WHERE f.hall_id = s.hall_id
             AND f.tender = s.tender AND f.key = 'n/' || s.refund_ref),
         (SELECT MIN(f.key) FROM floor_refunds f WHERE f.hall_id = s.hall_id
             AND f.tender = s.tender AND f.amount = s.amount AND f.key LIKE 'o/%'
             AND (f.tender_ref = s.tender_ref OR s.tender_ref = ANY (f.refs))),
         (SELECT MIN(f.key) FROM floor_refunds f WHERE f.hall_id = s.hall_id
             AND f.tender = s.tender AND f.amount = s.amount AND f.key LIKE 'o/%'
             AND (f.tender_ref = s.order_no OR s.order_no = ANY (f.refs))),
         'u/' || s.ref),
       0, 0, s.amount, 1, s.day, '', NULL
  FROM floor_settled s WHERE s.match_level = 'line' AND s.amount < 0
"""

SETTLEMENT = f"""
CREATE TEMPORARY TABLE floor_settlement ON COMMIT DROP AS
WITH differing AS MATERIALIZED (
SELECT hall_id, tender, refund, key, SUM(booked) AS booked, SUM(booked_n) AS booked_n,
       SUM(settled) AS settled, SUM(settled_n) AS settled_n,
       MIN(day) FILTER (WHERE booked_n = 1) AS booked_on,
       MAX(day) FILTER (WHERE booked_n = 1) AS booked_to,
       MIN(day) FILTER (WHERE settled_n = 1) AS settled_on,
       MAX(day) FILTER (WHERE settled_n = 1) AS settled_to,
       MAX(clerk) AS clerk,
       COALESCE(MIN(subject) FILTER (WHERE booked_n = 1), MIN(subject),
                'ref:' || tender || '/' || regexp_replace(key, '^u/', '')) AS subject
  FROM ({SIDES}) sides
 GROUP BY hall_id, tender, refund, key
HAVING SUM(booked_n) = 0 OR SUM(settled_n) = 0 OR SUM(booked) <> SUM(settled)
    OR MIN(day) <> MAX(day)),
wrong AS (
SELECT b.hall_id, b.tender, b.key, MIN(o.tender) AS settled_as
  FROM differing b
  JOIN differing o ON o.hall_id = b.hall_id AND o.key = b.key AND o.tender <> b.tender
       AND o.settled = b.booked AND o.refund = 0 AND o.booked_n = 0
 WHERE b.refund = 0 AND b.settled_n = 0 AND b.booked <> 0
 GROUP BY b.hall_id, b.tender, b.key),
judged AS (
SELECT d.*, CASE WHEN d.booked_n = 0 THEN 'T02' WHEN w.settled_as IS NOT NULL THEN 'T04'
                 WHEN d.settled_n = 0 AND d.refund IN (1, 3) AND NOT <OVERDUE> THEN 'T05'
                 WHEN d.settled_n = 0 THEN 'T01' WHEN d.booked <> d.settled THEN 'T03'
                 ELSE 'T05' END AS check_code
  FROM differing d
  LEFT JOIN wrong w ON w.hall_id = d.hall_id AND w.tender = d.tender AND w.key = d.key
       AND d.refund = 0
 WHERE COALESCE(d.booked_on, d.settled_on) = <D> AND (d.settled_n > 0 OR d.booked <> 0)
   AND (d.settled_n = 0 OR d.booked_n = 0 OR d.booked <> d.settled
        OR d.booked_on <> d.settled_on OR d.booked_to <> d.settled_to)
   AND NOT EXISTS (SELECT 1 FROM wrong u WHERE u.hall_id = d.hall_id AND u.settled_as = d.tender
                      AND u.key = d.key AND d.refund = 0 AND d.booked_n = 0))
SELECT hall_id, check_code, subject, MAX(clerk) AS clerk,
       CASE WHEN check_code < 'T04' THEN SUM(booked) END AS expected,
       CASE WHEN check_code < 'T04' THEN SUM(settled) END AS found,
       CASE WHEN check_code = 'T05' THEN 'note' ELSE 'block' END AS severity
  FROM judged GROUP BY hall_id, check_code, subject
"""

STORE = f"""
INSERT INTO floor_findings (hall_id, business_date, check_code, subject, clerk, expected, found,
                            severity, state, facts, first_run, last_run)
SELECT hall_id, <D>, check_code, subject, clerk, expected, found, severity, 'open', '{{}}', 1, 1
  FROM (SELECT {ONE_FINDING} FROM floor_cash UNION ALL
        SELECT {ONE_FINDING} FROM floor_settlement UNION ALL
        SELECT {ONE_FINDING} FROM floor_invoices UNION ALL
        SELECT {ONE_FINDING} FROM floor_refunded UNION ALL
        SELECT {ONE_FINDING} FROM floor_rest) found
    ON CONFLICT (hall_id, business_date, check_code, subject) DO UPDATE
   SET clerk = excluded.clerk, expected = excluded.expected, found = excluded.found,
       severity = excluded.severity, last_run = excluded.last_run
"""


def make_floor(address: str) -> None:
    """Make the table findings are stored in, with the indexes and constraints of the real one."""
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE floor_findings (LIKE findings INCLUDING ALL)")


def audit_bare(address: str, day: AuditedDay) -> None:
    """Ask every check of one date of all halls and store what they find, in one transaction."""
    statements = (WHO, READY, SPLIT, TAKINGS, CASH, PAYMENTS, SETTLED, REFUNDS, SETTLEMENT)
    with psycopg.connect(address) as connection:
        for setting in ("jit = off", f"work_mem = '{MEMORY}'", "default_statistics_target = 10"):
            connection.execute(f"SET LOCAL {setting}")
        for statement in (*statements, *INVOICES, *CLAIM_STATEMENTS, *REST, STORE):
            connection.execute(day.fill(statement))
            made = statement.split(maxsplit=4)
            if made[:2] == ["CREATE", "TEMPORARY"]:
                connection.execute(f"ANALYZE {made[3]}")


def keys_of(address: str, table: str, date: dt.date) -> set[tuple[int, str, str]]:
    """Give (hall, check, subject) of the findings of a date that stand in a table."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            f"SELECT hall_id, check_code, subject FROM {table}"
            " WHERE business_date = %s AND state <> 'recalculated'",
            (date,),
        )
        return {(hall, check, subject) for hall, check, subject in rows}
