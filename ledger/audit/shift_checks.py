"""C · shifts and cash: C01, C02, C03, C05 and C06 of CHECKS.

C01 is asked of people alone; a kiosk or system number that declares is compared like a clerk.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
from ledger.text import Text

C01 = Check(
    code="C01",
    name=Text("未日结", "No declaration"),
    severity="block",
    override="nobody",
    message=Text(
        "{clerk} 当日有收款或备用金,但没有日结申报。",
        "{clerk} took payments or held a float and declared nothing.",
    ),
    remedy=Text(
        "请该营业员清点抽屉并补交日结申报。", "Ask the clerk to count the drawer and declare."
    ),
    rule="CHECKS C01; DOMAIN REC-02",
)
C02 = Check(
    code="C02",
    name=Text("长短款", "Over or short"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 的{tender}应有 {expected},申报 {found},差 {difference}。",
        "{clerk} should hold {expected} in {tender}, declared {found}: {difference}.",
    ),
    remedy=Text(
        "复点现金、核对凭条;仍不符的填差错更正单,长短款分别登记,不得相抵。",
        "Count again and check the slips; if it stays, write a correction slip. Overs and shorts"
        " are never netted.",
    ),
    rule="CHECKS C02; DOMAIN REC-02, REC-08",
)
C03 = Check(
    code="C03",
    name=Text("备用金不符", "Float broken"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 上一班({last_date})留存备用金 {expected},今日期初 {found}。",
        "{clerk} kept a float of {expected} on {last_date} and opened with {found}.",
    ),
    remedy=Text(
        "核对上一班日结与今日备用金交接,少的查明去向。",
        "Compare the last declaration with today's float; find where the rest went.",
    ),
    rule="CHECKS C03; DOMAIN REC-09",
)
C05 = Check(
    code="C05",
    name=Text("交款不符", "Hand-in differs"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 申报现金减留存备用金应交 {expected},实交 {found}。",
        "{clerk} should hand in {expected} (declared cash less float kept), handed in {found}.",
    ),
    remedy=Text(
        "核对交款单与日结申报,漏登的补登,差额补交。",
        "Compare hand-in slips with the declaration; enter what is missing, hand in the rest.",
    ),
    rule="CHECKS C05; DOMAIN REC-02",
)
C06 = Check(
    code="C06",
    name=Text("迟解款", "Late deposit"),
    severity="warn",
    override="manager",
    message=Text(
        "解款单 {slip} 解 {covers} 的款,{deposited} 存入,银行回单 {receipt}。",
        "Slip {slip} for {covers} was deposited on {deposited}, bank receipt {receipt}.",
    ),
    remedy=Text(
        "补银行回单;迟存的写明原因,现金应当日送存。",
        "Add the bank receipt; say why it was late. Cash goes to the bank the same day.",
    ),
    rule="CHECKS C06; DOMAIN REC-05",
)

UNDECLARED = Question(
    (C01,),
    """
SELECT hall_id, business_date, 'C01' AS check_code, 'shift:' || clerk AS subject, clerk,
       NULL AS expected, NULL AS found, 'block' AS severity, '{}' AS facts
  FROM audit_shifts
 WHERE undeclared = 1
""",
)

# A tender that somebody did not declare beside others counts as 0.00.
OVER_AND_SHORT = Question(
    (C02,),
    f"""
SELECT t.hall_id, t.business_date, 'C02', 'tender:' || t.clerk || '/' || t.tender, t.clerk,
       t.paid + t.opening + t.moved, t.declared, 'block', {facts(fact("tender", "t.tender"))}
  FROM audit_takings t
  JOIN audit_shifts h ON h.hall_id = t.hall_id AND h.business_date = t.business_date
       AND h.clerk = t.clerk
 WHERE h.declared_n > 0 AND t.tender <> '' AND t.paid_n + t.declared_n + t.opening_n > 0
   AND t.paid + t.opening + t.moved <> t.declared
""",
)

BROKEN_FLOATS = Question(
    (C03,),
    f"""
SELECT k.hall_id, k.business_date, 'C03', 'float:' || k.clerk, k.clerk, k.kept, h.opening, 'block',
       {facts(fact("last_date", "CAST(k.last_date AS TEXT)"))}
  FROM audit_kept k
  JOIN audit_shifts h ON h.hall_id = k.hall_id AND h.business_date = k.business_date
       AND h.clerk = k.clerk
 WHERE h.opening <> k.kept
""",
)

HAND_INS_DIFFER = Question(
    (C05,),
    """
SELECT hall_id, business_date, 'C05', 'handin:' || clerk, clerk,
       CAST(SUM(due) AS BIGINT), CAST(SUM(handed) AS BIGINT), 'block', '{}'
  FROM (SELECT hall_id, business_date, clerk, cash_declared - kept AS due, 0 AS handed
          FROM audit_shifts
         WHERE declared_n > 0
         UNION ALL
        SELECT i.hall_id, i.business_date, i.clerk, 0, i.amount
          FROM audit_hand_ins i
         WHERE NOT EXISTS (SELECT 1 FROM audit_shifts h
                            WHERE h.hall_id = i.hall_id AND h.business_date = i.business_date
                              AND h.clerk = i.clerk AND h.undeclared = 1)
           AND NOT EXISTS (SELECT 1 FROM audit_people p
                            WHERE p.hall_id = i.hall_id AND p.number = i.clerk
                              AND p.kind = 'self_service')) sides
 GROUP BY hall_id, business_date, clerk
HAVING SUM(due) <> SUM(handed)
""",
)

_SLIP_FACTS = facts(
    fact("slip", "d.slip_no"),
    fact("covers", "CAST(COALESCE(d.covers_date, d.deposited_on) AS TEXT)"),
    fact("deposited", "CAST(d.deposited_on AS TEXT)"),
    fact("receipt", "COALESCE(NULLIF(d.bank_receipt, ''), NULLIF(m.receipt, ''), '–')"),
)
LATE_DEPOSITS = Question(
    (C06,),
    f"""
SELECT s.hall_id, s.business_date, 'C06', 'slip:' || d.slip_no, d.clerk, NULL, NULL, 'warn',
       {_SLIP_FACTS}
  FROM audit_scope s
 CROSS JOIN evidence_deposits d
  LEFT JOIN audit_matched_slips m ON m.hall_id = d.hall_id
       AND m.business_date = d.business_date AND m.slip_no = d.slip_no
 WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date AND d.step = 'bank'
   AND {current("d")}
   AND ((d.bank_receipt = '' AND m.slip_no IS NULL) OR d.covers_date < s.late_before)
""",
)

SHIFT_QUESTIONS = (UNDECLARED, OVER_AND_SHORT, BROKEN_FLOATS, HAND_INS_DIFFER, LATE_DEPOSITS)

register_checks(SHIFT_QUESTIONS)
