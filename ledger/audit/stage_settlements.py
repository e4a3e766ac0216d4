"""Both sides of every settlement key of a hall-day: what was booked and what has arrived.

Matching looks seven days back and three on. Only what shares a reference or a batch with the day is
fetched from the other days of that window, by key, so that history costs nothing.
"""

from __future__ import annotations

from ledger.audit.stage_shifts import DAY, PAYMENTS
from ledger.audit.staging import NOT_BY, MoreRows, StagedTable, current

# Whether a tender may be asked for: its source of the day is in, declared nil, or past due.
READY = f"""
SELECT s.hall_id, s.business_date, r.code AS tender, r.match_level,
       CASE WHEN s.now_at >= COALESCE(x.due_at, s.sources_due)
              OR EXISTS (SELECT 1 FROM intake_sources i
                          WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
                            AND i.source = 'settlements:' || r.code AND {current("i")})
              OR EXISTS (SELECT 1 FROM nil_declarations n
                          WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
                            AND n.source = 'settlements:' || r.code AND n.event_no < s.as_of)
            THEN 1 ELSE 0 END AS ready
  FROM audit_scope s
  JOIN tenders r ON r.hall_id = s.hall_id AND r.tender_class = 'settled'
  LEFT JOIN expected_sources x ON x.hall_id = s.hall_id AND x.business_date = s.business_date
       AND x.source = 'settlements:' || r.code
"""


def _near(alias: str) -> str:
    """Give the condition that a row lies in the window, on another day than the one asked."""
    date = f"{NOT_BY}{alias}.business_date"
    return f"{date} BETWEEN s.window_from AND s.window_to AND {date} <> s.business_date"


_SETTLEMENT = """e.business_date AS settled_on, e.intake_no, e.row_no, e.tender, e.tender_ref,
       e.refund_ref, e.order_no, e.terminal, e.batch_no, e.amount, r.match_level"""

# Payments of the day in tenders that are matched with settlements; those of other days come later.
BOOKED = f"""
SELECT p.hall_id, p.business_date, p.business_date AS booked_on, p.txn_no, p.clerk, p.tender,
       r.match_level, p.tender_ref, p.terminal, p.batch_no, p.amount, p.original_txn_no
  FROM ({PAYMENTS}) p
  JOIN audit_ready r ON r.hall_id = p.hall_id AND r.business_date = p.business_date
       AND r.tender = p.tender
"""

SETTLEMENTS = f"""
SELECT s.hall_id, s.business_date, {_SETTLEMENT}
  FROM audit_scope s
 CROSS JOIN evidence_settlements e
  JOIN audit_ready r ON r.hall_id = e.hall_id AND r.business_date = e.business_date
       AND r.tender = e.tender
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND {current("e")}
"""


def payments_of(transactions: str) -> str:
    """Give the SELECT of all payments of the transactions in a staged table, whatever their day."""
    return f"""
SELECT t.hall_id, t.business_date, t.txn_no, a.business_date AS booked_on, a.clerk, a.tender,
       a.tender_ref, a.terminal, a.batch_no, a.received AS amount, a.original_txn_no
  FROM audit_scope s CROSS JOIN {transactions} t CROSS JOIN evidence_accounts a
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND a.hall_id = t.hall_id AND a.txn_no = t.txn_no
   AND a.line_kind <> 'correction' AND {current("a")}
   AND NOT EXISTS (SELECT 1 FROM evidence_tenders e
                    WHERE e.hall_id = t.hall_id AND e.txn_no = t.txn_no AND {current("e")})
 UNION ALL
SELECT t.hall_id, t.business_date, t.txn_no, h.booked_on, h.clerk, e.tender, e.tender_ref,
       e.terminal, e.batch_no, e.amount, h.original_txn_no
  FROM audit_scope s CROSS JOIN {transactions} t CROSS JOIN evidence_tenders e
  JOIN (SELECT t.hall_id, t.business_date, t.txn_no, MIN(a.business_date) AS booked_on,
               MIN(a.clerk) AS clerk, MAX(a.original_txn_no) AS original_txn_no
          FROM audit_scope s CROSS JOIN {transactions} t CROSS JOIN evidence_accounts a
         WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
           AND a.hall_id = t.hall_id AND a.txn_no = t.txn_no
           AND a.line_kind <> 'correction' AND {current("a")}
         GROUP BY t.hall_id, t.business_date, t.txn_no) h
    ON h.hall_id = t.hall_id AND h.business_date = t.business_date AND h.txn_no = t.txn_no
 WHERE t.hall_id = s.hall_id AND t.business_date = s.business_date
   AND e.hall_id = t.hall_id AND e.txn_no = t.txn_no AND {current("e")}
"""


# The originals of the day's refunds: their references are what the vendor's refund may name.
ORIGINALS_TODAY = """
SELECT DISTINCT hall_id, business_date, original_txn_no AS txn_no
  FROM audit_booked
 WHERE amount < 0 AND match_level = 'line' AND original_txn_no <> ''
"""

