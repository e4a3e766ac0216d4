"""The policy in force, as data: changed by the department's document, approved by another person.

A policy counts from its first day on and never backwards; what a case was judged by is frozen with
the case. Without a change the defaults hold (INTERFACES, default approval tiers).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select, text

from ledger.actors import ROLES
from ledger.approvals import limits_on
from ledger.dating import take_day
from ledger.documents import Document, draft_document, facts_of, find_document
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import PolicyUnreadable
from refunds.instruments import INSTRUMENTS
from refunds.kinds import POLICY_CHANGE
from refunds.models import RefundTier
from refunds.policy import Policy, policy_from_json

DEFAULT = "default"
LADDER = ("duty_manager", "hall_manager", "department")

# A change writes the limit of every role, so that each policy stands among the tiers.
_IN_FORCE = text(
    """
SELECT t.hall_id, t.instrument, d.number, p.value
  FROM (SELECT DISTINCT hall_id, instrument, valid_from, document_id
          FROM refund_tiers WHERE hall_id IN :halls AND valid_from <= :on) t
  JOIN documents d ON d.hall_id = t.hall_id AND d.id = t.document_id
  JOIN document_facts p ON p.hall_id = d.hall_id AND p.document_id = d.id
       AND p.revision = d.revision AND p.name = 'policy'
 ORDER BY t.valid_from, t.document_id
"""
).bindparams(bindparam("halls", expanding=True))


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy and the number of the document that set it, or `default`."""

    policy: Policy
    number: str


def policy_on(uow: UnitOfWork, hall: Hall, instrument: str, on: dt.date) -> PolicyInForce:
    """Give the policy of the instrument in force in the hall on that day."""
    found = policies_set(uow, [hall.id], on).get((hall.id, instrument))
    return found or PolicyInForce(default_policy(uow, instrument, on), DEFAULT)


def policies_set(
    uow: UnitOfWork, halls: Sequence[int], on: dt.date
) -> dict[tuple[int, str], PolicyInForce]:
    """Give hall and instrument -> the policy in force that day, where one was set; one query."""
    rows = uow.session.execute(_IN_FORCE, {"halls": list(halls), "on": on.isoformat()})
    return {
        (row.hall_id, row.instrument): PolicyInForce(policy_from_json(row.value), row.number)
        for row in rows
    }


def default_policy(uow: UnitOfWork, instrument: str, on: dt.date) -> Policy:
    """Give what holds in a hall that set no policy."""
    return Policy(instrument, tiers=tuple(limits_on(uow, instrument, on)))


def propose_policy(
    uow: UnitOfWork, *, hall: Hall, policy: Policy, valid_from: dt.date, reason: str
) -> Document:
    """Ask for a change of policy from a day on; another person of the department signs it.

    Raises PolicyUnreadable and NotPermitted.
    """
    require(uow, hall.id, "refund_policy", "submit")
    today = uow.today
    policy = _checked(policy)
    if valid_from < today:
        raise PolicyUnreadable(
            field="valid_from",
            problem=Text(f"不得早于今天 {today}", f"must not be before today, {today}"),
        )
    if not reason.strip():
        raise PolicyUnreadable(field="reason", problem=Text("请写明原因", "give the reason"))
    take_day(uow, hall, today)
    before = policy_on(uow, hall, policy.instrument, valid_from)
    document = draft_document(
        uow, hall_id=hall.id, kind=POLICY_CHANGE, business_date=today, remark=reason.strip()
    )
    facts = {
        "instrument": policy.instrument,
        "valid_from": valid_from.isoformat(),
        "policy": policy.as_json(),
        "replaces": before.number,
        "reason": reason.strip(),
    }
    return advance(uow, document, "submit", facts=facts, confirm_roles=("department",))


def sign_policy(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a change of policy as another person of the department; it counts from its first day."""
    document = find_policy_change(uow, hall, number)
    advance(uow, document, "approve")
    if document.state == "posted":
        facts = facts_of(uow, document)
        tiers = dict(policy_from_json(facts["policy"]).tiers)
        valid_from = dt.date.fromisoformat(facts["valid_from"])
        uow.session.add_all(
            RefundTier(
                hall_id=hall.id,
                instrument=facts["instrument"],
                role=role,
                valid_from=valid_from,
                document_id=document.id,
                limit_fen=tiers.get(role, 0),
            )
            for role in dict.fromkeys((*LADDER, *tiers))
        )
        uow.session.flush()
    return document


def find_policy_change(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the change of policy of that number; raises UnknownDocument and PolicyUnreadable."""
    document = find_document(uow, hall.id, number)
    if document.kind != POLICY_CHANGE:
        raise PolicyUnreadable(
            field=number, problem=Text("不是政策调整单", "is no change of policy")
        )
    return document


def policy_changes(uow: UnitOfWork, hall: Hall) -> Sequence[Document]:
    """Give the hall's changes of policy, the latest first."""
    return uow.session.scalars(
        select(Document)
        .where(Document.hall_id == hall.id, Document.kind == POLICY_CHANGE)
        .order_by(Document.id.desc())
        .limit(200)
    ).all()


def _checked(policy: Policy) -> Policy:
    if policy.instrument not in INSTRUMENTS:
        raise PolicyUnreadable(
            field="instrument",
            problem=Text("不认识", f"unknown; one of {', '.join(INSTRUMENTS)}"),
        )
    tiers = tuple(sorted(policy.tiers, key=lambda tier: tier[1]))
    roles = [role for role, _ in tiers]
    if not tiers or len(set(roles)) != len(roles) or any(role not in ROLES for role in roles):
        raise PolicyUnreadable(
            field="tiers",
            problem=Text("每个岗位一级,岗位须存在", "one tier for each role, roles that exist"),
        )
    limits = [limit for _, limit in tiers]
    if min(limits) < 0 or len(set(limits)) != len(limits):
        raise PolicyUnreadable(
            field="tiers",
            problem=Text("限额须为正且各不相同", "limits must be positive and different"),
        )
    ladder = [role for role in LADDER if role in roles]
    if [role for role in roles if role in ladder] != ladder:
        raise PolicyUnreadable(
            field="tiers",
            problem=Text("上级限额不得低于下级", "a higher role needs a higher limit"),
        )
    _check_numbers(policy)
    return replace(policy, tiers=tiers)


def _check_numbers(policy: Policy) -> None:
    for field in ("window_days", "split_days", "expires_days", "near_limit_count", "repeat_count"):
        if not 1 <= getattr(policy, field) <= 366:
            raise PolicyUnreadable(field=field, problem=Text("1 至 366", "from 1 to 366"))
    for field in ("case", "subscriber", "clerk_day", "approver_day", "hall_day"):
        limit = getattr(policy, f"{field}_limit_fen")
        if limit is not None and limit < 0:
            raise PolicyUnreadable(
                field=f"{field}_limit",
                problem=Text(f"不得为负:{show_yuan(limit)}", f"not below zero: {show_yuan(limit)}"),
            )
    if not 0 <= policy.papers_due_hour <= 23 or not 1 <= policy.near_limit_percent <= 100:
        raise PolicyUnreadable(
            field="papers_due_hour, near_limit_percent",
            problem=Text("超出范围", "out of range"),
        )
