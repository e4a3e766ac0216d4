"""The floor's part for refunds, waivers and credits: claims of files and cases, and the money."""

from __future__ import annotations

from tests.bench.audit_floor_invoices import current

CASES = "('refund', 'waiver', 'gift_credit', 'transfer_balance', 'deposit_return')"
_NOT_A_CASE = f"""NOT EXISTS (SELECT 1 FROM documents k
         WHERE k.hall_id = r.hall_id AND k.number = r.document_no AND k.kind IN {CASES})"""

# What of every transaction of the day went back, and what its lines name.
GIVEN = f"""
CREATE TEMPORARY TABLE floor_given ON COMMIT DROP AS
SELECT l.hall_id, l.txn_no, l.document_no, l.original_txn_no, l.deposit, l.reversal, l.authoriser,
       l.at, t.clerk, t.subscriber, COALESCE(w.person, t.clerk) AS person,
       COALESCE(p.amount, l.amount) AS amount, COALESCE(p.tender, l.tender) AS tender,
       COALESCE(p.tenders, l.tenders) AS tenders
  FROM (SELECT a.hall_id, a.txn_no, MAX(a.document_no) AS document_no,
               MAX(a.original_txn_no) AS original_txn_no, MAX(a.deposit) AS deposit,
               bool_or(a.line_kind = 'reversal') AS reversal, MAX(a.authoriser) AS authoriser,
               MIN(a.accepted_at) AS at, -SUM(a.received)::bigint AS amount,
               MIN(a.tender) AS tender, COUNT(DISTINCT a.tender) AS tenders
          FROM evidence_accounts a
         WHERE a.business_date = <D> AND a.received < 0 AND a.line_kind <> 'correction'
           AND {current("a")}
         GROUP BY a.hall_id, a.txn_no) l
  JOIN floor_txn t USING (hall_id, txn_no)
  LEFT JOIN floor_who w ON w.hall_id = t.hall_id AND w.number = t.clerk
  LEFT JOIN (SELECT hall_id, txn_no, -SUM(amount)::bigint AS amount, MIN(tender) AS tender,
                    COUNT(DISTINCT tender) AS tenders
               FROM floor_split WHERE amount < 0 GROUP BY hall_id, txn_no) p
    ON p.hall_id = l.hall_id AND p.txn_no = l.txn_no
"""

ADJUSTED = f"""
CREATE TEMPORARY TABLE floor_adjusted ON COMMIT DROP AS
SELECT a.hall_id, a.business_date AS day, a.adjustment_no, a.clerk, a.subscriber, a.kind,
       a.amount, a.document_no, a.at
  FROM evidence_adjustments a
 WHERE {current("a")}
"""

# Of cases of this system the facts and signatures are read for each; they are few.
CLAIMS = f"""
CREATE TEMPORARY TABLE floor_claims ON COMMIT DROP AS
SELECT r.hall_id, r.business_date AS day, r.document_no, r.kind, r.subscriber, r.amount,
       r.original_txn_no, r.requester, r.requested_at, r.approver, r.approved_at,
       r.second_approver, r.executor, r.executed_at, r.tender, r.customer_signed,
       r.papers_handed_at AS handed_at, false AS live
  FROM evidence_refunds r
 WHERE {current("r")} AND {_NOT_A_CASE}
 UNION ALL
SELECT d.hall_id, d.business_date, d.number, d.kind, COALESCE(f.subscriber, ''), d.amount_fen,
       COALESCE(f.original_txn, ''), COALESCE(f.requester, ''), g.asked_at,
       CASE WHEN g.is_signed THEN COALESCE(g.first, '') ELSE '' END,
       CASE WHEN g.is_signed THEN g.signed_at END,
       CASE WHEN g.is_signed AND g.needed > 1 THEN COALESCE(g.last, '') ELSE '' END,
       COALESCE(x.executor, ''), x.at, COALESCE(f.tender, ''), COALESCE(x.customer_signed, 0),
       h.at, true
  FROM documents d
  LEFT JOIN refund_executions x ON x.hall_id = d.hall_id AND x.document_id = d.id
  LEFT JOIN refund_handovers h ON h.hall_id = d.hall_id AND h.document_id = d.id
 CROSS JOIN LATERAL (
       SELECT MAX(value) FILTER (WHERE name = 'subscriber') AS subscriber,
              MAX(value) FILTER (WHERE name = 'original_txn') AS original_txn,
              MAX(value) FILTER (WHERE name = 'requester') AS requester,
              MAX(value) FILTER (WHERE name = 'tender') AS tender
         FROM document_facts
        WHERE hall_id = d.hall_id AND document_id = d.id AND revision = d.revision) f
 CROSS JOIN LATERAL (
       SELECT n.needed, MIN(s.at) FILTER (WHERE s.step = 'submit') AS asked_at,
              MAX(s.at) FILTER (WHERE s.step = 'approve') AS signed_at,
              COUNT(*) FILTER (WHERE s.step = 'approve') >= n.needed AS is_signed,
              (SELECT MIN(e.number) FROM employments e WHERE e.hall_id = d.hall_id
                  AND e.person_id = MIN(s.person_id) FILTER (WHERE s.step = 'approve')) AS first,
              (SELECT MIN(e.number) FROM employments e WHERE e.hall_id = d.hall_id
                  AND e.person_id = MAX(s.person_id) FILTER (WHERE s.step = 'approve')) AS last
         FROM (SELECT cardinality(string_to_array(d.required_roles, ',')) AS needed) n
         LEFT JOIN signatures s ON s.hall_id = d.hall_id AND s.document_id = d.id
              AND (s.step = 'submit' OR s.revision = d.revision)
        GROUP BY n.needed) g
 WHERE d.kind IN {CASES} AND d.state IN ('submitted', 'approved', 'posted', 'reversed')
"""