REFS_TODAY = """
SELECT hall_id, business_date, tender_ref AS ref FROM audit_booked
 WHERE match_level = 'line' AND tender_ref <> ''
 UNION
SELECT hall_id, business_date, tender_ref FROM audit_settlements
 WHERE match_level = 'line' AND tender_ref <> ''
 UNION
SELECT hall_id, business_date, order_no FROM audit_settlements
 WHERE match_level = 'line' AND order_no <> ''
 UNION
SELECT hall_id, business_date, refund_ref FROM audit_settlements
 WHERE match_level = 'line' AND refund_ref <> ''
 UNION
SELECT hall_id, business_date, tender_ref FROM audit_original_payments WHERE tender_ref <> ''
"""

BATCHES_TODAY = """
SELECT hall_id, business_date, tender, terminal, batch_no FROM audit_booked
 WHERE match_level = 'batch' AND batch_no <> ''
 UNION
SELECT hall_id, business_date, tender, terminal, batch_no FROM audit_settlements
 WHERE match_level = 'batch'
"""


def _settled_near(column: str) -> str:
    return f"""
SELECT s.hall_id, s.business_date, {_SETTLEMENT}
  FROM audit_scope s CROSS JOIN audit_refs k CROSS JOIN evidence_settlements e
  JOIN audit_ready r ON r.hall_id = k.hall_id AND r.business_date = k.business_date
       AND r.tender = e.tender AND r.match_level = 'line'
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.{column} = k.ref AND e.{column} <> ''
   AND {_near("e")} AND {current("e")}
"""


SETTLED_NEAR = f"""
{_settled_near("tender_ref")} UNION {_settled_near("order_no")} UNION {_settled_near("refund_ref")}
 UNION
SELECT s.hall_id, s.business_date, {_SETTLEMENT}
  FROM audit_scope s CROSS JOIN evidence_settlements e
  JOIN audit_batches k ON k.hall_id = s.hall_id AND k.business_date = s.business_date
       AND k.tender = e.tender AND k.terminal = e.terminal AND k.batch_no = e.batch_no
  JOIN audit_ready r ON r.hall_id = s.hall_id AND r.business_date = s.business_date
       AND r.tender = e.tender
 WHERE s.batches = 1 AND e.hall_id = s.hall_id
   AND e.business_date BETWEEN s.window_from AND s.window_to
   AND e.business_date <> s.business_date AND {current("e")}
"""

# Settlements of other days bring references of their own, which decide what they resolve to.
REFS_NEAR = """
INSERT INTO audit_refs (hall_id, business_date, ref)
SELECT n.hall_id, n.business_date, n.ref
  FROM (SELECT hall_id, business_date, tender_ref AS ref FROM audit_settled_near
         WHERE match_level = 'line' AND tender_ref <> ''
         UNION
        SELECT hall_id, business_date, order_no FROM audit_settled_near
         WHERE match_level = 'line' AND order_no <> ''
         UNION
        SELECT hall_id, business_date, refund_ref FROM audit_settled_near
         WHERE match_level = 'line' AND refund_ref <> '') n
 WHERE NOT EXISTS (SELECT 1 FROM audit_refs k
                    WHERE k.hall_id = n.hall_id AND k.business_date = n.business_date
                      AND k.ref = n.ref)
"""

SETTLEMENTS_NEAR = """
INSERT INTO audit_settlements SELECT * FROM audit_settled_near
"""

REFUNDED_REFS = """
SELECT hall_id, business_date, tender_ref AS ref FROM audit_settlements
 WHERE match_level = 'line' AND amount < 0 AND tender_ref <> ''
 UNION
SELECT hall_id, business_date, order_no FROM audit_settlements
 WHERE match_level = 'line' AND amount < 0 AND order_no <> ''
"""

# Transactions whose refunds may answer a refund that arrived, or share a refund's reference.
ORIGINALS = f"""
SELECT hall_id, business_date, txn_no FROM audit_originals_today
 UNION
SELECT k.hall_id, k.business_date, e.txn_no
  FROM audit_scope s CROSS JOIN audit_refunded_refs k CROSS JOIN evidence_accounts e
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.tender_ref = k.ref AND e.tender_ref <> '' AND {current("e")}
 UNION
SELECT k.hall_id, k.business_date, e.txn_no
  FROM audit_scope s CROSS JOIN audit_refunded_refs k CROSS JOIN evidence_tenders e
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.tender_ref = k.ref AND e.tender_ref <> '' AND {current("e")}
"""

