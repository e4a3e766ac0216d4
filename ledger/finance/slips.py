"""A returned line becomes a correction slip (差错更正单) to who answers for it."""

from __future__ import annotations

import datetime as dt

from ledger.organisations import Hall
from ledger.work import UnitOfWork


def send_back(
    uow: UnitOfWork,
    hall: Hall,
    *,
    date: dt.date,
    check: str,
    subject: str,
    clerk: str,
    expected_fen: int | None,
    found_fen: int | None,
    note: str,
) -> str:
    """Send the slip; gives its number."""
    return ""
