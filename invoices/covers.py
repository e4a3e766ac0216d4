"""Cover sheets (封面作废登记): every void number of a book, on its cover, in numbered versions.

Printing makes a new version when the void numbers have changed and else gives the latest again; old
versions stay readable. What the latest does not say yet is what the audit asks for (CHECKS P04).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from invoices.mark_errors import UnknownBook, UnknownCover
from invoices.mark_tables import CoverNumber, CoverSheet
from invoices.models import InvoiceBook
from invoices.ranges import find_book
from ledger.actors import Person
from ledger.events import record
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall, lock_head
from ledger.permissions import may, require
from ledger.rows import Row
from ledger.schema import Base, microseconds
from ledger.work import UnitOfWork

# A void that no later row of the number undoes.
_STANDS = f"""e.status = 'void' AND {CURRENT.format("e")}
   AND NOT EXISTS (SELECT 1 FROM evidence_invoices o
                    WHERE o.hall_id = e.hall_id AND o.invoice_code = e.invoice_code
                      AND o.number = e.number AND o.invoice_no = e.invoice_no
                      AND o.status <> 'void' AND {CURRENT.format("o")}
                      AND (o.issued_at > e.issued_at
                           OR (o.issued_at = e.issued_at
                               AND (o.intake_no > e.intake_no
                                    OR (o.intake_no = e.intake_no AND o.row_no > e.row_no)))))"""
_OF_BOOK = """e.hall_id = b.hall_id AND e.invoice_code = b.invoice_code
   AND e.number >= b.first_number AND e.number <= b.last_number
   AND length(e.invoice_no) = length(b.first_no)"""
_VOIDS = text(
    f"""
SELECT e.number, e.invoice_no, e.business_date, e.clerk, e.copies, e.copies_recovered, e.void_reason
  FROM invoice_books b JOIN evidence_invoices e ON {_OF_BOOK}
 WHERE b.hall_id = :hall AND b.id = :book AND {_STANDS}
 ORDER BY e.number, e.issued_at, e.intake_no, e.row_no
"""
)
_DUE = text(
    f"""
SELECT b.id, e.invoice_no
  FROM invoice_books b JOIN evidence_invoices e ON {_OF_BOOK}
 WHERE b.hall_id = :hall AND b.stubs_on IS NULL AND {_STANDS}
   AND NOT EXISTS (SELECT 1 FROM invoice_cover_numbers n
                    WHERE n.hall_id = b.hall_id AND n.book_id = b.id AND n.number = e.number
                      AND n.version = (SELECT MAX(c.version) FROM invoice_covers c
                                        WHERE c.hall_id = b.hall_id AND c.book_id = b.id))
 GROUP BY b.id, e.invoice_no
 ORDER BY b.id, e.invoice_no
"""
)
# What the latest cover still lists although it is void no longer: its void was undone.
_LIFTED = text(
    f"""
SELECT b.id, n.invoice_no
  FROM invoice_books b JOIN invoice_cover_numbers n ON n.hall_id = b.hall_id AND n.book_id = b.id
 WHERE b.hall_id = :hall AND b.stubs_on IS NULL
   AND n.version = (SELECT MAX(c.version) FROM invoice_covers c
                     WHERE c.hall_id = b.hall_id AND c.book_id = b.id)
   AND NOT EXISTS (SELECT 1 FROM evidence_invoices e
                    WHERE {_OF_BOOK} AND e.number = n.number AND {_STANDS})
 ORDER BY b.id, n.number
"""
)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One void number as a cover lists it; copies are None where the register does not say."""

    number: int
    invoice_no: str
    void_on: dt.date
    clerk: str
    copies: int | None
    copies_recovered: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Cover:
    """One version of a book's cover; `missing` are void numbers it does not list.

    `lifted` are those it lists that are void no longer, since their void was undone.
    """

    book: InvoiceBook
    version: int
    latest: int
    made_at: dt.datetime
    made_by: str
    lines: tuple[CoverLine, ...]
    missing: tuple[str, ...]
    lifted: tuple[str, ...]

    @property
    def covers_all(self) -> bool:
        """Whether the latest version says what the register says now."""
        return self.version == self.latest and not self.missing and not self.lifted


@dataclass(frozen=True, slots=True)
class CoverDue:
    """A book whose cover is to be printed anew: numbers it does not list, or should no longer."""

    book: InvoiceBook
    missing: tuple[str, ...]
    lifted: tuple[str, ...]


def print_cover(uow: UnitOfWork, *, hall: Hall, code: str, no: str) -> Cover:
    """Give the cover of the book that holds a number, as a new version where its voids changed.

    For who voids and who audits. Raises UnknownBook and NotPermitted.
    """
    if not may(uow, hall.id, "voids", "approve"):
        require(uow, hall.id, "voids", "submit")
    book = book_of(uow, hall, code, no)
    lock_head(uow, hall.id)
    now = current_voids(uow, book)
    latest = latest_version(uow, book)
    if latest == 0 or tuple(now) != _lines(uow, book, latest):
        latest += 1
        _keep(uow, book, latest, now)
    return read_cover(uow, hall=hall, code=code, no=no, version=latest)


