"""A returned line becomes a correction slip (差错更正单) to who answers for it, '' for nobody."""

from __future__ import annotations

import datetime as dt

from ledger.corrections.known import standing_slip
from ledger.corrections.slips import send_slip
from ledger.organisations import Hall
from ledger.work import UnitOfWork


def send_back(
    uow: UnitOfWork,
    hall: Hall,
    *,
    date: dt.date,
    what: str,
    clerk: str,
    expected_fen: int | None,
    found_fen: int | None,
    note: str,
) -> str:
    """Send the slip, or find the one that stands for the same; gives its number.

    It names no check: the findings of a signed day are decided, and what comes back is another
    person's look at it.
    """
    standing = standing_slip(uow, hall.id, date, "", what)
    if standing is not None:
        return standing.number
    document = send_slip(
        uow,
        hall,
        date=date,
        subject=what,
        check="",
        clerk=clerk,
        expected_fen=expected_fen,
        found_fen=found_fen,
        note=note,
    )
    return document.number or ""
