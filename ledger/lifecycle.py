"""The one lifecycle of all documents: which step leads where, who may take it, what it writes.

`advance` is the only function that changes a document's state, and the only caller of `post`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import select, text

from ledger.actors import Employment
from ledger.approvals import Signature, required_roles
from ledger.documents import (
    DOCUMENT_KINDS,
    Document,
    DocumentKind,
    DocumentRevision,
    Line,
    lines_of,
)
from ledger.errors import Conflict
from ledger.events import OpenEvent, canonical, record
from ledger.organisations import HALL_TIME, lock_head
from ledger.permissions import NotPermitted, require
from ledger.postings import post
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

TRANSITIONS: dict[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("draft", "load"): "posted",
    ("draft", "cancel"): "cancelled",
    ("submitted", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("submitted", "cancel"): "cancelled",
    ("approved", "post"): "posted",
    ("approved", "cancel"): "cancelled",
    ("posted", "reverse"): "reversed",
}
_NUMBER = "number:"
PAST_TENSE = {
    "submit": "submitted",
    "load": "loaded",
    "cancel": "cancelled",
    "approve": "approved",
    "reject": "rejected",
    "post": "posted",
    "reverse": "reversed",
}


class TransitionRefused(Conflict):
    """The document's state does not allow the action."""

    code = "transition_refused"
    text = Text(
        "单据 {number} 当前状态为 {state},不能执行“{action}”。",
        "Document {number} is {state}; it cannot {action} now.",
    )


class MakerIsChecker(Conflict):
    """The person who made a document may not approve it, and nobody signs twice."""

    code = "maker_is_checker"
    text = Text(
        "经办人不能审批自己的单据 {number},同一人也不能重复签字。请由另一人办理。",
        "Nobody approves his own document {number} or signs it twice. Ask another person.",
    )


def advance(
    uow: UnitOfWork,
    document: Document,
    action: str,
    *,
    lines: Sequence[Line] = (),
    facts: Mapping[str, str] | None = None,
    confirm_by: Sequence[str] = (),
    confirm_roles: Sequence[str] = (),
    reason: str = "",
    on: dt.date | None = None,
) -> Document:
    """Take one step of the lifecycle; the only function that changes a document's state.

    `lines` and `facts` come with `submit` and `load`, which freeze them. `confirm_by` are staff
    numbers whose holders must sign a submitted document too, whatever their roles; `confirm_roles`
    are roles of which one holder each must sign beside the approval by amount. `on` is the
    open day a reversal, or a posting by the last signature, is dated. A document that needs nobody
    else goes from `submit` to posted in this call, each step an event; so does one whose kind
    `posts_when_signed` with the last signature. Raises TransitionRefused, NotPermitted,
    MakerIsChecker and what `post` raises.
    """
    kind = DOCUMENT_KINDS[document.kind]
    locked = _lock(uow, document)
    if (locked.state, action) not in TRANSITIONS:
        raise TransitionRefused(number=_name(locked), state=locked.state, action=action)
    if action == "load" and uow.actor.label != "system:load":
        raise NotPermitted(actor=uow.actor.label, action=action, area=kind.area)
    if action not in ("approve", "reject") or not _is_asked(uow, locked):
        require(uow, locked.hall_id, kind.area, action)
    if action == "submit":
        locked.required_roles = _signers(uow, locked, kind, confirm_by, confirm_roles)
    _take(uow, locked, action, lines=lines, facts=facts or {}, reason=reason, on=on)
    if action == "submit" and not locked.required_roles:
        locked.state = "approved"
        return _take(uow, locked, "post", lines=lines)
    if action == "approve" and locked.state == "approved" and kind.posts_when_signed:
        return _take(uow, locked, "post", on=on)
    return locked


