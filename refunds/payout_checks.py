"""R04 to R09: papers, tender, time, repetition, executor and deposits of what was given."""

from __future__ import annotations

from ledger.audit.check import Question
from ledger.audit.staging import current, day_number, fact, facts
from refunds.approval_checks import NO_FIGURES, yuan
from refunds.check_names import R04, R05, R06, R07, R08, R09
from refunds.money_stage import A_DAY, EIGHT_HOURS, HOURS_72, NOON_AFTER

_SAME = """{0}.hall_id = c.hall_id AND {0}.business_date = c.business_date
       AND {0}.document_no = c.document_no"""
_DUE = NOON_AFTER.format("w.done_at")
_UNSIGNED = "w.customer_signed = 0"
_NOT_HANDED = f"""((w.handed_at IS NULL AND s.now_at > {_DUE}) OR w.handed_at > {_DUE})"""
_INVOICED = f"""EXISTS (SELECT 1 FROM audit_still_live v
                 WHERE v.hall_id = w.hall_id AND v.business_date = w.business_date
                   AND v.document_no = w.document_no
                   AND (v.on_paper > 0 OR s.now_at > w.done_at + {HOURS_72}))"""
_MISSING = f"""CASE WHEN {_UNSIGNED} THEN 'signature ' ELSE '' END
       || CASE WHEN {_NOT_HANDED} THEN 'handed ' ELSE '' END
       || CASE WHEN {_INVOICED} THEN 'invoice ' ELSE '' END"""

PAPERS_MISSING = Question(
    (R04,),
    f"""
SELECT x.hall_id, x.business_date, 'R04', 'document:' || x.document_no, x.who, {NO_FIGURES},
       'block',
       {facts(fact("missing", "x.missing"))}
  FROM (SELECT w.hall_id, w.business_date, w.document_no, w.who, {_MISSING} AS missing
          FROM (SELECT c.hall_id, c.business_date, c.document_no, c.customer_signed, c.handed_at,
                       CASE WHEN c.executor <> '' THEN c.executor ELSE c.requester END AS who,
                       COALESCE(c.executed_at, d.first_at) AS done_at
                  FROM audit_claims_today c
                  LEFT JOIN audit_first_given d ON {_SAME.format("d")}) w
          JOIN audit_scope s ON s.hall_id = w.hall_id AND s.business_date = w.business_date
         WHERE w.done_at IS NOT NULL) x
 WHERE x.missing <> ''
""",
)

# The tender money went back by: that of its payments, or where none is known the claim's own.
_GONE_BY = f"""SELECT c.hall_id, c.business_date, c.document_no, c.executor, c.requester,
               c.original_txn_no, p.tender
          FROM audit_claims_today c
          JOIN audit_paying g ON {_SAME.format("g")}
          JOIN audit_paying_tenders p ON p.hall_id = g.hall_id
               AND p.business_date = g.business_date AND p.txn_no = g.txn_no AND p.amount < 0
         WHERE c.kind IN ('refund', 'deposit_return') AND c.original_txn_no <> ''
         UNION
        SELECT c.hall_id, c.business_date, c.document_no, c.executor, c.requester,
               c.original_txn_no, c.tender
          FROM audit_claims_today c
         WHERE c.kind IN ('refund', 'deposit_return') AND c.original_txn_no <> ''
           AND c.executed_at IS NOT NULL AND c.tender <> ''
           AND NOT EXISTS (SELECT 1 FROM audit_paid_on_claims p WHERE {_SAME.format("p")})"""

WRONG_TENDER = Question(
    (R05,),
    f"""
SELECT w.hall_id, w.business_date, 'R05', 'document:' || w.document_no,
       MIN(CASE WHEN w.executor <> '' THEN w.executor ELSE w.requester END), {NO_FIGURES}, 'warn',
       {facts(fact("tender", "MIN(w.tender)"), fact("paid_by", "MIN(o.tender)"))}
  FROM ({_GONE_BY}) w
  JOIN audit_original_payments o ON o.hall_id = w.hall_id AND o.business_date = w.business_date
       AND o.txn_no = w.original_txn_no AND o.amount > 0
 WHERE w.tender <> '' AND NOT EXISTS (
       SELECT 1 FROM audit_original_payments x
        WHERE x.hall_id = w.hall_id AND x.business_date = w.business_date
          AND x.txn_no = w.original_txn_no AND x.tender = w.tender)
 GROUP BY w.hall_id, w.business_date, w.document_no
""",
)

_ADJUSTMENTS_CAME = """EXISTS (SELECT 1 FROM intake_sources i
         WHERE i.hall_id = c.hall_id AND i.business_date = c.business_date
           AND i.source = 'adjustments' AND i.event_no < s.as_of)"""
_ADJUSTED = f"""(EXISTS (SELECT 1 FROM audit_adjusted_on_claims a WHERE {_SAME.format("a")})
        OR EXISTS (SELECT 1 FROM evidence_adjustments a
                    WHERE a.hall_id = c.hall_id AND a.business_date BETWEEN s.window_from
                          AND s.window_to
                      AND a.subscriber = c.subscriber AND a.kind = c.kind
                      AND a.amount = c.amount AND a.document_no = '' AND {current("a")}))"""
