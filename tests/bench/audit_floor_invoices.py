"""The floor's part for invoices and the account: numbers, links, charges."""

from __future__ import annotations


def current(alias: str) -> str:
    """Give the condition that a row's batch was not replaced."""
    return (
        f"NOT EXISTS (SELECT 1 FROM intake_replacements x"
        f" WHERE x.hall_id = {alias}.hall_id AND x.old_no = {alias}.intake_no)"
    )


TRANSACTIONS = f"""
CREATE TEMPORARY TABLE floor_txn ON COMMIT DROP AS
SELECT a.hall_id, a.txn_no, MIN(a.business_date) AS day, MIN(a.line_no) AS line_no,
       MIN(a.accepted_at) AS at, MIN(a.clerk) AS clerk, MAX(a.clerk) AS last_clerk,
       MAX(a.subscriber) AS subscriber, MIN(a.business) AS business,
       MAX(a.business) AS last_business, SUM(a.received)::bigint AS received,
       SUM(a.due - a.discount + a.prepaid)::bigint AS owed, MAX(a.deferred) AS deferred,
       MAX(a.invoice_waived) AS waived, MAX(a.form_no) AS form_no, MAX(b.needs_form) AS needs_form,
       bool_or(COALESCE(b.invoice_due, 'payment') = 'payment') AS at_payment,
       SUM(b.fee_fen) FILTER (WHERE a.line_kind = 'sale')::bigint AS fee,
       SUM(CASE WHEN b.fee_fen IS NOT NULL THEN a.due END)
         FILTER (WHERE a.line_kind = 'sale')::bigint AS due_by_tariff
  FROM evidence_accounts a
  LEFT JOIN businesses b ON b.hall_id = a.hall_id AND b.business = a.business
 WHERE a.line_kind <> 'correction' AND {current("a")}
 GROUP BY a.hall_id, a.txn_no
"""

FIRST_CLERK = """
UPDATE floor_txn t SET clerk = a.clerk
  FROM evidence_accounts a
 WHERE t.clerk <> t.last_clerk AND a.hall_id = t.hall_id AND a.txn_no = t.txn_no
   AND a.line_no = t.line_no
"""

# Most numbers have one state; those with several are worked out row by row.
NUMBERS = f"""
CREATE TEMPORARY TABLE floor_numbers ON COMMIT DROP AS
SELECT e.hall_id, e.invoice_code, e.invoice_no, MIN(e.number) AS number,
       MIN(e.issued_at) AS used_at, MIN(e.business_date) AS used_on, MIN(e.clerk) AS user_no,
       MIN(e.clerk) AS clerk, MAX(e.business_date) AS day, MAX(e.status) AS status,
       MIN(e.basis) AS basis, SUM(e.amount)::bigint AS amount,
       MAX(e.original_code) AS original_code, MAX(e.original_no) AS original_no,
       MAX(e.original_date) AS original_date, MAX(e.original_amount) AS original_amount,
       MIN(e.issued_at) <> MAX(e.issued_at) OR MIN(e.status) <> MAX(e.status)
         OR MIN(e.clerk) <> MAX(e.clerk) AS has_states
  FROM evidence_invoices e
 WHERE {current("e")}
 GROUP BY e.hall_id, e.invoice_code, e.invoice_no
"""

STATES = f"""
CREATE TEMPORARY TABLE floor_states ON COMMIT DROP AS
SELECT e.hall_id, e.invoice_code, e.invoice_no, e.issued_at, e.business_date AS day, e.status,
       COALESCE(w.person, e.clerk) AS person, MIN(e.clerk) AS clerk, MIN(e.basis) AS basis,
       SUM(e.amount)::bigint AS amount, MAX(e.original_code) AS original_code,
       MAX(e.original_no) AS original_no, MAX(e.original_date) AS original_date,
       MAX(e.original_amount) AS original_amount,
       MAX(ROW(e.intake_no, e.row_no)::text) AS place
  FROM floor_numbers f
  JOIN evidence_invoices e USING (hall_id, invoice_code, invoice_no)
  LEFT JOIN floor_who w ON w.hall_id = e.hall_id AND w.number = e.clerk
 WHERE f.has_states AND {current("e")}
 GROUP BY e.hall_id, e.invoice_code, e.invoice_no, e.issued_at, e.business_date, e.status,
          COALESCE(w.person, e.clerk)
"""

