"""Which halls a report is about: those named, or all in which the asker oversees the matter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ledger.organisations import Hall, UnknownHall
from ledger.permissions import may
from ledger.work import UnitOfWork


def halls_overseen(uow: UnitOfWork, codes: Sequence[str], area: str) -> list[Hall]:
    """Give the halls of these codes, or with none all whose `area` the actor oversees, by code.

    A fixed number of statements. Raises UnknownHall for a code that the actor does not see.
    """
    query = select(Hall).order_by(Hall.code)
    if codes:
        query = query.where(Hall.code.in_(codes))
    halls = [hall for hall in uow.session.scalars(query) if uow.actor.sees(hall.id)]
    if not codes:
        return [hall for hall in halls if may(uow, hall.id, area, "oversee")]
    found = {hall.code for hall in halls}
    for code in codes:
        if code not in found:
            raise UnknownHall(hall=code)
    return halls
