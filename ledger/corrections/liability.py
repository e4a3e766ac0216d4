"""定责单: what no correction can cure is closed by department and second-level audit together.

It names who is liable and why; the finding is settled, its figures stay, and it goes with the day's
bundle for ever (CHECKS, Nobody). The second level is an auditor who took no part in the first.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select

from ledger.audit.acts import require_settleable, settle_finding
from ledger.audit.findings import FindingAct, SignedDay
from ledger.corrections.errors import SlipUnreadable
from ledger.corrections.slips import end_decided
from ledger.dating import posting_day, take_day
from ledger.documents import (
    Document,
    DocumentFact,
    DocumentKind,
    UnknownDocument,
    draft_document,
    facts_of,
    find_document,
    register_kind,
)
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

KIND = "liability"
LETTERS = "DZ"
AREA = "liability"
NAME = Text("定责单", "Settlement of liability")
LIABLE: dict[str, Text] = {
    "clerk": Text("营业员担责", "The clerk is liable"),
    "hall": Text("营业厅担责", "The hall is liable"),
    "nobody": Text("无人担责", "Nobody is liable"),
}
SECOND_LEVEL = "auditor"
MOST_FEN = 10**12


def settle_with_liability(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    check: str,
    subject: str,
    liable: str,
    amount_fen: int,
    reason: str,
) -> Document:
    """Propose as department how a finding is closed; the second-level audit signs it.

    `amount_fen` is what the liable one makes good, 0 where nothing. Raises ActNotPossible,
    DayIsSigned, UnknownFinding and SlipUnreadable.
    """
    require(uow, hall.id, AREA, "submit")
    today = take_day(uow, hall, None)
    finding = require_settleable(uow, hall, date, check=check, subject=subject)
    if liable not in LIABLE or (liable == "clerk" and not finding.clerk):
        raise SlipUnreadable(
            field=Text("责任", "Liability"), problem=Text("请选责任方", "say who is liable")
        )
    if not 0 <= amount_fen <= MOST_FEN or (liable == "nobody" and amount_fen):
        raise SlipUnreadable(
            field=Text("金额", "Amount"), problem=Text("与责任不符", "does not fit the liability")
        )
    if not reason.strip():
        raise SlipUnreadable(field=Text("理由", "Reason"), problem=Text("必填", "required"))
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=KIND,
        business_date=today,
        amount_fen=amount_fen,
        remark=reason.strip(),
    )
    facts = {
        "of_day": date.isoformat(),
        "check": check,
        "subject": subject,
        "clerk": finding.clerk,
        "expected": "" if finding.expected is None else str(finding.expected),
        "found": "" if finding.found is None else str(finding.found),
        "liable": liable,
        "amount": show_yuan(amount_fen),
        "reason": reason.strip(),
    }
    return advance(uow, document, "submit", facts=facts, confirm_roles=[SECOND_LEVEL])


def sign_liability(uow: UnitOfWork, hall: Hall, document: Document) -> Document:
    """Sign as second-level audit: the finding is settled with the liability named."""
    signed = advance(uow, document, "approve", on=posting_day(uow, document))
    if signed.state == "posted":
        facts = facts_of(uow, signed)
        date = dt.date.fromisoformat(facts["of_day"])
        check, subject = facts["check"], facts["subject"]
        figures = (_fen(facts.get("expected", "")), _fen(facts.get("found", "")))
        reason = f"{signed.number} {facts['reason']}"
        settle_finding(
            uow, hall, date, check=check, subject=subject, reason=reason, figures=figures
        )
        end_decided(uow, hall, date, check, subject)
    return signed


def act_on_liability(
    uow: UnitOfWork, hall: Hall, number: str, *, action: str, reason: str = ""
) -> Document:
    """Sign, refuse or take back a settlement of liability; raises UnknownDocument."""
    take_day(uow, hall, None)
    document = find_document(uow, hall.id, number)
    if document.kind != KIND:
        raise UnknownDocument(number=number)
    if action == "approve":
        return sign_liability(uow, hall, document)
    return advance(uow, document, action, reason=reason)


def standing_liability(
    uow: UnitOfWork, hall: Hall, date: dt.date, check: str, subject: str
) -> Document | None:
    """Give the settlement of a finding that waits or was signed, the last; None without."""
    named = select(DocumentFact.document_id).where(
        DocumentFact.hall_id == hall.id,
        DocumentFact.name == "subject",
        DocumentFact.value == subject,
    )
    found = uow.session.scalars(
        select(Document)
        .where(
            Document.hall_id == hall.id,
            Document.id.in_(named),
            Document.kind == KIND,
            Document.state.in_(("submitted", "posted")),
        )
        .order_by(Document.id.desc())
    )
    for document in found:
        facts = facts_of(uow, document)
        if (facts["of_day"], facts["check"]) == (date.isoformat(), check):
            return document
    return None


def list_liabilities(uow: UnitOfWork, hall: Hall, *, waiting: bool = False) -> list[Document]:
    """Give the hall's settlements, those that wait for the second level first, or only those."""
    require(uow, hall.id, AREA, "view")
    query = select(Document).where(Document.hall_id == hall.id, Document.kind == KIND)
    if waiting:
        query = query.where(Document.state == "submitted")
    found = uow.session.scalars(query.order_by(Document.id)).all()
    return sorted(found, key=lambda one: one.state != "submitted")


def bars_the_first_level(uow: UnitOfWork, document: Document) -> bool:
    """Tell whether the actor answered, decided or signed what the document is about.

    To have settled other findings of the day as second level bars nobody.
    """
    facts = facts_of(uow, document)
    date = dt.date.fromisoformat(facts["of_day"])
    acted = select(FindingAct.event_no).where(
        FindingAct.hall_id == document.hall_id,
        FindingAct.business_date == date,
        FindingAct.person_id == uow.actor.person_id,
        FindingAct.act != "settle",
    )
    signed = select(SignedDay.event_no).where(
        SignedDay.hall_id == document.hall_id,
        SignedDay.business_date == date,
        SignedDay.person_id == uow.actor.person_id,
    )
    return uow.session.scalar(select(or_(acted.exists(), signed.exists()))) or False


def _fen(text: str) -> int | None:
    return int(text) if text else None


register_kind(
    DocumentKind(KIND, LETTERS, NAME, AREA, posts_when_signed=True, bars=bars_the_first_level)
)
