"""What the acts on a slip share: making and filing it, who may, and the findings that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager

from ledger.actors import Employment, names_of, own_numbers
from ledger.audit.acts import follow_slip
from ledger.audit.findings import Finding
from ledger.audit.wording import view_finding
from ledger.corrections.due import due_after
from ledger.corrections.errors import (
    CheckerIsMaker,
    FindingMoved,
    NotOneClerks,
    NotYourSlip,
    SlipRefused,
    SlipStands,
    SlipUnreadable,
)
from ledger.corrections.kinds import AREA, KIND, bars_the_clerk
from ledger.corrections.known import Notice, Wrong, items_of, standing_slip
from ledger.corrections.reasons import REASONS, reason_of
from ledger.corrections.tables import SLIP_STATES, CorrectionItem, CorrectionSlip
from ledger.documents import Document, draft_document
from ledger.events import OpenEvent, canonical, record
from ledger.organisations import Hall
from ledger.permissions import NotPermitted
from ledger.rows import Row
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

AUDITOR = "auditor"
UNKNOWN = Text("不认识", "unknown")


def make_slip(
    uow: UnitOfWork, hall: Hall, today: dt.date, notice: Notice
) -> tuple[Document, CorrectionSlip]:
    """Give the draft and what is known of it; the slip is filed when the document has a number.

    Raises NotOneClerks, SlipStands, FindingMoved and SlipUnreadable.
    """
    _require_sendable(uow, hall, notice)
    reason = notice.reason or reason_of(notice.errors[0].check)
    if reason not in REASONS:
        raise SlipUnreadable(field=Text("差错类型", "Kind of error"), problem=UNKNOWN)
    document = draft_document(
        uow, hall_id=hall.id, kind=KIND, business_date=today, remark=notice.wrong.strip()
    )
    due_on, due_at = due_after(uow, hall.id, today)
    slip = CorrectionSlip(
        hall_id=hall.id,
        document_id=document.id,
        number="",
        clerk=notice.clerk,
        state="open",
        reason=reason,
        way="",
        of_day=min(error.date for error in notice.errors),
        sent_on=today,
        due_on=due_on,
        due_at=due_at,
        late=False,
        returns=0,
        net_fen=0,
        ended_on=None,
    )
    return document, slip


def file_slip(
    uow: UnitOfWork, document: Document, slip: CorrectionSlip, errors: Sequence[Wrong]
) -> None:
    """Keep what lists and checks look up, once the document has its number."""
    slip.number = document.number or ""
    with record_slip(uow, slip, "correction.sent") as event:
        rows: list[Row] = [
            (
                document.id,
                number,
                error.date.isoformat(),
                error.check,
                error.subject,
                error.expected_fen,
                error.found_fen,
            )
            for number, error in enumerate(errors, 1)
        ]
        event.insert(Base.metadata.tables[CorrectionItem.__tablename__], rows)
    uow.session.add(slip)
    uow.session.flush()


def follow(uow: UnitOfWork, slip: CorrectionSlip, act: str, reason: str) -> None:
    """Let the findings a slip is about go where it goes: answer, accept or return."""
    for item in items_of(uow, slip):
        follow_slip(
            uow,
            slip.hall_id,
            item.date,
            check=item.check,
            subject=item.subject,
            act=act,
            reason=reason,
        )


def _require_sendable(uow: UnitOfWork, hall: Hall, notice: Notice) -> None:
    """Each error is one person's, on no other slip, and still as it was seen."""
    if not notice.errors:
        raise NotOneClerks
    for error in notice.errors:
        standing = standing_slip(uow, hall.id, error.date, error.check, error.subject)
        if standing is not None:
            raise SlipStands(check=error.check, subject=error.subject, number=standing.number)
        finding = uow.session.get(Finding, (hall.id, error.date, error.check, error.subject))
        if finding is None:
            continue
        if finding.clerk != notice.clerk:
            raise NotOneClerks
        figures = (error.expected_fen, error.found_fen)
        if finding.state != "open" or (finding.expected, finding.found) != figures:
            raise FindingMoved(check=error.check, subject=error.subject)


def require_own(uow: UnitOfWork, hall: Hall, clerk: str, error: Wrong) -> None:
    """A person's error is answered by himself; a machine's and nobody's by the auditor."""
    holder = uow.session.get(Employment, (hall.id, clerk))
    if holder is not None and holder.kind == "person":
        if clerk not in own_numbers(uow, hall.id):
            raise NotYourSlip(check=error.check, subject=error.subject, clerk=clerk)
    elif AUDITOR not in uow.actor.roles_in(hall.id):
        raise NotPermitted(actor=uow.actor.label, action="answer", area=AREA)


def require_another(uow: UnitOfWork, document: Document, slip: CorrectionSlip) -> None:
    """Who decides is neither the clerk nor the one who answered; raises CheckerIsMaker."""
    if document.maker_id == uow.actor.person_id or bars_the_clerk(uow, document):
        first = items_of(uow, slip)[0]
        raise CheckerIsMaker(actor=uow.actor.label, check=first.check, subject=first.subject)


def sent_facts(uow: UnitOfWork, slip: CorrectionSlip, notice: Notice) -> dict[str, str]:
    """Give what is frozen when a slip is sent; each finding in the words it then has."""
    names = names_of(uow, slip.hall_id)
    facts = {
        "clerk": slip.clerk,
        "of_day": slip.of_day.isoformat(),
        "reason": slip.reason,
        "wrong": notice.wrong.strip(),
        "right": notice.right.strip(),
        "due": slip.due_on.isoformat(),
    }
    for number, error in enumerate(notice.errors, 1):
        key = (slip.hall_id, error.date, error.check, error.subject)
        finding = uow.session.get(Finding, key)
        told = None if finding is None else view_finding(finding, names=names, people=frozenset())
        facts[f"item.{number:02d}"] = canonical(
            {
                "date": error.date.isoformat(),
                "check": error.check,
                "subject": error.subject,
                "expected": error.expected_fen,
                "found": error.found_fen,
                "pieces": told is not None and told.in_pieces,
                "says": [told.message.zh, told.message.en] if told else ["", ""],
                "remedy": [told.remedy.zh, told.remedy.en] if told else ["", ""],
            }
        ).decode()
    return facts


def record_slip(
    uow: UnitOfWork, slip: CorrectionSlip, act: str
) -> AbstractContextManager[OpenEvent]:
    """Write an event about a slip, dated on the day the error is of."""
    return record(
        uow,
        hall_id=slip.hall_id,
        act=act,
        subject=f"slip:{slip.number}",
        business_date=slip.of_day,
        facts={"clerk": slip.clerk, "reason": slip.reason},
    )


def refused(slip: CorrectionSlip) -> SlipRefused:
    """Give the refusal of an act that the slip's state does not allow."""
    return SlipRefused(number=slip.number, state=SLIP_STATES[slip.state])
