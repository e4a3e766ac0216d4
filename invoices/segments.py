"""Where each number of forms is, as the fewest segments: read from the units, never from runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork

BLANK = ("invoice_safe", "invoice_clerk")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of numbers of one book that are all in one account: its kind and holder."""

    invoice_code: str
    book_id: int
    first_no: str
    last_no: str
    count: int
    place: str
    holder: str

    @property
    def first_number(self) -> int:
        """The first number as an integer."""
        return int(self.first_no)

    @property
    def last_number(self) -> int:
        """The last number as an integer."""
        return int(self.last_no)

    def shown(self) -> str:
        """Give it as people write it: code and ends."""
        ends = self.first_no if self.count == 1 else f"{self.first_no}–{self.last_no}"
        return f"{self.invoice_code} {ends}".strip()


# Consecutive numbers less their place in line are one figure: the islands between the gaps.
_ISLANDS = """
SELECT SUBSTR(n.item, 5) AS invoice_code, n.book_id, MIN(n.value) AS first_no,
       MAX(n.value) AS last_no, COUNT(*) AS quantity, a.kind, a.holder
  FROM (SELECT u.serial AS value, u.account_id, b.id AS book_id, c.code AS item,
               CAST(u.serial AS BIGINT) - ROW_NUMBER() OVER (
                   PARTITION BY u.account_id, b.id ORDER BY u.serial) AS island
          FROM {source}
         WHERE {where}) n
  JOIN accounts a ON a.hall_id = :hall AND a.id = n.account_id
 GROUP BY n.item, n.book_id, n.account_id, a.kind, a.holder, n.island
 ORDER BY 1, 3
"""
# CROSS JOIN keeps SQLite to this order: from few rows, by keys, to many.
_OF_BOOK = """invoice_books b
       CROSS JOIN identifiers i
       CROSS JOIN units u
       JOIN commodities c ON c.id = u.commodity_id"""
_IS_OF_BOOK = """b.hall_id = :hall AND b.id = :book
           AND i.kind = 'invoice' AND i.namespace = b.invoice_code
           AND i.value BETWEEN b.first_no AND b.last_no AND LENGTH(i.value) = LENGTH(b.first_no)
           AND i.holder_hall_id + 0 = b.hall_id AND u.hall_id = b.hall_id AND u.id = i.unit_id"""
_IN_CUSTODY = """accounts p
       CROSS JOIN units u
       JOIN commodities c ON c.id = u.commodity_id
       JOIN invoice_books b ON b.hall_id = u.hall_id AND b.invoice_code = SUBSTR(c.code, 5)
            AND b.first_no = (
                SELECT k.first_no FROM invoice_books k
                 WHERE k.hall_id = u.hall_id AND k.invoice_code = SUBSTR(c.code, 5)
                   AND k.first_no <= u.serial AND LENGTH(k.first_no) = LENGTH(u.serial)
                 ORDER BY k.first_no DESC LIMIT 1)"""
_IS_BLANK = """p.hall_id = :hall AND p.kind IN ({kinds})
           AND u.hall_id = p.hall_id AND u.account_id = p.id AND u.closed = 0
           AND b.last_no >= u.serial"""
_OF_BOOK_IN_CUSTODY = f"{_OF_BOOK} JOIN accounts p ON p.hall_id = b.hall_id AND p.id = u.account_id"
_UNREGISTERED = f""" AND NOT EXISTS (
    SELECT 1 FROM evidence_invoices e
     WHERE e.hall_id = b.hall_id AND e.invoice_code = b.invoice_code
       AND e.number = CAST(u.serial AS BIGINT) AND e.invoice_no = u.serial
       AND {CURRENT.format("e")})"""


def segments_of_book(uow: UnitOfWork, hall: Hall, book_id: int) -> list[Segment]:
    """Give every number of a book by where it is, in number order; the segments tile the book."""
    statement = _ISLANDS.format(source=_OF_BOOK, where=_IS_OF_BOOK)
    return _read(uow, statement, {"hall": hall.id, "book": book_id})


def blank_segments(
    uow: UnitOfWork,
    hall: Hall,
    *,
    places: Sequence[str] = BLANK,
    clerk: str | None = None,
    invoice_code: str | None = None,
    book_id: int | None = None,
    unregistered: bool = False,
) -> list[Segment]:
    """Give the hall's blank numbers by custody, a segment never across two books.

    `clerk` limits it to one holder. `unregistered` leaves out numbers that the current register
    tells of already, though their use is not posted yet.
    """
    kinds = ", ".join(f"'{place}'" for place in places if place in BLANK)
    source, where = _IN_CUSTODY, _IS_BLANK.format(kinds=kinds)
    values: dict[str, object] = {"hall": hall.id}
    if book_id is not None:
        source, where = _OF_BOOK_IN_CUSTODY, f"{_IS_OF_BOOK} AND p.kind IN ({kinds})"
        values["book"] = book_id
    if clerk is not None:
        where += " AND p.holder = :clerk"
        values["clerk"] = clerk
    if invoice_code is not None:
        where += " AND c.code = :code"
        values["code"] = f"INV:{invoice_code}"
    if unregistered:
        where += _UNREGISTERED
    return _read(uow, _ISLANDS.format(source=source, where=where), values)


def _read(uow: UnitOfWork, statement: str, values: dict[str, object]) -> list[Segment]:
    return [Segment(*row) for row in uow.session.execute(text(statement), values)]
