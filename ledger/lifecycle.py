"""The one lifecycle of all documents: which step leads where, who may take it, what it writes.

`advance` is the only function that changes a document's state, and the only caller of `post`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select, tuple_

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
from ledger.duties.authority import Authority, authority_for, note_signed_for
from ledger.errors import Conflict
from ledger.events import Act, OpenEvent, insert_all, record_all
from ledger.freezing import freeze, give_numbers
from ledger.movements import ToPost
from ledger.organisations import lock_heads
from ledger.permissions import NotPermitted, may
from ledger.postings import post
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

TRANSITIONS: dict[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("draft", "load"): "posted",
    ("draft", "cancel"): "cancelled",
    ("submitted", "revise"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("submitted", "cancel"): "cancelled",
    ("approved", "post"): "posted",
    ("approved", "cancel"): "cancelled",
    ("posted", "reverse"): "reversed",
}
_NUMBER = "number:"
ANY_OF = "|"
Signing = tuple[OpenEvent, Document, str, str]
"""Event, document, step and role of a signature to be given."""
PAST_TENSE = {
    "submit": "submitted",
    "load": "loaded",
    "revise": "revised",
    "cancel": "cancelled",
    "approve": "approved",
    "reject": "rejected",
    "post": "posted",
    "reverse": "reversed",
}
FREEZING = ("submit", "load", "revise")
"""The steps that write a revision; a document that is revised has a new maker and new signers."""


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one document, and what comes with it.

    `lines` and `facts` come with the steps of FREEZING, which freeze them. `confirm_by` are staff
    numbers whose holders must sign a submitted document too, whatever their roles; `confirm_roles`
    are roles of which one holder each must sign beside the approval by amount. `on` is the
    open day a reversal, or a posting by the last signature, is dated.
    """

    document: Document
    lines: Sequence[Line] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    confirm_by: Sequence[str] = ()
    confirm_roles: Sequence[str] = ()
    reason: str = ""
    on: dt.date | None = None

    @property
    def business_date(self) -> dt.date:
        """The day the step is dated."""
        return self.on or self.document.business_date


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
    """Take one step of the lifecycle with one document, as `Step` and `advance_all` say."""
    step = Step(document, lines, facts or {}, confirm_by, confirm_roles, reason, on)
    return advance_all(uow, action, [step])[0]


def advance_all(uow: UnitOfWork, action: str, steps: Sequence[Step]) -> list[Document]:
    """Take the same step with documents of several halls, one of each; all of them, or nothing.

    The only function that changes a document's state. A document that needs nobody else goes from
    `submit` to posted in this call, each step an event; so does one whose kind `posts_when_signed`
    with the last signature. Raises TransitionRefused, NotPermitted, MakerIsChecker and what `post`
    raises.
    """
    steps = _lock(uow, steps)
    for step in steps:
        document = step.document
        kind = DOCUMENT_KINDS[document.kind]
        unrevised = action == "revise" and not kind.revisable
        if (document.state, action) not in TRANSITIONS or unrevised:
            name = _name(document)
            raise TransitionRefused(number=name, state=document.state, action=action)
        if action == "load" and uow.actor.label != "system:load":
            raise NotPermitted(actor=uow.actor.label, action=action, area=kind.area)
        signs = action in ("approve", "reject")
        if not may(uow, document.hall_id, kind.area, action) and not (
            signs and _is_asked(uow, document)
        ):
            raise NotPermitted(actor=uow.actor.label, action=action, area=kind.area)
        if action == "revise":
            document.maker_id = uow.actor.person_id
        if action in ("submit", "revise"):
            document.required_roles = _signers(
                uow, document, kind, step.confirm_by, step.confirm_roles
            )
    _take(uow, action, steps)
    if action in ("submit", "revise"):
        done = [step for step in steps if not step.document.required_roles]
        for step in done:
            step.document.state = "approved"
        _take(uow, "post", [Step(step.document, step.lines) for step in done])
    if action == "approve":
        signed = [step for step in steps if _posts_now(step.document)]
        _take(uow, "post", [Step(step.document, on=step.on) for step in signed])
    return [step.document for step in steps]


