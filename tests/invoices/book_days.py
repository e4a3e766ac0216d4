"""Short ways to make form documents in a test: receive, draw, hand over, and what is where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from invoices.finished_books import note_finished_books
from invoices.form_lines import form_of
from invoices.form_signing import sign_forms
from invoices.forms import FormLine, submit_forms
from invoices.ranges import find_book, ranges_of
from invoices.segments import blank_segments
from ledger.accounts import open_account
from ledger.documents import Document, Line, draft_document
from ledger.lifecycle import advance
from tests.builders import DAY, NOW, OpenHall


def code_for(hall: OpenHall, front: str = "04400190") -> str:
    """Give a code no other hall of these tests has."""
    return f"{front}{hall.id:04d}"


def make(
    hall: OpenHall,
    who: str,
    kind: str,
    *lines: FormLine,
    signers: Sequence[str] = (),
    facts: Mapping[str, str] | None = None,
    books: Sequence[str] = (),
    on: dt.date | None = DAY,
    now: dt.datetime = NOW,
) -> Document:
    """Submit a document and have it signed by each signer in turn."""
    with hall.work(who, now=now) as uow:
        document = submit_forms(
            uow,
            hall=hall.hall,
            kind=kind,
            lines=lines,
            facts=facts or {},
            books=books,
            on=on,
        )
        number = document.number or ""
    for signer in signers:
        with hall.work(signer, now=now) as uow:
            document = sign_forms(uow, hall=hall.hall, number=number)
    return document


def run(
    hall: OpenHall,
    first: str,
    last: str = "",
    *,
    count: int = 0,
    clerk: str = "",
    to_clerk: str = "",
) -> FormLine:
    """Give a line of the hall's own code; nothing is counted unless `count` is given."""
    return FormLine(code_for(hall), first, last, count, clerk, to_clerk)


def receive(hall: OpenHall, first: str, last: str, carrier: str = "book", **facts: str) -> Document:
    """Receive a run from the department, its count being right."""
    line = run(hall, first, last, count=int(last) - int(first) + 1)
    return make(hall, "V01", "invoice_receipt", line, facts={"carrier": carrier, **facts})


def draw(hall: OpenHall, clerk: str, first: str, last: str = "") -> Document:
    """Draw a run from the safe, signed by the clerk."""
    line = run(hall, first, last, clerk=clerk)
    return make(hall, "V01", "invoice_draw", line, signers=[clerk])


def use(
    hall: OpenHall, first: str, last: str, *, clerk: str, state: str = "invoice_issued"
) -> None:
    """Post a run of a clerk's numbers as used, as the audit does from the register."""
    with hall.work("J01") as uow:
        form = code_for(hall)
        document = draft_document(uow, hall_id=hall.id, kind="invoice_use", business_date=DAY)
        line = Line(
            form_of(uow, form),
            open_account(uow, hall.id, state),
            open_account(uow, hall.id, "invoice_clerk", clerk),
            int(last) - int(first) + 1,
            first,
            last,
        )
        advance(uow, document, "submit", lines=[line])
        note_finished_books(uow, halls=[hall.id], date=DAY)


def blanks(hall: OpenHall) -> list[tuple[str, str, str]]:
    """Give first number, last number and place of each blank segment."""
    with hall.read() as uow:
        return [
            (one.first_no, one.last_no, f"{one.place} {one.holder}".strip())
            for one in blank_segments(uow, hall.hall)
        ]


def custody(hall: OpenHall, no: str) -> list[tuple[str, str, str]]:
    """Give the runs of the book that has a number."""
    with hall.read() as uow:
        book = find_book(uow, hall.hall, code_for(hall), no)
        assert book is not None
        return [
            (one.first_no, one.last_no, f"{one.place} {one.clerk}".strip())
            for one in ranges_of(uow, book)
        ]
