"""Recharge cards activated and sold on a day, staged card by card (DOMAIN STK-05).

The list of what was activated comes as evidence from the system that activates; matching looks
seven days back and three on, so that a card activated the evening before it was sold is found.
"""

from __future__ import annotations

from ledger.audit.staging import StagedTable, current
from stock.count_stage import PLACES, numbered
from stock.goods_stage import DAY, GOODS_STEPS

CARD = "recharge_card"
GONE = "('customer', 'agent', 'supplier', 'department', 'opening')"
"""Where a card may be activated: handed over to a customer or agent, or no longer ours."""

_ACTIVATIONS = f"""
SELECT s.hall_id, s.business_date, a.business_date AS activated_on, a.activated_at, a.item,
       a.serial, CASE a.serial_to WHEN '' THEN a.serial ELSE a.serial_to END AS serial_to,
       '{CARD}' AS category
  FROM audit_scope s
 CROSS JOIN evidence_activations a
 WHERE a.hall_id = s.hall_id AND a.business_date >= s.window_from
   AND a.business_date <= s.window_to AND {current("a")}
"""

# Whether the day's own list is in, or was said to be empty: only then can a card lack in it.
_LISTS = f"""
SELECT s.hall_id, s.business_date
  FROM audit_scope s
 WHERE EXISTS (SELECT 1 FROM intake_sources i
                WHERE i.hall_id = s.hall_id AND i.business_date = s.business_date
                  AND i.source = 'activations' AND {current("i")})
    OR EXISTS (SELECT 1 FROM nil_declarations n
                WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
                  AND n.source = 'activations' AND n.event_no < s.as_of)
"""

_COVERS = "{0} >= a.serial AND {0} <= a.serial_to AND length({0}) = length(a.serial)"
_KNOWN = f"""
SELECT a.hall_id, a.business_date, a.item, i.value AS serial, i.unit_id,
       MIN(a.activated_at) AS activated_at
  FROM audit_activations a
 CROSS JOIN identifiers i
 WHERE a.activated_on = a.business_date AND i.kind = 'card' AND i.namespace = a.item
   AND {_COVERS.format("i.value")} AND i.holder_hall_id = a.hall_id
 GROUP BY a.hall_id, a.business_date, a.item, i.value, i.unit_id
"""

# Each card's last line of the day.
_LINES = f"""
SELECT hall_id, business_date, unit_id, known_item AS item, serial, person, txn_no, line_kind
  FROM audit_serials
 WHERE category = '{CARD}' AND step = steps
"""

_SOLD = f"""
SELECT l.hall_id, l.business_date, l.item, l.serial, l.serial AS serial_to, 1 AS pieces,
       1 AS sold, CASE WHEN MIN(a.serial) IS NULL THEN 0 ELSE 1 END AS activated,
       MIN(a.activated_at) AS activated_at, l.txn_no, l.person AS place, 1 AS is_known
  FROM audit_card_lines l
  LEFT JOIN audit_activations a ON a.hall_id = l.hall_id AND a.business_date = l.business_date
       AND a.item = l.item AND {_COVERS.format("l.serial")}
 WHERE l.line_kind = 'sale'
 GROUP BY l.hall_id, l.business_date, l.item, l.serial, l.txn_no, l.person
"""
_NOT_SOLD_TODAY = f"""
SELECT k.hall_id, k.business_date, k.item, k.serial, k.serial, 1,
       CASE WHEN l.line_kind IS NULL AND a.kind IN {GONE} THEN 1 ELSE 0 END, 1,
       k.activated_at, COALESCE(l.txn_no, ''), COALESCE(l.person, p.place, 'store'), 1
  FROM audit_cards_known k
  JOIN units u ON u.hall_id = k.hall_id AND u.id = k.unit_id
  LEFT JOIN audit_moved m ON m.hall_id = k.hall_id AND m.business_date = k.business_date
       AND m.unit_id = k.unit_id
  JOIN accounts a ON a.hall_id = k.hall_id AND a.id = COALESCE(m.account_id, u.account_id)
  LEFT JOIN audit_stock_places p ON p.hall_id = a.hall_id AND p.account_id = a.id
  LEFT JOIN audit_card_lines l ON l.hall_id = k.hall_id AND l.business_date = k.business_date
       AND l.unit_id = k.unit_id
 WHERE COALESCE(l.line_kind, '') <> 'sale'
"""
_IN_NO_BOOKS = f"""
SELECT x.hall_id, x.business_date, x.item, x.serial, x.serial_to, x.pieces, 0, 1,
       x.activated_at, '', 'store', 0
  FROM (SELECT a.hall_id, a.business_date, a.item, a.serial, a.serial_to, a.activated_at,
               CASE WHEN a.serial_to_stem = a.serial_stem
                     AND a.serial_to_number >= a.serial_number
                    THEN a.serial_to_number - a.serial_number + 1 ELSE 1 END
               - (SELECT COUNT(*) FROM audit_cards_known k
                   WHERE k.hall_id = a.hall_id AND k.business_date = a.business_date
                     AND k.item = a.item AND {_COVERS.format("k.serial")})
               - (SELECT COUNT(*) FROM audit_card_lines l
                   WHERE l.hall_id = a.hall_id AND l.business_date = a.business_date
                     AND l.unit_id IS NULL AND l.line_kind = 'sale' AND l.item = a.item
                     AND {_COVERS.format("l.serial")}) AS pieces
          FROM audit_activations a WHERE a.activated_on = a.business_date) x
 WHERE x.pieces > 0
"""

CARDS = numbered(
    f"""SELECT c.*, '{CARD}' AS category, CASE WHEN t.hall_id IS NULL THEN 0 ELSE 1 END AS is_told
          FROM ({_SOLD} UNION ALL {_NOT_SOLD_TODAY} UNION ALL {_IN_NO_BOOKS}) c
          LEFT JOIN audit_card_lists t ON t.hall_id = c.hall_id
               AND t.business_date = c.business_date""",
    "serial",
)

CARD_STEPS = (
    StagedTable("audit_activations", numbered(_ACTIVATIONS, "serial", "serial_to"), (*DAY, "item")),
    StagedTable("audit_card_lists", _LISTS, DAY),
    StagedTable("audit_cards_known", _KNOWN, (*DAY, "unit_id")),
    StagedTable("audit_card_lines", _LINES, (*DAY, "item")),
    StagedTable("audit_cards", CARDS, DAY),
)
LIST_STEPS = (
    *GOODS_STEPS,
    StagedTable("audit_stock_places", PLACES, ("hall_id", "place")),
    *CARD_STEPS,
)
"""What a list of cards needs staged where no audit runs."""
