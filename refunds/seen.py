"""Seeing a case: its steps and figures as they stand, and the full number with a recorded reason.

Numbers of subscribers are masked wherever a case is shown (DOMAIN RET-03); who must see one says
why, and that is an event of the hall.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.documents import Document, facts_of
from ledger.errors import Invalid
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import expires_on, find_case, policy_of
from refunds.instruments import INSTRUMENTS
from refunds.models import RefundExecution, RefundHandover, RefundPaper

WAITING, TO_DO = ("submitted",), ("approved",)
LONGEST_REASON = 500


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
    def subscriber(self) -> str:
        """The subscriber's number, in full."""
        return self.facts.get("subscriber", "")


def see_case(uow: UnitOfWork, hall: Hall, number: str) -> CaseSeen:
    """Give a case; raises UnknownDocument, NotYours and NotPermitted."""
    require(uow, hall.id, "refunds", "view")
    return _seen(uow, hall, find_case(uow, hall, number))


def list_cases(
    uow: UnitOfWork,
    hall: Hall,
    *,
    states: Sequence[str] = (),
    kind: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int = 200,
) -> list[CaseSeen]:
    """Give cases, the oldest that waits first, else the latest first."""
    require(uow, hall.id, "refunds", "view")
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind.in_([kind] if kind else list(INSTRUMENTS)),
        Document.state != "draft",
    )
    if states:
        query = query.where(Document.state.in_(states))
    if since is not None:
        query = query.where(Document.business_date >= since)
    if until is not None:
        query = query.where(Document.business_date <= until)
    waits = bool(states) and set(states) <= {"submitted", "approved"}
    order = Document.id if waits else Document.id.desc()
    return [
        _seen(uow, hall, one) for one in uow.session.scalars(query.order_by(order).limit(limit))
    ]


def unmask(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> str:
    """Give the full number of a case's subscriber and put on record who saw it and why."""
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
        pass
    return facts_of(uow, case).get("subscriber", "")


def _seen(uow: UnitOfWork, hall: Hall, document: Document) -> CaseSeen:
    facts = facts_of(uow, document)
    key = (hall.id, document.id)
    ticked = uow.session.scalars(
        select(RefundPaper.paper).where(
            RefundPaper.hall_id == hall.id, RefundPaper.document_id == document.id
        )
    ).all()
    execution = uow.session.get(RefundExecution, key)
    there = set(ticked)
    if execution is not None and execution.customer_signed:
        there.add("customer_receipt")
    asked = [paper for paper in facts.get("papers", "").split(",") if paper]
    handed = uow.session.get(RefundHandover, key)
    return CaseSeen(
        document=document,
        facts=facts,
        expires_on=expires_on(document, policy_of(uow, document)),
        execution=execution,
        papers=tuple(paper for paper in asked if paper in there),
        missing=tuple(paper for paper in asked if paper not in there),
        handed_at=handed.at if handed else None,
    )
