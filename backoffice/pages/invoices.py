"""The page of one invoice number: its state and place in its book, its papers, all it is linked to.

Who may only look at forms sees state, place and papers; what a customer bought and paid is for who
audits, and for the clerk whose number is on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from backoffice.form_asked import code_named
from backoffice.pages.book_doors import ActDoor, doors_of_number
from backoffice.pages.book_papers import cell_words, documents_of_numbers
from backoffice.pages.books import BOOKS, PLACES, book_url
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.form_pages import show_forms
from backoffice.pages.invoice_evidence import (
    Evidence,
    evidence_of,
    findings_of_number,
    lines_behind,
    payments_behind,
    ranges_holding,
    refunds_behind,
)
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.shell import day_url, person_names
from backoffice.pages.strip_rows import LETTERS, Strip, make_strip
from backoffice.pages.transactions import may_view_or_own
from invoices.book_lists import BookView, view_books
from invoices.book_runs import STATES, part_of
from invoices.ranges import find_book, ranges_of
from ledger.actors import names_of, own_numbers
from ledger.documents import DOCUMENT_KINDS
from ledger.documents import STATES as DOCUMENT_STATES
from ledger.errors import NotFound
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.work import UnitOfWork

AROUND = 12
NUMBER_LOOK = {
    "safe": ("circle", "quiet"),
    "held": ("circle", "quiet"),
    "gap": ("exclamation-octagon-fill", "bad"),
    "issued": ("check-circle-fill", "good"),
    "red": ("arrow-counterclockwise", "wait"),
    "void": ("slash-circle", "quiet"),
    "lost": ("exclamation-octagon-fill", "bad"),
    "returned": ("reply", "quiet"),
    "earlier": ("check2", "quiet"),
    "nowhere": ("exclamation-octagon-fill", "bad"),
}


class UnknownInvoice(NotFound):
    """A number neither registered nor drawn nor named by a line."""

    code = "unknown_invoice"
    text = Text(
        "没有号码为 {number} 的发票:未登记、未领用,也没有账目引用。请核对代码和号码。",
        "No invoice {number}: not registered, not drawn, named by no line. Check code and number.",
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is in its book: the book, the numbers beside it, and its state."""

    view: BookView
    strip: Strip
    told: dict[str, Text]
    state: str
    address: str


@pages.get("/halls/<hall>/invoices/<code>/<number>")
@needs(("forms", "view"), ("audit", "view"), ("audit", "answer"))
def show_invoice(code: str, number: str) -> str:
    """Show one number with its whole story."""
    invoice_code = code_named(code)
    with reading() as uow:
        return invoice_page(uow, invoice_code, number)


def invoice_page(uow: UnitOfWork, invoice_code: str, number: str) -> str:
    """Render the page of a number for the present visitor."""
    evidence = evidence_of(uow, invoice_code, number)
    drawn = ranges_holding(uow, invoice_code, number)
    if not (evidence.dated or evidence.refunds or drawn):
        raise UnknownInvoice(number=f"{invoice_code} {number}".strip())
    staff = names_of(uow, hall().id)
    whole = may_view_or_own(uow, evidence.clerks | {held.clerk for held in drawn})
    place = _place(uow, invoice_code, number, staff)
    if not whole and (place is None or not allowed("forms", "view")):
        raise NotPermitted(actor=uow.actor.label, action="view", area="audit")
    papers = documents_of_numbers(uow, hall().id, invoice_code, number, number)
    return show_forms(
        uow,
        "pages/invoice.html",
        page="",
        title=Text(f"发票 {number}", f"Invoice {number}"),
        trail=_trail(evidence, place),
        invoice_code=invoice_code,
        number=number,
        place=place,
        chip_of_state=(*NUMBER_LOOK[place.state], STATES[place.state]) if place else None,
        drawn=drawn,
        whole=whole,
        **(_story(uow, evidence) if whole else {}),
        findings=findings_of_number(uow, invoice_code, number) if whole else [],
        papers=papers,
        kinds=DOCUMENT_KINDS,
        paper_chip=lambda one: (*STATE_CHIPS[one.state], DOCUMENT_STATES[one.state]),
        persons=person_names(uow, {paper.maker_id for paper in papers}),
        neighbours=_neighbours(place, number),
        doors=_doors(uow, place, invoice_code, number),
        number_states=STATES,
        letters=LETTERS,
        places=PLACES,
        names=staff,
    )


def _story(uow: UnitOfWork, evidence: Evidence) -> dict[str, object]:
    lines = lines_behind(uow, evidence)
    return {
        "register": evidence.register,
        "lines": lines,
        "links": evidence.links,
        "reds": evidence.reds,
        "payments": payments_behind(uow, lines),
        "refunds": refunds_behind(uow, evidence, lines),
    }


def _place(uow: UnitOfWork, invoice_code: str, number: str, staff: dict[str, str]) -> Place | None:
    book = find_book(uow, hall(), invoice_code, number)
    if book is None:
        return None
    view = view_books(uow, hall().id, [book])[0]
    at = int(number)
    beside = part_of(view.runs, at - AROUND, at + AROUND)
    strip = make_strip(beside, ranges_of(uow, book), len(number), at=at, asked=True)
    told = cell_words(uow, hall().id, view, strip, staff)
    state = part_of(view.runs, at, at)[0].state
    return Place(view, strip, told, state, book_url(book, number))


def _doors(uow: UnitOfWork, place: Place | None, invoice_code: str, number: str) -> list[ActDoor]:
    if place is None:
        return []
    holder = part_of(place.view.runs, int(number), int(number))[0].holder
    return doors_of_number(place.state, invoice_code, number, holder, own_numbers(uow, hall().id))


def _trail(evidence: Evidence, place: Place | None) -> tuple[tuple[Text, str], ...]:
    if place is not None:
        book = place.view.book
        name = Text(f"{book.first_no}–{book.last_no}", f"{book.first_no}–{book.last_no}")
        return ((BOOKS, url_for("pages.show_books", hall=hall().code)), (name, place.address))
    if not evidence.dated or not allowed("audit", "view"):
        return ()
    date = evidence.dated[0].business_date
    return ((Text(str(date), str(date)), day_url(date)),)


def _neighbours(place: Place | None, number: str) -> tuple[str, str]:
    """Give the numbers before and after inside the book, '' at its ends."""
    if place is None:
        return "", ""
    value, width, book = int(number), len(number), place.view.book
    before = str(value - 1).zfill(width) if value > book.first_number else ""
    after = str(value + 1).zfill(width) if value < book.last_number else ""
    return before, after
