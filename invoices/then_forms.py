"""What the log says that books, their runs, voids and red letters were before an event."""

from __future__ import annotations

import invoices.mark_tables  # noqa: F401  the tables told of here
import ledger.audit.then_books  # noqa: F401  documents and units are laid before the forms
from invoices.ranges import PLACES
from ledger.audit.as_then import columns, register_then

_KINDS = f"({', '.join(repr(kind) for kind in PLACES)})"
_NAMED_PLACES = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in PLACES.items())
_PLACE = f"CASE a.kind {_NAMED_PLACES} END"
_CLERK = "CASE a.kind WHEN 'invoice_clerk' THEN a.holder ELSE '' END"

_STUBS_KNOWN = """EXISTS (SELECT 1 FROM documents k WHERE k.hall_id = b.hall_id
                 AND k.id = b.stubs_document_id AND k.state IN ('posted', 'reversed'))"""
_BOOK_UNITS = """FROM commodities k
         JOIN units u ON u.hall_id = b.hall_id AND u.commodity_id = k.id
              AND u.serial >= b.first_no AND u.serial <= b.last_no
              AND length(u.serial) = length(b.first_no)"""
_HAS_BLANK = f"""EXISTS (SELECT 1 {_BOOK_UNITS} AND u.closed = 0
         JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
              AND a.kind IN ('invoice_safe', 'invoice_clerk')
        WHERE k.code = 'INV:' || b.invoice_code)"""
_LAST_USED = f"""(SELECT MAX(p.business_date) {_BOOK_UNITS}
         JOIN postings p ON p.hall_id = u.hall_id AND p.unit_id = u.id
        WHERE k.code = 'INV:' || b.invoice_code)"""
# A book with a blank again since its stubs came stays finished.
_FINISHED = f"""CASE WHEN {_HAS_BLANK} AND NOT {_STUBS_KNOWN} THEN NULL
            ELSE COALESCE(b.finished_on, {_LAST_USED}) END"""

register_then(
    "invoice_books",
    f"""
SELECT {
        columns(
            "invoice_books",
            "b",
            finished_on=_FINISHED,
            stubs_on=f"CASE WHEN {_STUBS_KNOWN} THEN b.stubs_on END",
            stubs_document_id=f"CASE WHEN {_STUBS_KNOWN} THEN b.stubs_document_id END",
        )
    }
  FROM {{base}}.invoice_books b
  JOIN documents d ON d.hall_id = b.hall_id AND d.id = b.document_id
       AND d.state IN ('posted', 'reversed')
 WHERE b.hall_id = {{hall}}""",
)

# Books of which a number was moved from hand to hand since.
_CUT_SINCE = f"""
SELECT DISTINCT b.id
  FROM {{base}}.postings p
  JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.debit_account AND a.kind IN {_KINDS}
  JOIN commodities k ON k.id = p.commodity_id
  JOIN {{base}}.units u ON u.hall_id = p.hall_id AND u.id = p.unit_id
  JOIN invoice_books b ON b.hall_id = p.hall_id AND k.code = 'INV:' || b.invoice_code
       AND u.serial >= b.first_no AND u.serial <= b.last_no
       AND length(u.serial) = length(b.first_no)
 WHERE p.hall_id = {{hall}} AND p.event_no >= {{before}}"""

# Each of their numbers with the movement that brought it where it was: what stays is noted once.
_MOVES = f"""
SELECT b.id AS book_id, CAST(u.serial AS BIGINT) AS number, {_PLACE} AS place, {_CLERK} AS clerk,
       p.document_id, p.document_line, p.event_no, p.id
  FROM invoice_books b
  JOIN commodities k ON k.code = 'INV:' || b.invoice_code
  JOIN units u ON u.hall_id = b.hall_id AND u.commodity_id = k.id
       AND u.serial >= b.first_no AND u.serial <= b.last_no
       AND length(u.serial) = length(b.first_no)
  JOIN postings p ON p.hall_id = u.hall_id AND p.unit_id = u.id
  JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.debit_account AND a.kind IN {_KINDS}
 WHERE b.id IN ({_CUT_SINCE})"""
_CHANGES = f"""
SELECT m.*, LAG(m.place || '/' || m.clerk) OVER (PARTITION BY m.book_id, m.number
                                                 ORDER BY m.event_no, m.id) AS before_it
  FROM ({_MOVES}) m"""
