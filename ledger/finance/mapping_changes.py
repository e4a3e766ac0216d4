"""The mapping in force, changed by a document of finance that another person of finance signs.

A mapping counts from its first day on; which one a bundle was made by is frozen with the bundle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Mappable
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, text

from ledger.documents import Document, Draft, draft_documents, find_document
from ledger.errors import NotFound
from ledger.finance.errors import MappingUnreadable, ReasonNeeded
from ledger.finance.kinds import MAPPING_AREA, MAPPING_CHANGE
from ledger.finance.mapping import DEFAULTS, Mapping, changed_mapping, mapping_from_json
from ledger.lifecycle import Step, advance, advance_all
from ledger.organisations import Hall, lock_heads
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

DEFAULT = "default"

_CHANGES = text(
    """
SELECT d.hall_id, d.number, v.value AS valid_from, m.value AS mapping
  FROM documents d
  JOIN document_facts v ON v.hall_id = d.hall_id AND v.document_id = d.id
       AND v.revision = d.revision AND v.name = 'valid_from'
  JOIN document_facts m ON m.hall_id = d.hall_id AND m.document_id = d.id
       AND m.revision = d.revision AND m.name = 'mapping'
 WHERE d.kind = 'voucher_mapping' AND d.state = 'posted' AND d.hall_id IN :halls
 ORDER BY d.hall_id, v.value, d.id
"""
).bindparams(bindparam("halls", expanding=True))


class NoMapping(NotFound):
    """A document of that number is no change of the mapping."""

    code = "no_mapping"
    text = Text("{number} 不是科目对照调整单。", "{number} is no change of the account mapping.")


@dataclass(frozen=True, slots=True)
class MappingInForce:
    """A mapping, its first day, and the number of the document that set it, or `default`."""

    mapping: Mapping
    number: str = DEFAULT
    valid_from: dt.date = dt.date.min


@dataclass(frozen=True, slots=True)
class Mappings:
    """The mappings of some halls, by hall in the order of their first days."""

    by_hall: Mappable[int, Sequence[MappingInForce]]

    def on(self, hall_id: int, date: dt.date) -> MappingInForce:
        """Give the mapping in force in the hall on a day."""
        known = [one for one in self.by_hall.get(hall_id, ()) if one.valid_from <= date]
        return known[-1] if known else MappingInForce(DEFAULTS)


def mappings_of(uow: UnitOfWork, hall_ids: Sequence[int]) -> Mappings:
    """Read the mappings of halls in one question."""
    read: dict[str, Mapping] = {}
    by_hall: dict[int, list[MappingInForce]] = {}
    for row in uow.session.execute(_CHANGES, {"halls": list(hall_ids)}):
        if row.mapping not in read:
            read[row.mapping] = mapping_from_json(row.mapping)
        first = dt.date.fromisoformat(row.valid_from)
        by_hall.setdefault(row.hall_id, []).append(
            MappingInForce(read[row.mapping], row.number, first)
        )
    return Mappings(by_hall)


def mapping_on(uow: UnitOfWork, hall: Hall, date: dt.date) -> MappingInForce:
    """Give the mapping in force in one hall on a day."""
    return mappings_of(uow, [hall.id]).on(hall.id, date)


def propose_mapping(
    uow: UnitOfWork,
    *,
    halls: Sequence[Hall],
    rules: Mappable[str, tuple[str, str]],
    accounts: Mappable[str, Text] | None = None,
    valid_from: dt.date,
    reason: str,
) -> list[Document]:
    """Ask for some keys to be changed from a day on, in one or many halls; another signs it.

    `rules` are (debit, credit) by key, two blanks take a key out; `accounts` names new accounts.
    Raises MappingUnreadable, ReasonNeeded and NotPermitted.
    """
    if not reason.strip():
        raise ReasonNeeded
    if not rules:
        raise MappingUnreadable(at="-", problem=Text("没有内容", "there is nothing in it"))
    for hall in halls:
        require(uow, hall.id, MAPPING_AREA, "submit")
    today = uow.today
    ids = [hall.id for hall in halls]
    lock_heads(uow, ids)
    known = mappings_of(uow, ids)
    drafts = [Draft(one, MAPPING_CHANGE, today, remark=reason.strip()) for one in ids]
    steps = []
    for document in draft_documents(uow, drafts):
        before = known.on(document.hall_id, valid_from)
        after = changed_mapping(before.mapping, rules, accounts)
        facts = {
            "valid_from": valid_from.isoformat(),
            "mapping": after.as_json(),
            "replaces": before.number,
            "reason": reason.strip(),
        }
        steps.append(Step(document, facts=facts, confirm_roles=("finance",)))
    return advance_all(uow, "submit", steps)


def sign_mappings(uow: UnitOfWork, documents: Sequence[Document]) -> list[Document]:
    """Sign changes, one of each hall, as another person of finance; each counts from its day."""
    today = uow.today
    return advance_all(uow, "approve", [Step(document, on=today) for document in documents])


def reject_mapping(uow: UnitOfWork, document: Document, reason: str) -> Document:
    """Refuse a change, with the reason."""
    if not reason.strip():
        raise ReasonNeeded
    return advance(uow, document, "reject", reason=reason.strip())


def find_mapping_change(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the change of that number; raises UnknownDocument and NoMapping."""
    document = find_document(uow, hall.id, number)
    if document.kind != MAPPING_CHANGE:
        raise NoMapping(number=number)
    return document


def mapping_changes(uow: UnitOfWork, hall: Hall) -> Sequence[Document]:
    """Give the hall's changes of the mapping, the latest first."""
    return uow.session.scalars(
        select(Document)
        .where(Document.hall_id == hall.id, Document.kind == MAPPING_CHANGE)
        .order_by(Document.id.desc())
        .limit(200)
    ).all()


def pending_changes(uow: UnitOfWork, hall_ids: Sequence[int]) -> list[Document]:
    """Give the changes that wait for a signature, the oldest of each hall."""
    rows = uow.session.scalars(
        select(Document)
        .where(
            Document.hall_id.in_(list(hall_ids)),
            Document.kind == MAPPING_CHANGE,
            Document.state == "submitted",
        )
        .order_by(Document.hall_id, Document.id)
    )
    first: dict[int, Document] = {}
    for document in rows:
        first.setdefault(document.hall_id, document)
    return list(first.values())
