"""The floor's part for moves of cash, books of forms, recharge cards, the day and its numbers."""

from __future__ import annotations

from tests.bench.audit_floor_invoices import current

# What may stay in the hall by what was taken, each hall's own limits before the usual ones.
BANKED = f"""
CREATE TEMPORARY TABLE floor_banked ON COMMIT DROP AS
SELECT h.id AS hall_id, h.code, COALESCE(t.paid, 0) AS takings, COALESCE(d.handed, 0) AS handed,
       COALESCE(d.banked, 0) AS banked, COALESCE(d.in_time, 0) AS in_time,
       CASE WHEN COALESCE(t.paid, 0) <= 1000000 THEN COALESCE(l.to_10k, 100000)
            WHEN t.paid <= 5000000 THEN COALESCE(l.to_50k, 300000)
            WHEN t.paid <= 10000000 THEN COALESCE(l.to_100k, 800000)
            ELSE COALESCE(l.above, 1000000) END AS tail_limit
  FROM halls h
  LEFT JOIN (SELECT hall_id, SUM(paid) AS paid FROM floor_takings WHERE tender = 'cash'
              GROUP BY hall_id) t ON t.hall_id = h.id
  LEFT JOIN (SELECT d.hall_id, SUM(d.amount) FILTER (WHERE d.step = 'handin') AS handed,
                    SUM(d.amount) FILTER (WHERE d.step = 'bank') AS banked,
                    SUM(d.amount) FILTER (WHERE d.step = 'bank' AND d.deposited_on <= <D>)
                      AS in_time
               FROM evidence_deposits d
              WHERE COALESCE(d.covers_date, d.business_date) = <D> AND {current("d")}
              GROUP BY d.hall_id) d ON d.hall_id = h.id
  LEFT JOIN (SELECT hall_id, MAX(amount) FILTER (WHERE name = 'tail_limit_10k') AS to_10k,
                    MAX(amount) FILTER (WHERE name = 'tail_limit_50k') AS to_50k,
                    MAX(amount) FILTER (WHERE name = 'tail_limit_100k') AS to_100k,
                    MAX(amount) FILTER (WHERE name = 'tail_limit_above') AS above
               FROM hall_limits GROUP BY hall_id) l ON l.hall_id = h.id
"""

_PLACES = "('safe', 'petty', 'bank', 'department', '')"
_END = f"CASE WHEN m.moved_from IN {_PLACES} THEN m.moved_to ELSE m.moved_from END"

MOVES = f"""
SELECT m.hall_id, 'C04' AS check_code, 'move:' || m.move_no AS subject,
       COALESCE(w.person, {_END}) AS clerk, NULL::numeric AS expected, NULL::numeric AS found,
       'block' AS severity
  FROM evidence_cash_moves m
  LEFT JOIN floor_who w ON w.hall_id = m.hall_id AND w.number = {_END}
 WHERE m.business_date = <D> AND {current("m")} AND (m.moved_from = '' OR m.moved_to = '')
 UNION ALL
SELECT d.hall_id, 'C04', 'move:' || d.number, COALESCE(w.person, ''), NULL, NULL, 'block'
  FROM documents d
  LEFT JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id
       AND f.revision = d.revision AND f.name = 'clerk'
  LEFT JOIN floor_who w ON w.hall_id = d.hall_id AND w.number = f.value
 WHERE d.business_date = <D> AND d.state = 'submitted'
   AND d.kind IN ('float_out', 'float_return', 'hand_in', 'deposit', 'shift_handover')
 UNION ALL
SELECT hall_id, 'C07', 'tail:' || code, '', tail_limit, handed - in_time, 'warn'
  FROM floor_banked WHERE handed - in_time > tail_limit
 UNION ALL
SELECT m.hall_id, 'C08', 'move:' || m.move_no, COALESCE(w.person, m.moved_from), NULL, NULL,
       'block'
  FROM evidence_cash_moves m
  LEFT JOIN floor_who w ON w.hall_id = m.hall_id AND w.number = m.moved_from
 WHERE m.business_date = <D> AND {current("m")}
   AND m.moved_from NOT IN {_PLACES} AND m.moved_to NOT IN ('safe', 'bank')
   AND NOT EXISTS (SELECT 1 FROM documents d
                     JOIN signatures g ON g.hall_id = d.hall_id AND g.document_id = d.id
                          AND g.revision = d.revision AND g.step = 'approve'
                    WHERE d.hall_id = m.hall_id AND d.number = m.document_no
                      AND d.state IN ('approved', 'posted', 'reversed'))
   AND NOT EXISTS (SELECT 1 FROM evidence_refunds r
                    WHERE r.hall_id = m.hall_id AND r.document_no = m.document_no
                      AND m.document_no <> '' AND r.approver <> '' AND r.approved_at IS NOT NULL
                      AND {current("r")})
 UNION ALL
SELECT hall_id, 'C09', 'deposit:' || <D>, '', handed, banked, 'block'
  FROM floor_banked WHERE handed <> banked AND <NOW> >= <DEPOSITS_DUE>
"""

