"""The pages of the hand-over under one desk: their own line of links, and how each is shown."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("bundle", "view"),)
MAPPING_LOOK = (("voucher_mapping", "view"),)
BUNDLE_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("bundles", "pages.list_hall_bundles", Text("移交单", "Bundles"), LOOK),
    GoodsPage("mapping", "pages.show_voucher_mapping", Text("科目对照", "Accounts"), MAPPING_LOOK),
)


def show_bundle_desk(
    uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any
) -> str:
    """Render a page of the hand-over with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="bundles",
        title=title,
        goods_page=page,
        goods_pages=visible(BUNDLE_PAGES),
        **values,
    )
