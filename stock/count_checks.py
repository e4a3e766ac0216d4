"""G · what was counted against the books: G01 and G07 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import fact, facts
from ledger.text import Text
from stock.categories import GOODS
from stock.count_stage import COUNT_STEPS
from stock.goods_stage import GOODS_STEPS
from stock.prices_in_force import price_in_force
from stock.runs import MOST_DIGITS
from stock.serial_findings import BY_SERIAL, RUNS
from stock.untold_counts import UNHELD, UNTOLD_STEPS

G01 = Check(
    code="G01",
    name=Text("账实不符", "Count differs"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} 账上应有 {expected},实点 {found}({item})。",
        "{subject}: should be {expected}, counted {found} ({item}).",
    ),
    remedy=Text(
        "换人复盘;漏登的补单,错位的按实物更正,盘盈盘亏报批。",
        "Have another person count again; enter what was left out, correct what was mixed up, or"
        " ask for the difference to be approved.",
    ),
    rule="CHECKS G01; DOMAIN STK-11",
    in_pieces=True,
)
G07 = Check(
    code="G07",
    name=Text("未盘点", "Not counted"),
    severity="warn",
    override="manager",
    message=Text(
        "{place}的{item}今天应盘未盘,账上 {held} 件。",
        "{item} at {place} was due to be counted and was not; the books have {held}.",
    ),
    remedy=Text("当日补盘并上报盘点。", "Count it today and hand the count in."),
    rule="CHECKS G07; DOMAIN STK-11",
)

# Twice a digit, its digits added up; and what is missing from a sum to the next ten.
_DOUBLED, _TO_TEN = "0246813579", "0987654321"
_COUNTABLE = ", ".join(repr(name) for name, rule in GOODS.items() if not rule.in_care_only)

# A booked unit that no counted serial or run covers.
_MISSING = """
SELECT h.hall_id, h.business_date, h.place, h.item, -1 AS way, h.serial_stem AS stem,
       h.serial_number AS low, h.serial_number AS high, h.serial AS first_serial,
       h.serial AS last_serial
  FROM audit_held h
  JOIN audit_counted_places c ON c.hall_id = h.hall_id AND c.business_date = h.business_date
       AND c.place = h.place AND c.item = h.item AND c.by_serial = 1
 WHERE NOT EXISTS (SELECT 1 FROM audit_spans x
                    WHERE x.hall_id = h.hall_id AND x.business_date = h.business_date
                      AND x.place = h.place AND x.item = h.item AND x.stem = h.serial_stem
                      AND x.low = h.serial_number)
   AND NOT EXISTS (SELECT 1 FROM runs x
                    WHERE x.hall_id = h.hall_id AND x.business_date = h.business_date
                      AND x.place = h.place AND x.item = h.item AND x.stem = h.serial_stem
                      AND x.low <= h.serial_number AND x.high >= h.serial_number)
   AND NOT EXISTS (SELECT 1 FROM audit_other_names o
                    WHERE o.hall_id = h.hall_id AND o.business_date = h.business_date
                      AND o.unit_id = h.unit_id)
"""

_UNEXPECTED = """
SELECT x.hall_id, x.business_date, x.place, x.item, 1, s.stem, s.low, s.low, x.serial,
       x.serial
  FROM audit_strangers x
  JOIN audit_spans s ON s.hall_id = x.hall_id AND s.business_date = x.business_date
       AND s.place = x.place AND s.item = x.item AND s.serial = x.serial AND s.low = s.high
 WHERE NOT EXISTS (SELECT 1 FROM audit_other_names o
                    WHERE o.hall_id = x.hall_id AND o.business_date = x.business_date
                      AND o.place = x.place AND o.item = x.item AND o.serial = x.serial)
"""

# The booked numbers of a counted run, and its end, each with the number before it: between them
# lies what the books do not have.
_MARKS = """
SELECT x.*, h.serial_number AS mark
  FROM runs x
  JOIN audit_held h ON h.hall_id = x.hall_id AND h.business_date = x.business_date
       AND h.place = x.place AND h.item = x.item AND h.serial_stem = x.stem
       AND h.serial_number >= x.low AND h.serial_number <= x.high
 UNION
