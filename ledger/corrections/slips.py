"""The correction slip from sending to its end: sent, answered, returned, accepted, withdrawn.

The one way in which an error is answered. What is sent and what is answered are revisions of one
document, each frozen and hashed; it is posted with the last signature it needs, and then its lines
are evidence of the open day. Findings follow (`ledger.audit.acts.follow_slip`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ledger.approvals import required_roles
from ledger.audit.findings import Finding
from ledger.corrections.due import due_after
from ledger.corrections.errors import NotOneClerks, SlipUnreadable
from ledger.corrections.kinds import AREA, KIND
from ledger.corrections.known import (
    Answer,
    Notice,
    Wrong,
    find_slip,
    items_of,
    standing_slip,
)
from ledger.corrections.lines import (
    as_facts,
    from_facts,
    net_of,
    note_reversed,
    require_unreversed,
    tell_lines,
    tell_link,
    work_out,
)
from ledger.corrections.reasons import CHANGES_LINES, WAYS
from ledger.corrections.steps import (
    AUDITOR,
    UNKNOWN,
    file_slip,
    follow,
    make_slip,
    record_slip,
    refused,
    require_another,
    require_own,
    sent_facts,
)
from ledger.corrections.tables import STANDING, WITH_CLERK, CorrectionSlip
from ledger.dating import posting_day, take_day
from ledger.documents import Document, facts_of, find_document
from ledger.duties.separation import require_apart
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

ANSWERED_BY = "answer:"
"""A signer nobody is: a slip that is with the clerk is answered, never signed as it stands."""
UNDECIDED = ("open", "answered")
REQUIRED = Text("必填", "required")
SENT_FACTS = ("clerk", "of_day", "reason", "wrong", "right", "due")
ITEM_FACT = "item."


def send_slip(
    uow: UnitOfWork,
    hall: Hall,
    *,
    date: dt.date,
    subject: str,
    check: str,
    clerk: str,
    expected_fen: int | None,
    found_fen: int | None,
    note: str,
) -> Document:
    """Send one error of a day to a clerk, as `send_errors` does; `check` may be ''."""
    wrong = Wrong(date, check, subject, expected_fen, found_fen)
    return send_errors(uow, hall, Notice(clerk, [wrong], wrong=note))


def send_errors(uow: UnitOfWork, hall: Hall, notice: Notice) -> Document:
    """Send errors of one clerk to him, to be answered by the next business day of the hall.

    Raises NotOneClerks, SlipStands and FindingMoved.
    """
    require(uow, hall.id, AREA, "send")
    return _send(uow, hall, notice)[0]


def begin_answer(
    uow: UnitOfWork, hall: Hall, *, clerk: str, errors: Sequence[Wrong], answer: Answer
) -> Document:
    """Answer errors that nobody has sent yet: the clerk writes the slip out himself."""
    require(uow, hall.id, "audit", "answer")
    if not errors:
        raise NotOneClerks
    require_own(uow, hall, clerk, errors[0])
    document, slip = _send(uow, hall, Notice(clerk, errors))
    return _answer(uow, hall, document, slip, answer)


def answer_slip(uow: UnitOfWork, hall: Hall, *, number: str, answer: Answer) -> Document:
    """Answer a slip as its clerk: what was changed, or why nothing is; the auditor is next.

    Raises NotYourSlip, SlipRefused, SlipUnreadable, LineUnknown and LineCorrected.
    """
    require(uow, hall.id, "audit", "answer")
    take_day(uow, hall, None)
    document, slip = find_slip(uow, hall, number)
    if slip.state not in WITH_CLERK:
        raise refused(slip)
    require_own(uow, hall, slip.clerk, items_of(uow, slip)[0])
    return _answer(uow, hall, document, slip, answer)


def sign_slip(uow: UnitOfWork, hall: Hall, *, number: str, reason: str = "") -> Document:
    """Accept an answer as auditor, or sign it as manager where money changes.

    With the last signature its lines are evidence of the open day, and its findings are accepted.
    Raises CheckerIsMaker for the clerk himself, SlipRefused, NotPermitted, OnlyEvidenceCures.
    """
    take_day(uow, hall, None)
    document, slip = find_slip(uow, hall, number)
    if slip.state != "answered":
        raise refused(slip)
    require_another(uow, document, slip)
    if AUDITOR in uow.actor.roles_in(hall.id):
        require_apart(uow, hall.id, slip.of_day, "audits")
    date = posting_day(uow, document)
    signed = advance(uow, document, "approve", reason=reason, on=date)
    if signed.state == "posted":
        _end(uow, hall, slip, date, reason)
    return signed


def return_slip(uow: UnitOfWork, hall: Hall, *, number: str, reason: str) -> Document:
    """Give an answer back to the clerk with the reason; it is due again."""
    require(uow, hall.id, AREA, "return")
    today = take_day(uow, hall, None)
    document, slip = find_slip(uow, hall, number)
    if slip.state != "answered":
        raise refused(slip)
    require_another(uow, document, slip)
    slip.due_on, slip.due_at = due_after(uow, hall.id, today)
    slip.state, slip.returns = "returned", slip.returns + 1
    facts = _sent(facts_of(uow, document))
    facts |= {"due": slip.due_on.isoformat(), "returned": reason.strip()}
    advance(
        uow,
        document,
        "revise",
        facts=facts,
        confirm_roles=[f"{ANSWERED_BY}{slip.clerk}"],
        reason=reason,
    )
    follow(uow, slip, "return", reason)
    return document


def withdraw_slip(uow: UnitOfWork, hall: Hall, *, number: str, reason: str) -> Document:
    """Take a slip back that need not be answered: sent by mistake, or decided otherwise."""
    take_day(uow, hall, None)
    document, slip = find_slip(uow, hall, number)
    if slip.state not in STANDING:
        raise refused(slip)
    return _withdraw(uow, document, slip, reason)


def _send(uow: UnitOfWork, hall: Hall, notice: Notice) -> tuple[Document, CorrectionSlip]:
    today = take_day(uow, hall, None)
    document, slip = make_slip(uow, hall, today, notice)
    facts = sent_facts(uow, slip, notice)
    advance(uow, document, "submit", facts=facts, confirm_roles=[f"{ANSWERED_BY}{notice.clerk}"])
    file_slip(uow, document, slip, notice.errors)
    return document, slip


def end_decided(uow: UnitOfWork, hall: Hall, date: dt.date, check: str, subject: str) -> None:
    """Take back the slip a finding is on when none of its errors waits for an answer any more."""
    slip = standing_slip(uow, hall.id, date, check, subject)
    if slip is None:
        return
    for item in items_of(uow, slip):
        key = (hall.id, item.date, item.check, item.subject)
        finding = uow.session.get(Finding, key)
        if finding is None or finding.state in UNDECIDED:
            return
    document = uow.session.get_one(Document, (hall.id, slip.document_id))
    _withdraw(uow, document, slip, f"{check} {subject}")


def _answer(
    uow: UnitOfWork, hall: Hall, document: Document, slip: CorrectionSlip, answer: Answer
) -> Document:
    words = answer.words.strip()
    if answer.way not in WAYS:
        raise SlipUnreadable(field=Text("更正方式", "How it is put right"), problem=UNKNOWN)
    if not words:
        raise SlipUnreadable(field=Text("说明", "Words"), problem=REQUIRED)
    lines = work_out(uow, slip, answer.lines) if answer.way in CHANGES_LINES else []
    facts = _sent(facts_of(uow, document))
    facts |= {"way": answer.way, "words": words, **as_facts(lines), **_way_facts(uow, hall, answer)}
    document.amount_fen = slip.net_fen = net_of(lines)
    signers = [AUDITOR]
    if document.amount_fen:
        signers += required_roles(
            uow, instrument=KIND, amount_fen=document.amount_fen, date=document.business_date
        )
    late = uow.now > slip.due_at
    slip.state, slip.way, slip.late = "answered", answer.way, slip.late or late
    advance(uow, document, "revise", facts=facts, confirm_roles=signers)
    follow(uow, slip, "answer", words)
    return document


def _sent(facts: Mapping[str, str]) -> dict[str, str]:
    """Give what was sent, out of the facts of any revision."""
    return {
        name: value
        for name, value in facts.items()
        if name in SENT_FACTS or name.startswith(ITEM_FACT)
    }


def _way_facts(uow: UnitOfWork, hall: Hall, answer: Answer) -> dict[str, str]:
    """Give what a way states beside account lines; raises SlipUnreadable and UnknownDocument."""
    if answer.way == "link":
        code, number, txn_no = (part.strip() for part in answer.invoice)
        if not number or not txn_no:
            raise SlipUnreadable(field=Text("发票号码、流水号", "Invoice, sale"), problem=REQUIRED)
        return {"invoice_code": code, "invoice_no": number, "txn_no": txn_no}
    if answer.way == "paper":
        if not answer.paper_no.strip():
            raise SlipUnreadable(field=Text("单号", "Document"), problem=REQUIRED)
        return {"paper_no": find_document(uow, hall.id, answer.paper_no.strip()).number or ""}
    return {}


def _end(uow: UnitOfWork, hall: Hall, slip: CorrectionSlip, date: dt.date, reason: str) -> None:
    """What a signed answer brings about: its lines dated on the open day, its findings accepted."""
    document = uow.session.get_one(Document, (hall.id, slip.document_id))
    facts = facts_of(uow, document)
    lines = from_facts(facts)
    taken_back = [line.original for line in lines if line.original and line.reverses]
    require_unreversed(uow, hall.id, taken_back, slip.number)
    slip.state, slip.ended_on = "accepted", date
    follow(uow, slip, "accept", reason)
    with record_slip(uow, slip, "correction.accepted") as event:
        note_reversed(event, document, lines)
    if lines:
        tell_lines(uow, hall, document, date=date, lines=lines)
    if facts.get("way") == "link":
        tell_link(uow, hall, document, date=date, facts=facts)


def _withdraw(uow: UnitOfWork, document: Document, slip: CorrectionSlip, reason: str) -> Document:
    slip.state, slip.ended_on = "withdrawn", uow.today
    advance(uow, document, "cancel", reason=reason)
    follow(uow, slip, "return", reason)
    return document
