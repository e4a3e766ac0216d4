"""The day on paper and as a workbook: both are reads of what the page shows."""

from __future__ import annotations

import datetime as dt

from flask import Response, request

from backoffice.audit_papers import audit_paper, audit_workbook
from backoffice.downloads import PDF, XLSX, download
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.showing import language
from ledger.text import LANGUAGES, Language


@pages.get("/halls/<hall>/days/<date:date>/paper.pdf")
@needs(("audit", "view"))
def print_day(date: dt.date) -> Response:
    """Give the audit paper, in the language asked for."""
    with reading() as uow:
        content = audit_paper(
            uow,
            hall(),
            date,
            language=asked_language(),
            version=request.args.get("version", type=int),
        )
    return download(content, PDF, f"audit-{hall().code}-{date}.pdf", inline=True)


@pages.get("/halls/<hall>/days/<date:date>/workbook.xlsx")
@needs(("audit", "view"))
def day_workbook(date: dt.date) -> Response:
    """Give every line behind every figure as a workbook."""
    with reading() as uow:
        content = audit_workbook(uow, hall(), date, language=asked_language())
    return download(content, XLSX, f"audit-{hall().code}-{date}.xlsx")


def asked_language() -> Language:
    """Give the language named in the address, else the page's."""
    asked = request.args.get("language")
    return next((known for known in LANGUAGES if known == asked), language())
