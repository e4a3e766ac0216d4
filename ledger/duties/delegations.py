"""Authorities (授权): who is away lets another sign for him, on named days and up to a cap.

One mechanism for all that is signed: documents of every desk, the audit of a day, its result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select, text

from ledger.actors import Employment
from ledger.dating import take_day
from ledger.documents import Document, DocumentKind, draft_document, find_document, register_kind
from ledger.duties.errors import AuthorityRefused, RoleClashes
from ledger.duties.separation import require_grantable
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import LEADERS, PERMISSIONS
from ledger.text import Text
from ledger.work import UnitOfWork

AUTHORITY = "delegation"
AUDITOR = "auditor"
LONGEST_DAYS = 31
GIVEN = LEADERS | {"department", AUDITOR}
SEES_AUDITS = PERMISSIONS["audit", "view"]

register_kind(
    DocumentKind(
        AUTHORITY,
        "SQ",
        Text("授权书", "Authority to sign"),
        "authorities",
        moves_nothing=True,
    )
)


def give_authority(
    uow: UnitOfWork,
    *,
    hall: Hall,
    role: str,
    to: str,
    from_on: dt.date,
    to_on: dt.date,
    cap_fen: int | None,
    reason: str,
) -> Document:
    """Let the holder of staff number `to` sign for one's own role; posted at once.

    At most 31 days and never for a day gone by, up to `cap_fen` a document; an auditor's needs no
    cap. Raises AuthorityRefused and what `advance` raises.
    """
    today = uow.today
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
    _check_compatible(uow, hall, role, holder)
    if from_on < today or to_on < from_on or (to_on - from_on).days >= LONGEST_DAYS:
        raise AuthorityRefused(
            problem=Text(
                f"日期须自 {today} 起,最长 {LONGEST_DAYS} 天",
                f"from {today} on, {LONGEST_DAYS} days at most",
            )
        )
    needs_cap = role != AUDITOR
    if (needs_cap and not cap_fen) or (cap_fen or 1) <= 0 or not reason.strip():
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
        **({"cap": str(cap_fen)} if cap_fen else {}),
        "reason": reason.strip(),
    }
    return advance(uow, document, "submit", facts=facts, reason=reason.strip())


def end_authority(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take an authority back before its last day: its giver, or a hall or department leader."""
    document = find_document(uow, hall.id, number)
    if document.kind != AUTHORITY:
        raise AuthorityRefused(problem=Text(f"{number} 不是授权书", f"{number} is none"))
    leads = (LEADERS | {"department"}) & uow.actor.roles_in(hall.id)
    if document.maker_id != uow.actor.person_id and not leads:
        raise AuthorityRefused(problem=Text("只能收回本人的授权", "only its giver or a leader may"))
    return advance(uow, document, "reverse", reason=reason.strip(), on=take_day(uow, hall, None))


def authorities_of(uow: UnitOfWork, hall: Hall) -> Sequence[Document]:
    """Give the hall's authorities, the latest first."""
    return uow.session.scalars(
        select(Document)
        .where(Document.hall_id == hall.id, Document.kind == AUTHORITY)
        .order_by(Document.id.desc())
        .limit(200)
    ).all()


def _check_compatible(uow: UnitOfWork, hall: Hall, role: str, holder: Employment) -> None:
    person_id = holder.person_id
    if role != AUDITOR:
        if _holds(uow, hall, person_id, (AUDITOR, "finance")):
            raise AuthorityRefused(
                problem=Text("稽核人员不得审批", "an auditor does not approve what he audits")
            )
        return
    if not _holds(uow, hall, person_id, SEES_AUDITS):
        raise AuthorityRefused(
            problem=Text("该人员无权查看稽核", "that person may not see the audit")
        )
    try:
        today = uow.today
        require_grantable(uow, hall.id, holder.number, AUDITOR, today)
    except RoleClashes as clash:
        raise AuthorityRefused(problem=Text(clash.message("zh"), clash.message("en"))) from clash


def _holds(uow: UnitOfWork, hall: Hall, person_id: int, roles: Iterable[str]) -> bool:
    found = uow.session.execute(
        text(
            "SELECT 1 FROM role_grants g JOIN employments e ON e.hall_id = g.hall_id"
            " AND e.number = g.number WHERE g.hall_id = :hall AND e.person_id = :person"
            " AND g.role IN :roles"
        ).bindparams(bindparam("roles", expanding=True)),
        {"hall": hall.id, "person": person_id, "roles": sorted(roles)},
    )
    return found.first() is not None
