"""C · moves of cash and deposits: C04, C07, C08 and C09 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
from ledger.cash.kinds import CASH_KINDS, HANDOVER
from ledger.hall_rules import TAIL_LIMITS
from ledger.text import Text

C04 = Check(
    code="C04",
    name=Text("单边现金", "One-sided move"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} {amount}:{ends}。",
        "{subject} of {amount}: {ends}.",
    ),
    remedy=Text(
        "补登另一端,或请接收人清点后签字。",
        "Enter the other end, or let who received it count and sign.",
    ),
    rule="CHECKS C04; DOMAIN REC-05",
)
C07 = Check(
    code="C07",
    name=Text("尾款超限", "Tail over limit"),
    severity="warn",
    override="manager",
    message=Text(
        "当日收现 {value},未解款 {found},超过尾款限额 {expected}。",
        "Cash takings of {value}: {found} were not deposited, the limit is {expected}.",
    ),
    remedy=Text(
        "超限部分当日送存;确有困难的写明原因。",
        "Deposit what is above the limit the same day, or say why it was not.",
    ),
    rule="CHECKS C07; DOMAIN REC-06",
)
C08 = Check(
    code="C08",
    name=Text("坐支", "Paid out of takings"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 从钱箱支出 {amount},没有获批单据({subject},{ends})。",
        "{clerk} paid {amount} out of the drawer without an approved document ({subject}, {ends}).",
    ),
    remedy=Text(
        "退款须有获批单据;厅费用从厅备用金支付。",
        "A refund needs its approved document; expenses are paid out of petty cash.",
    ),
    rule="CHECKS C08; DOMAIN REC-05",
)
C09 = Check(
    code="C09",
    name=Text("解款不符", "Deposit differs"),
    severity="block",
    override="tier",
    message=Text(
        "{covers} 的交款合计 {expected},解款合计 {found},差 {difference}。",
        "Hand-ins of {covers} come to {expected}, bank slips to {found}: {difference}.",
    ),
    remedy=Text(
        "核对缴款单与银行回单;漏登的补登,少存的查明。",
        "Compare slips with bank receipts; enter what is missing, find what was not deposited.",
    ),
    rule="CHECKS C09; DOMAIN REC-02, REC-05",
)

SIGNED_KINDS = (*(name for name, kind in CASH_KINDS.items() if not kind.tiered), HANDOVER)
"""Documents that move cash as soon as somebody gives it, and are confirmed by who takes it."""

_PLACES = "('safe', 'petty', 'bank', 'department', '')"
_ENDS = (
    fact("move_from", "m.moved_from"),
    fact("move_to", "m.moved_to"),
    fact("amount_fen", "CAST(m.amount AS TEXT)"),
)
_UNSIGNED = facts(
    fact("amount_fen", "CAST(d.amount_fen AS TEXT)"),
    fact("unsigned", "'1'"),
)
_UNCONFIRMED = """
   AND EXISTS (SELECT 1 FROM signatures g
                WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'submit'
                  AND g.event_no < s.as_of)
   AND (d.state = 'submitted'
        OR EXISTS (SELECT 1 FROM signatures g
                    WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'approve'
                      AND g.event_no >= s.as_of)
        OR (d.state IN ('rejected', 'cancelled')
            AND NOT EXISTS (SELECT 1 FROM events e
                             WHERE e.hall_id = d.hall_id AND e.event_no < s.as_of
                               AND e.subject = 'document:' || d.number
                               AND e.act IN ('document.rejected', 'document.cancelled')
                               AND e.event_no > (SELECT MIN(g.event_no) FROM signatures g
                                                  WHERE g.hall_id = d.hall_id
                                                    AND g.document_id = d.id))))"""

ONE_SIDED = Question(
    (C04,),
    f"""
SELECT s.hall_id, s.business_date, 'C04', 'move:' || m.move_no,
       COALESCE(p.clerk, CASE WHEN m.moved_from IN {_PLACES} THEN m.moved_to ELSE m.moved_from END),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'block', {facts(*_ENDS)}
  FROM audit_scope s
 CROSS JOIN evidence_cash_moves m
  LEFT JOIN audit_people p ON p.hall_id = m.hall_id
       AND p.number = CASE WHEN m.moved_from IN {_PLACES} THEN m.moved_to ELSE m.moved_from END
 WHERE m.hall_id = s.hall_id AND m.business_date = s.business_date AND {current("m")}
   AND (m.moved_from = '' OR m.moved_to = '')
 UNION ALL
