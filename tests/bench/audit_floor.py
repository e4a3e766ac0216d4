"""The daily questions over one date of all halls as bare SQL: the fastest form we know.

Three derived tables hold what most questions read; sides are compared by UNION ALL and one GROUP BY.
Each question gives (hall, check, subject). Nothing is stored, explained or chained.
"""

from __future__ import annotations

import psycopg

DATE = "DATE '2026-11-20'"
WINDOW = "BETWEEN DATE '2026-11-13' AND DATE '2026-11-23'"


def _now(alias: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM intake_replacements x"
        f" WHERE x.hall_id = {alias}.hall_id AND x.old_no = {alias}.intake_no)"
    )


PREPARE = (
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL temp_buffers = '128MB'",
    "SET LOCAL jit = off",
    "SET LOCAL default_statistics_target = 10",
    f"""CREATE TEMPORARY TABLE l ON COMMIT DROP AS
SELECT a.hall_id, a.txn_no, a.accepted_at, a.clerk, a.business, a.line_kind, a.subscriber, a.due,
       a.discount, a.prepaid, a.deferred, a.received, a.tender, a.tender_ref, a.terminal,
       a.batch_no, a.invoice_code, a.invoice_no, a.invoice_waived, a.form_no, a.original_txn_no,
       a.document_no, b.needs_form, b.invoice_due, b.fee_fen
  FROM evidence_accounts a
  LEFT JOIN businesses b ON b.hall_id = a.hall_id AND b.business = a.business
 WHERE a.business_date = {DATE} AND a.line_kind <> 'correction' AND {_now("a")}""",
    "ANALYZE l",
    """CREATE TEMPORARY TABLE t ON COMMIT DROP AS
SELECT hall_id, txn_no, MIN(accepted_at) AS at, MIN(clerk) AS clerk,
       MAX(subscriber) AS subscriber, MIN(business) AS business, SUM(due) AS due,
       SUM(discount) AS discount, SUM(prepaid) AS prepaid, SUM(received) AS received,
       MAX(deferred) AS deferred, MAX(invoice_waived) AS waived, MAX(needs_form) AS needs_form,
       MAX(form_no) AS form_no, MAX(document_no) AS document_no,
       bool_or(COALESCE(invoice_due, 'payment') = 'payment') AS invoiced,
       SUM(fee_fen) FILTER (WHERE line_kind = 'sale') AS fee,
       SUM(due) FILTER (WHERE line_kind = 'sale' AND fee_fen IS NOT NULL) AS due_by_fee
  FROM l GROUP BY hall_id, txn_no""",
    "ANALYZE t",
    f"""CREATE TEMPORARY TABLE p ON COMMIT DROP AS
WITH rows_of_payment AS (
  SELECT e.hall_id, e.txn_no, t.clerk, e.tender, e.tender_ref, e.terminal, e.batch_no, e.amount
    FROM evidence_tenders e JOIN t ON t.hall_id = e.hall_id AND t.txn_no = e.txn_no
   WHERE {_now("e")})
SELECT * FROM rows_of_payment
 UNION ALL
SELECT hall_id, txn_no, clerk, tender, tender_ref, terminal, batch_no, received FROM l
 WHERE NOT EXISTS (SELECT 1 FROM rows_of_payment r
                    WHERE r.hall_id = l.hall_id AND r.txn_no = l.txn_no)""",
    "ANALYZE p",
    f"""CREATE TEMPORARY TABLE v ON COMMIT DROP AS
SELECT i.hall_id, i.invoice_code, i.invoice_no, i.number, i.clerk, i.issued_at, i.status,
       i.basis, i.txn_no, i.original_code, i.original_no, i.original_date, i.original_amount,
       SUM(i.amount) AS amount, MAX(i.copies) AS copies,
       MAX(i.copies_recovered) AS recovered, MAX(i.void_reason) AS reason
  FROM evidence_invoices i WHERE i.business_date = {DATE} AND {_now("i")}
 GROUP BY i.hall_id, i.invoice_code, i.invoice_no, i.number, i.clerk, i.issued_at, i.status,
       i.basis, i.txn_no, i.original_code, i.original_no, i.original_date, i.original_amount""",
    "ANALYZE v",
    f"""CREATE TEMPORARY TABLE k ON COMMIT DROP AS
SELECT hall_id, txn_no, invoice_code, invoice_no, NULL::bigint AS amount FROM l
 WHERE invoice_no <> ''
 UNION SELECT hall_id, txn_no, invoice_code, invoice_no, NULL FROM v WHERE txn_no <> ''
 UNION SELECT e.hall_id, e.txn_no, e.invoice_code, e.invoice_no, e.amount
         FROM evidence_invoice_links e
        WHERE {_now("e")} AND (EXISTS (SELECT 1 FROM t WHERE t.hall_id = e.hall_id
              AND t.txn_no = e.txn_no))""",
    "ANALYZE k",
)

