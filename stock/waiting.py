"""What waits for a person's signature, and what a document still lacks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from ledger.actors import ROLES
from ledger.approvals import Signature
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.lifecycle import ANY_OF, answers_to, authority_of
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

NUMBER = "number:"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A submitted document and the signers it still lacks: roles, or `number:N` for a holder."""

    document: Document
    signers: tuple[str, ...]
    signed_by: frozenset[int]


def unsigned_documents(uow: UnitOfWork, hall: Hall, areas: Collection[str]) -> list[Awaited]:
    """Give the hall's submitted documents of these desks, the oldest first."""
    kinds = [name for name, kind in DOCUMENT_KINDS.items() if kind.area in areas]
    documents = uow.session.scalars(
        select(Document)
        .where(Document.hall_id == hall.id, Document.state == "submitted", Document.kind.in_(kinds))
        .order_by(Document.business_date, Document.id)
    ).all()
    return _with_signers(uow, hall, documents)


def awaited_of(uow: UnitOfWork, hall: Hall, document: Document) -> Awaited:
    """Give what one document still lacks."""
    return _with_signers(uow, hall, [document])[0]


def may_sign(uow: UnitOfWork, awaited: Awaited) -> bool:
    """Tell whether the actor may sign now: he is asked, did not make it and has not signed."""
    person = uow.actor.person_id
    document = awaited.document
    if person == document.maker_id or person in awaited.signed_by:
        return False
    bars = DOCUMENT_KINDS[document.kind].bars
    if bars is not None and bars(uow, document):
        return False
    return any(
        answers_to(uow, document.hall_id, signer) or authority_of(uow, document, signer) is not None
        for signer in awaited.signers
    )


def is_asked(uow: UnitOfWork, awaited: Awaited, numbers: Collection[str]) -> bool:
    """Tell whether it is the actor's own turn, not one he could take as somebody's superior.

    It is his, too, where an authority lets him sign for who is away.
    """
    document = awaited.document
    roles = uow.actor.roles_in(document.hall_id)
    own = any(
        bool(set(s.split(ANY_OF)) & roles)
        or s.removeprefix(NUMBER) in numbers
        or authority_of(uow, document, s) is not None
        for s in awaited.signers
    )
    return own and may_sign(uow, awaited)


def signer_name(signer: str, names: dict[str, str]) -> Text:
    """Give a signer as people call him: the role, or number and name of the holder."""
    if not signer.startswith(NUMBER):
        roles = [ROLES.get(role, Text(role, role)) for role in signer.split(ANY_OF)]
        return Text("或".join(r.zh for r in roles), " or ".join(r.en for r in roles))
    number = signer.removeprefix(NUMBER)
    shown = f"{number} {names.get(number, '')}".rstrip()
    return Text(shown, shown)


def _with_signers(uow: UnitOfWork, hall: Hall, documents: Collection[Document]) -> list[Awaited]:
    ids = [document.id for document in documents]
    rows = uow.session.execute(
        select(
            Signature.document_id,
            Signature.revision,
            Signature.step,
            Signature.role,
            Signature.person_id,
        ).where(Signature.hall_id == hall.id, Signature.document_id.in_(ids))
    ).all()
    found = []
    for document in documents:
        mine = [r for r in rows if (r.document_id, r.revision) == (document.id, document.revision)]
        signed = {row.role for row in mine if row.step == "approve"}
        needed = [role for role in document.required_roles.split(",") if role]
        lacking = tuple(role for role in needed if role not in signed)
        found.append(Awaited(document, lacking, frozenset(row.person_id for row in mine)))
    return found