# Payments that name a claim, on whatever day, by tender.
PAYING = f"""
CREATE TEMPORARY TABLE floor_paying ON COMMIT DROP AS
SELECT e.hall_id, e.document_no, e.txn_no, e.at, COALESCE(p.tender, e.tender) AS tender,
       COALESCE(p.amount, e.amount) AS amount
  FROM (SELECT a.hall_id, a.document_no, a.txn_no, a.tender, MIN(a.accepted_at) AS at,
               -SUM(a.received)::bigint AS amount
          FROM evidence_accounts a
         WHERE a.document_no <> '' AND a.received < 0 AND a.line_kind <> 'correction'
           AND {current("a")}
           AND EXISTS (SELECT 1 FROM floor_claims c
                        WHERE c.hall_id = a.hall_id AND c.document_no = a.document_no)
         GROUP BY a.hall_id, a.document_no, a.txn_no, a.tender) e
  LEFT JOIN (SELECT hall_id, txn_no, tender, -SUM(amount)::bigint AS amount
               FROM floor_split WHERE amount < 0 GROUP BY hall_id, txn_no, tender) p
       USING (hall_id, txn_no)
"""

# Everything given on a claim by payment or adjustment, with the sum up to and including it.
ON_CLAIMS = """
CREATE TEMPORARY TABLE floor_on_claims ON COMMIT DROP AS
SELECT *, SUM(amount) OVER (PARTITION BY hall_id, document_no, paid ORDER BY at, given_no
                            RANGE UNBOUNDED PRECEDING) AS so_far
  FROM (SELECT hall_id, document_no, txn_no AS given_no, MIN(at) AS at, SUM(amount) AS amount,
               true AS paid
          FROM floor_paying GROUP BY hall_id, document_no, txn_no
         UNION ALL
        SELECT a.hall_id, a.document_no, a.adjustment_no, a.at, a.amount, false
          FROM floor_adjusted a WHERE a.document_no <> '') given
"""

TODAY = """
CREATE TEMPORARY TABLE floor_claims_today ON COMMIT DROP AS
SELECT c.*, g.first_at, g.times, g.given,
       COALESCE(NULLIF(c.executor, ''), c.requester) AS who
  FROM floor_claims c
  LEFT JOIN (SELECT hall_id, document_no, MIN(at) AS first_at, COUNT(*) AS times,
                    SUM(amount) AS given
               FROM floor_on_claims GROUP BY hall_id, document_no) g
       USING (hall_id, document_no)
 WHERE c.day = <D>
"""

