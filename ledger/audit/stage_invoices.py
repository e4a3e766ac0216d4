"""The invoice numbers that matter to a hall-day, each merged to its states, and what links them.

Register rows of one number with the same time, clerk and status are one; the latest is its state
now. Links go across days, by key only: cost follows the day's rows, not the register's length.
"""

from __future__ import annotations

from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import MoreRows, StagedTable, current

FORM = ("invoice_code", "invoice_no")

_ROW = """e.business_date AS issued_on, e.issued_at, e.invoice_code, e.invoice_no, e.number,
       e.clerk, e.amount, e.status, e.basis, e.txn_no,
       e.original_code, e.original_no, e.original_date, e.original_amount, e.copies,
       e.copies_recovered, e.void_reason, e.intake_no, e.row_no"""

REGISTER = f"""
SELECT s.hall_id, s.business_date, {_ROW}
  FROM audit_scope s CROSS JOIN evidence_invoices e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND {current("e")}
"""

NUMBERS_TODAY = """
SELECT DISTINCT hall_id, business_date, invoice_code, invoice_no FROM audit_register
"""

# What other days say of the day's numbers.
REGISTER_OF_OTHER_DAYS = f"""
INSERT INTO audit_register
SELECT n.hall_id, n.business_date, {_ROW}
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoices e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.invoice_no = n.invoice_no AND e.invoice_code = n.invoice_code
   AND e.business_date <> s.business_date AND {current("e")}
"""

# Links stated by the day's own rows, and by rows of other days about its numbers and transactions.
# `todays` is 1 where the number is known to be of the day's register.
_LINKS_OF_TODAY = f"""
SELECT hall_id, business_date, txn_no, invoice_code, invoice_no, 0 AS todays
  FROM audit_lines WHERE invoice_no <> ''
 UNION ALL
SELECT hall_id, business_date, txn_no, invoice_code, invoice_no, 1
  FROM audit_register WHERE txn_no <> ''
 UNION ALL
SELECT n.hall_id, n.business_date, e.txn_no, e.invoice_code, e.invoice_no, 1
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_accounts e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.invoice_code = n.invoice_code AND e.invoice_no = n.invoice_no
   AND e.business_date <> s.business_date AND e.line_kind <> 'correction' AND {current("e")}
 UNION ALL
SELECT n.hall_id, n.business_date, e.txn_no, e.invoice_code, e.invoice_no, 1
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoice_links e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.invoice_code = n.invoice_code AND e.invoice_no = n.invoice_no
   AND {current("e")}
 UNION ALL
SELECT t.hall_id, t.business_date, t.txn_no, e.invoice_code, e.invoice_no, 0
  FROM audit_scope s CROSS JOIN audit_transactions t CROSS JOIN evidence_invoices e
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.txn_no = t.txn_no AND e.business_date <> s.business_date
   AND {current("e")}
 UNION ALL
SELECT t.hall_id, t.business_date, t.txn_no, e.invoice_code, e.invoice_no, 0
  FROM audit_scope s CROSS JOIN audit_transactions t CROSS JOIN evidence_invoice_links e
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.txn_no = t.txn_no AND {current("e")}
"""

# With what the day's own transactions received; of the others that is still to be found out.
LINKS = f"""
SELECT l.hall_id, l.business_date, l.txn_no, l.invoice_code, l.invoice_no, l.todays, t.received
  FROM (SELECT hall_id, business_date, txn_no, invoice_code, invoice_no, MAX(todays) AS todays
          FROM ({_LINKS_OF_TODAY}) stated
         GROUP BY hall_id, business_date, txn_no, invoice_code, invoice_no) l
  LEFT JOIN audit_transactions t ON t.hall_id = l.hall_id AND t.business_date = l.business_date
       AND t.txn_no = l.txn_no
"""

_TWIN = "e.digital_no <> '' AND e.invoice_code <> ''"

