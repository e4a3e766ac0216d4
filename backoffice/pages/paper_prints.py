"""The printed form of a stock document, from its page."""

from __future__ import annotations

from flask import Response, request

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.outputs import download
from backoffice.pages.paper_shown import visible_document
from backoffice.pages.papers import LOOKERS
from backoffice.pages.showing import language
from backoffice.stock_papers import stock_paper


@pages.get("/halls/<hall>/paper-prints/<path:number>")
@needs(*LOOKERS)
def print_paper(number: str) -> Response:
    """Give the form in three copies, on A4 or continuous paper."""
    form = "form" if request.args.get("form") == "form" else "a4"
    with reading() as uow:
        visible_document(uow, number)
        content = stock_paper(uow, hall(), number, language=language(), form=form)
    return download(content, "application/pdf", f"{number.replace('/', '-')}.pdf", inline=True)
