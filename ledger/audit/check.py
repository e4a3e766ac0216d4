"""What a check of the daily audit is: a question asked by one SQL query of any set of hall-days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ledger.audit.staging import Step
from ledger.text import Text

Severity = Literal["block", "warn", "note"]
Override = Literal["nobody", "tier", "manager", "auditor", "department"]


@dataclass(frozen=True, slots=True)
class Check:
    """A code of CHECKS: its name, how grave, who may override it, what to do, and its source.

    `message` may name {subject}, {expected}, {found}, {difference} (yuan) and the finding's facts.
    Where a check counts `in_pieces`, its figures are pieces and no money.
    """

    code: str
    name: Text
    severity: Severity
    override: Override
    message: Text
    remedy: Text
    rule: str
    in_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One query that answers one or several checks.

    `sql` reads the stage (`ledger/audit/stage.py`) and gives, one row a subject: hall_id,
    business_date, check_code, subject, clerk, expected, found (fen or null), severity, facts (a
    JSON object as text). It names no parameter and no database's own functions. `steps` add to the
    stage what only this question reads.
    """

    checks: tuple[Check, ...]
    sql: str
    steps: tuple[Step, ...] = ()


_REGISTERED: dict[str, Check] = {}


def register_checks(questions: Iterable[Question]) -> None:
    """Make checks known by their codes, so that a stored finding can be told in words."""
    for question in questions:
        for check in question.checks:
            assert _REGISTERED.setdefault(check.code, check) is check, check.code


def known_check(code: str) -> Check | None:
    """Give the check of that code, None where no module that defines it was imported."""
    return _REGISTERED.get(code)
