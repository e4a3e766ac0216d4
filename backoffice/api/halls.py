"""The halls one may see, and their days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from backoffice.api import answers
from backoffice.api.door import reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import DaysQuery
from backoffice.api.session import hall_access
from backoffice.errors import Payload
from ledger.audit.day_lists import DaySummary
from ledger.audit.day_lists import list_days as days_of_hall
from ledger.errors import Invalid
from ledger.hall_days import HallDay
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.times import A_DAY

MOST_DAYS = 400
USUAL_DAYS = 60

routes = Routes("halls", Text("营业厅与营业日", "Halls and their days"))


class DaysTooFarApart(Invalid):
    """A list of days spans about a year at most."""

    code = "days_too_far_apart"
    text = Text(
        "日期须从早到晚,跨度不超过 {most} 天。",
        "Give an earlier and a later date, at most {most} days apart.",
    )


@routes.get("/halls", Text("可查看的营业厅。", "The halls one may see."), gives=answers.Halls)
def list_halls() -> Payload:
    """List halls and the roles held in them."""
    with reading() as uow:
        return {"halls": hall_access(uow)}


@routes.get(
    "/halls/<hall>/days",
    Text("营业日及其状态。", "The days of a hall with their statuses."),
    query=DaysQuery,
    gives=answers.Days,
)
def list_days(query: dict[str, Any], hall: str) -> Payload:
    """List days, both ends included; the latest sixty where nothing is said.

    A trading day up to today that nobody reported is one of them.
    """
    first: dt.date | None = query.get("first")
    last: dt.date | None = query.get("last")
    if first is not None and last is not None and not 0 <= (last - first).days < MOST_DAYS:
        raise DaysTooFarApart(most=MOST_DAYS)
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        most = USUAL_DAYS if first is None and last is None else MOST_DAYS
        if last is None:
            latest = select(func.max(HallDay.business_date)).where(HallDay.hall_id == found.id)
            last = max(uow.today, uow.session.scalar(latest) or uow.today)
        since = last - (MOST_DAYS - 1) * A_DAY
        days = days_of_hall(uow, found, max(first or since, since), last)
        return {"hall": found.code, "days": [_payload(day) for day in days[-most:]]}


def _payload(day: DaySummary) -> Payload:
    return {
        "date": day.date.isoformat(),
        "status": {"data": day.data_status, "audit": day.audit_status, "hall": day.hall_status},
        "unreported": day.is_unreported,
    }
