"""Halls with books of forms in clerks' hands, and a month's register of each as a file.

Each hall has twelve books of a hundred numbers, two or three with each of five clerks, and uses the
first thousand of them from the first of the month to the last. Every ninetieth is void, every two
hundredth a red letter of the one before. Made in the database itself, past the chain of events.
"""

from __future__ import annotations

import datetime as dt

import psycopg

from ledger.times import HALL_TIME

FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
CODE = "044002600104"
CLERKS, BOOKS, BOOK = 5, 12, 100
USED = 1_000
VOID_EACH, RED_EACH = 90, 200
COLUMNS = (
    *("invoice_code", "invoice_no", "issued_at", "clerk", "amount", "status", "txn_no"),
    *("original_code", "original_no", "copies", "copies_recovered", "void_reason"),
)
HASH = "0" * 64
CREATED = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)
SAFE, DEPARTMENT, ISSUED, RED, VOID = 1, 2, 3, 4, 5
"""Numbers of accounts; a clerk's is ten and his own."""

FILL = f"""
INSERT INTO organisations (id, code, name, level)
SELECT h, 'H' || h, 'Hall ' || h, 'hall' FROM generate_series(1, %(halls)s) h;
INSERT INTO halls (id, code, name, books_open_on)
SELECT h, 'H' || h, 'Hall ' || h, DATE '{FIRST}' FROM generate_series(1, %(halls)s) h;
INSERT INTO hall_heads (hall_id, last_row, last_event, head_hash)
SELECT h, 1000000, 1, '{HASH}' FROM generate_series(1, %(halls)s) h;
INSERT INTO hall_days (hall_id, business_date, data_status, audit_status, hall_status,
       sources_stated)
SELECT h, DATE '{FIRST}' + d, 'expected', 'unaudited', 'working', 0
  FROM generate_series(1, %(halls)s) h, generate_series(0, 29) d;
INSERT INTO commodities (id, code, name, category, tracking, unit)
VALUES (1, 'INV:{CODE}', 'forms', 'invoice_form', 'serial', '');
INSERT INTO accounts (hall_id, id, kind, holder, side)
SELECT h, id, kind, '', side FROM generate_series(1, %(halls)s) h,
       (VALUES ({SAFE}, 'invoice_safe', 1), ({DEPARTMENT}, 'department', 0),
               ({ISSUED}, 'invoice_issued', 1), ({RED}, 'invoice_red', 1),
               ({VOID}, 'invoice_void', 1)) known (id, kind, side)
 UNION ALL
SELECT h, 10 + c, 'invoice_clerk', 'A0' || c, 1
  FROM generate_series(1, %(halls)s) h, generate_series(1, {CLERKS}) c;
CREATE TEMPORARY TABLE books AS
SELECT h, b, h * {BOOKS * BOOK} + b * {BOOK} + 1 AS low, 10 + b %% {CLERKS} + 1 AS account
  FROM generate_series(1, %(halls)s) h, generate_series(0, {BOOKS - 1}) b;
INSERT INTO documents (hall_id, id, kind, state, number, business_date, revision, maker_id,
       amount_fen, required_roles, remark)
SELECT h, 1, 'invoice_draw', 'posted', '2026-PL-000001', DATE '{FIRST}', 1, 0, 0, '', ''
  FROM generate_series(1, %(halls)s) h;
INSERT INTO invoice_books (hall_id, id, invoice_code, first_number, last_number, first_no, last_no,
       carrier, form_kind, received_on, document_id)
SELECT h, 1000 + b, '{CODE}', low, low + {BOOK - 1}, lpad(low::text, 8, '0'),
       lpad((low + {BOOK - 1})::text, 8, '0'), 'book', '', DATE '{FIRST}', 1 FROM books;
INSERT INTO invoice_ranges (hall_id, id, invoice_code, first_number, last_number, first_no, last_no,
       carrier, book_id, place, clerk, document_id)
SELECT h, 2000 + b, '{CODE}', low, low + {BOOK - 1}, lpad(low::text, 8, '0'),
       lpad((low + {BOOK - 1})::text, 8, '0'), 'book', 1000 + b, 'clerk', 'A0' || account - 10, 1
  FROM books;
INSERT INTO units (hall_id, id, commodity_id, account_id, serial, opened_on, closed)
SELECT h, 10000 + b * {BOOK} + n, 1, account, lpad((low + n)::text, 8, '0'), DATE '{FIRST}', 0
  FROM books, generate_series(0, {BOOK - 1}) n;
INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)
SELECT 'invoice', '{CODE}', serial, hall_id, id FROM units;
INSERT INTO postings (hall_id, event_no, id, document_id, document_line, business_date,
       commodity_id, debit_account, credit_account, amount, unit_id)
SELECT hall_id, 1, id + 100000, 1, 1, DATE '{FIRST}', 1, account_id, {DEPARTMENT}, 1, id FROM units;
INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)
SELECT hall_id, account_id, 1, 1, COUNT(*) FROM units GROUP BY hall_id, account_id
 UNION ALL SELECT hall_id, {DEPARTMENT}, 1, 0, -COUNT(*) FROM units GROUP BY hall_id;
"""


def make_form_month(address: str, halls: int) -> None:
    """Fill a migrated, empty database with halls whose forms are all blank in clerks' hands."""
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, {"halls": halls})
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def register_file(hall: int) -> bytes:
    """Give a hall's register of the month as its file: a row a number, in order of time."""
    lines = [",".join(COLUMNS)]
    start = dt.datetime.combine(FIRST, dt.time(9), HALL_TIME)
    for n in range(USED):
        number = hall * BOOKS * BOOK + n + 1
        # Thirty days of nine hours; a minute or so between two invoices.
        at = start + dt.timedelta(days=n * 30 // USED, seconds=n * 30 % USED * 32)
        front = f"{CODE},{number:08d},{at:%Y-%m-%d %H:%M:%S},A0{n // BOOK % CLERKS + 1}"
        fen = 1000 + n * 37 % 9000
        amount = f"{fen // 100}.{fen % 100:02d}"
        if n % VOID_EACH == VOID_EACH - 1:
            lines.append(f"{front},0.00,void,,,,3,3,misprint")
        elif n % RED_EACH == RED_EACH - 1:
            lines.append(f"{front},-{amount},red,,{CODE},{number - 1:08d},3,,")
        else:
            lines.append(f"{front},{amount},issued,T{hall:05d}{n:05d},,,3,,")
    return ("\n".join(lines) + "\n").encode()


def counts_of() -> tuple[int, int, int, int]:
    """Give how many numbers a hall has issued, red, void and blank when the month is over."""
    void = USED // VOID_EACH
    red = sum(
        1 for n in range(USED) if n % RED_EACH == RED_EACH - 1 and n % VOID_EACH != VOID_EACH - 1
    )
    return USED - void - red, red, void, BOOKS * BOOK - USED
