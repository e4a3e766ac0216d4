"""What the daily audit leaves behind: runs, results of checks, totals, findings and signed days.

Findings are keyed by (hall, date, check, subject): running again updates and never duplicates. An
answer or override is bound to the figures it was given for.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

FINDING_STATES: dict[str, Text] = {
    "open": Text("未处理", "Open"),
    "answered": Text("已答复", "Answered"),
    "accepted": Text("已接受", "Accepted"),
    "overridden": Text("已核准", "Overridden"),
    "settled": Text("已定责", "Settled"),
    "recalculated": Text("已消除", "Recalculated"),
}
SEVERITIES: dict[str, Text] = {
    "block": Text("阻断", "Block"),
    "warn": Text("警告", "Warning"),
    "note": Text("提示", "Note"),
}


class Finding(Base):
    """One answer of a check that needs a person. Amounts are fen, null where there are none."""

    __tablename__ = "findings"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    check_code: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    clerk: Mapped[str]
    expected: Mapped[int | None]
    found: Mapped[int | None]
    severity: Mapped[str]
    state: Mapped[str]
    facts: Mapped[str]
    first_run: Mapped[int]
    last_run: Mapped[int]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(FINDING_STATES)}", name="finding_state_is_known"),
        CheckConstraint(f"severity IN {tuple(SEVERITIES)}", name="severity_is_known"),
        Index("ix_findings_open", "hall_id", "business_date", "state"),
    )


class AuditRun(Base):
    """One run over one hall-day; `run_no` is the hall's event number of the run."""

    __tablename__ = "audit_runs"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    at: Mapped[dt.datetime]
    person_id: Mapped[int]
    checks: Mapped[str]
    totals: Mapped[str]

    __table_args__ = (
        Index("ix_audit_runs_day", "hall_id", "business_date"),
        {"info": {IMMUTABLE: True}},
    )


class FindingAct(Base):
    """What a person did to a finding, bound to the figures (expected, found) he saw."""

    __tablename__ = "finding_acts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    check_code: Mapped[str]
    subject: Mapped[str]
    act: Mapped[str]
    reason: Mapped[str]
    expected: Mapped[int | None]
    found: Mapped[int | None]
    person_id: Mapped[int]
    at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_finding_acts_finding", "hall_id", "business_date", "check_code", "subject"),
        {"info": {IMMUTABLE: True}},
    )


class SignedDay(Base):
    """The snapshot an auditor signed: totals, checks and findings as JSON, and its hash."""

    __tablename__ = "signed_days"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    snapshot: Mapped[str]
    hash: Mapped[str]
    person_id: Mapped[int]
    role: Mapped[str]
    at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_signed_days_day", "hall_id", "business_date"),
        {"info": {IMMUTABLE: True}},
    )