LAST_STATE = """
UPDATE floor_numbers f
   SET used_on = s.used_on, user_no = s.user_no, clerk = s.clerk, day = s.day, status = s.status,
       basis = s.basis, amount = s.amount, original_code = s.original_code,
       original_no = s.original_no, original_date = s.original_date,
       original_amount = s.original_amount
  FROM (SELECT *, FIRST_VALUE(day) OVER first AS used_on, FIRST_VALUE(clerk) OVER first AS user_no,
               ROW_NUMBER() OVER (PARTITION BY hall_id, invoice_code, invoice_no
                                  ORDER BY issued_at DESC, place DESC) AS newest
          FROM floor_states
        WINDOW first AS (PARTITION BY hall_id, invoice_code, invoice_no
                         ORDER BY issued_at, place)) s
 WHERE s.newest = 1 AND f.hall_id = s.hall_id AND f.invoice_code = s.invoice_code
   AND f.invoice_no = s.invoice_no
"""

# Numbers in the range they were drawn in, beside their neighbours; a gap is noticed on the first
# day any higher number was used.
DRAWN = """
CREATE TEMPORARY TABLE floor_drawn ON COMMIT DROP AS
SELECT f.hall_id, f.invoice_code, f.invoice_no, f.number, f.used_at, f.used_on, f.user_no,
       g.id AS range_id, g.clerk AS holder, length(g.first_no) AS digits,
       LEAD(f.used_at) OVER forward AS next_at,
       COALESCE(LAG(f.number) OVER forward,
                GREATEST(COALESCE(g.used_to, 0), g.first_number - 1)) AS previous,
       MIN(f.used_on) OVER (PARTITION BY g.hall_id, g.id ORDER BY f.number DESC) AS noticed
  FROM floor_numbers f
  JOIN invoice_ranges g ON g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
       AND f.number BETWEEN g.first_number AND g.last_number
       AND length(g.first_no) = length(f.invoice_no)
 WHERE g.clerk <> ''
WINDOW forward AS (PARTITION BY g.hall_id, g.id ORDER BY f.number)
"""

HOLDERS = """
CREATE TEMPORARY TABLE floor_holders ON COMMIT DROP AS
SELECT c.hall_id, c.counter AS place, COALESCE(w.person, c.clerk) AS person
  FROM counter_clerks c LEFT JOIN floor_who w ON w.hall_id = c.hall_id AND w.number = c.clerk
 UNION
SELECT w.hall_id, w.number, w.person FROM floor_who w
 WHERE NOT EXISTS (SELECT 1 FROM counter_clerks c
                    WHERE c.hall_id = w.hall_id AND c.counter = w.number)
"""

_NAME = "'invoice:' || {0}.invoice_code || '/' || {0}.invoice_no"

_KNOWN = """CASE WHEN f.invoice_code = ''
            THEN f.invoice_no ~ '^[0-9]{20}$' AND left(f.invoice_no, 2) BETWEEN '21' AND <YEAR>
            ELSE f.invoice_no ~ '^[0-9]{8}$'
             AND ((f.invoice_code ~ '^[012][0-9]{11}$' AND substr(f.invoice_code, 6, 2) <= <YEAR>)
               OR (f.invoice_code ~ '^[0-9]{10}$' AND substr(f.invoice_code, 5, 2) <= <YEAR>))
            END"""

