"""R01 to R03: money given without approval, by an approval that does not hold, or in pieces."""

from __future__ import annotations

from ledger.audit.check import Question
from ledger.audit.staging import current, fact, facts
from refunds.check_names import R01, R02, R03
from refunds.claims_stage import CLAIM_STEPS
from refunds.money_stage import MONEY_STEPS

_YUAN = """CAST({0} / 100 AS TEXT) || '.' || substr(CAST(100 + {0} - {0} / 100 * 100 AS TEXT), 2)"""


NO_FIGURES = "CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)"


def yuan(fen: str) -> str:
    """Give the SQL of an amount in fen, not below zero, as yuan with two decimals."""
    return "(" + _YUAN.replace("{0}", f"({fen})") + ")"


_APPROVED = "approver <> '' AND approved_at IS NOT NULL"

# A same-day reversal that names its original, equals it, uses its tender and is authorised; what
# was reversed already is not there to be reversed again.
_REVERSED = """g.reversal = 1 AND g.tenders = 1
   AND NOT EXISTS (
       SELECT 1 FROM audit_given b
        WHERE b.hall_id = g.hall_id AND b.business_date = g.business_date AND b.reversal = 1
          AND b.original_txn_no = g.original_txn_no
          AND (b.given_at < g.given_at OR (b.given_at = g.given_at AND b.txn_no < g.txn_no)))
   AND (SELECT CASE WHEN SUM(o.amount) = g.amount AND MIN(o.tender) = g.tender
                     AND MAX(o.tender) = g.tender AND MIN(o.booked_on) = g.business_date
                    THEN 1 ELSE 0 END
          FROM audit_original_payments o
         WHERE o.hall_id = g.hall_id AND o.business_date = g.business_date
           AND o.txn_no = g.original_txn_no AND o.amount > 0) = 1
   AND g.authoriser <> ''
   AND COALESCE((SELECT p.clerk FROM audit_people p
                  WHERE p.hall_id = g.hall_id AND p.number = g.authoriser), g.authoriser)
    <> COALESCE((SELECT p.clerk FROM audit_people p
                  WHERE p.hall_id = g.hall_id AND p.number = g.clerk), g.clerk)"""

# What was given on an approved document up to and with this payment, against what it allows.
_COVERED = f"""EXISTS (
       SELECT 1 FROM audit_claims c
        WHERE c.hall_id = g.hall_id AND c.business_date = g.business_date
          AND c.document_no = g.document_no AND {{kinds}} AND {_APPROVED}
          AND (SELECT SUM(q.amount) FROM {{paid}} q
                WHERE q.hall_id = g.hall_id AND q.business_date = g.business_date
                  AND q.document_no = g.document_no
                  AND (q.given_at < g.given_at
                       OR (q.given_at = g.given_at AND q.given_no <= g.given_no))) <= c.amount)"""

# Without a number: the claims of kind, subscriber and amount that nothing names, one each.
_MATCHED = f"""(
       SELECT COUNT(*) FROM audit_claims c
        JOIN audit_scope s ON s.hall_id = c.hall_id AND s.business_date = c.business_date
        WHERE c.hall_id = g.hall_id AND c.business_date = g.business_date AND {{kinds}}
          AND c.subscriber = g.subscriber AND c.amount = g.amount AND {_APPROVED}
          AND c.claim_on BETWEEN s.window_from AND s.window_to
          AND NOT EXISTS (SELECT 1 FROM {{paid}} q
                           WHERE q.hall_id = c.hall_id AND q.business_date = c.business_date
                             AND q.document_no = c.document_no))"""

_EARLIER_PAYMENTS = f"""(
       SELECT COUNT(DISTINCT e.txn_no) FROM audit_scope s CROSS JOIN evidence_accounts e
        WHERE s.hall_id = g.hall_id AND s.business_date = g.business_date
          AND e.hall_id = s.hall_id AND e.business_date >= s.window_from
          AND e.business_date < s.business_date AND e.received = -g.amount
          AND e.subscriber = g.subscriber AND e.document_no = '' AND e.deposit = g.deposit
          AND e.line_kind = 'refund' AND {current("e")})"""
_EARLIER_ADJUSTMENTS = f"""(
       SELECT COUNT(*) FROM audit_scope s CROSS JOIN evidence_adjustments e
        WHERE s.hall_id = g.hall_id AND s.business_date = g.business_date
          AND e.hall_id = s.hall_id AND e.business_date >= s.window_from
          AND e.business_date < s.business_date AND e.amount = g.amount
          AND e.subscriber = g.subscriber AND e.document_no = '' AND e.kind = g.kind
          AND {current("e")})"""

_PAYMENTS = f"""
SELECT g.*, g.txn_no AS given_no,
       ROW_NUMBER() OVER (PARTITION BY g.hall_id, g.business_date, g.document_no, g.subscriber,
                                       g.amount, g.deposit ORDER BY g.given_at, g.txn_no) AS place
  FROM audit_given g
 WHERE NOT ({_REVERSED})
"""
_ADJUSTMENTS = """
SELECT g.*, g.adjustment_no AS given_no, g.at AS given_at,
       ROW_NUMBER() OVER (PARTITION BY g.hall_id, g.business_date, g.document_no, g.subscriber,
                                       g.amount, g.kind ORDER BY g.at, g.adjustment_no) AS place
  FROM audit_adjusted g
"""
_BACK = """((g.deposit = 1 AND c.kind = 'deposit_return')
           OR (g.deposit = 0 AND c.kind = 'refund'))"""
