"""Staged for the R checks: approvers' limits, sums of subscribers, originals and their invoices."""

from __future__ import annotations

from ledger.approvals import DEFAULT_TIERS
from ledger.audit.stage_settlements import payments_of
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import MoreRows, StagedTable, current, day_number
from refunds.claims_stage import ASKED_AT, NOT_A_CASE, SPLIT_DAYS, WINDOW_DAYS
from refunds.instruments import CASE_KINDS

A_DAY = "86400000000"
EIGHT_HOURS = "28800000000"
APPROVED_DAY = f"((c.approved_at + {EIGHT_HOURS}) / {A_DAY})"
NOON_AFTER = f"""((({{}} + {EIGHT_HOURS}) / {A_DAY} + 1) * {A_DAY} + {A_DAY} / 2
       - {EIGHT_HOURS})"""
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

# Blue invoices of refunded sales, a reissue's with those it replaces.
_SALES = """SELECT c.hall_id, c.business_date, c.document_no, c.original_txn_no AS txn_no
          FROM audit_claims_today c
         WHERE c.kind = 'refund' AND c.original_txn_no <> ''
           AND (c.executed_at IS NOT NULL
                OR EXISTS (SELECT 1 FROM audit_first_given d
                            WHERE d.hall_id = c.hall_id AND d.business_date = c.business_date
                              AND d.document_no = c.document_no))"""
SALES_INVOICES = f"""
SELECT c.hall_id, c.business_date, c.document_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_invoices e
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.txn_no = c.txn_no AND {current("e")}
 UNION
SELECT c.hall_id, c.business_date, c.document_no, a.invoice_code, a.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_accounts a
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.txn_no = c.txn_no AND a.invoice_no <> '' AND {current("a")}
 UNION
SELECT c.hall_id, c.business_date, c.document_no, l.invoice_code, l.invoice_no
  FROM audit_scope s CROSS JOIN ({_SALES}) c CROSS JOIN evidence_invoice_links l
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND l.hall_id = s.hall_id AND l.txn_no = c.txn_no AND {current("l")}
"""
REISSUES = f"""
INSERT INTO audit_sales_invoices
SELECT DISTINCT i.hall_id, i.business_date, i.document_no, e.invoice_code, e.invoice_no
  FROM audit_scope s CROSS JOIN audit_sales_invoices i CROSS JOIN evidence_invoices e
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND e.hall_id = i.hall_id AND e.original_no = i.invoice_no
   AND e.original_code = i.invoice_code AND e.basis = 'reissue' AND {current("e")}
   AND NOT EXISTS (SELECT 1 FROM audit_sales_invoices k
                    WHERE k.hall_id = i.hall_id AND k.business_date = i.business_date
                      AND k.document_no = i.document_no AND k.invoice_no = e.invoice_no
                      AND k.invoice_code = e.invoice_code)
"""
_LATEST = f"""(SELECT MAX(b.issued_at) FROM evidence_invoices b
         WHERE b.hall_id = i.hall_id AND b.invoice_no = i.invoice_no
           AND b.invoice_code = i.invoice_code AND {current("b")})"""
