"""P · numbers of drawn forms: P02, P03, P05, P07 and P09 of CHECKS, after P01 and P06.

20-digit numbers are not drawn: of these only P02, P03, P07 and P09 are asked.
"""

from __future__ import annotations

from invoices.order_checks import ORDER_QUESTIONS
from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
from ledger.evidence.readings import BY_ACT
from ledger.text import Text

P02 = Check(
    code="P02",
    name=Text("重号", "Number used twice"),
    severity="block",
    override="nobody",
    message=Text(
        "号码 {invoice} 被 {clerk} 再次使用,此前由 {earlier_clerk} 使用。",
        "Number {invoice} was used again by {clerk}; {earlier_clerk} had used it.",
    ),
    remedy=Text(
        "核对两张票的实物号码,登记错误的更正。", "Compare both forms; correct the wrong entry."
    ),
    rule="CHECKS P02; DOMAIN INV-02",
)
P03 = Check(
    code="P03",
    name=Text("作废联次不全", "Void incomplete"),
    severity="block",
    override="nobody",
    message=Text(
        "号码 {invoice} 作废:应收 {copies} 联,收回 {copies_recovered} 联,原因“{reason}”。",
        "Number {invoice} is void with {copies_recovered} of {copies} copies, reason “{reason}”.",
    ),
    remedy=Text(
        "收齐全部联次并写明原因;收不齐或为数电票的,不得作废,应开红字。",
        "Recover all copies and give the reason; otherwise, and for digital invoices, issue a red"
        " letter.",
    ),
    rule="CHECKS P03; DOMAIN INV-06, INV-07",
)
P05 = Check(
    code="P05",
    name=Text("使用他人号段", "Another's range"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 使用号码 {invoice}:{why}。",
        "{clerk} used number {invoice}: {why}.",
    ),
    remedy=Text(
        "核对领用登记;借用的补办交接,录错号码的更正。",
        "Check who drew the range; document the hand-over or correct the number.",
    ),
    rule="CHECKS P05; DOMAIN INV-03",
)
P07 = Check(
    code="P07",
    name=Text("红字不符", "Red without blue"),
    severity="block",
    override="nobody",
    message=Text(
        "红字 {invoice} 与原票 {original} 不符:原票已作废、红字合计超额,或缺原票日期金额。",
        "Red letter {invoice} does not fit its original {original}: void, exceeded, or without"
        " original date and amount.",
    ),
    remedy=Text(
        "补登原票号码、日期和金额;红字超额的作废或更正。",
        "Enter the original's number, date and amount; correct a red letter that exceeds it.",
    ),
    rule="CHECKS P07; DOMAIN INV-07",
)
P09 = Check(
    code="P09",
    name=Text("号码格式不符", "Unknown structure"),
    severity="warn",
    override="auditor",
    message=Text(
        "发票 {invoice} 的代码或号码不是已知格式。",
        "Code or number of {invoice} has no known structure.",
    ),
    remedy=Text(
        "与实物核对;20 位号码不带代码,8 位号码带 10 或 12 位代码。",
        "Compare with the form: 20 digits without code, or 8 digits with a code of 10 or 12.",
    ),
    rule="CHECKS P09; DOMAIN INV-12",
)

_SUBJECT = "'invoice:' || f.invoice_code || '/' || f.invoice_no"

# What was keyed here and comes in a file with the minute the device kept is one use, not two: the
# same person, day and amount.
_KEYED_BEFORE = f"""f.person = o.person AND f.amount = o.amount AND f.issued_on = o.issued_on
       AND EXISTS (SELECT 1 FROM intakes i
                    WHERE i.hall_id = f.hall_id AND i.intake_no IN (f.intake_no, o.intake_no)
                      AND i.layout = '{BY_ACT}')"""