# Taken less on it at the counter: a line names it, or a transaction of the day is short by just it.
_TAKEN_LESS = f"""(EXISTS (SELECT 1 FROM evidence_accounts e
                    WHERE e.hall_id = c.hall_id AND e.document_no = c.document_no
                      AND e.document_no <> '' AND {current("e")})
        OR EXISTS (SELECT 1 FROM audit_transactions t
                    WHERE t.hall_id = c.hall_id AND t.business_date = c.business_date
                      AND t.due - t.received = c.amount
                      AND (t.txn_no = c.original_txn_no
                           OR (c.original_txn_no = '' AND t.subscriber = c.subscriber
                               AND c.subscriber <> ''))))"""
_IN_BILLING = "c.kind IN ('waiver', 'gift_credit')"
_BILLED = f"CASE WHEN {_ADJUSTED} OR {_TAKEN_LESS} THEN 1 ELSE 0 END"
_DONE = f"""CASE WHEN {_IN_BILLING} AND {_ADJUSTMENTS_CAME} THEN {_BILLED}
            WHEN c.executed_at IS NOT NULL
              OR EXISTS (SELECT 1 FROM audit_paid_on_claims p WHERE {_SAME.format("p")})
            THEN 1 ELSE 0 END"""
_OVERDUE = """c.approved_at < CASE WHEN c.tender = 'transfer' THEN s.transfer_due
                                WHEN c.tender IN ('cash', '') THEN s.today_at
                                ELSE s.way_due END"""

NOT_CARRIED_OUT = Question(
    (R06,),
    f"""
SELECT c.hall_id, c.business_date, 'R06', 'document:' || c.document_no, c.requester, {NO_FIGURES},
       CASE WHEN {_OVERDUE} THEN 'warn' ELSE 'note' END, '{{}}'
  FROM audit_claims_today c
  JOIN audit_scope s ON s.hall_id = c.hall_id AND s.business_date = c.business_date
 WHERE c.approver <> '' AND c.approved_at IS NOT NULL AND {_DONE} = 0
""",
)

CARRIED_OUT_TWICE = Question(
    (R07,),
    f"""
SELECT c.hall_id, c.business_date, 'R07', 'document:' || c.document_no,
       CASE WHEN c.executor <> '' THEN c.executor ELSE c.requester END, {NO_FIGURES}, 'block',
       {
        facts(
            fact("count", "CAST(p.times AS TEXT)"),
            fact("given", yuan("p.given")),
            fact("amount", yuan("c.amount")),
        )
    }
  FROM audit_claims_today c
  JOIN (SELECT hall_id, business_date, document_no, COUNT(*) AS times,
               CAST(SUM(amount) AS BIGINT) AS given
          FROM (SELECT hall_id, business_date, document_no, amount FROM audit_paid_on_claims
                 UNION ALL
                SELECT hall_id, business_date, document_no, amount
                  FROM audit_adjusted_on_claims) z
         GROUP BY hall_id, business_date, document_no) p ON {_SAME.format("p")}
 WHERE p.times > 1 AND p.given > c.amount
""",
)

# Designated is who was so on the day of the execution, else of the request where it has no time.
_DESIGNATED = f"""CASE WHEN c.executed_at IS NULL THEN {day_number("c.claim_on")}
              ELSE (c.executed_at + {EIGHT_HOURS}) / {A_DAY} END
          BETWEEN {day_number("h.valid_from")} AND {day_number("h.valid_to")}"""

NOT_DESIGNATED = Question(
    (R08,),
    f"""
SELECT c.hall_id, c.business_date, 'R08', 'document:' || c.document_no, c.executor, {NO_FIGURES},
       'warn', {facts(fact("executor", "c.executor"))}
  FROM audit_claims_today c
  LEFT JOIN audit_people p ON p.hall_id = c.hall_id AND p.number = c.executor
 WHERE c.executor <> '' AND EXISTS (
       SELECT 1 FROM refund_handlers h
        WHERE h.hall_id = c.hall_id AND {_DESIGNATED})
   AND NOT EXISTS (
       SELECT 1 FROM refund_handlers h
         JOIN audit_people d ON d.hall_id = h.hall_id AND d.number = h.number
        WHERE h.hall_id = c.hall_id AND {_DESIGNATED}
          AND d.clerk = COALESCE(p.clerk, c.executor))
""",
)

DEPOSIT_NOT_HELD = Question(
    (R09,),
    f"""
SELECT c.hall_id, c.business_date, 'R09', 'document:' || c.document_no, c.requester, {NO_FIGURES},
       'block', {facts(fact("back", yuan("d.back")), fact("taken", yuan("d.taken")))}
  FROM audit_claims_today c
  JOIN audit_deposits d ON {_SAME.format("d")}
 WHERE d.back > d.taken
""",
)

PAYOUT_QUESTIONS = (
    PAPERS_MISSING,
    WRONG_TENDER,
    NOT_CARRIED_OUT,
    CARRIED_OUT_TWICE,
    NOT_DESIGNATED,
    DEPOSIT_NOT_HELD,
)