# Those that are issued now, not void or red themselves, with what red letters took back of each; a
# red letter may call a paper form by the 20-digit number beside its own.
SALES_LIVE = f"""
SELECT i.hall_id, i.business_date, i.document_no, i.invoice_code, i.invoice_no,
       CAST(SUM(e.amount) AS BIGINT) AS amount,
       CAST(COALESCE((SELECT SUM(ABS(r.amount)) FROM evidence_invoices r
                       WHERE r.hall_id = i.hall_id AND r.original_no = i.invoice_no
                         AND r.original_code = i.invoice_code AND r.status = 'red'
                         AND {current("r")}), 0)
          + COALESCE((SELECT SUM(ABS(r.amount)) FROM evidence_invoices r
                       WHERE r.hall_id = i.hall_id AND r.original_code = ''
                         AND r.status = 'red' AND {current("r")} AND r.original_no IN (
                             SELECT t.digital_no FROM evidence_invoices t
                              WHERE t.hall_id = i.hall_id AND t.invoice_no = i.invoice_no
                                AND t.invoice_code = i.invoice_code AND t.invoice_code <> ''
                                AND t.digital_no <> '' AND {current("t")})), 0)
            AS BIGINT) AS reversed
  FROM audit_scope s CROSS JOIN audit_sales_invoices i CROSS JOIN evidence_invoices e
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND e.hall_id = i.hall_id AND e.invoice_no = i.invoice_no AND e.invoice_code = i.invoice_code
   AND e.status = 'issued' AND e.issued_at = {_LATEST} AND {current("e")}
 GROUP BY s.as_of, i.hall_id, i.business_date, i.document_no, i.invoice_code, i.invoice_no
"""
# Whatever these invoices bill, the refunded sale itself among it.
SALES_BILLED = f"""
SELECT hall_id, business_date, document_no, txn_no FROM ({_SALES}) c
 UNION
SELECT i.hall_id, i.business_date, i.document_no, e.txn_no
  FROM audit_scope s CROSS JOIN audit_sales_live i CROSS JOIN evidence_invoices e
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND e.hall_id = i.hall_id AND e.invoice_no = i.invoice_no AND e.invoice_code = i.invoice_code
   AND e.txn_no <> '' AND {current("e")}
 UNION
SELECT i.hall_id, i.business_date, i.document_no, a.txn_no
  FROM audit_scope s CROSS JOIN audit_sales_live i CROSS JOIN evidence_accounts a
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND a.hall_id = i.hall_id AND a.invoice_no = i.invoice_no AND a.invoice_code = i.invoice_code
   AND {current("a")}
 UNION
SELECT i.hall_id, i.business_date, i.document_no, l.txn_no
  FROM audit_scope s CROSS JOIN audit_sales_live i CROSS JOIN evidence_invoice_links l
 WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
   AND l.hall_id = i.hall_id AND l.invoice_no = i.invoice_no AND l.invoice_code = i.invoice_code
   AND {current("l")}
"""
_GIVEN_BACK_FOR = """
SELECT hall_id, business_date, txn_no FROM audit_sales_billed
 UNION
SELECT hall_id, business_date, original_txn_no FROM audit_claims_today
 WHERE kind = 'deposit_return' AND original_txn_no <> ''"""
_PAID_ON = (
    """EXISTS (SELECT 1 FROM evidence_accounts e
         WHERE e.hall_id = o.hall_id AND e.document_no = {0} AND e.document_no <> ''
           AND e.received < 0 AND e.line_kind <> 'correction' AND """
    + current("e")
    + ")"
)
# All that went back of a transaction, by claims of whatever day and subscriber.
GIVEN_BACK = f"""
SELECT o.hall_id, o.business_date, o.txn_no, r.document_no, r.kind, r.business_date AS claim_on,
       r.requested_at, r.amount
  FROM audit_scope s CROSS JOIN ({_GIVEN_BACK_FOR}) o CROSS JOIN evidence_refunds r
 WHERE o.hall_id = s.hall_id AND o.business_date = s.business_date
   AND r.hall_id = o.hall_id AND r.original_txn_no = o.txn_no AND {current("r")}
   AND (r.executed_at IS NOT NULL OR {_PAID_ON.format("r.document_no")}) AND {NOT_A_CASE}
 UNION ALL
SELECT o.hall_id, o.business_date, o.txn_no, d.number, d.kind, d.business_date,
       {ASKED_AT}, d.amount_fen
  FROM audit_scope s CROSS JOIN ({_GIVEN_BACK_FOR}) o CROSS JOIN document_facts n
  JOIN documents d ON d.hall_id = n.hall_id AND d.id = n.document_id AND d.revision = n.revision
       AND d.kind IN {CASE_KINDS} AND d.state IN ('submitted', 'approved', 'posted')
  LEFT JOIN refund_executions x ON x.hall_id = d.hall_id AND x.document_id = d.id
 WHERE o.hall_id = s.hall_id AND o.business_date = s.business_date
   AND n.hall_id = o.hall_id AND n.name = 'original_txn' AND n.value = o.txn_no
   AND (x.at IS NOT NULL OR {_PAID_ON.format("d.number")})
"""

_UP_TO_IT = """(b.claim_on < c.claim_on
            OR (b.claim_on = c.claim_on AND COALESCE(b.requested_at, 0) < c.requested_at)
            OR (b.claim_on = c.claim_on AND COALESCE(b.requested_at, 0) = c.requested_at
                AND b.document_no <= c.document_no))"""