_NAMED_BACK = """(c.kind = 'deposit_return'
           OR (g.deposit = 0 AND c.kind IN ('refund', 'transfer_balance')))"""
_SAME_KIND = "c.kind = g.kind"


def _covered(kinds: str, paid: str) -> str:
    return _COVERED.format(kinds=kinds, paid=paid)


def _matched(kinds: str, paid: str) -> str:
    return _MATCHED.format(kinds=kinds, paid=paid)


UNAPPROVED = Question(
    (R01,),
    f"""
SELECT g.hall_id, g.business_date, 'R01', 'txn:' || g.txn_no, g.clerk, {NO_FIGURES},
       'block',
       {facts(fact("amount", yuan("g.amount")))}
  FROM ({_PAYMENTS}) g
 WHERE CASE WHEN g.document_no <> ''
            THEN CASE WHEN {_covered(_NAMED_BACK, "audit_paid_on_claims")} THEN 0 ELSE 1 END
            WHEN {_EARLIER_PAYMENTS} + g.place <= {_matched(_BACK, "audit_paid_on_claims")}
            THEN 0 ELSE 1 END = 1
 UNION ALL
SELECT g.hall_id, g.business_date, 'R01', 'adjustment:' || g.adjustment_no, g.clerk, NULL, NULL,
       'block', {facts(fact("amount", yuan("g.amount")))}
  FROM ({_ADJUSTMENTS}) g
 WHERE CASE WHEN g.document_no <> ''
            THEN CASE WHEN {_covered(_SAME_KIND, "audit_adjusted_on_claims")} THEN 0 ELSE 1 END
            WHEN {_EARLIER_ADJUSTMENTS} + g.place
                 <= {_matched(_SAME_KIND, "audit_adjusted_on_claims")}
            THEN 0 ELSE 1 END = 1
""",
    steps=(*CLAIM_STEPS, *MONEY_STEPS),
)

_PERSON = """COALESCE((SELECT p.clerk FROM audit_people p
                  WHERE p.hall_id = c.hall_id AND p.number = c.{0}), c.{0})"""
_JUDGED = """CASE WHEN COALESCE(u.given, 0) > c.amount THEN u.given ELSE c.amount END"""
_COVERS = """(COALESCE(l.limit_fen, 0) >= {0} OR (l.department = 1 AND l.finance = 1))"""
_ASKED_HIMSELF = f"""({_PERSON.format("approver")} = {_PERSON.format("requester")}
            OR (c.second_approver <> ''
                AND {_PERSON.format("second_approver")} = {_PERSON.format("requester")}))"""
# A case of this system is asked for nothing that the lifecycle refuses by itself.
_WHY = f"""CASE WHEN c.live = 0 AND {_ASKED_HIMSELF} THEN 'own'
                    WHEN c.approved_at > COALESCE(c.executed_at, c.approved_at)
                      OR c.approved_at > COALESCE(d.first_at, c.approved_at) THEN 'late'
                    WHEN c.live = 0 AND NOT {_COVERS.format(_JUDGED)} THEN 'limit' ELSE '' END"""

INVALID_APPROVAL = Question(
    (R02, R03),
    f"""
SELECT w.hall_id, w.business_date, 'R02' AS check_code, 'document:' || w.document_no, w.approver,
       {NO_FIGURES}, 'block', {facts(fact("why", "w.why"))}
  FROM (SELECT c.hall_id, c.business_date, c.document_no, c.approver,
               {_WHY} AS why
          FROM audit_claims_today c
          LEFT JOIN audit_claim_sums u ON u.hall_id = c.hall_id
               AND u.business_date = c.business_date AND u.document_no = c.document_no
          LEFT JOIN audit_claim_limits l ON l.hall_id = c.hall_id
               AND l.business_date = c.business_date AND l.document_no = c.document_no
          LEFT JOIN audit_first_given d ON d.hall_id = c.hall_id
               AND d.business_date = c.business_date AND d.document_no = c.document_no
         WHERE c.{_APPROVED.replace(" AND ", " AND c.")}) w
 WHERE w.why <> ''
 UNION ALL
SELECT c.hall_id, c.business_date, 'R03', 'document:' || c.document_no, c.requester, NULL, NULL,
       'block',
       {
        facts(
            fact("count", "CAST(u.week_n AS TEXT)"),
            fact("sum", yuan("u.week")),
            fact("limit", yuan("l.limit_fen")),
        )
    }
  FROM audit_claims_today c
  JOIN audit_claim_sums u ON u.hall_id = c.hall_id AND u.business_date = c.business_date
       AND u.document_no = c.document_no
  JOIN audit_claim_limits l ON l.hall_id = c.hall_id AND l.business_date = c.business_date
       AND l.document_no = c.document_no
 WHERE c.live = 0 AND c.amount <= l.limit_fen AND u.week_n > 1 AND NOT {_COVERS.format("u.week")}
""",
)

APPROVAL_QUESTIONS = (UNAPPROVED, INVALID_APPROVAL)
