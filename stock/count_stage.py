"""What was counted beside what should be there: by serial, by runs of serials, by pieces.

A serial is compared by its stem and number, so that runs need not be spelled out: an IMEI and an
ICCID run on their bodies (DOMAIN STK-04). A second name of a unit counts as the unit.
"""

from __future__ import annotations

from ledger.audit.staging import StagedTable, current
from stock.categories import categories_named_by
from stock.goods_stage import DAY, KINDS, STOCK_PLACES
from stock.runs import MOST_DIGITS

DIGITS = "0123456789"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


_IS_NUMBER = f"ltrim({{0}}, '{DIGITS}') = ''"
_IS_CARD = f"""(category IN ({_listed(categories_named_by("iccid"))}) AND length({{0}}) IN (19, 20)
            AND substr({{0}}, 1, 2) = '89' AND {_IS_NUMBER})"""
_IS_PHONE = f"""(category IN ({_listed(categories_named_by("imei"))}) AND length({{0}}) = 15
            AND {_IS_NUMBER})"""


def numbered(select: str, *columns: str) -> str:
    """Give a SELECT of the same rows with `COLUMN_stem` and `COLUMN_number` of serials.

    The rows have a column `category`. Serials with one stem and following numbers are a run.
    """
    bodies = ", ".join(_body(column) for column in columns)
    widths = ", ".join(_width(column) for column in columns)
    parts = ", ".join(_parts(column) for column in columns)
    return (
        f"SELECT w.*, {parts} FROM (SELECT b.*, {widths} FROM"
        f" (SELECT r.*, {bodies} FROM ({select}) r) b) w"
    )


def _body(column: str) -> str:
    card, handset = _IS_CARD.format(column), _IS_PHONE.format(column)
    return (
        f"CASE WHEN {card} THEN substr({column}, 1, 19) WHEN {handset}"
        f" THEN substr({column}, 1, 14) ELSE {column} END AS {column}_body,"
        f" CASE WHEN {card} THEN 'iccid' WHEN {handset} THEN 'imei' ELSE 'plain' END"
        f" AS {column}_form"
    )


def _width(column: str) -> str:
    body = f"{column}_body"
    digits = f"length({body}) - length(rtrim({body}, '{DIGITS}'))"
    kept = f"CASE WHEN {digits} > {MOST_DIGITS} THEN {MOST_DIGITS} ELSE {digits} END"
    return f"{kept} AS {column}_width"


def _parts(column: str) -> str:
    body, width = f"{column}_body", f"{column}_width"
    before = f"length({body}) - {width}"
    return (
        f"{column}_form || ':' || CAST({width} AS TEXT) || ':' || substr({body}, 1, {before})"
        f" AS {column}_stem, substr({body}, 1, {before}) AS {column}_head,"
        f" CASE WHEN {width} = 0 THEN 0 ELSE CAST(substr({body}, {before} + 1) AS BIGINT) END"
        f" AS {column}_number"
    )


PLACES = f"""
SELECT a.hall_id, a.id AS account_id,
       CASE a.kind WHEN 'store' THEN 'store' WHEN 'clerk' THEN COALESCE(p.clerk, a.holder)
                   ELSE a.holder END AS place
  FROM accounts a
  LEFT JOIN audit_people p ON p.hall_id = a.hall_id AND p.number = a.holder
 WHERE a.hall_id IN (SELECT hall_id FROM audit_scope) AND a.kind IN {STOCK_PLACES}
"""

# A person's goods lie in one place, whichever of his numbers a paper names.
_COUNTS = f"""
SELECT s.hall_id, s.business_date,
       CASE WHEN c.clerk = '' THEN 'store'
            WHEN EXISTS (SELECT 1 FROM counter_clerks m
                          WHERE m.hall_id = c.hall_id AND m.counter = c.clerk) THEN c.clerk
            ELSE COALESCE(p.clerk, c.clerk) END AS place,
       c.item, c.serial, c.serial_to, c.quantity, c.event_no, k.id AS commodity_id,
       COALESCE(k.category, '') AS category, COALESCE(k.tracking, '') AS tracking
  FROM audit_scope s
 CROSS JOIN evidence_counts c
  LEFT JOIN audit_people p ON p.hall_id = c.hall_id AND p.number = c.clerk
  LEFT JOIN commodities k ON k.code = c.item
 WHERE c.hall_id = s.hall_id AND c.business_date = s.business_date AND {current("c")}
"""

