"""The pages of cash under one desk: their own line of links, and how each is shown."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.cash.tables import CASE_STATES, OverShortCase
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("cash", "view"),)
OVERSEE = (("cash", "oversee"),)
CASH_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("shifts", "pages.show_shifts", Text("班次", "Shifts"), LOOK),
    GoodsPage("cash", "pages.show_cash", Text("现金", "Cash"), LOOK),
    GoodsPage(
        "slips", "pages.show_cash_slips", Text("唱收唱付", "Called out"), (("cash_slips", "view"),)
    ),
    GoodsPage("cash-new", "pages.choose_cash_act", Text("办理", "New act"), LOOK),
    GoodsPage("cases", "pages.show_cases", Text("长短款", "Over and short"), LOOK),
    GoodsPage("statements", "pages.show_statements", Text("银行勾对", "Bank"), OVERSEE),
    GoodsPage("kiosks", "pages.show_kiosks", Text("自助机", "Kiosks"), OVERSEE),
    GoodsPage("petty", "pages.show_petty", Text("厅费用", "Petty cash"), OVERSEE),
)

CASE_LOOK = {
    "open": ("exclamation-triangle-fill", "bad"),
    "proposed": ("hourglass-split", "wait"),
    "settled": ("check-circle-fill", "good"),
    "vanished": ("dash-circle", "quiet"),
}


def case_chip(case: OverShortCase) -> tuple[str, str, Text]:
    """Give icon, tone and words of a case's state."""
    return (*CASE_LOOK[case.state], CASE_STATES[case.state])


def show_money(uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any) -> str:
    """Render a page of cash with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="cash",
        title=title,
        goods_page=page,
        goods_pages=visible(CASH_PAGES),
        **values,
    )
