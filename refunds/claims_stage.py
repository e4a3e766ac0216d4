"""Staged for the R checks: claims and live cases read as one, and the money they answer for.

A claim is a row of `refunds` from a file, or a case of this system. What was given is a negative
payment, or an adjustment in billing. Only claims of the day, of its payments and adjustments, and
of the same subscribers are staged, so a hall-day costs what it holds.
"""

from __future__ import annotations

from ledger.audit.stage_settlements import payments_of
from ledger.audit.stage_shifts import DAY, PAYMENTS
from ledger.audit.staging import StagedTable, current, day_number
from refunds.instruments import CASE_KINDS

WINDOW_DAYS, SPLIT_DAYS = 30, 7
BACK, ON = 7, 3

_CLAIM = """claim_on, document_no, kind, subscriber, amount, original_txn_no, requester,
       requested_at, approver, approved_at, second_approver, executor, executed_at, tender, red_no,
       customer_signed, handed_at, live"""

_LOADED = """r.business_date AS claim_on, r.document_no, r.kind, r.subscriber, r.amount,
       r.original_txn_no, r.requester, r.requested_at, r.approver, r.approved_at,
       r.second_approver, r.executor, r.executed_at, r.tender, r.red_invoice_no AS red_no,
       r.customer_signed, r.papers_handed_at AS handed_at, 0 AS live"""


def _fact(name: str) -> str:
    return f"""COALESCE((SELECT f.value FROM document_facts f
                  WHERE f.hall_id = d.hall_id AND f.document_id = d.id
                    AND f.revision = d.revision AND f.name = '{name}'), '')"""


def _signed(what: str) -> str:
    return f"""(SELECT {what} FROM signatures g
         WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.revision = d.revision
           AND g.step = 'approve' AND g.event_no < s.as_of)"""


def _number_of(person: str) -> str:
    return f"""COALESCE((SELECT MIN(e.number) FROM employments e
                  WHERE e.hall_id = d.hall_id AND e.person_id = {person}), '')"""


_REQUIRED = "(length(d.required_roles) - length(replace(d.required_roles, ',', '')) + 1)"
_ALL_SIGNED = f"{_signed('COUNT(*)')} >= {_REQUIRED}"
_FIRST = _signed("MIN(g.person_id)")
_LAST = _signed("MAX(g.person_id)")
_RED = "x.red_no"

ASKED_AT = """(SELECT MIN(g.at) FROM signatures g
         WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'submit')"""

_LIVE = f"""d.business_date AS claim_on, d.number AS document_no, d.kind,
       {_fact("subscriber")} AS subscriber, d.amount_fen AS amount,
       {_fact("original_txn")} AS original_txn_no, {_fact("requester")} AS requester,
       {ASKED_AT} AS requested_at,
       CASE WHEN {_ALL_SIGNED} THEN {_number_of(_FIRST)} ELSE '' END AS approver,
       CASE WHEN {_ALL_SIGNED} THEN {_signed("MAX(g.at)")} END AS approved_at,
       CASE WHEN {_ALL_SIGNED} AND {_REQUIRED} > 1 THEN {_number_of(_LAST)} ELSE '' END
         AS second_approver,
       COALESCE(x.executor, '') AS executor, x.at AS executed_at, {_fact("tender")} AS tender,
       COALESCE({_RED}, '') AS red_no, COALESCE(x.customer_signed, 0) AS customer_signed,
       h.at AS handed_at, 1 AS live"""

_LIVE_FROM = f"""documents d
  LEFT JOIN refund_executions x ON x.hall_id = d.hall_id AND x.document_id = d.id
  LEFT JOIN refund_handovers h ON h.hall_id = d.hall_id AND h.document_id = d.id
 WHERE d.hall_id = s.hall_id AND d.kind IN {CASE_KINDS}
   AND d.state IN ('submitted', 'approved', 'posted', 'reversed')"""

# A claim from a file that a case of this system answers for is the case's.
NOT_A_CASE = f"""NOT EXISTS (SELECT 1 FROM documents k
         WHERE k.hall_id = r.hall_id AND k.number = r.document_no AND k.kind IN {CASE_KINDS})"""

