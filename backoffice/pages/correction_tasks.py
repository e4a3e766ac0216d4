"""What of corrections waits for the visitor: slips to answer, answers to accept, those overdue."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from backoffice.pages.door import allowed, hall
from backoffice.pages.tasks import Task
from ledger.actors import own_numbers
from ledger.audit.queries import people_of
from ledger.corrections.kinds import AREA
from ledger.corrections.reasons import REASONS
from ledger.corrections.seen import is_overdue, list_slips
from ledger.corrections.tables import WITH_CLERK, CorrectionItem, CorrectionSlip
from ledger.permissions import LEADERS
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.waiting import is_asked, unsigned_documents

OPEN = Text("打开", "Open")
WAITING = Text("更正单", "Correction slip")
OVERDUE = Text("逾期更正单", "Correction slip, overdue")


def correction_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor: his own slips, the soonest due first, then others' answers.

    A leader of the hall is told of every slip that is overdue.
    """
    if not allowed("corrections", "view"):
        return
    numbers, people = own_numbers(uow, hall().id), people_of(uow, hall().id)
    asked = {
        awaited.document.number
        for awaited in unsigned_documents(uow, hall(), (AREA,))
        if is_asked(uow, awaited, numbers)
    }
    leads = bool(LEADERS & uow.actor.roles_in(hall().id))
    for slip in list_slips(uow, hall(), state="standing"):
        overdue = is_overdue(slip, uow.now)
        if slip.state in WITH_CLERK and _answers(slip.clerk, numbers, people):
            yield _task(slip, Text("更正", "Put right"), urgent=overdue)
        elif slip.number in asked:
            yield _task(slip, Text("接受", "Accept"), urgent=False)
        elif overdue and leads:
            yield _task(slip, OPEN, urgent=True)


def on_slips(uow: UnitOfWork) -> set[tuple[object, str, str]]:
    """Give the findings that are on slips now: their slips are the tasks, not they."""
    rows = uow.session.execute(
        select(CorrectionItem.business_date, CorrectionItem.check_code, CorrectionItem.subject)
        .join(
            CorrectionSlip,
            (CorrectionSlip.hall_id == CorrectionItem.hall_id)
            & (CorrectionSlip.document_id == CorrectionItem.document_id),
        )
        .where(
            CorrectionItem.hall_id == hall().id,
            CorrectionSlip.state.in_((*WITH_CLERK, "answered")),
        )
    )
    return {(date, check, subject) for date, check, subject in rows}


def may_answer_for(uow: UnitOfWork, clerk: str) -> bool:
    """Tell whether the visitor answers for that clerk: himself, or the auditor where it is none."""
    return _answers(clerk, own_numbers(uow, hall().id), people_of(uow, hall().id))


def _answers(clerk: str, numbers: frozenset[str], people: frozenset[str]) -> bool:
    if not allowed("audit", "answer"):
        return False
    return clerk in numbers or (clerk not in people and allowed("corrections", "send"))


def _task(slip: CorrectionSlip, verb: Text, *, urgent: bool) -> Task:
    reason = REASONS[slip.reason].text
    said = OVERDUE if urgent else WAITING
    return Task(
        slip.of_day,
        Text(f"{said.zh}:{reason.zh}", f"{said.en}: {reason.en.lower()}"),
        verb,
        url_for("pages.show_correction", hall=hall().code, number=slip.number),
        slip.number,
        slip.net_fen,
        urgent=urgent,
    )
