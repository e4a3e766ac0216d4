"""A month of invoices taken in, used and reported as bare SQL: few statements, the same tables.

The same rows of evidence, batches, documents, lines, postings, balances, units, books and events
are written; nothing is hashed, checked or explained.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import psycopg

from tests.bench.form_month import FIRST, HASH, ISSUED, LAST, RED, VOID

RAW = """
CREATE TEMPORARY TABLE raw (hall_id bigint, row_no bigint, invoice_code text, invoice_no text,
       issued_at text, clerk text, amount text, status text, txn_no text, original_code text,
       original_no text, copies text, copies_recovered text, void_reason text)
"""
EVIDENCE = """
INSERT INTO evidence_invoices (hall_id, event_no, intake_no, row_no, file_line, row_key,
       business_date, invoice_code, invoice_no, issued_at, clerk, amount, status, basis, txn_no,
       original_code, original_no, original_date, original_amount, copies, copies_recovered,
       void_reason, subscriber, period, digital_no, number)
SELECT hall_id, 2, 1000001, row_no, row_no + 1,
       invoice_code || chr(31) || invoice_no || chr(31) || at, left(issued_at, 10)::date,
       invoice_code, invoice_no, at, clerk, (amount::numeric * 100)::bigint, status, 'txn', txn_no,
       original_code, original_no, NULL, NULL, NULLIF(copies, '')::bigint,
       NULLIF(copies_recovered, '')::bigint, void_reason, '', '', '', invoice_no::bigint
  FROM (SELECT *, (EXTRACT(EPOCH FROM (issued_at || '+08')::timestamptz) * 1000000)::bigint AS at
          FROM raw) r
"""
BATCHES = f"""
INSERT INTO intakes (hall_id, event_no, intake_no, kind, layout, business_date, file_name, sha256,
       mapping, mapping_version, row_count, repeated_count, sums, notes, at, person_id)
SELECT hall_id, 2, 1000001, 'invoices', 'hall', DATE '{LAST}', 'invoices.csv', '{HASH}', '', '',
       COUNT(*), 0, '{{}}', '[]', 1, 0 FROM evidence_invoices GROUP BY hall_id;
INSERT INTO intake_sources (hall_id, event_no, intake_no, source_no, source, business_date,
       row_count, sum_fen)
SELECT hall_id, 2, 1000001, row_number() OVER (PARTITION BY hall_id ORDER BY business_date),
       'invoices', business_date, COUNT(*), SUM(amount)
  FROM evidence_invoices GROUP BY hall_id, business_date;
INSERT INTO events (hall_id, event_no, at, person_id, actor, act, subject, business_date, facts,
       contents, previous, hash)
SELECT h.hall_id, n, 1, 0, 'system:cli', 'act', 'subject', DATE '{LAST}', '{{}}', '{{}}', '{HASH}',
       '{HASH}' FROM hall_heads h, generate_series(2, 4) n;
"""
USE = f"""
CREATE TEMPORARY TABLE used AS
SELECT u.hall_id, u.id AS unit_id, u.account_id, e.number, e.invoice_no,
       CASE e.status WHEN 'void' THEN {VOID} WHEN 'red' THEN {RED} ELSE {ISSUED} END AS goal,
       row_number() OVER (PARTITION BY u.hall_id ORDER BY e.number) AS place
  FROM evidence_invoices e
  JOIN identifiers i ON i.kind = 'invoice' AND i.namespace = e.invoice_code
       AND i.value = e.invoice_no
  JOIN units u ON u.hall_id = i.holder_hall_id AND u.id = i.unit_id
  JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
 WHERE e.hall_id = i.holder_hall_id AND a.kind IN ('invoice_safe', 'invoice_clerk');
ANALYZE used;
CREATE TEMPORARY TABLE used_runs AS
SELECT hall_id, account_id, goal, MIN(invoice_no) AS first_no, MAX(invoice_no) AS last_no,
       COUNT(*) AS pieces, MIN(place) AS first_place,
       row_number() OVER (PARTITION BY hall_id ORDER BY MIN(invoice_no)) AS line_no
  FROM (SELECT *, number - row_number() OVER (PARTITION BY hall_id, account_id, goal
                                              ORDER BY number) AS run FROM used) r
 GROUP BY hall_id, account_id, goal, run;
INSERT INTO documents (hall_id, id, kind, state, number, business_date, revision, maker_id,
       amount_fen, required_roles, remark)
SELECT DISTINCT hall_id, 1000002, 'invoice_use', 'posted', '2026-PK-000001', DATE '{LAST}', 1, 0, 0,
       '', '' FROM used_runs;