# What the original of a payment back, or of a claim, was paid by.
ORIGINALS = f"""
CREATE TEMPORARY TABLE floor_originals ON COMMIT DROP AS
SELECT o.hall_id, o.txn_no, p.tender, p.amount, p.day
  FROM (SELECT hall_id, original_txn_no AS txn_no FROM floor_claims_today
         UNION
        SELECT hall_id, original_txn_no FROM floor_given) o
 CROSS JOIN LATERAL (
       SELECT a.tender, a.received AS amount, a.business_date AS day FROM evidence_accounts a
        WHERE a.hall_id = o.hall_id AND a.txn_no = o.txn_no AND a.line_kind <> 'correction'
          AND {current("a")}
          AND NOT EXISTS (SELECT 1 FROM floor_split s
                           WHERE s.hall_id = o.hall_id AND s.txn_no = o.txn_no)
        UNION ALL
       SELECT s.tender, s.amount, s.day FROM floor_split s
        WHERE s.hall_id = o.hall_id AND s.txn_no = o.txn_no) p
 WHERE o.txn_no <> '' AND p.amount > 0
"""

# What the roles of who approved allowed him on that day.
LIMITS = """
CREATE TEMPORARY TABLE floor_limits ON COMMIT DROP AS
SELECT c.hall_id, c.document_no, MAX(COALESCE(t.limit_fen, a.limit_fen,
         CASE g.role WHEN 'duty_manager' THEN 10000 WHEN 'hall_manager' THEN 50000
                     WHEN 'department' THEN 500000 ELSE 0 END)) AS limit_fen,
       bool_or(g.role = 'department') AND bool_or(g.role = 'finance') AS unlimited
  FROM floor_claims c
  JOIN employments n ON n.hall_id = c.hall_id AND n.number IN (c.approver, c.second_approver)
  JOIN employments e ON e.hall_id = n.hall_id AND e.person_id = n.person_id
  JOIN role_grants g ON g.hall_id = e.hall_id AND g.number = e.number
       AND (to_timestamp(c.approved_at / 1000000) AT TIME ZONE 'Asia/Shanghai')::date
           BETWEEN g.valid_from AND g.valid_to
  LEFT JOIN LATERAL (SELECT limit_fen FROM refund_tiers
                      WHERE hall_id = c.hall_id AND instrument = c.kind AND role = g.role
                        AND valid_from <= c.day
                      ORDER BY valid_from DESC, document_id DESC LIMIT 1) t ON true
  LEFT JOIN LATERAL (SELECT limit_fen FROM approval_tiers
                      WHERE instrument = c.kind AND role = g.role AND valid_from <= c.day
                      ORDER BY valid_from DESC LIMIT 1) a ON true
 WHERE NOT c.live AND c.approver <> '' AND c.approved_at IS NOT NULL
   AND c.day > <D> - 30
 GROUP BY c.hall_id, c.document_no
"""

_APPROVED = "c.approver <> '' AND c.approved_at IS NOT NULL"
_ORDER = "(COALESCE(b.day, c.day), COALESCE(b.requested_at, 0), b.document_no)"
_UP_TO = f"{_ORDER} <= (c.day, COALESCE(c.requested_at, 0), c.document_no)"
_NAME = "'document:' || c.document_no"

