"""A signed void that was wrong is undone: its numbers go back, its register rows are withdrawn.

Done by a manager who had no part in it (DOMAIN INV-06); the cover is then printed as a new version.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from invoices.finished_books import note_finished_books
from invoices.later_invoices import reissue_of
from invoices.mark_errors import VoidReplaced
from invoices.register import withdraw_act
from invoices.voids import find_void, void_numbers
from ledger.actors import own_numbers
from ledger.approvals import Signature
from ledger.documents import Document
from ledger.hall_days import open_days
from ledger.lifecycle import MakerIsChecker, advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.work import UnitOfWork


def undo_void(
    uow: UnitOfWork, *, hall: Hall, number: str, reason: str, on: dt.date | None = None
) -> Document:
    """Take a posted void back: each number is where it was before, the register no longer void.

    For the hall manager and the department, and of them for nobody who asked, ticked or signed it
    or whose void it is. Dated today, or on the open day given. Raises NotAVoid, MakerIsChecker,
    VoidReplaced and what `advance` raises.
    """
    require(uow, hall.id, "voids", "reverse")
    lock_head(uow, hall.id)
    document = find_void(uow, hall, number)
    rows = void_numbers(uow, document)
    own = own_numbers(uow, hall.id)
    if _had_part(uow, document) or any(row.clerk in own for row in rows):
        raise MakerIsChecker(number=number)
    today = uow.today
    open_days(uow, hall.id, [today])
    for row in rows:
        # Its number live again beside its reissue, one charge would have two invoices.
        by = reissue_of(uow, hall, row.invoice_code, row.invoice_no)
        if by:
            raise VoidReplaced(number=row.invoice_no, by=by)
    undone = advance(uow, document, "reverse", reason=reason, on=on or today)
    withdraw_act(uow, hall=hall, name=number)
    note_finished_books(uow, halls=[hall.id], date=on or today)
    return undone


def _had_part(uow: UnitOfWork, document: Document) -> bool:
    signed = select(Signature.person_id).where(
        Signature.hall_id == document.hall_id, Signature.document_id == document.id
    )
    return uow.actor.person_id in {document.maker_id, *uow.session.scalars(signed)}
