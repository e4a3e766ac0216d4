"""The invoice numbers that matter to a hall-day, each merged to its states, and what links them.

Register rows of one number with the same time, clerk and status are one; the latest is its state
now. Links go across days, by key only: cost follows the day's rows, not the register's length.
"""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import StagedTable, current, refresh_statistics

FORM = ("invoice_code", "invoice_no")

REGISTERED_TODAY = f"""
SELECT s.hall_id, s.business_date, e.invoice_code, e.invoice_no, e.status, e.txn_no,
       e.original_code, e.original_no
  FROM audit_scope s CROSS JOIN evidence_invoices e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND {current("e")}
"""

NUMBERS_TODAY = """
SELECT DISTINCT hall_id, business_date, invoice_code, invoice_no FROM audit_registered_today
"""

# Links the day's own rows state, and those that rows of other days state of the day's numbers and
# transactions.
LINKS_OF_TODAY = f"""
SELECT hall_id, business_date, txn_no, invoice_code, invoice_no
  FROM audit_lines WHERE invoice_no <> ''
 UNION
SELECT hall_id, business_date, txn_no, invoice_code, invoice_no
  FROM audit_registered_today WHERE txn_no <> ''
 UNION
SELECT n.hall_id, n.business_date, e.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoices e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = n.hall_id AND e.invoice_no = n.invoice_no AND e.invoice_code = n.invoice_code
   AND e.business_date <> n.business_date AND e.txn_no <> '' AND {current("e")}
 UNION
SELECT n.hall_id, n.business_date, e.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_accounts e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = n.hall_id AND e.invoice_code = n.invoice_code AND e.invoice_no = n.invoice_no
   AND e.business_date <> n.business_date AND e.line_kind <> 'correction' AND {current("e")}
 UNION
SELECT n.hall_id, n.business_date, e.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoice_links e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = n.hall_id AND e.invoice_code = n.invoice_code AND e.invoice_no = n.invoice_no
   AND {current("e")}
 UNION
SELECT t.hall_id, t.business_date, t.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_transactions t CROSS JOIN evidence_invoices e
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = t.hall_id AND e.txn_no = t.txn_no AND e.business_date <> t.business_date
   AND {current("e")}
 UNION
SELECT t.hall_id, t.business_date, t.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_transactions t CROSS JOIN evidence_invoice_links e
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = t.hall_id AND e.txn_no = t.txn_no AND {current("e")}
"""

FOREIGN_NUMBERS = """
SELECT DISTINCT l.hall_id, l.business_date, l.txn_no
  FROM audit_links_of_today l
 WHERE NOT EXISTS (SELECT 1 FROM audit_transactions t
                    WHERE t.hall_id = l.hall_id AND t.business_date = l.business_date
                      AND t.txn_no = l.txn_no)
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

_FOREIGN = """f.hall_id = s.hall_id AND f.business_date = s.business_date
   AND e.hall_id = f.hall_id AND e.txn_no = f.txn_no"""

LINKS = f"""
SELECT hall_id, business_date, txn_no, invoice_code, invoice_no FROM audit_links_of_today
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_accounts e
 WHERE {_FOREIGN} AND e.invoice_no <> '' AND e.line_kind <> 'correction' AND {current("e")}
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_invoices e
 WHERE {_FOREIGN} AND {current("e")}
 UNION
SELECT f.hall_id, f.business_date, f.txn_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_foreign_transactions f CROSS JOIN evidence_invoice_links e
 WHERE {_FOREIGN} AND {current("e")}
"""

# A reissue inherits the links of the number it replaces, and so on along the chain.
INHERIT = f"""
INSERT INTO audit_links (hall_id, business_date, txn_no, invoice_code, invoice_no)
SELECT DISTINCT l.hall_id, l.business_date, l.txn_no, e.invoice_code, e.invoice_no
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

ORIGINALS_OF_REDS = """
SELECT DISTINCT hall_id, business_date, original_code AS invoice_code, original_no AS invoice_no
  FROM audit_registered_today
 WHERE status = 'red' AND original_no <> ''
"""

NUMBERS = f"""
SELECT hall_id, business_date, invoice_code, invoice_no FROM audit_numbers_today
 UNION
SELECT hall_id, business_date, invoice_code, invoice_no FROM audit_links
 UNION
SELECT hall_id, business_date, invoice_code, invoice_no FROM audit_originals_of_reds
 UNION
SELECT o.hall_id, o.business_date, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_originals_of_reds o CROSS JOIN evidence_invoices e
 WHERE o.hall_id = s.hall_id AND o.business_date = s.business_date
   AND e.hall_id = o.hall_id AND e.original_no = o.invoice_no
   AND e.original_code = o.invoice_code AND e.status = 'red' AND {current("e")}
"""

