"""P · numbers of drawn forms: P01, P02, P03, P05, P06, P07 and P09 of CHECKS.

20-digit numbers are not drawn: of these only P02, P03, P07 and P09 are asked.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
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

# Numbers first used on the day, with the drawn range that holds each.
_USED_TODAY = """
SELECT f.hall_id, f.business_date, f.invoice_code, f.number, f.invoice_no, f.used_at, f.user_no,
       g.id AS range_id, g.first_number, g.last_number, g.clerk AS holder,
       length(g.first_no) AS digits,
       CASE WHEN COALESCE(g.used_to, 0) >= g.first_number THEN g.used_to
            ELSE g.first_number - 1 END AS used_before
  FROM audit_forms f
  JOIN invoice_ranges g ON g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
       AND g.first_number <= f.number AND g.last_number >= f.number
       AND length(g.first_no) = length(f.invoice_no)
 WHERE f.used_on = f.business_date AND g.clerk <> ''
"""

_OF_RANGE = f"""e.hall_id = h.hall_id AND e.invoice_code = h.invoice_code
   AND length(e.invoice_no) = h.digits AND {current("e")}"""

# Above the highest number used on earlier days, up to the highest of this day: only there can a
# gap be found for the first time.
_HIGHEST = f"""
SELECT h.*, COALESCE((
         SELECT e.number FROM evidence_invoices e
          WHERE {_OF_RANGE} AND e.number > h.used_before AND e.number <= h.last_number
            AND e.business_date < h.business_date
          ORDER BY e.number DESC LIMIT 1), h.used_before) AS start
  FROM (SELECT hall_id, business_date, invoice_code, range_id, digits, holder, last_number,
               used_before
          FROM used_today
         GROUP BY hall_id, business_date, invoice_code, range_id, digits, holder, last_number,
                  used_before) h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
"""

# Gaps between the day's own numbers; numbers of later days may lie in them.
_APART = """
SELECT x.*
  FROM (SELECT u.hall_id, u.business_date, u.invoice_code, u.range_id, u.digits, u.holder, u.number,
               LAG(u.number) OVER (PARTITION BY u.hall_id, u.business_date, u.range_id
                                   ORDER BY u.number) AS previous
          FROM (SELECT hall_id, business_date, invoice_code, range_id, digits, holder,
                       start AS number
                  FROM highest
                 UNION ALL
                SELECT t.hall_id, t.business_date, t.invoice_code, t.range_id, t.digits, t.holder,
                       t.number
                  FROM used_today t
                  JOIN highest h ON h.hall_id = t.hall_id AND h.business_date = t.business_date
                       AND h.range_id = t.range_id AND h.start < t.number) u) x
 WHERE x.number > x.previous + 1
"""

_GAPS = f"""
SELECT x.*, x.lower + 1 AS first_missing, x.upper - 1 AS last_missing
  FROM (SELECT y.*, LAG(y.upper) OVER (PARTITION BY y.hall_id, y.business_date, y.range_id,
                                                    y.previous ORDER BY y.upper) AS lower
          FROM (SELECT a.*, a.previous AS upper FROM apart a
                 UNION
                SELECT a.*, a.number FROM apart a
                 UNION
                SELECT h.*, e.number
                  FROM audit_scope s CROSS JOIN apart h CROSS JOIN evidence_invoices e
                 WHERE h.hall_id = s.hall_id AND h.business_date = s.business_date
                   AND {_OF_RANGE} AND e.number > h.previous AND e.number < h.number) y) x
 WHERE x.upper > x.lower + 1
"""


def _padded(number: str) -> str:
    """Give a number as text with the leading zeros of its range; `digits` is at most 18."""
    plain = f"CAST({number} AS TEXT)"
    return f"substr('000000000000000000' || {plain}, 19 + length({plain}) - digits)"


_TEN = " UNION ALL ".join(f"SELECT {n} AS d" for n in range(10))

MISSING = Question(
    (P01,),
    f"""
WITH used_today AS ({_USED_TODAY}),
highest AS ({_HIGHEST}),
apart AS ({_APART}),
gaps AS ({_GAPS}),
ten AS ({_TEN}),
steps AS (SELECT a.d * 10 + b.d AS step FROM ten a CROSS JOIN ten b),
missing AS (
SELECT g.hall_id, g.business_date, g.invoice_code, g.digits, g.holder,
       g.first_missing + p.step AS first_missing, g.first_missing + p.step AS last_missing
  FROM gaps g
  JOIN steps p ON g.first_missing + p.step <= g.last_missing
 WHERE g.last_missing - g.first_missing < {LONGEST_LIST}
 UNION ALL
SELECT hall_id, business_date, invoice_code, digits, holder, first_missing, last_missing
  FROM gaps WHERE last_missing - first_missing >= {LONGEST_LIST})
SELECT hall_id, business_date, 'P01',
       'invoice:' || invoice_code || '/' || {_padded("first_missing")}
         || CASE WHEN last_missing > first_missing
                 THEN '-' || {_padded("last_missing")} ELSE '' END,
       holder, NULL, NULL, 'block',
       '{{"count":' || CAST(last_missing - first_missing + 1 AS TEXT) || '}}'
  FROM missing
