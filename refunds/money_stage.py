"""Staged for the R checks: approvers' limits, sums of subscribers, originals and their invoices."""

from __future__ import annotations

from ledger.approvals import DEFAULT_TIERS
from ledger.audit.stage_settlements import payments_of
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import StagedTable, current, day_number
from refunds.claims_stage import SPLIT_DAYS, WINDOW_DAYS

_DAY = "86400000000"
_EIGHT_HOURS = "28800000000"
APPROVED_DAY = f"((c.approved_at + {_EIGHT_HOURS}) / {_DAY})"
NOON_AFTER = f"""((({{}} + {_EIGHT_HOURS}) / {_DAY} + 1) * {_DAY} + {_DAY} / 2
       - {_EIGHT_HOURS})"""
"""Noon of the hall's next day after an instant, both in microseconds."""
HOURS_72 = "259200000000"

_DEFAULTS = " ".join(f"WHEN '{role}' THEN {limit}" for role, limit in DEFAULT_TIERS)
_LIMIT = f"""COALESCE(
         (SELECT t.limit_fen FROM refund_tiers t
           WHERE t.hall_id = c.hall_id AND t.instrument = c.kind AND t.role = g.role
             AND t.valid_from <= c.claim_on
           ORDER BY t.valid_from DESC, t.document_id DESC LIMIT 1),
         (SELECT a.limit_fen FROM approval_tiers a
           WHERE a.instrument = c.kind AND a.role = g.role AND a.valid_from <= c.claim_on
           ORDER BY a.valid_from DESC LIMIT 1),
         CASE g.role {_DEFAULTS} ELSE 0 END)"""

# What the roles an approver held when he signed allow him; nobody known may sign nothing.
LIMITS = f"""
SELECT c.hall_id, c.business_date, c.document_no,
       CAST(MAX({_LIMIT}) AS BIGINT) AS limit_fen,
       MAX(CASE WHEN g.role = 'department' THEN 1 ELSE 0 END) AS department,
       MAX(CASE WHEN g.role = 'finance' THEN 1 ELSE 0 END) AS finance
  FROM audit_claims c
  JOIN employments n ON n.hall_id = c.hall_id AND n.number IN (c.approver, c.second_approver)
  JOIN employments e ON e.hall_id = n.hall_id AND e.person_id = n.person_id
  JOIN role_grants g ON g.hall_id = e.hall_id AND g.number = e.number
       AND {day_number("g.valid_from")} <= {APPROVED_DAY}
       AND {day_number("g.valid_to")} >= {APPROVED_DAY}
 WHERE c.live = 0 AND c.approver <> '' AND c.approved_at IS NOT NULL
 GROUP BY c.hall_id, c.business_date, c.document_no
"""

_UP_TO = """o.hall_id = c.hall_id AND o.business_date = c.business_date
       AND o.subscriber = c.subscriber
       AND (o.claim_on < c.claim_on
            OR (o.claim_on = c.claim_on AND o.requested_at < c.requested_at)
            OR (o.claim_on = c.claim_on AND o.requested_at = c.requested_at
                AND o.document_no <= c.document_no))"""

# Of each claim of the day what its subscriber was given up to it, itself included.
SUMS = f"""
SELECT c.hall_id, c.business_date, c.document_no, CAST(SUM(o.amount) AS BIGINT) AS given,
       CAST(SUM(CASE WHEN {day_number("o.claim_on")} > {day_number("c.claim_on")} - {SPLIT_DAYS}
                      AND o.approver <> '' AND o.amount <= COALESCE(l.limit_fen, 0)
                     THEN o.amount ELSE 0 END) AS BIGINT) AS week,
       SUM(CASE WHEN {day_number("o.claim_on")} > {day_number("c.claim_on")} - {SPLIT_DAYS}
                 AND o.approver <> '' AND o.amount <= COALESCE(l.limit_fen, 0)
                THEN 1 ELSE 0 END) AS week_n
  FROM audit_claims_today c
  JOIN audit_claims o ON {_UP_TO}
       AND {day_number("o.claim_on")} > {day_number("c.claim_on")} - {WINDOW_DAYS}
  LEFT JOIN audit_claim_limits l ON l.hall_id = c.hall_id AND l.business_date = c.business_date
       AND l.document_no = c.document_no
 WHERE c.subscriber <> ''
 GROUP BY c.hall_id, c.business_date, c.document_no
"""