BOOKS = """
SELECT b.hall_id, 'P08', 'book:' || b.invoice_code || '/' || b.first_no,
       COALESCE((SELECT MAX(g.clerk) FROM invoice_ranges g
                  WHERE g.hall_id = b.hall_id AND g.book_id = b.id
                    AND g.last_number = b.last_number), ''), NULL, NULL, 'warn'
  FROM invoice_books b
  LEFT JOIN hall_limits l ON l.hall_id = b.hall_id AND l.name = 'stubs_due_days'
 WHERE b.finished_on < COALESCE(<D> - l.amount::int, date_trunc('month', <D>)::date)
   AND COALESCE(b.stubs_on > <D>, true)
 UNION ALL
SELECT f.hall_id, 'P04', 'invoice:' || f.invoice_code || '/' || f.invoice_no, f.clerk, NULL, NULL,
       'warn'
  FROM floor_numbers f
  JOIN invoice_books b ON b.hall_id = f.hall_id AND b.invoice_code = f.invoice_code
       AND f.number BETWEEN b.first_number AND b.last_number
       AND length(b.first_no) = length(f.invoice_no)
  LEFT JOIN (SELECT hall_id, book_id, MAX(version) AS version FROM invoice_covers
              GROUP BY hall_id, book_id) c ON c.hall_id = b.hall_id AND c.book_id = b.id
 WHERE f.status = 'void' AND f.day = <D>
   AND (c.version IS NOT NULL
        OR EXISTS (SELECT 1 FROM documents d
                    WHERE d.hall_id = b.hall_id AND d.paper_no IS NULL
                      AND (d.id = b.document_id OR d.id IN (
                           SELECT g.document_id FROM invoice_ranges g
                            WHERE g.hall_id = b.hall_id AND g.book_id = b.id))))
   AND NOT EXISTS (SELECT 1 FROM invoice_cover_numbers n
                    WHERE n.hall_id = b.hall_id AND n.book_id = b.id AND n.number = f.number
                      AND n.version = c.version)
"""

_TOLD = f"""(EXISTS (SELECT 1 FROM intake_sources i
                WHERE i.hall_id = l.hall_id AND i.business_date = <D>
                  AND i.source = 'activations' AND {current("i")})
        OR EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = l.hall_id AND n.business_date = <D>
                      AND n.source = 'activations'))"""
_COVERS = """{0} BETWEEN a.serial AND COALESCE(NULLIF(a.serial_to, ''), a.serial)
       AND length({0}) = length(a.serial)"""

# Cards one by one; the real halls gather what follows on each other, of which there is none here.
CARDS = f"""
SELECT l.hall_id, 'G10', 'serial:' || COALESCE(w.person, l.clerk) || '/' || l.serial, l.clerk,
       1, 0, 'warn'
  FROM evidence_accounts l
  JOIN commodities k ON k.code = l.item AND k.category = 'recharge_card'
  LEFT JOIN floor_who w ON w.hall_id = l.hall_id AND w.number = l.clerk
 WHERE l.business_date = <D> AND l.item <> '' AND l.serial <> '' AND l.line_kind = 'sale'
   AND l.deposit = 0 AND {current("l")} AND {_TOLD}
   AND NOT EXISTS (SELECT 1 FROM evidence_activations a
                    WHERE a.hall_id = l.hall_id AND a.item = l.item
                      AND a.business_date BETWEEN <FIRST> AND <LAST> AND {current("a")}
                      AND {_COVERS.format("l.serial")})
 UNION ALL
SELECT a.hall_id, 'G09', 'serial:' || CASE WHEN p.kind = 'store' THEN 'store' ELSE p.holder END
         || '/' || i.value, p.holder, 0, 1, 'block'
  FROM evidence_activations a
  JOIN identifiers i ON i.kind = 'card' AND i.namespace = a.item AND i.holder_hall_id = a.hall_id
       AND {_COVERS.format("i.value")}
  JOIN units u ON u.hall_id = a.hall_id AND u.id = i.unit_id
  JOIN accounts p ON p.hall_id = u.hall_id AND p.id = u.account_id
 WHERE a.business_date = <D> AND {current("a")} AND p.kind IN ('store', 'clerk', 'counter')
   AND NOT EXISTS (SELECT 1 FROM evidence_accounts l
                    WHERE l.hall_id = a.hall_id AND l.business_date = <D>
                      AND l.serial = i.value AND l.line_kind = 'sale' AND {current("l")})
"""