""",
)

USED_TWICE = Question(
    (P02,),
    f"""
SELECT f.hall_id, f.business_date, 'P02', {_SUBJECT}, MAX(z.clerk), NULL, NULL, 'block',
       {facts(fact("earlier_clerk", "MIN(o.clerk)"))}
  FROM audit_forms f
  JOIN audit_states z ON z.hall_id = f.hall_id AND z.business_date = f.business_date
       AND z.invoice_no = f.invoice_no AND z.invoice_code = f.invoice_code
  JOIN audit_states o ON o.hall_id = f.hall_id AND o.business_date = f.business_date
       AND o.invoice_no = f.invoice_no AND o.invoice_code = f.invoice_code
       AND o.status = z.status
       AND (o.issued_at < z.issued_at OR (o.issued_at = z.issued_at AND o.person < z.person))
 WHERE f.states > 1 AND z.issued_on = f.business_date AND z.status IN ('issued', 'red')
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no
""",
)

VOID_INCOMPLETE = Question(
    (P03,),
    f"""
SELECT f.hall_id, f.business_date, 'P03', {_SUBJECT}, MAX(z.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("copies", "CAST(MAX(z.copies) AS TEXT)"),
            fact("copies_recovered", "CAST(MIN(z.copies_recovered) AS TEXT)"),
            fact("reason", "MIN(z.void_reason)"),
        )
    }
  FROM audit_states z
  JOIN audit_forms f ON f.hall_id = z.hall_id AND f.business_date = z.business_date
       AND f.invoice_no = z.invoice_no AND f.invoice_code = z.invoice_code
 WHERE z.status = 'void' AND z.issued_on = z.business_date
   AND (z.copies_recovered < z.copies OR z.void_reason = '' OR f.digital = 1)
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no
""",
)

_DRAWN = """SELECT {} FROM invoice_ranges g
         WHERE g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
           AND g.first_number <= f.number AND g.last_number >= f.number
           AND length(g.first_no) = length(f.invoice_no)"""

ANOTHERS_RANGE = Question(
    (P05,),
    f"""
SELECT f.hall_id, f.business_date, 'P05', {_SUBJECT}, f.user_no, NULL, NULL, 'block',
       {facts(fact("holder", f"COALESCE(({_DRAWN.format('MAX(g.clerk)')}), '')"))}
  FROM audit_forms f
 WHERE f.used_on = f.business_date AND f.digital = 0
   AND NOT EXISTS ({_DRAWN.format("1")} AND g.clerk <> ''
         AND (EXISTS (SELECT 1 FROM audit_holders h
                       WHERE h.hall_id = g.hall_id AND h.place = g.clerk
                         AND h.clerk = f.user_person)
              OR g.clerk = f.user_person))
""",
)

# The neighbour of most numbers is the next one, used the same day; only else it is looked up.
_FOLLOWING = """
SELECT u.*, LEAD(number) OVER upwards AS next_today, LEAD(used_at) OVER upwards AS next_used_at,
       LEAD(invoice_no) OVER upwards AS next_no
  FROM used_today u
WINDOW upwards AS (PARTITION BY hall_id, business_date, range_id ORDER BY number)
"""

_NEIGHBOURS = f"""
SELECT h.*, s.as_of, (
         SELECT e.number FROM evidence_invoices e
          WHERE {_OF_RANGE} AND e.number > h.number AND e.number <= h.last_number
          ORDER BY e.number LIMIT 1) AS next_number
  FROM following h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
 WHERE h.next_today IS NULL OR h.next_today > h.number + 1
"""

OUT_OF_ORDER = Question(
    (P06,),
    f"""
WITH used_today AS ({_USED_TODAY}),
following AS ({_FOLLOWING}),
neighbours AS ({_NEIGHBOURS}),
later AS (
SELECT hall_id, business_date, invoice_code, invoice_no, user_no, next_no
  FROM following
 WHERE next_today = number + 1 AND used_at > next_used_at
 UNION ALL
SELECT h.hall_id, h.business_date, h.invoice_code, h.invoice_no, h.user_no, MIN(e.invoice_no)
  FROM neighbours h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
  JOIN evidence_invoices e ON {_OF_RANGE} AND e.number = h.next_number
 GROUP BY h.hall_id, h.business_date, h.invoice_code, h.invoice_no, h.user_no, h.used_at
HAVING MIN(e.issued_at) < h.used_at)
SELECT f.hall_id, f.business_date, 'P06', {_SUBJECT}, f.user_no, NULL, NULL, 'warn',
       {facts(fact("next_no", "f.next_no"))}
  FROM later f
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
    MISSING,
    USED_TWICE,
    VOID_INCOMPLETE,
    ANOTHERS_RANGE,
    OUT_OF_ORDER,
    RED_WITHOUT_BLUE,
    UNKNOWN_STRUCTURE,
)

register_checks(NUMBER_QUESTIONS)
