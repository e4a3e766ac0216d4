"""The pages of goods under one desk: their own line of links, and how each is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backoffice.pages.door import Need, allowed
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """A page of the desk: shown to whom one of the needs is allowed."""

    name: str
    endpoint: str
    text: Text
    needs: tuple[Need, ...]


LOOK = (("stock", "view"),)
GOODS_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("on-hand", "pages.show_on_hand", Text("库存一览", "On hand"), LOOK),
    GoodsPage("reports", "pages.open_reports", Text("报表", "Reports"), LOOK),
    GoodsPage(
        "new",
        "pages.choose_move",
        Text("新单据", "New document"),
        (("stock", "submit"), ("custody", "submit")),
    ),
    GoodsPage("papers", "pages.list_documents", Text("单据", "Papers"), LOOK),
    GoodsPage("custody", "pages.show_custody", Text("在手", "In hand"), LOOK),
    GoodsPage("loans", "pages.list_loans", Text("借出代管", "Loans, care"), LOOK),
    GoodsPage(
        "transfers", "pages.list_transfers", Text("在途", "In transit"), (("stock", "oversee"),)
    ),
    GoodsPage("counts", "pages.show_counts", Text("盘点", "Counts"), (("count", "scan"),)),
    GoodsPage("campaigns", "pages.list_campaigns", Text("活动", "Campaigns"), LOOK),
    GoodsPage("items", "pages.list_items", Text("物品", "Items"), (("items", "view"),)),
    GoodsPage("labels", "pages.list_labels", Text("价签", "Labels"), (("items", "view"),)),
)


def goods_pages() -> list[GoodsPage]:
    """Give the pages of the desk that the visitor may see."""
    return visible(GOODS_PAGES)


def visible(pages: Iterable[GoodsPage]) -> list[GoodsPage]:
    """Give those of a desk's pages that the visitor may see."""
    return [page for page in pages if any(allowed(*need) for need in page.needs)]


def show_goods(uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any) -> str:
    """Render a page of goods with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="goods",
        title=title,
        goods_page=page,
        goods_pages=goods_pages(),
        **values,
    )
