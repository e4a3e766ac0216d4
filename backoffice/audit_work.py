"""Running the daily audit from any door: sales and used forms are posted, then all is asked.

Before it what nobody took further in time ends; after it the cases of the day are looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Engine, select

from backoffice.daily_checks import DAILY_CHECKS
from backoffice.database import begin_work
from backoffice.refund_upkeep import expire_overdue
from backoffice.transfers import forward_transfers
from invoices.uses import post_uses
from ledger.audit.engine import run_audit
from ledger.calendars import calendars_of
from ledger.cash.cases import bring_up_cases
from ledger.cash.drawers import bring_up_drawers
from ledger.cash.kiosks import bring_up_kiosks
from ledger.evidence.expected import expect_days
from ledger.hall_days import HallDay
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.work import Actor, UnitOfWork
from refunds.patterns import look_for_patterns
from stock.sales import post_daily_sales


def catch_up(engine: Engine, *, now: dt.datetime | None = None) -> None:
    """Do what the system owes all halls before a day is audited."""
    forward_transfers(engine, now=now)
    expire_overdue(engine, now=now)


def run_day(
    engine: Engine,
    actor: Actor,
    hall_code: str,
    date: dt.date,
    *,
    now: dt.datetime | None = None,
) -> None:
    """Audit one hall-day; raises UnknownHall, NotPermitted and what `run_audit` raises."""
    catch_up(engine, now=now)
    with begin_work(engine, actor, now=now) as uow:
        run_day_in(uow, hall_code, date)


def run_day_in(uow: UnitOfWork, hall_code: str, date: dt.date) -> None:
    """Audit one hall-day in a unit of work that is open already."""
    _run(uow, [find_hall(uow, hall_code)], date)


def run_all(engine: Engine, actor: Actor, date: dt.date) -> int:
    """Audit the date in every hall the actor may see that has such a day; gives how many."""
    catch_up(engine)
    with begin_work(engine, actor) as uow:
        seen = [h for h in uow.session.scalars(select(Hall).order_by(Hall.id)) if actor.sees(h.id)]
        halls = _with_a_day(uow, seen, date)
        _run(uow, halls, date)
        return len(halls)


def _with_a_day(uow: UnitOfWork, halls: Sequence[Hall], date: dt.date) -> list[Hall]:
    """Give the halls open on the date by their calendar, or where something happened anyway."""
    open_on = calendars_of(uow, [hall.id for hall in halls])
    begun = set(uow.session.scalars(select(HallDay.hall_id).where(HallDay.business_date == date)))
    return [hall for hall in halls if hall.id in begun or open_on.is_open(hall.id, "hall", date)]


def _run(uow: UnitOfWork, halls: Sequence[Hall], date: dt.date) -> None:
    for hall in halls:
        require(uow, hall.id, "audit", "run")
    expect_days(uow, [(hall.id, date) for hall in halls])
    post_daily_sales(uow, days=[(hall, date) for hall in halls])
    post_uses(uow, days=[(hall, date) for hall in halls])
    bring_up_drawers(uow, halls=halls, date=date)
    run_audit(uow, days=[(hall, date) for hall in halls], questions=DAILY_CHECKS)
    bring_up_cases(uow, halls=halls, date=date)
    bring_up_kiosks(uow, halls=halls, date=date)
    look_for_patterns(uow, days=[(hall, date) for hall in halls])
