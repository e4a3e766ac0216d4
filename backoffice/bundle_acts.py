"""What any door does for bundles of many halls at once, and as the finance desk lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from ledger.finance.bundles import Made, make_bundles
from ledger.finance.days import days_waiting
from ledger.hall_days import HallDay
from ledger.organisations import Hall, find_halls
from ledger.permissions import may
from ledger.text import PAPER_LANGUAGE, Language
from ledger.work import UnitOfWork


def halls_with(uow: UnitOfWork, area: str, action: str) -> list[Hall]:
    """Give the halls in which the actor may do something, by code."""
    halls = uow.session.scalars(select(Hall).order_by(Hall.code))
    return [hall for hall in halls if uow.actor.sees(hall.id) and may(uow, hall.id, area, action)]


def halls_to_close(uow: UnitOfWork, date: dt.date) -> list[Hall]:
    """Give the halls whose result of the day waits, and for which the actor may sign it."""
    waiting = select(HallDay.hall_id).where(
        HallDay.business_date == date, HallDay.hall_status == "submitted"
    )
    halls = uow.session.scalars(select(Hall).where(Hall.id.in_(waiting)).order_by(Hall.id))
    return [hall for hall in halls if may(uow, hall.id, "day_results", "approve")]


def make_for_all(
    uow: UnitOfWork,
    date: dt.date,
    codes: Sequence[str] = (),
    *,
    language: Language = PAPER_LANGUAGE,
) -> Made:
    """Make the bundle of one day in every hall that closed it, or in those named."""
    halls = find_halls(uow, codes) if codes else halls_with(uow, "bundle", "submit")
    waiting = days_waiting(uow, [hall.id for hall in halls], date, date)
    wanted = [(hall, waiting[hall.id]) for hall in halls if hall.id in waiting]
    return make_bundles(uow, wanted, language=language)
