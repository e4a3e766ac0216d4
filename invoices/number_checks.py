"""P · numbers of drawn forms: P01, P02, P03, P05, P06, P07 and P09 of CHECKS.

20-digit numbers are not drawn: of these only P02, P03, P07 and P09 are asked.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import NOT_BY, StagedTable, current, fact, facts
from ledger.text import Text

LONGEST_LIST = 100

P01 = Check(
    code="P01",
    name=Text("缺号/跳号", "Missing number"),
    severity="block",
    override="nobody",
    message=Text(
        "号码 {invoice} 没有去向:其后号码已用,它未开具、未作废。",
        "Number {invoice} has no state although a higher one was used.",
    ),
    remedy=Text(
        "查存根:已开的补登记,作废的收齐各联登记作废,丢失的当日书面报告。",
        "Look at the stub: register it, void it with all copies, or report its loss the same day.",
    ),
    rule="CHECKS P01; DOMAIN INV-01",
)
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
        "{clerk} 使用号码 {invoice},该号码由 {holder} 领用。",
        "{clerk} used number {invoice}, which was drawn by {holder}.",
    ),
    remedy=Text(
        "核对领用登记;借用的补办交接,录错号码的更正。",
        "Check who drew the range; document the hand-over or correct the number.",
    ),
    rule="CHECKS P05; DOMAIN INV-03",
)
P06 = Check(
    code="P06",
    name=Text("倒开", "Out of order"),
    severity="warn",
    override="auditor",
    message=Text(
        "号码 {invoice} 晚于后一号 {next_no} 开具。",
        "Number {invoice} was issued later than the next number {next_no}.",
    ),
    remedy=Text(
        "核对开票时间;属实的说明原因,应顺序填开。",
        "Check the times; if true, give the reason. Numbers are used in order.",
    ),
    rule="CHECKS P06; DOMAIN INV-01",
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

# Numbers first used on the day, each in the drawn range that holds it, beside its neighbours of
# the day.
_USED_TODAY = """
SELECT f.hall_id, f.business_date, f.invoice_code, f.number, f.invoice_no, f.used_at, f.user_no,
       g.id AS range_id, g.last_number, g.clerk AS holder, length(g.first_no) AS digits,
       COALESCE(LAG(f.number) OVER upwards,
                CASE WHEN COALESCE(g.used_to, 0) >= g.first_number THEN g.used_to
                     ELSE g.first_number - 1 END) AS previous,
       LEAD(f.number) OVER upwards AS next_today, LEAD(f.used_at) OVER upwards AS next_used_at,
       LEAD(f.invoice_no) OVER upwards AS next_no
  FROM audit_forms f
  JOIN invoice_ranges g ON g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
       AND g.first_number <= f.number AND g.last_number >= f.number
       AND length(g.first_no) = length(f.invoice_no)
 WHERE f.used_on = f.business_date AND g.clerk <> ''
WINDOW upwards AS (PARTITION BY f.hall_id, f.business_date, g.id ORDER BY f.number)
"""

_OF_RANGE = f"""e.hall_id = h.hall_id AND e.invoice_code = h.invoice_code
   AND length(e.invoice_no) = h.digits AND {current("e")}"""

# Where the day's own numbers leave room: above the number below, or before the first of them. A gap
# is new only above the highest number used on earlier days.
_APART = f"""
SELECT h.hall_id, h.business_date, h.invoice_code, h.range_id, h.digits, h.holder, h.last_number,
       h.number, COALESCE((
         SELECT e.number FROM evidence_invoices e
          WHERE {_OF_RANGE} AND e.number > h.previous AND e.number <= h.last_number
            AND {NOT_BY}e.business_date < h.business_date
          ORDER BY e.number DESC LIMIT 1), h.previous) AS start,
       (SELECT e.number FROM evidence_invoices e
         WHERE {_OF_RANGE} AND e.number > h.previous AND e.number < h.number
         ORDER BY e.number LIMIT 1) AS between_them
  FROM audit_used_today h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
 WHERE h.number > h.previous + 1
"""

# Numbers registered on later days may lie in a gap and divide it.
_GAPS = f"""
SELECT x.*, x.lower + 1 AS first_missing, x.upper - 1 AS last_missing
  FROM (SELECT y.*, LAG(y.upper) OVER (PARTITION BY y.hall_id, y.business_date, y.range_id,
                                                    y.number ORDER BY y.upper) AS lower
          FROM (SELECT a.*, a.start AS upper FROM audit_apart a WHERE a.start < a.number
                 UNION
                SELECT a.*, a.number FROM audit_apart a WHERE a.start < a.number
                 UNION
                SELECT h.*, e.number
                  FROM audit_scope s CROSS JOIN audit_apart h CROSS JOIN evidence_invoices e
                 WHERE h.hall_id = s.hall_id AND h.business_date = s.business_date
                   AND h.between_them IS NOT NULL
                   AND {_OF_RANGE} AND e.number > h.start AND e.number < h.number) y) x
 WHERE x.upper > x.lower + 1
