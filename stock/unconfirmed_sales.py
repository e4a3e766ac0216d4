"""The exception queue of a day: lines about goods that the books cannot follow, and why."""

from __future__ import annotations

import datetime as dt

from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.sold_goods import SoldLine, days_with_goods, judge_lines


def unconfirmed_sales(uow: UnitOfWork, *, hall: Hall, date: dt.date) -> list[SoldLine]:
    """Give the lines of a day that no daily sales document can take, in order of time.

    Each says by its `reason` why; the same before and after the day's documents are posted. Raises
    NotPermitted.
    """
    require(uow, hall.id, "audit", "view")
    day = (hall.id, date)
    if not days_with_goods(uow, [day]):
        return []
    return [line for line in judge_lines(uow, [day]).get(day, []) if line.waits]
