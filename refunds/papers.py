"""The papers of cases: ticked when they are there, handed to the auditor by the next noon.

What is missing is tracked to its due time (DOMAIN REF-03): after the hour that the case's policy
sets for the next day it is a finding, three days after it is told to the manager.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.documents import STATES, Document
from ledger.errors import Conflict, Forbidden
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import plain
from ledger.schema import Base
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from refunds.errors import PapersMissing
from refunds.models import RefundExecution, RefundHandover
from refunds.policy import PAPERS
from refunds.seen import CaseSeen, cases_of, see_case

TO_MANAGER = dt.timedelta(days=3)


class PaperUnknown(Conflict):
    """The paper is not one the case asks for, or it was ticked already."""

    code = "paper_unknown"
    text = Text(
        "单据 {number} 不需要“{paper}”,或已勾选。",
        "{number} does not ask for “{paper}”, or it was ticked already.",
    )


class PapersNotNow(Conflict):
    """Papers are ticked while a case stands, and received once it was carried out."""

    code = "papers_not_now"
    text = Text(
        "单据 {number} 为{state},现在不能登记或验收资料。",
        "{number} is {state}: its papers are not ticked or received now.",
    )


class NotTheAuditor(Forbidden):
    """Papers are received by an auditor who had no part in the case."""

    code = "not_the_auditor"
    text = Text(
        "单据 {number} 由您经手,不能由您验收。",
        "You had a part in {number}; another auditor receives its papers.",
    )


@dataclass(frozen=True, slots=True)
class PapersDue:
    """The papers of a case: until when the auditor awaits them, and whether they are late."""

    case: CaseSeen
    due_at: dt.datetime
    late: bool
    to_manager: bool

    @property
    def carried_out_at(self) -> dt.datetime:
        """When the case was carried out."""
        assert self.case.execution is not None, "papers are due after it"
        return self.case.execution.at


def tick_papers(uow: UnitOfWork, *, hall: Hall, number: str, papers: Sequence[str]) -> CaseSeen:
    """Note that papers of a case are there, in the name of who has them in hand."""
    require(uow, hall.id, "refunds", "post")
    case = see_case(uow, hall, number)
    _check_state(case, ("submitted", "approved", "posted"))
    for paper in papers:
        if paper not in case.missing:
            raise PaperUnknown(number=number, paper=PAPERS.get(paper, Text(paper, paper)))
    with record(
        uow,
        hall_id=hall.id,
        act="case.papers_ticked",
        subject=f"document:{case.document.number}",
        facts={"papers": list(papers)},
    ) as event:
        rows = [
            (case.document.id, paper, uow.actor.person_id, plain(uow.now))
            for paper in sorted(papers)
        ]
        event.insert(Base.metadata.tables["refund_papers"], rows)
    return see_case(uow, hall, number)


def receive_papers(uow: UnitOfWork, *, hall: Hall, numbers: Sequence[str]) -> list[CaseSeen]:
    """Take the papers of cases over as auditor: all there, and none of them one's own."""
    require(uow, hall.id, "refunds", "settle")
    received = []
    for number in numbers:
        case = see_case(uow, hall, number)
        _check_state(case, ("posted", "reversed"))
        if case.missing:
            missing = Text(
                "、".join(PAPERS[one].zh for one in case.missing),
                ", ".join(PAPERS[one].en for one in case.missing),
            )
            raise PapersMissing(papers=missing)
        executor = case.execution.person_id if case.execution else None
        if uow.actor.person_id in (case.document.maker_id, executor):
            raise NotTheAuditor(number=number)
        if case.handed_at is None:
            with record(
                uow,
                hall_id=hall.id,
                act="case.papers_received",
                subject=f"document:{case.document.number}",
            ) as event:
                row = (case.document.id, uow.actor.person_id, plain(uow.now))
                event.insert(Base.metadata.tables["refund_handovers"], [row])
        received.append(see_case(uow, hall, number))
    return received


def _check_state(case: CaseSeen, states: Sequence[str]) -> None:
    state = case.document.state
    if state not in states:
        raise PapersNotNow(number=case.document.number, state=STATES[state])


def papers_due(uow: UnitOfWork, hall: Hall) -> list[PapersDue]:
    """Give the cases carried out whose papers the auditor has not received, oldest first."""
    waiting = uow.session.scalars(
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
        .where(Document.hall_id == hall.id, RefundHandover.at.is_(None))
        .order_by(RefundExecution.at)
    ).all()
    return due_papers(uow, cases_of(uow, hall, waiting))


def due_papers(uow: UnitOfWork, cases: Iterable[CaseSeen]) -> list[PapersDue]:
    """Give how the papers of cases that were carried out stand now, in their order."""
    due = []
    for case in cases:
        assert case.execution is not None, "it was carried out"
        at, waits = case.execution.at, case.handed_at is None
        due_at = due_after(at, case.policy.papers_due_hour)
        due.append(
            PapersDue(case, due_at, waits and uow.now > due_at, waits and uow.now > at + TO_MANAGER)
        )
    return due


def due_after(at: dt.datetime, hour: int) -> dt.datetime:
    """Give when papers of what was done at that time are due: the policy's hour of the next day."""
    day = at.astimezone(HALL_TIME).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(hour), HALL_TIME)
