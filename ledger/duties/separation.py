"""Separate duties: what a person did on a day bars him from what clashes with it (DOMAIN REC-10).

Held against the person, whichever of his staff numbers he used, in all halls the actor sees.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import bindparam, text

from ledger.actors import ROLES, Employment, Person
from ledger.documents import DOCUMENT_KINDS
from ledger.duties.errors import AuditsOwnTakings, DutiesClash, NotAreaAuditor, RoleClashes
from ledger.duties.grants import EXCEPTION, SMALL_HALL, grants_in_force
from ledger.duties.matrix import DO, DONE, DUTY_OF_ROLE, SMALL_HALL_ALLOWS, Duty, clashing
from ledger.evidence.expected import CURRENT
from ledger.permissions import PERMISSIONS
from ledger.work import UnitOfWork

_OF_PERSON = "e.person_id = :person AND e.kind = 'person'"
_TOOK_MONEY = text(
    f"""
SELECT 1 FROM employments e
  JOIN evidence_accounts a ON a.hall_id = e.hall_id AND a.business_date = :date
       AND a.clerk = e.number AND {CURRENT.format("a")}
 WHERE {_OF_PERSON}
 UNION ALL
SELECT 1 FROM employments e
  JOIN evidence_declarations d ON d.hall_id = e.hall_id AND d.business_date = :date
       AND d.clerk = e.number AND {CURRENT.format("d")}
 WHERE {_OF_PERSON}
 UNION ALL
SELECT 1 FROM employments e
  JOIN shifts s ON s.hall_id = e.hall_id AND s.business_date = :date AND s.clerk = e.number
 WHERE {_OF_PERSON} AND s.is_nil = 0
 LIMIT 1
"""
)
_HOLDS_ROLE = text(
    f"""
SELECT 1 FROM employments e
  JOIN role_grants g ON g.hall_id = e.hall_id AND g.number = e.number
 WHERE {_OF_PERSON} AND g.role = :role AND e.valid_from <= :date AND e.valid_to >= :date
   AND g.valid_from <= :date AND g.valid_to >= :date
 LIMIT 1
"""
)
_AUDITED = text(
    f"""
SELECT 1 FROM employments e
  JOIN signed_days s ON s.hall_id = e.hall_id AND s.business_date = :date
       AND s.person_id = e.person_id
 WHERE {_OF_PERSON}
 UNION ALL
SELECT 1 FROM employments e
  JOIN finding_acts f ON f.hall_id = e.hall_id AND f.business_date = :date
       AND f.person_id = e.person_id AND f.act IN ('accept', 'return')
 WHERE {_OF_PERSON}
 LIMIT 1
"""
)
_SIGNED = text(
    f"""
SELECT 1 FROM employments e
  JOIN documents d ON d.hall_id = e.hall_id AND d.business_date = :date AND d.kind IN :kinds
       AND d.state IN ('submitted', 'approved', 'posted')
  JOIN signatures s ON s.hall_id = d.hall_id AND s.document_id = d.id
       AND s.revision = d.revision AND s.step = :step AND s.person_id = e.person_id
 WHERE {_OF_PERSON}
 LIMIT 1
"""
).bindparams(bindparam("kinds", expanding=True))
_SUPERVISED = text(
    f"""
SELECT 1 FROM employments e
  JOIN counts c ON c.hall_id = e.hall_id AND c.business_date = :date
       AND c.witness_id = e.person_id AND c.state <> 'cancelled'
 WHERE {_OF_PERSON}
 LIMIT 1
