"""Slips as people see them: lists by what is asked of them, one slip with its revisions, lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, Select, or_, select

from ledger.actors import own_numbers
from ledger.approvals import Signature
from ledger.audit.day import SlipLine
from ledger.audit.queries import register_slip_reader
from ledger.corrections.errors import UnknownSlip
from ledger.corrections.known import find_slip
from ledger.corrections.lines import WrittenLine, from_facts, lines_about
from ledger.corrections.reasons import REASONS, WAYS
from ledger.corrections.tables import (
    SLIP_STATES,
    STANDING,
    WITH_CLERK,
    CorrectedLine,
    CorrectionItem,
    CorrectionSlip,
)
from ledger.documents import Document, DocumentFact
from ledger.organisations import Hall
from ledger.permissions import may, require
from ledger.text import Text
from ledger.work import UnitOfWork

NOTHING = Text("–", "–")


@dataclass(frozen=True, slots=True)
class SlipItem:
    """One error on a slip, in the words it had when the slip was sent. Figures fen or pieces."""

    date: dt.date
    check: str
    subject: str
    expected: int | None
    found: int | None
    in_pieces: bool
    says: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Round:
    """One revision: what was sent, answered or returned, by whom, and the hash he signed."""

    revision: int
    act: str
    facts: Mapping[str, str]
    lines: Sequence[WrittenLine]
    person_id: int
    at: dt.datetime
    hash: str


@dataclass(frozen=True, slots=True)
class SlipSeen:
    """A slip whole: its head, what it is about, its rounds, and who has accepted the last."""

    document: Document
    slip: CorrectionSlip
    items: Sequence[SlipItem]
    rounds: Sequence[Round]
    accepted: Sequence[Signature]

    @property
    def last(self) -> Round:
        """The revision that stands."""
        return self.rounds[-1]

    @property
    def answer(self) -> Round | None:
        """The last answer, also one that was returned since."""
        return next((one for one in reversed(self.rounds) if one.act == "answered"), None)


def list_slips(
    uow: UnitOfWork,
    hall: Hall,
    *,
    state: str = "",
    clerk: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[CorrectionSlip]:
    """Give slips, those that wait before those that ended, the soonest due first.

    Who does not oversee sees his own. `state` is one of SLIP_STATES, or `standing`, `overdue`.
    """
    require(uow, hall.id, "corrections", "view")
    query = select(CorrectionSlip).where(CorrectionSlip.hall_id == hall.id)
    if not may(uow, hall.id, "corrections", "oversee"):
        query = query.where(CorrectionSlip.clerk.in_(own_numbers(uow, hall.id)))
    if clerk:
        query = query.where(CorrectionSlip.clerk == clerk)
    if since:
        query = query.where(CorrectionSlip.sent_on >= since)
    if until:
        query = query.where(CorrectionSlip.sent_on <= until)
    found = uow.session.scalars(_in_state(query, state, uow.now)).all()
    return sorted(found, key=lambda one: (one.state not in STANDING, one.due_at, one.number))


def is_overdue(slip: CorrectionSlip, now: dt.datetime) -> bool:
    """Tell whether the clerk has not answered in time."""
    return slip.state in WITH_CLERK and now >= slip.due_at


def see_slip(uow: UnitOfWork, hall: Hall, number: str) -> SlipSeen:
    """Give one slip whole; raises UnknownSlip also for another clerk's."""
    require(uow, hall.id, "corrections", "view")
    document, slip = find_slip(uow, hall, number)
    sees_all = may(uow, hall.id, "corrections", "oversee")
    if not sees_all and slip.clerk not in own_numbers(uow, hall.id):
        raise UnknownSlip(number=number)
    rounds = _rounds(uow, document)
    signed = select(Signature).where(
        Signature.hall_id == hall.id,
        Signature.document_id == document.id,
        Signature.revision == document.revision,
        Signature.step == "approve",
    )
    accepted = uow.session.scalars(signed.order_by(Signature.id)).all()
    return SlipSeen(document, slip, _items(rounds[0].facts), rounds, accepted)


