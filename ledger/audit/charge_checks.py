"""X · the account against the rules of charging: X04, X05, X06 and X08 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import StagedTable, current, fact, facts
from ledger.text import Text

X04 = Check(
    code="X04",
    name=Text("重复收费", "Charged twice"),
    severity="warn",
    override="auditor",
    message=Text(
        "流水 {txn} 与 {earlier} 同一用户、同一业务、同额 {amount},相隔不到 {minutes} 分钟。",
        "Transaction {txn} repeats {earlier}: same subscriber, business and {amount}, within"
        " {minutes} minutes.",
    ),
    remedy=Text("向客户核实;多收的当日冲正退还。", "Ask the customer; reverse what was too much."),
    rule="CHECKS X04; DOMAIN REC-03",
)
X05 = Check(
    code="X05",
    name=Text("应收实收不符", "Received differs from due"),
    severity="block",
    override="tier",
    message=Text(
        "流水 {txn} 应收减优惠加预存为 {expected},实收 {found}。",
        "Transaction {txn}: due less discount plus prepaid is {expected}, received {found}.",
    ),
    remedy=Text(
        "少收的补收或补办减免审批,录错的填差错更正单。",
        "Collect the rest or have a waiver approved; correct a wrong entry.",
    ),
    rule="CHECKS X05; DOMAIN REC-03",
)
X06 = Check(
    code="X06",
    name=Text("缺受理单", "Form missing"),
    severity="warn",
    override="auditor",
    message=Text(
        "流水 {txn} 的业务“{business}”需要客户签字的受理单,未登记单号。",
        "Transaction {txn} ({business}) needs a signed form and names none.",
    ),
    remedy=Text("找出受理单并补登单号;没有的联系客户补签。", "Find the form and enter its number."),
    rule="CHECKS X06; DOMAIN REC-03",
)
X08 = Check(
    code="X08",
    name=Text("错收/漏收", "Off tariff"),
    severity="warn",
    override="auditor",
    message=Text(
        "流水 {txn} 标准资费 {expected},应收记 {found}。",
        "Transaction {txn}: the standard fee is {expected}, due was entered as {found}.",
    ),
    remedy=Text(
        "核对业务类型与资费;错收的更正,漏收的补收。",
        "Check the business and its fee; correct what was charged wrongly.",
    ),
    rule="CHECKS X08; DOMAIN REC-03",
)

# What was undone by day end does not stand. The evening before is looked at for the ten minutes.
_NEAR_MIDNIGHT = f"""
SELECT s.hall_id, s.business_date, a.txn_no, a.line_kind, a.original_txn_no, a.accepted_at,
       a.clerk, a.subscriber, a.business, a.received
  FROM audit_scope s
 CROSS JOIN (SELECT hall_id, business_date, MIN(accepted_at) AS first_at FROM audit_lines
              GROUP BY hall_id, business_date) f
 CROSS JOIN evidence_accounts a
 WHERE f.hall_id = s.hall_id AND f.business_date = s.business_date
   AND a.hall_id = s.hall_id AND a.business_date = s.day_before
   AND a.accepted_at >= f.first_at - s.double_charge
   AND a.line_kind <> 'correction' AND {current("a")}
"""

# Few amounts are charged to a subscriber more than once, and only those need be looked into.
_REPEATED = """
SELECT hall_id, business_date, subscriber, received
  FROM (SELECT hall_id, business_date, subscriber, received FROM audit_transactions
         WHERE subscriber <> '' AND received > 0
         UNION ALL
        SELECT hall_id, business_date, MAX(subscriber), CAST(SUM(received) AS BIGINT)
          FROM audit_near_midnight GROUP BY hall_id, business_date, txn_no) charges
 GROUP BY hall_id, business_date, subscriber, received
