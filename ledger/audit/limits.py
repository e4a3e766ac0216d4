"""Who may override which difference, and how much in a month (CHECKS, Override)."""

from __future__ import annotations

import json

from sqlalchemy import select

from ledger.audit.check import Check, known_check
from ledger.audit.findings import Finding, FindingAct
from ledger.errors import Forbidden
from ledger.events import Event
from ledger.money import show_yuan
from ledger.text import Text
from ledger.times import month_of
from ledger.work import UnitOfWork

MANAGERS = frozenset({"hall_manager", "duty_manager"})
DEPARTMENT = "department"
FINDING_LIMIT = 100_00
MONTH_LIMIT = 300_00


class OverrideRefused(Forbidden):
    """The check or the amount is beyond the actor's tier."""

    code = "override_refused"
    text = Text(
        "差异 {check} {amount} 不能由您核准:{reason_zh}。",
        "You cannot override {check} ({amount}): {reason_en}.",
    )


def require_override(uow: UnitOfWork, finding: Finding) -> str:
    """Give the role by which the actor may override the finding; raises OverrideRefused.

    A manager may up to 100.00 a finding and 300.00 a clerk and calendar month, both inclusive; the
    department above. The hall's head must be locked, so that the month is counted once.
    """
    check = known_check(finding.check_code)
    roles = uow.actor.roles_in(finding.hall_id)
    if check is None or check.override == "nobody":
        raise _refused(
            finding, "任何人不得核准,只能更正数据", "nobody may; only correct evidence cures it"
        )
    if DEPARTMENT in roles:
        return DEPARTMENT
    if check.override == "auditor" and "auditor" in roles:
        return "auditor"
    manager = min(roles & MANAGERS, default="")
    if check.override == "manager" and manager:
        return manager
    if check.override == "tier" and manager:
        _require_within_tier(uow, finding)
        return manager
    raise _refused(finding, *_who_may(check))


def _require_within_tier(uow: UnitOfWork, finding: Finding) -> None:
    amount = weight_of(finding.facts, finding.expected, finding.found)
    if amount > FINDING_LIMIT:
        raise _refused(
            finding,
            f"超过每条 {show_yuan(FINDING_LIMIT)},请上级主管部门核准",
            f"above {show_yuan(FINDING_LIMIT)} a finding, ask the department",
        )
    used = overridden_in_month(uow, finding)
    if used + amount > MONTH_LIMIT:
        raise _refused(
            finding,
            f"该营业员当月已核准 {show_yuan(used)},上限 {show_yuan(MONTH_LIMIT)},"
            "请上级主管部门核准",
            f"{show_yuan(used)} of {show_yuan(MONTH_LIMIT)} for this clerk and month are used,"
            " ask the department",
        )


def overridden_in_month(uow: UnitOfWork, finding: Finding) -> int:
    """Give the fen managers have overridden for the finding's clerk in the month of its date."""
    first, last = month_of(finding.business_date)
    rows = uow.session.execute(
        select(FindingAct.expected, FindingAct.found, Event.facts, Finding.facts)
        .join(
            Finding,
            (Finding.hall_id == FindingAct.hall_id)
            & (Finding.business_date == FindingAct.business_date)
            & (Finding.check_code == FindingAct.check_code)
            & (Finding.subject == FindingAct.subject),
        )
        .join(
            Event,
            (Event.hall_id == FindingAct.hall_id) & (Event.event_no == FindingAct.event_no),
        )
        .where(
            FindingAct.hall_id == finding.hall_id,
            FindingAct.business_date >= first,
            FindingAct.business_date <= last,
            FindingAct.act == "override",
            Finding.clerk == finding.clerk,
        )
    )
    return sum(
        weight_of(facts, expected, found)
        for expected, found, acted, facts in rows
        if json.loads(acted).get("role") in MANAGERS
    )


def weight_of(facts: str, expected: int | None, found: int | None) -> int:
    """Give what a finding weighs in fen: the value it states, else its difference.

    Goods are counted in pieces and weigh what they are worth; a finding without amounts nothing.
    """
    value = json.loads(facts, strict=False).get("value_fen")
    return int(value) if value is not None else abs((found or 0) - (expected or 0))


def _who_may(check: Check) -> tuple[str, str]:
    return {
        "auditor": ("应由稽核核准", "the auditor may"),
        "manager": ("应由营业厅经理核准", "the hall manager may"),
        "department": ("应由上级主管部门核准", "the department may"),
    }.get(check.override, ("应由营业厅经理或上级主管部门核准", "a manager or the department may"))


def _refused(finding: Finding, zh: str, en: str) -> OverrideRefused:
    amount = show_yuan(weight_of(finding.facts, finding.expected, finding.found))
    return OverrideRefused(check=finding.check_code, amount=amount, reason_zh=zh, reason_en=en)
