"""Differences of counts that no evidence tells of, staged for G01.

Spot checks and hand-overs are taken in the middle of trade and so cannot be held against the books
of the evening; other places than store, clerk and counter are named in no file; and a number that
is in nobody's books has no item. Each such difference is held against the books as they stood when
it was counted, with the movements since, and against what the day's lines had sold by then. It
stands until its result is posted, another paper explains it, or the same goods are counted again.
"""

from __future__ import annotations

from ledger.audit.staging import StagedTable
from stock.count_scans import NOT_UNDONE
from stock.count_stage import numbered
from stock.goods_stage import DAY, SALE

UNHELD = "('store', 'demo', 'repair', 'transit', 'care')"
"""Places that are no person's and no counter's: what differs there has no clerk to answer."""

# While a recount is under way the round before it stands.
_ROUNDS = """
SELECT s.hall_id, s.business_date, s.as_of, c.count_no, c.account_id, c.snapshot_row,
       COALESCE(c.document_id, 0) AS own_document,
       CASE WHEN p.place IS NULL OR c.kind IN ('spot', 'hand_over') THEN 1 ELSE 0 END AS untold,
       COALESCE(p.place, a.kind || CASE WHEN a.holder = '' THEN '' ELSE ' ' || a.holder END)
         AS place,
       CASE c.state WHEN 'recounting' THEN c.round - 1 ELSE c.round END AS round
  FROM audit_scope s
  JOIN counts c ON c.hall_id = s.hall_id AND c.business_date = s.business_date
  JOIN accounts a ON a.hall_id = c.hall_id AND a.id = c.account_id
  LEFT JOIN audit_stock_places p ON p.hall_id = c.hall_id AND p.account_id = c.account_id
  LEFT JOIN documents r ON r.hall_id = c.hall_id AND r.id = c.document_id
 WHERE c.state IN ('finished', 'recounting')
    OR (c.state = 'settled' AND r.state <> 'posted')
"""

_COUNTED_AGAIN = """EXISTS (
       SELECT 1 FROM counts l
        WHERE l.hall_id = c.hall_id AND l.business_date = c.business_date
          AND l.account_id = c.account_id AND l.count_no > c.count_no
          AND (l.state IN ('finished', 'settled') OR (l.state = 'recounting' AND l.round > 1))
          AND (l.scope_kind = 'all'
               OR replace(',' || l.scope || ',', ',' || CASE l.scope_kind WHEN 'items' THEN k.code
                                                        ELSE k.category END || ',', '')
                  <> ',' || l.scope || ','))"""
_TOLD_SINCE = """EXISTS (
       SELECT 1 FROM audit_counts t
        WHERE t.hall_id = c.hall_id AND t.business_date = c.business_date
          AND t.place = c.place AND t.item = k.code AND t.event_no > d.event_no)"""
_MOVED_SINCE = """EXISTS (
       SELECT 1 FROM postings p
        WHERE p.hall_id = c.hall_id AND p.unit_id = d.unit_id AND p.id > c.snapshot_row
          AND p.event_no < c.as_of AND p.document_id <> c.own_document
          AND CASE d.sort WHEN 'missing' THEN p.credit_account ELSE p.debit_account END
              = c.account_id)"""
_MOVED_BY_A_LINE = """EXISTS (
       SELECT 1 FROM audit_effects f
        WHERE f.hall_id = c.hall_id AND f.business_date = c.business_date
          AND f.unit_id = d.unit_id
          AND CASE d.sort WHEN 'missing' THEN f.from_place ELSE f.to_place END = c.place)"""

_UNTOLD = f"""
SELECT c.hall_id, c.business_date, c.count_no, c.account_id, c.place, c.round, d.event_no,
       d.commodity_id, COALESCE(k.code, '') AS item, COALESCE(k.category, '') AS category,
       d.serial, CASE d.sort WHEN 'missing' THEN -1 ELSE 1 END AS way, d.quantity
  FROM audit_count_rounds c
  JOIN count_differences d ON d.hall_id = c.hall_id AND d.count_no = c.count_no
       AND d.round = c.round AND d.event_no < c.as_of
  LEFT JOIN commodities k ON k.id = d.commodity_id
 WHERE (c.untold = 1 OR d.commodity_id = 0)
   AND NOT {_COUNTED_AGAIN}
   AND NOT {_TOLD_SINCE}
   AND (d.serial = '' OR d.unit_id = 0 OR NOT ({_MOVED_SINCE} OR {_MOVED_BY_A_LINE}))
"""

_WHOLE_ROUND = """(SELECT MAX(r.round) FROM count_rounds r
                   WHERE r.hall_id = u.hall_id AND r.count_no = u.count_no
                     AND r.round <= u.round AND r.recount_of = '')"""
_LAST_KEYED = f"""
SELECT u.hall_id, u.business_date, u.count_no, u.commodity_id, s.scan_no, s.quantity, s.at,
       ROW_NUMBER() OVER (PARTITION BY u.hall_id, u.business_date, u.count_no, u.commodity_id
                          ORDER BY s.scan_no DESC) AS back
  FROM audit_untold u
  JOIN count_scans s ON s.hall_id = u.hall_id AND s.count_no = u.count_no
       AND s.commodity_id = u.commodity_id AND s.act = 'number'
       AND s.round >= {_WHOLE_ROUND} AND s.round <= u.round AND {NOT_UNDONE}
 WHERE u.serial = ''
"""
# What of it the day's lines had sold by the time it was keyed, and what of that was booked by then;
# an item of which no number was keyed is taken as of the end of the round.
_SOLD_BY_THEN = """COALESCE((
       SELECT SUM(q.quantity) FROM audit_pieces q
        WHERE q.hall_id = u.hall_id AND q.business_date = u.business_date AND q.fits = 1
          AND q.from_account = u.account_id AND q.commodity_id = u.commodity_id
          AND q.accepted_at <= COALESCE(n.at, e.at)), 0)"""
_BOOKED_BY_THEN = f"""COALESCE((
       SELECT SUM(CASE WHEN p.credit_account = u.account_id THEN p.amount ELSE -p.amount END)
         FROM documents d
         JOIN postings p ON p.hall_id = d.hall_id AND p.document_id = d.id
        WHERE d.hall_id = u.hall_id AND d.business_date = u.business_date AND d.kind = '{SALE}'
          AND p.commodity_id = u.commodity_id AND p.id < COALESCE(n.scan_no, p.id + 1)
          AND p.event_no < u.event_no
          AND u.account_id IN (p.credit_account, p.debit_account)), 0)"""
_PIECES = f"""
SELECT u.hall_id, u.business_date, u.place, u.item, u.count_no,
       COALESCE(n.quantity, 0) - u.way * u.quantity - {_SOLD_BY_THEN} + {_BOOKED_BY_THEN}
         AS expected,
       COALESCE(n.quantity, 0) AS found
  FROM audit_untold u
  JOIN events e ON e.hall_id = u.hall_id AND e.event_no = u.event_no
  LEFT JOIN ({_LAST_KEYED}) n ON n.hall_id = u.hall_id AND n.business_date = u.business_date
       AND n.count_no = u.count_no AND n.commodity_id = u.commodity_id AND n.back = 1
 WHERE u.serial = ''
"""

UNTOLD_STEPS = (
    StagedTable("audit_count_rounds", _ROUNDS, (*DAY, "count_no")),
    StagedTable("audit_untold", numbered(_UNTOLD, "serial"), (*DAY, "place", "item")),
    StagedTable("audit_untold_pieces", _PIECES, (*DAY, "place", "item")),
)