# Paper forms that have a 20-digit number beside their own are meant by either: those of the day,
# and those that the day's links or register call by the other number.
TWINS = f"""
SELECT DISTINCT s.hall_id, s.business_date, e.invoice_code, e.invoice_no, e.digital_no
  FROM audit_scope s CROSS JOIN evidence_invoices e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND {_TWIN} AND {current("e")}
 UNION
SELECT l.hall_id, l.business_date, e.invoice_code, e.invoice_no, e.digital_no
  FROM audit_scope s CROSS JOIN audit_links l CROSS JOIN evidence_invoices e
 WHERE l.hall_id = s.hall_id AND l.business_date = s.business_date AND l.invoice_code = ''
   AND e.hall_id = s.hall_id AND e.digital_no = l.invoice_no AND {_TWIN} AND {current("e")}
 UNION
SELECT n.hall_id, n.business_date, e.invoice_code, e.invoice_no, e.digital_no
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoices e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date AND n.invoice_code = ''
   AND e.hall_id = s.hall_id AND e.digital_no = n.invoice_no AND {_TWIN} AND {current("e")}
 UNION
SELECT r.hall_id, r.business_date, e.invoice_code, e.invoice_no, e.digital_no
  FROM audit_scope s CROSS JOIN audit_register r CROSS JOIN evidence_invoices e
 WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date AND r.status = 'red'
   AND r.original_code = '' AND r.original_no <> ''
   AND e.hall_id = s.hall_id AND e.digital_no = r.original_no AND {_TWIN} AND {current("e")}
"""

_NAMED_OTHERWISE = """w.hall_id = s.hall_id AND w.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.invoice_code = '' AND e.invoice_no = w.digital_no"""

LINKS_OF_TWINS = f"""
INSERT INTO audit_links (hall_id, business_date, txn_no, invoice_code, invoice_no, todays, received)
SELECT m.hall_id, m.business_date, m.txn_no, m.invoice_code, m.invoice_no, 0, t.received
  FROM (SELECT w.hall_id, w.business_date, w.invoice_code, w.invoice_no, l.txn_no
          FROM audit_twins w
          JOIN audit_links l ON l.hall_id = w.hall_id AND l.business_date = w.business_date
               AND l.invoice_code = '' AND l.invoice_no = w.digital_no
         UNION
        SELECT w.hall_id, w.business_date, w.invoice_code, w.invoice_no, e.txn_no
          FROM audit_scope s CROSS JOIN audit_twins w CROSS JOIN evidence_accounts e
         WHERE {_NAMED_OTHERWISE} AND e.line_kind <> 'correction' AND {current("e")}
         UNION
        SELECT w.hall_id, w.business_date, w.invoice_code, w.invoice_no, e.txn_no
          FROM audit_scope s CROSS JOIN audit_twins w CROSS JOIN evidence_invoice_links e
         WHERE {_NAMED_OTHERWISE} AND {current("e")}
         UNION
        SELECT w.hall_id, w.business_date, w.invoice_code, w.invoice_no, e.txn_no
          FROM audit_scope s CROSS JOIN audit_twins w CROSS JOIN evidence_invoices e
         WHERE {_NAMED_OTHERWISE} AND e.txn_no <> '' AND {current("e")}) m
  LEFT JOIN audit_transactions t ON t.hall_id = m.hall_id AND t.business_date = m.business_date
       AND t.txn_no = m.txn_no
 WHERE NOT EXISTS (SELECT 1 FROM audit_links k
                    WHERE k.hall_id = m.hall_id AND k.business_date = m.business_date
                      AND k.txn_no = m.txn_no AND k.invoice_no = m.invoice_no
                      AND k.invoice_code = m.invoice_code)
"""

# A register row under the other number of a paper form is that form over again.
NOT_A_TWIN = """NOT EXISTS (SELECT 1 FROM audit_twins w
                    WHERE w.hall_id = f.hall_id AND w.business_date = f.business_date
                      AND w.digital_no = f.invoice_no AND f.invoice_code = '')"""

FOREIGN_NUMBERS = """
SELECT DISTINCT hall_id, business_date, txn_no FROM audit_links WHERE received IS NULL
"""

