"""What somebody wants to know of the goods, and how much of them he may see."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.organisations import Hall
from ledger.permissions import may, require
from ledger.times import month_of
from ledger.work import UnitOfWork
from stock.counts import require_not_counting
from stock.holdings import Place, find_place, own_accounts
from stock.report_errors import WrongPeriod

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: of which day, month, item and place; '' where it does not matter.

    `accounts` are the places whose goods the asker may see, None all.
    """

    on: dt.date
    month: str = ""
    item: str = ""
    place: str = ""
    serial: str = ""
    accounts: frozenset[int] | None = None

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day of the month asked for, else of the month of the day."""
        return month_asked(self.month, self.on)


def read_question(uow: UnitOfWork, hall: Hall, words: Mapping[str, str]) -> Asked:
    """Read what is asked, and by whom; raises NotPermitted, CountIsBlind and WrongPeriod.

    Whoever does not oversee the stock sees what is in his own custody (DOMAIN STK-10).
    """
    require(uow, hall.id, "stock", "view")
    require_not_counting(uow, hall.id)
    month = read_month(words)
    today = uow.today
    everything = may(uow, hall.id, "stock", "oversee")
    return Asked(
        on=read_day(words.get("on", "").strip()) or today,
        month=month,
        item=words.get("item", "").strip(),
        place=words.get("place", "").strip(),
        serial=words.get("serial", "").strip(),
        accounts=None if everything else own_accounts(uow, hall),
    )


def place_asked(uow: UnitOfWork, hall: Hall, asked: Asked) -> Place:
    """Give the place asked for; what the asker may not see is answered as if it were not there."""
    place = find_place(uow, hall, asked.place)
    if asked.accounts is not None and place.account_id not in asked.accounts:
        return find_place(uow, hall, "")
    return place


def month_asked(month: str, on: dt.date) -> tuple[dt.date, dt.date]:
    """Give first and last day of a month like 2026-11, else of the month of the day."""
    return month_of(dt.date(int(month[:4]), int(month[5:]), 1) if month else on)


def read_month(words: Mapping[str, str]) -> str:
    """Read a month like 2026-11 from what was asked, '' for none; raises WrongPeriod."""
    month = words.get("month", "").strip()
    if month and not MONTH.fullmatch(month):
        raise WrongPeriod(period=month)
    return month


def read_day(text: str) -> dt.date | None:
    """Read a day like 2026-11-20; None for nothing; raises WrongPeriod."""
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongPeriod(period=text)
