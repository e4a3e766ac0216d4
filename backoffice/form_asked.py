"""What somebody wants to know of the forms, and whose he may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.goods_asked import month_asked, read_day, read_month
from invoices.report_errors import WrongCount
from ledger.actors import own_numbers
from ledger.organisations import Hall
from ledger.permissions import may, require
from ledger.work import UnitOfWork

NO_CODE = "-"
"""Stands in an address for the code that a form does not have."""


def code_named(address: str) -> str:
    """Give the code an address names, '' for forms without one."""
    return "" if address == NO_CODE else address


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
        return month_asked(self.month, self.on)


def read_forms_question(uow: UnitOfWork, hall: Hall, words: Mapping[str, str]) -> FormsAsked:
    """Read what is asked, and by whom; raises NotPermitted, WrongPeriod and WrongCount.

    Whoever does not oversee the forms sees what is in his own custody.
    """
    require(uow, hall.id, "forms", "view")
    code = words.get("code", "").strip()
    everything = may(uow, hall.id, "forms", "oversee")
    return FormsAsked(
        on=read_day(words.get("on", "").strip()) or uow.today,
        month=read_month(words),
        code=code_named(code) if code else None,
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