SELECT s.hall_id, s.business_date, 'C04', 'move:' || d.number, COALESCE(p.clerk, ''),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'block', {_UNSIGNED}
  FROM audit_scope s
 CROSS JOIN documents d
  LEFT JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id
       AND f.revision = d.revision AND f.name = 'clerk'
  LEFT JOIN audit_people p ON p.hall_id = d.hall_id AND p.number = f.value
 WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date
   AND d.kind IN {SIGNED_KINDS}{_UNCONFIRMED}
""",
)

_LIMIT = f"""CASE {
    " ".join(
        f"WHEN t.takings <= {most} THEN t.{name}" if most else f"ELSE t.{name} END"
        for name, most in TAIL_LIMITS.items()
    )
}"""
# What was taken in cash, and what of the hand-ins was not in the bank by the end of the day.
_TAILS = """
SELECT hall_id, business_date, SUM(taken) AS takings, SUM(tail) AS tail
  FROM (SELECT hall_id, business_date, paid AS taken, 0 AS tail FROM audit_takings
         WHERE tender = 'cash'
         UNION ALL
        SELECT hall_id, business_date, 0, amount FROM audit_hand_ins
         UNION ALL
        SELECT hall_id, business_date, 0, -amount FROM audit_banked
         WHERE deposited_on <= business_date) moved
 GROUP BY hall_id, business_date"""
TAIL_OVER_LIMIT = Question(
    (C07,),
    f"""
SELECT t.hall_id, t.business_date, 'C07', 'tail:' || h.code, '', {_LIMIT}, t.tail, 'warn',
       {facts(fact("value_fen", "CAST(t.takings AS TEXT)"))}
  FROM (SELECT s.hall_id, s.business_date, {", ".join(f"s.{name}" for name in TAIL_LIMITS)},
               CAST(u.takings AS BIGINT) AS takings, CAST(u.tail AS BIGINT) AS tail
          FROM ({_TAILS}) u
          JOIN audit_scope s ON s.hall_id = u.hall_id AND s.business_date = u.business_date) t
  JOIN halls h ON h.id = t.hall_id
 WHERE t.tail > {_LIMIT}
""",
)

PAID_OUT_OF_TAKINGS = Question(
    (C08,),
    f"""
SELECT s.hall_id, s.business_date, 'C08', 'move:' || m.move_no, COALESCE(p.clerk, m.moved_from),
       NULL, NULL, 'block', {facts(*_ENDS)}
  FROM audit_scope s
 CROSS JOIN evidence_cash_moves m
  LEFT JOIN audit_people p ON p.hall_id = m.hall_id AND p.number = m.moved_from
 WHERE m.hall_id = s.hall_id AND m.business_date = s.business_date AND {current("m")}
   AND m.moved_from NOT IN {_PLACES} AND m.moved_to NOT IN ('safe', 'bank')
   AND NOT EXISTS (SELECT 1 FROM documents d
                     JOIN signatures g ON g.hall_id = d.hall_id AND g.document_id = d.id
                          AND g.revision = d.revision AND g.step = 'approve'
                          AND g.event_no < s.as_of
                    WHERE d.hall_id = m.hall_id AND d.number = m.document_no
                      AND d.state IN ('approved', 'posted', 'reversed'))
   AND NOT EXISTS (SELECT 1 FROM evidence_refunds r
                    WHERE r.hall_id = m.hall_id AND m.document_no <> ''
                      AND r.document_no = m.document_no AND r.approver <> ''
                      AND r.approved_at IS NOT NULL AND {current("r")})
""",
)

# Asked once the day on which it should have been deposited is over.
DEPOSITS_DIFFER = Question(
    (C09,),
    f"""
SELECT u.hall_id, u.business_date, 'C09', 'deposit:' || CAST(u.business_date AS TEXT), '',
       CAST(SUM(u.handed) AS BIGINT), CAST(SUM(u.banked) AS BIGINT), 'block',
       {facts(fact("covers", "CAST(u.business_date AS TEXT)"))}
  FROM (SELECT hall_id, business_date, amount AS handed, 0 AS banked FROM audit_hand_ins
         UNION ALL
        SELECT hall_id, business_date, 0, amount FROM audit_banked) u
  JOIN audit_scope s ON s.hall_id = u.hall_id AND s.business_date = u.business_date
       AND s.now_at >= s.deposits_due
 GROUP BY u.hall_id, u.business_date
HAVING SUM(u.handed) <> SUM(u.banked)
""",
)

MOVE_QUESTIONS = (ONE_SIDED, TAIL_OVER_LIMIT, PAID_OUT_OF_TAKINGS, DEPOSITS_DIFFER)

register_checks(MOVE_QUESTIONS)
