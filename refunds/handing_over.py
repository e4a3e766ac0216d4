"""The day's papers handed to the auditor (当日资料交接清单): one list, signed by both sides.

The list names the cases carried out on a day and those before it whose papers are still awaited,
with what is there, what is missing and until when. Who hands over signs what he gives; the auditor
signs that he took it, and with that receives every case that was complete on the list. What is
missing stays awaited and stands on the next list.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.dating import posting_day, take_day
from ledger.documents import Document, DocumentFact, draft_document, facts_of, find_document
from ledger.errors import Conflict
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.times import midnight
from ledger.work import UnitOfWork
from refunds.errors import NotYours, PapersMissing
from refunds.kinds import PAPER_LIST
from refunds.models import RefundExecution, RefundHandover
from refunds.papers import PapersDue, due_papers, receive_papers
from refunds.seen import cases_of

AUDITOR = "auditor"


class NothingToHandOver(Conflict):
    """No case up to that day still has papers to hand over."""

    code = "nothing_to_hand_over"
    text = Text(
        "截至 {on} 没有待交的资料。", "Up to {on} there are no papers that wait to be handed over."
    )


class ListAwaitsAuditor(Conflict):
    """A list is on its way already; a second one would hand the same papers over twice."""

    code = "list_awaits_auditor"
    text = Text(
        "清单 {number} 正待稽核签收。请先由稽核签收或退回,或由交出人撤回。",
        "{number} awaits the auditor already. He signs or refuses it first, or its giver takes it"
        " back.",
    )


@dataclass(frozen=True, slots=True)
class PaperList:
    """How a day's papers stand: its cases, earlier ones still awaited, and the lists made for it.

    `today` has every case carried out on the day, also those received; `earlier` only those whose
    papers are awaited. `open` is the list, of whatever day, that awaits the auditor.
    """

    on: dt.date
    today: tuple[PapersDue, ...]
    earlier: tuple[PapersDue, ...]
    documents: tuple[Document, ...]
    open: Document | None

    @property
    def awaited(self) -> list[PapersDue]:
        """The cases whose papers the auditor does not have."""
        return [one for one in (*self.earlier, *self.today) if one.case.handed_at is None]


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as it stood on a list when it was signed: papers there and papers missing."""

    number: str
    held: tuple[str, ...]
    missing: tuple[str, ...]


def papers_on(uow: UnitOfWork, hall: Hall, on: dt.date) -> PaperList:
    """Give the papers of the cases carried out up to a day; raises NotPermitted."""
    require(uow, hall.id, "refunds", "view")
    start = midnight(on)
    end = start + dt.timedelta(days=1)
    found = uow.session.scalars(
        select(Document)
        .join(
            RefundExecution,
            (RefundExecution.hall_id == Document.hall_id)
            & (RefundExecution.document_id == Document.id),
        )
        .outerjoin(
            RefundHandover,
            (RefundHandover.hall_id == Document.hall_id)
            & (RefundHandover.document_id == Document.id),
        )
        .where(
            Document.hall_id == hall.id,
            RefundExecution.at < end,
            (RefundExecution.at >= start) | RefundHandover.at.is_(None),
        )
        .order_by(RefundExecution.at)
    ).all()
    due = due_papers(uow, cases_of(uow, hall, found))
    return PaperList(
        on,
        today=tuple(one for one in due if one.carried_out_at >= start),
        earlier=tuple(one for one in due if one.carried_out_at < start),
        documents=tuple(lists_of(uow, hall, on)),
        open=_open_list(uow, hall),
    )


def lists_of(uow: UnitOfWork, hall: Hall, on: dt.date) -> Sequence[Document]:
    """Give the lists made for a day, the oldest first."""
    return uow.session.scalars(
        select(Document)
        .join(
            DocumentFact,
            (DocumentFact.hall_id == Document.hall_id)
            & (DocumentFact.document_id == Document.id)
            & (DocumentFact.revision == Document.revision)
            & (DocumentFact.name == "on")
            & (DocumentFact.value == on.isoformat()),
        )
        .where(Document.hall_id == hall.id, Document.kind == PAPER_LIST)
        .order_by(Document.id)
    ).all()


def _open_list(uow: UnitOfWork, hall: Hall) -> Document | None:
    return uow.session.scalar(
        select(Document).where(
            Document.hall_id == hall.id,
            Document.kind == PAPER_LIST,
            Document.state == "submitted",
        )
    )


def give_papers(uow: UnitOfWork, *, hall: Hall, on: dt.date) -> Document:
    """Sign the list of a day as who hands the papers over; it awaits the auditor.

    Raises NothingToHandOver, ListAwaitsAuditor, DateRefused, NotPermitted.
    """
    require(uow, hall.id, "refund_papers", "submit")
    today = uow.today
    take_day(uow, hall, max(today, on))
    told = papers_on(uow, hall, on)
    if told.open is not None:
        raise ListAwaitsAuditor(number=told.open.number)
    if not told.awaited:
        raise NothingToHandOver(on=on)
    document = draft_document(uow, hall_id=hall.id, kind=PAPER_LIST, business_date=today)
    facts = {"on": on.isoformat(), "cases": _as_json(told.awaited)}
    return advance(uow, document, "submit", facts=facts, confirm_roles=(AUDITOR,))


def take_papers(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a list as auditor: every case that was complete on it is received by him.

    Raises NotTheAuditor for a case he had a part in, and what `advance` raises.
    """
    document = find_list(uow, hall, number)
    advance(uow, document, "approve", on=posting_day(uow, document))
    whole = [one.number for one in listed_cases(uow, document) if not one.missing]
    receive_papers(uow, hall=hall, numbers=whole)
    return document


def refuse_papers(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Refuse a list as auditor, with a reason; nothing was handed over."""
    if not reason.strip():
        raise PapersMissing(papers=Text("退回原因", "the reason"))
    return advance(uow, find_list(uow, hall, number), "reject", reason=reason.strip())


def take_back_list(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Take one's own list back before the auditor signed it; raises NotYours."""
    document = find_list(uow, hall, number)
    if document.maker_id != uow.actor.person_id:
        raise NotYours(
            number=number, problem=Text("只有交出人可以撤回", "only who gave it may take it back")
        )
    return advance(uow, document, "cancel")


def find_list(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the list of that number; raises UnknownDocument and NotYours."""
    document = find_document(uow, hall.id, number)
    if document.kind != PAPER_LIST:
        raise NotYours(
            number=number, problem=Text("不是资料交接清单", "is no list of papers handed over")
        )
    return document


def listed_cases(uow: UnitOfWork, document: Document) -> list[ListedCase]:
    """Give the cases of a list as they were when it was signed."""
    read = json.loads(facts_of(uow, document)["cases"])
    return [ListedCase(number, tuple(held), tuple(missing)) for number, held, missing in read]


def _as_json(awaited: Iterable[PapersDue]) -> str:
    lines = [[one.case.document.number, one.case.papers, one.case.missing] for one in awaited]
    return json.dumps(lines, separators=(",", ":"))
