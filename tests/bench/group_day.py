"""One business date of many halls as evidence rows, made in the database itself, with faults.

Each hall has five clerks. Of every ten account lines four are paid in cash, four by WeChat and two
by card; three name a drawn invoice number and the rest are waived. Some WeChat payments never
arrive, some arrive with another amount, some invoices have another amount, some numbers are
missing, some drawers are short: a few findings a hall, at places that follow from the numbers.
"""

from __future__ import annotations

import psycopg

DATE = "2026-11-20"
# 2026-11-20 09:00 Asia/Shanghai, in microseconds.
OPENING = 1_795_136_400_000_000
CLERKS = 5
HASH = "0" * 64

HALLS = f"""
INSERT INTO organisations (id, code, name, level)
SELECT h, 'H' || h, 'Hall ' || h, 'hall' FROM generate_series(1, %(halls)s) h;
INSERT INTO halls (id, code, name, books_open_on)
SELECT h, 'H' || h, 'Hall ' || h, DATE '{DATE}' FROM generate_series(1, %(halls)s) h;
INSERT INTO hall_heads (hall_id, last_row, last_event, head_hash)
SELECT h, 1000000, 1, '{HASH}' FROM generate_series(1, %(halls)s) h;
INSERT INTO hall_days (hall_id, business_date, data_status, audit_status, hall_status,
                       sources_stated)
SELECT h, DATE '{DATE}', 'expected', 'unaudited', 'working', 0
  FROM generate_series(1, %(halls)s) h;
INSERT INTO persons (id, key, name)
SELECT (h - 1) * {CLERKS} + c, 'H' || h || '/A0' || c, 'Clerk ' || c
  FROM generate_series(1, %(halls)s) h, generate_series(1, {CLERKS}) c;
INSERT INTO employments (hall_id, number, person_id, kind, valid_from, valid_to)
SELECT h, 'A0' || c, (h - 1) * {CLERKS} + c, 'person', DATE '{DATE}', DATE '9999-12-31'
  FROM generate_series(1, %(halls)s) h, generate_series(1, {CLERKS}) c;
INSERT INTO tenders (hall_id, code, tender_class, match_level)
SELECT h, code, class, 'line' FROM generate_series(1, %(halls)s) h,
       (VALUES ('cash', 'cash'), ('wechat', 'settled'), ('pos', 'settled')) known (code, class);
INSERT INTO businesses (hall_id, business, needs_form, invoice_due, fee_fen)
SELECT h, 'payment', 0, 'payment', NULL FROM generate_series(1, %(halls)s) h;
INSERT INTO invoice_ranges (hall_id, id, invoice_code, first_number, last_number, first_no,
                            last_no, carrier, book_id, place, clerk, used_to, drawn_at,
                            document_id)
SELECT h, 100 + c, '031002600104', c * 1000 + 1, c * 1000 + 1000,
       lpad((c * 1000 + 1)::text, 8, '0'), lpad((c * 1000 + 1000)::text, 8, '0'), 'continuous',
       100 + c, 'clerk', 'A0' || c, NULL, NULL, 0
  FROM generate_series(1, %(halls)s) h, generate_series(1, {CLERKS}) c;
"""

# Line i belongs to clerk i % 5; every tenth line is the second of the transaction before it. The
# k-th invoiced transaction of a clerk has the k-th number of his range. Every fiftieth is paid in
# two ways.
SALES = f"""
CREATE TEMPORARY TABLE lines AS
SELECT h, i, i - (i %% 10 = 9)::int AS first, 1000 + (i * 37) %% 9000 AS fen
  FROM generate_series(1, %(halls)s) h, generate_series(1, %(lines)s) i;
CREATE TEMPORARY TABLE sales AS
SELECT s.*, (first %% {CLERKS} + 1) * 1000 + first / 700
         + row_number() OVER (PARTITION BY h, clerk, invoiced ORDER BY first) AS number
  FROM (SELECT h, first, 'A0' || (first %% {CLERKS} + 1) AS clerk, SUM(fen)::bigint AS fen,
               'T' || lpad(h::text, 4, '0') || lpad(first::text, 6, '0') AS txn_no,
               {OPENING} + first * 20000000::bigint AS at, first / {CLERKS} %% 10 < 3 AS invoiced,
               CASE WHEN first %% 10 < 4 THEN 'cash' WHEN first %% 10 < 8 THEN 'wechat'
                    ELSE 'pos' END AS tender,
               first %% 50 = 3 AS split
          FROM lines GROUP BY h, first) s;
CREATE TEMPORARY TABLE payments AS
SELECT h, first, clerk, txn_no, at, tender, fen, split FROM sales WHERE NOT split
 UNION ALL
SELECT h, first, clerk, txn_no, at, part.tender, part.fen, split
  FROM sales, LATERAL (VALUES ('cash', fen - fen / 2), ('wechat', fen / 2)) part (tender, fen)
 WHERE split;
"""

