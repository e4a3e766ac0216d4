"""Errors by clerk and kind over a period and any halls: what to train, and whom (FEATURES 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text

from ledger.organisations import Hall
from ledger.schema import microseconds
from ledger.work import UnitOfWork

# A slip taken back was no error. What was overdue when it was answered is late for ever.
_COUNTED = text(
    """
SELECT c.hall_id, c.clerk, c.reason, COUNT(*) AS slips,
       SUM(CASE WHEN c.late = 1 OR (c.state IN ('open', 'returned') AND c.due_at <= :now)
                THEN 1 ELSE 0 END) AS late,
       SUM(c.returns) AS returns,
       SUM(CASE WHEN c.state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
       SUM(CASE WHEN c.way = 'explain' AND c.state = 'accepted' THEN 1 ELSE 0 END) AS explained,
       SUM(c.net_fen) AS net_fen
  FROM correction_slips c
 WHERE c.hall_id IN :halls AND c.sent_on BETWEEN :first AND :last AND c.state <> 'withdrawn'
 GROUP BY c.hall_id, c.clerk, c.reason
 ORDER BY c.hall_id, c.clerk, c.reason
"""
).bindparams(bindparam("halls", expanding=True))


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """The slips of a hall, clerk and kind of error: how many, how they went, and the fen changed.

    `late` were not answered in time, `returns` answers did not do, `explained` were no error of
    entry after all.
    """

    hall_id: int
    clerk: str
    reason: str
    slips: int
    late: int
    returns: int
    accepted: int
    explained: int
    net_fen: int


def count_errors(
    uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date
) -> list[ErrorCount]:
    """Count the slips sent between two dates, both included; one statement for any halls."""
    if not halls:
        return []
    rows = uow.session.execute(
        _COUNTED,
        {
            "halls": [hall.id for hall in halls],
            "first": first.isoformat(),
            "last": last.isoformat(),
            "now": microseconds(uow.now),
        },
    )
    return [ErrorCount(row[0], row[1], row[2], *(int(cell) for cell in row[3:])) for row in rows]
