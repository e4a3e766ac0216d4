"""The printed form of a document of goods, of forms or of cash, from its page."""

from __future__ import annotations

from flask import Response, request

from backoffice.cash_papers import cash_paper
from backoffice.downloads import PDF, download
from backoffice.form_papers import form_paper
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.paper_shown import visible_document
from backoffice.pages.papers import LOOKERS
from backoffice.pages.showing import language
from backoffice.stock_papers import stock_paper
from invoices.kinds import FORM_KINDS
from ledger.cash.kinds import CASH_AREAS
from ledger.documents import DOCUMENT_KINDS


@pages.get("/halls/<hall>/paper-prints/<path:number>")
@needs(*LOOKERS)
def print_paper(number: str) -> Response:
    """Give the form: of goods and forms three copies, on A4 or continuous paper; of cash one."""
    form = "form" if request.args.get("form") == "form" else "a4"
    with reading() as uow:
        document = visible_document(uow, number)
        if DOCUMENT_KINDS[document.kind].area in CASH_AREAS:
            content = cash_paper(uow, hall(), number, language=language())
        else:
            printed = form_paper if document.kind in FORM_KINDS else stock_paper
            content = printed(uow, hall(), number, language=language(), form=form)
    return download(content, PDF, f"{number.replace('/', '-')}.pdf", inline=True)