def read_cover(
    uow: UnitOfWork, *, hall: Hall, code: str, no: str, version: int | None = None
) -> Cover:
    """Give a version of a book's cover, the latest if none is named; changes nothing.

    Raises UnknownBook and UnknownCover.
    """
    require(uow, hall.id, "forms", "view")
    book = book_of(uow, hall, code, no)
    latest = latest_version(uow, book)
    wanted = latest if version is None else version
    row = uow.session.execute(
        select(CoverSheet.made_at, Person.name)
        .outerjoin(Person, Person.id == CoverSheet.person_id)
        .where(
            CoverSheet.hall_id == hall.id,
            CoverSheet.book_id == book.id,
            CoverSheet.version == wanted,
        )
    ).first()
    if row is None:
        raise UnknownCover(code=code, first=book.first_no, version=wanted or 1)
    lines = _lines(uow, book, wanted)
    listed = {line.invoice_no for line in lines}
    void = {line.invoice_no for line in current_voids(uow, book)}
    return Cover(
        book,
        wanted,
        latest,
        row.made_at,
        row.name or "",
        lines,
        missing=tuple(sorted(void - listed)),
        lifted=tuple(sorted(listed - void)),
    )


def covers_due(uow: UnitOfWork, hall: Hall) -> list[CoverDue]:
    """Give the books kept here whose latest cover is not right any more, in order of arrival.

    It lacks a void number, or lists one whose void was undone. Books whose stubs are delivered are
    left out.
    """
    missing: dict[int, list[str]] = {}
    lifted: dict[int, list[str]] = {}
    for found, query in ((missing, _DUE), (lifted, _LIFTED)):
        for book_id, invoice_no in uow.session.execute(query, {"hall": hall.id}):
            found.setdefault(book_id, []).append(invoice_no)
    return [
        CoverDue(
            uow.session.get_one(InvoiceBook, (hall.id, book_id)),
            tuple(missing.get(book_id, ())),
            tuple(lifted.get(book_id, ())),
        )
        for book_id in sorted({*missing, *lifted})
    ]


def current_voids(uow: UnitOfWork, book: InvoiceBook) -> list[CoverLine]:
    """Give the numbers of a book that are void by the register now, in number order."""
    rows = uow.session.execute(_VOIDS, {"hall": book.hall_id, "book": book.id})
    lines: dict[int, CoverLine] = {}
    for row in rows:
        before = lines.get(row.number)
        line = CoverLine(
            row.number,
            row.invoice_no,
            dt.date.fromisoformat(str(row.business_date)),
            row.clerk,
            row.copies,
            row.copies_recovered,
            row.void_reason,
        )
        lines[row.number] = line if before is None else _joined(before, line)
    return list(lines.values())


def _joined(first: CoverLine, later: CoverLine) -> CoverLine:
    """Rows of one void are one: dated by the first, with what any of them states."""
    return CoverLine(
        first.number,
        first.invoice_no,
        first.void_on,
        first.clerk or later.clerk,
        later.copies if later.copies is not None else first.copies,
        later.copies_recovered if later.copies_recovered is not None else first.copies_recovered,
        later.reason or first.reason,
    )


def book_of(uow: UnitOfWork, hall: Hall, code: str, no: str) -> InvoiceBook:
    """Give the book that holds a number; raises UnknownBook."""
    book = find_book(uow, hall, code, no)
    if book is None:
        raise UnknownBook(code=code, first=no)
    return book


def latest_version(uow: UnitOfWork, book: InvoiceBook) -> int:
    """Give the number of a book's latest cover; 0 where none was printed."""
    latest = uow.session.scalar(
        select(func.max(CoverSheet.version)).where(
            CoverSheet.hall_id == book.hall_id, CoverSheet.book_id == book.id
        )
    )
    return latest or 0


def _lines(uow: UnitOfWork, book: InvoiceBook, version: int) -> tuple[CoverLine, ...]:
    rows = uow.session.scalars(
        select(CoverNumber)
        .where(
            CoverNumber.hall_id == book.hall_id,
            CoverNumber.book_id == book.id,
            CoverNumber.version == version,
        )
        .order_by(CoverNumber.number)
    )
    return tuple(
        CoverLine(
            row.number,
            row.invoice_no,
            row.void_on,
            row.clerk,
            row.copies,
            row.copies_recovered,
            row.reason,
        )
        for row in rows
    )


def _keep(uow: UnitOfWork, book: InvoiceBook, version: int, lines: Sequence[CoverLine]) -> None:
    front = (book.id, version)
    numbers: list[Row] = [
        (
            *front,
            line.number,
            line.invoice_no,
            line.void_on.isoformat(),
            line.clerk,
            line.copies,
            line.copies_recovered,
            line.reason,
        )
        for line in lines
    ]
    tables = Base.metadata.tables
    with record(
        uow,
        hall_id=book.hall_id,
        act="cover.printed",
        subject=f"book:{book.invoice_code}/{book.first_no}",
        facts={"version": version, "voids": len(lines)},
    ) as event:
        head: Row = (*front, microseconds(uow.now), uow.actor.person_id, len(lines))
        event.insert(tables[CoverSheet.__tablename__], [head])
        if numbers:
            event.insert(tables[CoverNumber.__tablename__], numbers)