HAVING COUNT(*) > 1
"""

_CHARGES = """
SELECT l.hall_id, l.business_date, 1 AS today, l.txn_no, MIN(l.accepted_at) AS at,
       MIN(t.clerk) AS clerk, MIN(t.subscriber) AS subscriber, MIN(t.received) AS received,
       MIN(l.business) AS first_business, MAX(l.business) AS last_business
  FROM audit_repeated r
  JOIN audit_transactions t ON t.hall_id = r.hall_id AND t.business_date = r.business_date
       AND t.subscriber = r.subscriber AND t.received = r.received
  JOIN audit_lines l ON l.hall_id = t.hall_id AND l.business_date = t.business_date
       AND l.txn_no = t.txn_no
 GROUP BY l.hall_id, l.business_date, l.txn_no
 UNION ALL
SELECT hall_id, business_date, 0, txn_no, MIN(accepted_at), MIN(clerk), MAX(subscriber),
       CAST(SUM(received) AS BIGINT), MIN(business), MAX(business)
  FROM audit_near_midnight
 GROUP BY hall_id, business_date, txn_no
HAVING MAX(subscriber) <> '' AND SUM(received) > 0
"""

_UNDONE = """
SELECT hall_id, business_date, original_txn_no AS txn_no FROM audit_lines
 WHERE line_kind IN ('reversal', 'refund') AND original_txn_no <> ''
 UNION
SELECT hall_id, business_date, original_txn_no FROM audit_near_midnight
 WHERE line_kind IN ('reversal', 'refund') AND original_txn_no <> ''
"""

CHARGED_TWICE = Question(
    (X04,),
    f"""
WITH undone AS ({_UNDONE}),
charges AS ({_CHARGES}),
standing AS (
SELECT c.*, LAG(c.txn_no) OVER alike AS earlier, LAG(c.at) OVER alike AS earlier_at
  FROM charges c
  LEFT JOIN audit_people p ON p.hall_id = c.hall_id AND p.number = c.clerk
 WHERE NOT EXISTS (SELECT 1 FROM undone u
                    WHERE u.hall_id = c.hall_id AND u.business_date = c.business_date
                      AND u.txn_no = c.txn_no)
WINDOW alike AS (PARTITION BY c.hall_id, c.business_date, COALESCE(p.clerk, c.clerk),
                              c.subscriber, c.received, c.first_business, c.last_business
                 ORDER BY c.at, c.txn_no))
SELECT c.hall_id, c.business_date, 'X04', 'txn:' || c.txn_no, c.clerk, NULL, NULL, 'warn',
       {
        facts(
            fact("earlier", "c.earlier"),
            fact("amount_fen", "CAST(c.received AS TEXT)"),
            fact("minutes", "CAST(s.double_charge / 60000000 AS TEXT)"),
        )
    }
  FROM standing c
  JOIN audit_scope s ON s.hall_id = c.hall_id AND s.business_date = c.business_date
 WHERE c.today = 1 AND c.at - c.earlier_at <= s.double_charge
""",
    steps=(
        StagedTable("audit_near_midnight", _NEAR_MIDNIGHT),
        StagedTable("audit_repeated", _REPEATED, (*DAY, "subscriber")),
    ),
)

# A waiver is the transaction's if a line names it (a claim's key is its number); where no line
# names any, if it names the transaction, or nothing but the subscriber.
_IS_WAIVER = f"""w.hall_id = t.hall_id AND w.kind = 'waiver' AND w.approver <> ''
         AND w.approved_at IS NOT NULL AND {current("w")} AND w.amount = t.due - t.received"""
_LINE_NAMES = """SELECT 1 FROM audit_lines l
        WHERE l.hall_id = t.hall_id AND l.business_date = t.business_date AND l.txn_no = t.txn_no
          AND l.document_no <> ''"""

# A waiver of this system counts once it is approved, by the same three ways.
_FACT = """(SELECT f.value FROM document_facts f
            WHERE f.hall_id = d.hall_id AND f.document_id = d.id AND f.revision = d.revision
              AND f.name = '{}')"""
_LIVE_WAIVER = f"""SELECT 1 FROM documents d
        WHERE d.hall_id = t.hall_id AND d.kind = 'waiver' AND d.state IN ('approved', 'posted')
          AND d.amount_fen = t.due - t.received
          AND (EXISTS ({_LINE_NAMES} AND l.document_no = d.number)
               OR (NOT EXISTS ({_LINE_NAMES})
                   AND ({_FACT.format("original_txn")} = t.txn_no
                        OR (t.subscriber <> '' AND {_FACT.format("original_txn")} IS NULL
                            AND {_FACT.format("subscriber")} = t.subscriber))))"""

RECEIVED_DIFFERS = Question(
    (X05,),
    f"""