SHIFTS = f"""
WITH sides AS (
  SELECT u.hall_id, COALESCE(n.clerk, u.clerk) AS clerk, u.tender, SUM(paid) AS paid,
         SUM(paid_n) AS paid_n, SUM(stated) AS stated, SUM(stated_n) AS stated_n,
         SUM(kept) AS kept, SUM(opening) AS opening, SUM(handed) AS handed,
         bool_or(COALESCE(n.kind, 'person') = 'person') AS human
    FROM (SELECT hall_id, clerk, tender, SUM(amount) AS paid, COUNT(*) AS paid_n, 0 AS stated,
                 0 AS stated_n, 0 AS kept, 0 AS opening, 0 AS handed
            FROM p GROUP BY hall_id, clerk, tender
           UNION ALL
          SELECT hall_id, clerk, tender, 0, 0, amount, 1, COALESCE(float_kept, 0), 0, 0
            FROM evidence_declarations d WHERE business_date = {DATE} AND {_now("d")}
           UNION ALL
          SELECT hall_id, clerk, 'cash', 0, 0, 0, 0, 0, amount, 0
            FROM opening_floats WHERE business_date = {DATE}
           UNION ALL
          SELECT hall_id, moved_to, 'cash', 0, 0, 0, 0, 0, amount, 0
            FROM evidence_cash_moves m WHERE business_date = {DATE} AND {_now("m")}
           UNION ALL
          SELECT hall_id, moved_from, 'cash', 0, 0, 0, 0, 0, -amount, 0
            FROM evidence_cash_moves m WHERE business_date = {DATE} AND {_now("m")}
           UNION ALL
          SELECT hall_id, clerk, 'cash', 0, 0, 0, 0, 0, 0, amount
            FROM evidence_deposits d WHERE step = 'handin' AND {_now("d")}
             AND COALESCE(covers_date, deposited_on) = {DATE}) u
    LEFT JOIN (SELECT hall_id, number, kind, MIN(number) OVER (PARTITION BY hall_id, person_id)
                      AS clerk FROM employments) n ON n.hall_id = u.hall_id AND n.number = u.clerk
   GROUP BY u.hall_id, COALESCE(n.clerk, u.clerk), u.tender),
shifts AS (
  SELECT hall_id, clerk, SUM(paid_n) AS paid_n, SUM(stated_n) AS stated_n, SUM(kept) AS kept,
         SUM(opening) AS opening, SUM(handed) AS handed, bool_or(human) AS human,
         SUM(stated) FILTER (WHERE tender = 'cash') AS cash
    FROM sides GROUP BY hall_id, clerk)
SELECT hall_id, 'C01', 'shift:' || clerk FROM shifts WHERE human AND paid_n > 0 AND stated_n = 0
 UNION ALL
SELECT s.hall_id, 'C02', 'tender:' || s.clerk || '/' || s.tender FROM sides s
  JOIN shifts h ON h.hall_id = s.hall_id AND h.clerk = s.clerk AND h.stated_n > 0
 WHERE s.tender <> '' AND s.paid + s.opening <> s.stated
 UNION ALL
SELECT h.hall_id, 'C03', 'float:' || h.clerk FROM shifts h
 CROSS JOIN LATERAL (SELECT d.float_kept FROM evidence_declarations d
                      WHERE d.hall_id = h.hall_id AND d.clerk = h.clerk AND d.tender = 'cash'
                        AND d.business_date < {DATE} ORDER BY d.business_date DESC LIMIT 1) b
 WHERE COALESCE(b.float_kept, 0) <> h.opening
 UNION ALL
SELECT hall_id, 'C05', 'handin:' || clerk FROM shifts
 WHERE stated_n > 0 AND COALESCE(cash, 0) - kept <> handed
 UNION ALL
SELECT hall_id, 'C06', 'slip:' || slip_no FROM evidence_deposits d
 WHERE business_date = {DATE} AND step = 'bank' AND {_now("d")}
   AND (bank_receipt = '' OR covers_date < {DATE})
"""

