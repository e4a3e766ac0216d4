"""The day's account lines about goods, each with the unit it names and where the books have it.

What is staged is the state before the day's own sales documents: units and balances as they are
now, less every posting dated after the day and the day's own sales.
"""

from __future__ import annotations

from ledger.audit.staging import StagedTable, current
from ledger.evidence.tables import NAMES_GOODS
from ledger.units import IDENTIFIER_KINDS
from stock.categories import GOODS

DAY = ("hall_id", "business_date")
SALE = "sale"
GIVEN_BACK = "('reversal', 'refund')"
CUSTODY = "('clerk', 'counter')"
STOCK_PLACES = "('store', 'clerk', 'counter')"
GIVEABLE = ", ".join(
    repr(name) for name, rule in GOODS.items() if rule.gift and (rule.saleable or rule.needs_form)
)
"""What counts as a gift when nothing is paid for it; leaflets and the like are nobody's gift."""
KINDS = f"({', '.join(repr(kind) for kind in IDENTIFIER_KINDS)})"

# A correction moves goods as what it corrects to: what is below nothing brings them back.
MOVES_AS = """CASE WHEN a.line_kind <> 'correction' THEN a.line_kind
            WHEN a.received < 0 OR (a.received = 0 AND a.due < 0) THEN 'refund'
            ELSE 'sale' END"""

# A line without a quantity is about one piece, whatever serial a line of counted goods may name;
# a deposit for a thing does not sell it.
LINES = f"""
SELECT s.hall_id, s.business_date, a.txn_no, a.line_no, a.accepted_at, a.clerk,
       COALESCE(p.clerk, a.clerk) AS person, {MOVES_AS} AS line_kind, a.item,
       CASE k.tracking WHEN 'quantity' THEN '' ELSE a.serial END AS serial,
       CASE WHEN COALESCE(a.quantity, 0) = 0 THEN 1 ELSE ABS(a.quantity) END AS quantity,
       a.received, a.campaign, a.form_no, a.deferred, a.original_txn_no
  FROM audit_scope s
 CROSS JOIN evidence_accounts a
  LEFT JOIN audit_people p ON p.hall_id = a.hall_id AND p.number = a.clerk
  LEFT JOIN commodities k ON k.code = a.item
 WHERE a.hall_id = s.hall_id AND a.business_date = s.business_date AND ({NAMES_GOODS})
   AND a.deposit = 0 AND {current("a")}
"""

_NAMED = f"""
SELECT g.hall_id, g.business_date, g.serial, g.item, i.unit_id
  FROM (SELECT DISTINCT hall_id, business_date, serial, item FROM audit_goods_lines
         WHERE serial <> '') g
 CROSS JOIN identifiers i
 WHERE i.kind IN {KINDS} AND i.value = g.serial AND i.holder_hall_id = g.hall_id"""

# Any name of a unit will do. Names that one maker or item gives hold within the item.
NAMES = f"""
SELECT hall_id, business_date, serial, item, MIN(unit_id) AS unit_id
  FROM ({_NAMED} AND i.namespace IN ('', g.item)
         UNION ALL
        {_NAMED} AND g.item = '' AND i.namespace IN (SELECT code FROM commodities)) n
 GROUP BY hall_id, business_date, serial, item
"""

# What is taken back out of the books as they are now: later days, and the day's own sales.
UNDONE = f"""
SELECT s.hall_id, s.business_date, p.business_date AS posted_on, p.event_no, p.id, p.unit_id,
       p.commodity_id, p.debit_account, p.credit_account, p.amount
  FROM audit_scope s
 CROSS JOIN postings p
 WHERE p.hall_id = s.hall_id AND p.business_date > s.business_date
 UNION ALL
SELECT s.hall_id, s.business_date, p.business_date AS posted_on, p.event_no, p.id, p.unit_id,
       p.commodity_id, p.debit_account, p.credit_account, p.amount
  FROM audit_scope s
 CROSS JOIN documents d
 CROSS JOIN postings p
 WHERE d.hall_id = s.hall_id AND d.business_date = s.business_date AND d.kind = '{SALE}'
   AND p.hall_id = d.hall_id AND p.document_id = d.id AND p.business_date = s.business_date
"""

MOVED = """
SELECT hall_id, business_date, unit_id, account_id
  FROM (SELECT hall_id, business_date, unit_id, credit_account AS account_id,
               ROW_NUMBER() OVER (PARTITION BY hall_id, business_date, unit_id
                                  ORDER BY event_no, id) AS step
          FROM audit_undone WHERE unit_id > 0) m
 WHERE step = 1
"""

