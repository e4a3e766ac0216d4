"""Authorities (授权): who is away lets another sign for him, on named days and up to a cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, text

from ledger.actors import Employment
from ledger.dating import take_day
from ledger.documents import Document, draft_document, find_document
from ledger.lifecycle import advance
from ledger.organisations import HALL_TIME, Hall
from ledger.permissions import LEADERS
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import AuthorityRefused
from refunds.kinds import AUTHORITY

LONGEST_DAYS = 31
GIVEN = LEADERS | {"department"}


def give_authority(
    uow: UnitOfWork,
    *,
    hall: Hall,
    role: str,
    to: str,
    from_on: dt.date,
    to_on: dt.date,
    cap_fen: int,
    reason: str,
) -> Document:
    """Let the holder of staff number `to` sign cases for one's own role; posted at once.

    At most 31 days and never for a day gone by. Raises AuthorityRefused and what `advance` raises.
    """
    today = uow.now.astimezone(HALL_TIME).date()
    if role not in GIVEN or role not in uow.actor.roles_in(hall.id):
        raise AuthorityRefused(
            problem=Text("只能授出本人的审批岗位", "only one's own approving role can be given")
        )
    holder = uow.session.get(Employment, (hall.id, to))
    if (
        holder is None
        or holder.kind != "person"
        or not holder.valid_from <= today <= holder.valid_to
    ):
        raise AuthorityRefused(problem=Text(f"工号 {to} 不在岗", f"{to} is nobody on the staff"))
    if holder.person_id == uow.actor.person_id:
        raise AuthorityRefused(problem=Text("不能授权给自己", "not to oneself"))
    if _is_auditor(uow, hall, holder.person_id):
        raise AuthorityRefused(
            problem=Text("稽核人员不得审批", "an auditor does not approve what he audits")
        )
    if from_on < today or to_on < from_on or (to_on - from_on).days >= LONGEST_DAYS:
        raise AuthorityRefused(
            problem=Text(
                f"日期须自 {today} 起,最长 {LONGEST_DAYS} 天",
                f"from {today} on, {LONGEST_DAYS} days at most",
            )
        )
    if cap_fen <= 0 or not reason.strip():
        raise AuthorityRefused(
            problem=Text("须写明上限金额与原因", "it needs a cap above zero and a reason")
        )
    take_day(uow, hall, today)
    document = draft_document(
        uow, hall_id=hall.id, kind=AUTHORITY, business_date=today, remark=reason.strip()
    )
    facts = {
        "role": role,
        "to": to,
        "from_on": from_on.isoformat(),
        "to_on": to_on.isoformat(),
        "cap": str(cap_fen),
        "reason": reason.strip(),
    }
    return advance(uow, document, "submit", facts=facts, reason=reason.strip())


def end_authority(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take an authority back before its last day: its giver, or a hall or department leader."""
    document = find_document(uow, hall.id, number)
    if document.kind != AUTHORITY:
        raise AuthorityRefused(problem=Text(f"{number} 不是授权书", f"{number} is none"))
    return advance(uow, document, "reverse", reason=reason.strip(), on=take_day(uow, hall, None))


def authorities_of(uow: UnitOfWork, hall: Hall) -> Sequence[Document]:
    """Give the hall's authorities, the latest first."""
    return uow.session.scalars(
        select(Document)
        .where(Document.hall_id == hall.id, Document.kind == AUTHORITY)
        .order_by(Document.id.desc())
        .limit(200)
    ).all()


def _is_auditor(uow: UnitOfWork, hall: Hall, person_id: int) -> bool:
    found = uow.session.execute(
        text(
            "SELECT 1 FROM role_grants g JOIN employments e ON e.hall_id = g.hall_id"
            " AND e.number = g.number WHERE g.hall_id = :hall AND e.person_id = :person"
            " AND g.role IN ('auditor', 'finance')"
        ),
        {"hall": hall.id, "person": person_id},
    )
    return found.first() is not None
