"""Whether somebody signs for a role by an authority (授权): dated, capped, never for its giver.

An authority is a posted document whose facts are `role`, `to` (staff number), `from_on`, `to_on`
and, but for an auditor's, `cap` (fen). It counts on the days it names, while its giver holds the
role, up to its cap, and for nothing its giver made himself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import text

from ledger.documents import Document, facts_of
from ledger.duties.tables import SignedFor
from ledger.events import OpenEvent
from ledger.permissions import PERMISSIONS, may, require
from ledger.schema import Base
from ledger.work import UnitOfWork

_AUTHORITIES = text(
    """
SELECT d.number, d.maker_id, CAST(c.value AS BIGINT) AS cap
  FROM document_facts r
  JOIN documents d ON d.hall_id = r.hall_id AND d.id = r.document_id AND d.revision = r.revision
       AND d.kind = 'delegation' AND d.state = 'posted'
  JOIN document_facts t ON t.hall_id = d.hall_id AND t.document_id = d.id AND t.name = 'to'
  JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id AND f.name = 'from_on'
  JOIN document_facts u ON u.hall_id = d.hall_id AND u.document_id = d.id AND u.name = 'to_on'
  LEFT JOIN document_facts c ON c.hall_id = d.hall_id AND c.document_id = d.id AND c.name = 'cap'
  JOIN employments e ON e.hall_id = d.hall_id AND e.number = t.value
 WHERE r.hall_id = :hall AND r.name = 'role' AND r.value = :role
   AND e.person_id = :person AND f.value <= :today AND u.value >= :today
   AND d.maker_id <> :maker
   AND EXISTS (SELECT 1 FROM role_grants g
                 JOIN employments m ON m.hall_id = g.hall_id AND m.number = g.number
                WHERE g.hall_id = d.hall_id AND m.person_id = d.maker_id AND g.role = :role
                  AND g.valid_from <= :day AND g.valid_to >= :day)
 ORDER BY CASE WHEN c.value IS NULL THEN 0 ELSE 1 END, CAST(c.value AS BIGINT) DESC, d.id
 LIMIT 1
"""
)
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that lets the actor sign: its number, whose place he takes, and the role."""

    number: str
    for_id: int
    role: str


def authority_for(uow: UnitOfWork, document: Document, role: str) -> Authority | None:
    """Give the authority by which the actor may sign a document for a role, None for none."""
    judged = int(facts_of(uow, document).get("judged", document.amount_fen))
    return _authority(uow, document.hall_id, role, judged, maker=document.maker_id)


def require_or_stand_in(uow: UnitOfWork, hall_id: int, area: str, action: str) -> Authority | None:
    """Go on if the actor may, or signs for somebody who may; raises NotPermitted.

    Gives by which authority, None for his own right.
    """
    if not may(uow, hall_id, area, action):
        for role in sorted(PERMISSIONS.get((area, action), frozenset())):
            found = _authority(uow, hall_id, role, 0, maker=NOBODY)
            if found is not None:
                return found
        require(uow, hall_id, area, action)
    return None


def may_or_stands_in(uow: UnitOfWork, hall_id: int, area: str, action: str) -> bool:
    """Tell whether `require_or_stand_in` would go on."""
    return may(uow, hall_id, area, action) or any(
        _authority(uow, hall_id, role, 0, maker=NOBODY) is not None
        for role in PERMISSIONS.get((area, action), frozenset())
    )


def in_place_of(uow: UnitOfWork, hall_id: int, authority: Authority | None) -> UnitOfWork:
    """Give the unit of work whose actor holds, beside his own roles, the one he signs for."""
    if authority is None:
        return uow
    held = uow.actor.roles_in(hall_id) | {authority.role}
    roles = {**uow.actor.roles, hall_id: held}
    return replace(uow, actor=replace(uow.actor, roles=roles))


def note_signed_for(uow: UnitOfWork, event: OpenEvent, authority: Authority) -> None:
    """Write for whom the signature of an event was given."""
    event.facts |= {"authority": authority.number}
    row = (uow.actor.person_id, authority.for_id, authority.role, authority.number)
    event.insert(Base.metadata.tables[SignedFor.__tablename__], [row])


def _authority(
    uow: UnitOfWork, hall_id: int, role: str, amount_fen: int, *, maker: int
) -> Authority | None:
    today = uow.today.isoformat()
    found = uow.session.execute(
        _AUTHORITIES,
        {
            "hall": hall_id,
            "role": role,
            "person": uow.actor.person_id,
            "maker": maker,
            "today": today,
            "day": today,
        },
    ).first()
    if found is None or (found.cap is not None and amount_fen > found.cap):
        return None
    return Authority(str(found.number), found.maker_id, role)