SELECT x.*, x.high + 1 FROM runs x
"""
_GAPS = f"""
SELECT m.*, COALESCE(LAG(m.mark) OVER (PARTITION BY m.span_no ORDER BY m.mark), m.low - 1) + 1
         AS gap_first, m.mark - 1 AS gap_last
  FROM ({_MARKS}) m
"""


def _luhn(body: str, length: int) -> str:
    """Give the check digit of a body of so many digits: every second from its end is doubled."""
    digits = []
    for place in range(length, 0, -1):
        digit = f"CAST(substr({body}, {place}, 1) AS INTEGER)"
        if (length - place) % 2 == 0:
            digit = f"CAST(substr('{_DOUBLED}', {digit} + 1, 1) AS INTEGER)"
        digits.append(digit)
    return f"substr('{_TO_TEN * length}', {' + '.join(digits)} + 1, 1)"


def _serial_of(number: str) -> str:
    """Give the serial of a number of a run `g`, leading zeros and check digit as they belong."""
    plain = f"CAST({number} AS TEXT)"
    zeros = f"'{'0' * MOST_DIGITS}' || {plain}"
    body = f"(g.head || substr({zeros}, {MOST_DIGITS + 1} + length({plain}) - g.width))"
    return (
        f"CASE g.form WHEN 'iccid' THEN {body} || {_luhn(body, 19)}"
        f" WHEN 'imei' THEN {body} || {_luhn(body, 14)} ELSE {body} END"
    )


_BETWEEN = f"""
SELECT g.hall_id, g.business_date, g.place, g.item, 1, g.stem, g.gap_first, g.gap_last,
       {_serial_of("g.gap_first")}, {_serial_of("g.gap_last")}
  FROM ({_GAPS}) g
 WHERE g.gap_last >= g.gap_first
"""

_UNTOLD = """
SELECT u.hall_id, u.business_date, u.place, u.item, u.way, u.serial_stem, u.serial_number,
       u.serial_number, u.serial, u.serial
  FROM audit_untold u
 WHERE u.serial <> ''
"""

# Counted by pieces: what the books hold of it there, less what the day's lines sold from there.
_HELD_PIECES = """
SELECT c.hall_id, c.business_date, c.place, c.item, b.amount + COALESCE(x.amount, 0) AS pieces
  FROM audit_counted_places c
  JOIN audit_stock_places a ON a.hall_id = c.hall_id AND a.place = c.place
  JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.account_id
       AND b.commodity_id = c.commodity_id
  LEFT JOIN audit_changes x ON x.hall_id = c.hall_id AND x.business_date = c.business_date
       AND x.account_id = a.account_id AND x.commodity_id = c.commodity_id
 WHERE c.by_serial = 0 AND c.tracking = 'quantity'
 UNION ALL
SELECT hall_id, business_date, from_holder, known_item, -quantity FROM audit_pieces WHERE fits = 1
 UNION ALL
SELECT h.hall_id, h.business_date, h.place, h.item, 1 FROM audit_held h
"""
_BY_PIECES = f"""
SELECT c.hall_id, c.business_date, c.place, c.item, 'item:' || c.place || '/' || c.item,
       COALESCE(SUM(h.pieces), 0), MAX(c.quantity)
  FROM audit_counted_places c
  LEFT JOIN ({_HELD_PIECES}) h ON h.hall_id = c.hall_id AND h.business_date = c.business_date
       AND h.place = c.place AND h.item = c.item
 WHERE c.by_serial = 0
   AND NOT EXISTS (SELECT 1 FROM audit_untold_pieces n
                    WHERE n.hall_id = c.hall_id AND n.business_date = c.business_date
                      AND n.place = c.place AND n.item = c.item)
 GROUP BY c.hall_id, c.business_date, c.place, c.item
 UNION ALL
SELECT hall_id, business_date, place, item, 'item:' || place || '/' || item, expected, found
  FROM audit_untold_pieces
"""

_PRICE = price_in_force("d.hall_id", "d.item", "''", "d.business_date")

# The count of this system that found what no evidence tells of.
_COUNT_NO = """COALESCE((SELECT CAST(MIN(u.count_no) AS TEXT) FROM audit_untold u
                 WHERE u.hall_id = d.hall_id AND u.business_date = d.business_date
                   AND u.place = d.place AND u.item = d.item), '')"""

COUNT_DIFFERS = Question(
    (G01,),
    f"""
