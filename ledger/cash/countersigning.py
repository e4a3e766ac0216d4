"""A small hall's hand-over of a shift, countersigned by a supervisor by the next noon.

Where nobody can stand by, the two clerks sign alone; a manager who is neither of them countersigns
the sheet afterwards (小厅授权).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from ledger.approvals import Signature
from ledger.calendars import next_open_day
from ledger.cash.errors import CountersignRefused
from ledger.cash.kinds import COUNTERSIGN, HANDOVER
from ledger.dating import take_day
from ledger.documents import (
    STATED_BY,
    Document,
    DocumentFact,
    draft_document,
    facts_of,
    find_document,
)
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

DUE = "countersign_due"
NOON = dt.time(12)


@dataclass(frozen=True, slots=True)
class Uncountersigned:
    """A hand-over that waits for a supervisor, until when, and whether that is past."""

    document: Document
    due_at: dt.datetime
    is_overdue: bool


def due_of(uow: UnitOfWork, hall: Hall, day: dt.date) -> dt.datetime:
    """Give when a hand-over of a day is to be countersigned: noon of the hall's next open day."""
    return dt.datetime.combine(next_open_day(uow, hall.id, day), NOON, HALL_TIME)


def uncountersigned(uow: UnitOfWork, hall: Hall) -> list[Uncountersigned]:
    """Give the hand-overs that still wait for a supervisor, the oldest first."""
    done = (
        select(DocumentFact.value)
        .join(Document, STATED_BY)
        .where(
            Document.hall_id == hall.id,
            Document.kind == COUNTERSIGN,
            Document.state == "posted",
            DocumentFact.name == "handover",
        )
    )
    rows = uow.session.execute(
        select(Document, DocumentFact.value)
        .join(DocumentFact, STATED_BY & (DocumentFact.name == DUE))
        .where(
            DocumentFact.hall_id == hall.id,
            Document.kind == HANDOVER,
            Document.state == "posted",
            Document.number.not_in(done),
        )
        .order_by(Document.id)
    ).all()
    found = [(document, dt.datetime.fromisoformat(due)) for document, due in rows]
    return [Uncountersigned(document, due, uow.now > due) for document, due in found]


def countersign(uow: UnitOfWork, *, hall: Hall, number: str, remark: str = "") -> Document:
    """Countersign a small hall's hand-over as a manager who was neither of the two.

    Raises CountersignRefused, UnknownDocument and NotPermitted.
    """
    require(uow, hall.id, "countersign", "submit")
    day = take_day(uow, hall, None)
    handover = find_document(uow, hall.id, number)
    if number not in {one.document.number for one in uncountersigned(uow, hall)}:
        raise CountersignRefused(
            number=number, problem=Text("没有待补签的监交", "it waits for no countersignature")
        )
    signed = uow.session.scalars(
        select(Signature.person_id).where(
            Signature.hall_id == hall.id, Signature.document_id == handover.id
        )
    ).all()
    if uow.actor.person_id in signed:
        raise CountersignRefused(
            number=number,
            problem=Text("交接双方不能监交", "neither of the two who handed over supervises it"),
        )
    due = dt.datetime.fromisoformat(facts_of(uow, handover)[DUE])
    document = draft_document(
        uow, hall_id=hall.id, kind=COUNTERSIGN, business_date=day, remark=remark.strip()
    )
    facts = {"handover": number, "due": due.isoformat(), "late": "1" if uow.now > due else "0"}
    return advance(uow, document, "submit", facts=facts)