# Transactions of other days that the day's invoices are for; what does not exist is no link.
FOREIGN_TRANSACTIONS = f"""
SELECT f.hall_id, f.business_date, f.txn_no, CAST(SUM(e.received) AS BIGINT) AS received
  FROM audit_scope s CROSS JOIN audit_foreign_numbers f CROSS JOIN evidence_accounts e
 WHERE f.hall_id = s.hall_id AND f.business_date = s.business_date
   AND e.hall_id = f.hall_id AND e.txn_no = f.txn_no AND e.line_kind <> 'correction'
   AND {current("e")}
 GROUP BY f.hall_id, f.business_date, f.txn_no
"""

FORGET_FOREIGN = "DELETE FROM audit_links WHERE received IS NULL"

_FOREIGN = """f.hall_id = s.hall_id AND f.business_date = s.business_date
   AND e.hall_id = f.hall_id AND e.txn_no = f.txn_no"""

FOREIGN_LINKS = f"""
INSERT INTO audit_links (hall_id, business_date, txn_no, invoice_code, invoice_no, todays, received)
SELECT f.hall_id, f.business_date, f.txn_no, l.invoice_code, l.invoice_no, 0, f.received
  FROM audit_foreign_transactions f
  JOIN audit_links l ON l.hall_id = f.hall_id AND l.business_date = f.business_date
       AND l.txn_no = f.txn_no
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no, 0, f.received
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_accounts e
 WHERE {_FOREIGN} AND e.invoice_no <> '' AND e.line_kind <> 'correction' AND {current("e")}
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no, 0, f.received
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_invoices e
 WHERE {_FOREIGN} AND {current("e")}
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no, 0, f.received
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_invoice_links e
 WHERE {_FOREIGN} AND {current("e")}
"""

# A reissue inherits the links of the number it replaces, and so on along the chain; one of more
# than twenty is a circle of errors.
INHERIT = f"""
INSERT INTO audit_links (hall_id, business_date, txn_no, invoice_code, invoice_no, todays, received)
SELECT DISTINCT l.hall_id, l.business_date, l.txn_no, e.invoice_code, e.invoice_no, 0, l.received
  FROM audit_scope s CROSS JOIN audit_links l CROSS JOIN evidence_invoices e
 WHERE l.hall_id = s.hall_id AND l.business_date = s.business_date
   AND e.hall_id = l.hall_id AND e.original_no = l.invoice_no
   AND e.original_code = l.invoice_code AND e.basis = 'reissue' AND {current("e")}
   AND NOT EXISTS (SELECT 1 FROM audit_links k
                    WHERE k.hall_id = l.hall_id AND k.business_date = l.business_date
                      AND k.invoice_no = e.invoice_no AND k.invoice_code = e.invoice_code
                      AND k.txn_no = l.txn_no)
"""
LONGEST_CHAIN = 20

# A red letter may call its original by the 20-digit number beside the paper form's own.
_MEANT = """(SELECT MIN(w.{}) FROM audit_twins w
          WHERE w.hall_id = audit_register.hall_id
            AND w.business_date = audit_register.business_date
            AND w.digital_no = audit_register.original_no)"""
ORIGINALS_MEANT = f"""
UPDATE audit_register
   SET original_code = {_MEANT.format("invoice_code")}, original_no = {_MEANT.format("invoice_no")}
 WHERE status = 'red' AND original_code = '' AND original_no IN (
       SELECT digital_no FROM audit_twins w WHERE w.hall_id = audit_register.hall_id
          AND w.business_date = audit_register.business_date)
"""

ORIGINALS_OF_REDS = """
SELECT DISTINCT hall_id, business_date, original_code AS invoice_code, original_no AS invoice_no
  FROM audit_register
 WHERE status = 'red' AND original_no <> '' AND issued_on = business_date
"""

_NOT_TODAYS = """NOT EXISTS (SELECT 1 FROM audit_numbers_today n
                    WHERE n.hall_id = {0}.hall_id AND n.business_date = {0}.business_date
                      AND n.invoice_code = {0}.invoice_code AND n.invoice_no = {0}.invoice_no)"""