SETTLEMENT = f"""
WITH sides AS (
  SELECT p.hall_id, p.tender, CASE r.match_level WHEN 'line' THEN p.tender_ref
           WHEN 'batch' THEN p.terminal || '/' || p.batch_no ELSE '' END AS key,
         p.amount < 0 AS refund, SUM(p.amount) AS booked, COUNT(*) AS booked_n, 0 AS settled,
         0 AS settled_n, {DATE} AS on_date
    FROM p JOIN tenders r ON r.hall_id = p.hall_id AND r.code = p.tender
         AND r.tender_class = 'settled'
   GROUP BY 1, 2, 3, 4
   UNION ALL
  SELECT e.hall_id, e.tender, CASE r.match_level WHEN 'line' THEN
           CASE WHEN c.tender_ref IS NULL AND o.tender_ref IS NOT NULL THEN e.order_no
                ELSE e.tender_ref END
           WHEN 'batch' THEN e.terminal || '/' || e.batch_no ELSE '' END,
         e.amount < 0, 0, 0, e.amount, 1, e.business_date
    FROM evidence_settlements e
    JOIN tenders r ON r.hall_id = e.hall_id AND r.code = e.tender AND r.tender_class = 'settled'
    LEFT JOIN (SELECT DISTINCT hall_id, tender, tender_ref FROM p) c
      ON c.hall_id = e.hall_id AND c.tender = e.tender AND c.tender_ref = e.tender_ref
    LEFT JOIN (SELECT DISTINCT hall_id, tender, tender_ref FROM p) o
      ON o.hall_id = e.hall_id AND o.tender = e.tender AND o.tender_ref = e.order_no
         AND e.order_no <> ''
   WHERE e.business_date {WINDOW} AND {_now("e")}),
keys AS (
  SELECT hall_id, tender, key, refund, SUM(booked) AS booked, SUM(booked_n) AS booked_n,
         SUM(settled) AS settled, SUM(settled_n) AS settled_n, MIN(on_date) AS first,
         MAX(on_date) AS last
    FROM sides GROUP BY hall_id, tender, key, refund
  HAVING SUM(booked_n) = 0 OR SUM(settled_n) = 0 OR SUM(booked) <> SUM(settled)
      OR MIN(on_date) <> MAX(on_date)),
wrong AS (
  SELECT b.hall_id, b.tender, b.key, MIN(o.tender) AS other FROM keys b JOIN keys o
      ON o.hall_id = b.hall_id AND o.key = b.key AND o.tender <> b.tender
         AND o.settled = b.booked AND o.booked_n = 0 AND b.settled_n = 0 AND b.key <> ''
   GROUP BY b.hall_id, b.tender, b.key)
SELECT k.hall_id, CASE WHEN k.booked_n = 0 THEN 'T02' WHEN w.other IS NOT NULL THEN 'T04'
         WHEN k.settled_n = 0 THEN 'T01' WHEN k.booked <> k.settled THEN 'T03' ELSE 'T05' END,
       'ref:' || k.tender || '/' || k.key
  FROM keys k
  LEFT JOIN wrong w ON w.hall_id = k.hall_id AND w.tender = k.tender AND w.key = k.key
 WHERE (k.settled_n > 0 OR k.booked <> 0)
   AND NOT EXISTS (SELECT 1 FROM wrong u WHERE u.hall_id = k.hall_id AND u.other = k.tender
                      AND u.key = k.key)
   AND EXISTS (SELECT 1 FROM intake_sources s WHERE s.hall_id = k.hall_id
                  AND s.business_date = {DATE} AND s.source = 'settlements:' || k.tender)
"""

