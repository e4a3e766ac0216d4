"""Which halls a report is about: those named, or all in which the asker oversees the matter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ledger.organisations import Hall, UnknownHall
from ledger.permissions import NotPermitted, may, require
from ledger.text import Text
from ledger.work import UnitOfWork


def halls_overseen(uow: UnitOfWork, codes: Sequence[str], area: str) -> list[Hall]:
    """Give the halls of these codes, or with none all whose `area` the actor oversees, by code.

    A fixed number of statements. Raises UnknownHall for a code that the actor does not see, and
    NotPermitted where he oversees a hall of these codes not, or none at all.
    """
    query = select(Hall).order_by(Hall.code)
    if codes:
        query = query.where(Hall.code.in_(codes))
    halls = [hall for hall in uow.session.scalars(query) if uow.actor.sees(hall.id)]
    found = {hall.code for hall in halls}
    for code in codes:
        if code not in found:
            raise UnknownHall(hall=code)
    if codes:
        for hall in halls:
            require(uow, hall.id, area, "oversee")
        return halls
    overseen = [hall for hall in halls if may(uow, hall.id, area, "oversee")]
    if not overseen:
        raise NotPermitted(actor=uow.actor.label, action="oversee", area=area)
    return overseen


def scope_of(halls: Sequence[Hall]) -> Text:
    """Say which halls a report is about: the one, or how many."""
    if len(halls) == 1:
        one = f"{halls[0].code} {halls[0].name}"
        return Text(one, one)
    return Text(f"{len(halls)} 个营业厅", f"{len(halls)} halls")