"""


def _padded(number: str) -> str:
    """Give a number as text with the leading zeros of its range; `digits` is at most 18."""
    plain = f"CAST({number} AS TEXT)"
    return f"substr('000000000000000000' || {plain}, 19 + length({plain}) - digits)"


_TEN = " UNION ALL ".join(f"SELECT {n} AS d" for n in range(10))

_MISSING = f"""
SELECT g.hall_id, g.business_date, g.invoice_code, g.digits, g.holder,
       g.first_missing + p.step AS first_missing, g.first_missing + p.step AS last_missing
  FROM gaps g
  JOIN steps p ON g.first_missing + p.step <= g.last_missing
 WHERE g.last_missing - g.first_missing < {LONGEST_LIST}
 UNION ALL
SELECT hall_id, business_date, invoice_code, digits, holder, first_missing, last_missing
  FROM gaps WHERE last_missing - first_missing >= {LONGEST_LIST}
"""

# The neighbour of most numbers is the next one, used the same day; only else it is looked up.
_NEIGHBOURS = f"""
SELECT h.*, (
         SELECT e.number FROM evidence_invoices e
          WHERE {_OF_RANGE} AND e.number > h.number AND e.number <= h.last_number
          ORDER BY e.number LIMIT 1) AS next_number
  FROM audit_used_today h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
 WHERE h.next_today IS NULL OR h.next_today > h.number + 1
"""

_LATER = f"""
SELECT hall_id, business_date, invoice_code, invoice_no, user_no, next_no
  FROM audit_used_today
 WHERE next_today = number + 1 AND used_at > next_used_at
 UNION ALL
SELECT h.hall_id, h.business_date, h.invoice_code, h.invoice_no, h.user_no, MIN(e.invoice_no)
  FROM audit_neighbours h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
  JOIN evidence_invoices e ON {_OF_RANGE} AND e.number = h.next_number
 GROUP BY h.hall_id, h.business_date, h.invoice_code, h.invoice_no, h.user_no, h.used_at
HAVING MIN(e.issued_at) < h.used_at
"""

IN_ORDER = Question(
    (P01, P06),
    f"""
WITH gaps AS ({_GAPS}),
ten AS ({_TEN}),
steps AS (SELECT a.d * 10 + b.d AS step FROM ten a CROSS JOIN ten b),
missing AS ({_MISSING}),
later AS ({_LATER})
SELECT hall_id, business_date, 'P01' AS check_code,
       'invoice:' || invoice_code || '/' || {_padded("first_missing")}
         || CASE WHEN last_missing > first_missing
                 THEN '-' || {_padded("last_missing")} ELSE '' END,
       holder, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'block',
       '{{"count":' || CAST(last_missing - first_missing + 1 AS TEXT) || '}}'
  FROM missing
 UNION ALL
SELECT f.hall_id, f.business_date, 'P06', {_SUBJECT}, f.user_no, NULL, NULL, 'warn',
       {facts(fact("next_no", "f.next_no"))}
  FROM later f
""",
    steps=(
        StagedTable("audit_used_today", _USED_TODAY, (*DAY, "number")),
        StagedTable("audit_apart", _APART),
        StagedTable("audit_neighbours", _NEIGHBOURS),
    ),
)

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
 WHERE f.issued_on = f.business_date AND f.status IN ('issued', 'red')
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

VOID_INCOMPLETE = Question(
    (P03,),
    f"""
SELECT f.hall_id, f.business_date, 'P03', {_SUBJECT}, MAX(v.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("copies", "CAST(MAX(v.copies) AS TEXT)"),
            fact("copies_recovered", "CAST(MIN(v.recovered) AS TEXT)"),
            fact("reason", "MIN(v.void_reason)"),
        )
    }
  FROM ({_VOIDS}) v
  JOIN audit_forms f ON f.hall_id = v.hall_id AND f.business_date = v.business_date
       AND f.invoice_no = v.invoice_no AND f.invoice_code = v.invoice_code
 WHERE v.recovered < v.copies OR v.void_reason = '' OR f.digital = 1
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no
""",
)

# A range in the safe was drawn by nobody.
ANOTHERS_RANGE = Question(
    (P05,),
    f"""
SELECT f.hall_id, f.business_date, 'P05', {_SUBJECT}, f.user_no, NULL, NULL, 'block',
       {facts(fact("holder", "COALESCE(u.holder, '')"))}
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
    IN_ORDER,
    USED_TWICE,
    VOID_INCOMPLETE,
    ANOTHERS_RANGE,
    RED_WITHOUT_BLUE,
    UNKNOWN_STRUCTURE,
)

register_checks(NUMBER_QUESTIONS)