NUMBERS = f"""
WITH used AS (
  SELECT v.hall_id, v.number, v.invoice_code, v.invoice_no, v.issued_at, v.clerk,
         r.id AS range_id, r.clerk AS holder, r.first_number, r.used_to,
         LAG(v.number) OVER w AS before, LEAD(v.issued_at) OVER w AS next_at
    FROM v JOIN invoice_ranges r ON r.hall_id = v.hall_id AND r.invoice_code = v.invoice_code
         AND v.number BETWEEN r.first_number AND r.last_number AND r.clerk <> ''
  WINDOW w AS (PARTITION BY v.hall_id, r.id ORDER BY v.number)),
gaps AS (
  SELECT u.hall_id, u.invoice_code, length(u.invoice_no) AS width, u.number - 1 AS last,
         COALESCE(u.before, (SELECT MAX(e.number) FROM evidence_invoices e
            WHERE e.hall_id = u.hall_id AND e.invoice_code = u.invoice_code
              AND e.number >= u.first_number AND e.number < u.number
              AND e.business_date < {DATE}), u.used_to, u.first_number - 1) + 1 AS first
    FROM used u)
SELECT g.hall_id, 'P01', 'invoice:' || g.invoice_code || '/' || lpad(n::text, g.width, '0')
  FROM gaps g CROSS JOIN LATERAL generate_series(g.first, g.last) n
 WHERE g.first <= g.last AND g.last - g.first < 100
   AND NOT EXISTS (SELECT 1 FROM evidence_invoices e WHERE e.hall_id = g.hall_id
                      AND e.invoice_code = g.invoice_code AND e.number = n)
 UNION ALL
SELECT hall_id, 'P01', 'invoice:' || invoice_code || '/' || lpad(first::text, width, '0') || '-'
         || lpad(last::text, width, '0') FROM gaps WHERE last - first >= 100
 UNION ALL
SELECT hall_id, 'P02', 'invoice:' || invoice_code || '/' || invoice_no FROM v
 WHERE status <> 'void' GROUP BY hall_id, invoice_code, invoice_no
HAVING COUNT(DISTINCT (issued_at, clerk)) > 1
 UNION ALL
SELECT hall_id, 'P03', 'invoice:' || invoice_code || '/' || invoice_no FROM v
 WHERE status = 'void' AND (COALESCE(recovered, 0) < COALESCE(copies, 0) OR reason = ''
       OR length(invoice_no) = 20)
 UNION ALL
SELECT v.hall_id, 'P05', 'invoice:' || v.invoice_code || '/' || v.invoice_no
  FROM v LEFT JOIN invoice_ranges r ON r.hall_id = v.hall_id AND r.invoice_code = v.invoice_code
       AND v.number BETWEEN r.first_number AND r.last_number AND r.clerk = v.clerk
 WHERE r.id IS NULL AND length(v.invoice_no) <> 20
 UNION ALL
SELECT hall_id, 'P06', 'invoice:' || invoice_code || '/' || invoice_no FROM used
 WHERE issued_at > next_at
 UNION ALL
SELECT r.hall_id, 'P07', 'invoice:' || r.invoice_code || '/' || r.invoice_no FROM v r
  LEFT JOIN evidence_invoices b ON b.hall_id = r.hall_id AND b.invoice_code = r.original_code
       AND b.invoice_no = r.original_no
 WHERE r.status = 'red' AND ((b.hall_id IS NULL AND (r.original_date IS NULL
       OR r.original_amount IS NULL OR -r.amount > r.original_amount)) OR b.status = 'void'
       OR (SELECT -SUM(o.amount) FROM evidence_invoices o WHERE o.hall_id = r.hall_id
             AND o.status = 'red' AND o.original_no = r.original_no) > b.amount)
 UNION ALL
SELECT hall_id, 'P09', 'invoice:' || invoice_code || '/' || invoice_no FROM v
 WHERE NOT (invoice_code = '' AND invoice_no ~ '^[0-9]{{20}}$'
            OR invoice_code ~ '^([012][0-9]{{11}}|[0-9]{{10}})$' AND invoice_no ~ '^[0-9]{{8}}$')
"""