# Serials counted without being named can be compared by their number alone.
COUNTED_PLACES = """
SELECT hall_id, business_date, place, item, MIN(commodity_id) AS commodity_id,
       MIN(tracking) AS tracking, CAST(SUM(quantity) AS BIGINT) AS quantity,
       CASE WHEN MIN(tracking) = 'quantity' THEN 0
            WHEN SUM(CASE WHEN serial = '' THEN quantity ELSE 0 END) > 0 THEN 0
            WHEN MIN(tracking) = 'serial' OR MAX(serial) <> '' THEN 1 ELSE 0 END AS by_serial
  FROM audit_counts
 GROUP BY hall_id, business_date, place, item
"""

# The first line of a unit that fits the books, and the last that follows from it: what does not fit
# moves nothing.
_MOVING = """
SELECT x.hall_id, x.business_date, x.thing, x.first_step, MAX(y.step) AS last_step
  FROM (SELECT hall_id, business_date, thing, MIN(step) AS first_step
          FROM audit_serials
         WHERE unit_id IS NOT NULL AND documented = 0
           AND ((line_kind = 'sale' AND at_hand = 1)
                OR (line_kind <> 'sale' AND place_kind = 'customer'))
         GROUP BY hall_id, business_date, thing) x
  JOIN audit_serials y ON y.hall_id = x.hall_id AND y.business_date = x.business_date
       AND y.thing = x.thing AND y.step >= x.first_step
       AND (y.line_kind <> 'sale' OR y.at_hand = 1)
 GROUP BY x.hall_id, x.business_date, x.thing, x.first_step
"""

# What the day's lines about serials come to: a unit leaves a place, comes to one, or both.
EFFECTS = f"""
SELECT f.hall_id, f.business_date, f.unit_id, f.commodity_id,
       CASE WHEN f.line_kind = 'sale' THEN f.place END AS from_place,
       CASE WHEN l.line_kind <> 'sale' THEN l.person END AS to_place
  FROM ({_MOVING}) m
  JOIN audit_serials f ON f.hall_id = m.hall_id AND f.business_date = m.business_date
       AND f.thing = m.thing AND f.step = m.first_step
  JOIN audit_serials l ON l.hall_id = m.hall_id AND l.business_date = m.business_date
       AND l.thing = m.thing AND l.step = m.last_step
"""

_COUNTED_ITEMS = """audit_counted_places c
  JOIN audit_stock_places a ON a.hall_id = c.hall_id AND a.place = c.place"""

_HELD = f"""
SELECT c.hall_id, c.business_date, c.place, c.item, u.id AS unit_id, u.serial, k.category
  FROM {_COUNTED_ITEMS}
  JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.account_id
       AND u.commodity_id = c.commodity_id AND u.closed = 0
  JOIN commodities k ON k.id = u.commodity_id
 WHERE NOT EXISTS (SELECT 1 FROM audit_moved m
                    WHERE m.hall_id = c.hall_id AND m.business_date = c.business_date
                      AND m.unit_id = u.id)
   AND NOT EXISTS (SELECT 1 FROM audit_effects e
                    WHERE e.hall_id = c.hall_id AND e.business_date = c.business_date
                      AND e.unit_id = u.id)
 UNION ALL
SELECT c.hall_id, c.business_date, c.place, c.item, u.id, u.serial, k.category
  FROM audit_moved m
  JOIN units u ON u.hall_id = m.hall_id AND u.id = m.unit_id
  JOIN commodities k ON k.id = u.commodity_id
  JOIN audit_stock_places a ON a.hall_id = m.hall_id AND a.account_id = m.account_id
  JOIN audit_counted_places c ON c.hall_id = m.hall_id AND c.business_date = m.business_date
       AND c.place = a.place AND c.commodity_id = u.commodity_id
 WHERE NOT EXISTS (SELECT 1 FROM audit_effects e
                    WHERE e.hall_id = m.hall_id AND e.business_date = m.business_date
                      AND e.unit_id = m.unit_id)
 UNION ALL
SELECT c.hall_id, c.business_date, c.place, c.item, u.id, u.serial, k.category
  FROM audit_effects e
  JOIN units u ON u.hall_id = e.hall_id AND u.id = e.unit_id
  JOIN commodities k ON k.id = u.commodity_id
  JOIN audit_counted_places c ON c.hall_id = e.hall_id AND c.business_date = e.business_date
       AND c.place = e.to_place AND c.commodity_id = u.commodity_id
"""

