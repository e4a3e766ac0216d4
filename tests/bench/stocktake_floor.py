"""A count of 100,000 serials as bare SQL: few statements, the same tables and constraints."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

TABLES = ("count_scans", "count_differences", "postings", "units", "balances")

RESOLVE = """
INSERT INTO floor_count_scans (hall_id, event_no, count_no, scan_no, round, person_id, at, act,
       value, serial, unit_hall, unit_id, commodity_id, quantity, verdict, undoes)
SELECT %(hall)s, 1, %(count)s, w.no, 1, 1, 1, 'scan', w.value, u.serial, u.hall_id,
       u.id, u.commodity_id, 1, 'taken', 0
  FROM wanted w
  JOIN identifiers i ON i.kind = 'imei' AND i.namespace = '' AND i.value = w.value
  JOIN floor_units u ON u.hall_id = i.holder_hall_id AND u.id = i.unit_id
"""
DIFFER = """
INSERT INTO floor_count_differences (hall_id, event_no, count_no, round, line_no, sort,
       commodity_id, unit_id, serial, quantity)
SELECT %(hall)s, 1, %(count)s, 1, row_number() OVER (), sort, commodity_id, unit_id, serial, 1
  FROM (SELECT 'missing' AS sort, u.commodity_id, u.id AS unit_id, u.serial
          FROM floor_units u
          LEFT JOIN floor_count_scans s ON s.hall_id = %(hall)s AND s.count_no = %(count)s
               AND s.unit_id = u.id
         WHERE u.hall_id = %(hall)s AND u.account_id = %(place)s AND s.unit_id IS NULL
         UNION ALL
        SELECT 'unexpected', s.commodity_id, s.unit_id, s.serial
          FROM floor_count_scans s
          JOIN floor_units u ON u.hall_id = %(hall)s AND u.id = s.unit_id
         WHERE s.hall_id = %(hall)s AND s.count_no = %(count)s AND u.account_id <> %(place)s) found
"""
POST = """
INSERT INTO floor_postings (hall_id, event_no, id, document_id, document_line, business_date,
       commodity_id, debit_account, credit_account, amount, unit_id)
SELECT %(hall)s, 1, %(count)s * 1000000 + d.line_no, %(count)s, d.line_no, DATE '2026-11-20',
       d.commodity_id,
       CASE WHEN d.sort = 'missing' THEN %(difference)s ELSE %(place)s END,
       CASE WHEN d.sort = 'missing' THEN %(place)s ELSE u.account_id END, 1, d.unit_id
  FROM floor_count_differences d JOIN floor_units u ON u.hall_id = %(hall)s AND u.id = d.unit_id
 WHERE d.hall_id = %(hall)s AND d.count_no = %(count)s
"""
MOVE = """
UPDATE floor_units u SET account_id = p.debit_account FROM floor_postings p
 WHERE p.hall_id = %(hall)s AND p.document_id = %(count)s
   AND u.hall_id = %(hall)s AND u.id = p.unit_id
"""
BALANCE = """
UPDATE floor_balances b SET amount = b.amount + m.change
  FROM (SELECT account_id, commodity_id, SUM(change) AS change
          FROM (SELECT debit_account AS account_id, commodity_id, amount AS change
                  FROM floor_postings WHERE hall_id = %(hall)s AND document_id = %(count)s
                 UNION ALL
                SELECT credit_account, commodity_id, -amount
                  FROM floor_postings WHERE hall_id = %(hall)s AND document_id = %(count)s) sides
         GROUP BY account_id, commodity_id) m
 WHERE b.hall_id = %(hall)s AND b.account_id = m.account_id AND b.commodity_id = m.commodity_id
"""
KEYS = """
SELECT sort, serial FROM {} WHERE hall_id = %(hall)s AND count_no = %(count)s AND round = 1
"""


def make_floor(address: str) -> None:
    """Copy the shape and rows of the tables a count reads and writes, indexes and checks too."""
    with psycopg.connect(address) as connection:
        for name in TABLES:
            connection.execute(f"CREATE TABLE floor_{name} (LIKE {name} INCLUDING ALL)")
        for name in ("units", "balances"):
            connection.execute(f"INSERT INTO floor_{name} SELECT * FROM {name}")
        connection.execute("ANALYZE")


def count_bare(address: str, codes: list[str], facts: Mapping[str, int]) -> None:
    """Take the codes down, compare, post what differs and commit.

    `facts` are the ids of hall, place and difference account, and the number of the count.
    """
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TEMPORARY TABLE wanted (no bigint, value text) ON COMMIT DROP")
        with connection.cursor().copy("COPY wanted FROM STDIN") as copy:
            copy.write("".join(f"{no}\t{code}\n" for no, code in enumerate(codes)))
        connection.execute("ANALYZE wanted")
        for statement in (RESOLVE, DIFFER, POST, MOVE, BALANCE):
            connection.execute(statement, facts)


def differences_of(address: str, table: str, facts: Mapping[str, int]) -> set[tuple[str, str]]:
    """Give (sort, serial) of each difference of a count."""
    with psycopg.connect(address) as connection:
        return set(connection.execute(KEYS.format(table), facts).fetchall())