def _kind_of(step: Step) -> DocumentKind:
    return DOCUMENT_KINDS[step.document.kind]


def _posts_now(document: Document) -> bool:
    return document.state == "approved" and DOCUMENT_KINDS[document.kind].posts_when_signed


def _lock(uow: UnitOfWork, steps: Sequence[Step]) -> list[Step]:
    """Lock the halls' heads and then the documents, always in this order: nobody deadlocks."""
    keys = [(step.document.hall_id, step.document.id) for step in steps]
    lock_heads(uow, [hall_id for hall_id, _ in keys])
    statement = (
        select(Document)
        .where(tuple_(Document.hall_id, Document.id).in_(keys))
        .order_by(Document.hall_id, Document.id)
        .with_for_update()
    )
    found = uow.session.scalars(statement, execution_options={"populate_existing": True})
    locked = {(document.hall_id, document.id): document for document in found}
    return [replace(step, document=locked[key]) for step, key in zip(steps, keys, strict=True)]


def _take(uow: UnitOfWork, action: str, steps: Sequence[Step]) -> None:
    """Take an allowed step of locked documents: their events, what they write, their new state."""
    if not steps:
        return
    give_numbers(uow, [step.document for step in steps])
    acts = [
        Act(
            hall_id=step.document.hall_id,
            act=f"document.{PAST_TENSE[action]}",
            subject=f"document:{step.document.number}",
            business_date=step.business_date,
            facts={"reason": step.reason, "kind": step.document.kind},
        )
        for step in steps
    ]
    with record_all(uow, acts) as events:
        taken = list(zip(steps, events, strict=True))
        if action in FREEZING:
            freeze(uow, [(event, one.document, one.lines, one.facts) for one, event in taken])
        if action in ("submit", "revise"):
            for step, event in taken:
                event.facts["required_roles"] = step.document.required_roles
            if not uow.actor.is_system:
                _sign(uow, [(event, step.document, "submit", "") for step, event in taken])
        if action == "approve":
            taken = _approve(uow, taken)
        if action in ("load", "post", "reverse"):
            moving = [pair for pair in taken if not _kind_of(pair[0]).moves_nothing]
            post(uow, [_to_post(uow, action, *pair) for pair in moving])
        for step, _ in taken:
            step.document.state = TRANSITIONS[step.document.state, action]


def _to_post(uow: UnitOfWork, action: str, step: Step, event: OpenEvent) -> ToPost:
    """Give the lines frozen with the document, which need not be read where they are at hand."""
    document = step.document
    lines = () if action == "reverse" else step.lines
    movements = DOCUMENT_KINDS[document.kind].movements(lines or lines_of(uow, document))
    if action == "reverse":
        movements = [movement.reversed() for movement in movements]
    return ToPost(event, document.id, step.business_date, movements)


def _name(document: Document) -> str:
    return document.paper_no or document.number or f"#{document.id}"


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
        else authority_of(uow, document, one) is not None
        for one in asked
    )


def authority_of(uow: UnitOfWork, document: Document, signer: str) -> Authority | None:
    """Give the authority by which the actor may sign for a role, None where there is none."""
    in_person = DOCUMENT_KINDS[document.kind].in_person or signer.startswith(_NUMBER)
    return None if in_person else authority_for(uow, document, signer)


def answers_to(uow: UnitOfWork, hall_id: int, signer: str) -> bool:
    """Tell whether the actor is the holder a signer names (`number:N`), or holds the role.

    Where any of several roles will do, they stand side by side: `stock_keeper|hall_manager`.
    """
    if not signer.startswith(_NUMBER):
        held = uow.actor.roles_in(hall_id)
        return any(role in held or _outranks(held, role) for role in signer.split(ANY_OF))
    holder = uow.session.get(Employment, (hall_id, signer.removeprefix(_NUMBER)))
    return holder is not None and holder.person_id == uow.actor.person_id


