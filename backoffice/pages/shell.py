"""The shell around every page: the hall-day in sight, the desks the role may use, where one is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, g, render_template, request, session, url_for
from sqlalchemy import func, select

from backoffice.pages.door import allowed, hall
from backoffice.pages.showing import translate
from ledger.actors import names_of_persons
from ledger.evidence.unreported import unreported_days
from ledger.hall_days import HallDay
from ledger.months.errors import MonthUnreadable
from ledger.months.packs import read_month_name
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import SYSTEM_PERSON, UnitOfWork

REMEMBERED_DAY = "day"
NEAR = 10 * A_DAY
"""How far the top bar looks for the trading days beside the one in sight."""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """The hall-day in the top bar: its three statuses, and the hall-days before and after it.

    The statuses are '' where the date is no hall-day; a trading day that nobody reported is one.
    """

    date: dt.date
    data_status: str
    audit_status: str
    hall_status: str
    previous: dt.date | None
    next: dt.date | None


@dataclass(frozen=True, slots=True)
class Desk:
    """An entry of the side: a page of its own, shown to whom (area, action) is allowed."""

    name: str
    endpoint: str
    icon: str
    text: Text
    need: tuple[str, str] | None = None


DESKS = (
    Desk("today", "pages.show_today", "house", Text("今日", "Today")),
    Desk(
        "overview",
        "pages.show_overview",
        "building",
        Text("总览", "Overview"),
        ("halls", "oversee"),
    ),
    Desk("days", "pages.show_days", "calendar3", Text("营业日", "Days"), ("audit", "view")),
    Desk(
        "audit", "pages.list_findings", "clipboard-check", Text("稽核", "Audit"), ("audit", "view")
    ),
    Desk(
        "corrections",
        "pages.show_corrections",
        "pen",
        Text("更正", "Slips"),
        ("corrections", "view"),
    ),
    Desk("goods", "pages.show_on_hand", "box-seam", Text("库存", "Goods"), ("stock", "view")),
    Desk("cash", "pages.show_shifts", "cash-coin", Text("现金", "Cash"), ("cash", "view")),
    Desk("books", "pages.show_books", "journal-text", Text("票据", "Forms"), ("forms", "view")),
    Desk(
        "refunds",
        "pages.show_refund_desk",
        "arrow-counterclockwise",
        Text("退减赠", "Refunds"),
        ("refunds", "view"),
    ),
    Desk(
        "bundles",
        "pages.list_hall_bundles",
        "box-arrow-up-right",
        Text("移交", "Finance"),
        ("bundle", "view"),
    ),
    Desk("duty", "pages.show_roster", "sliders", Text("设置", "Setup"), ("roster", "view")),
)


def show(
    uow: UnitOfWork,
    template: str,
    *,
    desk: str,
    title: Text,
    date: dt.date | None = None,
    trail: tuple[tuple[Text, str], ...] = (),
    **values: object,
) -> str:
    """Render a page of the present hall inside the shell.

    `date` is the hall-day the page hangs on; where it has none, the day looked at last stays in
    sight. `trail` leads to a page that lies deeper than two.
    """
    if date is not None:
        session[REMEMBERED_DAY] = date.isoformat()
    return render_template(
        template,
        desk=desk,
        desks=_desks(),
        title=title,
        date=date,
        trail=trail,
        shown=shown_day(uow, date or remembered_day(uow)),
        **values,
    )


def shown_day(uow: UnitOfWork, date: dt.date) -> ShownDay:
    """Give the date as the top bar shows it."""
    key = (HallDay.hall_id == hall().id,)
    day = uow.session.get(HallDay, (hall().id, date))
    earlier = uow.session.scalar(
        select(func.max(HallDay.business_date)).where(*key, HallDay.business_date < date)
    )
    later = uow.session.scalar(
        select(func.min(HallDay.business_date)).where(*key, HallDay.business_date > date)
    )
    near = (date - NEAR, date + NEAR)
    unreported = [one for _, one in unreported_days(uow, [hall()], *near)]
    before = [one for one in (earlier, *unreported) if one is not None and one < date]
    after = [one for one in (later, *unreported) if one is not None and one > date]
    statuses = ("expected", "unaudited", "working") if date in unreported else ("", "", "")
    if day is not None:
        statuses = (day.data_status, day.audit_status, day.hall_status)
    return ShownDay(date, *statuses, max(before, default=None), min(after, default=None))


def remembered_day(uow: UnitOfWork) -> dt.date:
    """Give the day this visitor looked at last in this hall, else the hall's latest up to today."""
    date: dt.date | None
    try:
        date = dt.date.fromisoformat(str(session.get(REMEMBERED_DAY, "")))
    except ValueError:
        date = None
    known = date is not None and (
        uow.session.get(HallDay, (hall().id, date)) is not None
        or bool(unreported_days(uow, [hall()], date, date))
    )
    return date if date is not None and known else latest_day(uow)


def latest_day(uow: UnitOfWork) -> dt.date:
    """Give the hall's latest day up to today; today where there is none yet."""
    today: dt.date = g.today
    latest = uow.session.scalar(
        select(HallDay.business_date)
        .where(HallDay.hall_id == hall().id, HallDay.business_date <= today)
        .order_by(HallDay.business_date.desc())
        .limit(1)
    )
    return latest or today


def person_names(uow: UnitOfWork, ids: Iterable[int]) -> dict[int, str]:
    """Give the names of persons by their ids; number 0 is the system."""
    wanted = set(ids)
    names = names_of_persons(uow, wanted)
    if SYSTEM_PERSON in wanted:
        names[SYSTEM_PERSON] = translate("系统", "System")
    return names


def say(text: Text, tone: str = "good") -> None:
    """Show a sentence on the next page, in the language it is then read in."""
    flash((text.zh, text.en), tone)  # type: ignore[arg-type]


def asked_month() -> dt.date | None:
    """Give the first day of the month behind the question mark; None where none can be read."""
    try:
        return read_month_name(request.args.get("month", ""))
    except MonthUnreadable:
        return None


def day_url(date: dt.date) -> str:
    """Give the address of a day page."""
    return url_for("pages.show_day", hall=hall().code, date=date)


def _desks() -> list[Desk]:
    return [desk for desk in DESKS if desk.need is None or allowed(*desk.need)]
