"""What a hall-day waits for: what the hall named, else the usual and each settled tender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import text

from ledger.calendars import calendars_of
from ledger.hall_days import ExpectedSource, HallDay, expect_sources, open_hall_days
from ledger.hall_rules import limit_of_each
from ledger.rows import stage_rows
from ledger.work import UnitOfWork

USUAL_SOURCES = ("accounts", "invoices", "declarations", "deposits")
DUE_HOUR = "settlement_due_hour"

CURRENT = (
    "NOT EXISTS (SELECT 1 FROM intake_replacements gone"
    " WHERE gone.hall_id = {0}.hall_id AND gone.old_no = {0}.intake_no)"
)

_COUNTS = f"a.line_kind <> 'correction' AND {CURRENT.format('a')}"
_PAYMENT_ROWS = f"t.hall_id = a.hall_id AND t.txn_no = a.txn_no AND {CURRENT.format('t')}"

# Tenders paid with on the day: the payment rows where a transaction has some, else its lines. The
# few tenders that lines name are found first, then for each a line that counts.
TENDERS_USED = f"""
SELECT u.hall_id, u.day, u.tender
  FROM (SELECT DISTINCT a.hall_id, a.business_date, d.day, a.tender
          FROM expected_days d CROSS JOIN evidence_accounts a
         WHERE a.hall_id = d.hall_id AND a.business_date = d.business_date) u
  JOIN tenders k ON k.hall_id = u.hall_id AND k.code = u.tender AND k.tender_class = 'settled'
 WHERE EXISTS (SELECT 1 FROM evidence_accounts a
                WHERE a.hall_id = u.hall_id AND a.business_date = u.business_date
                  AND a.tender = u.tender AND {_COUNTS}
                  AND NOT EXISTS (SELECT 1 FROM evidence_tenders t WHERE {_PAYMENT_ROWS}))
 UNION
SELECT a.hall_id, d.day, t.tender
  FROM expected_days d CROSS JOIN evidence_accounts a
  JOIN evidence_tenders t ON {_PAYMENT_ROWS}
  JOIN tenders k ON k.hall_id = a.hall_id AND k.code = t.tender AND k.tender_class = 'settled'
 WHERE a.hall_id = d.hall_id AND a.business_date = d.business_date AND {_COUNTS}
"""
STATED = """
SELECT d.hall_id, d.day
  FROM expected_days d
  JOIN hall_days h ON h.hall_id = d.hall_id AND h.business_date = d.business_date
 WHERE h.sources_stated = 1 OR h.hall_status <> 'working'
"""

# Days that trade came in for, whatever the calendar says.
TRADED = """
SELECT DISTINCT d.hall_id, d.day
  FROM expected_days d
  JOIN intake_sources i ON i.hall_id = d.hall_id AND i.business_date = d.business_date
"""


def usual_sources(uow: UnitOfWork, hall_id: int, date: dt.date) -> list[ExpectedSource]:
    """Give what a trading day waits for before anybody said anything of it; nothing is kept."""
    hour = limit_of_each(uow, DUE_HOUR, [hall_id])[hall_id]
    due_at = calendars_of(uow, [hall_id]).sources_due(hall_id, date, hour)
    return [
        ExpectedSource(hall_id=hall_id, business_date=date, source=source, due_at=due_at)
        for source in USUAL_SOURCES
    ]


def expect_day(uow: UnitOfWork, hall_id: int, date: dt.date) -> None:
    """Open the day and note its sources; safe to repeat as evidence comes in."""
    expect_days(uow, [(hall_id, date)])


def state_sources(uow: UnitOfWork, hall_id: int, date: dt.date, sources: Sequence[str]) -> None:
    """Note that the hall waits for just these sources on the day, which may be none."""
    open_hall_days(uow, [(hall_id, date)])
    uow.session.get_one(HallDay, (hall_id, date)).sources_stated = True
    due_hours = limit_of_each(uow, DUE_HOUR, [hall_id])
    expect_sources(uow, [(hall_id, date, source) for source in sources], due_hours=due_hours)


def expect_days(uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]) -> None:
    """The same for many hall-days, in a few statements whatever their number.

    A day that is signed waits for nothing more. A day that the hall's calendar closes waits for
    nothing until trade arrives for it.
    """
    open_hall_days(uow, days)
    stage_rows(
        uow.session,
        "expected_days",
        [("hall_id", "BIGINT"), ("business_date", "DATE"), ("day", "TEXT")],
        [(hall_id, date.isoformat(), date.isoformat()) for hall_id, date in days],
    )
    stated = _days_found(uow, STATED)
    open_on = calendars_of(uow, {hall_id for hall_id, _ in days})
    closed = {day for day in days if not open_on.is_open(day[0], "hall", day[1])}
    if closed:
        closed -= _days_found(uow, TRADED)
    asks_nothing = stated | closed
    sources = [
        (hall_id, date, source)
        for hall_id, date in days
        if (hall_id, date) not in asks_nothing
        for source in USUAL_SOURCES
    ]
    for hall_id, day, tender in uow.session.execute(text(TENDERS_USED)):
        date = dt.date.fromisoformat(day)
        if (hall_id, date) not in stated:
            sources.append((hall_id, date, f"settlements:{tender}"))
    due_hours = limit_of_each(uow, DUE_HOUR, {hall_id for hall_id, _ in days})
    expect_sources(uow, sources, due_hours=due_hours)


def _days_found(uow: UnitOfWork, query: str) -> set[tuple[int, dt.date]]:
    return {
        (hall_id, dt.date.fromisoformat(day)) for hall_id, day in uow.session.execute(text(query))
    }
