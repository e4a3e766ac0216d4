"""Ranges of invoice forms received and drawn, as posted documents (DOMAIN INV-03, INV-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from invoices.errors import BookHeldByAnother, RangeOverlaps, RangeUnreadable, UnknownClerk
from invoices.form_lines import check_run, form_of
from invoices.models import InvoiceRange
from invoices.ranges import find_book, move_numbers, open_book
from ledger.accounts import Account, Commodity, open_account
from ledger.actors import Employment
from ledger.documents import Document, Line
from ledger.errors import BackofficeError
from ledger.organisations import Hall, business_date
from ledger.papers import PaperRefused, load_paper
from ledger.schema import EPOCH, MICROSECOND
from ledger.work import UnitOfWork


def load_invoice_ranges(
    uow: UnitOfWork,
    *,
    hall: Hall,
    date: dt.date,
    file_name: str,
    rows: Iterable[tuple[int, dict[str, Any]]],
) -> int:
    """Load the rows of `invoice_books`, given with their lines; gives how many documents were new.

    `date` serves ranges without a time of drawing. Raises PaperRefused naming file and line.
    """
    clerks = set(
        uow.session.scalars(select(Employment.number).where(Employment.hall_id == hall.id))
    )
    new = 0
    for line_no, row in rows:
        try:
            if row["clerk"] and row["clerk"] not in clerks:
                raise UnknownClerk(clerk=row["clerk"])
            new += _load_range(uow, hall, date, row)
        except BackofficeError as error:
            raise PaperRefused(file=file_name, line=line_no, reason=error) from error
    return new


def _load_range(uow: UnitOfWork, hall: Hall, date: dt.date, row: dict[str, Any]) -> int:
    first, last = _ends(row)
    known = uow.session.scalars(
        select(InvoiceRange)
        .where(
            InvoiceRange.hall_id == hall.id,
            InvoiceRange.invoice_code == row["invoice_code"],
            InvoiceRange.first_number <= last,
            InvoiceRange.last_number >= first,
        )
        .order_by(InvoiceRange.first_number)
    ).all()
    if known:
        return _draw_known(uow, hall, date, row, known)
    commodity = form_of(uow, row["invoice_code"])
    source = open_account(uow, hall.id, "department")
    document = load_paper(
        uow,
        hall=hall,
        kind="invoice_draw" if row["clerk"] else "invoice_receipt",
        paper_no=f"{row['invoice_code']}/{row['first_no']}",
        paper_date=_paper_date(row, date),
        lines=_opening_lines(uow, hall, commodity, source, row),
    )
    assert document is not None, "the range is new, so its paper is"
    open_book(
        uow,
        hall=hall,
        invoice_code=row["invoice_code"],
        first_no=row["first_no"],
        last_no=row["last_no"],
        carrier=row["carrier"],
        received_on=document.business_date,
        document_id=document.id,
        clerk=row["clerk"],
        used_to=int(row["used_to"]) if row["used_to"] else None,
        drawn_at=_drawn_at(row),
    )
    return 1


def _draw_known(
    uow: UnitOfWork, hall: Hall, date: dt.date, row: dict[str, Any], known: Sequence[InvoiceRange]
) -> int:
    """The same range again: the same is ignored, one from the safe is drawn by the clerk named.

    What a document made here has moved since is no news: the file says where it was before.
    """
    book = find_book(uow, hall, row["invoice_code"], row["first_no"])
    ends = (row["first_no"], row["last_no"])
    one_book = {held.book_id for held in known} == {book.id if book else 0}
    if (
        book is None
        or not one_book
        or ends
        not in (
            (book.first_no, book.last_no),
            (known[0].first_no, known[-1].last_no),
        )
    ):
        other = f"{known[0].first_no}–{known[0].last_no}"
        raise RangeOverlaps(first=row["first_no"], last=row["last_no"], other=other)
    holders = {held.clerk for held in known}
    in_safe = all(held.place == "safe" for held in known)
    if row["clerk"] in holders or (not in_safe and _moved_here(uow, hall, known)):
        return 0
    if not in_safe or not row["clerk"]:
        holder = ", ".join(sorted(holders - {""}))
        raise BookHeldByAnother(
            first=row["first_no"], last=row["last_no"], holder=holder, clerk=row["clerk"]
        )
    commodity = form_of(uow, row["invoice_code"])
    unused = _unused_from(row)
    line = Line(
        commodity,
        open_account(uow, hall.id, "invoice_clerk", row["clerk"]),
        open_account(uow, hall.id, "invoice_safe"),
        int(row["last_no"]) - int(unused) + 1,
        unused,
        row["last_no"],
    )
    document = load_paper(
        uow,
        hall=hall,
        kind="invoice_draw",
        paper_no=f"{row['invoice_code']}/{row['first_no']}",
        paper_date=_paper_date(row, date),
        lines=[line],
    )
    assert document is not None, "the range was not drawn yet, so its paper is new"
    move_numbers(
        uow,
        hall=hall,
        book=book,
        first_number=known[0].first_number,
        last_number=known[-1].last_number,
        place="clerk",
        clerk=row["clerk"],
        document_id=document.id,
        at=_drawn_at(row),
    )
    return 1


def _moved_here(uow: UnitOfWork, hall: Hall, known: Sequence[InvoiceRange]) -> bool:
    """Tell whether a document that was not loaded brought one of these runs where it is."""
    made = select(Document.id).where(
        Document.hall_id == hall.id,
        Document.id.in_({held.document_id for held in known}),
        Document.paper_no.is_(None),
    )
    return uow.session.scalar(made.limit(1)) is not None


def _opening_lines(
    uow: UnitOfWork, hall: Hall, commodity: Commodity, source: Account, row: dict[str, Any]
) -> list[Line]:
    """Numbers up to `used_to` are used already; the rest is in the clerk's custody or the safe."""
    custody = (
        open_account(uow, hall.id, "invoice_clerk", row["clerk"])
        if row["clerk"]
        else open_account(uow, hall.id, "invoice_safe")
    )
    first, last, unused = row["first_no"], row["last_no"], _unused_from(row)
    lines = []
    if unused != first:
        used = open_account(uow, hall.id, "invoice_used")
        lines.append(Line(commodity, used, source, int(unused) - int(first), first, row["used_to"]))
    if int(unused) <= int(last):
        lines.append(Line(commodity, custody, source, int(last) - int(unused) + 1, unused, last))
    return lines


def _drawn_at(row: dict[str, Any]) -> dt.datetime | None:
    return None if row["drawn_at"] is None else EPOCH + row["drawn_at"] * MICROSECOND


def _unused_from(row: dict[str, Any]) -> str:
    first = str(row["first_no"])
    if not row["used_to"]:
        return first
    return f"{int(row['used_to']) + 1:0{len(first)}d}"


def _ends(row: dict[str, Any]) -> tuple[int, int]:
    first, last = check_run(row["first_no"], row["last_no"], row["count"])
    used = row["used_to"]
    if used and not (used.isascii() and used.isdigit() and first <= int(used) <= last):
        raise RangeUnreadable(first=row["first_no"], last=used, count=row["count"])
    return first, last


def _paper_date(row: dict[str, Any], date: dt.date) -> dt.date:
    return date if row["drawn_at"] is None else business_date(row["drawn_at"])
