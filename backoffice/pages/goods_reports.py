"""Lists about goods on pages and as workbooks: the matrix of items and places leads to the rest."""

from __future__ import annotations

from flask import Response as File
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.downloads import PDF, XLSX, download
from backoffice.goods_lists import list_workbook
from backoffice.goods_reports import LIST_KINDS, ListKind, known_places, make_list, print_sheet
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.goods_pages import LOOK, show_goods
from backoffice.pages.rows import part_of
from backoffice.pages.showing import language
from ledger.text import Text


@pages.get("/halls/<hall>/goods/on-hand")
@needs(*LOOK)
def show_on_hand() -> str:
    """Show items down and places across."""
    return show_list("on-hand")


@pages.get("/halls/<hall>/goods/reports")
@needs(*LOOK)
def open_reports() -> Response:
    """Open the first report that the visitor may have."""
    return redirect(url_for("pages.show_list", hall=hall().code, name=_more_lists()[0].name))


@pages.get("/halls/<hall>/goods/lists/<name>")
@needs(*LOOK)
def show_list(name: str) -> str:
    """Show one of the lists, narrowed by what stands behind the question mark."""
    with reading() as uow:
        listed = make_list(uow, hall(), name, request.args)
        return show_goods(
            uow,
            "pages/goods_list.html",
            page=_page_of(name),
            title=listed.title,
            trail=_trail(name),
            listed=listed,
            part=part_of(listed.rows, request.args.get("page", 1, type=int)),
            kind=LIST_KINDS[name],
            more=_more_lists(),
            request_words=_words(LIST_KINDS[name]),
            places=known_places(uow, hall()),
        )


@pages.get("/halls/<hall>/goods/lists/<name>.xlsx")
@needs(*LOOK)
def list_as_workbook(name: str) -> File:
    """Give exactly what the page shows as a workbook."""
    with reading() as uow:
        listed = make_list(uow, hall(), name, request.args)
    content = list_workbook(listed, language=language())
    return download(content, XLSX, f"{listed.name}-{hall().code}.xlsx")


@pages.get("/halls/<hall>/goods/sheet.pdf")
@needs(*LOOK)
def print_goods_sheet() -> File:
    """Give the daily goods sheet, for the clerk and the keeper to sign."""
    with reading() as uow:
        content = print_sheet(uow, hall(), request.args, language=language())
    return download(content, PDF, f"goods-sheet-{hall().code}.pdf", inline=True)


def _words(kind: ListKind) -> dict[str, str]:
    return {word: request.args.get(word, "") for word in kind.words}


def _more_lists() -> list[ListKind]:
    """Give the lists that need no further word and that the visitor may have."""
    everything = allowed("stock", "oversee")
    return [kind for kind in LIST_KINDS.values() if kind.first and (everything or kind.everybody)]


def _page_of(name: str) -> str:
    return "on-hand" if name in ("on-hand", "item", "serials") else "reports"


def _trail(name: str) -> tuple[tuple[Text, str], ...]:
    if name not in ("item", "serials"):
        return ()
    address = url_for("pages.show_on_hand", hall=hall().code)
    return ((LIST_KINDS["on-hand"].text, address),)
