"""P · drawn numbers in their order: P01 and P06 of CHECKS.

A drawn range is what one draw or hand-over gave a clerk of one book, as it is cut now: numbers that
were lost, returned or handed on since are no part of it, so none of them is a gap. A count of
blanks that differs is P01 too (DOMAIN INV-13), until the same keeper's are counted right.
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
        "{subject}:{why}。",
        "{subject}: {why}.",
    ),
    remedy=Text(
        "查存根:已开的补登记,作废的收齐各联登记作废,丢失的当日书面报告;盘点不符的查明后重点。",
        "Look at the stub: register it, void it with all copies, or report its loss the same day;"
        " after a wrong count find out which number it is, then count again.",
    ),
    rule="CHECKS P01; DOMAIN INV-01, INV-13",
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

_SUBJECT = "'invoice:' || f.invoice_code || '/' || f.invoice_no"

# The pieces of the drawn range a number is in.
_PIECES = """invoice_ranges r
          WHERE r.hall_id = {0}.hall_id AND r.book_id = {0}.book_id
            AND r.document_id = {0}.document_id AND r.clerk = {0}.{1}"""

# The last number below a range: the one before its first, or the last used before the books opened.
_FLOOR = f"""(SELECT CASE WHEN COALESCE(MAX(r.used_to), 0) >= MIN(r.first_number)
                        THEN MAX(r.used_to) ELSE MIN(r.first_number) - 1 END
           FROM {_PIECES.format("g", "clerk")})"""

# Numbers first used on the day, each in the drawn range that holds it, beside its neighbours of
# the day.
_USED_TODAY = f"""
SELECT f.hall_id, f.business_date, f.invoice_code, f.number, f.invoice_no, f.used_at, f.user_no,
       g.book_id, g.document_id, g.clerk AS holder, length(g.first_no) AS digits,
       COALESCE(LAG(f.number) OVER upwards, {_FLOOR}) AS previous,
       LEAD(f.number) OVER upwards AS next_today, LEAD(f.used_at) OVER upwards AS next_used_at,
       LEAD(f.invoice_no) OVER upwards AS next_no
  FROM audit_forms f
  JOIN invoice_ranges g ON g.hall_id = f.hall_id AND g.invoice_code = f.invoice_code
       AND g.first_number <= f.number AND g.last_number >= f.number
       AND length(g.first_no) = length(f.invoice_no)
 WHERE f.used_on = f.business_date AND g.clerk <> ''
WINDOW upwards AS (PARTITION BY f.hall_id, f.business_date, g.book_id, g.document_id, g.clerk
                   ORDER BY f.number)
"""

_OF_CODE = f"""e.hall_id = h.hall_id AND e.invoice_code = h.invoice_code
   AND length(e.invoice_no) = h.digits AND {current("e")}"""


def _used_in_range(choice: str, order: str, condition: str) -> str:
    """Give the least or greatest used number of a range that meets a condition, by its pieces."""
    return f"""(
         SELECT {choice}(x.number) FROM (
                SELECT (SELECT e.number FROM evidence_invoices e
                         WHERE {_OF_CODE} AND {condition}
                           AND e.number >= r.first_number AND e.number <= r.last_number
                         ORDER BY e.number {order} LIMIT 1) AS number
                  FROM {_PIECES.format("h", "holder")}) x)"""


_BEFORE = _used_in_range(
    "MAX", "DESC", f"e.number > h.previous AND {NOT_BY}e.business_date < h.business_date"
)

# Where the day's own numbers leave room: above the number below, or before the first of them. A gap
# is new only above the highest number used on earlier days.
_APART = f"""
SELECT h.hall_id, h.business_date, h.invoice_code, h.book_id, h.document_id, h.digits, h.holder,
       h.number, COALESCE({_BEFORE}, h.previous) AS start,
       (SELECT e.number FROM evidence_invoices e
         WHERE {_OF_CODE} AND e.number > h.previous AND e.number < h.number
         ORDER BY e.number LIMIT 1) AS between_them
  FROM audit_used_today h
  JOIN audit_scope s ON s.hall_id = h.hall_id AND s.business_date = h.business_date
 WHERE h.number > h.previous + 1