EVIDENCE = f"""
INSERT INTO evidence_accounts (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, txn_no, line_no, accepted_at, clerk, shift_no, business, line_kind,
       subscriber, due, discount, campaign, prepaid, deferred, received, tender, tender_ref,
       terminal, batch_no, invoice_code, invoice_no, invoice_waived, item, serial, quantity,
       form_no, original_txn_no, document_no, correction_no, pre_no, authoriser, deposit)
SELECT h, 1, 1, i, i + 1, txn_no || chr(31) || i - first + 1, DATE '{DATE}', txn_no,
       i - first + 1, at, clerk, '', 'payment', 'sale', '1860000' || lpad(first::text, 4, '0'),
       l.fen + CASE WHEN i %% 613 = 0 THEN 50 ELSE 0 END, 0, '', 0, 0, l.fen, tender,
       CASE WHEN tender = 'cash' THEN '' ELSE 'R' || txn_no END, '', '',
       CASE WHEN invoiced THEN '031002600104' ELSE '' END,
       CASE WHEN invoiced THEN lpad(number::text, 8, '0') ELSE '' END,
       CASE WHEN invoiced OR first %% 331 = 0 THEN 0 ELSE 1 END, '', '', NULL, '', '', '', '', '',
       '', 0
  FROM lines l JOIN sales USING (h, first) ORDER BY h, i;
INSERT INTO evidence_tenders (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, txn_no, tender, tender_ref, amount, terminal, batch_no)
SELECT h, 1, 6, row_number() OVER (PARTITION BY h ORDER BY first, tender), 1,
       txn_no || chr(31) || tender, DATE '{DATE}', txn_no, tender,
       CASE WHEN tender = 'cash' THEN '' ELSE 'R' || txn_no END, fen, '', ''
  FROM payments WHERE split;
INSERT INTO evidence_invoices (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, invoice_code, invoice_no, issued_at, clerk, amount, status, basis, txn_no,
       original_code, original_no, original_date, original_amount, copies, copies_recovered,
       void_reason, subscriber, period, digital_no, number)
SELECT h, 1, 2, first, first + 1, '031002600104' || chr(31) || number || chr(31) || at,
       DATE '{DATE}', '031002600104', lpad(number::text, 8, '0'), at, clerk,
       fen + CASE WHEN first %% 421 = 0 THEN 100 ELSE 0 END, 'issued', 'txn', txn_no, '', '',
       NULL, NULL, 3, NULL, '', '', '', '', number
  FROM sales WHERE invoiced ORDER BY h, first;
INSERT INTO evidence_settlements (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, tender, tender_ref, refund_ref, order_no, settled_at, amount, fee,
       fee_exact, terminal, batch_no)
SELECT h, 1, 3, first, first + 1, tender || chr(31) || 'R' || txn_no || chr(31), DATE '{DATE}',
       tender, 'R' || txn_no, '', CASE WHEN tender = 'wechat' THEN 'M' || txn_no ELSE '' END, at,
       fen + CASE WHEN first %% 467 = 0 THEN 90 ELSE 0 END, NULL, '', '', ''
  FROM payments WHERE tender <> 'cash' AND first %% 389 <> 0 ORDER BY h, first;
INSERT INTO evidence_declarations (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, clerk, shift_no, tender, amount, denominations, float_kept)
SELECT h, 1, 4, row_number() OVER (PARTITION BY h ORDER BY clerk, tender), 1,
       '{DATE}' || chr(31) || clerk || chr(31) || chr(31) || tender, DATE '{DATE}', clerk, '',
       tender,
       SUM(fen) - CASE WHEN clerk = 'A02' AND tender = 'cash' AND h %% 3 = 0 THEN 1000 ELSE 0 END,
       '', NULL
  FROM payments GROUP BY h, clerk, tender;
INSERT INTO evidence_deposits (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, slip_no, step, clerk, amount, deposited_on, covers_date, bank_receipt)
SELECT h, 1, 5, row_number() OVER (PARTITION BY h ORDER BY clerk), 1, 'J' || h || clerk,
       DATE '{DATE}', 'J' || h || clerk, 'handin', clerk, amount, DATE '{DATE}', NULL, ''
  FROM (SELECT hall_id AS h, clerk, amount FROM evidence_declarations WHERE tender = 'cash') kept;
"""

SOURCES = f"""
INSERT INTO intakes (hall_id, event_no, intake_no, kind, layout, business_date, file_name, sha256,
       mapping, mapping_version, row_count, repeated_count, sums, notes, at, person_id)
SELECT h, 1, no, kind, 'hall', DATE '{DATE}', kind, '{HASH}', '', '', 1, 0, '{{}}', '[]',
       {OPENING}, 0
  FROM generate_series(1, %(halls)s) h,
       (VALUES (1, 'accounts'), (2, 'invoices'), (3, 'settlements'), (4, 'declarations'),
               (5, 'deposits'), (6, 'tenders')) known (no, kind);
INSERT INTO intake_sources (hall_id, event_no, intake_no, source_no, source, business_date,
       row_count, sum_fen)
SELECT h, 1, no, place, source, DATE '{DATE}', 1, 0
  FROM generate_series(1, %(halls)s) h,
       (VALUES (1, 1, 'accounts'), (2, 1, 'invoices'), (3, 1, 'settlements:pos'),
               (3, 2, 'settlements:wechat'), (4, 1, 'declarations'), (5, 1, 'deposits'),
               (6, 1, 'tenders'))
       known (no, place, source);
"""


def make_group_day(address: str, *, halls: int, lines: int) -> None:
    """Fill a migrated, empty database with one day of `halls` halls and `lines` lines each."""
    facts = {"halls": halls, "lines": lines}
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        for script in (HALLS, SALES, EVIDENCE, SOURCES):
            connection.execute(script, facts)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