INSERT INTO document_revisions (hall_id, event_no, document_id, revision, content, hash)
SELECT DISTINCT hall_id, 3, 1000002, 1, '{{}}', '{HASH}' FROM used_runs;
INSERT INTO document_lines (hall_id, event_no, document_id, revision, line_no, commodity_id,
       debit_account, credit_account, quantity, serial, serial_to)
SELECT hall_id, 3, 1000002, 1, line_no, 1, goal, account_id, pieces, first_no, last_no
  FROM used_runs;
INSERT INTO postings (hall_id, event_no, id, document_id, document_line, business_date,
       commodity_id, debit_account, credit_account, amount, unit_id)
SELECT u.hall_id, 4, 1000002 + u.place, 1000002, r.line_no, DATE '{LAST}', 1, u.goal, u.account_id,
       1, u.unit_id
  FROM used u
  JOIN used_runs r ON r.hall_id = u.hall_id AND r.account_id = u.account_id AND r.goal = u.goal
       AND u.invoice_no BETWEEN r.first_no AND r.last_no;
UPDATE units u SET account_id = w.goal FROM used w
 WHERE u.hall_id = w.hall_id AND u.id = w.unit_id;
INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)
SELECT DISTINCT hall_id, goal, 1, 1, 0 FROM used_runs;
UPDATE balances b SET amount = b.amount + m.change
  FROM (SELECT hall_id, account_id, SUM(change) AS change
          FROM (SELECT hall_id, goal AS account_id, pieces AS change FROM used_runs
                 UNION ALL SELECT hall_id, account_id, -pieces FROM used_runs) s
         GROUP BY hall_id, account_id) m
 WHERE b.hall_id = m.hall_id AND b.account_id = m.account_id;
UPDATE invoice_books b SET finished_on = DATE '{LAST}'
 WHERE NOT EXISTS (SELECT 1 FROM units u JOIN accounts a ON a.hall_id = u.hall_id
                    AND a.id = u.account_id AND a.kind IN ('invoice_safe', 'invoice_clerk')
                    WHERE u.hall_id = b.hall_id AND u.serial BETWEEN b.first_no AND b.last_no);
UPDATE hall_heads SET last_row = last_row + 1002, last_event = 4;
"""
# Opening, received, issued, red, void and closing of each hall as segments, of the month.
REPORT = f"""
SELECT hall_id, opening, closing, MIN(serial), MAX(serial), COUNT(*)
  FROM (SELECT n.*, number - row_number() OVER (PARTITION BY hall_id, opening, closing
                                                ORDER BY number) AS run
          FROM (SELECT u.hall_id, u.serial, u.serial::bigint AS number, a.kind AS closing,
                       c.kind AS opening
                  FROM units u
                  JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
                  JOIN (SELECT DISTINCT ON (hall_id, unit_id) hall_id, unit_id, credit_account
                          FROM postings
                         WHERE business_date BETWEEN DATE '{FIRST}' AND DATE '{LAST}'
                         ORDER BY hall_id, unit_id, id) p
                    ON p.hall_id = u.hall_id AND p.unit_id = u.id
                  JOIN accounts c ON c.hall_id = p.hall_id AND c.id = p.credit_account) n) r
 GROUP BY hall_id, opening, closing, run
"""


def register_bare(address: str, files: Sequence[bytes]) -> None:
    """Take the registers of all halls in and move their numbers; commits twice, as few as can be.

    The files are `files[0]` of hall 1, and so on.
    """
    with psycopg.connect(address) as connection:
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute(RAW)
        with connection.cursor().copy("COPY raw FROM STDIN (FORMAT csv, NULL '~')") as copy:
            for hall, content in enumerate(files, 1):
                rows = content.decode().splitlines()[1:]
                copy.write("".join(f"{hall},{no},{row}\n" for no, row in enumerate(rows, 1)))
        connection.execute("ANALYZE raw")
        connection.execute(EVIDENCE)
        connection.execute(BATCHES)
        raw_files = connection.cursor()
        raw_files.executemany(
            "INSERT INTO raw_files (hall_id, event_no, intake_no, content)"
            " VALUES (%s, 2, 1000001, %s)",
            [(hall, zlib.compress(content, 6)) for hall, content in enumerate(files, 1)],
        )
        connection.commit()
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute(USE)


def report_bare(address: str) -> dict[tuple[int, str, str], int]:
    """Give (hall, opening, closing) -> numbers, of the month's segments."""
    with psycopg.connect(address) as connection:
        connection.execute("SET LOCAL work_mem = '256MB'")
        found: dict[tuple[int, str, str], int] = {}
        for hall, opening, closing, *_, count in connection.execute(REPORT):
            key = (hall, opening, closing)
            found[key] = found.get(key, 0) + count
        return found