"""

# Numbers registered on later days may lie in a gap and divide it.
_GAPS = f"""
SELECT x.*, x.lower + 1 AS first_missing, x.upper - 1 AS last_missing
  FROM (SELECT y.*, LAG(y.upper) OVER (PARTITION BY y.hall_id, y.business_date, y.book_id,
                                                    y.document_id, y.holder, y.number
                                       ORDER BY y.upper) AS lower
          FROM (SELECT a.*, a.start AS upper FROM audit_apart a WHERE a.start < a.number
                 UNION
                SELECT a.*, a.number FROM audit_apart a WHERE a.start < a.number
                 UNION
                SELECT h.*, e.number
                  FROM audit_scope s CROSS JOIN audit_apart h CROSS JOIN evidence_invoices e
                 WHERE h.hall_id = s.hall_id AND h.business_date = s.business_date
                   AND h.between_them IS NOT NULL
                   AND {_OF_CODE} AND e.number > h.start AND e.number < h.number) y) x
 WHERE x.upper > x.lower + 1
"""

# What of a gap is in the range as it is cut now.
_HELD_GAPS = f"""
SELECT h.hall_id, h.business_date, h.invoice_code, h.digits, h.holder,
       CASE WHEN r.first_number > h.first_missing THEN r.first_number
            ELSE h.first_missing END AS first_missing,
       CASE WHEN r.last_number < h.last_missing THEN r.last_number
            ELSE h.last_missing END AS last_missing
  FROM ({_GAPS}) h
  JOIN {_PIECES.format("h", "holder").replace("WHERE", "ON")}
   AND r.first_number <= h.last_missing AND r.last_number >= h.first_missing
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
SELECT h.*, {_used_in_range("MIN", "", "e.number > h.number")} AS next_number
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
  JOIN evidence_invoices e ON {_OF_CODE} AND e.number = h.next_number
 GROUP BY h.hall_id, h.business_date, h.invoice_code, h.invoice_no, h.user_no, h.used_at
HAVING MIN(e.issued_at) < h.used_at
"""

# A count made on the day that neither a later one of the day nor a right one of any day replaces.
_MISCOUNTED = """
SELECT c.hall_id, c.business_date, c.invoice_code, c.holder, c.segments, c.expected, c.counted
  FROM audit_scope s CROSS JOIN form_counts c
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date AND c.counted <> c.expected
   AND NOT EXISTS (SELECT 1 FROM form_counts o
                    WHERE o.hall_id = c.hall_id AND o.holder = c.holder
                      AND o.invoice_code = c.invoice_code AND o.event_no > c.event_no
                      AND (o.counted = o.expected OR o.business_date = c.business_date))
"""

IN_ORDER = Question(
    (P01, P06),
    f"""
WITH gaps AS ({_HELD_GAPS}),
ten AS ({_TEN}),
steps AS (SELECT a.d * 10 + b.d AS step FROM ten a CROSS JOIN ten b),
missing AS ({_MISSING}),
later AS ({_LATER})
SELECT hall_id, business_date, 'P01' AS check_code,
       'invoice:' || invoice_code || '/' || {_padded("first_missing")}
         || CASE WHEN last_missing > first_missing
                 THEN '-' || {_padded("last_missing")} ELSE '' END,
       holder, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'block',
       '{{"why":"gap","count":' || CAST(last_missing - first_missing + 1 AS TEXT) || '}}'
  FROM missing
 UNION ALL
SELECT c.hall_id, c.business_date, 'P01',
       'count:' || CASE WHEN c.holder = '' THEN 'invoice_safe' ELSE c.holder END || '/'
         || c.invoice_code,
       c.holder, NULL, NULL, 'block',
       {
        facts(
            fact("why", "'miscounted'"),
            fact("should", "CAST(c.expected AS TEXT)"),
            fact("counted", "CAST(c.counted AS TEXT)"),
            fact("segments", "c.segments"),
        )
    }
  FROM ({_MISCOUNTED}) c
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

ORDER_QUESTIONS = (IN_ORDER,)

register_checks(ORDER_QUESTIONS)
