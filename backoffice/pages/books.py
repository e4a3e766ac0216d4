"""The desk of forms: the list of books, and one book as a strip of its numbers by state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.form_asked import NO_CODE, code_named
from backoffice.pages.book_doors import doors_of_book
from backoffice.pages.book_papers import (
    cell_words,
    documents_of_numbers,
    findings_of_book,
    numbers_found,
    voids_asked,
)
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.form_pages import FORM_AREAS, LOOK, show_forms
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.rows import PAGE_ROWS
from backoffice.pages.shell import person_names
from backoffice.pages.strip_rows import (
    LETTERS,
    StripRow,
    make_strip,
    number_to_open,
    whole_row,
)
from invoices.book_lists import (
    BOOK_STATES,
    BookView,
    UnknownBook,
    find_book,
    list_books,
    view_books,
)
from invoices.book_runs import BLANK, STATES, part_of
from invoices.covers import current_voids, latest_version, read_cover
from invoices.kinds import CARRIERS
from invoices.models import InvoiceBook, InvoiceRange
from invoices.ranges import find_book as book_with_number
from invoices.ranges import ranges_of
from ledger.actors import names_of, own_numbers
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.documents import STATES as DOCUMENT_STATES
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.waiting import signer_name, unsigned_documents

BOOKS = Text("票本", "Books of forms")
SHOWN_RUNS = 300
PLACES: dict[str, Text] = {
    "safe": Text("票据保险柜", "Invoice safe"),
    "clerk": Text("营业员", "Clerk"),
    "returned": Text("已交上级", "Back at the department"),
    "lost": Text("丢失", "Lost"),
}
BOOK_LOOK = {
    "kept": ("circle", "quiet"),
    "in_use": ("play-fill", "good"),
    "finished": ("hourglass-split", "wait"),
    "delivered": ("check-circle-fill", "good"),
    "returned": ("slash-circle", "quiet"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of books."""

    rows: list[tuple[BookView, StripRow]]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_ROWS))