PAPER = f"""
SELECT d.hall_id, 'P01' AS check_code,
       'invoice:' || d.invoice_code || '/' || lpad(m.first::text, d.digits, '0')
         || CASE WHEN m.last > m.first THEN '-' || lpad(m.last::text, d.digits, '0') ELSE '' END
         AS subject,
       d.holder AS clerk, NULL::bigint AS expected, NULL::bigint AS found, 'block' AS severity
  FROM floor_drawn d
 CROSS JOIN LATERAL (
       SELECT n AS first, n AS last FROM generate_series(d.previous + 1, d.number - 1) n
        WHERE d.number - d.previous <= 101
        UNION ALL
       SELECT d.previous + 1, d.number - 1 WHERE d.number - d.previous > 101) m
 WHERE d.number > d.previous + 1 AND d.noticed = <D>
 UNION ALL
SELECT z.hall_id, 'P02', {_NAME.format("z")}, MAX(z.clerk), NULL, NULL, 'block'
  FROM floor_states z
  JOIN floor_states o USING (hall_id, invoice_code, invoice_no, status)
 WHERE z.day = <D> AND z.status IN ('issued', 'red')
   AND (o.issued_at < z.issued_at OR (o.issued_at = z.issued_at AND o.person < z.person))
 GROUP BY z.hall_id, z.invoice_code, z.invoice_no
 UNION ALL
SELECT v.hall_id, 'P03', {_NAME.format("v")}, MAX(v.clerk), NULL, NULL, 'block'
  FROM (SELECT e.hall_id, e.invoice_code, e.invoice_no, MIN(e.clerk) AS clerk,
               COALESCE(MAX(e.copies), 0) > COALESCE(MAX(e.copies_recovered), 0)
                 OR MAX(e.void_reason) = '' OR e.invoice_no ~ '^[0-9]{{20}}$' AS incomplete
          FROM evidence_invoices e
         WHERE e.business_date = <D> AND e.status = 'void' AND {current("e")}
         GROUP BY e.hall_id, e.invoice_code, e.invoice_no, e.issued_at, e.clerk) v
 WHERE v.incomplete
 GROUP BY v.hall_id, v.invoice_code, v.invoice_no
 UNION ALL
SELECT f.hall_id, 'P05', {_NAME.format("f")}, f.user_no, NULL, NULL, 'block'
  FROM floor_numbers f
  LEFT JOIN floor_who w ON w.hall_id = f.hall_id AND w.number = f.user_no
 WHERE f.used_on = <D> AND NOT (length(f.invoice_no) = 20 AND f.invoice_no ~ '^[0-9]*$')
   AND NOT EXISTS (SELECT 1 FROM floor_drawn d
                    WHERE d.hall_id = f.hall_id AND d.invoice_code = f.invoice_code
                      AND d.invoice_no = f.invoice_no AND d.holder = f.user_no)
   AND NOT EXISTS (SELECT 1 FROM floor_drawn d
                     LEFT JOIN floor_holders h ON h.hall_id = d.hall_id AND h.place = d.holder
                    WHERE d.hall_id = f.hall_id AND d.invoice_code = f.invoice_code
                      AND d.invoice_no = f.invoice_no
                      AND COALESCE(w.person, f.user_no) IN (h.person, d.holder))
 UNION ALL
SELECT d.hall_id, 'P06', {_NAME.format("d")}, d.user_no, NULL, NULL, 'warn'
  FROM floor_drawn d WHERE d.used_on = <D> AND d.next_at < d.used_at
 UNION ALL
SELECT f.hall_id, 'P07', {_NAME.format("f")}, f.clerk, NULL, NULL, 'block'
  FROM floor_numbers f
  LEFT JOIN floor_numbers o ON o.hall_id = f.hall_id AND o.invoice_code = f.original_code
       AND o.invoice_no = f.original_no
  LEFT JOIN (SELECT hall_id, original_code, original_no, SUM(ABS(amount)) AS reversed
               FROM floor_numbers WHERE status = 'red' GROUP BY 1, 2, 3) r
    ON r.hall_id = f.hall_id AND r.original_code = f.original_code
       AND r.original_no = f.original_no
 WHERE f.status = 'red' AND f.day = <D>
   AND CASE WHEN o.invoice_no IS NOT NULL THEN o.status = 'void' OR r.reversed > o.amount
            ELSE f.original_date IS NULL OR f.original_amount IS NULL
              OR ABS(f.amount) > f.original_amount END
 UNION ALL
SELECT f.hall_id, 'P09', {_NAME.format("f")}, f.user_no, NULL, NULL, 'warn'
  FROM floor_numbers f WHERE f.used_on = <D> AND NOT {_KNOWN}
"""