ACCOUNTS = f"""
WITH live AS (SELECT * FROM v WHERE status <> 'void'),
linked AS (
  SELECT k.hall_id, k.txn_no, k.invoice_code, k.invoice_no, k.amount AS part, i.amount, i.basis
    FROM k JOIN live i ON i.hall_id = k.hall_id AND i.invoice_code = k.invoice_code
         AND i.invoice_no = k.invoice_no),
by_txn AS (
  SELECT hall_id, txn_no, COUNT(DISTINCT (invoice_code, invoice_no)) AS invoices,
         SUM(amount) AS amount FROM linked WHERE basis = 'txn' GROUP BY hall_id, txn_no),
by_invoice AS (
  SELECT i.hall_id, i.invoice_code, i.invoice_no, MAX(i.amount) AS amount,
         COALESCE(SUM(i.part), SUM(t.received)) AS account, MAX(b.invoices) AS invoices
    FROM linked i JOIN t ON t.hall_id = i.hall_id AND t.txn_no = i.txn_no
    JOIN by_txn b ON b.hall_id = i.hall_id AND b.txn_no = i.txn_no
   WHERE i.basis = 'txn' GROUP BY i.hall_id, i.invoice_code, i.invoice_no)
SELECT t.hall_id, 'X01', 'txn:' || t.txn_no FROM t
 WHERE t.received > 0 AND t.invoiced AND t.waived = 0
   AND NOT EXISTS (SELECT 1 FROM linked i WHERE i.hall_id = t.hall_id AND i.txn_no = t.txn_no)
 UNION ALL
SELECT i.hall_id, 'X02', 'invoice:' || i.invoice_code || '/' || i.invoice_no FROM live i
 WHERE i.basis = 'txn' AND NOT EXISTS (SELECT 1 FROM k WHERE k.hall_id = i.hall_id
         AND k.invoice_code = i.invoice_code AND k.invoice_no = i.invoice_no)
 UNION ALL
SELECT hall_id, 'X03', 'invoice:' || invoice_code || '/' || invoice_no FROM by_invoice
 WHERE invoices = 1 AND amount <> account
 UNION ALL
SELECT b.hall_id, 'X03', 'txn:' || b.txn_no FROM by_txn b
  JOIN t ON t.hall_id = b.hall_id AND t.txn_no = b.txn_no
 WHERE b.invoices > 1 AND b.amount <> t.received
 UNION ALL
SELECT hall_id, 'X04', 'txn:' || txn_no FROM (
  SELECT hall_id, txn_no, at - LAG(at) OVER (PARTITION BY hall_id, subscriber, business, received,
           clerk ORDER BY at, txn_no) AS apart
    FROM t WHERE received > 0 AND subscriber <> '') near WHERE apart <= 600000000
 UNION ALL
SELECT t.hall_id, 'X05', 'txn:' || t.txn_no FROM t
 WHERE t.deferred = 0 AND t.received <> t.due - t.discount + t.prepaid
   AND NOT EXISTS (SELECT 1 FROM evidence_refunds w WHERE w.hall_id = t.hall_id
         AND w.kind = 'waiver' AND w.approved_at IS NOT NULL
         AND (w.document_no = t.document_no OR w.original_txn_no = t.txn_no))
 UNION ALL
SELECT hall_id, 'X06', 'txn:' || txn_no FROM t WHERE needs_form = 1 AND form_no = ''
 UNION ALL
SELECT hall_id, 'X08', 'txn:' || txn_no FROM t WHERE due_by_fee <> fee
 UNION ALL
SELECT x.hall_id, 'D01', 'source:' || x.source FROM expected_sources x
 WHERE x.business_date = {DATE}
   AND NOT EXISTS (SELECT 1 FROM intake_sources s WHERE s.hall_id = x.hall_id
         AND s.business_date = x.business_date AND s.source = x.source)
"""

Key = tuple[int, str, str]


def ask_all(address: str) -> set[Key]:
    """Ask every question of the day in one transaction; gives (hall id, check, subject)."""
    keys: set[Key] = set()
    with psycopg.connect(address) as connection:
        for statement in PREPARE:
            connection.execute(statement)
        for question in (SHIFTS, SETTLEMENT, NUMBERS, ACCOUNTS):
            keys.update(connection.execute(question).fetchall())
    return keys
