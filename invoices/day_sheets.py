"""The daily sheet of a clerk's forms, signed by both who counted them (DOMAIN INV-04, INV-13).

The sheet states what the clerk opened the day with, what became of it and what he must return; it
is made only where the count of the blanks is the books' own, and frozen as it was signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from invoices.form_counts import read_counts
from invoices.form_keepers import GIVEN, TAKEN, KeptForms, kept_forms
from invoices.form_months import CLOSING, OPENING
from invoices.form_proofs import prove_closing
from invoices.form_signers import check_holder
from invoices.number_runs import NumberRuns
from invoices.number_states import USED
from invoices.report_errors import (
    NoFormsThatDay,
    SheetSignedAlready,
)
from ledger.actors import own_numbers
from ledger.dating import take_day
from ledger.documents import STATED_BY, Document, DocumentFact, draft_document
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.errors import NotYourCustody

KIND = "invoice_sheet"
KEEPER, LEADER = "invoice_keeper", "hall_manager"
ALIVE = ("submitted", "approved", "posted")


def sign_day_sheet(
    uow: UnitOfWork, *, hall: Hall, clerk: str = "", on: dt.date | None = None, counted: str
) -> Document:
    """Sign a clerk's sheet of a day; it waits for the other side: clerk or custodian.

    `counted` is how many blanks were counted: a number, or `CODE NUMBER` of each code, between
    commas. Without `clerk` it is the actor's own. Raises NotYourCustody, DateRefused,
    NoFormsThatDay, WrongCount, CodeNotNamed, FormsCountedOtherwise, SheetSignedAlready.
    """
    require(uow, hall.id, "forms", "submit")
    own = own_numbers(uow, hall.id)
    clerk = clerk or min(own, default="")
    check_holder(uow, hall, clerk)
    if clerk not in own and KEEPER not in uow.actor.roles_in(hall.id):
        raise NotYourCustody(holder=clerk)
    day = take_day(uow, hall, on)
    _require_unsigned(uow, hall, clerk, day)
    kept = kept_forms(uow, [hall], day, day, clerk=clerk)
    if not kept:
        raise NoFormsThatDay(clerk=clerk, date=day.isoformat())
    figures = read_counts(kept, counted)
    for one in kept:
        prove_closing(one.invoice_code, one.parts[CLOSING], figures[one.invoice_code])
    document = draft_document(uow, hall_id=hall.id, kind=KIND, business_date=day)
    is_own = clerk in own
    alone = is_own and KEEPER in uow.actor.roles_in(hall.id)
    roles = ((LEADER,) if alone else (KEEPER,)) if is_own else ()
    return advance(
        uow,
        document,
        "submit",
        facts=sheet_facts(clerk, kept),
        confirm_by=() if is_own else (clerk,),
        confirm_roles=roles,
    )


def sheet_facts(clerk: str, kept: Sequence[KeptForms]) -> dict[str, str]:
    """Give what a sheet states, each heading with its segments by code."""
    facts = {"clerk": clerk}
    taken = [name for name in TAKEN if name != OPENING]
    for fact, names in (
        ("opened", [OPENING]),
        ("taken", taken),
        *((state, [state]) for state in GIVEN if state in USED),
        ("given_up", [name for name in GIVEN if name not in (*USED, CLOSING)]),
        ("left", [CLOSING]),
    ):
        facts[fact] = _told(kept, names)
    return {name: value for name, value in facts.items() if value}


def signed_sheets(uow: UnitOfWork, hall: Hall, clerk: str, on: dt.date) -> list[Document]:
    """Give the sheets of the clerk's day that are signed or wait for a signature."""
    query = (
        select(Document)
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == hall.id,
            Document.kind == KIND,
            Document.business_date == on,
            Document.state.in_(ALIVE),
            DocumentFact.name == "clerk",
            DocumentFact.value == clerk,
        )
        .order_by(Document.id)
    )
    return list(uow.session.scalars(query))


def _require_unsigned(uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date) -> None:
    for document in signed_sheets(uow, hall, clerk, day):
        raise SheetSignedAlready(clerk=clerk, date=day.isoformat(), number=document.number)


def _told(kept: Sequence[KeptForms], names: Sequence[str]) -> str:
    """Give the segments under some headings, each code's with their count."""
    told = []
    for one in kept:
        runs: NumberRuns = tuple(run for name in names for run in one.parts[name])
        if runs:
            count = sum(run.count for run in runs)
            segments = ", ".join(str(run) for run in runs)
            told.append(f"{one.invoice_code} {segments} ({count})".strip())
    return "; ".join(told)
