"""The system's part of refunds, done whenever the audit runs: what nobody used in time expires."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine

from backoffice.database import begin_read, begin_work
from ledger.organisations import Hall
from ledger.work import system_actor
from refunds.acts import expire_cases, overdue_cases

SYSTEM = system_actor("refunds")


def expire_overdue(engine: Engine, *, now: dt.datetime | None = None) -> int:
    """Cancel the cases of all halls that are past their last day; gives how many there were.

    Each hall is a unit of work of its own; what cannot be done now is found again the next time.
    """
    with begin_read(engine, SYSTEM, now=now) as uow:
        halls = sorted({hall_id for hall_id, _ in overdue_cases(uow)})
    done = 0
    for hall_id in halls:
        with begin_work(engine, SYSTEM, now=now) as uow:
            done += len(expire_cases(uow, hall=uow.session.get_one(Hall, hall_id)))
    return done