_MINUTES_5 = 300_000_000

DAY = f"""
SELECT r.hall_id, 'D02', 'batch:' || r.intake_no || '/' || r.file_line, '', NULL, NULL, 'block'
  FROM late_rows r
 WHERE r.reported_on = <D>
   AND NOT EXISTS (SELECT 1 FROM late_settlements z
                    WHERE z.hall_id = r.hall_id AND z.intake_no = r.intake_no
                      AND z.business_date = r.business_date)
 GROUP BY r.hall_id, r.intake_no, r.file_line
 UNION ALL
SELECT c.hall_id, 'D03', 'slip:' || c.number, c.clerk, NULL, NULL, 'warn'
  FROM correction_slips c
 WHERE c.due_on = <D> AND c.state IN ('open', 'returned') AND <NOW> >= c.due_at
 UNION ALL
SELECT hall_id, 'D04', 'clerk:' || person, person, NULL, NULL, 'warn'
  FROM (SELECT a.hall_id, COALESCE(w.person, a.clerk) AS person
          FROM evidence_accounts a
          JOIN (SELECT DISTINCT hall_id FROM roster_changes WHERE business_date = <D>) h
               USING (hall_id)
          LEFT JOIN floor_who w ON w.hall_id = a.hall_id AND w.number = a.clerk
         WHERE a.business_date = <D> AND {current("a")} AND COALESCE(w.kind, 'person') = 'person'
           AND NOT EXISTS (SELECT 1 FROM roster_changes r
                             LEFT JOIN floor_who x ON x.hall_id = r.hall_id AND x.number = r.number
                            WHERE r.hall_id = a.hall_id AND r.business_date = <D>
                              AND COALESCE(x.person, r.number) = COALESCE(w.person, a.clerk)
                              AND r.shift <> 'rest'
                              AND NOT EXISTS (SELECT 1 FROM roster_changes n
                                               WHERE n.hall_id = r.hall_id
                                                 AND n.business_date = r.business_date
                                                 AND n.number = r.number
                                                 AND n.event_no > r.event_no))
         UNION
        SELECT hall_id, person
          FROM (SELECT a.hall_id, COALESCE(w.person, a.clerk) AS person, a.terminal,
                       a.at - LAG(a.at) OVER his AS apart, LAG(a.terminal) OVER his AS earlier
                  FROM (SELECT a.hall_id, a.clerk, a.terminal, a.accepted_at AS at
                          FROM evidence_accounts a
                         WHERE a.business_date = <D> AND a.terminal <> ''
                           AND a.line_kind <> 'correction' AND {current("a")}
                           AND NOT EXISTS (SELECT 1 FROM floor_split s
                                            WHERE s.hall_id = a.hall_id AND s.txn_no = a.txn_no)
                         UNION ALL
                        SELECT s.hall_id, s.clerk, s.terminal, t.at
                          FROM floor_split s JOIN floor_txn t USING (hall_id, txn_no)
                         WHERE s.day = <D> AND s.terminal <> '') a
                  LEFT JOIN floor_who w ON w.hall_id = a.hall_id AND w.number = a.clerk
                 WHERE COALESCE(w.kind, 'person') = 'person'
                WINDOW his AS (PARTITION BY a.hall_id, COALESCE(w.person, a.clerk)
                               ORDER BY a.at, a.terminal)) moved
         WHERE earlier <> terminal AND apart <= {_MINUTES_5}) why
"""

FOUND = f"""
CREATE TEMPORARY TABLE floor_rest ON COMMIT DROP AS
{MOVES} UNION ALL {BOOKS} UNION ALL {CARDS} UNION ALL {DAY}
"""

REST = (BANKED, FOUND)
