"""Whose own drawer is still open: he is told no computed figure of it, whatever his other roles.

A manager at the counter is a clerk there until he has declared (DESIGN section 7).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, not_, select

from ledger.cash.kinds import DAILY_TAKINGS
from ledger.cash.tables import Shift
from ledger.documents import Document
from ledger.work import UnitOfWork


def blind_days(uow: UnitOfWork, hall_id: int) -> frozenset[dt.date]:
    """Give the days on which the actor has a shift in the hall that is not closed."""
    if uow.actor.is_system:
        return frozenset()
    query = select(Shift.business_date).where(
        Shift.hall_id == hall_id,
        Shift.person_id == uow.actor.person_id,
        Shift.state != "closed",
    )
    return frozenset(uow.session.scalars(query))


def told_of(uow: UnitOfWork, hall_id: int) -> ColumnElement[bool]:
    """Say which documents may be told the actor: not those that say what his drawer should hold."""
    days = blind_days(uow, hall_id)
    return not_(and_(Document.kind == DAILY_TAKINGS, Document.business_date.in_(days)))


def is_told(uow: UnitOfWork, document: Document) -> bool:
    """Tell the same of one document."""
    days = blind_days(uow, document.hall_id)
    return document.kind != DAILY_TAKINGS or document.business_date not in days
