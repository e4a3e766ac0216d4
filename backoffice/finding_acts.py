"""What a person at any door does about a finding: bound to the figures he saw, with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select

from ledger.actors import Person, own_numbers
from ledger.audit.day import FindingView
from ledger.audit.findings import FindingAct
from ledger.audit.limits import DEPARTMENT, MANAGERS
from ledger.audit.queries import finding_detail
from ledger.corrections import deciding
from ledger.errors import Conflict, Invalid
from ledger.money import show_figure
from ledger.organisations import Hall
from ledger.permissions import may
from ledger.text import Text
from ledger.work import UnitOfWork

DOERS: dict[str, Callable[..., None]] = {
    "answer": deciding.answer_finding,
    "accept": deciding.accept_finding,
    "return": deciding.return_finding,
    "override": deciding.override_finding,
}
# Who overrides vouches for a difference by name: the password is asked again, as for a signature.
NEEDS_PASSWORD = frozenset({"override"})
NEEDS_REASON = frozenset({"answer", "return", "override"})
NOBODY = "nobody"


class FiguresChanged(Conflict):
    """A finding has other figures than those the act was meant for."""

    code = "figures_changed"
    text = Text(
        "差异的金额已变为 应为 {expected}、实为 {found}。请按新的金额重新办理。",
        "The finding now expects {expected} and found {found}. Decide again on these figures.",
    )


class ReasonMissing(Invalid):
    """An answer, a return and an override say why."""

    code = "reason_missing"
    text = Text("请写明原因。", "Give a reason.")


def act_on_finding(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    act: str,
    check: str,
    subject: str,
    reason: str,
    figures: tuple[int | None, int | None],
) -> None:
    """Do one act of DOERS; `figures` are the finding's (expected, found) in fen as they were seen.

    Raises ReasonMissing, FiguresChanged and what the act itself raises.
    """
    if act in NEEDS_REASON and not reason:
        raise ReasonMissing
    finding = finding_detail(uow, hall, date, check, subject).finding
    if (finding.expected, finding.found) != figures:
        raise FiguresChanged(
            expected=_shown(finding, finding.expected), found=_shown(finding, finding.found)
        )
    DOERS[act](uow, hall, date, check=check, subject=subject, reason=reason)


def open_acts(uow: UnitOfWork, hall: Hall, finding: FindingView) -> list[str]:
    """Give the acts the actor may do to the finding now, in the order people do them.

    The acts themselves decide; this only spares people buttons that would be refused.
    """
    own = finding.clerk in own_numbers(uow, hall.id)
    answered = finding.state == "answered"
    looked_at = finding.state == "open" and finding.severity != "block"
    offered = {
        "answer": finding.state == "open" and (own or finding.turn != "clerk"),
        "accept": (answered and finding.override != NOBODY) or looked_at,
        "return": answered,
        "override": finding.state in ("open", "answered") and _may_override(uow, hall, finding),
    }
    needs = {"return": "accept"}
    return [
        act
        for act, possible in offered.items()
        if possible
        and may(uow, hall.id, "audit", needs.get(act, act))
        and (act == "answer" or not own)
    ]


def history_of(
    uow: UnitOfWork, hall: Hall, date: dt.date, check: str, subject: str
) -> list[tuple[FindingAct, str]]:
    """Give what persons did to a finding, in order, each with the person's name."""
    query = (
        select(FindingAct, Person.name)
        .join(Person, Person.id == FindingAct.person_id)
        .where(
            FindingAct.hall_id == hall.id,
            FindingAct.business_date == date,
            FindingAct.check_code == check,
            FindingAct.subject == subject,
        )
        .order_by(FindingAct.event_no)
    )
    return [(act, name) for act, name in uow.session.execute(query)]


def _may_override(uow: UnitOfWork, hall: Hall, finding: FindingView) -> bool:
    roles = uow.actor.roles_in(hall.id)
    if finding.override == NOBODY:
        return False
    if finding.override == "auditor" and "auditor" in roles:
        return True
    if finding.override in ("manager", "tier") and roles & MANAGERS:
        return True
    return DEPARTMENT in roles


def _shown(finding: FindingView, amount: int | None) -> str:
    return "–" if amount is None else show_figure(amount, in_pieces=finding.in_pieces)
