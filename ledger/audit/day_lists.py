"""A hall's days in a row: each with its statuses, and what still stands on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.audit.findings import Finding
from ledger.evidence.tables import IntakeReplacement, IntakeSource, NilDeclaration
from ledger.evidence.unreported import unreported_days
from ledger.hall_days import HallDay
from ledger.organisations import Hall
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DaySummary:
    """A hall-day in the calendar: its statuses, and how many findings still stand.

    `is_unreported`: a trading day that nobody reported yet, opened or not;
    `has_evidence`: something came in or was declared nil, whether or not the audit ran since.
    """

    date: dt.date
    data_status: str
    audit_status: str
    hall_status: str
    blocks: int
    warnings: int
    is_unreported: bool = False
    has_evidence: bool = False


def list_days(uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date) -> list[DaySummary]:
    """Give the hall's days between two dates, both included, in order.

    A trading day up to today that nobody opened is among them, as working and expected.
    """
    standing: dict[tuple[dt.date, str], int] = {}
    counted = uow.session.execute(
        select(Finding.business_date, Finding.severity, func.count())
        .where(
            Finding.hall_id == hall.id,
            Finding.business_date.between(first, last),
            Finding.state.in_(("open", "answered")),
        )
        .group_by(Finding.business_date, Finding.severity)
    )
    for date, severity, count in counted:
        standing[date, severity] = count
    days = uow.session.scalars(
        select(HallDay)
        .where(HallDay.hall_id == hall.id, HallDay.business_date.between(first, last))
        .order_by(HallDay.business_date)
    )
    unreported = {date for _, date in unreported_days(uow, [hall], first, last)}
    heard = _days_heard_of(uow, hall, first, last)
    listed = {
        day.business_date: DaySummary(
            day.business_date,
            day.data_status,
            day.audit_status,
            day.hall_status,
            standing.get((day.business_date, "block"), 0),
            standing.get((day.business_date, "warn"), 0),
            is_unreported=day.business_date in unreported,
            has_evidence=day.business_date in heard,
        )
        for day in days
    }
    for date in unreported - listed.keys():
        listed[date] = DaySummary(
            date, "expected", "unaudited", "working", 0, 0, is_unreported=True
        )
    return [listed[date] for date in sorted(listed)]


def _days_heard_of(uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date) -> set[dt.date]:
    """Give the days of which evidence came in or a source was declared nil."""
    replaced = select(IntakeReplacement.old_no).where(IntakeReplacement.hall_id == hall.id)
    came = select(IntakeSource.business_date).where(
        IntakeSource.hall_id == hall.id,
        IntakeSource.business_date.between(first, last),
        IntakeSource.intake_no.not_in(replaced),
    )
    nil = select(NilDeclaration.business_date).where(
        NilDeclaration.hall_id == hall.id, NilDeclaration.business_date.between(first, last)
    )
    return set(uow.session.scalars(came.union(nil)))
