"""The totals of a staged hall-day: computed from lines and declared by people, side by side.

Canonical: one JSON array of [clerk, tender, computed, declared] in key order, amounts in fen and
`declared` null where the clerk declared nothing at all. The same evidence gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from sqlalchemy import text

from ledger.events import canonical
from ledger.rows import plain
from ledger.work import UnitOfWork

TOTALS = """
SELECT t.hall_id, t.business_date, t.clerk, t.tender, t.paid + t.opening + t.moved AS computed,
       CASE WHEN h.declared_n > 0 THEN t.declared END AS declared
  FROM audit_takings t
  JOIN audit_shifts h ON h.hall_id = t.hall_id AND h.business_date = t.business_date
       AND h.clerk = t.clerk
 WHERE t.tender <> '' AND t.paid_n + t.declared_n + t.opening_n > 0
"""

TotalRow = tuple[str, str, int, int | None]


def totals_by_day(uow: UnitOfWork) -> dict[tuple[int, dt.date], str]:
    """Give the canonical totals of every staged hall-day that has any."""
    rows: dict[tuple[int, str], list[TotalRow]] = defaultdict(list)
    for hall_id, date, clerk, tender, computed, declared in uow.session.execute(text(TOTALS)):
        rows[hall_id, str(plain(date))].append((clerk, tender, computed, declared))
    return {
        (hall_id, dt.date.fromisoformat(date)): canonical(sorted(totals)).decode()
        for (hall_id, date), totals in rows.items()
    }


def read_totals(stored: str) -> list[TotalRow]:
    """Give the rows of stored totals."""
    return [
        (clerk, tender, computed, declared)
        for clerk, tender, computed, declared in json.loads(stored)
    ]
