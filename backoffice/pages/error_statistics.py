"""Statistics of errors on a page, as workbook and on paper: a period, any halls one oversees."""

from __future__ import annotations

from flask import Response as File
from flask import g, request

from backoffice.correction_statistics import (
    TITLE,
    error_charts,
    errors_paper,
    make_error_statistics,
    period_asked,
)
from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import FormReport, report_workbook
from backoffice.pages.correction_pages import show_corrections_page
from backoffice.pages.door import actor, hall, needs, pages, reading
from backoffice.pages.showing import language
from ledger.permissions import actor_may
from ledger.work import UnitOfWork

OVERSEE = (("corrections", "oversee"),)


@pages.get("/halls/<hall>/corrections/statistics")
@needs(*OVERSEE)
def show_error_statistics() -> str:
    """Show errors by kind and clerk of this hall, or of the halls chosen."""
    with reading() as uow:
        report = _report(uow)
        first, last = period_asked(request.args, g.today)
        return show_corrections_page(
            uow,
            "pages/error_statistics.html",
            page="statistics",
            title=TITLE,
            report=report,
            charts=error_charts(report, language()),
            since=first,
            until=last,
            chosen=_codes(),
            overseen=[one for one in g.halls if actor_may(actor(), one.id, *OVERSEE[0])],
        )


@pages.get("/halls/<hall>/corrections/statistics.xlsx")
@needs(*OVERSEE)
def error_statistics_workbook() -> File:
    """Give the same tables as a workbook."""
    with reading() as uow:
        report = _report(uow)
    return download(report_workbook(report, language=language()), XLSX, f"{report.name}.xlsx")


@pages.get("/halls/<hall>/corrections/statistics.pdf")
@needs(*OVERSEE)
def print_error_statistics() -> File:
    """Give the same tables on paper."""
    with reading() as uow:
        content = errors_paper(uow, _report(uow), language=language())
    return download(content, PDF, "error-statistics.pdf", inline=True)


def _report(uow: UnitOfWork) -> FormReport:
    return make_error_statistics(uow, _codes(), request.args)


def _codes() -> list[str]:
    """Give the halls chosen: this one until somebody chose, and none of them stands for all."""
    if "chosen" not in request.args:
        return [hall().code]
    return request.args.getlist("halls")
