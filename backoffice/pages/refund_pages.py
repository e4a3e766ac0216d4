"""The pages of refunds under one desk: their own line of links, and how each is shown."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("refunds", "view"),)
OVERSEE = (("refunds", "oversee"),)
REFUND_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("desk", "pages.show_refund_desk", Text("单据", "Cases"), LOOK),
    GoodsPage("new", "pages.choose_refund", Text("申请", "Ask"), (("refunds", "submit"),)),
    GoodsPage("papers", "pages.show_paper_list", Text("资料交接", "Papers"), LOOK),
    GoodsPage("statistics", "pages.show_refund_statistics", Text("统计", "Statistics"), OVERSEE),
    GoodsPage("deposits", "pages.list_deposits", Text("押金", "Deposits"), LOOK),
    GoodsPage("flags", "pages.list_refund_flags", Text("预警", "Flags"), (("refunds", "settle"),)),
    GoodsPage(
        "policies",
        "pages.show_refund_policies",
        Text("政策", "Policies"),
        (("refund_policy", "view"),),
    ),
)


def refund_pages() -> list[GoodsPage]:
    """Give the pages of the desk that the visitor may see."""
    return visible(REFUND_PAGES)


def show_refunds(uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any) -> str:
    """Render a page of refunds with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="refunds",
        title=title,
        goods_page=page,
        goods_pages=refund_pages(),
        **values,
    )
