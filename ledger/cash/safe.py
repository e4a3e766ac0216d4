"""The safe is opened by two persons, the key and the combination (DOMAIN REC-07).

In a small hall, where the auditor is somewhere else, by any two of its managers and its keeper.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ledger.approvals import Signature
from ledger.cash.errors import CashUnreadable, SafeLocked
from ledger.cash.kinds import OPENING
from ledger.dating import take_day
from ledger.documents import Document, draft_document
from ledger.duties.grants import small_hall
from ledger.hall_rules import limit_of_each
from ledger.lifecycle import ANY_OF, advance
from ledger.organisations import Hall
from ledger.permissions import NotPermitted, require
from ledger.text import Text
from ledger.work import UnitOfWork

KEY, COMBINATION = "stock_keeper", "auditor"
ANY_TWO = ("hall_manager", "duty_manager", KEY)
OPEN_MINUTES = "safe_open_minutes"


def open_safe(uow: UnitOfWork, *, hall: Hall, purpose: str) -> Document:
    """Ask for the safe to be opened; it is open when the other of the two roles has signed.

    Raises NotPermitted for who holds neither key nor combination, and CashUnreadable.
    """
    require(uow, hall.id, "vault", "submit")
    if not purpose.strip():
        raise CashUnreadable(field=Text("事由", "What for"), problem=Text("必填", "required"))
    day = take_day(uow, hall, None)
    other = _other_opener(uow, hall, day)
    document = draft_document(
        uow, hall_id=hall.id, kind=OPENING, business_date=day, remark=purpose.strip()
    )
    facts = {"purpose": purpose.strip()}
    return advance(uow, document, "submit", facts=facts, confirm_roles=(other,))


def _other_opener(uow: UnitOfWork, hall: Hall, day: dt.date) -> str:
    """Give the role, or any of which, must sign beside the actor; raises NotPermitted."""
    roles = uow.actor.roles_in(hall.id)
    openers = ANY_TWO if small_hall(uow, hall.id, day) is not None else (KEY, COMBINATION)
    if not roles.intersection(openers):
        raise NotPermitted(actor=uow.actor.label, action="submit", area="vault")
    if openers is ANY_TWO:
        return ANY_OF.join(ANY_TWO)
    return COMBINATION if KEY in roles else KEY


def require_open_safe(uow: UnitOfWork, hall: Hall) -> str:
    """Give the number of the opening under which money leaves the safe now; raises SafeLocked."""
    minutes = limit_of_each(uow, OPEN_MINUTES, [hall.id])[hall.id]
    opening = open_now(uow, hall)
    if opening is None:
        raise SafeLocked(minutes=minutes)
    return opening.number or ""


def open_now(uow: UnitOfWork, hall: Hall) -> Document | None:
    """Give the opening that holds now, None where the safe is locked."""
    minutes = limit_of_each(uow, OPEN_MINUTES, [hall.id])[hall.id]
    return uow.session.scalars(
        select(Document)
        .join(
            Signature,
            (Signature.hall_id == Document.hall_id) & (Signature.document_id == Document.id),
        )
        .where(
            Document.hall_id == hall.id,
            Document.kind == OPENING,
            Document.state == "posted",
            Document.business_date >= uow.today - dt.timedelta(days=1),
            Signature.step == "approve",
            Signature.at >= uow.now - dt.timedelta(minutes=minutes),
        )
        .order_by(Document.id.desc())
    ).first()
