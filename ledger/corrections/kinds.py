"""The correction slip as a kind of document: it goes to and fro until those who must have signed.

Each time it goes to the other side is a revision: what the auditor sent, what the clerk answered.
"""

from __future__ import annotations

from sqlalchemy import select

from ledger.actors import Employment
from ledger.corrections.tables import CorrectionSlip
from ledger.documents import Document, DocumentKind, register_kind
from ledger.text import Text
from ledger.work import UnitOfWork

KIND = "correction"
LETTERS = "GZ"
AREA = "corrections"
NAME = Text("差错更正单", "Correction slip")


def bars_the_clerk(uow: UnitOfWork, document: Document) -> bool:
    """Tell whether the error is the actor's own, whatever other roles he has."""
    slip = uow.session.get(CorrectionSlip, (document.hall_id, document.id))
    if slip is None or not slip.clerk:
        return False
    holder = select(Employment.person_id).where(
        Employment.hall_id == document.hall_id, Employment.number == slip.clerk
    )
    return uow.session.scalar(holder) == uow.actor.person_id


register_kind(
    DocumentKind(
        KIND,
        LETTERS,
        NAME,
        AREA,
        posts_when_signed=True,
        bars=bars_the_clerk,
        revisable=True,
    )
)
