"""Bank statements beside deposits: exact matches to confirm, the rest in two columns to match."""

from __future__ import annotations

import datetime as dt

from flask import g, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.cash_pages import OVERSEE, show_money
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.form_typed import Typed, read_form
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.shell import say
from ledger.actors import names_of
from ledger.cash.bank import COUNTERFEIT, Gap
from ledger.cash.bank_lines import matched_deposits, matches_since
from ledger.cash.matching import Match, confirm_proposals, match_statement, waiting_at_bank
from ledger.cash.places import clerks_of
from ledger.cash.proposing import HOW
from ledger.documents import STATES, Document
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

STATEMENTS = Text("银行勾对", "Bank statements")
RECENT = dt.timedelta(days=31)


@pages.get("/halls/<hall>/cash/statements")
@needs(*OVERSEE)
def show_statements() -> str:
    """Show what waits on both sides, what is proposed, and what was matched lately."""
    with reading() as uow:
        return _page(uow)


@pages.post("/halls/<hall>/cash/statements")
@needs(("statements", "submit"))
def do_match() -> Response:
    """Confirm all that is exact, or match what is ticked."""
    typed = read_form(request.form)
    made: list[Document] = []
    acts = {
        "confirm": lambda uow: made.extend(confirm_proposals(uow, hall=hall())),
        "match": lambda uow: made.append(match_statement(uow, hall=hall(), match=_match(typed))),
    }
    if typed["act"] not in acts:
        raise BadRequest
    try:
        act_once(acts[typed["act"]])
    except BackofficeError as refused:
        with reading() as uow:
            error = Text(refused.message("zh"), refused.message("en"))
            return make_response(_page(uow, typed, error), 422)
    say(Text(f"已勾对 {len(made)} 笔。", f"Matched: {len(made)}."))
    return redirect(url_for("pages.show_statements", hall=hall().code))


def _match(typed: Typed) -> Match:
    why = Gap(
        counterfeit_fen=typed.fen("counterfeit", COUNTERFEIT) or 0,
        certificate=typed["certificate"],
        clerk=typed["clerk"],
        reason=typed["reason"],
    )
    return Match(request.form.getlist("deposit"), request.form.getlist("line"), why)


def _page(uow: UnitOfWork, typed: Typed | None = None, error: Text | None = None) -> str:
    names = names_of(uow, hall().id)
    return show_money(
        uow,
        "pages/statements.html",
        page="statements",
        title=STATEMENTS,
        waiting=waiting_at_bank(uow, hall(), g.today),
        how=HOW,
        matches=[
            (one, matched_deposits(uow, one), (*STATE_CHIPS[one.state], STATES[one.state]))
            for one in matches_since(uow, hall(), g.today - RECENT)
        ],
        clerks=[(one, names.get(one, "")) for one in clerks_of(uow, hall(), g.today)],
        may_match=allowed("statements", "submit"),
        typed=typed or Typed({}),
        ticked=set(request.form.getlist("deposit")) | set(request.form.getlist("line")),
        error=error,
    )
