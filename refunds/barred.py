"""Who may not approve a case beside its requester, whatever his roles (DOMAIN REF-04)."""

from __future__ import annotations

from sqlalchemy import text

from ledger.documents import Document, facts_of
from ledger.duties.grants import small_hall
from ledger.work import UnitOfWork

_OWN_NUMBER = text(
    "SELECT 1 FROM person_numbers WHERE person_id = :person AND subscriber IN (:number, :other)"
)
_WAS_CASHIER = text(
    """
SELECT 1
  FROM evidence_accounts o
  JOIN evidence_accounts a ON a.hall_id = o.hall_id AND a.business_date = o.business_date
  JOIN employments e ON e.hall_id = a.hall_id AND e.number = a.clerk AND e.person_id = :person
 WHERE o.hall_id = :hall AND o.txn_no = :txn AND o.txn_no <> ''
 LIMIT 1
"""
)


_TOOK_IT = text(
    """
SELECT 1
  FROM evidence_accounts o
  JOIN employments e ON e.hall_id = o.hall_id AND e.number = o.clerk AND e.person_id = :person
 WHERE o.hall_id = :hall AND o.txn_no = :txn AND o.txn_no <> ''
 LIMIT 1
"""
)


def bars(uow: UnitOfWork, document: Document) -> bool:
    """Tell whether the actor is kept from approving the case.

    He is for his own or a registered relative's number, and for a payment of a day on which he
    stood at the counter himself; in a small hall only for a payment that he took.
    """
    stated = facts_of(uow, document)
    person = uow.actor.person_id
    number = stated.get("subscriber", "")
    numbers = {"person": person, "number": number, "other": stated.get("to_subscriber", number)}
    if number and uow.session.execute(_OWN_NUMBER, numbers).first() is not None:
        return True
    asked = {"person": person, "hall": document.hall_id, "txn": stated.get("original_txn", "")}
    small = small_hall(uow, document.hall_id, uow.today)
    taken = _WAS_CASHIER if small is None else _TOOK_IT
    return uow.session.execute(taken, asked).first() is not None
