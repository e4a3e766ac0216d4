"""Each settlement key of a hall-day with both its sides, payments and refunds apart.

`noref` is 1 where a payment has no reference or batch to be matched by: then `key1` is the
transaction. A refund's key is its own number, or the reference of what it refunds and the amount.
"""

from __future__ import annotations

from ledger.audit.stage_settlements import payments_of
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import StagedTable

# Refunds matched by line, with every reference the vendor may name for them.
REFUNDS_BOOKED = """
SELECT DISTINCT hall_id, business_date, tender, tender_ref, txn_no, original_txn_no, amount
  FROM audit_booked
 WHERE match_level = 'line' AND amount < 0
"""

REFUND_ORIGINALS = """
SELECT DISTINCT hall_id, business_date, original_txn_no AS txn_no
  FROM audit_refunds_booked
 WHERE original_txn_no <> ''
"""

# `key1` is the refund's own number where a refund arrived under it, otherwise what it refunds.
REFUND_KEYS = """
SELECT b.hall_id, b.business_date, b.tender, b.tender_ref, b.txn_no, b.original_txn_no, b.amount,
       CASE WHEN MAX(n.refund_ref) IS NOT NULL THEN 'number' ELSE 'original' END AS kind,
       CASE WHEN MAX(n.refund_ref) IS NOT NULL THEN b.tender_ref
            WHEN MIN(o.tender_ref) IS NOT NULL THEN MIN(o.tender_ref)
            WHEN b.tender_ref <> '' THEN b.tender_ref ELSE b.txn_no END AS key1,
       CASE WHEN MAX(n.refund_ref) IS NOT NULL THEN ''
            WHEN MIN(o.tender_ref) IS NULL AND b.tender_ref = '' THEN 'transaction'
            ELSE CAST(b.amount AS TEXT) END AS key2
  FROM audit_refunds_booked b
  LEFT JOIN (SELECT DISTINCT hall_id, business_date, tender, refund_ref FROM audit_settlements
              WHERE match_level = 'line' AND amount < 0 AND refund_ref <> '') n
    ON n.hall_id = b.hall_id AND n.business_date = b.business_date AND n.tender = b.tender
       AND n.refund_ref = b.tender_ref
  LEFT JOIN audit_refund_original_payments o
    ON o.hall_id = b.hall_id AND o.business_date = b.business_date
       AND o.txn_no = b.original_txn_no AND o.tender = b.tender
       AND o.amount > 0 AND o.tender_ref <> ''
 GROUP BY b.hall_id, b.business_date, b.tender, b.tender_ref, b.txn_no, b.original_txn_no, b.amount
"""

# Reference and amount by which an arrived refund finds the booked one.
REFUND_CANDIDATES = """
SELECT hall_id, business_date, tender, ref, amount, MIN(key1) AS key1, MIN(key2) AS key2
  FROM (SELECT k.hall_id, k.business_date, k.tender, k.tender_ref AS ref, k.amount, k.key1, k.key2
          FROM audit_refund_keys k WHERE k.kind = 'original' AND k.tender_ref <> ''
         UNION
        SELECT k.hall_id, k.business_date, k.tender, o.tender_ref, k.amount, k.key1, k.key2
          FROM audit_refund_keys k
          JOIN audit_refund_original_payments o
            ON o.hall_id = k.hall_id AND o.business_date = k.business_date
               AND o.txn_no = k.original_txn_no AND o.tender = k.tender
               AND o.amount > 0 AND o.tender_ref <> ''
         WHERE k.kind = 'original') c
 GROUP BY hall_id, business_date, tender, ref, amount
"""

_REF = "COALESCE(w.order_no, e.tender_ref)"
_BY_ORDER = """
  LEFT JOIN audit_by_order w ON w.hall_id = e.hall_id AND w.business_date = e.business_date
       AND w.tender = e.tender AND w.tender_ref = e.tender_ref AND w.order_no = e.order_no"""

REFUNDS_SETTLED = f"""
SELECT e.hall_id, e.business_date, e.tender, e.settled_on, e.amount, {_REF} AS ref,
       CASE WHEN n.key1 IS NOT NULL THEN n.key1
            WHEN a.key1 IS NOT NULL THEN a.key1
            WHEN b.key1 IS NOT NULL THEN b.key1 ELSE {_REF} END AS key1,
       CASE WHEN n.key1 IS NOT NULL THEN ''
            WHEN a.key1 IS NOT NULL THEN a.key2
            WHEN b.key1 IS NOT NULL THEN b.key2 ELSE 'unbooked' END AS key2
  FROM audit_settlements e {_BY_ORDER}
  LEFT JOIN (SELECT DISTINCT hall_id, business_date, tender, key1 FROM audit_refund_keys
              WHERE kind = 'number') n
    ON n.hall_id = e.hall_id AND n.business_date = e.business_date AND n.tender = e.tender
       AND n.key1 = e.refund_ref
  LEFT JOIN audit_refund_candidates a
    ON a.hall_id = e.hall_id AND a.business_date = e.business_date AND a.tender = e.tender
       AND a.ref = e.tender_ref AND a.amount = e.amount
  LEFT JOIN audit_refund_candidates b
    ON b.hall_id = e.hall_id AND b.business_date = e.business_date AND b.tender = e.tender
       AND b.ref = e.order_no AND b.amount = e.amount
 WHERE e.match_level = 'line' AND e.amount < 0
"""