# What was taken as deposit in an original, and what went back of it by claims, this one included.
DEPOSITS = f"""
SELECT c.hall_id, c.business_date, c.document_no,
       CAST(COALESCE((SELECT SUM(a.received) FROM evidence_accounts a
                  WHERE a.hall_id = c.hall_id AND a.txn_no = c.original_txn_no
                    AND a.deposit = 1 AND a.received > 0 AND {current("a")}), 0)
            AS BIGINT) AS taken,
       CAST(COALESCE((SELECT SUM(b.amount) FROM audit_given_back b
                  WHERE b.hall_id = c.hall_id AND b.business_date = c.business_date
                    AND b.txn_no = c.original_txn_no AND b.kind = 'deposit_return'
                    AND {_UP_TO_IT}), c.amount) AS BIGINT) AS back
  FROM audit_scope s CROSS JOIN audit_claims_today c
  LEFT JOIN audit_first_given d ON d.hall_id = c.hall_id AND d.business_date = c.business_date
       AND d.document_no = c.document_no
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
   AND c.kind = 'deposit_return' AND (c.executed_at IS NOT NULL OR d.first_at IS NOT NULL)
"""

# What went back of all that the invoices bill, against what red letters took back of them: as much
# must be reversed as goes back, but not what was never invoiced.
_BACK = f"""COALESCE((SELECT SUM(b.amount)
          FROM audit_sales_billed t
          JOIN audit_given_back b ON b.hall_id = t.hall_id AND b.business_date = t.business_date
               AND b.txn_no = t.txn_no AND b.kind = 'refund' AND {_UP_TO_IT}
         WHERE t.hall_id = c.hall_id AND t.business_date = c.business_date
           AND t.document_no = c.document_no), 0)"""
_PAID = f"""COALESCE((SELECT SUM(a.received)
          FROM audit_sales_billed t CROSS JOIN evidence_accounts a
         WHERE t.hall_id = c.hall_id AND t.business_date = c.business_date
           AND t.document_no = c.document_no AND a.hall_id = t.hall_id AND a.txn_no = t.txn_no
           AND a.line_kind <> 'correction' AND {current("a")}), 0)"""
INVOICED = f"""
SELECT c.hall_id, c.business_date, c.document_no, i.invoiced, i.reversed, i.on_paper,
       {_BACK} AS back, {_PAID} AS paid
  FROM audit_scope s CROSS JOIN audit_claims_today c
  JOIN (SELECT hall_id, business_date, document_no, SUM(amount) AS invoiced,
               SUM(reversed) AS reversed,
               SUM(CASE WHEN length(invoice_no) <> 20 AND reversed < amount THEN 1 ELSE 0 END)
                 AS on_paper
          FROM audit_sales_live
         GROUP BY hall_id, business_date, document_no) i
    ON i.hall_id = c.hall_id AND i.business_date = c.business_date
       AND i.document_no = c.document_no
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date
"""
STILL_LIVE = """
SELECT hall_id, business_date, document_no, on_paper
  FROM audit_invoiced
 WHERE reversed < back AND reversed < invoiced - (paid - back)
"""

MONEY_STEPS = (
    StagedTable("audit_claim_limits", LIMITS, (*DAY, "document_no")),
    StagedTable("audit_claim_sums", SUMS, (*DAY, "document_no")),
    StagedTable("audit_given_originals", ORIGINALS, (*DAY, "txn_no")),
    StagedTable("audit_original_payments", payments_of("audit_given_originals"), (*DAY, "txn_no")),
    StagedTable("audit_sales_invoices", SALES_INVOICES, (*DAY, "document_no")),
    MoreRows("audit_sales_invoices", REISSUES, 5),
    StagedTable("audit_sales_live", SALES_LIVE, (*DAY, "document_no")),
    StagedTable("audit_sales_billed", SALES_BILLED, (*DAY, "document_no")),
    StagedTable("audit_given_back", GIVEN_BACK, (*DAY, "txn_no")),
    StagedTable("audit_deposits", DEPOSITS, (*DAY, "document_no")),
    StagedTable("audit_invoiced", INVOICED),
    StagedTable("audit_still_live", STILL_LIVE, (*DAY, "document_no")),
)
