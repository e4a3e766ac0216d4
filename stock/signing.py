"""What happens to a stock document after it was made: signed, refused, cancelled or reversed."""

from __future__ import annotations

import datetime as dt

from ledger.dating import posting_day
from ledger.documents import DOCUMENT_KINDS, Document, find_document
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import NotPermitted
from ledger.work import UnitOfWork
from stock.dispatches import check_reversal, withdraw_dispatch
from stock.errors import ConfirmationTooLate, NotYourDocument, UnknownKind
from stock.kinds import PAPER_KINDS
from stock.manifests import undo_receipt

GOODS_DESKS = frozenset({"stock", "custody", "count"})


def sign_move(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a document as the other side or as a leader; the last signature posts it.

    It is posted on its own day while that is open, and today after that. Raises
    ConfirmationTooLate, and what `advance` raises.
    """
    document = find_stock_document(uow, hall, number)
    today = uow.today
    if document.kind == "borrow" and today != document.business_date:
        raise ConfirmationTooLate(number=number, date=document.business_date)
    if document.kind == "scrap" and "stock_keeper" in uow.actor.roles_in(hall.id):
        # The keeper proposes and never approves, whatever other desk he holds (STK-11b).
        raise NotPermitted(actor=uow.actor.label, action="approve", area="stock")
    return advance(uow, document, "approve", on=posting_day(uow, document))


def reject_move(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Refuse a document that waits for one's signature."""
    return advance(uow, find_stock_document(uow, hall, number), "reject", reason=reason)


def cancel_move(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take back a document that is not posted: its maker may, and a keeper anybody's."""
    document = find_stock_document(uow, hall, number)
    keeper = "stock_keeper" in uow.actor.roles_in(hall.id)
    if not keeper and document.maker_id != uow.actor.person_id:
        raise NotYourDocument(number=number)
    return advance(uow, document, "cancel", reason=reason)


def reverse_move(
    uow: UnitOfWork, *, hall: Hall, number: str, reason: str, on: dt.date | None = None
) -> Document:
    """Undo a posted document by postings the other way, dated today or on the open day given.

    A dispatch is reversed while nothing of it was received; its unit of work must see both halls
    (`dispatches.actor_of_both`). Raises TransferGone, and what `advance` raises.
    """
    document = find_stock_document(uow, hall, number)
    check_reversal(uow, document)
    today = uow.today
    open_days(uow, hall.id, [today])
    advance(uow, document, "reverse", reason=reason, on=on or today)
    withdraw_dispatch(uow, document)
    undo_receipt(uow, document)
    return document


def find_stock_document(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the stock document of that number; raises UnknownDocument and UnknownKind."""
    document = find_document(uow, hall.id, number)
    if document.kind not in PAPER_KINDS and DOCUMENT_KINDS[document.kind].area not in GOODS_DESKS:
        raise UnknownKind(kind=document.kind)
    return document