NEAR_TRANSACTIONS = f"""
SELECT k.hall_id, k.business_date, a.txn_no
  FROM audit_scope s CROSS JOIN audit_refs k CROSS JOIN evidence_accounts a
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.tender_ref = k.ref AND a.tender_ref <> ''
   AND a.line_kind <> 'correction' AND {_near("a")} AND {current("a")}
 UNION
SELECT k.hall_id, k.business_date, e.txn_no
  FROM audit_scope s CROSS JOIN audit_refs k CROSS JOIN evidence_tenders e
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.tender_ref = k.ref AND e.tender_ref <> '' AND {current("e")}
   AND NOT EXISTS (SELECT 1 FROM audit_split x
                    WHERE x.hall_id = k.hall_id AND x.business_date = k.business_date
                      AND x.txn_no = e.txn_no)
 UNION
SELECT k.hall_id, k.business_date, a.txn_no
  FROM audit_scope s CROSS JOIN audit_originals k CROSS JOIN evidence_accounts a
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.original_txn_no = k.txn_no
   AND a.line_kind <> 'correction' AND {_near("a")} AND {current("a")}
 UNION
SELECT s.hall_id, s.business_date, a.txn_no
  FROM audit_scope s CROSS JOIN evidence_accounts a
  JOIN audit_batches k ON k.hall_id = s.hall_id AND k.business_date = s.business_date
       AND k.tender = a.tender AND k.terminal = a.terminal AND k.batch_no = a.batch_no
 WHERE s.batches = 1 AND a.hall_id = s.hall_id AND a.line_kind <> 'correction'
   AND a.business_date BETWEEN s.window_from AND s.window_to
   AND a.business_date <> s.business_date AND {current("a")}
 UNION
SELECT s.hall_id, s.business_date, e.txn_no
  FROM audit_scope s CROSS JOIN evidence_tenders e
  JOIN audit_batches k ON k.hall_id = s.hall_id AND k.business_date = s.business_date
       AND k.tender = e.tender AND k.terminal = e.terminal AND k.batch_no = e.batch_no
 WHERE s.batches = 1 AND e.hall_id = s.hall_id
   AND e.business_date BETWEEN s.window_from AND s.window_to AND {current("e")}
"""

BOOKED_NEAR = """
INSERT INTO audit_booked (hall_id, business_date, booked_on, txn_no, clerk, tender, match_level,
                          tender_ref, terminal, batch_no, amount, original_txn_no)
SELECT n.hall_id, n.business_date, n.booked_on, n.txn_no, n.clerk, n.tender, r.match_level,
       n.tender_ref, n.terminal, n.batch_no, n.amount, n.original_txn_no
  FROM audit_near_payments n
  JOIN audit_scope s ON s.hall_id = n.hall_id AND s.business_date = n.business_date
  JOIN audit_ready r ON r.hall_id = n.hall_id AND r.business_date = n.business_date
       AND r.tender = n.tender
 WHERE n.booked_on BETWEEN s.window_from AND s.window_to AND n.booked_on <> n.business_date
"""

# A settlement's REF is its own number where a payment of the tender carries it, else its order's
# where one carries that. Few payments carry order numbers, so those are looked for first.
ORDERED = """
SELECT DISTINCT e.hall_id, e.business_date, e.tender, e.tender_ref, e.order_no
  FROM audit_settlements e
  JOIN audit_booked b ON b.hall_id = e.hall_id AND b.business_date = e.business_date
       AND b.tender = e.tender AND b.tender_ref = e.order_no
 WHERE e.match_level = 'line' AND e.order_no <> ''
"""

BY_ORDER = """
SELECT o.hall_id, o.business_date, o.tender, o.tender_ref, o.order_no
  FROM audit_ordered o
 WHERE o.tender_ref = '' OR NOT EXISTS (
       SELECT 1 FROM audit_booked b
        WHERE b.hall_id = o.hall_id AND b.business_date = o.business_date
          AND b.tender = o.tender AND b.tender_ref = o.tender_ref)
"""

# Whether anything of another day lies in a window: in the first days of the books nothing does.
NEIGHBOURS = "SELECT 1 FROM audit_scope s WHERE " + " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} e WHERE e.hall_id = s.hall_id AND e.business_date {days})"
    for table in ("evidence_accounts", "evidence_settlements")
    for days in (
        "BETWEEN s.window_from AND s.day_before",
        "> s.business_date AND e.business_date <= s.window_to",
    )
)

TODAYS_STEPS = (
    StagedTable("audit_ready", READY, (*DAY, "tender")),
    StagedTable("audit_booked", BOOKED, (*DAY, "tender", "tender_ref")),
    StagedTable("audit_settlements", SETTLEMENTS, (*DAY, "tender")),
)
NEIGHBOURS_STEPS = (
    StagedTable("audit_originals_today", ORIGINALS_TODAY),
    StagedTable("audit_original_payments", payments_of("audit_originals_today")),
    StagedTable("audit_refs", REFS_TODAY),
    StagedTable("audit_batches", BATCHES_TODAY, (*DAY, "tender", "terminal", "batch_no")),
    StagedTable("audit_settled_near", SETTLED_NEAR),
    MoreRows("audit_refs", REFS_NEAR),
    MoreRows("audit_settlements", SETTLEMENTS_NEAR),
    StagedTable("audit_refunded_refs", REFUNDED_REFS),
    StagedTable("audit_originals", ORIGINALS),
    StagedTable("audit_near_transactions", NEAR_TRANSACTIONS),
    StagedTable("audit_near_payments", payments_of("audit_near_transactions")),
    MoreRows("audit_booked", BOOKED_NEAR),
)
ORDER_STEPS = (
    StagedTable("audit_ordered", ORDERED),
    StagedTable("audit_by_order", BY_ORDER, (*DAY, "tender", "tender_ref", "order_no")),
)
