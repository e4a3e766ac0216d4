"""Staged from account lines, payments, declarations, floats, moves of cash and hand-ins."""

from __future__ import annotations

from ledger.audit.staging import StagedTable, current
from ledger.cash.bank_lines import SLIP
from ledger.cash.kinds import MATCH

# A person is shown by the lowest of his staff numbers in the hall; an unknown number is a person.
PEOPLE = """
SELECT e.hall_id, e.number, e.kind,
       MIN(e.number) OVER (PARTITION BY e.hall_id, e.person_id) AS clerk
  FROM employments e
 WHERE e.hall_id IN (SELECT hall_id FROM audit_scope)
"""

# Who answers for a range or a place: the person behind a number, or all clerks of a counter.
HOLDERS = """
SELECT c.hall_id, c.counter AS place, COALESCE(p.clerk, c.clerk) AS clerk
  FROM counter_clerks c
  LEFT JOIN audit_people p ON p.hall_id = c.hall_id AND p.number = c.clerk
 WHERE c.hall_id IN (SELECT hall_id FROM audit_scope)
UNION
SELECT p.hall_id, p.number, p.clerk
  FROM audit_people p
 WHERE NOT EXISTS (SELECT 1 FROM counter_clerks c
                    WHERE c.hall_id = p.hall_id AND c.counter = p.number)
"""

# Lines of kind correction settle an earlier finding and belong to no transaction of the day.
LINES = f"""
SELECT a.hall_id, a.business_date, a.txn_no, a.line_no, a.accepted_at, a.clerk,
       a.business, a.line_kind, a.subscriber, a.due, a.discount, a.prepaid, a.deferred, a.received,
       a.tender, a.tender_ref, a.terminal, a.batch_no, a.invoice_code, a.invoice_no,
       a.invoice_waived, a.form_no, a.original_txn_no, a.document_no,
       COALESCE(b.needs_form, 0) AS needs_form, b.fee_fen,
       CASE WHEN COALESCE(b.invoice_due, 'payment') = 'payment' THEN 1 ELSE 0 END
         AS invoiced_at_payment
  FROM audit_scope s
 CROSS JOIN evidence_accounts a
  LEFT JOIN businesses b ON b.hall_id = a.hall_id AND b.business = a.business
 WHERE a.hall_id = s.hall_id AND a.business_date = s.business_date
   AND a.line_kind <> 'correction' AND {current("a")}
"""

TRANSACTIONS = """
SELECT hall_id, business_date, txn_no, MIN(line_no) AS first_line, MIN(clerk) AS clerk,
       MAX(clerk) AS other_clerk, MAX(subscriber) AS subscriber,
       CAST(SUM(due - discount + prepaid) AS BIGINT) AS due,
       CAST(SUM(received) AS BIGINT) AS received, MAX(invoice_waived) AS waived,
       MAX(invoiced_at_payment) AS invoiced_at_payment
  FROM audit_lines
 GROUP BY hall_id, business_date, txn_no
"""

# The clerk of a transaction is that of its first line.
FIRST_CLERK = """
UPDATE audit_transactions
   SET clerk = (SELECT l.clerk FROM audit_lines l
                 WHERE l.hall_id = audit_transactions.hall_id
                   AND l.business_date = audit_transactions.business_date
                   AND l.txn_no = audit_transactions.txn_no
                   AND l.line_no = audit_transactions.first_line)
 WHERE clerk <> other_clerk
"""

SPLIT = f"""
SELECT t.hall_id, t.business_date, t.txn_no, t.clerk, e.tender, e.tender_ref, e.terminal,
       e.batch_no, e.amount, COALESCE(o.original_txn_no, '') AS original_txn_no
  FROM audit_scope s
 CROSS JOIN audit_transactions t
 CROSS JOIN evidence_tenders e
  LEFT JOIN (SELECT hall_id, business_date, txn_no, MAX(original_txn_no) AS original_txn_no
               FROM audit_lines WHERE original_txn_no <> ''
              GROUP BY hall_id, business_date, txn_no) o
    ON o.hall_id = t.hall_id AND o.business_date = t.business_date AND o.txn_no = t.txn_no
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = t.hall_id AND e.txn_no = t.txn_no AND {current("e")}
"""

# What was paid: a transaction's rows of `tenders`, or where it has none its lines' `received`.
PAYMENTS = """
SELECT hall_id, business_date, txn_no, clerk, tender, tender_ref, terminal, batch_no, amount,
       original_txn_no
  FROM audit_split
 UNION ALL
SELECT l.hall_id, l.business_date, l.txn_no, l.clerk, l.tender, l.tender_ref, l.terminal,
       l.batch_no, l.received, l.original_txn_no
  FROM audit_lines l
 WHERE NOT EXISTS (SELECT 1 FROM audit_split x
                    WHERE x.hall_id = l.hall_id AND x.business_date = l.business_date
                      AND x.txn_no = l.txn_no)
"""

