"""Who may not approve what becomes of a difference: the clerk whose difference it is."""

from __future__ import annotations

from ledger.actors import own_numbers
from ledger.documents import Document, facts_of
from ledger.work import UnitOfWork

CLERK = "clerk"


def bars_owner(uow: UnitOfWork, document: Document) -> bool:
    """Tell whether the actor is the clerk of the difference (CHECKS, Override)."""
    return facts_of(uow, document).get(CLERK, "") in own_numbers(uow, document.hall_id)