CHANGES = """
SELECT hall_id, business_date, account_id, commodity_id, CAST(SUM(amount) AS BIGINT) AS amount
  FROM (SELECT hall_id, business_date, debit_account AS account_id, commodity_id, -amount AS amount
          FROM audit_undone
         UNION ALL
        SELECT hall_id, business_date, credit_account, commodity_id, amount FROM audit_undone) c
 GROUP BY hall_id, business_date, account_id, commodity_id
"""

# A gift whose slip names the form of the line has left custody by the slip.
DOCUMENTED = """g.line_kind = 'sale' AND g.form_no <> '' AND EXISTS (
              SELECT 1 FROM document_facts f
                JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id
                     AND d.revision = f.revision AND d.kind = 'gift' AND d.state = 'posted'
                JOIN document_lines l ON l.hall_id = d.hall_id AND l.document_id = d.id
                     AND l.revision = d.revision AND l.commodity_id = COALESCE(c.id, k.id)
               WHERE f.hall_id = g.hall_id AND f.name = 'form_no' AND f.value = g.form_no)"""

# Each line with its unit, what that is, and where it was before the day's sales.
PLACED = f"""
SELECT g.*, n.unit_id, CASE WHEN n.unit_id IS NULL THEN g.item || '/' || g.serial
                            ELSE CAST(n.unit_id AS TEXT) END AS thing,
       COALESCE(c.code, g.item) AS known_item, COALESCE(c.id, k.id) AS commodity_id,
       COALESCE(c.category, k.category, '') AS category,
       COALESCE(c.tracking, k.tracking, '') AS tracking,
       a.id AS account_id, COALESCE(a.kind, '') AS place_kind, COALESCE(a.holder, '') AS holder,
       CASE WHEN a.kind = 'clerk' THEN COALESCE(o.clerk, a.holder) ELSE a.holder END AS place,
       CASE WHEN {DOCUMENTED} THEN 1 ELSE 0 END AS documented
  FROM audit_goods_lines g
  LEFT JOIN audit_goods_names n ON n.hall_id = g.hall_id AND n.business_date = g.business_date
       AND n.serial = g.serial AND n.item = g.item
  LEFT JOIN units u ON u.hall_id = g.hall_id AND u.id = n.unit_id
  LEFT JOIN audit_moved m ON m.hall_id = g.hall_id AND m.business_date = g.business_date
       AND m.unit_id = n.unit_id
  LEFT JOIN accounts a ON a.hall_id = g.hall_id AND a.id = COALESCE(m.account_id, u.account_id)
  LEFT JOIN audit_people o ON o.hall_id = a.hall_id AND o.number = a.holder
  LEFT JOIN commodities c ON c.id = u.commodity_id
  LEFT JOIN commodities k ON k.code = g.item
"""

# A unit that was brought back earlier in the day is with the clerk who took it. `at_hand`: so it
# stands when the day's papers are all in; `in_hand`: so it stood at some time of the day.
_AT_HAND = f"""CASE WHEN x.documented = 1 THEN 1
            WHEN x.before_kind IN {GIVEN_BACK}
            THEN CASE WHEN x.before_person = x.person THEN 1 ELSE 0 END
            WHEN x.place_kind IN {CUSTODY} AND EXISTS (
                 SELECT 1 FROM audit_holders h
                  WHERE h.hall_id = x.hall_id AND h.place = x.holder AND h.clerk = x.person)
            THEN 1 ELSE 0 END"""
_THAT_DAY = f"""EXISTS (
       SELECT 1 FROM postings p
         JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id AND d.kind <> '{SALE}'
         JOIN accounts a ON a.hall_id = p.hall_id
              AND a.id IN (p.debit_account, p.credit_account) AND a.kind IN {CUSTODY}
         JOIN audit_holders h ON h.hall_id = a.hall_id AND h.place = a.holder
              AND h.clerk = y.person
        WHERE p.hall_id = y.hall_id AND p.unit_id = y.unit_id
          AND p.business_date = y.business_date)"""
SERIALS = f"""
SELECT y.*, CASE WHEN y.at_hand = 1 THEN 1
                 WHEN COALESCE(y.before_kind, 'sale') = 'sale' AND {_THAT_DAY}
                 THEN 1 ELSE 0 END AS in_hand
  FROM (SELECT x.*, {_AT_HAND} AS at_hand
          FROM (SELECT p.*, LAG(p.line_kind) OVER unit_day AS before_kind,
                       LAG(p.person) OVER unit_day AS before_person,
                       ROW_NUMBER() OVER unit_day AS step,
                       COUNT(*) OVER (PARTITION BY p.hall_id, p.business_date, p.thing) AS steps
                  FROM audit_goods p
                 WHERE p.serial <> ''
                WINDOW unit_day AS (PARTITION BY p.hall_id, p.business_date, p.thing
                                    ORDER BY p.accepted_at, p.txn_no, p.line_no)) x) y
"""

