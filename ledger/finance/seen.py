"""Bundles as they are read: what one states after each return, and the lists of desks.

A bundle reads as it was made (part 0), and as it was left after each return before finance signed
(parts 1, 2 ..); the last part is what finance signs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.approvals import Signature
from ledger.documents import STATED_BY, Document, DocumentFact, find_document
from ledger.events import Event
from ledger.finance.kinds import BUNDLE
from ledger.finance.statements import Json, read_statement
from ledger.finance.tables import BundleReturn, BundleStatement, LiveBundleDay, SecondAudit
from ledger.organisations import Hall
from ledger.work import UnitOfWork

PREVIOUS, REVERSED_BY = "previous", "reversal"
FINANCE = "finance"


@dataclass(frozen=True, slots=True)
class Part:
    """A bundle at one point: what it states, and the event of the chain it stands on."""

    number: int
    statement: Json
    event_no: int
    event_hash: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle in a list: its hall, the days live in it, the second audit, what was returned."""

    hall: Hall
    document: Document
    facts: dict[str, str]
    days: int
    second: SecondAudit | None
    returned: int


def returned_lines(uow: UnitOfWork, document: Document) -> Sequence[BundleReturn]:
    """Give what was returned of a bundle, in order."""
    return uow.session.scalars(
        select(BundleReturn)
        .where(BundleReturn.hall_id == document.hall_id, BundleReturn.document_id == document.id)
        .order_by(BundleReturn.event_no, BundleReturn.line_no)
    ).all()


def parts_of(uow: UnitOfWork, document: Document) -> int:
    """Give the number of the last part: how often days left the bundle before finance signed."""
    return len(_returns(uow, document))


def part_of(uow: UnitOfWork, document: Document, number: int | None = None) -> Part:
    """Give one part of a bundle, the last where none is named."""
    returns = _returns(uow, document)
    number = len(returns) if number is None else min(max(number, 0), len(returns))
    left = [date for _, dates in returns[:number] for date in dates]
    stored = uow.session.get_one(BundleStatement, (document.hall_id, document.id))
    event_no = returns[number - 1][0] if number else stored.event_no
    event = uow.session.get_one(Event, (document.hall_id, event_no))
    return Part(number, read_statement(stored.statement, left), event_no, event.hash)


def statement_of(uow: UnitOfWork, document: Document) -> Json:
    """Give what a bundle states of the days that stayed in it."""
    return part_of(uow, document).statement


def next_version(uow: UnitOfWork, document: Document) -> str:
    """Give the number of the bundle that replaces this one, '' for none."""
    number = uow.session.scalar(
        select(Document.number)
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == document.hall_id,
            Document.kind == BUNDLE,
            Document.state.in_(("submitted", "posted", "reversed")),
            DocumentFact.name == PREVIOUS,
            DocumentFact.value == document.number,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
    return number or ""


def reversal_of(uow: UnitOfWork, document: Document) -> Document | None:
    """Give the reversal that goes out with a revision, None for a first version."""
    number = _facts(uow, [document])[document.hall_id, document.id].get(REVERSED_BY)
    return find_document(uow, document.hall_id, number) if number else None


def second_audit_of(uow: UnitOfWork, document: Document) -> SecondAudit | None:
    """Give how far the second level has come; None where a bundle was ended before it was read."""
    return _unless_ended(document, uow.session.get(SecondAudit, (document.hall_id, document.id)))


def _unless_ended(document: Document, second: SecondAudit | None) -> SecondAudit | None:
    ended = document.state not in ("submitted", "posted")
    return None if second is None or (ended and second.state == "due") else second


def list_bundles(
    uow: UnitOfWork,
    halls: Sequence[Hall],
    *,
    states: Sequence[str] = (),
    seconds: Sequence[str] = (),
    since: dt.date | None = None,
    limit: int = 500,
) -> list[Listed]:
    """Give bundles of halls, the oldest first; of these states, and of the second audit's."""
    by_id = {hall.id: hall for hall in halls}
    query = select(Document).where(Document.hall_id.in_(list(by_id)), Document.kind == BUNDLE)
    if states:
        query = query.where(Document.state.in_(list(states)))
    if seconds:
        waiting = select(SecondAudit.document_id).where(
            SecondAudit.hall_id == Document.hall_id,
            SecondAudit.document_id == Document.id,
            SecondAudit.state.in_(list(seconds)),
        )
        query = query.where(waiting.exists(), Document.state.in_(("submitted", "posted")))
    if since is not None:
        query = query.where(Document.business_date >= since)
    order = (Document.business_date, Document.hall_id, Document.id)
    documents = uow.session.scalars(query.order_by(*order).limit(limit)).all()
    return _listed(uow, by_id, documents)


def _listed(uow: UnitOfWork, halls: dict[int, Hall], documents: Sequence[Document]) -> list[Listed]:
    ids = [document.id for document in documents]
    facts = _facts(uow, documents)
    days = _counted(uow, LiveBundleDay, halls, ids)
    returned = _counted(uow, BundleReturn, halls, ids)
    seconds = {
        (one.hall_id, one.document_id): one
        for one in uow.session.scalars(
            select(SecondAudit).where(
                SecondAudit.hall_id.in_(list(halls)), SecondAudit.document_id.in_(ids)
            )
        )
    }
    return [
        Listed(
            halls[one.hall_id],
            one,
            facts.get((one.hall_id, one.id), {}),
            days.get((one.hall_id, one.id), 0),
            _unless_ended(one, seconds.get((one.hall_id, one.id))),
            returned.get((one.hall_id, one.id), 0),
        )
        for one in documents
    ]


def _counted(
    uow: UnitOfWork,
    table: type[LiveBundleDay | BundleReturn],
    halls: dict[int, Hall],
    ids: Sequence[int],
) -> dict[tuple[int, int], int]:
    rows = uow.session.execute(
        select(table.hall_id, table.document_id, func.count())
        .where(table.hall_id.in_(list(halls)), table.document_id.in_(ids))
        .group_by(table.hall_id, table.document_id)
    )
    return {(hall_id, document_id): count for hall_id, document_id, count in rows}


def _facts(uow: UnitOfWork, documents: Sequence[Document]) -> dict[tuple[int, int], dict[str, str]]:
    rows = uow.session.execute(
        select(
            DocumentFact.hall_id, DocumentFact.document_id, DocumentFact.name, DocumentFact.value
        ).where(
            DocumentFact.hall_id.in_({one.hall_id for one in documents}),
            DocumentFact.document_id.in_({one.id for one in documents}),
        )
    )
    found: dict[tuple[int, int], dict[str, str]] = {(one.hall_id, one.id): {} for one in documents}
    for hall_id, document_id, name, value in rows:
        if (hall_id, document_id) in found:
            found[hall_id, document_id][name] = value
    return found


def _returns(uow: UnitOfWork, document: Document) -> list[tuple[int, list[dt.date]]]:
    """Give the returns before finance signed: the event of each, and the days that left."""
    signed = uow.session.scalar(
        select(func.min(Signature.event_no)).where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.step == "approve",
            Signature.role == FINANCE,
        )
    )
    found: dict[int, list[dt.date]] = {}
    for line in returned_lines(uow, document):
        if signed is None or line.event_no < signed:
            found.setdefault(line.event_no, []).append(line.business_date)
    return list(found.items())
