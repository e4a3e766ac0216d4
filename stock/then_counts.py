"""What the log says that counts were before an event; campaigns are kept with the runs."""

from __future__ import annotations

import ledger.audit.then_books  # noqa: F401  documents are laid before the counts they settle
import stock.count_tables
import stock.document_tables  # noqa: F401  the tables told of here
from ledger.audit.as_then import columns, register_then
from ledger.audit.settings import keep_with_runs

_LAST = """
SELECT x.subject, x.act
  FROM (SELECT e.subject, e.act,
               ROW_NUMBER() OVER (PARTITION BY e.subject ORDER BY e.event_no DESC) AS back
          FROM events e
         WHERE e.act IN ('count.opened', 'count.finished', 'count.recounted', 'count.settled',
                         'count.cancelled')) x
 WHERE x.back = 1"""
_ROUND = """COALESCE((SELECT MAX(r.round) FROM count_rounds r
             WHERE r.hall_id = c.hall_id AND r.count_no = c.count_no), c.round)"""
_DIFFERS = f"""EXISTS (SELECT 1 FROM count_differences f
                WHERE f.hall_id = c.hall_id AND f.count_no = c.count_no AND f.round = {_ROUND})"""
# A count without differences is settled as it is finished.
_STATE = f"""CASE l.act WHEN 'count.opened' THEN 'open' WHEN 'count.recounted' THEN 'recounting'
            WHEN 'count.settled' THEN 'settled' WHEN 'count.cancelled' THEN 'cancelled'
            ELSE CASE WHEN {_DIFFERS} THEN 'finished' ELSE 'settled' END END"""
_DOCUMENT = """(SELECT d.id FROM documents d WHERE d.hall_id = c.hall_id AND d.id = c.document_id
                 AND l.act = 'count.settled')"""

register_then(
    "counts",
    f"""
SELECT {columns("counts", "c", state=_STATE, round=_ROUND, document_id=_DOCUMENT)}
  FROM {{base}}.counts c
  JOIN ({_LAST}) l ON l.subject = 'count:' || CAST(c.count_no AS TEXT)
 WHERE c.hall_id = {{hall}}""",
)

keep_with_runs("gift_campaigns")