def originals_of(uow: UnitOfWork, seen: SlipSeen) -> list[RowMapping]:
    """Give the account lines of the clerk that a slip's errors name."""
    rows = lines_about(uow, seen.slip.hall_id, [item.subject for item in seen.items])
    return [row for row in rows if row["clerk"] == seen.slip.clerk or not seen.slip.clerk]


def reversed_lines(uow: UnitOfWork, hall_id: int, txn_no: str) -> dict[int, str]:
    """Give line number -> number of the slip that reversed it, of one transaction."""
    rows = uow.session.execute(
        select(CorrectedLine.line_no, CorrectionSlip.number)
        .join(
            CorrectionSlip,
            (CorrectionSlip.hall_id == CorrectedLine.hall_id)
            & (CorrectionSlip.document_id == CorrectedLine.document_id),
        )
        .where(CorrectedLine.hall_id == hall_id, CorrectedLine.txn_no == txn_no)
    )
    return dict(rows.all())


def slips_of_day(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[SlipLine]:
    """Give the slips about a day, and those accepted on it, for the day's paper."""
    rows = uow.session.execute(
        select(CorrectionSlip, CorrectionItem.check_code, CorrectionItem.subject)
        .join(
            CorrectionItem,
            (CorrectionItem.hall_id == CorrectionSlip.hall_id)
            & (CorrectionItem.document_id == CorrectionSlip.document_id),
        )
        .where(
            CorrectionSlip.hall_id == hall.id,
            or_(CorrectionSlip.of_day == date, CorrectionSlip.ended_on == date),
        )
        .order_by(CorrectionSlip.number, CorrectionItem.item_no)
    ).all()
    about: dict[str, list[str]] = {}
    slips: dict[str, CorrectionSlip] = {}
    for slip, check, subject in rows:
        slips[slip.number] = slip
        about.setdefault(slip.number, []).append(f"{check} {subject}".strip())
    return [
        SlipLine(
            number=number,
            clerk=slip.clerk,
            of_day=slip.of_day,
            about=tuple(about[number]),
            reason=REASONS[slip.reason].text,
            way=WAYS.get(slip.way, NOTHING),
            net_fen=slip.net_fen,
            state=SLIP_STATES[slip.state],
            ended_on=slip.ended_on,
        )
        for number, slip in slips.items()
    ]


register_slip_reader(slips_of_day)


def _in_state(
    query: Select[CorrectionSlip], state: str, now: dt.datetime
) -> Select[CorrectionSlip]:
    if state == "standing":
        return query.where(CorrectionSlip.state.in_(STANDING))
    if state == "overdue":
        return query.where(CorrectionSlip.state.in_(WITH_CLERK), CorrectionSlip.due_at <= now)
    return query.where(CorrectionSlip.state == state) if state else query


def _rounds(uow: UnitOfWork, document: Document) -> list[Round]:
    facts: dict[int, dict[str, str]] = {}
    rows = uow.session.execute(
        select(DocumentFact.revision, DocumentFact.name, DocumentFact.value).where(
            DocumentFact.hall_id == document.hall_id, DocumentFact.document_id == document.id
        )
    )
    for revision, name, value in rows:
        facts.setdefault(revision, {})[name] = value
    sent = uow.session.scalars(
        select(Signature)
        .where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.step == "submit",
        )
        .order_by(Signature.revision)
    )
    return [
        Round(
            one.revision,
            _act_of(facts[one.revision]),
            facts[one.revision],
            from_facts(facts[one.revision]),
            one.person_id,
            one.at,
            one.signed_hash,
        )
        for one in sent.all()
    ]


def _act_of(facts: Mapping[str, str]) -> str:
    if "way" in facts:
        return "answered"
    return "returned" if "returned" in facts else "sent"


def _items(facts: Mapping[str, str]) -> list[SlipItem]:
    items = []
    for name in sorted(facts):
        if name.startswith("item."):
            held = json.loads(facts[name])
            items.append(
                SlipItem(
                    dt.date.fromisoformat(held["date"]),
                    held["check"],
                    held["subject"],
                    held["expected"],
                    held["found"],
                    held["pieces"],
                    Text(*held["says"]),
                    Text(*held["remedy"]),
                )
            )
    return items