OTHER_NUMBERS = f"""
SELECT l.hall_id, l.business_date, l.invoice_code, l.invoice_no
  FROM audit_links l WHERE l.todays = 0 AND {_NOT_TODAYS.format("l")}
 UNION
SELECT o.hall_id, o.business_date, o.invoice_code, o.invoice_no
  FROM (SELECT hall_id, business_date, invoice_code, invoice_no FROM audit_originals_of_reds
         UNION ALL
        SELECT r.hall_id, r.business_date, e.invoice_code, e.invoice_no
          FROM audit_scope s CROSS JOIN audit_originals_of_reds r CROSS JOIN evidence_invoices e
         WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date
           AND e.hall_id = r.hall_id AND e.original_no = r.invoice_no
           AND e.original_code = r.invoice_code AND e.status = 'red' AND {current("e")}
         UNION ALL
        SELECT r.hall_id, r.business_date, e.invoice_code, e.invoice_no
          FROM audit_scope s CROSS JOIN audit_originals_of_reds r CROSS JOIN audit_twins w
         CROSS JOIN evidence_invoices e
         WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date
           AND w.hall_id = r.hall_id AND w.business_date = r.business_date
           AND w.invoice_code = r.invoice_code AND w.invoice_no = r.invoice_no
           AND e.hall_id = r.hall_id AND e.original_no = w.digital_no
           AND e.original_code = '' AND e.status = 'red' AND {current("e")}) o
 WHERE {_NOT_TODAYS.format("o")}
"""

REGISTER_OF_OTHER_NUMBERS = f"""
INSERT INTO audit_register
SELECT n.hall_id, n.business_date, {_ROW}
  FROM audit_scope s CROSS JOIN audit_other_numbers n CROSS JOIN evidence_invoices e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.invoice_no = n.invoice_no AND e.invoice_code = n.invoice_code
   AND {current("e")}
"""

# One row a number: its state now, and when and by whom it was first used. Most numbers have one
# state, whose rows are one; those with several are put in order below.
FORMS = """
SELECT hall_id, business_date, invoice_code, invoice_no, MIN(number) AS number,
       MAX(issued_at) AS issued_at, MAX(issued_on) AS issued_on, MAX(status) AS status,
       MAX(clerk) AS clerk, CAST(SUM(amount) AS BIGINT) AS amount, MIN(basis) AS basis,
       MAX(original_code) AS original_code, MAX(original_no) AS original_no,
       MAX(original_date) AS original_date, MAX(original_amount) AS original_amount,
       MIN(issued_at) AS used_at, MIN(issued_on) AS used_on, MIN(clerk) AS user_no,
       CASE WHEN length(invoice_no) = 20 AND ltrim(invoice_no, '0123456789') = ''
            THEN 1 ELSE 0 END AS digital,
       CASE WHEN MIN(issued_at) <> MAX(issued_at) OR MIN(status) <> MAX(status)
              OR MIN(clerk) <> MAX(clerk) THEN 1 ELSE 0 END AS has_states
  FROM audit_register
 GROUP BY hall_id, business_date, invoice_code, invoice_no
"""

STATES = """
SELECT r.hall_id, r.business_date, r.invoice_code, r.invoice_no, r.issued_at, r.issued_on,
       r.status, COALESCE(p.clerk, r.clerk) AS person, MIN(r.clerk) AS clerk,
       CAST(SUM(r.amount) AS BIGINT) AS amount, MIN(r.number) AS number, MIN(r.basis) AS basis,
       MAX(r.original_code) AS original_code, MAX(r.original_no) AS original_no,
       MAX(r.original_date) AS original_date, MAX(r.original_amount) AS original_amount,
       MAX(r.intake_no) AS intake_no, MAX(r.row_no) AS row_no, MAX(f.digital) AS digital
  FROM audit_forms f
  JOIN audit_register r ON r.hall_id = f.hall_id AND r.business_date = f.business_date
       AND r.invoice_no = f.invoice_no AND r.invoice_code = f.invoice_code
  LEFT JOIN audit_people p ON p.hall_id = r.hall_id AND p.number = r.clerk
 WHERE f.has_states = 1
 GROUP BY r.hall_id, r.business_date, r.invoice_code, r.invoice_no, r.issued_at, r.issued_on,
          r.status, COALESCE(p.clerk, r.clerk)
"""

FORGET_MIXED = "DELETE FROM audit_forms WHERE has_states = 1"