"""
)
_OWN_PEOPLE = ("clerk", "stock_keeper", "invoice_keeper", "hall_manager", "duty_manager")


def require_apart(
    uow: UnitOfWork,
    hall_id: int,
    date: dt.date,
    duty: Duty,
    *,
    person_id: int | None = None,
) -> None:
    """Go on only if the person (the actor unless named) did nothing that day that clashes.

    `date` is the business day the duty is done for. A small hall's grant and exceptions in force on
    it lift what they name. Raises DutiesClash, and NotAreaAuditor where a small hall's own people
    audit it. Called once the hall's head is locked.
    """
    person = uow.actor.person_id if person_id is None else person_id
    others = clashing(duty)
    done = first_done(uow, person, date, others)
    grants = grants_in_force(uow, hall_id, date) if done or duty == "audits" else ()
    small = next((grant for grant in grants if grant.kind == SMALL_HALL), None)
    if duty == "audits" and small is not None and _is_of_hall(uow, hall_id, person, date):
        raise NotAreaAuditor(actor=_label(uow, person), grant=small.number)
    lifted = {
        g.pair for g in grants if g.kind == EXCEPTION and _holds(uow, hall_id, g.holder, person)
    }
    if small is not None:
        lifted.add("/".join(SMALL_HALL_ALLOWS))
    standing = [other for other in done if others[other] not in lifted]
    if not standing:
        return
    if (duty, standing[0]) == ("audits", "cashier"):
        raise AuditsOwnTakings(actor=_label(uow, person), date=date)
    raise DutiesClash(actor=_label(uow, person), date=date, other=DONE[standing[0]], duty=DO[duty])


def first_done(
    uow: UnitOfWork, person_id: int, date: dt.date, duties: Iterable[Duty]
) -> list[Duty]:
    """Give which of some duties a person did on a day, in their order."""
    return [duty for duty in duties if _did(uow, person_id, date, duty)]


def require_grantable(uow: UnitOfWork, hall_id: int, number: str, role: str, date: dt.date) -> None:
    """Go on only if a role may be given to the holder of a staff number from a day on.

    Raises RoleClashes for who did that day, or as keeper is there to do, what clashes with it. A
    keeper may be given a clerk's role, which bars him only once he takes money.
    """
    duty = DUTY_OF_ROLE.get(role)
    employment = uow.session.get(Employment, (hall_id, number))
    if duty is None or employment is None or employment.kind != "person":
        return
    person = employment.person_id
    others = clashing(duty)
    done = first_done(uow, person, date, others)
    if duty == "keeper" and "audits" not in done and _holds_role(uow, person, date, "auditor"):
        # Stock is kept day after day: whoever may audit could not do it on any day.
        done.append("audits")
    grants = grants_in_force(uow, hall_id, date) if done else ()
    lifted = {
        g.pair for g in grants if g.kind == EXCEPTION and _holds(uow, hall_id, g.holder, person)
    }
    if role == "clerk" or any(grant.kind == SMALL_HALL for grant in grants):
        lifted.add("/".join(SMALL_HALL_ALLOWS))
    clash = next((other for other in done if others[other] not in lifted), None)
    if clash is not None:
        raise RoleClashes(number=number, date=date, other=DONE[clash], role=ROLES[role])


def _did(uow: UnitOfWork, person_id: int, date: dt.date, duty: Duty) -> bool:
    asked = {"person": person_id, "date": date.isoformat()}
    if duty == "keeper":
        return _holds_role(uow, person_id, date, "stock_keeper")
    if duty in ("asks", "approves"):
        step = "submit" if duty == "asks" else "approve"
        kinds = _kinds_kept_from_auditors(step)
        asked |= {"step": step, "kinds": kinds}
        return bool(kinds) and uow.session.execute(_SIGNED, asked).first() is not None
    query = {"cashier": _TOOK_MONEY, "audits": _AUDITED, "supervises": _SUPERVISED}[duty]
    return uow.session.execute(query, asked).first() is not None


def _kinds_kept_from_auditors(step: str) -> list[str]:
    """Give the kinds of which an auditor's role does not allow the step.

    What it allows, as the check of a void or the decision on a difference, is part of auditing.
    """
    return sorted(
        kind.name
        for kind in DOCUMENT_KINDS.values()
        if kind.area in _ASKED_AREAS
        and "auditor" not in PERMISSIONS.get((kind.area, step), frozenset())
    )


_ASKED_AREAS = ("refunds", "petty", "stock", "custody", "count")
"""The desks where one asks and another approves by amount."""


def _holds_role(uow: UnitOfWork, person_id: int, date: dt.date, role: str) -> bool:
    asked = {"person": person_id, "date": date.isoformat(), "role": role}
    return uow.session.execute(_HOLDS_ROLE, asked).first() is not None


def _is_of_hall(uow: UnitOfWork, hall_id: int, person_id: int, date: dt.date) -> bool:
    found = uow.session.execute(
        text(
            f"SELECT 1 FROM employments e JOIN role_grants g ON g.hall_id = e.hall_id"
            f" AND g.number = e.number WHERE {_OF_PERSON} AND e.hall_id = :hall"
            " AND g.role IN :roles AND g.valid_from <= :date AND g.valid_to >= :date LIMIT 1"
        ).bindparams(bindparam("roles", expanding=True)),
        {"person": person_id, "hall": hall_id, "date": date.isoformat(), "roles": _OWN_PEOPLE},
    )
    return found.first() is not None


def _holds(uow: UnitOfWork, hall_id: int, number: str, person_id: int) -> bool:
    employment = uow.session.get(Employment, (hall_id, number))
    return employment is not None and employment.person_id == person_id


def _label(uow: UnitOfWork, person_id: int) -> str:
    if person_id == uow.actor.person_id:
        return uow.actor.label
    return uow.session.get_one(Person, person_id).name
