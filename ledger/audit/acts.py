"""What becomes of a finding: answered, accepted, returned, overridden, settled.

Each act is an event and a row bound to the figures (expected, found) its person saw: when a run
changes either, the finding is open again. Duties are held against persons, never numbers. An answer
is given on a correction slip and nowhere else (`ledger/corrections`); the finding follows it here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.actors import own_numbers
from ledger.audit.check import known_check
from ledger.audit.engine import AUDIT_STATUS
from ledger.audit.findings import FINDING_STATES, Finding, FindingAct
from ledger.audit.limits import require_override
from ledger.audit.queries import UnknownFinding
from ledger.audit.signing import STANDING, lock_unsigned_day
from ledger.errors import Conflict
from ledger.events import record
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

LOOKED_AT = ("warn", "note")
"""What only has to be looked at is accepted without an answer."""


class ActNotPossible(Conflict):
    """The finding's state does not allow the act."""

    code = "act_not_possible"
    text = Text(
        "差异 {check} {subject} 当前为“{state_zh}”,不能办理此项。请刷新后重试。",
        "Finding {check} {subject} is {state_en}; that cannot be done now. Look at it again.",
    )


class MakerIsChecker(Conflict):
    """Nobody accepts his own answer, nor decides on his own transactions."""

    code = "audit_maker_is_checker"
    text = Text(
        "{actor} 不能处理本人的差异 {check} {subject}。请由另一人办理。",
        "{actor} cannot decide on his own finding {check} {subject}. Ask another person.",
    )