def _take(
    uow: UnitOfWork,
    locked: Document,
    action: str,
    *,
    lines: Sequence[Line] = (),
    facts: Mapping[str, str] | None = None,
    reason: str = "",
    on: dt.date | None = None,
) -> Document:
    """Take an allowed step of a locked document: its event, what it writes, its new state."""
    kind = DOCUMENT_KINDS[locked.kind]
    if locked.number is None:
        locked.number = _next_number(uow, locked, kind)
    with record(
        uow,
        hall_id=locked.hall_id,
        act=f"document.{PAST_TENSE[action]}",
        subject=f"document:{locked.number}",
        business_date=on or locked.business_date,
        facts={"reason": reason, "kind": locked.kind},
    ) as event:
        if action in ("submit", "load"):
            _freeze(event, locked, lines, facts or {})
        if action == "submit":
            event.facts["required_roles"] = locked.required_roles
            if not uow.actor.is_system:
                _sign(uow, event, locked, "submit", "")
        if action == "approve" and not _approve(uow, event, locked):
            return locked
        if action in ("load", "post"):
            _post(uow, event, locked, lines, on or locked.business_date)
        if action == "reverse":
            _post(uow, event, locked, (), on or locked.business_date, reverse=True)
        locked.state = TRANSITIONS[locked.state, action]
    return locked


def _lock(uow: UnitOfWork, document: Document) -> Document:
    """Lock the hall's head and then the document, always in this order: nobody deadlocks."""
    lock_head(uow, document.hall_id)
    statement = (
        select(Document)
        .where(Document.hall_id == document.hall_id, Document.id == document.id)
        .with_for_update()
    )
    return uow.session.scalars(statement, execution_options={"populate_existing": True}).one()


def _name(document: Document) -> str:
    return document.paper_no or document.number or f"#{document.id}"


def _next_number(uow: UnitOfWork, document: Document, kind: DocumentKind) -> str:
    year = uow.now.astimezone(HALL_TIME).year
    last = uow.session.execute(
        text(
            "INSERT INTO document_counters (hall_id, letters, year, last)"
            " VALUES (:hall, :letters, :year, 1) ON CONFLICT (hall_id, letters, year)"
            " DO UPDATE SET last = document_counters.last + 1 RETURNING last"
        ),
        {"hall": document.hall_id, "letters": kind.letters, "year": year},
    ).scalar_one()
    return f"{year}-{kind.letters}-{last:06d}"


def _freeze(
    event: OpenEvent, document: Document, lines: Sequence[Line], facts: Mapping[str, str]
) -> None:
    document.revision += 1
    front = (document.id, document.revision)
    ways = {
        way: (way[0].id, way[1].id, way[2].id)
        for way in {(line.commodity, line.debit, line.credit) for line in lines}
    }
    rows: list[Row] = [
        (
            *front,
            number,
            *ways[line.commodity, line.debit, line.credit],
            line.quantity,
            line.serial,
            line.serial_to,
            line.unit_cost_fen,
        )
        for number, line in enumerate(lines, 1)
    ]
    names: list[Row] = [
        (*front, number, *name)
        for number, line in enumerate(lines, 1)
        if line.names
        for name in sorted(line.names)
    ]
    stated: list[Row] = [(*front, name, value) for name, value in sorted(facts.items()) if value]
    head = canonical(
        {
            "kind": document.kind,
            "number": document.number,
            "paper_no": document.paper_no,
            "paper_date": plain(document.paper_date),
            "business_date": plain(document.business_date),
            "amount_fen": document.amount_fen,
            "remark": document.remark,
        }
    )
    frozen = canonical(rows)
    content = head + frozen
    if names or stated:
        content += canonical(names) + canonical(stated)
    digest = hashlib.sha256(content).hexdigest()
    tables = Base.metadata.tables
    event.insert(tables["document_revisions"], [(*front, head.decode(), digest)])
    event.insert(tables["document_lines"], rows, written=frozen)
    if names:
        event.insert(tables["document_line_names"], names)
    if stated:
        event.insert(tables["document_facts"], stated)


def _signers(
    uow: UnitOfWork,
    document: Document,
    kind: DocumentKind,
    confirm_by: Sequence[str],
    confirm_roles: Sequence[str],
) -> str:
    """Give who must sign, by commas: roles of the tier, and `number:N` for the holders named."""
    signers = [*(f"{_NUMBER}{number}" for number in confirm_by), *confirm_roles]
    if kind.needs_approval:
        signers += required_roles(
            uow,
            instrument=document.kind,
            amount_fen=document.amount_fen,
            date=document.business_date,
        )
    return ",".join(dict.fromkeys(signers))