USED_TWICE = Question(
    (P02,),
    f"""
SELECT f.hall_id, f.business_date, 'P02', {_SUBJECT}, MAX(f.clerk), NULL, NULL, 'block',
       {facts(fact("earlier_clerk", "MIN(o.clerk)"))}
  FROM audit_states f
  JOIN audit_states o ON o.hall_id = f.hall_id AND o.business_date = f.business_date
       AND o.invoice_no = f.invoice_no AND o.invoice_code = f.invoice_code
       AND o.status = f.status
       AND (o.issued_at < f.issued_at OR (o.issued_at = f.issued_at AND o.person < f.person))
 WHERE f.issued_on = f.business_date AND f.status IN ('issued', 'red') AND NOT ({_KEYED_BEFORE})
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no
""",
)

# Rows of one void are one: the copies it names anywhere, and any reason.
_VOIDS = """
SELECT r.hall_id, r.business_date, r.invoice_code, r.invoice_no, MAX(r.clerk) AS clerk,
       COALESCE(MAX(r.copies), 0) AS copies, COALESCE(MAX(r.copies_recovered), 0) AS recovered,
       MAX(r.void_reason) AS void_reason
  FROM audit_register r
 WHERE r.status = 'void' AND r.issued_on = r.business_date
 GROUP BY r.hall_id, r.business_date, r.invoice_code, r.invoice_no, r.issued_at, r.clerk
"""

# A void that nobody has ticked by the day's end, and one a copy was missing of, until a red letter
# or another void follows.
_OPEN_VOIDS = f"""
SELECT s.hall_id, s.business_date, v.invoice_code, v.invoice_no, v.clerk, v.copies, v.reason,
       (SELECT MAX(t.copies_recovered) FROM invoice_void_ticks t
         WHERE t.hall_id = v.hall_id AND t.document_id = v.document_id
           AND t.invoice_code = v.invoice_code AND t.invoice_no = v.invoice_no) AS recovered
  FROM audit_scope s CROSS JOIN invoice_voids v CROSS JOIN documents d
 WHERE v.hall_id = s.hall_id AND v.asked_on = s.business_date
   AND v.state IN ('asked', 'incomplete') AND d.hall_id = v.hall_id AND d.id = v.document_id
   AND (v.state = 'incomplete' OR d.state = 'submitted')
   AND NOT (v.state = 'incomplete' AND (
       EXISTS (SELECT 1 FROM evidence_invoices e
                WHERE e.hall_id = v.hall_id AND e.original_no = v.invoice_no
                  AND e.original_code = v.invoice_code AND e.status = 'red' AND {current("e")})
       OR EXISTS (SELECT 1 FROM invoice_voids w
                    JOIN documents o ON o.hall_id = w.hall_id AND o.id = w.document_id
                   WHERE w.hall_id = v.hall_id AND w.invoice_code = v.invoice_code
                     AND w.number = v.number AND w.invoice_no = v.invoice_no
                     AND w.document_id > v.document_id AND o.state IN ('submitted', 'posted'))))
"""

_INCOMPLETE = f"""
SELECT v.hall_id, v.business_date, v.invoice_code, v.invoice_no, v.clerk, v.copies,
       v.void_reason AS reason, v.recovered
  FROM ({_VOIDS}) v
  JOIN audit_forms f ON f.hall_id = v.hall_id AND f.business_date = v.business_date
       AND f.invoice_no = v.invoice_no AND f.invoice_code = v.invoice_code
 WHERE v.recovered < v.copies OR v.void_reason = '' OR f.digital = 1
 UNION ALL {_OPEN_VOIDS}
"""

VOID_INCOMPLETE = Question(
    (P03,),
    f"""
SELECT f.hall_id, f.business_date, 'P03', {_SUBJECT}, MAX(f.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("copies", "CAST(MAX(f.copies) AS TEXT)"),
            fact("copies_recovered", "COALESCE(CAST(MIN(f.recovered) AS TEXT), '')"),
            fact("reason", "MIN(f.reason)"),
        )
    }
  FROM ({_INCOMPLETE}) f
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no
""",
)

# A number in the safe was drawn by nobody, and one that is lost or returned is nobody's any more.
_PLACE = """COALESCE((
         SELECT MIN(g.place) FROM invoice_ranges g
          WHERE g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
            AND g.first_number <= f.number AND g.last_number >= f.number
            AND length(g.first_no) = length(f.invoice_no)), 'unknown')"""

