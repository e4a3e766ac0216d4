"""What the day's evidence says was paid to each clerk, as the audit adds it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import text

from ledger.audit.stage import stage_takings
from ledger.evidence.expected import CURRENT
from ledger.work import UnitOfWork

Paid = dict[tuple[int, str], dict[str, int]]
"""(Hall id, staff number) -> tender -> fen; a person's every number has all he was paid."""

_PAID = text(
    """
SELECT t.hall_id, p.number, t.tender, t.paid
  FROM audit_takings t
  JOIN audit_people p ON p.hall_id = t.hall_id AND p.clerk = t.clerk
 WHERE t.paid_n > 0 AND t.tender <> ''
"""
)
_ARRIVED = text(
    f"""
SELECT DISTINCT i.hall_id FROM intake_sources i
 WHERE i.business_date = :date AND i.source = 'accounts' AND {CURRENT.format("i")}
"""
)


def paid_on(uow: UnitOfWork, hall_ids: Collection[int], date: dt.date) -> Paid:
    """Give what was paid on a date in some halls, refunds taken off."""
    stage_takings(uow, [(hall_id, date) for hall_id in sorted(hall_ids)])
    paid: Paid = {}
    for row in uow.session.execute(_PAID):
        paid.setdefault((row.hall_id, row.number), {})[row.tender] = row.paid
    return paid


def halls_with_accounts(uow: UnitOfWork, date: dt.date) -> frozenset[int]:
    """Give the halls whose account lines of the date have arrived."""
    return frozenset(uow.session.scalars(_ARRIVED, {"date": date.isoformat()}))
