"""What a hall-day waits for: what the hall named, else the usual and each settled tender."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, text

from ledger.hall_days import ExpectedSource, expect_sources, open_days
from ledger.hall_rules import limits_of
from ledger.work import UnitOfWork

USUAL_SOURCES = ("accounts", "invoices", "declarations", "deposits")

# Tenders paid with on the day: the payment rows where a transaction has some, else its lines.
TENDERS_USED = """
SELECT DISTINCT tender FROM (
  SELECT a.tender FROM evidence_accounts a
   WHERE a.hall_id = :hall AND a.business_date = :date AND a.line_kind <> 'correction'
     AND NOT EXISTS (SELECT 1 FROM intake_replacements r
                      WHERE r.hall_id = a.hall_id AND r.old_no = a.intake_no)
     AND NOT EXISTS (SELECT 1 FROM evidence_tenders t
                      WHERE t.hall_id = a.hall_id AND t.txn_no = a.txn_no
                        AND NOT EXISTS (SELECT 1 FROM intake_replacements r
                                         WHERE r.hall_id = t.hall_id AND r.old_no = t.intake_no))
  UNION
  SELECT t.tender FROM evidence_tenders t
    JOIN evidence_accounts a ON a.hall_id = t.hall_id AND a.txn_no = t.txn_no
   WHERE a.hall_id = :hall AND a.business_date = :date AND a.line_kind <> 'correction'
     AND NOT EXISTS (SELECT 1 FROM intake_replacements r
                      WHERE r.hall_id = t.hall_id AND r.old_no = t.intake_no)
     AND NOT EXISTS (SELECT 1 FROM intake_replacements r
                      WHERE r.hall_id = a.hall_id AND r.old_no = a.intake_no)
) used
WHERE tender IN (SELECT code FROM tenders WHERE hall_id = :hall AND tender_class = 'settled')
"""


def expect_day(uow: UnitOfWork, hall_id: int, date: dt.date) -> None:
    """Open the day and note its sources; safe to repeat as evidence comes in."""
    open_days(uow, hall_id, [date])
    stated = uow.session.scalar(
        select(ExpectedSource.source)
        .where(
            ExpectedSource.hall_id == hall_id,
            ExpectedSource.business_date == date,
            ExpectedSource.stated == 1,
        )
        .limit(1)
    )
    if stated is not None:
        return
    used = uow.session.execute(text(TENDERS_USED), {"hall": hall_id, "date": date.isoformat()})
    sources = [*USUAL_SOURCES, *(f"settlements:{tender}" for tender in used.scalars())]
    due_hour = limits_of(uow, hall_id)["settlement_due_hour"]
    expect_sources(uow, hall_id, date, sources, due_hour=due_hour)