FORMS_WITH_STATES = """
INSERT INTO audit_forms (hall_id, business_date, invoice_code, invoice_no, number, issued_at,
       issued_on, status, clerk, amount, basis, original_code, original_no, original_date,
       original_amount, used_at, used_on, user_no, digital, has_states)
SELECT hall_id, business_date, invoice_code, invoice_no, number, issued_at, issued_on, status,
       clerk, amount, basis, original_code, original_no, original_date, original_amount, used_at,
       used_on, user_no, digital, 1
  FROM (SELECT z.*, ROW_NUMBER() OVER newest AS newest,
               FIRST_VALUE(z.issued_at) OVER oldest AS used_at,
               FIRST_VALUE(z.issued_on) OVER oldest AS used_on,
               FIRST_VALUE(z.clerk) OVER oldest AS user_no
          FROM audit_states z
        WINDOW newest AS (
               PARTITION BY z.hall_id, z.business_date, z.invoice_code, z.invoice_no
               ORDER BY z.issued_at DESC, z.intake_no DESC, z.row_no DESC),
               oldest AS (
               PARTITION BY z.hall_id, z.business_date, z.invoice_code, z.invoice_no
               ORDER BY z.issued_at, z.intake_no, z.row_no)) ranked
 WHERE newest = 1
"""

# Existing transactions with their live invoices; what a line names but nobody registered is none.
LIVE_LINKS = f"""
SELECT l.hall_id, l.business_date, l.txn_no, l.received, f.invoice_code, f.invoice_no, f.basis,
       f.amount
  FROM audit_links l
  JOIN audit_forms f
    ON f.hall_id = l.hall_id AND f.business_date = l.business_date
       AND f.invoice_no = l.invoice_no AND f.invoice_code = l.invoice_code
 WHERE f.status IN ('issued', 'red') AND {NOT_A_TWIN}
"""

# The few transactions of several live invoices; how many are on the transaction, and what they say.
SEVERAL = """
SELECT hall_id, business_date, txn_no, COUNT(*) AS invoices,
       SUM(CASE WHEN basis = 'txn' THEN 1 ELSE 0 END) AS of_txn,
       CAST(SUM(CASE WHEN basis = 'txn' THEN amount ELSE 0 END) AS BIGINT) AS on_txn
  FROM audit_live_links
 GROUP BY hall_id, business_date, txn_no
HAVING COUNT(*) > 1
"""

INVOICE_STEPS = (
    StagedTable("audit_register", REGISTER, (*DAY, "invoice_no")),
    StagedTable("audit_numbers_today", NUMBERS_TODAY, (*DAY, *FORM)),
    MoreRows("audit_register", REGISTER_OF_OTHER_DAYS),
    StagedTable("audit_links", LINKS, (*DAY, "invoice_no")),
    StagedTable("audit_twins", TWINS, (*DAY, "digital_no")),
    MoreRows("audit_links", LINKS_OF_TWINS),
    StagedTable("audit_foreign_numbers", FOREIGN_NUMBERS),
    StagedTable("audit_foreign_transactions", FOREIGN_TRANSACTIONS),
    MoreRows("audit_links", FOREIGN_LINKS),
    MoreRows("audit_links", FORGET_FOREIGN),
    MoreRows("audit_links", INHERIT, rounds=LONGEST_CHAIN),
    MoreRows("audit_register", ORIGINALS_MEANT),
    StagedTable("audit_originals_of_reds", ORIGINALS_OF_REDS),
    StagedTable("audit_other_numbers", OTHER_NUMBERS),
    MoreRows("audit_register", REGISTER_OF_OTHER_NUMBERS),
    MoreRows("audit_register", ORIGINALS_MEANT),
    StagedTable("audit_forms", FORMS, (*DAY, "invoice_no")),
    StagedTable("audit_states", STATES, (*DAY, "invoice_no")),
    MoreRows("audit_forms", FORGET_MIXED),
    MoreRows("audit_forms", FORMS_WITH_STATES),
    StagedTable("audit_live_links", LIVE_LINKS, (*DAY, "txn_no")),
    StagedTable("audit_several", SEVERAL),
)
