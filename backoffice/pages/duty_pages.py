"""The pages of duties under one desk: roster, grants, signing for others, calendars."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("roster", "view"),)
DUTY_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("roster", "pages.show_roster", Text("排班", "Roster"), LOOK),
    GoodsPage("duties", "pages.show_duties", Text("职责授权", "Grants"), LOOK),
    GoodsPage("authorities", "pages.list_authorities", Text("代签", "Signing for"), LOOK),
    GoodsPage("calendars", "pages.show_calendars", Text("日历", "Calendars"), LOOK),
)


def show_duty(uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any) -> str:
    """Render a page of duties with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="duty",
        title=title,
        goods_page=page,
        goods_pages=visible(DUTY_PAGES),
        **values,
    )