UNAPPROVED = f"""
SELECT g.hall_id, 'R01' AS check_code, g.subject, g.clerk, NULL::bigint AS expected,
       NULL::bigint AS found, 'block' AS severity
  FROM (SELECT v.hall_id, v.clerk, v.amount, v.subscriber, v.document_no, v.txn_no AS given_no,
               true AS paid, 'txn:' || v.txn_no AS subject,
               CASE WHEN v.deposit = 1 THEN '{{deposit_return}}'::text[]
                    ELSE '{{refund}}'::text[] END AS kinds,
               CASE WHEN v.deposit = 1 THEN '{{deposit_return}}'::text[]
                    ELSE '{{deposit_return,refund,transfer_balance}}'::text[] END AS named_kinds,
               ROW_NUMBER() OVER (PARTITION BY v.hall_id, v.document_no, v.subscriber, v.amount,
                                               v.deposit ORDER BY v.at, v.txn_no) AS place,
               (SELECT COUNT(DISTINCT a.txn_no) FROM evidence_accounts a
                 WHERE a.hall_id = v.hall_id AND a.subscriber = v.subscriber
                   AND a.business_date >= <FIRST> AND a.business_date < <D>
                   AND a.received = -v.amount AND a.document_no = '' AND a.deposit = v.deposit
                   AND a.line_kind = 'refund' AND v.document_no = '' AND {current("a")}) AS before
          FROM floor_given v
          LEFT JOIN floor_who w ON w.hall_id = v.hall_id AND w.number = v.authoriser
         WHERE NOT (v.reversal AND v.tenders = 1 AND v.authoriser <> ''
                    AND COALESCE(w.person, v.authoriser) <> v.person
                    AND NOT EXISTS (SELECT 1 FROM floor_given b
                                     WHERE b.hall_id = v.hall_id AND b.reversal
                                       AND b.original_txn_no = v.original_txn_no
                                       AND (b.at, b.txn_no) < (v.at, v.txn_no))
                    AND EXISTS (SELECT 1 FROM floor_originals o
                                 WHERE o.hall_id = v.hall_id AND o.txn_no = v.original_txn_no
                                HAVING SUM(o.amount) = v.amount AND MIN(o.tender) = v.tender
                                   AND MAX(o.tender) = v.tender AND MIN(o.day) = <D>))
         UNION ALL
        SELECT a.hall_id, a.clerk, a.amount, a.subscriber, a.document_no, a.adjustment_no, false,
               'adjustment:' || a.adjustment_no, ARRAY[a.kind], ARRAY[a.kind],
               ROW_NUMBER() OVER (PARTITION BY a.hall_id, a.document_no, a.subscriber, a.amount,
                                               a.kind ORDER BY a.at, a.adjustment_no),
               (SELECT COUNT(*) FROM floor_adjusted b
                 WHERE b.hall_id = a.hall_id AND b.subscriber = a.subscriber
                   AND b.day >= <FIRST> AND b.day < <D> AND b.amount = a.amount
                   AND b.document_no = '' AND b.kind = a.kind)
          FROM floor_adjusted a WHERE a.day = <D>) g
 WHERE CASE WHEN g.document_no <> ''
            THEN NOT EXISTS (SELECT 1 FROM floor_claims c
                               JOIN floor_on_claims o USING (hall_id, document_no)
                              WHERE c.hall_id = g.hall_id AND c.document_no = g.document_no
                                AND c.kind = ANY (g.named_kinds) AND {_APPROVED}
                                AND o.given_no = g.given_no AND o.paid = g.paid
                                AND o.so_far <= c.amount)
            ELSE g.before + g.place > (
                 SELECT COUNT(*) FROM floor_claims c
                  WHERE c.hall_id = g.hall_id AND c.subscriber = g.subscriber
                    AND c.amount = g.amount AND c.kind = ANY (g.kinds) AND {_APPROVED}
                    AND c.day BETWEEN <FIRST> AND <LAST>
                    AND NOT EXISTS (SELECT 1 FROM floor_on_claims o
                                     WHERE o.hall_id = c.hall_id AND o.paid = g.paid
                                       AND o.document_no = c.document_no)) END
"""

APPROVALS = f"""
SELECT c.hall_id, 'R02', {_NAME}, c.approver, NULL, NULL, 'block'
  FROM floor_claims_today c
  LEFT JOIN floor_limits l USING (hall_id, document_no)
  LEFT JOIN floor_who a ON a.hall_id = c.hall_id AND a.number = c.approver
  LEFT JOIN floor_who s ON s.hall_id = c.hall_id AND s.number = c.second_approver
  LEFT JOIN floor_who q ON q.hall_id = c.hall_id AND q.number = c.requester
 CROSS JOIN LATERAL (SELECT GREATEST(c.amount, SUM(b.amount)) AS judged FROM floor_claims b
                      WHERE b.hall_id = c.hall_id AND b.subscriber = c.subscriber
                        AND c.subscriber <> '' AND b.day > c.day - 30 AND {_UP_TO}) u
 WHERE {_APPROVED}
   AND ((NOT c.live AND COALESCE(q.person, c.requester)
           IN (COALESCE(a.person, c.approver), COALESCE(s.person, NULLIF(c.second_approver, ''))))
        OR c.approved_at > LEAST(c.executed_at, c.first_at)
        OR (NOT c.live AND COALESCE(l.limit_fen, 0) < u.judged
            AND NOT COALESCE(l.unlimited, false)))
 UNION ALL
SELECT c.hall_id, 'R03', {_NAME}, c.requester, NULL, NULL, 'block'
  FROM floor_claims_today c
  JOIN floor_limits l USING (hall_id, document_no)
 CROSS JOIN LATERAL (SELECT SUM(b.amount) AS week, COUNT(*) AS times FROM floor_claims b
                      WHERE b.hall_id = c.hall_id AND b.subscriber = c.subscriber
                        AND c.subscriber <> '' AND b.day > c.day - 7 AND b.approver <> ''
                        AND b.amount <= l.limit_fen AND {_UP_TO}) u
 WHERE NOT c.live AND c.amount <= l.limit_fen AND u.times > 1 AND u.week > l.limit_fen
   AND NOT l.unlimited
"""