LINKS = f"""
CREATE TEMPORARY TABLE floor_links ON COMMIT DROP AS
WITH RECURSIVE stated AS MATERIALIZED (
SELECT a.hall_id, a.txn_no, a.invoice_code, a.invoice_no FROM evidence_accounts a
 WHERE a.invoice_no <> '' AND a.line_kind <> 'correction' AND {current("a")}
 UNION
SELECT e.hall_id, e.txn_no, e.invoice_code, e.invoice_no FROM evidence_invoices e
 WHERE e.txn_no <> '' AND {current("e")}
 UNION
SELECT e.hall_id, e.txn_no, e.invoice_code, e.invoice_no FROM evidence_invoice_links e
 WHERE {current("e")}),
replaced AS (
SELECT hall_id, invoice_code, invoice_no, original_code, original_no
  FROM floor_numbers WHERE basis = 'reissue'
 UNION
SELECT r.hall_id, r.invoice_code, r.invoice_no, f.original_code, f.original_no
  FROM replaced r
  JOIN floor_numbers f ON f.hall_id = r.hall_id AND f.invoice_code = r.original_code
       AND f.invoice_no = r.original_no AND f.basis = 'reissue'),
linked AS (
SELECT * FROM stated
 UNION ALL
SELECT DISTINCT r.hall_id, s.txn_no, r.invoice_code, r.invoice_no
  FROM replaced r
  JOIN stated s ON s.hall_id = r.hall_id AND s.invoice_code = r.original_code
       AND s.invoice_no = r.original_no
 WHERE NOT EXISTS (SELECT 1 FROM stated k
                    WHERE k.hall_id = r.hall_id AND k.txn_no = s.txn_no
                      AND k.invoice_code = r.invoice_code AND k.invoice_no = r.invoice_no))
SELECT l.*, f.basis, f.amount, t.received,
       COUNT(*) FILTER (WHERE f.basis = 'txn') OVER (PARTITION BY l.hall_id, l.txn_no) AS invoices
  FROM linked l
  JOIN floor_numbers f USING (hall_id, invoice_code, invoice_no)
  JOIN floor_txn t USING (hall_id, txn_no)
 WHERE f.status IN ('issued', 'red')
"""

ACCOUNT = f"""
SELECT t.hall_id, 'X01' AS check_code, 'txn:' || t.txn_no AS subject, t.clerk,
       t.received AS expected, 0::bigint AS found, 'block' AS severity
  FROM floor_txn t
 WHERE t.day = <D> AND t.received > 0 AND t.at_payment AND t.waived = 0
   AND NOT EXISTS (SELECT 1 FROM floor_links l
                    WHERE l.hall_id = t.hall_id AND l.txn_no = t.txn_no)
 UNION ALL
SELECT f.hall_id, CASE WHEN l.received IS NULL THEN 'X02' ELSE 'X03' END, {_NAME.format("f")},
       f.clerk, CASE WHEN l.received IS NULL THEN 0 ELSE COALESCE(m.amount, l.received) END,
       f.amount, 'block'
  FROM floor_numbers f
  LEFT JOIN (SELECT hall_id, invoice_code, invoice_no, SUM(received)::bigint AS received,
                    MAX(invoices) AS invoices
               FROM floor_links WHERE basis = 'txn' GROUP BY 1, 2, 3) l
       USING (hall_id, invoice_code, invoice_no)
  LEFT JOIN (SELECT e.hall_id, e.invoice_code, e.invoice_no, SUM(e.amount)::bigint AS amount
               FROM evidence_invoice_links e WHERE e.amount IS NOT NULL AND {current("e")}
              GROUP BY 1, 2, 3) m USING (hall_id, invoice_code, invoice_no)
 WHERE f.day = <D> AND f.status IN ('issued', 'red') AND f.basis = 'txn'
   AND (l.received IS NULL OR (l.invoices = 1 AND COALESCE(m.amount, l.received) <> f.amount))
 UNION ALL
SELECT l.hall_id, 'X03', 'txn:' || l.txn_no, MIN(t.clerk), MIN(l.received),
       SUM(l.amount)::bigint, 'block'
  FROM floor_links l JOIN floor_txn t USING (hall_id, txn_no)
 WHERE l.basis = 'txn' AND l.invoices > 1 AND t.day = <D>
 GROUP BY l.hall_id, l.txn_no
HAVING MIN(l.received) <> SUM(l.amount)
 UNION ALL
SELECT v.hall_id, 'P10', 'txn:' || v.txn_no, MIN(t.clerk), NULL, NULL, 'block'
  FROM (SELECT hall_id, txn_no FROM floor_links GROUP BY 1, 2 HAVING COUNT(*) > 1) v
  JOIN floor_txn t USING (hall_id, txn_no)
  JOIN floor_links l USING (hall_id, txn_no)
  LEFT JOIN (SELECT e.hall_id, e.txn_no, e.invoice_code, e.invoice_no, SUM(e.amount) AS amount
               FROM evidence_invoice_links e WHERE e.amount IS NOT NULL AND {current("e")}
              GROUP BY 1, 2, 3, 4) m USING (hall_id, txn_no, invoice_code, invoice_no)
  LEFT JOIN LATERAL (SELECT SUM(s.amount) AS amount FROM floor_split s
                      WHERE s.hall_id = v.hall_id AND s.txn_no = v.txn_no) p ON true
 WHERE t.day = <D>
 GROUP BY v.hall_id, v.txn_no
HAVING SUM(COALESCE(m.amount, l.amount))
       > GREATEST(0, COALESCE(MIN(p.amount), MIN(t.received)))
 UNION ALL
SELECT t.hall_id, 'X05', 'txn:' || t.txn_no, t.clerk, t.owed, t.received, 'block'
  FROM floor_txn t
 WHERE t.day = <D> AND t.received <> t.owed AND t.deferred = 0
   AND NOT EXISTS (
       SELECT 1 FROM evidence_refunds w
         LEFT JOIN LATERAL (
              SELECT array_agg(a.document_no) AS named FROM evidence_accounts a
               WHERE a.hall_id = t.hall_id AND a.txn_no = t.txn_no AND a.document_no <> ''
                 AND a.line_kind <> 'correction' AND {current("a")}) n ON true
        WHERE w.hall_id = t.hall_id AND w.kind = 'waiver' AND w.approver <> ''
          AND w.approved_at IS NOT NULL AND w.amount = t.owed - t.received AND {current("w")}
          AND CASE WHEN n.named IS NOT NULL THEN w.document_no = ANY (n.named)
                   WHEN w.original_txn_no <> '' THEN w.original_txn_no = t.txn_no
                   ELSE w.subscriber <> '' AND w.subscriber = t.subscriber END)
 UNION ALL
SELECT hall_id, 'X06', 'txn:' || txn_no, clerk, NULL, NULL, 'warn'
  FROM floor_txn WHERE day = <D> AND needs_form = 1 AND form_no = ''
 UNION ALL
SELECT hall_id, 'X08', 'txn:' || txn_no, clerk, fee, due_by_tariff, 'warn'
  FROM floor_txn WHERE day = <D> AND fee <> due_by_tariff
"""

