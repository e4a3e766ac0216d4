"""What a person does about a finding at any door: its answer is the answer of a correction slip.

One way for both: a finding on a slip is answered, accepted and returned with it; one on none gets a
slip with its answer. Only what was merely looked at, or overridden, needs no slip.
"""

from __future__ import annotations

import datetime as dt

from ledger.audit.acts import not_possible, overrule, take_note
from ledger.audit.findings import Finding
from ledger.audit.queries import UnknownFinding
from ledger.corrections.known import Answer, Wrong, standing_slip
from ledger.corrections.slips import (
    answer_slip,
    begin_answer,
    end_decided,
    return_slip,
    sign_slip,
)
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork

EXPLAINED = "explain"


def answer_finding(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str
) -> None:
    """Answer a finding in words alone; what changes account lines is answered on its slip.

    Raises NotYourSlip unless the finding is the actor's own, or nobody's and he the auditor.
    """
    answer = Answer(EXPLAINED, reason)
    slip = standing_slip(uow, hall.id, date, check, subject)
    if slip is not None:
        answer_slip(uow, hall, number=slip.number, answer=answer)
        return
    require(uow, hall.id, "audit", "answer")
    finding = _find(uow, hall, date, check, subject)
    if finding.state != "open":
        raise not_possible(finding)
    error = Wrong(date, check, subject, finding.expected, finding.found)
    begin_answer(uow, hall, clerk=finding.clerk, errors=[error], answer=answer)


def accept_finding(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str = ""
) -> None:
    """Accept the answer of a finding's slip, or take note of a warning that is on none.

    Raises OnlyEvidenceCures where nobody may override, CheckerIsMaker for one's own.
    """
    require(uow, hall.id, "audit", "accept")
    slip = standing_slip(uow, hall.id, date, check, subject)
    if slip is not None:
        sign_slip(uow, hall, number=slip.number, reason=reason)
        return
    take_note(uow, hall, date, check=check, subject=subject, reason=reason)


def return_finding(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str
) -> None:
    """Give the answer of a finding's slip back to the clerk; the finding is open again."""
    require(uow, hall.id, "audit", "accept")
    slip = standing_slip(uow, hall.id, date, check, subject)
    if slip is None:
        raise not_possible(_find(uow, hall, date, check, subject))
    return_slip(uow, hall, number=slip.number, reason=reason)


def override_finding(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str
) -> None:
    """Let a difference stand within the tiers of CHECKS; its slip need not be answered any more.

    Raises OverrideRefused where the check or the amount is beyond the actor, MakerIsChecker for
    his own transactions.
    """
    overrule(uow, hall, date, check=check, subject=subject, reason=reason)
    end_decided(uow, hall, date, check, subject)


def _find(uow: UnitOfWork, hall: Hall, date: dt.date, check: str, subject: str) -> Finding:
    finding = uow.session.get(Finding, (hall.id, date, check, subject))
    if finding is None:
        raise UnknownFinding(date=date, check=check, subject=subject)
    return finding