# What was counted by serial: from one number to another, mostly the same one.
_SPANS = """
SELECT c.hall_id, c.business_date, c.place, c.item, c.category, c.serial, c.serial_to,
       c.serial_stem AS stem, c.serial_form AS form, c.serial_width AS width,
       c.serial_head AS head, c.serial_number AS low,
       CASE WHEN c.serial_to <> '' AND c.serial_to_stem = c.serial_stem
             AND c.serial_to_number >= c.serial_number
            THEN c.serial_to_number ELSE c.serial_number END AS high
  FROM audit_counts c
  JOIN audit_counted_places p ON p.hall_id = c.hall_id AND p.business_date = c.business_date
       AND p.place = c.place AND p.item = c.item AND p.by_serial = 1
 WHERE c.serial <> '' AND c.quantity <> 0
"""
SPANS = f"""
SELECT x.*, ROW_NUMBER() OVER (ORDER BY x.hall_id, x.business_date, x.place, x.item, x.stem,
                                        x.low, x.high, x.serial) AS span_no
  FROM ({_SPANS}) x
"""

_SAME_SPAN = """h.hall_id = x.hall_id AND h.business_date = x.business_date
       AND h.place = x.place AND h.item = x.item AND h.serial_stem = x.stem"""

# Single serials that are nobody's there by that name, but may be a unit's other name.
STRANGERS = f"""
SELECT x.hall_id, x.business_date, x.place, x.item, x.serial
  FROM audit_spans x
 WHERE x.low = x.high
   AND NOT EXISTS (SELECT 1 FROM audit_held h WHERE {_SAME_SPAN} AND h.serial_number = x.low)
"""
OTHER_NAMES = f"""
SELECT DISTINCT x.hall_id, x.business_date, x.place, x.item, x.serial, h.unit_id
  FROM audit_strangers x
 CROSS JOIN identifiers i
  JOIN audit_held h ON h.hall_id = x.hall_id AND h.business_date = x.business_date
       AND h.unit_id = i.unit_id AND h.place = x.place AND h.item = x.item
 WHERE i.kind IN {KINDS} AND i.namespace IN ('', x.item) AND i.value = x.serial
   AND i.holder_hall_id = x.hall_id
"""

COUNT_STEPS = (
    StagedTable("audit_stock_places", PLACES, ("hall_id", "place")),
    StagedTable("audit_counts", numbered(_COUNTS, "serial", "serial_to"), (*DAY, "place", "item")),
    StagedTable("audit_counted_places", COUNTED_PLACES, (*DAY, "place", "item")),
    StagedTable("audit_effects", EFFECTS, (*DAY, "unit_id")),
    StagedTable("audit_held", numbered(_HELD, "serial"), (*DAY, "place", "item", "serial_stem")),
    StagedTable("audit_spans", SPANS, (*DAY, "place", "item", "stem", "low")),
    StagedTable("audit_strangers", STRANGERS),
    StagedTable("audit_other_names", OTHER_NAMES, (*DAY, "unit_id")),
)