# One row a person and tender: what lines say was taken beside what he says he counted.
TAKINGS = f"""
SELECT u.hall_id, u.business_date, COALESCE(p.clerk, u.number) AS clerk, u.tender,
       CAST(SUM(paid) AS BIGINT) AS paid, CAST(SUM(paid_n) AS BIGINT) AS paid_n,
       CAST(SUM(declared) AS BIGINT) AS declared, CAST(SUM(declared_n) AS BIGINT) AS declared_n,
       CAST(SUM(kept) AS BIGINT) AS kept, CAST(SUM(opening) AS BIGINT) AS opening,
       CAST(SUM(opening_n) AS BIGINT) AS opening_n, CAST(SUM(moved) AS BIGINT) AS moved,
       CAST(SUM(CASE WHEN COALESCE(p.kind, 'person') = 'person' THEN paid_n + opening_n ELSE 0 END)
         AS BIGINT) AS human_n
  FROM (SELECT hall_id, business_date, clerk AS number, tender, SUM(amount) AS paid,
               COUNT(*) AS paid_n, 0 AS declared, 0 AS declared_n, 0 AS kept, 0 AS opening,
               0 AS opening_n, 0 AS moved
          FROM ({PAYMENTS}) p GROUP BY hall_id, business_date, clerk, tender
         UNION ALL
        SELECT s.hall_id, s.business_date, d.clerk, d.tender, 0, 0, d.amount, 1,
               CASE WHEN d.tender = 'cash' THEN COALESCE(d.float_kept, 0) ELSE 0 END, 0, 0, 0
          FROM audit_scope s CROSS JOIN evidence_declarations d
         WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date AND {current("d")}
         UNION ALL
        SELECT s.hall_id, s.business_date, f.clerk, 'cash', 0, 0, 0, 0, 0, f.amount, 1, 0
          FROM audit_scope s CROSS JOIN opening_floats f
         WHERE f.hall_id = s.hall_id AND f.business_date = s.business_date
           AND f.event_no < s.as_of AND f.amount <> 0
         UNION ALL
        SELECT s.hall_id, s.business_date, m.moved_to, 'cash', 0, 0, 0, 0, 0, 0, 0, m.amount
          FROM audit_scope s CROSS JOIN evidence_cash_moves m
         WHERE m.hall_id = s.hall_id AND m.business_date = s.business_date AND {current("m")}
         UNION ALL
        SELECT s.hall_id, s.business_date, m.moved_from, 'cash', 0, 0, 0, 0, 0, 0, 0, -m.amount
          FROM audit_scope s CROSS JOIN evidence_cash_moves m
         WHERE m.hall_id = s.hall_id AND m.business_date = s.business_date AND {current("m")}) u
  LEFT JOIN audit_people p ON p.hall_id = u.hall_id AND p.number = u.number
 GROUP BY u.hall_id, u.business_date, COALESCE(p.clerk, u.number), u.tender
"""

SHIFTS = """
SELECT hall_id, business_date, clerk, CAST(SUM(paid_n) AS BIGINT) AS paid_n,
       CAST(SUM(declared_n) AS BIGINT) AS declared_n, CAST(SUM(kept) AS BIGINT) AS kept,
       CAST(SUM(opening) AS BIGINT) AS opening, CAST(SUM(opening_n) AS BIGINT) AS opening_n,
       CAST(SUM(CASE WHEN tender = 'cash' THEN declared ELSE 0 END) AS BIGINT) AS cash_declared,
       CASE WHEN SUM(human_n) > 0 AND SUM(declared_n) = 0 THEN 1 ELSE 0 END AS undeclared
  FROM audit_takings
 GROUP BY hall_id, business_date, clerk
HAVING SUM(paid_n) + SUM(declared_n) + SUM(opening_n) > 0
"""

# What a clerk hands in for a day he may bring the next morning: then the slip names the day.
HAND_INS = f"""
SELECT u.hall_id, u.business_date, COALESCE(p.clerk, u.clerk) AS clerk,
       CAST(SUM(u.amount) AS BIGINT) AS amount
  FROM (SELECT s.hall_id, s.business_date, d.clerk, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.covers_date = s.business_date
           AND d.step = 'handin' AND {current("d")}
         UNION ALL
        SELECT s.hall_id, s.business_date, d.clerk, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date
           AND d.covers_date IS NULL AND d.step = 'handin' AND {current("d")}) u
  LEFT JOIN audit_people p ON p.hall_id = u.hall_id AND p.number = u.clerk
 GROUP BY u.hall_id, u.business_date, COALESCE(p.clerk, u.clerk)
"""

