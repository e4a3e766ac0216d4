"""The pages of corrections under one desk: their own line of links, chips, and fields asked for."""

from __future__ import annotations

from typing import Any

from backoffice.pages.goods_pages import GoodsPage, visible
from backoffice.pages.shell import show
from ledger.text import Text
from ledger.work import UnitOfWork

CORRECTION_PAGES: tuple[GoodsPage, ...] = (
    GoodsPage(
        "slips", "pages.show_corrections", Text("更正单", "Slips"), (("corrections", "view"),)
    ),
    GoodsPage(
        "statistics",
        "pages.show_error_statistics",
        Text("差错统计", "Statistics"),
        (("corrections", "oversee"),),
    ),
)
SLIP_CHIPS: dict[str, tuple[str, str]] = {
    "open": ("circle", "bad"),
    "answered": ("reply", "wait"),
    "returned": ("arrow-counterclockwise", "bad"),
    "accepted": ("check-circle-fill", "good"),
    "withdrawn": ("slash-circle", "quiet"),
}
_OF_GOODS = ("item", "serial", "quantity", "received")
ANSWER_FIELDS: dict[str, tuple[str, ...]] = {
    "amount": ("due", "received", "prepaid", "discount"),
    "tender": ("tender", "tender_ref", "terminal", "batch_no"),
    "twice": (),
    "missed": (),
    "invoice": ("invoice_code", "invoice_no"),
    "form": ("form_no",),
    "serial": _OF_GOODS,
    "discount": ("campaign", "discount", "due", "received", "form_no"),
    "number": (),
    "cash": ("received", "tender", "tender_ref"),
    "papers": (),
    "other": (
        *("due", "received", "tender", "tender_ref", "invoice_code", "invoice_no", "form_no"),
        *_OF_GOODS[:3],
    ),
}
"""What the form of a changed line asks for, by the kind of error."""


def show_corrections_page(
    uow: UnitOfWork, template: str, *, page: str, title: Text, **values: Any
) -> str:
    """Render a page of corrections with the line of its neighbours above."""
    return show(
        uow,
        template,
        desk="corrections",
        title=title,
        goods_page=page,
        goods_pages=visible(CORRECTION_PAGES),
        **values,
    )
