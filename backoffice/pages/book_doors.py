"""The acts a book's own page offers: its buttons, each leading to a form with the book in it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from backoffice.pages.door import hall
from backoffice.pages.form_acts import find_act
from backoffice.pages.form_choices import is_keeper
from invoices.book_lists import BookView
from invoices.book_runs import GAP, HELD, ISSUED, SAFE
from invoices.used_books import name_of
from ledger.text import Text


@dataclass(frozen=True, slots=True)
class ActDoor:
    """A button that leads to the form of an act."""

    text: Text
    address: str


def doors_of_book(view: BookView, own: frozenset[str]) -> list[ActDoor]:
    """Give the acts the visitor may do to the book as it is."""
    counts = view.counts
    holds = bool(counts.get(HELD, 0) + counts.get(GAP, 0)) and (
        is_keeper() or bool(own & set(view.holders))
    )
    offered = {
        "draw": bool(counts.get(SAFE)),
        "use": holds,
        "handover": holds,
        "return": holds,
        "exchange": view.state == "finished",
        "stubs": view.state == "finished",
        "void": bool(holds or counts.get(ISSUED)),
        "loss": bool(holds or counts.get(SAFE) or counts.get(ISSUED)),
        "hand-in": bool(counts.get(SAFE)) and not holds,
    }
    book = view.book
    return [
        ActDoor(
            act.text,
            url_for(
                "pages.show_form_act",
                hall=hall().code,
                name=name,
                book=name_of(book),
                invoice_code=book.invoice_code or None,
            ),
        )
        for name, open_now in offered.items()
        if open_now and (act := find_act(name)) is not None
    ]


def doors_of_number(
    state: str, invoice_code: str, number: str, holder: str, own: frozenset[str]
) -> list[ActDoor]:
    """Give the acts the visitor may do to one number in its state."""
    by_state = {
        "held": ("use", "void", "loss"),
        "gap": ("use", "void", "loss"),
        "safe": ("loss",),
        "issued": ("void", "red", "slip", "reprint", "loss"),
        "void": ("reissue",),
        "red": ("reprint",),
        "lost": (),
    }
    mine = is_keeper() or not holder or holder in own
    names = by_state.get(state, ()) if mine else ()
    return [
        ActDoor(
            act.text,
            url_for(
                "pages.show_form_act",
                hall=hall().code,
                name=name,
                invoice_code=invoice_code or None,
                number=number,
                clerk=holder or None,
            ),
        )
        for name in names
        if (act := find_act(name)) is not None
    ]