STATES = f"""
SELECT n.hall_id, n.business_date, n.invoice_code, n.invoice_no, e.issued_at,
       e.business_date AS issued_on, e.status, COALESCE(p.clerk, e.clerk) AS person,
       MIN(e.clerk) AS clerk, CAST(SUM(e.amount) AS BIGINT) AS amount, MIN(e.number) AS number,
       MIN(e.basis) AS basis, MAX(e.original_code) AS original_code,
       MAX(e.original_no) AS original_no, MAX(e.original_date) AS original_date,
       MAX(e.original_amount) AS original_amount, COALESCE(MAX(e.copies), 0) AS copies,
       COALESCE(MAX(e.copies_recovered), 0) AS copies_recovered,
       MAX(e.void_reason) AS void_reason, MAX(e.intake_no) AS intake_no, MAX(e.row_no) AS row_no
  FROM audit_scope s CROSS JOIN audit_numbers n CROSS JOIN evidence_invoices e
  LEFT JOIN audit_people p ON p.hall_id = e.hall_id AND p.number = e.clerk
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = n.hall_id AND e.invoice_no = n.invoice_no AND e.invoice_code = n.invoice_code
   AND {current("e")}
 GROUP BY n.hall_id, n.business_date, n.invoice_code, n.invoice_no, e.issued_at, e.business_date,
          e.status, COALESCE(p.clerk, e.clerk)
"""

# One row a number: its state now, and when and by whom it was first used.
FORMS = """
SELECT x.*, CASE WHEN length(invoice_no) = 20 AND ltrim(invoice_no, '0123456789') = ''
                 THEN 1 ELSE 0 END AS digital
  FROM (SELECT z.*,
               ROW_NUMBER() OVER newest AS newest,
               FIRST_VALUE(issued_at) OVER oldest AS used_at,
               FIRST_VALUE(issued_on) OVER oldest AS used_on,
               FIRST_VALUE(clerk) OVER oldest AS user_no,
               FIRST_VALUE(person) OVER oldest AS user_person,
               COUNT(*) OVER (PARTITION BY hall_id, business_date, invoice_code, invoice_no)
                 AS states
          FROM audit_states z
        WINDOW newest AS (PARTITION BY hall_id, business_date, invoice_code, invoice_no
                          ORDER BY issued_at DESC, intake_no DESC, row_no DESC),
               oldest AS (PARTITION BY hall_id, business_date, invoice_code, invoice_no
                          ORDER BY issued_at, intake_no, row_no)) x
 WHERE x.newest = 1
"""

# Existing transactions with their live invoices; what a line names but nobody registered is none.
LIVE_LINKS = """
SELECT l.hall_id, l.business_date, l.txn_no, f.invoice_code, f.invoice_no, f.basis, f.amount
  FROM audit_links l
  JOIN audit_forms f
    ON f.hall_id = l.hall_id AND f.business_date = l.business_date
       AND f.invoice_no = l.invoice_no AND f.invoice_code = l.invoice_code
 WHERE f.status IN ('issued', 'red')
"""

LINK_TABLES = (
    StagedTable("audit_registered_today", REGISTERED_TODAY),
    StagedTable("audit_numbers_today", NUMBERS_TODAY, (*DAY, *FORM)),
    StagedTable("audit_links_of_today", LINKS_OF_TODAY, (*DAY, "txn_no")),
    StagedTable("audit_foreign_numbers", FOREIGN_NUMBERS),
    StagedTable("audit_foreign_transactions", FOREIGN_TRANSACTIONS, (*DAY, "txn_no")),
    StagedTable("audit_links", LINKS, (*DAY, "invoice_no")),
)
FORM_TABLES = (
    StagedTable("audit_originals_of_reds", ORIGINALS_OF_REDS),
    StagedTable("audit_numbers", NUMBERS),
    StagedTable("audit_states", STATES, (*DAY, "invoice_no")),
    StagedTable("audit_forms", FORMS, (*DAY, "invoice_no")),
    StagedTable("audit_live_links", LIVE_LINKS, (*DAY, "txn_no")),
)


def inherit_links(connection: Connection) -> None:
    """Follow reissues until no number is new; a chain longer than twenty is a circle of errors."""
    for _ in range(LONGEST_CHAIN):
        if connection.exec_driver_sql(INHERIT).rowcount <= 0:
            return
        refresh_statistics(connection, "audit_links")