# What the bank credited of a slip without its receipt, by the match with the bank's statement.
MATCHED_SLIPS = f"""
SELECT o.hall_id, o.business_date, o.slip_no,
       CAST(MAX(CASE WHEN v.name = 'gap' AND v.value <> '' THEN CAST(v.value AS BIGINT) END)
         AS BIGINT) AS gap,
       MAX(CASE WHEN v.name = 'receipt_no' THEN v.value END) AS receipt
  FROM (SELECT s.hall_id, s.business_date, s.as_of, d.slip_no, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date
           AND d.step = 'bank' AND d.bank_receipt = '' AND {current("d")}
         UNION
        SELECT s.hall_id, s.business_date, s.as_of, d.slip_no, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.covers_date = s.business_date
           AND d.step = 'bank' AND d.bank_receipt = '' AND {current("d")}) o
 CROSS JOIN document_facts f
  JOIN documents m ON m.hall_id = f.hall_id AND m.id = f.document_id
       AND m.kind = '{MATCH}' AND m.state IN ('posted', 'reversed')
  JOIN document_facts v ON v.hall_id = m.hall_id AND v.document_id = m.id
       AND v.name IN ('gap', 'receipt_no')
 WHERE f.hall_id = o.hall_id AND f.name = '{SLIP}' || o.slip_no
   AND f.value = CAST(o.amount AS TEXT) AND f.event_no < o.as_of
   AND NOT EXISTS (SELECT 1 FROM events e
                    WHERE e.hall_id = m.hall_id AND e.subject = 'document:' || m.number
                      AND e.act = 'document.reversed' AND e.event_no < o.as_of)
 GROUP BY o.hall_id, o.business_date, o.slip_no
"""

# What was banked for a day, by its own date or by the day the slip names.
BANKED = f"""
SELECT u.hall_id, u.business_date, u.deposited_on, u.amount + COALESCE(m.gap, 0) AS amount
  FROM (SELECT s.hall_id, s.business_date, d.slip_no, d.deposited_on, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.covers_date = s.business_date
           AND d.step = 'bank' AND {current("d")}
         UNION ALL
        SELECT s.hall_id, s.business_date, d.slip_no, d.deposited_on, d.amount
          FROM audit_scope s CROSS JOIN evidence_deposits d
         WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date
           AND d.covers_date IS NULL AND d.step = 'bank' AND {current("d")}) u
  LEFT JOIN audit_matched_slips m ON m.hall_id = u.hall_id
       AND m.business_date = u.business_date AND m.slip_no = u.slip_no
"""

# The day each person last worked, found by key for each of his numbers.
LAST_SHIFTS = f"""
SELECT w.hall_id, w.business_date, w.clerk, w.number,
       (SELECT d.business_date FROM evidence_declarations d
         WHERE d.hall_id = w.hall_id AND d.clerk = w.number
           AND d.business_date < w.business_date AND {current("d")}
         ORDER BY d.business_date DESC LIMIT 1) AS last_date
  FROM audit_scope s
 CROSS JOIN (SELECT h.hall_id, h.business_date, h.clerk, COALESCE(p.number, h.clerk) AS number
               FROM audit_shifts h
               LEFT JOIN audit_people p ON p.hall_id = h.hall_id AND p.clerk = h.clerk) w
 WHERE w.hall_id = s.hall_id AND w.business_date = s.business_date
"""

KEPT = f"""
SELECT w.hall_id, w.business_date, w.clerk, MAX(w.last_date) AS last_date,
       CAST(SUM(CASE WHEN d.tender = 'cash' THEN COALESCE(d.float_kept, 0) ELSE 0 END) AS BIGINT)
         AS kept
  FROM audit_scope s
 CROSS JOIN (SELECT hall_id, business_date, clerk, MAX(last_date) AS last_date
               FROM audit_last_shifts WHERE last_date IS NOT NULL
              GROUP BY hall_id, business_date, clerk) w
 CROSS JOIN audit_last_shifts n
 CROSS JOIN evidence_declarations d
 WHERE w.hall_id = s.hall_id AND w.business_date = s.business_date
   AND n.hall_id = w.hall_id AND n.business_date = w.business_date AND n.clerk = w.clerk
   AND d.hall_id = n.hall_id AND d.clerk = n.number AND d.business_date = w.last_date
   AND {current("d")}
 GROUP BY w.hall_id, w.business_date, w.clerk
"""

DAY = ("hall_id", "business_date")

STAFF_STEPS = (
    StagedTable("audit_people", PEOPLE, ("hall_id", "number")),
    StagedTable("audit_holders", HOLDERS, ("hall_id", "place")),
)
TRANSACTION_STEPS = (
    StagedTable("audit_lines", LINES, (*DAY, "txn_no")),
    StagedTable("audit_transactions", TRANSACTIONS, (*DAY, "txn_no")),
)
SHIFT_STEPS = (
    StagedTable("audit_split", SPLIT, (*DAY, "txn_no")),
    StagedTable("audit_takings", TAKINGS, (*DAY, "clerk")),
    StagedTable("audit_shifts", SHIFTS, (*DAY, "clerk")),
    StagedTable("audit_hand_ins", HAND_INS, (*DAY, "clerk")),
    StagedTable("audit_matched_slips", MATCHED_SLIPS, (*DAY, "slip_no")),
    StagedTable("audit_banked", BANKED, DAY),
    StagedTable("audit_last_shifts", LAST_SHIFTS, (*DAY, "clerk")),
    StagedTable("audit_kept", KEPT, (*DAY, "clerk")),
)