class OnlyEvidenceCures(Conflict):
    """Where nobody may override, an answer does not close the finding; evidence does."""

    code = "only_evidence_cures"
    text = Text(
        "{check} 不能凭答复了结:请更正或补齐数据后重新运行稽核,差异消除即可。",
        "{check} is not closed by an answer: correct or complete the evidence and run the audit"
        " again.",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a finding: its permission, from which states, and to which."""

    action: str
    states: tuple[str, ...]
    state: str


STEPS: dict[str, Step] = {
    "answer": Step("answer", ("open",), "answered"),
    "accept": Step("accept", ("answered",), "accepted"),
    "return": Step("accept", ("answered",), "open"),
    "override": Step("override", ("open", "answered"), "overridden"),
    "note": Step("accept", ("open",), "accepted"),
    "settle": Step("settle", ("open", "answered"), "settled"),
}


def take_note(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str = ""
) -> None:
    """Accept a warning or a note that was looked at; raises MakerIsChecker for one's own."""
    finding = _take(uow, hall, date, check=check, subject=subject, act="note")
    if finding.severity not in LOOKED_AT:
        raise not_possible(finding)
    _require_another(uow, hall.id, finding)
    _act(uow, finding, "accept", reason)


def overrule(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, reason: str
) -> None:
    """Let a difference stand, within the tiers of CHECKS.

    Raises OverrideRefused where the check or the amount is beyond the actor, MakerIsChecker for
    his own transactions.
    """
    finding = _take(uow, hall, date, check=check, subject=subject, act="override")
    _require_another(uow, hall.id, finding)
    role = require_override(uow, finding)
    _act(uow, finding, "override", reason, facts={"role": role})


def _take(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str, act: str
) -> Finding:
    """Lock hall and finding; only a finding of an unsigned day in the right state is given."""
    step = STEPS[act]
    require(uow, hall.id, "audit", step.action)
    lock_head(uow, hall.id)
    lock_unsigned_day(uow, hall, date)
    finding = uow.session.get(
        Finding, (hall.id, date, check, subject), with_for_update=True, populate_existing=True
    )
    if finding is None:
        raise UnknownFinding(date=date, check=check, subject=subject)
    if finding.state not in step.states:
        raise not_possible(finding)
    return finding


def require_settleable(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, check: str, subject: str
) -> Finding:
    """Give a finding that can be closed with liability; raises ActNotPossible and DayIsSigned."""
    return _take(uow, hall, date, check=check, subject=subject, act="settle")


def settle_finding(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    check: str,
    subject: str,
    reason: str,
    figures: tuple[int | None, int | None],
) -> None:
    """Close a finding with liability, by the document that says so (`ledger/corrections`).

    Raises ActNotPossible where its figures are no longer those.
    """
    finding = _take(uow, hall, date, check=check, subject=subject, act="settle")
    if (finding.expected, finding.found) != figures:
        raise not_possible(finding)
    _act(uow, finding, "settle", reason)


def follow_slip(
    uow: UnitOfWork,
    hall_id: int,
    date: dt.date,
    *,
    check: str,
    subject: str,
    act: str,
    reason: str,
) -> None:
    """Let a finding follow the slip it is on: answered, accepted or returned with it.

    What a run or another decision has closed meanwhile stays so; what a run has opened again is not
    accepted: raises ActNotPossible, and OnlyEvidenceCures where nobody may override and the finding
    still stands. A signed day keeps what was signed; only the finding's own state moves.
    """
    finding = uow.session.get(
        Finding, (hall_id, date, check, subject), with_for_update=True, populate_existing=True
    )
    if finding is None or finding.state not in STANDING:
        return
    if act == "accept":
        known = known_check(check)
        if finding.severity == "block" and (known is None or known.override == "nobody"):
            raise OnlyEvidenceCures(check=check)
        if finding.state != "answered":
            raise not_possible(finding)
    if finding.state in STEPS[act].states:
        _act(uow, finding, act, reason)


def not_possible(finding: Finding) -> ActNotPossible:
    """Give the refusal of an act that the finding's state does not allow."""
    state = FINDING_STATES[finding.state]
    return ActNotPossible(
        check=finding.check_code,
        subject=finding.subject,
        state_zh=state.zh,
        state_en=state.en.lower(),
    )


def _act(
    uow: UnitOfWork,
    finding: Finding,
    act: str,
    reason: str,
    *,
    facts: dict[str, object] | None = None,
) -> None:
    with record(
        uow,
        hall_id=finding.hall_id,
        act=f"finding.{act}",
        subject=f"{finding.check_code} {finding.subject}",
        business_date=finding.business_date,
        facts=facts,
    ) as event:
        row: Row = (
            finding.business_date.isoformat(),
            finding.check_code,
            finding.subject,
            act,
            reason,
            finding.expected,
            finding.found,
            uow.actor.person_id,
            plain(uow.now),
        )
        event.insert(Base.metadata.tables[FindingAct.__tablename__], [row])
    finding.state = STEPS[act].state
    uow.session.flush()
    refresh_audit_status(uow, finding.hall_id, finding.business_date)


def refresh_audit_status(uow: UnitOfWork, hall_id: int, date: dt.date) -> None:
    """Bring one day's audit status up to date after an act; never run or signed, it stays."""
    uow.session.execute(
        text(
            f"UPDATE hall_days SET audit_status = {AUDIT_STATUS}"
            " WHERE hall_id = :hall AND business_date = :date"
            " AND audit_status NOT IN ('unaudited', 'audited')"
        ),
        {"hall": hall_id, "date": date.isoformat()},
    )
    uow.session.expire_all()


def _require_another(uow: UnitOfWork, hall_id: int, finding: Finding) -> None:
    """The person who decides is neither the finding's nor the one who answered it."""
    answered_by = uow.session.scalars(
        select(FindingAct.person_id)
        .where(
            FindingAct.hall_id == hall_id,
            FindingAct.business_date == finding.business_date,
            FindingAct.check_code == finding.check_code,
            FindingAct.subject == finding.subject,
            FindingAct.act == "answer",
        )
        .order_by(FindingAct.event_no.desc())
        .limit(1)
    ).first()
    own = finding.clerk in own_numbers(uow, hall_id)
    if own or (finding.state == "answered" and answered_by == uow.actor.person_id):
        raise MakerIsChecker(
            actor=uow.actor.label, check=finding.check_code, subject=finding.subject
        )
