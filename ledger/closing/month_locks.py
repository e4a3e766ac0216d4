"""Whether a day's month is locked: the one place that is asked before anything goes back."""

from __future__ import annotations

import datetime as dt

from ledger.hall_days import locked_months
from ledger.work import UnitOfWork


def month_is_locked(uow: UnitOfWork, hall_id: int, date: dt.date) -> bool:
    """Tell whether the hall's month of that day is locked."""
    return bool(locked_months(uow, [(hall_id, date)]))
