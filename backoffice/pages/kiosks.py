"""Kiosks: cleared by two persons, counted by notes; over and short once the lines are here."""

from __future__ import annotations

import datetime as dt

from flask import g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.pages.cash_pages import OVERSEE, show_money
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.form_typed import Typed, read_form
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.shell import say
from backoffice.pages.shift import note_fields, typed_notes
from ledger.actors import names_of, own_numbers
from ledger.cash.kiosks import clear_kiosk, clearings_since, kiosks_of
from ledger.cash.places import witnesses_of
from ledger.documents import STATES, Document
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

KIOSKS = Text("自助机清机", "Kiosks cleared")
RECENT = dt.timedelta(days=62)


@pages.get("/halls/<hall>/cash/kiosks")
@needs(*OVERSEE)
def show_kiosks() -> str:
    """Show the kiosks, their clearings and the form of the next."""
    with reading() as uow:
        return _page(uow)


@pages.post("/halls/<hall>/cash/kiosks")
@needs(("kiosk", "submit"))
def do_clear_kiosk() -> Response:
    """State what was in a kiosk; the second person signs it."""
    typed = read_form(request.form)
    made: list[Document] = []

    def do(uow: UnitOfWork) -> None:
        notes = typed_notes(typed)
        made.append(
            clear_kiosk(uow, hall=hall(), kiosk=typed["kiosk"], notes=notes, second=typed["second"])
        )

    try:
        act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            error = Text(refused.message("zh"), refused.message("en"))
            return make_response(_page(uow, typed, error), 422)
    for one in made:
        number = one.number
        say(Text(f"{number} 已提交,等同清人签字。", f"{number} waits for the second person."))
    return redirect(url_for("pages.show_kiosks", hall=hall().code))


def _page(uow: UnitOfWork, typed: Typed | None = None, error: Text | None = None) -> str:
    names = names_of(uow, hall().id)
    own = own_numbers(uow, hall().id)
    return show_money(
        uow,
        "pages/kiosks.html",
        page="kiosks",
        title=KIOSKS,
        kiosks=kiosks_of(uow, hall()),
        clearings=clearings_since(uow, hall(), g.today - RECENT),
        chip_of=lambda state: (*STATE_CHIPS[state], STATES[state]),
        names=names,
        others=[one for one in witnesses_of(uow, hall(), g.today) if one not in own],
        may_clear=allowed("kiosk", "submit"),
        notes=note_fields(),
        typed=typed or Typed({}),
        error=error,
    )
