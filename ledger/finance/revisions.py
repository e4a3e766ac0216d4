"""A change after hand-over: the old revision goes out reversed, the new one beside it.

Both are numbered and name each other, so that the receiver rebuilds the truth by adding up. What
has not changed is not sent again.
"""

from __future__ import annotations

import datetime as dt

from ledger.documents import STATES, Document, draft_document, facts_of, find_document
from ledger.finance.days import find_bundle, live_dates, release_days
from ledger.finance.errors import NotHandedOver, NothingChanged, ReasonNeeded
from ledger.finance.kinds import BUNDLE_AREA, REVERSAL
from ledger.finance.seen import PREVIOUS, REVERSED_BY, statement_of
from ledger.finance.statements import PIECES, Json, gather_statements, language_of
from ledger.finance.tables import LiveBundleDay
from ledger.finance.writing import PRODUCT, write_bundles
from ledger.lifecycle import advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.work import UnitOfWork

REVERSES = "reverses"


def revise_bundle(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Make the next version of a bundle that finance has signed; gives it, awaiting finance.

    Its reversal is made with it. Raises NotPermitted, NotHandedOver, NothingChanged, ReasonNeeded.
    """
    require(uow, hall.id, BUNDLE_AREA, "submit")
    if not reason.strip():
        raise ReasonNeeded
    lock_head(uow, hall.id)
    old = find_bundle(uow, hall, number)
    dates = live_dates(uow, old)
    if old.state != "posted" or not dates:
        raise _not_handed_over(old)
    before = statement_of(uow, old)
    gathered = gather_statements(
        uow, [(hall, dates)], product=PRODUCT, language=language_of(before)
    )
    for refusal in gathered.refused.values():
        raise refusal
    if _content(gathered.statements[hall.id]) == _content(before):
        raise NothingChanged(number=number)
    reversal = _make_reversal(uow, hall, old, reason.strip())
    release_days(uow, old, dates)
    facts = {PREVIOUS: number, REVERSED_BY: reversal.number or "", "reason": reason.strip()}
    return write_bundles(uow, [(hall, dates)], gathered.statements, facts=facts)[0]


def sign_reversal(uow: UnitOfWork, document: Document) -> None:
    """With a revision signed, sign the reversal beside it and reverse the old bundle."""
    facts = facts_of(uow, document)
    if PREVIOUS not in facts:
        return
    hall = uow.session.get_one(Hall, document.hall_id)
    today = uow.today
    reversal = find_document(uow, hall.id, facts[REVERSED_BY])
    advance(uow, reversal, "approve", on=today)
    old = find_bundle(uow, hall, facts[PREVIOUS])
    advance(uow, old, "reverse", reason=f"{reversal.number}", on=today)


def drop_revision(uow: UnitOfWork, document: Document) -> None:
    """Let the old bundle stand where its revision was rejected or taken back."""
    facts = facts_of(uow, document)
    if PREVIOUS not in facts:
        return
    hall = uow.session.get_one(Hall, document.hall_id)
    action = "reject" if document.state == "rejected" else "cancel"
    advance(
        uow, find_document(uow, hall.id, facts[REVERSED_BY]), action, reason=f"{document.number}"
    )
    old = find_bundle(uow, hall, facts[PREVIOUS])
    uow.session.add_all(
        LiveBundleDay(hall_id=hall.id, business_date=date, document_id=old.id)
        for date in _dates(statement_of(uow, old))
    )
    uow.session.flush()


def _not_handed_over(document: Document) -> NotHandedOver:
    said = STATES[document.state]
    return NotHandedOver(number=document.number, state_zh=said.zh, state_en=said.en.lower())


def _make_reversal(uow: UnitOfWork, hall: Hall, old: Document, reason: str) -> Document:
    today = uow.today
    document = draft_document(
        uow, hall_id=hall.id, kind=REVERSAL, business_date=today, amount_fen=old.amount_fen
    )
    facts = {REVERSES: old.number or "", "reason": reason}
    return advance(uow, document, "submit", facts=facts, confirm_roles=("finance",))


def _content(statement: Json) -> Json:
    """What counts as a change: not which version of the program wrote it."""
    return {name: statement.get(name, []) for name in PIECES}


def _dates(statement: Json) -> list[dt.date]:
    return [dt.date.fromisoformat(day["date"]) for day in statement["days"]]
