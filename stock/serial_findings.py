"""Serials that differ, gathered: those that follow each other without a hole are one finding.

`RUNS` reads `pieces`: hall_id, business_date, place, item, way (-1 missing, 1 too many), stem, low,
high, first_serial, last_serial. `BY_SERIAL` reads its result as `found_runs`.
"""

from __future__ import annotations

# Numbers that follow each other without a hole are one finding.
_STARTS = """
SELECT p.*, CASE WHEN p.low > MAX(p.high) OVER (
                        PARTITION BY p.hall_id, p.business_date, p.place, p.item, p.way, p.stem
                        ORDER BY p.low, p.high ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1
                 THEN 1 ELSE 0 END AS starts
  FROM pieces p
"""
RUNS = f"""
SELECT i.hall_id, i.business_date, i.place, i.item, i.way, MIN(i.first_serial) AS first_serial,
       MAX(i.last_serial) AS last_serial, MAX(i.high) - MIN(i.low) + 1 AS pieces
  FROM (SELECT s.*, SUM(s.starts) OVER (
                       PARTITION BY s.hall_id, s.business_date, s.place, s.item, s.way, s.stem
                       ORDER BY s.low, s.high) AS run
          FROM ({_STARTS}) s) i
 GROUP BY i.hall_id, i.business_date, i.place, i.item, i.way, i.stem, i.run
"""

BY_SERIAL = """
SELECT hall_id, business_date, place, item,
       'serial:' || place || '/' || first_serial
         || CASE WHEN pieces > 1 THEN '-' || last_serial ELSE '' END AS subject,
       CASE WHEN way < 0 THEN pieces ELSE 0 END AS expected,
       CASE WHEN way > 0 THEN pieces ELSE 0 END AS found
  FROM found_runs
"""
