"""What a form about invoice forms offers to choose from: people, blanks by book, used books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from backoffice.form_asked import NO_CODE
from backoffice.pages.door import actor, hall
from invoices.book_lists import list_books, view_books
from invoices.form_signers import HOLDERS, KEEPER
from invoices.models import InvoiceBook
from invoices.retention import retention_calendar
from invoices.segments import Segment, blank_segments
from ledger.actors import Employment, RoleGrant, names_of, own_numbers
from ledger.text import Text
from ledger.work import UnitOfWork

MOST_PICKS = 200


@dataclass(frozen=True, slots=True)
class Pick:
    """Blanks that can be moved in one piece: the rest of a bound book, or a run of continuous."""

    value: str
    invoice_code: str
    first_no: str
    last_no: str
    shown: str
    count: int
    carrier: str
    holder: str
    book: str


@dataclass(frozen=True, slots=True)
class UsedBook:
    """A book whose numbers are all used, and whether its stubs are overdue."""

    value: str
    shown: str
    finished: str
    days_late: int


def is_keeper() -> bool:
    """Tell whether the visitor keeps the hall's forms."""
    return KEEPER in actor().roles_in(hall().id)


def people(uow: UnitOfWork, *, own: bool = False) -> tuple[tuple[str, Text], ...]:
    """Give who may hold forms today, as choices; of a clerk's `own` numbers alone."""
    names, today = names_of(uow, hall().id), g.today
    numbers = uow.session.scalars(
        select(Employment.number)
        .join(
            RoleGrant,
            (RoleGrant.hall_id == Employment.hall_id) & (RoleGrant.number == Employment.number),
        )
        .where(
            Employment.hall_id == hall().id,
            Employment.kind == "person",
            Employment.valid_from <= today,
            Employment.valid_to >= today,
            RoleGrant.role.in_(HOLDERS),
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to >= today,
        )
        .distinct()
        .order_by(Employment.number)
    ).all()
    mine = own_numbers(uow, hall().id) if own and not is_keeper() else set(numbers)
    shown = ((number, f"{number} {names.get(number, '')}".strip()) for number in numbers)
    return tuple((number, Text(name, name)) for number, name in shown if number in mine)


def blanks(uow: UnitOfWork, place: str) -> list[Pick]:
    """Give the blanks of the safe, or of clerks: a clerk's own alone, the custodian's all."""
    segments = blank_segments(uow, hall(), places=(place,), unregistered=True)
    if place == "invoice_clerk" and not is_keeper():
        own = own_numbers(uow, hall().id)
        segments = [one for one in segments if one.holder in own]
    ids = {one.book_id for one in segments}
    books = {
        book.id: book
        for book in uow.session.scalars(
            select(InvoiceBook).where(InvoiceBook.hall_id == hall().id, InvoiceBook.id.in_(ids))
        )
    }
    groups: dict[tuple[object, ...], list[Segment]] = {}
    for one in segments:
        bound = books[one.book_id].carrier == "book"
        key = (one.book_id, one.holder) if bound else (one.book_id, one.holder, one.first_no)
        groups.setdefault(key, []).append(one)
    return [_pick(parts, books[parts[0].book_id]) for parts in groups.values()][:MOST_PICKS]


def used_books(uow: UnitOfWork) -> list[UsedBook]:
    """Give the books that are used up and not brought to the department, the oldest first."""
    views = view_books(uow, hall().id, list_books(uow, hall().id))
    found = [view for view in views if view.state == "finished"]
    found.sort(key=lambda view: (view.book.finished_on or g.today, view.book.first_no))
    return [
        UsedBook(
            _name(view.book.invoice_code, view.book.first_no),
            f"{view.book.invoice_code} {view.book.first_no}–{view.book.last_no}".strip(),
            str(view.book.finished_on or ""),
            view.days_late(g.today),
        )
        for view in found
    ]


def codes(uow: UnitOfWork) -> list[str]:
    """Give the codes of forms the hall has had, to choose one by typing."""
    query = select(InvoiceBook.invoice_code).where(InvoiceBook.hall_id == hall().id).distinct()
    return sorted(code for code in uow.session.scalars(query) if code)


def code_in_hand(uow: UnitOfWork, clerk: str) -> str:
    """Give the one code of which a clerk has blanks, '' where he has none or several."""
    held = blank_segments(uow, hall(), places=("invoice_clerk",), clerk=clerk)
    found = {one.invoice_code for one in held}
    return found.pop() if len(found) == 1 else ""


def _pick(parts: Sequence[Segment], book: InvoiceBook) -> Pick:
    runs = (one.first_no if one.count == 1 else f"{one.first_no}–{one.last_no}" for one in parts)
    first = parts[0]
    name = _name(first.invoice_code, first.first_no)
    return Pick(
        value=f"{name}/{first.holder}" if first.holder else name,
        invoice_code=first.invoice_code,
        first_no=first.first_no,
        last_no=parts[-1].last_no,
        shown="、".join(runs),
        count=sum(one.count for one in parts),
        carrier=book.carrier,
        holder=first.holder,
        book=_name(book.invoice_code, book.first_no),
    )


def _name(code: str, first_no: str) -> str:
    return f"{code or NO_CODE}/{first_no}"


def books_kept_over(uow: UnitOfWork) -> list[UsedBook]:
    """Give the books whose papers need not be kept any longer and are not destroyed yet."""
    return [
        UsedBook(
            kept.name,
            f"{kept.book.first_no}–{kept.book.last_no} {kept.book.invoice_code}".strip(),
            kept.last_on.isoformat(),
            0,
        )
        for kept in retention_calendar(uow, hall())
        if kept.destroyed_on is None and kept.kept_until < g.today
    ]
