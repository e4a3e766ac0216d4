"""Seeing a case: its steps and figures as they stand, and the full number with a recorded reason.

Numbers of subscribers are masked wherever a case is shown (DOMAIN RET-03); who must see one says
why, and that is an event of the hall.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, select

from ledger.documents import STATED_BY, Document, DocumentFact, facts_of
from ledger.errors import Invalid
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import expires_on, find_case
from refunds.flags import raise_flag
from refunds.instruments import INSTRUMENTS
from refunds.limits import use_limit
from refunds.models import RefundExecution, RefundHandover, RefundPaper
from refunds.policy import Policy, policy_from_json

LONGEST_REASON = 500
MANY_UNMASKED = 10
T = TypeVar("T", RefundExecution, RefundHandover, RefundPaper)


class WhyNeeded(Invalid):
    """A full number is shown to nobody who does not say why."""

    code = "why_needed"
    text = Text(
        "查看完整号码须写明原因,并会留下记录。",
        "Say why you need the full number; it is put on record.",
    )


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case with all that hangs on it; what is asked of it is in `facts` as frozen."""

    document: Document
    facts: dict[str, str]
    expires_on: dt.date
    execution: RefundExecution | None
    papers: tuple[str, ...]
    missing: tuple[str, ...]
    handed_at: dt.datetime | None

    @property
    def policy(self) -> Policy:
        """The policy it was judged by, as frozen with it."""
        return policy_from_json(self.facts["policy"])

    @property
    def subscriber(self) -> str:
        """The subscriber's number, in full."""
        return self.facts.get("subscriber", "")


def see_case(uow: UnitOfWork, hall: Hall, number: str) -> CaseSeen:
    """Give a case; raises UnknownDocument, NotYours and NotPermitted."""
    require(uow, hall.id, "refunds", "view")
    return _seen(uow, hall, [find_case(uow, hall, number)])[0]


def cases_of(uow: UnitOfWork, hall: Hall, documents: Sequence[Document]) -> list[CaseSeen]:
    """Give the cases of documents that were found already, in their order; raises NotPermitted."""
    require(uow, hall.id, "refunds", "view")
    return _seen(uow, hall, documents)


def list_cases(
    uow: UnitOfWork,
    hall: Hall,
    *,
    states: Sequence[str] = (),
    kind: str = "",
    clerk: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int = 200,
) -> list[CaseSeen]:
    """Give cases, the oldest that waits first, else the latest first.

    `clerk` is the staff number of who asked for them.
    """
    require(uow, hall.id, "refunds", "view")
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind.in_([kind] if kind else list(INSTRUMENTS)),
        Document.state != "draft",
    )
    if states:
        query = query.where(Document.state.in_(states))
    if clerk:
        query = query.where(_stating("requester", clerk))
    if since is not None:
        query = query.where(Document.business_date >= since)
    if until is not None:
        query = query.where(Document.business_date <= until)
    waits = bool(states) and set(states) <= {"submitted", "approved"}
    order = Document.id if waits else Document.id.desc()
    return _seen(uow, hall, uow.session.scalars(query.order_by(order).limit(limit)).all())


def cases_for(uow: UnitOfWork, hall: Hall, subscriber: str, *, limit: int = 20) -> list[CaseSeen]:
    """Give what was ever asked for one subscriber, the latest first."""
    require(uow, hall.id, "refunds", "view")
    if not subscriber:
        return []
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind.in_(list(INSTRUMENTS)),
        Document.state != "draft",
        _stating("subscriber", subscriber),
    )
    return _seen(
        uow, hall, uow.session.scalars(query.order_by(Document.id.desc()).limit(limit)).all()
    )


def _stating(name: str, value: str) -> ColumnElement[bool]:
    return exists().where(
        DocumentFact.hall_id == Document.hall_id,
        DocumentFact.document_id == Document.id,
        DocumentFact.revision == Document.revision,
        DocumentFact.name == name,
        DocumentFact.value == value,
    )


def unmask(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> str:
    """Give the full number of a case's subscriber and put on record who saw it and why.

    Who sees more than ten in a day is flagged to the auditor, each time from then on (RET-03).
    """
    require(uow, hall.id, "refunds", "unmask")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise WhyNeeded
    case = find_case(uow, hall, number)
    with record(
        uow,
        hall_id=hall.id,
        act="number.unmasked",
        subject=f"document:{case.number}",
        facts={"reason": reason.strip()},
    ):
        today = uow.today
        person = uow.actor.person_id
        seen = use_limit(
            uow,
            hall_id=hall.id,
            scope="unmasked",
            subject=str(person),
            on=today,
            amount_fen=1,
            limit_fen=None,
        )
        if seen > MANY_UNMASKED:
            found = {"seen_by": person, "who": uow.actor.label, "seen": seen}
            raise_flag(uow, hall, case, "many_unmasked", found)
    return facts_of(uow, case).get("subscriber", "")


def _seen(uow: UnitOfWork, hall: Hall, documents: Sequence[Document]) -> list[CaseSeen]:
    """Give the cases of documents in their order: four reads, however many there are."""
    ids = [document.id for document in documents]
    facts: dict[int, dict[str, str]] = {number: {} for number in ids}
    stated = uow.session.execute(
        select(DocumentFact.document_id, DocumentFact.name, DocumentFact.value)
        .join(Document, STATED_BY)
        .where(DocumentFact.hall_id == hall.id, DocumentFact.document_id.in_(ids))
    )
    for number, name, value in stated:
        facts[number][name] = value
    ticked: dict[int, set[str]] = {number: set() for number in ids}
    for paper in uow.session.scalars(_of(RefundPaper, hall, ids)):
        ticked[paper.document_id].add(paper.paper)
    executed = {
        one.document_id: one for one in uow.session.scalars(_of(RefundExecution, hall, ids))
    }
    handed = {
        one.document_id: one.at for one in uow.session.scalars(_of(RefundHandover, hall, ids))
    }
    return [
        _case(one, facts[one.id], ticked[one.id], executed.get(one.id), handed.get(one.id))
        for one in documents
    ]


def _of(table: type[T], hall: Hall, ids: Sequence[int]) -> Select[T]:
    return select(table).where(table.hall_id == hall.id, table.document_id.in_(ids))


def _case(
    document: Document,
    facts: dict[str, str],
    there: set[str],
    execution: RefundExecution | None,
    handed_at: dt.datetime | None,
) -> CaseSeen:
    if execution is not None and execution.customer_signed:
        there = there | {"customer_receipt"}
    asked = [paper for paper in facts.get("papers", "").split(",") if paper]
    return CaseSeen(
        document=document,
        facts=facts,
        expires_on=expires_on(document, policy_from_json(facts["policy"])),
        execution=execution,
        papers=tuple(paper for paper in asked if paper in there),
        missing=tuple(paper for paper in asked if paper not in there),
        handed_at=handed_at,
    )