# Only subscribers charged the same amount more than once are put in order of time.
TWICE = f"""
WITH charge AS MATERIALIZED (
SELECT t.*, COALESCE(w.person, t.clerk) AS person
  FROM floor_txn t
  JOIN (SELECT hall_id, subscriber, received FROM floor_txn
         WHERE subscriber <> '' AND received > 0 AND day BETWEEN <DAY_BEFORE> AND <D>
         GROUP BY 1, 2, 3 HAVING COUNT(*) > 1) again USING (hall_id, subscriber, received)
  LEFT JOIN floor_who w ON w.hall_id = t.hall_id AND w.number = t.clerk
 WHERE t.day BETWEEN <DAY_BEFORE> AND <D>),
undone AS (
SELECT DISTINCT a.hall_id, a.original_txn_no AS txn_no FROM evidence_accounts a
 WHERE a.business_date <= <D> AND a.line_kind IN ('reversal', 'refund')
   AND a.original_txn_no <> '' AND {current("a")})
SELECT hall_id, 'X04' AS check_code, 'txn:' || txn_no AS subject, clerk, NULL::bigint AS expected,
       NULL::bigint AS found, 'warn' AS severity
  FROM (SELECT c.*, c.at - LAG(c.at) OVER (
                 PARTITION BY hall_id, person, subscriber, received, business, last_business
                 ORDER BY at, txn_no) AS apart
          FROM charge c
         WHERE NOT EXISTS (SELECT 1 FROM undone u
                            WHERE u.hall_id = c.hall_id AND u.txn_no = c.txn_no)) standing
 WHERE day = <D> AND apart <= 600000000
"""

FOUND = f"""
CREATE TEMPORARY TABLE floor_invoices ON COMMIT DROP AS
{PAPER} UNION ALL {ACCOUNT} UNION ALL SELECT * FROM ({TWICE}) twice
"""

INVOICES = (
    *(TRANSACTIONS, FIRST_CLERK, NUMBERS, STATES, LAST_STATE, DRAWN, HOLDERS, LINKS),
    FOUND,
)
