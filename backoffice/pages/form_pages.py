"""The pages of invoice forms under one desk: their own line of links, and how each is shown."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK = (("forms", "view"),)
FORM_AREAS = ("invoices", "forms", "uses", "voids", "losses")
FORM_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage("books", "pages.show_books", Text("票本", "Books"), LOOK),
    GoodsPage(
        "new",
        "pages.choose_form_act",
        Text("办理", "New act"),
        (("invoices", "submit"), ("forms", "submit"), ("losses", "submit")),
    ),
    GoodsPage("papers", "pages.list_form_papers", Text("单据", "Papers"), LOOK),
    GoodsPage("scan", "pages.scan_form_text", Text("扫票", "Scan"), LOOK),
    GoodsPage("voids", "pages.list_voids", Text("作废", "Voids"), LOOK),
    GoodsPage("reds", "pages.list_reds", Text("红字", "Red letters"), LOOK),
    GoodsPage("losses", "pages.show_losses", Text("丢失", "Losses"), LOOK),
    GoodsPage("form-reports", "pages.open_form_reports", Text("报表", "Reports"), LOOK),
)


def form_pages() -> list[GoodsPage]:
    """Give the pages of the desk that the visitor may see."""
    return visible(FORM_PAGES)


def show_forms(uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any) -> str:
    """Render a page of forms with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="books",
        title=title,
        goods_page=page,
        goods_pages=form_pages(),
        **values,
    )
