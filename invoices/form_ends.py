"""Codes that are out of date (换版), and halls that close: every blank goes back (INV-15).

A code whose end has come is neither received nor drawn; what is left of it in the hall is a task
until the last blank is handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from invoices.errors import FormOutOfDate, HallNotEmpty, UnknownForms
from invoices.form_lines import book_name, listed, shown
from invoices.models import FormEnd, InvoiceBook
from invoices.segments import Segment, blank_segments
from ledger.documents import Line
from ledger.events import record
from ledger.hall_days import HallClosing, end_days
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.work import UnitOfWork

COMING_IN = frozenset({"invoice_receipt", "invoice_draw", "invoice_exchange"})


@dataclass(frozen=True, slots=True)
class FormsLeft:
    """A code out of date of which the hall has blanks still, and where they are."""

    invoice_code: str
    ends_on: dt.date
    reason: str
    segments: tuple[Segment, ...]

    @property
    def count(self) -> int:
        """How many blanks are to be handed in."""
        return sum(segment.count for segment in self.segments)


def end_form(
    uow: UnitOfWork, *, hall: Hall, invoice_code: str, ends_on: dt.date, reason: str
) -> FormEnd:
    """Note from which day a code is out of date; naming it again sets another day.

    Raises UnknownForms for a code the hall never received, and NotPermitted.
    """
    require(uow, hall.id, "invoices", "end")
    lock_head(uow, hall.id)
    code = invoice_code.strip()
    received = uow.session.scalar(
        select(InvoiceBook.id)
        .where(InvoiceBook.hall_id == hall.id, InvoiceBook.invoice_code == code)
        .limit(1)
    )
    if received is None:
        raise UnknownForms(invoice_code=code or "-", no="-")
    end = uow.session.get(FormEnd, (hall.id, code))
    if end is None:
        end = FormEnd(hall_id=hall.id, invoice_code=code, ends_on=ends_on, reason=reason)
        uow.session.add(end)
    end.ends_on, end.reason = ends_on, reason.strip()
    with record(
        uow,
        hall_id=hall.id,
        act="form.ended",
        subject=f"form:{code}",
        facts={"ends_on": ends_on.isoformat(), "reason": end.reason},
    ):
        uow.session.flush()
    return end


def forms_to_hand_in(uow: UnitOfWork, hall: Hall, *, on: dt.date | None = None) -> list[FormsLeft]:
    """Give each code that is out of date by the day of which blanks are left, oldest end first."""
    day = on or uow.today
    ends = uow.session.scalars(
        select(FormEnd)
        .where(FormEnd.hall_id == hall.id, FormEnd.ends_on <= day)
        .order_by(FormEnd.ends_on, FormEnd.invoice_code)
    ).all()
    left = []
    for end in ends:
        segments = blank_segments(uow, hall, invoice_code=end.invoice_code)
        if segments:
            left.append(FormsLeft(end.invoice_code, end.ends_on, end.reason, tuple(segments)))
    return left


def check_in_date(
    uow: UnitOfWork, hall: Hall, kind: str, lines: Sequence[Line], *, on: dt.date
) -> None:
    """Refuse to bring forms in, or give them out, whose code is out of date; FormOutOfDate."""
    if kind not in COMING_IN:
        return
    codes = {line.commodity.code.partition(":")[2] for line in lines}
    end = uow.session.scalar(
        select(FormEnd)
        .where(FormEnd.hall_id == hall.id, FormEnd.invoice_code.in_(codes), FormEnd.ends_on <= on)
        .limit(1)
    )
    if end is not None:
        raise FormOutOfDate(invoice_code=end.invoice_code, date=end.ends_on)


def close_hall(
    uow: UnitOfWork, *, hall: Hall, reason: str, on: dt.date | None = None
) -> HallClosing:
    """Close a hall for good after a day, today if none is given: no later day takes a posting.

    Raises HallNotEmpty, listing the segments of its blanks and the books whose stubs are not
    delivered, and NotPermitted.
    """
    require(uow, hall.id, "halls", "close")
    lock_head(uow, hall.id)
    blanks = blank_segments(uow, hall)
    books = books_with_stubs(uow, hall)
    if blanks or books:
        raise HallNotEmpty(
            hall=hall.code,
            blanks=sum(segment.count for segment in blanks),
            segments=shown(blanks) if blanks else "-",
            books=listed([book_name(book) for book in books]) if books else "-",
        )
    closing = end_days(uow, hall.id, after=on or uow.today, reason=reason.strip())
    with record(
        uow,
        hall_id=hall.id,
        act="hall.closed",
        subject=f"hall:{hall.code}",
        business_date=closing.closed_on,
        facts={"reason": closing.reason},
    ):
        uow.session.flush()
    return closing


def books_with_stubs(uow: UnitOfWork, hall: Hall) -> list[InvoiceBook]:
    """Give the books of which a number was used here and whose stubs are not delivered."""
    ids = uow.session.scalars(text(_UNDELIVERED), {"hall": hall.id}).all()
    books = uow.session.scalars(
        select(InvoiceBook)
        .where(InvoiceBook.hall_id == hall.id, InvoiceBook.id.in_(ids))
        .order_by(InvoiceBook.invoice_code, InvoiceBook.first_number)
    )
    return list(books)


# CROSS JOIN keeps SQLite to this order: a book's numbers first, each by its keys.
_UNDELIVERED = """
SELECT b.id
  FROM invoice_books b
 WHERE b.hall_id = :hall AND b.stubs_document_id IS NULL
   AND EXISTS (SELECT 1
                 FROM identifiers i
                CROSS JOIN units u
                 JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
                WHERE i.kind = 'invoice' AND i.namespace = b.invoice_code
                  AND i.value BETWEEN b.first_no AND b.last_no
                  AND LENGTH(i.value) = LENGTH(b.first_no) AND i.holder_hall_id + 0 = b.hall_id
                  AND u.hall_id = b.hall_id AND u.id = i.unit_id
                  AND a.kind IN ('invoice_used', 'invoice_issued', 'invoice_red', 'invoice_void'))
"""