# The invoices of a refunded sale, as far as red letters have not taken them back.
_LIVE_INVOICE = """EXISTS (
       SELECT 1
         FROM (SELECT SUM(f.amount) AS invoiced, SUM(COALESCE(r.amount, 0)) AS reversed,
                      bool_or(length(f.invoice_no) <> 20
                              AND COALESCE(r.amount, 0) < f.amount) AS on_paper,
                      array_agg(f.invoice_code || '/' || f.invoice_no) AS names
                 FROM (SELECT DISTINCT hall_id, invoice_code, invoice_no FROM floor_links k
                        WHERE k.hall_id = c.hall_id AND k.txn_no = c.original_txn_no) k
                 JOIN floor_numbers f USING (hall_id, invoice_code, invoice_no)
                 LEFT JOIN LATERAL (SELECT SUM(ABS(r.amount)) AS amount FROM floor_numbers r
                                     WHERE r.hall_id = f.hall_id AND r.status = 'red'
                                       AND r.original_code = f.invoice_code
                                       AND r.original_no = f.invoice_no) r ON true
                WHERE f.status = 'issued') i
        CROSS JOIN LATERAL (
              SELECT SUM(t.received) AS paid, SUM(b.amount) AS back
                FROM (SELECT DISTINCT k.hall_id, k.txn_no FROM floor_links k
                       WHERE k.hall_id = c.hall_id
                         AND k.invoice_code || '/' || k.invoice_no = ANY (i.names)) k
                JOIN floor_txn t USING (hall_id, txn_no)
                LEFT JOIN LATERAL (SELECT SUM(b.amount) AS amount FROM floor_claims b
                                    WHERE b.hall_id = k.hall_id AND b.original_txn_no = k.txn_no
                                      AND b.kind = 'refund' AND {up_to}) b ON true) p
        WHERE i.reversed < p.back AND i.reversed < i.invoiced - (p.paid - p.back)
          AND (i.on_paper OR <NOW> > COALESCE(c.executed_at, c.first_at) + 259200000000))"""

