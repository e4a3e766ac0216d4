"""D02 · which lines of a file are dated on a closed day, by INTERFACES alone.

A row's date is its `business_date` if given, else the Shanghai date of its own time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))


def late_lines(text: str, closed: Collection[str], *, time: str = "accepted_at") -> set[int]:
    """Give the numbers of the lines of an English CSV file that closed days do not take."""
    return {
        number
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2)
        if (row.get("business_date") or _date(row[time])) in closed
    }


def _date(written: str) -> str:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI)
    return moment.date().isoformat()