_STANDING = f"""
SELECT c.*, ROW_NUMBER() OVER (PARTITION BY c.book_id, c.number
                               ORDER BY c.event_no DESC, c.id DESC) AS back
  FROM ({_CHANGES}) c
 WHERE c.before_it IS NULL OR c.before_it <> c.place || '/' || c.clerk"""
_RUNS = f"""
SELECT s.*, s.number - ROW_NUMBER() OVER (
         PARTITION BY s.book_id, s.place, s.clerk, s.document_id, s.document_line
         ORDER BY s.number) AS run
  FROM ({_STANDING}) s WHERE s.back = 1"""
_PIECES = f"""
SELECT r.book_id, r.place, r.clerk, r.document_id, MIN(r.number) AS first_number,
       MAX(r.number) AS last_number
  FROM ({_RUNS}) r
 GROUP BY r.book_id, r.place, r.clerk, r.document_id, r.document_line, r.run"""

# Numbers that were used before these books opened are no units; they lie before the first that is.
_FIRST = """CASE WHEN r.first_number = MIN(r.first_number) OVER (PARTITION BY r.book_id)
            THEN b.first_number ELSE r.first_number END"""
_USED_TO = """(SELECT MAX(g.used_to) FROM {base}.invoice_ranges g
             WHERE g.hall_id = b.hall_id AND g.book_id = b.id)"""


def _padded(number: str) -> str:
    plain = f"CAST({number} AS TEXT)"
    return f"substr('000000000000000000' || {plain}, 19 + length({plain}) - length(x.first_no))"


_CUT = f"""
SELECT b.hall_id, r.first_number AS id, b.invoice_code, {_FIRST} AS first_number, r.last_number,
       b.first_no, b.last_no, b.carrier, b.id AS book_id, r.place, r.clerk,
       {_USED_TO} AS used_to, CAST(NULL AS BIGINT) AS drawn_at, r.document_id
  FROM ({_PIECES}) r JOIN invoice_books b ON b.id = r.book_id"""

register_then(
    "invoice_ranges",
    f"""
SELECT {columns("invoice_ranges", "g")}
  FROM {{base}}.invoice_ranges g
  JOIN invoice_books b ON b.hall_id = g.hall_id AND b.id = g.book_id
 WHERE g.hall_id = {{hall}} AND g.book_id NOT IN ({_CUT_SINCE})
 UNION ALL
SELECT {
        columns(
            "invoice_ranges",
            "x",
            first_no=_padded("x.first_number"),
            last_no=_padded("x.last_number"),
            used_to="CASE WHEN x.used_to >= x.first_number THEN"
            " CASE WHEN x.used_to > x.last_number THEN x.last_number ELSE x.used_to END END",
        )
    }
  FROM ({_CUT}) x""",
)

# A void is asked for while its document waits, and incomplete once copies were missing.
_VOID_STATE = """CASE d.state WHEN 'submitted' THEN 'asked' WHEN 'posted' THEN 'void'
            ELSE CASE WHEN v.state = 'void' THEN 'asked' ELSE v.state END END"""
register_then(
    "invoice_voids",
    f"""
SELECT {columns("invoice_voids", "v", state=_VOID_STATE)}
  FROM {{base}}.invoice_voids v
  JOIN documents d ON d.hall_id = v.hall_id AND d.id = v.document_id
 WHERE v.hall_id = {{hall}}""",
)

# What brings a side of a red letter is named in the event that linked it.
_NAMED = """CASE WHEN EXISTS (
              SELECT 1 FROM events e
               WHERE e.hall_id = r.hall_id
                 AND e.subject = 'invoice:' || r.invoice_code || '/' || r.invoice_no
                 AND replace(e.facts, '"' || r.{side} || '"', '') <> e.facts)
            THEN r.{side} ELSE '' END"""
register_then(
    "red_letters",
    f"""
SELECT {
        columns(
            "red_letters",
            "r",
            **{
                side: _NAMED.replace("{side}", side)
                for side in ("refund_txn", "refund_document", "goods_document")
            },
        )
    }
  FROM {{base}}.red_letters r
 WHERE r.hall_id = {{hall}} AND EXISTS (
       SELECT 1 FROM events e
        WHERE e.hall_id = r.hall_id
          AND e.subject = 'invoice:' || r.invoice_code || '/' || r.invoice_no)""",
)
