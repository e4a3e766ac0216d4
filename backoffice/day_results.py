"""The daily result (日稽核结果) as every door shows it: errors, overrides, and who signed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from backoffice.errors import Payload
from backoffice.paper_audit import audit_paper_values
from backoffice.printing import render_paper
from backoffice.trade_words import show_moment, typeset
from ledger.actors import ROLES, Person
from ledger.approvals import signatures_of
from ledger.audit.day import DayAudit, FindingView
from ledger.audit.findings import FindingAct
from ledger.audit.queries import show_day
from ledger.audit.wording import subject_text
from ledger.closing.kinds import RESULT
from ledger.documents import STATES, Document, UnknownDocument, facts_of
from ledger.masking import mask_numbers
from ledger.money import show_figure, show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

MEANING = {
    "submit": Text("账、票、款已核对,差异均已列明", "Compared, and every gap is listed"),
    "approve": Text("已阅以上差错和核准,同意关账", "I have read it; the day may be closed"),
}
AUDITOR = Text("稽核员", "Auditor")


@dataclass(frozen=True, slots=True)
class Override:
    """A difference that was let stand: which, by whom, when, and why."""

    finding: FindingView
    person: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature under the result: in which role, who, when, and the hash he signed."""

    step: str
    role: str
    name: str
    at: dt.datetime
    signed_hash: str

    @property
    def role_text(self) -> Text:
        """The role in words."""
        return ROLES.get(self.role, AUDITOR)


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """A daily result: its document, the frozen day it is about, what was overridden, who signed."""

    document: Document
    facts: dict[str, str]
    day: DayAudit
    overrides: tuple[Override, ...]
    signatures: tuple[SignedBy, ...]

    @property
    def version(self) -> int:
        """Which signature of the day it goes with, from 1."""
        return int(self.facts["version"])

    @property
    def errors(self) -> list[FindingView]:
        """What the day's audit found, but for notes."""
        return [finding for finding in self.day.findings if finding.severity != "note"]


def see_results(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[ResultSeen]:
    """Give the daily results of a day, one for each version, the latest first."""
    require(uow, hall.id, "audit", "view")
    documents = uow.session.scalars(
        select(Document)
        .where(
            Document.hall_id == hall.id,
            Document.business_date == date,
            Document.kind == RESULT,
            Document.state != "draft",
        )
        .order_by(Document.id.desc())
    ).all()
    return [_see(uow, hall, document) for document in documents]


def find_result(uow: UnitOfWork, hall: Hall, date: dt.date, number: str = "") -> ResultSeen:
    """Give one result of a day, the latest unless its number is named; raises UnknownDocument."""
    for result in see_results(uow, hall, date):
        if number in ("", result.document.number):
            return result
    raise UnknownDocument(number=number or f"{date} RG")


def _see(uow: UnitOfWork, hall: Hall, document: Document) -> ResultSeen:
    facts = facts_of(uow, document)
    day = show_day(uow, hall, document.business_date, version=int(facts["version"]))
    return ResultSeen(
        document=document,
        facts=facts,
        day=day,
        overrides=tuple(_overrides(uow, hall, day, int(facts["signed_event"]))),
        signatures=tuple(
            SignedBy(one.step, one.role, name, one.at.astimezone(HALL_TIME), one.signed_hash)
            for one, name in signatures_of(uow, document)
        ),
    )


def _overrides(uow: UnitOfWork, hall: Hall, day: DayAudit, before: int) -> list[Override]:
    acts = uow.session.execute(
        select(FindingAct, Person.name)
        .join(Person, Person.id == FindingAct.person_id)
        .where(
            FindingAct.hall_id == hall.id,
            FindingAct.business_date == day.date,
            FindingAct.act == "override",
            FindingAct.event_no < before,
        )
        .order_by(FindingAct.event_no)
    )
    last = {(act.check_code, act.subject): (act, name) for act, name in acts}
    overridden = [finding for finding in day.findings if finding.state == "overridden"]
    return [
        Override(finding, name, act.at.astimezone(HALL_TIME), act.reason)
        for finding in overridden
        for act, name in [last[finding.check, finding.subject]]
    ]


def result_payload(hall: Hall, seen: ResultSeen, language: Language) -> Payload:
    """Give a daily result as JSON."""
    document = seen.document
    return {
        "hall": hall.code,
        "date": document.business_date.isoformat(),
        "number": document.number,
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "version": seen.version,
        "snapshot": seen.facts["snapshot"],
        "errors": int(seen.facts["errors"]),
        "over": show_yuan(int(seen.facts["over_fen"])),
        "short": show_yuan(int(seen.facts["short_fen"])),
        "overrides": [
            {
                "check": one.finding.check,
                "subject": one.finding.subject,
                "difference": show_figure(one.finding.difference, in_pieces=one.finding.in_pieces)
                if one.finding.difference is not None
                else None,
                "person": one.person,
                "at": one.at.isoformat(),
                "reason": one.reason,
            }
            for one in seen.overrides
        ],
        "signatures": [
            {
                "role": one.role or "auditor",
                "person": one.name,
                "at": one.at.isoformat(),
                "hash": one.signed_hash,
            }
            for one in seen.signatures
        ],
    }


def result_paper(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, language: Language, number: str = ""
) -> bytes:
    """Give a daily result as PDF, A4: the same bytes until somebody signs it or reopens the day."""
    seen = find_result(uow, hall, date, number)
    last = seen.signatures[-1]
    return render_paper(
        "day_result.html",
        paper_values(seen, language),
        language=language,
        printed_at=last.at,
        printed_by=last.name,
    )


def paper_values(seen: ResultSeen, language: Language) -> dict[str, object]:
    """Give everything the paper prints, in one language."""
    values = audit_paper_values(seen.day, language=language)
    document = seen.document
    return {
        **values,
        "number": document.number or "",
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "version": seen.version,
        "errors": [one for one in _listed(values) if one["severity"] != "note"],
        "over": show_yuan(int(seen.facts["over_fen"]), separators=True),
        "short": show_yuan(int(seen.facts["short_fen"]), separators=True),
        "overrides": tuple(
            {
                "check": one.finding.check,
                "name": one.finding.name.in_language(language),
                "subject": mask_numbers(subject_text(one.finding.subject).in_language(language)),
                "person": one.person,
                "at": show_moment(one.at, language),
                "reason": typeset(mask_numbers(one.reason)),
            }
            for one in seen.overrides
        ),
        "signed_by": tuple(
            {
                "role": one.role_text.in_language(language),
                "meaning": typeset(MEANING[one.step].in_language(language)),
                "name": one.name,
                "at": show_moment(one.at, language),
                "hash": one.signed_hash[:16],
            }
            for one in seen.signatures
        ),
        "awaits_manager": document.state == "submitted",
        "proof": f"{values['hall']} {document.number} {seen.facts['snapshot']}",
    }


def _listed(values: dict[str, object]) -> tuple[dict[str, object], ...]:
    findings = values["findings"]
    assert isinstance(findings, tuple), "the audit paper lists its findings in order"
    return findings