TODAYS_CLAIMS = f"""
SELECT s.hall_id, s.business_date, {_LOADED}
  FROM audit_scope s CROSS JOIN evidence_refunds r
 WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date AND {current("r")}
   AND {NOT_A_CASE}
 UNION ALL
SELECT s.hall_id, s.business_date, {_LIVE}
  FROM audit_scope s CROSS JOIN {_LIVE_FROM} AND d.business_date = s.business_date
"""

# Each transaction that gave money back today: by line kind what it is, and what it names.
GIVEN = f"""
SELECT p.hall_id, p.business_date, p.txn_no, t.clerk, t.subscriber, p.amount, p.tender,
       p.tenders, l.document_no, l.original_txn_no, l.deposit, l.reversal, l.authoriser, l.given_at
  FROM (SELECT hall_id, business_date, txn_no, CAST(SUM(-amount) AS BIGINT) AS amount,
               MIN(tender) AS tender, COUNT(DISTINCT tender) AS tenders
          FROM ({PAYMENTS}) q WHERE amount < 0
         GROUP BY hall_id, business_date, txn_no) p
  JOIN audit_transactions t ON t.hall_id = p.hall_id AND t.business_date = p.business_date
       AND t.txn_no = p.txn_no
  JOIN (SELECT s.hall_id, s.business_date, e.txn_no, MAX(e.document_no) AS document_no,
               MAX(e.original_txn_no) AS original_txn_no, MAX(e.deposit) AS deposit,
               MAX(CASE WHEN e.line_kind = 'reversal' THEN 1 ELSE 0 END) AS reversal,
               MAX(e.authoriser) AS authoriser, MIN(e.accepted_at) AS given_at
          FROM audit_scope s CROSS JOIN evidence_accounts e
         WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date
           AND e.received < 0 AND e.line_kind <> 'correction' AND {current("e")}
         GROUP BY s.hall_id, s.business_date, e.txn_no) l
    ON l.hall_id = p.hall_id AND l.business_date = p.business_date AND l.txn_no = p.txn_no
"""

ADJUSTED = f"""
SELECT s.hall_id, s.business_date, a.adjustment_no, a.clerk, a.subscriber, a.kind, a.amount,
       a.document_no, a.at
  FROM audit_scope s CROSS JOIN evidence_adjustments a
 WHERE a.hall_id = s.hall_id AND a.business_date = s.business_date AND {current("a")}
"""

# Whose claims matter: the subscribers and numbers of today's claims, payments and adjustments.
ASKED = """
SELECT hall_id, business_date, subscriber, '' AS document_no FROM audit_claims_today
 WHERE subscriber <> ''
 UNION
SELECT hall_id, business_date, subscriber, document_no FROM audit_given
 UNION
SELECT hall_id, business_date, subscriber, document_no FROM audit_adjusted
"""

_WITHIN = f"""{day_number("{0}")} > {day_number("k.business_date")} - {WINDOW_DAYS}
   AND {day_number("{0}")} <= {day_number("k.business_date")} + {ON}"""


def _within(date: str) -> str:
    return _WITHIN.replace("{0}", date)


CLAIMS = f"""
SELECT hall_id, business_date, {_CLAIM} FROM audit_claims_today
 UNION
SELECT k.hall_id, k.business_date, {_LOADED}
  FROM audit_scope s CROSS JOIN audit_claims_asked k CROSS JOIN evidence_refunds r
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND r.hall_id = s.hall_id AND r.subscriber = k.subscriber AND k.subscriber <> ''
   AND {_within("r.business_date")} AND {current("r")} AND {NOT_A_CASE}
 UNION
SELECT k.hall_id, k.business_date, {_LOADED}
  FROM audit_scope s CROSS JOIN audit_claims_asked k CROSS JOIN evidence_refunds r
 WHERE k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND r.hall_id = s.hall_id AND r.row_key = k.document_no AND k.document_no <> ''
   AND {current("r")} AND {NOT_A_CASE}
 UNION
SELECT k.hall_id, k.business_date, {_LIVE}
  FROM audit_scope s CROSS JOIN audit_claims_asked k CROSS JOIN document_facts n
 CROSS JOIN {_LIVE_FROM}
   AND k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND n.hall_id = s.hall_id AND n.name = 'subscriber' AND n.value = k.subscriber
   AND n.document_id = d.id AND k.subscriber <> '' AND {_within("d.business_date")}
 UNION
SELECT k.hall_id, k.business_date, {_LIVE}
  FROM audit_scope s CROSS JOIN audit_claims_asked k CROSS JOIN {_LIVE_FROM}
   AND k.hall_id = s.hall_id AND k.business_date = s.business_date
   AND d.number = k.document_no AND k.document_no <> ''
"""

