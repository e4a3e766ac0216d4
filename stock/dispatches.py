"""Goods sent to another hall, seen from the sender: under way, late, called back, lost.

What the other hall does follows in `transfers`. Two halls' heads are locked by ascending id.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select

from ledger.documents import Document, DocumentFact, DocumentLine, find_document
from ledger.events import record
from ledger.hall_rules import limit_of_each
from ledger.organisations import Hall, lock_head
from ledger.work import Actor, UnitOfWork
from stock.document_tables import Dispatch, Manifest, ManifestLine
from stock.errors import NotOfDispatch, OwnHall, StillUnderway, TransferGone, UnknownDestination
from stock.kinds import SETTLED

FROM_OTHER_HALL = "other_hall"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A dispatch that the other hall is not done with, and what of it is still in transit."""

    number: str
    to_hall: str
    dispatched_on: dt.date
    days: int
    overdue: bool
    state: str
    pieces: int
    missing: int


def other_hall(uow: UnitOfWork, hall: Hall, code: str) -> Hall:
    """Give the hall goods are sent to, which the actor need not belong to.

    Raises UnknownDestination and OwnHall.
    """
    found = uow.session.scalar(select(Hall).where(Hall.code == code))
    if found is None:
        raise UnknownDestination(hall=code)
    if found.id == hall.id:
        raise OwnHall(hall=code)
    return found


def note_dispatch(uow: UnitOfWork, hall: Hall, document: Document, to_hall: str) -> None:
    """Note that the other hall is to be told of a transfer just posted."""
    uow.session.add(
        Dispatch(
            hall_id=hall.id,
            document_id=document.id,
            number=document.number,
            to_hall=other_hall(uow, hall, to_hall).id,
            state="waiting",
            dispatched_on=document.business_date,
        )
    )
    uow.session.flush()


def actor_of_both(uow: UnitOfWork, actor: Actor, hall: Hall, number: str) -> Actor:
    """Give the actor as one who sees the hall a dispatch went to, without any role there.

    Only so can its manifest be withdrawn in the unit of work that reverses the dispatch.
    """
    document = find_document(uow, hall.id, number)
    dispatch = uow.session.get(Dispatch, (hall.id, document.id))
    if dispatch is None or actor.everywhere:
        return actor
    return replace(actor, roles={dispatch.to_hall: frozenset(), **actor.roles})


def check_reversal(uow: UnitOfWork, document: Document) -> None:
    """Go on only if no other hall would be left with half of it; raises TransferGone."""
    if document.kind in ("transfer_in", SETTLED):
        raise TransferGone(number=document.number)
    if document.kind == "transfer_out":
        dispatch = uow.session.get(Dispatch, (document.hall_id, document.id))
        if dispatch is not None:
            lock_both(uow, document.hall_id, dispatch.to_hall)
            manifest = _manifest_of(uow, document, dispatch)
            if dispatch.state == "closed" or (manifest is not None and _has_come(uow, manifest)):
                raise TransferGone(number=document.number)
            if manifest is None and dispatch.state != "waiting":
                raise TransferGone(number=document.number)


def withdraw_dispatch(uow: UnitOfWork, document: Document) -> None:
    """Let the other hall await a reversed dispatch no longer."""
    dispatch = uow.session.get(Dispatch, (document.hall_id, document.id))
    if document.kind != "transfer_out" or dispatch is None:
        return
    dispatch.state = "reversed"
    manifest = _manifest_of(uow, document, dispatch)
    if manifest is not None:
        manifest.state = "withdrawn"
        subject = f"manifest:{manifest.id}"
        with record(uow, hall_id=manifest.hall_id, act="manifest.withdrawn", subject=subject):
            uow.session.flush()
    uow.session.flush()