def _approve(
    uow: UnitOfWork, taken: Sequence[tuple[Step, OpenEvent]]
) -> list[tuple[Step, OpenEvent]]:
    """Sign as approver; gives those whose required roles have all signed now."""
    signed = _signatures(uow, [step.document for step, _ in taken])
    signing: list[Signing] = []
    done: list[tuple[Step, OpenEvent]] = []
    for step, event in taken:
        document = step.document
        _require_not_barred(uow, document)
        needed = [role for role in document.required_roles.split(",") if role]
        given = {one.role for one in signed[_key(document)] if one.step == "approve"}
        missing = [role for role in needed if role not in given]
        signing.append((event, document, "approve", _role_of(uow, document, missing, event)))
        if len(missing) <= 1:
            done.append((step, event))
    _sign(uow, signing)
    return done


def _role_of(uow: UnitOfWork, document: Document, missing: Sequence[str], event: OpenEvent) -> str:
    """Give the missing role the actor signs for, by an authority where he does not hold it."""
    role = next((role for role in missing if answers_to(uow, document.hall_id, role)), None)
    if role is not None:
        return role
    found = (authority_of(uow, document, one) for one in missing)
    authority = next((one for one in found if one is not None), None)
    if authority is None:
        raise NotPermitted(actor=uow.actor.label, action="approve", area="/".join(missing))
    giver = replace(uow.actor, person_id=authority.for_id)
    _require_not_barred(replace(uow, actor=giver), document)
    note_signed_for(uow, event, authority)
    return authority.role


def _require_not_barred(uow: UnitOfWork, document: Document) -> None:
    bars = DOCUMENT_KINDS[document.kind].bars
    if bars is not None and bars(uow, document):
        raise MakerIsChecker(number=_name(document))


def _outranks(held: frozenset[str], role: str) -> bool:
    """A higher manager may sign for a lower tier; finance stands beside the ladder, not on it."""
    ladder = ("duty_manager", "hall_manager", "department")
    if role not in ladder:
        return False
    return any(higher in held for higher in ladder[ladder.index(role) + 1 :])


def _sign(uow: UnitOfWork, signing: Sequence[Signing]) -> None:
    """Put the actor's signature under each document's present revision; raises MakerIsChecker."""
    documents = [document for _, document, _, _ in signing]
    before = _signatures(uow, documents)
    keys = [_key(document) for document in documents]
    revisions = uow.session.execute(
        select(
            DocumentRevision.hall_id,
            DocumentRevision.document_id,
            DocumentRevision.revision,
            DocumentRevision.hash,
        ).where(
            tuple_(
                DocumentRevision.hall_id, DocumentRevision.document_id, DocumentRevision.revision
            ).in_(keys)
        )
    )
    hashes = {(hall, document, revision): digest for hall, document, revision, digest in revisions}
    person = uow.actor.person_id
    parts: list[tuple[OpenEvent, Sequence[Row], bytes]] = []
    for event, document, step, role in signing:
        key = _key(document)
        signed = any(one.person_id == person for one in before[key])
        if signed or (step == "approve" and person == document.maker_id):
            raise MakerIsChecker(number=_name(document))
        row: Row = (
            event.take_rows(),
            *(document.id, document.revision, step, person, role, document.maker_id),
            *(plain(uow.now), hashes[key]),
        )
        parts.append((event, [row], b""))
    insert_all(uow, Base.metadata.tables["signatures"], parts)


def _key(document: Document) -> tuple[int, int, int]:
    return document.hall_id, document.id, document.revision


def _signatures(
    uow: UnitOfWork, documents: Sequence[Document]
) -> defaultdict[tuple[int, int, int], list[Signature]]:
    """Give the signatures under the present revision of each document."""
    keys = [_key(document) for document in documents]
    found = uow.session.scalars(
        select(Signature).where(
            tuple_(Signature.hall_id, Signature.document_id, Signature.revision).in_(keys)
        )
    )
    signed: defaultdict[tuple[int, int, int], list[Signature]] = defaultdict(list)
    for one in found:
        signed[one.hall_id, one.document_id, one.revision].append(one)
    return signed
