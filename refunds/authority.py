"""Whether somebody signs for a role by an authority (授权): dated, capped, and never for its giver.

An authority is a posted document whose facts are `role`, `to` (staff number), `from_on`, `to_on`
and `cap` (fen). It counts on the days it names, up to its cap, for cases its giver did not ask for.
"""

from __future__ import annotations

from sqlalchemy import text

from ledger.documents import Document, facts_of
from ledger.organisations import HALL_TIME
from ledger.work import UnitOfWork

_AUTHORITIES = text(
    """
SELECT d.number, CAST(c.value AS BIGINT) AS cap
  FROM document_facts r
  JOIN documents d ON d.hall_id = r.hall_id AND d.id = r.document_id AND d.revision = r.revision
       AND d.kind = 'delegation' AND d.state = 'posted'
  JOIN document_facts t ON t.hall_id = d.hall_id AND t.document_id = d.id AND t.name = 'to'
  JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id AND f.name = 'from_on'
  JOIN document_facts u ON u.hall_id = d.hall_id AND u.document_id = d.id AND u.name = 'to_on'
  JOIN document_facts c ON c.hall_id = d.hall_id AND c.document_id = d.id AND c.name = 'cap'
  JOIN employments e ON e.hall_id = d.hall_id AND e.number = t.value
 WHERE r.hall_id = :hall AND r.name = 'role' AND r.value = :role
   AND e.person_id = :person AND f.value <= :today AND u.value >= :today
   AND d.maker_id <> :maker
 ORDER BY CAST(c.value AS BIGINT) DESC
 LIMIT 1
"""
)


def stands_in(uow: UnitOfWork, document: Document, role: str) -> str:
    """Give the number of the authority by which the actor may sign the case for the role, or ''."""
    found = uow.session.execute(
        _AUTHORITIES,
        {
            "hall": document.hall_id,
            "role": role,
            "person": uow.actor.person_id,
            "maker": document.maker_id,
            "today": uow.now.astimezone(HALL_TIME).date().isoformat(),
        },
    ).first()
    if found is None:
        return ""
    judged = int(facts_of(uow, document).get("judged", document.amount_fen))
    return str(found.number) if judged <= found.cap else ""