def transfers_under_way(uow: UnitOfWork, hall: Hall) -> list[UnderWay]:
    """Give the hall's dispatches that are not done with, oldest first, late ones marked.

    `missing` is what lies in transit of it: late after the hall's `transit_days` (STK-10).
    """
    today = uow.today
    limit = limit_of_each(uow, "transit_days", [hall.id])[hall.id]
    rows = uow.session.execute(
        select(Dispatch, Hall.code)
        .join(Hall, Hall.id == Dispatch.to_hall)
        .where(Dispatch.hall_id == hall.id, Dispatch.state != "reversed")
        .order_by(Dispatch.dispatched_on, Dispatch.document_id)
    )
    found = []
    for dispatch, code in rows:
        pieces, missing = pieces_missing(uow, hall, dispatch)
        if not missing:
            continue
        days = (today - dispatch.dispatched_on).days
        found.append(
            UnderWay(
                number=dispatch.number,
                to_hall=code,
                dispatched_on=dispatch.dispatched_on,
                days=days,
                overdue=days > limit,
                state=dispatch.state,
                pieces=pieces,
                missing=missing,
            )
        )
    return found


def lost_dispatch(uow: UnitOfWork, hall: Hall, number: str) -> str:
    """Give the hall a dispatch went to, once that hall awaits the rest of it no longer.

    Raises UnknownDocument and StillUnderway.
    """
    document = find_document(uow, hall.id, number)
    dispatch = uow.session.get(Dispatch, (hall.id, document.id))
    if dispatch is None or dispatch.state != "closed":
        raise StillUnderway(number=number)
    return uow.session.get_one(Hall, dispatch.to_hall).code


def check_lost(uow: UnitOfWork, hall: Hall, number: str, *, counted: int) -> None:
    """Go on only if so many counted pieces can be missing of a dispatch; raises NotOfDispatch."""
    document = find_document(uow, hall.id, number)
    dispatch = uow.session.get_one(Dispatch, (hall.id, document.id))
    if counted > pieces_missing(uow, hall, dispatch)[1]:
        raise NotOfDispatch(serial=str(counted), dispatch=number)


def pieces_missing(uow: UnitOfWork, hall: Hall, dispatch: Dispatch) -> tuple[int, int]:
    """Give how many pieces a dispatch sent, and how many lie in transit still."""
    sent = _pieces(uow, DocumentLine.document_id == dispatch.document_id, hall.id)
    by_dispatch = DocumentLine.document_id.in_(
        select(DocumentFact.document_id).where(
            DocumentFact.hall_id == hall.id,
            DocumentFact.name == "dispatch",
            DocumentFact.value == dispatch.number,
        )
    )
    gone = _pieces(uow, by_dispatch, hall.id, (SETTLED, "scrap"))
    return sent, sent - gone


def lock_both(uow: UnitOfWork, first: int, second: int) -> None:
    """Lock two halls' heads, always by ascending id."""
    for hall_id in sorted({first, second}):
        lock_head(uow, hall_id)


def _pieces(
    uow: UnitOfWork,
    which: ColumnElement[bool],
    hall_id: int,
    kinds: tuple[str, ...] = ("transfer_out",),
) -> int:
    pieces = uow.session.scalar(
        select(func.sum(DocumentLine.quantity))
        .join(
            Document,
            (Document.hall_id == DocumentLine.hall_id)
            & (Document.id == DocumentLine.document_id)
            & (Document.revision == DocumentLine.revision),
        )
        .where(
            DocumentLine.hall_id == hall_id,
            which,
            Document.kind.in_(kinds),
            Document.state == "posted",
        )
    )
    return int(pieces or 0)


def _manifest_of(uow: UnitOfWork, document: Document, dispatch: Dispatch) -> Manifest | None:
    sender = uow.session.get_one(Hall, document.hall_id)
    return uow.session.scalar(
        select(Manifest)
        .where(
            Manifest.hall_id == dispatch.to_hall,
            Manifest.source == FROM_OTHER_HALL,
            Manifest.sender == sender.code,
            Manifest.reference == dispatch.number,
        )
        .execution_options(populate_existing=True)
    )


def _has_come(uow: UnitOfWork, manifest: Manifest) -> bool:
    """Whether the other hall has received something of it, or has closed it."""
    came = uow.session.scalar(
        select(func.sum(ManifestLine.received)).where(
            ManifestLine.hall_id == manifest.hall_id, ManifestLine.manifest_id == manifest.id
        )
    )
    return bool(came) or manifest.state != "open"