SELECT t.hall_id, t.business_date, 'X05', 'txn:' || t.txn_no, t.clerk, t.due, t.received, 'block',
       '{{}}'
  FROM audit_transactions t
  JOIN audit_scope s ON s.hall_id = t.hall_id AND s.business_date = t.business_date
 WHERE t.received <> t.due
   AND NOT EXISTS (
       SELECT 1 FROM audit_lines l
        WHERE l.hall_id = t.hall_id AND l.business_date = t.business_date AND l.txn_no = t.txn_no
          AND l.deferred = 1)
   AND NOT EXISTS (
       SELECT 1 FROM audit_lines l CROSS JOIN evidence_refunds w
        WHERE l.hall_id = t.hall_id AND l.business_date = t.business_date AND l.txn_no = t.txn_no
          AND l.document_no <> '' AND w.row_key = l.document_no AND {_IS_WAIVER})
   AND NOT EXISTS (
       SELECT 1 FROM evidence_refunds w
        WHERE w.original_txn_no = t.txn_no AND {_IS_WAIVER} AND NOT EXISTS ({_LINE_NAMES}))
   AND NOT EXISTS (
       SELECT 1 FROM evidence_refunds w
        WHERE t.subscriber <> '' AND w.subscriber = t.subscriber AND w.original_txn_no = ''
          AND {_IS_WAIVER} AND NOT EXISTS ({_LINE_NAMES}))
   AND NOT EXISTS ({_LIVE_WAIVER})
""",
)

FORM_MISSING = Question(
    (X06,),
    f"""
SELECT l.hall_id, l.business_date, 'X06', 'txn:' || l.txn_no, MIN(t.clerk), NULL, NULL, 'warn',
       {facts(fact("business", "MIN(l.business)"))}
  FROM audit_lines l
  JOIN audit_transactions t ON t.hall_id = l.hall_id AND t.business_date = l.business_date
       AND t.txn_no = l.txn_no
 WHERE l.needs_form = 1
   AND NOT EXISTS (SELECT 1 FROM audit_lines o
                    WHERE o.hall_id = l.hall_id AND o.business_date = l.business_date
                      AND o.txn_no = l.txn_no AND o.form_no <> '')
 GROUP BY l.hall_id, l.business_date, l.txn_no
""",
)

OFF_TARIFF = Question(
    (X08,),
    """
SELECT l.hall_id, l.business_date, 'X08', 'txn:' || l.txn_no, MIN(t.clerk),
       CAST(SUM(l.fee_fen) AS BIGINT), CAST(SUM(l.due) AS BIGINT), 'warn', '{}'
  FROM audit_lines l
  JOIN audit_transactions t ON t.hall_id = l.hall_id AND t.business_date = l.business_date
       AND t.txn_no = l.txn_no
 WHERE l.fee_fen IS NOT NULL AND l.line_kind = 'sale'
 GROUP BY l.hall_id, l.business_date, l.txn_no
HAVING SUM(l.fee_fen) <> SUM(l.due)
""",
)

CHARGE_QUESTIONS = (CHARGED_TWICE, RECEIVED_DIFFERS, FORM_MISSING, OFF_TARIFF)

register_checks(CHARGE_QUESTIONS)