PAYOUTS = f"""
SELECT c.hall_id, 'R04', {_NAME}, c.who, NULL, NULL, 'block'
  FROM floor_claims_today c
 CROSS JOIN LATERAL (
       SELECT ((COALESCE(c.executed_at, c.first_at) + 28800000000) / 86400000000 + 1) * 86400000000
              + 14400000000 AS noon) due
 WHERE COALESCE(c.executed_at, c.first_at) IS NOT NULL
   AND (c.customer_signed = 0 OR COALESCE(c.handed_at, <NOW>) > due.noon
        OR (c.kind = 'refund' AND c.original_txn_no <> ''
            AND {_LIVE_INVOICE.replace("{up_to}", _UP_TO)}))
 UNION ALL
SELECT c.hall_id, 'R05', {_NAME}, MIN(c.who), NULL, NULL, 'warn'
  FROM floor_claims_today c
  JOIN LATERAL (SELECT p.tender FROM floor_paying p
                 WHERE p.hall_id = c.hall_id AND p.document_no = c.document_no
                 UNION
                SELECT c.tender WHERE c.executed_at IS NOT NULL AND NOT EXISTS (
                       SELECT 1 FROM floor_paying p WHERE p.hall_id = c.hall_id
                          AND p.document_no = c.document_no)) b ON b.tender <> ''
 WHERE c.kind IN ('refund', 'deposit_return') AND c.original_txn_no <> ''
   AND EXISTS (SELECT 1 FROM floor_originals o
                WHERE o.hall_id = c.hall_id AND o.txn_no = c.original_txn_no)
   AND NOT EXISTS (SELECT 1 FROM floor_originals o
                    WHERE o.hall_id = c.hall_id AND o.txn_no = c.original_txn_no
                      AND o.tender = b.tender)
 GROUP BY c.hall_id, c.document_no
 UNION ALL
SELECT c.hall_id, 'R06', {_NAME}, c.requester, NULL, NULL, 'note'
  FROM floor_claims_today c
 WHERE {_APPROVED}
   AND CASE WHEN c.kind IN ('waiver', 'gift_credit')
             AND EXISTS (SELECT 1 FROM intake_sources i
                          WHERE i.hall_id = c.hall_id AND i.business_date = <D>
                            AND i.source = 'adjustments')
            THEN NOT EXISTS (SELECT 1 FROM floor_on_claims o
                              WHERE o.hall_id = c.hall_id AND o.document_no = c.document_no
                                AND NOT o.paid)
             AND NOT EXISTS (SELECT 1 FROM floor_adjusted a
                              WHERE a.hall_id = c.hall_id AND a.subscriber = c.subscriber
                                AND a.day BETWEEN <FIRST> AND <LAST> AND a.kind = c.kind
                                AND a.amount = c.amount AND a.document_no = '')
             AND NOT EXISTS (SELECT 1 FROM evidence_accounts a
                              WHERE a.hall_id = c.hall_id AND a.document_no = c.document_no
                                AND a.document_no <> '' AND {current("a")})
             AND NOT EXISTS (SELECT 1 FROM floor_txn t
                              WHERE t.hall_id = c.hall_id AND t.day = <D>
                                AND t.owed - t.received = c.amount
                                AND (t.txn_no = c.original_txn_no
                                     OR (c.original_txn_no = '' AND c.subscriber <> ''
                                         AND t.subscriber = c.subscriber)))
            ELSE c.executed_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM floor_paying p WHERE p.hall_id = c.hall_id
                                AND p.document_no = c.document_no) END
 UNION ALL
SELECT c.hall_id, 'R07', {_NAME}, c.who, NULL, NULL, 'block'
  FROM floor_claims_today c WHERE c.times > 1 AND c.given > c.amount
 UNION ALL
SELECT c.hall_id, 'R08', {_NAME}, c.executor, NULL, NULL, 'warn'
  FROM floor_claims_today c
  LEFT JOIN floor_who w ON w.hall_id = c.hall_id AND w.number = c.executor
  JOIN LATERAL (SELECT bool_or(d.person = COALESCE(w.person, c.executor)) AS designated
                  FROM refund_handlers h
                  LEFT JOIN floor_who d ON d.hall_id = h.hall_id AND d.number = h.number
                 WHERE h.hall_id = c.hall_id
                   AND COALESCE((to_timestamp(c.executed_at / 1000000)
                                 AT TIME ZONE 'Asia/Shanghai')::date, c.day)
                       BETWEEN h.valid_from AND h.valid_to
                HAVING COUNT(*) > 0) h ON NOT COALESCE(h.designated, false)
 WHERE c.executor <> ''
 UNION ALL
SELECT c.hall_id, 'R09', {_NAME}, c.requester, NULL, NULL, 'block'
  FROM floor_claims_today c
 CROSS JOIN LATERAL (
       SELECT COALESCE(SUM(a.received), 0) AS taken FROM evidence_accounts a
        WHERE a.hall_id = c.hall_id AND a.txn_no = c.original_txn_no AND a.deposit = 1
          AND a.received > 0 AND {current("a")}) t
 CROSS JOIN LATERAL (
       SELECT COALESCE(SUM(b.amount), c.amount) AS back FROM floor_claims b
        WHERE b.hall_id = c.hall_id AND b.original_txn_no = c.original_txn_no
          AND b.kind = 'deposit_return' AND {_UP_TO}
          AND (b.executed_at IS NOT NULL
               OR EXISTS (SELECT 1 FROM floor_paying p WHERE p.hall_id = b.hall_id
                             AND p.document_no = b.document_no))) b
 WHERE c.kind = 'deposit_return' AND COALESCE(c.executed_at, c.first_at) IS NOT NULL
   AND b.back > t.taken
"""

FOUND = f"""
CREATE TEMPORARY TABLE floor_refunded ON COMMIT DROP AS
{UNAPPROVED} UNION ALL {APPROVALS} UNION ALL {PAYOUTS}
"""

CLAIM_STATEMENTS = (
    *(GIVEN, ADJUSTED, CLAIMS, PAYING, ON_CLAIMS, TODAY, ORIGINALS, LIMITS),
    FOUND,
)