def _is_asked(uow: UnitOfWork, document: Document) -> bool:
    """Whether it waits for the actor himself: by a staff number of his, or by an authority."""
    asked = [role for role in document.required_roles.split(",") if role]
    return any(
        answers_to(uow, document.hall_id, one)
        if one.startswith(_NUMBER)
        else bool(_authority(uow, document, one))
        for one in asked
    )


def _authority(uow: UnitOfWork, document: Document, role: str) -> str:
    """Give the number of the authority by which the actor may sign for the role, '' for none."""
    stands_in = DOCUMENT_KINDS[document.kind].stands_in
    return "" if stands_in is None else stands_in(uow, document, role)


def answers_to(uow: UnitOfWork, hall_id: int, signer: str) -> bool:
    """Tell whether the actor is the holder a signer names (`number:N`), or holds the role."""
    if not signer.startswith(_NUMBER):
        held = uow.actor.roles_in(hall_id)
        return signer in held or _outranks(held, signer)
    holder = uow.session.get(Employment, (hall_id, signer.removeprefix(_NUMBER)))
    return holder is not None and holder.person_id == uow.actor.person_id


def _approve(uow: UnitOfWork, event: OpenEvent, document: Document) -> bool:
    """Sign as approver; gives whether all required roles have signed now."""
    bars = DOCUMENT_KINDS[document.kind].bars
    if bars is not None and bars(uow, document):
        raise MakerIsChecker(number=_name(document))
    needed = [role for role in document.required_roles.split(",") if role]
    signed = uow.session.scalars(
        select(Signature.role).where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.revision == document.revision,
            Signature.step == "approve",
        )
    ).all()
    missing = [role for role in needed if role not in signed]
    role = next((role for role in missing if answers_to(uow, document.hall_id, role)), None)
    if role is None:
        by_authority = ((one, _authority(uow, document, one)) for one in missing)
        role, authority = next((pair for pair in by_authority if pair[1]), (None, ""))
        event.facts |= {"authority": authority} if authority else {}
    if role is None:
        raise NotPermitted(actor=uow.actor.label, action="approve", area="/".join(missing))
    _sign(uow, event, document, "approve", role)
    return len(missing) <= 1


def _outranks(held: frozenset[str], role: str) -> bool:
    """A higher manager may sign for a lower tier; finance stands beside the ladder, not on it."""
    ladder = ("duty_manager", "hall_manager", "department")
    if role not in ladder:
        return False
    return any(higher in held for higher in ladder[ladder.index(role) + 1 :])


def _sign(uow: UnitOfWork, event: OpenEvent, document: Document, step: str, role: str) -> None:
    person = uow.actor.person_id
    before = uow.session.scalars(
        select(Signature.person_id).where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.revision == document.revision,
        )
    ).all()
    if person in before or (step == "approve" and person == document.maker_id):
        raise MakerIsChecker(number=_name(document))
    signed_hash = uow.session.scalars(
        select(DocumentRevision.hash).where(
            DocumentRevision.hall_id == document.hall_id,
            DocumentRevision.document_id == document.id,
            DocumentRevision.revision == document.revision,
        )
    ).one()
    row = (
        event.take_rows(),
        document.id,
        document.revision,
        step,
        person,
        role,
        document.maker_id,
        plain(uow.now),
        signed_hash,
    )
    event.insert(Base.metadata.tables["signatures"], [row])


def _post(
    uow: UnitOfWork,
    event: OpenEvent,
    document: Document,
    lines: Sequence[Line],
    date: dt.date,
    *,
    reverse: bool = False,
) -> None:
    """Post the lines frozen with the document, which need not be read where they are at hand."""
    movements = DOCUMENT_KINDS[document.kind].movements(lines or lines_of(uow, document))
    if reverse:
        movements = [movement.reversed() for movement in movements]
    post(uow, event, document_id=document.id, business_date=date, movements=movements)