# `sort`: 1 for refunds, and 2 more where there is no reference to be matched by.
SIDES = f"""
SELECT hall_id, business_date, tender, match_level,
       CASE WHEN amount < 0 THEN 1 ELSE 0 END
         + CASE WHEN match_level = 'line' AND tender_ref = '' THEN 2
                WHEN match_level = 'batch' AND batch_no = '' THEN 2 ELSE 0 END AS sort,
       CASE WHEN match_level = 'day' THEN ''
            WHEN match_level = 'line' AND tender_ref <> '' THEN tender_ref
            WHEN match_level = 'batch' AND batch_no <> '' THEN terminal
            ELSE txn_no END AS key1,
       CASE WHEN match_level = 'batch' THEN batch_no ELSE '' END AS key2,
       '' AS named, amount AS booked, 1 AS booked_n, 0 AS settled, 0 AS settled_n,
       booked_on AS on_date, clerk
  FROM audit_booked
 WHERE match_level = 'batch' OR (match_level = 'line' AND amount >= 0)
    OR (match_level = 'day' AND booked_on = business_date)
 UNION ALL
SELECT e.hall_id, e.business_date, e.tender, e.match_level,
       CASE WHEN e.amount < 0 THEN 1 ELSE 0 END,
       CASE WHEN e.match_level = 'day' THEN '' WHEN e.match_level = 'batch' THEN e.terminal
            ELSE {_REF} END,
       CASE WHEN e.match_level = 'batch' THEN e.batch_no ELSE '' END,
       '', 0, 0, e.amount, 1, e.settled_on, ''
  FROM audit_settlements e {_BY_ORDER}
 WHERE e.match_level = 'batch' OR (e.match_level = 'line' AND e.amount >= 0)
    OR (e.match_level = 'day' AND e.settled_on = e.business_date)
 UNION ALL
SELECT b.hall_id, b.business_date, b.tender, 'line', 1, k.key1, k.key2,
       CASE WHEN b.tender_ref = '' THEN 'txn:' || b.txn_no || '/' || b.tender
            ELSE 'ref:' || b.tender || '/' || b.tender_ref END,
       b.amount, 1, 0, 0, b.booked_on, b.clerk
  FROM audit_booked b
  JOIN audit_refund_keys k
    ON k.hall_id = b.hall_id AND k.business_date = b.business_date AND k.tender = b.tender
       AND k.tender_ref = b.tender_ref AND k.txn_no = b.txn_no
       AND k.original_txn_no = b.original_txn_no AND k.amount = b.amount
 WHERE b.match_level = 'line' AND b.amount < 0
 UNION ALL
SELECT hall_id, business_date, tender, 'line', 1, key1, key2,
       'ref:' || tender || '/' || ref, 0, 0, amount, 1, settled_on, ''
  FROM audit_refunds_settled
"""

# Keys that do not simply agree: only these go on, so the rest of the query is small. What several
# clerks booked under one key is nobody's own.
DIFFERENCES = f"""
SELECT hall_id, business_date, tender, MIN(match_level) AS match_level,
       CASE WHEN sort IN (1, 3) THEN 1 ELSE 0 END AS refund,
       CASE WHEN sort > 1 THEN 1 ELSE 0 END AS noref, key1, key2,
       CAST(SUM(booked) AS BIGINT) AS booked, CAST(SUM(booked_n) AS BIGINT) AS booked_n,
       CAST(SUM(settled) AS BIGINT) AS settled, CAST(SUM(settled_n) AS BIGINT) AS settled_n,
       MIN(CASE WHEN booked_n = 1 THEN on_date END) AS booked_on,
       MAX(CASE WHEN booked_n = 1 THEN on_date END) AS booked_to,
       MIN(CASE WHEN settled_n = 1 THEN on_date END) AS settled_on,
       MAX(CASE WHEN settled_n = 1 THEN on_date END) AS settled_to,
       CASE WHEN MIN(CASE WHEN booked_n = 1 THEN clerk END) = MAX(clerk) THEN MAX(clerk) ELSE '' END
         AS clerk,
       COALESCE(MIN(CASE WHEN booked_n = 1 THEN named END), MIN(named)) AS named
  FROM ({SIDES}) sides
 GROUP BY hall_id, business_date, tender, sort, key1, key2
HAVING SUM(booked_n) = 0 OR SUM(settled_n) = 0 OR SUM(booked) <> SUM(settled)
    OR MIN(on_date) <> MAX(on_date)
"""

SIDE_STEPS = (
    StagedTable("audit_refunds_booked", REFUNDS_BOOKED),
    StagedTable("audit_refund_originals", REFUND_ORIGINALS),
    StagedTable("audit_refund_original_payments", payments_of("audit_refund_originals")),
    StagedTable("audit_refund_keys", REFUND_KEYS),
    StagedTable("audit_refund_candidates", REFUND_CANDIDATES, (*DAY, "tender", "ref", "amount")),
    StagedTable("audit_refunds_settled", REFUNDS_SETTLED),
    StagedTable("audit_differences", DIFFERENCES, (*DAY, "key1")),
)
