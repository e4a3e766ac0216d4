"""What happens to a form document after it was made: signed, refused, cancelled or reversed."""

from __future__ import annotations

import datetime as dt

from invoices.errors import UnknownFormKind
from invoices.form_effects import apply_effects, undo_effects
from invoices.forms import SIGNED_HERE
from invoices.kinds import FORM_KINDS
from invoices.open_voids import KIND as VOID
from invoices.void_undoing import undo_void
from ledger.dating import posting_day
from ledger.documents import Document, find_document
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.errors import NotYourDocument


def sign_forms(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a document as the other side or by one's role; the last signature posts it.

    It is posted on its own day while that is open, and today after that. A void is signed by the
    auditor's own act. Raises UnknownFormKind and what `advance` raises.
    """
    document = _made_here(uow, hall, number)
    signed = advance(uow, document, "approve", on=posting_day(uow, document))
    if signed.state == "posted":
        apply_effects(uow, hall, signed)
    return signed


def reject_forms(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Refuse a document that waits for one's signature."""
    return advance(uow, find_form_document(uow, hall, number), "reject", reason=reason)


def cancel_forms(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take back a document that is not posted: its maker may, and the custodian anybody's."""
    document = find_form_document(uow, hall, number)
    keeper = "invoice_keeper" in uow.actor.roles_in(hall.id)
    if not keeper and document.maker_id != uow.actor.person_id:
        raise NotYourDocument(number=number)
    return advance(uow, document, "cancel", reason=reason)


def reverse_forms(
    uow: UnitOfWork, *, hall: Hall, number: str, reason: str, on: dt.date | None = None
) -> Document:
    """Undo a posted document by postings the other way, dated today or on the open day given.

    Its numbers must still be where it brought them. A void is undone by its own rules. Raises what
    `advance` and `undo_void` raise.
    """
    if find_document(uow, hall.id, number).kind == VOID:
        return undo_void(uow, hall=hall, number=number, reason=reason, on=on)
    document = _made_here(uow, hall, number)
    today = uow.today
    open_days(uow, hall.id, [today])
    advance(uow, document, "reverse", reason=reason, on=on or today)
    undo_effects(uow, hall, document)
    return document


def find_form_document(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the form document of that number; raises UnknownDocument and UnknownFormKind."""
    document = find_document(uow, hall.id, number)
    if document.kind not in FORM_KINDS:
        raise UnknownFormKind(kind=document.kind)
    return document


def _made_here(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    document = find_form_document(uow, hall, number)
    if document.kind not in SIGNED_HERE:
        raise UnknownFormKind(kind=document.kind)
    return document