# From which places a clerk may sell what is counted: his own first, then counters he belongs to.
SOURCES = f"""
SELECT q.hall_id, q.business_date, q.person, q.commodity_id, a.id AS account_id,
       CASE a.kind WHEN 'clerk' THEN q.person ELSE a.holder END AS holder,
       b.amount + COALESCE(c.amount, 0) AS amount,
       ROW_NUMBER() OVER (PARTITION BY q.hall_id, q.business_date, q.person, q.commodity_id
                          ORDER BY CASE a.kind WHEN 'clerk' THEN 0 ELSE 1 END, a.holder) AS choice
  FROM (SELECT DISTINCT hall_id, business_date, person, commodity_id FROM audit_goods
         WHERE serial = '' AND tracking = 'quantity' AND line_kind = 'sale') q
  JOIN audit_holders h ON h.hall_id = q.hall_id AND h.clerk = q.person
  JOIN accounts a ON a.hall_id = h.hall_id AND a.holder = h.place AND a.kind IN {CUSTODY}
  JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.id
       AND b.commodity_id = q.commodity_id
  LEFT JOIN audit_changes c ON c.hall_id = q.hall_id AND c.business_date = q.business_date
       AND c.account_id = a.id AND c.commodity_id = q.commodity_id
 WHERE b.amount + COALESCE(c.amount, 0) > 0
"""

# What is sold beyond his own goes from the next place; where he has nothing it is his own. A line
# of more than any of his places holds moves nothing and leaves the others as they are.
_OFFERED = """
SELECT p.*, f.account_id AS first_account, f.holder AS first_holder,
       COALESCE(f.amount, 0) AS first_amount, t.account_id AS second_account,
       t.holder AS second_holder, COALESCE(t.amount, 0) AS second_amount
  FROM audit_goods p
  LEFT JOIN audit_sources f ON f.hall_id = p.hall_id AND f.business_date = p.business_date
       AND f.person = p.person AND f.commodity_id = p.commodity_id AND f.choice = 1
  LEFT JOIN audit_sources t ON t.hall_id = p.hall_id AND t.business_date = p.business_date
       AND t.person = p.person AND t.commodity_id = p.commodity_id AND t.choice = 2
 WHERE p.serial = '' AND p.tracking = 'quantity' AND p.line_kind = 'sale' AND p.documented = 0
"""
_SO_FAR = f"""
SELECT o.*, SUM(CASE WHEN o.quantity <= o.first_amount OR o.quantity <= o.second_amount
                     THEN o.quantity ELSE 0 END)
              OVER (PARTITION BY o.hall_id, o.business_date, o.person, o.commodity_id
                    ORDER BY o.accepted_at, o.txn_no, o.line_no) AS so_far
  FROM ({_OFFERED}) o
"""
PIECES = f"""
SELECT y.*, CASE WHEN y.is_beyond = 1 THEN y.second_account ELSE y.first_account END
         AS from_account,
       COALESCE(CASE WHEN y.is_beyond = 1 THEN y.second_holder ELSE y.first_holder END, y.person)
         AS from_holder,
       CASE WHEN y.is_beyond = 1 THEN y.second_amount ELSE y.first_amount END AS held,
       CASE WHEN y.is_beyond = 0 AND y.so_far <= y.first_amount AND y.quantity <= y.first_amount
            THEN 1
            WHEN y.is_beyond = 1 AND y.so_far <= y.first_amount + y.second_amount
             AND y.quantity <= y.second_amount
            THEN 1 ELSE 0 END AS fits
  FROM (SELECT x.*, CASE WHEN x.second_account IS NOT NULL AND (x.so_far > x.first_amount
                                                            OR x.quantity > x.first_amount)
                         THEN 1 ELSE 0 END AS is_beyond
          FROM ({_SO_FAR}) x) y
"""

GOODS_STEPS = (
    StagedTable("audit_goods_lines", LINES, (*DAY, "txn_no")),
    StagedTable("audit_goods_names", NAMES, (*DAY, "serial")),
    StagedTable("audit_undone", UNDONE, (*DAY, "unit_id")),
    StagedTable("audit_moved", MOVED, (*DAY, "unit_id")),
    StagedTable("audit_changes", CHANGES, (*DAY, "account_id", "commodity_id")),
    StagedTable("audit_goods", PLACED, (*DAY, "txn_no")),
    StagedTable("audit_serials", SERIALS, (*DAY, "thing")),
    StagedTable("audit_sources", SOURCES, (*DAY, "person", "commodity_id")),
    StagedTable("audit_pieces", PIECES, (*DAY, "txn_no")),
)