WITH runs AS (SELECT * FROM audit_spans WHERE high > low),
pieces AS ({_MISSING} UNION ALL {_UNEXPECTED} UNION ALL {_BETWEEN} UNION ALL {_UNTOLD}),
found_runs AS ({RUNS}),
differences AS (
SELECT hall_id, business_date, subject, MIN(place) AS place, MIN(item) AS item,
       CAST(SUM(expected) AS BIGINT) AS expected, CAST(SUM(found) AS BIGINT) AS found
  FROM ({BY_SERIAL} UNION ALL {_BY_PIECES}) u
 GROUP BY hall_id, business_date, subject
HAVING SUM(expected) <> SUM(found))
SELECT d.hall_id, d.business_date, 'G01', d.subject,
       CASE WHEN d.place IN {UNHELD} OR replace(d.place, ' ', '') <> d.place THEN ''
            ELSE d.place END, d.expected, d.found, 'block',
       {
        facts(
            fact("place", "d.place"),
            fact("item", "d.item"),
            fact("value_fen", f"CAST(ABS(d.found - d.expected) * COALESCE({_PRICE}, 0) AS TEXT)"),
            fact("count_no", _COUNT_NO),
        )
    }
  FROM differences d
""",
    steps=(*GOODS_STEPS, *COUNT_STEPS, *UNTOLD_STEPS),
)

# Where goods lie at the end of the day and no row of that day's counts is about them.
_LYING = f"""
SELECT s.hall_id, s.business_date, a.place, k.code AS item,
       b.amount + COALESCE(x.amount, 0) AS pieces
  FROM audit_scope s
  JOIN audit_stock_places a ON a.hall_id = s.hall_id
  JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.account_id
  JOIN commodities k ON k.id = b.commodity_id AND k.category IN ({_COUNTABLE})
  LEFT JOIN audit_changes x ON x.hall_id = s.hall_id AND x.business_date = s.business_date
       AND x.account_id = a.account_id AND x.commodity_id = b.commodity_id
 WHERE s.count_due = 1
    OR (s.month_end = 1 AND EXISTS (
        SELECT 1 FROM expected_sources e
         WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date
           AND e.source = 'counts'))
 UNION ALL
SELECT hall_id, business_date, from_holder, known_item, -quantity FROM audit_pieces WHERE fits = 1
 UNION ALL
SELECT e.hall_id, e.business_date, e.from_place, k.code, -1
  FROM audit_effects e JOIN commodities k ON k.id = e.commodity_id
 WHERE e.from_place IS NOT NULL
 UNION ALL
SELECT e.hall_id, e.business_date, e.to_place, k.code, 1
  FROM audit_effects e JOIN commodities k ON k.id = e.commodity_id
 WHERE e.to_place IS NOT NULL
"""

NOT_COUNTED = Question(
    (G07,),
    f"""
SELECT l.hall_id, l.business_date, 'G07', 'count:' || l.place || '/' || l.item,
       CASE l.place WHEN 'store' THEN '' ELSE l.place END, NULL, NULL, 'warn',
       {
        facts(
            fact("place", "l.place"),
            fact("item", "l.item"),
            fact("held", "CAST(CAST(SUM(l.pieces) AS BIGINT) AS TEXT)"),
        )
    }
  FROM ({_LYING}) l
  JOIN audit_scope s ON s.hall_id = l.hall_id AND s.business_date = l.business_date
 WHERE (s.count_due = 1
        OR (s.month_end = 1 AND EXISTS (
            SELECT 1 FROM expected_sources e
             WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date
               AND e.source = 'counts')))
   AND NOT EXISTS (SELECT 1 FROM audit_counted_places c
                    WHERE c.hall_id = l.hall_id AND c.business_date = l.business_date
                      AND c.place = l.place AND c.item = l.item)
 GROUP BY l.hall_id, l.business_date, l.place, l.item
HAVING SUM(l.pieces) > 0
""",
)

COUNT_QUESTIONS = (COUNT_DIFFERS, NOT_COUNTED)

register_checks(COUNT_QUESTIONS)
