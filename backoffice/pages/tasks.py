"""One thing that waits for somebody, as the page of today lists it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ledger.text import Text
from ledger.times import HALL_TIME

NOON = dt.time(12)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: on which day, what it is, and the page with the verb on its button.

    What is `urgent` stands before everything that waits longer.
    """

    date: dt.date
    text: Text
    verb: Text
    address: str
    subject: str = ""
    amount_fen: int = 0
    urgent: bool = False


def is_past_next_noon(date: dt.date, now: dt.datetime) -> bool:
    """Tell whether a day should be audited and its result signed: by the next noon (REC-01)."""
    return now > dt.datetime.combine(date + dt.timedelta(days=1), NOON, HALL_TIME)