@pages.get("/halls/<hall>/books")
@needs(*LOOK)
def show_books() -> str:
    """List the books: who has them, what became of their numbers, what is overdue."""
    asked = request.args
    state, holder = asked.get("state", ""), asked.get("holder", "")
    with reading() as uow:
        staff = names_of(uow, hall().id)
        books = list_books(
            uow,
            hall().id,
            code=asked.get("code", "").strip(),
            number=asked.get("number", "").strip(),
            done=state in ("all", "delivered", "returned"),
        )
        views = [view for view in view_books(uow, hall().id, books) if _wanted(view, state, holder)]
        page = max(1, min(asked.get("page", 1, type=int), -(-len(views) // PAGE_ROWS)))
        shown = views[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        return show_forms(
            uow,
            "pages/books.html",
            page="books",
            title=BOOKS,
            listed=Listed(
                [(view, whole_row(view.runs, len(view.book.first_no))) for view in shown],
                len(views),
                page,
            ),
            left=sum(view.left for view in views),
            used=sum(view.used for view in views),
            holders=_holders(views, staff),
            waiting=_waiting(uow, staff),
            kinds=DOCUMENT_KINDS,
            states=BOOK_STATES,
            number_states=STATES,
            letters=LETTERS,
            chip_of=chip_of,
            carriers=dict(CARRIERS),
            names=staff,
        )


@pages.get("/halls/<hall>/books/<code>/<first>")
@needs(*LOOK)
def show_book(code: str, first: str) -> str:
    """Show one book: its strip opened at a number, custody along it, papers and findings."""
    invoice_code = code_named(code)
    at, state = request.args.get("at", type=int), request.args.get("state", "")
    with reading() as uow:
        book = find_book(uow, hall().id, invoice_code, first)
        view = view_books(uow, hall().id, [book])[0]
        ranges = ranges_of(uow, book)
        staff = names_of(uow, hall().id)
        asked = at is not None and book.first_number <= at <= book.last_number
        opened = at if at is not None and asked else number_to_open(view.runs)
        strip = make_strip(view.runs, ranges, len(book.first_no), at=opened, asked=asked)
        papers = documents_of_numbers(
            uow, hall().id, book.invoice_code, book.first_no, book.last_no
        )
        findings = findings_of_book(uow, hall().id, book) if allowed("audit", "view") else []
        return show_forms(
            uow,
            "pages/book.html",
            page="books",
            title=Text(f"票本 {book.first_no}", f"Book {book.first_no}"),
            trail=((BOOKS, url_for("pages.show_books", hall=hall().code)),),
            view=view,
            book=book,
            strip=strip,
            told=cell_words(uow, hall().id, view, strip, staff),
            marked=numbers_found(findings, strip),
            asked=voids_asked(uow, hall().id, book),
            runs_shown=[run for run in view.runs if run.state == state][:SHOWN_RUNS],
            run_state=state if state in view.counts else "",
            ranges=[(held, _left(view, held)) for held in ranges[:SHOWN_RUNS]],
            range_count=len(ranges),
            papers=papers,
            papers_by_id={paper.id: paper for paper in papers},
            kinds=DOCUMENT_KINDS,
            paper_chip=lambda one: (*STATE_CHIPS[one.state], DOCUMENT_STATES[one.state]),
            persons=person_names(uow, {paper.maker_id for paper in papers}),
            findings=findings,
            doors=doors_of_book(view, own_numbers(uow, hall().id)),
            cover=cover_of(uow, book),
            chip_of=chip_of,
            carriers=dict(CARRIERS),
            number_states=STATES,
            places=PLACES,
            letters=LETTERS,
            names=staff,
        )


@pages.get("/halls/<hall>/books/<code>/numbers/<number>")
@needs(*LOOK)
def open_book_at(code: str, number: str) -> Response:
    """Lead to the book a number lies in, opened there."""
    invoice_code = code_named(code)
    with reading() as uow:
        book = book_with_number(uow, hall(), invoice_code, number)
        if book is None:
            raise UnknownBook(number=f"{invoice_code} {number}".strip())
        return redirect(book_url(book, number))


def book_url(book: InvoiceBook, number: str = "") -> str:
    """Give the address of a book, opened at a number where one is named."""
    return url_for(
        "pages.show_book",
        hall=hall().code,
        code=book.invoice_code or NO_CODE,
        first=book.first_no,
        at=number or None,
        _anchor=f"n{number}" if number else None,
    )


def chip_of(view: BookView) -> tuple[str, str, Text]:
    """Give icon, tone and word of a book's state; overdue stubs are said first."""
    late = view.days_late(g.today)
    if late:
        return (
            "exclamation-octagon-fill",
            "bad",
            Text(f"存根逾期 {late} 天", f"Stubs {late} d late"),
        )
    return (*BOOK_LOOK[view.state], BOOK_STATES[view.state])


def cover_of(uow: UnitOfWork, book: InvoiceBook) -> tuple[int, int]:
    """Give the latest version of a book's cover, and how many void numbers it does not list."""
    latest = latest_version(uow, book)
    voids = {line.number for line in current_voids(uow, book)}
    if not latest:
        return 0, len(voids)
    cover = read_cover(uow, hall=hall(), code=book.invoice_code, no=book.first_no)
    return latest, len(voids - {line.number for line in cover.lines})


def _wanted(view: BookView, state: str, holder: str) -> bool:
    if holder and holder not in view.holders:
        return False
    if state == "overdue":
        return view.days_late(g.today) > 0
    if not state:
        return view.state != "returned"
    return state in ("all", view.state)


def _holders(views: Iterable[BookView], staff: Mapping[str, str]) -> list[tuple[str, str]]:
    held = sorted({holder for view in views for holder in view.holders})
    return [(one, f"{one} {staff.get(one, '')}".strip()) for one in held]


def _left(view: BookView, held: InvoiceRange) -> int:
    part = part_of(view.runs, held.first_number, held.last_number)
    return sum(run.count for run in part if run.state in BLANK)


def _waiting(uow: UnitOfWork, staff: dict[str, str]) -> list[tuple[Document, list[Text]]]:
    """Documents of forms that wait for a signature, and whose."""
    return [
        (one.document, [signer_name(signer, staff) for signer in one.signers])
        for one in unsigned_documents(uow, hall(), FORM_AREAS)
    ]
