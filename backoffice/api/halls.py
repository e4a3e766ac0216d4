"""The halls one may see, and their days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from backoffice.answers import status_payload
from backoffice.api import answers
from backoffice.api.door import reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import DaysQuery
from backoffice.api.session import hall_access
from backoffice.errors import Payload
from ledger.errors import Invalid
from ledger.hall_days import HallDay
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

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
    """List days, both ends included; the latest sixty where nothing is said."""
    first: dt.date | None = query.get("first")
    last: dt.date | None = query.get("last")
    if first is not None and last is not None and not 0 <= (last - first).days < MOST_DAYS:
        raise DaysTooFarApart(most=MOST_DAYS)
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        wanted = select(HallDay).where(HallDay.hall_id == found.id)
        if first is not None:
            wanted = wanted.where(HallDay.business_date >= first)
        if last is not None:
            wanted = wanted.where(HallDay.business_date <= last)
        days = uow.session.scalars(
            wanted.order_by(HallDay.business_date.desc()).limit(
                USUAL_DAYS if first is None and last is None else MOST_DAYS
            )
        ).all()
        return {"hall": found.code, "days": [status_payload(day) for day in reversed(days)]}
