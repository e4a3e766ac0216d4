"""Days in order: which earlier day stands before a later one.

A day counts when it has evidence or still waits for some; a trading day that nobody reported waits
for all of it. Days before the books opened, days that the calendar closes, and days declared nil
hold nobody up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import text

from ledger.closing.errors import EarlierDayOpen
from ledger.evidence.unreported import unreported_within
from ledger.hall_days import HALL_STATUSES
from ledger.organisations import Hall
from ledger.rows import Row, plain, stage_rows
from ledger.times import A_DAY
from ledger.work import UnitOfWork

COLUMNS = (("hall_id", "BIGINT"), ("business_date", "DATE"))

HAS_SOMETHING = """
(EXISTS (SELECT 1 FROM intake_sources i
          WHERE i.hall_id = d.hall_id AND i.business_date = d.business_date AND i.row_count > 0
            AND NOT EXISTS (SELECT 1 FROM intake_replacements y
                             WHERE y.hall_id = i.hall_id AND y.old_no = i.intake_no))
 OR EXISTS (SELECT 1 FROM expected_sources x
             WHERE x.hall_id = d.hall_id AND x.business_date = d.business_date
               AND NOT EXISTS (SELECT 1 FROM nil_declarations n
                                WHERE n.hall_id = x.hall_id
                                  AND n.business_date = x.business_date
                                  AND n.source = x.source)))
"""

# The day of another status that comes first, of each hall; those asked for count as done.
FIRST_OPEN = f"""
SELECT o.hall_id, MIN(d.business_date)
  FROM (SELECT hall_id, MAX(business_date) AS until FROM days_asked GROUP BY hall_id) o
  JOIN halls h ON h.id = o.hall_id
  JOIN hall_days d ON d.hall_id = o.hall_id AND d.business_date < o.until
       AND d.business_date >= h.books_open_on
       AND d.hall_status <> 'handed_over' AND d.hall_status IN ({{statuses}})
 WHERE NOT EXISTS (SELECT 1 FROM days_asked a
                    WHERE a.hall_id = d.hall_id AND a.business_date = d.business_date)
   AND {HAS_SOMETHING} {{passing}}
 GROUP BY o.hall_id
"""

# The last day of each hall, before those asked for, that went further: all before it did too.
LAST_PASSED = """
SELECT o.hall_id, MAX(d.business_date)
  FROM (SELECT hall_id, MAX(business_date) AS until FROM days_asked GROUP BY hall_id) o
  JOIN hall_days d ON d.hall_id = o.hall_id AND d.business_date < o.until
       AND d.hall_status NOT IN ({statuses})
 GROUP BY o.hall_id
"""

# What finance gave back goes out again later; the days after it need not wait for that.
RETURNED = """
   AND NOT EXISTS (SELECT 1 FROM bundle_returns b
                    WHERE b.hall_id = d.hall_id AND b.business_date = d.business_date)
"""


def require_order(
    uow: UnitOfWork,
    days: Sequence[tuple[Hall, dt.date]],
    *,
    before: Sequence[str],
    passing: str = "",
) -> None:
    """Go on only if no earlier day of the halls has one of these hall statuses.

    `passing` is a condition by which some days hold nobody up, such as RETURNED. Raises
    EarlierDayOpen naming the first that has.
    """
    first = earlier_open(uow, days, before=before, passing=passing)
    for hall, date in days:
        earlier = first.get(hall.id)
        if earlier is not None and earlier < date:
            raise _blocked(uow, hall, date, earlier)


def earlier_open(
    uow: UnitOfWork,
    days: Sequence[tuple[Hall, dt.date]],
    *,
    before: Sequence[str],
    passing: str = "",
) -> dict[int, dt.date]:
    """Give of each hall the first day with one of these statuses before the last one asked for.

    Days asked for count as done.
    """
    rows: list[Row] = list({(hall.id, date.isoformat()) for hall, date in days})
    stage_rows(uow.session, "days_asked", COLUMNS, rows)
    statuses = ", ".join(f"'{status}'" for status in before)
    found = uow.session.execute(text(FIRST_OPEN.format(statuses=statuses, passing=passing)))
    first = {hall_id: _date(date) for hall_id, date in found}
    for hall_id, date in _first_unreported(uow, days, statuses).items():
        first[hall_id] = min(date, first.get(hall_id, date))
    return first


def _first_unreported(
    uow: UnitOfWork, days: Sequence[tuple[Hall, dt.date]], statuses: str
) -> dict[int, dt.date]:
    """Give each hall's first trading day that nobody reported, since the last that went further."""
    passed = {
        hall_id: _date(date)
        for hall_id, date in uow.session.execute(text(LAST_PASSED.format(statuses=statuses)))
    }
    spans: dict[int, tuple[dt.date, dt.date]] = {}
    for hall, date in days:
        start = passed[hall.id] + A_DAY if hall.id in passed else hall.books_open_on
        until = max(date - A_DAY, spans[hall.id][1] if hall.id in spans else date - A_DAY)
        spans[hall.id] = (start, until)
    asked = {(hall.id, date) for hall, date in days}
    first: dict[int, dt.date] = {}
    for hall_id, date in unreported_within(uow, spans):
        if (hall_id, date) not in asked:
            first.setdefault(hall_id, date)
    return first


def _date(told: object) -> dt.date:
    return dt.date.fromisoformat(str(plain(told)))


def _blocked(uow: UnitOfWork, hall: Hall, date: dt.date, earlier: dt.date) -> EarlierDayOpen:
    status = uow.session.execute(
        text("SELECT hall_status FROM hall_days WHERE hall_id = :hall AND business_date = :date"),
        {"hall": hall.id, "date": earlier.isoformat()},
    ).scalar_one_or_none()
    said = HALL_STATUSES[status or "working"]
    return EarlierDayOpen(
        hall=hall.code,
        date=date,
        earlier=earlier,
        status_zh=said.zh,
        status_en=said.en.lower(),
    )
