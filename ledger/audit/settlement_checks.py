"""T · settlement: T01 to T05 of CHECKS in one pass over the sides of every key."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.text import Text

T01 = Check(
    code="T01",
    name=Text("已记未达", "Booked, not settled"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} 已记账 {expected},渠道账单中没有到账。",
        "{subject} was booked for {expected} and never settled.",
    ),
    remedy=Text(
        "在商户平台按流水查询;未付成功的由营业员更正,漏导账单的补导。",
        "Look the payment up at the provider; if it failed, correct the line; if a bill is missing,"
        " import it.",
    ),
    rule="CHECKS T01; DOMAIN REC-12",
)
T02 = Check(
    code="T02",
    name=Text("到账无账", "Settled, not booked"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} 到账 {found},账目中没有这笔收款。",
        "{subject} was settled for {found} and never booked.",
    ),
    remedy=Text(
        "按时间和终端查找漏记的业务,补记或退还客户。",
        "Find the sale by time and terminal; enter it, or give the money back.",
    ),
    rule="CHECKS T02; DOMAIN REC-12",
)
T03 = Check(
    code="T03",
    name=Text("到账金额不符", "Settled for another amount"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} 记账 {expected},到账 {found},差 {difference}。",
        "{subject} was booked for {expected} and settled for {found}: {difference}.",
    ),
    remedy=Text(
        "核对凭条金额;录错的填差错更正单,少收的补收。",
        "Check the slip; correct a wrong entry, collect what is missing.",
    ),
    rule="CHECKS T03; DOMAIN REC-12",
)
T04 = Check(
    code="T04",
    name=Text("支付方式记错", "Wrong tender"),
    severity="block",
    override="auditor",
    message=Text(
        "{subject} 实际由 {settled_as} 到账,金额相同。",
        "{subject} was settled through {settled_as} for the same amount.",
    ),
    remedy=Text("更正该笔的支付方式。", "Correct the tender of this payment."),
    rule="CHECKS T04; DOMAIN REC-02",
)
T05 = Check(
    code="T05",
    name=Text("跨日在途", "Settled on another day, or on its way"),
    severity="note",
    override="auditor",
    message=Text(
        "{subject} 记账日 {booked_on},到账日 {settled_on}。",
        "{subject} was booked on {booked_on} and settled on {settled_on}.",
    ),
    remedy=Text("无需处理,到账后自动消除或保留为提示。", "Nothing to do; it is carried as a note."),
    rule="CHECKS T05; DOMAIN REC-12",
)

# The reference is settled under another tender for the same sum; of several the first by name.
_WRONG_TENDER = """
SELECT b.hall_id, b.business_date, b.tender, b.key1, MIN(o.tender) AS settled_as
  FROM audit_differences b
  JOIN audit_differences o
    ON o.hall_id = b.hall_id AND o.business_date = b.business_date AND o.key1 = b.key1
       AND o.tender <> b.tender AND o.settled = b.booked
 WHERE b.match_level = 'line' AND b.refund = 0 AND b.noref = 0 AND b.settled_n = 0
   AND b.booked <> 0 AND o.match_level = 'line' AND o.refund = 0 AND o.noref = 0 AND o.booked_n = 0
 GROUP BY b.hall_id, b.business_date, b.tender, b.key1
"""

_SUBJECT = """CASE WHEN d.named <> '' THEN d.named
            WHEN d.noref = 1 THEN 'txn:' || d.key1 || '/' || d.tender
            WHEN d.match_level = 'line' THEN 'ref:' || d.tender || '/' || d.key1
            WHEN d.match_level = 'batch'
            THEN 'batch:' || d.tender || '/' || d.key1 || '/' || d.key2
            ELSE 'day:' || d.tender END"""

_VERDICT = """CASE WHEN d.booked_n = 0 THEN 'T02'
            WHEN d.settled_n = 0 AND w.settled_as IS NOT NULL THEN 'T04'
            WHEN d.settled_n = 0 AND d.refund = 1 AND s.refund_overdue = 0 THEN 'T05'
            WHEN d.settled_n = 0 THEN 'T01'
            WHEN d.booked <> d.settled THEN 'T03' ELSE 'T05' END"""

# Of a payment of 0.00 no settlement is due. A key belongs to the day it was first booked on, or
# where nothing was booked first settled on.
_JUDGED = f"""
SELECT d.hall_id, d.business_date, {_VERDICT} AS check_code, {_SUBJECT} AS subject, d.clerk,
       d.booked, d.settled, COALESCE(w.settled_as, '') AS settled_as, d.booked_on, d.settled_on
  FROM audit_differences d
  JOIN audit_scope s ON s.hall_id = d.hall_id AND s.business_date = d.business_date
  JOIN audit_ready r ON r.hall_id = d.hall_id AND r.business_date = d.business_date
       AND r.tender = d.tender AND r.ready = 1
  LEFT JOIN wrong_tender w ON w.hall_id = d.hall_id AND w.business_date = d.business_date
       AND w.tender = d.tender AND w.key1 = d.key1 AND d.refund = 0 AND d.noref = 0
       AND d.match_level = 'line' AND d.settled_n = 0
 WHERE COALESCE(d.booked_on, d.settled_on) = d.business_date
   AND (d.settled_n > 0 OR d.booked <> 0)
   AND (d.settled_n = 0 OR d.booked_n = 0 OR d.booked <> d.settled
        OR d.booked_on <> d.settled_on OR d.booked_to <> d.settled_to)
   AND NOT EXISTS (SELECT 1 FROM wrong_tender u
                    WHERE u.hall_id = d.hall_id AND u.business_date = d.business_date
                      AND u.settled_as = d.tender AND u.key1 = d.key1 AND d.refund = 0
                      AND d.match_level = 'line' AND d.booked_n = 0)
"""

SETTLEMENT = Question(
    (T01, T02, T03, T04, T05),
    f"""
WITH wrong_tender AS ({_WRONG_TENDER}),
judged AS ({_JUDGED})
SELECT hall_id, business_date, check_code, subject, MAX(clerk) AS clerk,
       CASE WHEN check_code IN ('T01', 'T02', 'T03') THEN CAST(SUM(booked) AS BIGINT) END
         AS expected,
       CASE WHEN check_code IN ('T01', 'T02', 'T03') THEN CAST(SUM(settled) AS BIGINT) END
         AS found,
       CASE WHEN check_code = 'T05' THEN 'note' ELSE 'block' END AS severity,
       CASE WHEN check_code = 'T04' THEN '{{"settled_as":"' || MIN(settled_as) || '"}}'
            ELSE '{{"booked_on":"' || COALESCE(CAST(MIN(booked_on) AS TEXT), '–')
                 || '","settled_on":"' || COALESCE(CAST(MIN(settled_on) AS TEXT), '–') || '"}}'
            END AS facts
  FROM judged
 GROUP BY hall_id, business_date, check_code, subject
""",
)

SETTLEMENT_QUESTIONS = (SETTLEMENT,)

register_checks(SETTLEMENT_QUESTIONS)
