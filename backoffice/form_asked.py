"""What somebody wants to know of the forms, and whose he may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.goods_asked import MONTH, read_day
from invoices.report_errors import WrongCount
from ledger.actors import own_numbers
from ledger.organisations import HALL_TIME, Hall
from ledger.permissions import may, require
from ledger.work import UnitOfWork
from stock.report_errors import WrongPeriod

NO_CODE = "-"


@dataclass(frozen=True, slots=True)
class FormsAsked:
    """One question: of which day, month, code, book and clerk; '' where it does not matter.

    `code` is None where none is named and '' for forms without one. `closing` is a figure counted
    by hand; `own` are the asker's staff numbers where he sees no others' forms, else None.
    """

    on: dt.date
    month: str = ""
    code: str | None = None
    book: str = ""
    clerk: str = ""
    closing: int | None = None
    own: frozenset[str] | None = None

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day of the month asked for, else of the month of the day."""
        first = self.on.replace(day=1)
        if self.month:
            first = dt.date(int(self.month[:4]), int(self.month[5:]), 1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
        return first, after - dt.timedelta(days=1)


def read_forms_question(uow: UnitOfWork, hall: Hall, words: Mapping[str, str]) -> FormsAsked:
    """Read what is asked, and by whom; raises NotPermitted, WrongPeriod and WrongCount.

    Whoever does not oversee the forms sees what is in his own custody.
    """
    require(uow, hall.id, "forms", "view")
    month = words.get("month", "").strip()
    if month and not MONTH.fullmatch(month):
        raise WrongPeriod(period=month)
    code = words.get("code", "").strip()
    everything = may(uow, hall.id, "forms", "oversee")
    return FormsAsked(
        on=read_day(words.get("on", "").strip()) or uow.now.astimezone(HALL_TIME).date(),
        month=month,
        code=None if not code else "" if code == NO_CODE else code,
        book=words.get("book", "").strip(),
        clerk=words.get("clerk", "").strip(),
        closing=_count(words.get("closing", "").strip()),
        own=None if everything else own_numbers(uow, hall.id),
    )


def _count(said: str) -> int | None:
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise WrongCount(count=said)
    return int(said)