# The payments that today's claims and payments back are for.
ORIGINALS = """
SELECT hall_id, business_date, original_txn_no AS txn_no FROM audit_claims_today
 WHERE original_txn_no <> ''
 UNION
SELECT hall_id, business_date, original_txn_no FROM audit_given
 WHERE original_txn_no <> ''
"""

# What was taken as deposit in an original, and what went back of it by claims, this one included.
DEPOSITS = f"""
SELECT c.hall_id, c.business_date, c.document_no,
       COALESCE((SELECT SUM(a.received) FROM evidence_accounts a
                  WHERE a.hall_id = c.hall_id AND a.txn_no = c.original_txn_no
                    AND a.deposit = 1 AND a.received > 0 AND {current("a")}), 0) AS taken,
       COALESCE((SELECT SUM(r.amount) FROM evidence_refunds r
                  WHERE r.hall_id = c.hall_id AND r.original_txn_no = c.original_txn_no
                    AND r.kind = 'deposit_return' AND {current("r")}
                    AND (r.requested_at < c.requested_at
                         OR (r.requested_at = c.requested_at
                             AND r.document_no <= c.document_no))), 0)
         + CASE WHEN c.live = 1 THEN c.amount ELSE 0 END AS back
  FROM audit_scope s CROSS JOIN audit_claims_today c
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND c.kind = 'deposit_return'
"""

# Blue invoices of refunded sales that are neither void nor reversed to the amount given back.
_SALES = """SELECT hall_id, business_date, document_no, original_txn_no AS txn_no, amount
          FROM audit_claims_today
         WHERE kind = 'refund' AND executed_at IS NOT NULL AND original_txn_no <> ''"""
SALES_INVOICES = f"""
SELECT c.hall_id, c.business_date, c.document_no, c.amount, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_invoices e
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.txn_no = c.txn_no AND e.status = 'issued' AND {current("e")}
 UNION
SELECT c.hall_id, c.business_date, c.document_no, c.amount, a.invoice_code, a.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_accounts a
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.txn_no = c.txn_no AND a.invoice_no <> '' AND {current("a")}
 UNION
SELECT c.hall_id, c.business_date, c.document_no, c.amount, l.invoice_code, l.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_invoice_links l
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND l.hall_id = s.hall_id AND l.txn_no = c.txn_no AND {current("l")}
"""
STILL_LIVE = f"""
SELECT i.hall_id, i.business_date, i.document_no, i.invoice_code, i.invoice_no,
       CASE WHEN length(i.invoice_no) = 20 THEN 1 ELSE 0 END AS digital
  FROM audit_scope s CROSS JOIN audit_sales_invoices i
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND EXISTS (SELECT 1 FROM evidence_invoices b
                WHERE b.hall_id = i.hall_id AND b.invoice_no = i.invoice_no
                  AND b.invoice_code = i.invoice_code AND b.status = 'issued' AND {current("b")})
   AND NOT EXISTS (SELECT 1 FROM evidence_invoices v
                    WHERE v.hall_id = i.hall_id AND v.invoice_no = i.invoice_no
                      AND v.invoice_code = i.invoice_code AND v.status = 'void'
                      AND {current("v")})
   AND COALESCE((SELECT SUM(ABS(r.amount)) FROM evidence_invoices r
                  WHERE r.hall_id = i.hall_id AND r.original_no = i.invoice_no
                    AND r.original_code = i.invoice_code AND r.status = 'red'
                    AND {current("r")}), 0) < i.amount
"""

MONEY_STEPS = (
    StagedTable("audit_claim_limits", LIMITS, (*DAY, "document_no")),
    StagedTable("audit_claim_sums", SUMS, (*DAY, "document_no")),
    StagedTable("audit_given_originals", ORIGINALS, (*DAY, "txn_no")),
    StagedTable("audit_original_payments", payments_of("audit_given_originals"), (*DAY, "txn_no")),
    StagedTable("audit_deposits", DEPOSITS, (*DAY, "document_no")),
    StagedTable("audit_sales_invoices", SALES_INVOICES, DAY),
    StagedTable("audit_still_live", STILL_LIVE, (*DAY, "document_no")),
)