# Payments of other days that name a claim of today, or a claim that today's payments name.
_NAMED = """SELECT DISTINCT hall_id, business_date, document_no FROM audit_claims"""
PAYING = f"""
SELECT n.hall_id, n.business_date, n.document_no, e.txn_no, MIN(e.accepted_at) AS given_at
  FROM audit_scope s CROSS JOIN ({_NAMED}) n CROSS JOIN evidence_accounts e
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND e.hall_id = s.hall_id AND e.document_no = n.document_no AND e.document_no <> ''
   AND e.received < 0 AND e.line_kind <> 'correction' AND {current("e")}
 GROUP BY n.hall_id, n.business_date, n.document_no, e.txn_no
"""
PAYING_TRANSACTIONS = "SELECT DISTINCT hall_id, business_date, txn_no FROM audit_paying"
PAID_ON_CLAIMS = """
SELECT g.hall_id, g.business_date, g.document_no, g.txn_no AS given_no, g.given_at,
       CAST(SUM(-p.amount) AS BIGINT) AS amount
  FROM audit_paying g
  JOIN audit_paying_tenders p ON p.hall_id = g.hall_id AND p.business_date = g.business_date
       AND p.txn_no = g.txn_no AND p.amount < 0
 GROUP BY g.hall_id, g.business_date, g.document_no, g.txn_no, g.given_at
"""

ADJUSTED_ON_CLAIMS = f"""
SELECT n.hall_id, n.business_date, n.document_no, a.adjustment_no AS given_no, a.at AS given_at,
       a.amount
  FROM audit_scope s CROSS JOIN ({_NAMED}) n CROSS JOIN evidence_adjustments a
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.document_no = n.document_no AND a.document_no <> ''
   AND {current("a")}
"""

# When a claim was first given something: it was carried out then, whatever it says itself.
FIRST_GIVEN = """
SELECT hall_id, business_date, document_no, MIN(given_at) AS first_at
  FROM (SELECT hall_id, business_date, document_no, given_at FROM audit_paid_on_claims
         UNION ALL
        SELECT hall_id, business_date, document_no, given_at FROM audit_adjusted_on_claims) z
 GROUP BY hall_id, business_date, document_no
"""

CLAIM_STEPS = (
    StagedTable("audit_claims_today", TODAYS_CLAIMS, (*DAY, "document_no")),
    StagedTable("audit_given", GIVEN, (*DAY, "txn_no")),
    StagedTable("audit_adjusted", ADJUSTED, (*DAY, "document_no")),
    StagedTable("audit_claims_asked", ASKED, DAY),
    StagedTable("audit_claims", CLAIMS, (*DAY, "document_no")),
    StagedTable("audit_paying", PAYING, (*DAY, "document_no")),
    StagedTable("audit_paying_transactions", PAYING_TRANSACTIONS, (*DAY, "txn_no")),
    StagedTable("audit_paying_tenders", payments_of("audit_paying_transactions"), (*DAY, "txn_no")),
    StagedTable("audit_paid_on_claims", PAID_ON_CLAIMS, (*DAY, "document_no")),
    StagedTable("audit_adjusted_on_claims", ADJUSTED_ON_CLAIMS, (*DAY, "document_no")),
    StagedTable("audit_first_given", FIRST_GIVEN, (*DAY, "document_no")),
)