ANOTHERS_RANGE = Question(
    (P05,),
    f"""
SELECT f.hall_id, f.business_date, 'P05', {_SUBJECT}, f.user_no, NULL, NULL, 'block',
       {facts(fact("holder", "COALESCE(u.holder, '')"), fact("why", _PLACE))}
  FROM audit_forms f
  LEFT JOIN audit_people p ON p.hall_id = f.hall_id AND p.number = f.user_no
  LEFT JOIN audit_used_today u ON u.hall_id = f.hall_id AND u.business_date = f.business_date
       AND u.number = f.number AND u.invoice_code = f.invoice_code AND u.invoice_no = f.invoice_no
 WHERE f.used_on = f.business_date AND f.digital = 0
   AND (u.holder IS NULL OR u.holder <> f.user_no)
   AND (u.holder IS NULL OR u.holder <> COALESCE(p.clerk, f.user_no))
   AND NOT EXISTS (SELECT 1 FROM audit_holders h
                    WHERE h.hall_id = f.hall_id AND h.place = u.holder
                      AND h.clerk = COALESCE(p.clerk, f.user_no))
""",
)

_REDS = """
SELECT hall_id, business_date, original_code, original_no, SUM(ABS(amount)) AS reversed
  FROM audit_forms
 WHERE status = 'red'
 GROUP BY hall_id, business_date, original_code, original_no
"""

RED_WITHOUT_BLUE = Question(
    (P07,),
    f"""
WITH reds AS ({_REDS})
SELECT f.hall_id, f.business_date, 'P07', {_SUBJECT}, f.clerk, NULL, NULL, 'block',
       {facts(fact("original", "f.original_code || '/' || f.original_no"))}
  FROM audit_forms f
  LEFT JOIN audit_forms o ON o.hall_id = f.hall_id AND o.business_date = f.business_date
       AND o.invoice_no = f.original_no AND o.invoice_code = f.original_code
  LEFT JOIN reds r ON r.hall_id = f.hall_id AND r.business_date = f.business_date
       AND r.original_no = f.original_no AND r.original_code = f.original_code
 WHERE f.status = 'red' AND f.issued_on = f.business_date
   AND CASE WHEN o.invoice_no IS NOT NULL
            THEN CASE WHEN o.status = 'void' OR r.reversed > o.amount THEN 1 ELSE 0 END
            WHEN f.original_date IS NULL OR f.original_amount IS NULL
              OR ABS(f.amount) > f.original_amount THEN 1 ELSE 0 END = 1
""",
)

_DIGITS = "ltrim({}, '0123456789') = ''"
_CODE_IS_KNOWN = f"""(
        (length(f.invoice_code) = 12 AND substr(f.invoice_code, 1, 1) IN ('0', '1', '2')
         AND substr(f.invoice_code, 6, 2) <= s.year_digits)
     OR (length(f.invoice_code) = 10 AND substr(f.invoice_code, 5, 2) <= s.year_digits))
    AND {_DIGITS.format("f.invoice_code")}"""

UNKNOWN_STRUCTURE = Question(
    (P09,),
    f"""
SELECT f.hall_id, f.business_date, 'P09', {_SUBJECT}, f.user_no, NULL, NULL, 'warn', '{{}}'
  FROM audit_forms f
  JOIN audit_scope s ON s.hall_id = f.hall_id AND s.business_date = f.business_date
 WHERE f.used_on = f.business_date
   AND NOT (f.invoice_code = '' AND f.digital = 1
            AND substr(f.invoice_no, 1, 2) BETWEEN '21' AND s.year_digits)
   AND NOT (length(f.invoice_no) = 8 AND {_DIGITS.format("f.invoice_no")} AND {_CODE_IS_KNOWN})
""",
)

NUMBER_QUESTIONS = (
    *ORDER_QUESTIONS,
    USED_TWICE,
    VOID_INCOMPLETE,
    ANOTHERS_RANGE,
    RED_WITHOUT_BLUE,
    UNKNOWN_STRUCTURE,
)

register_checks(NUMBER_QUESTIONS)
