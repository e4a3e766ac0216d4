"""Statistics of refunds on a page, as workbook and on paper: one month, any halls one oversees."""

from __future__ import annotations

from flask import Response as File
from flask import g, request

from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import FormReport, report_workbook
from backoffice.goods_asked import month_asked
from backoffice.pages.door import actor, hall, needs, pages, reading
from backoffice.pages.refund_pages import OVERSEE, show_refunds
from backoffice.pages.shell import latest_day
from backoffice.pages.showing import language
from backoffice.refund_statistics import TITLE, charts_of, make_statistics, statistics_paper
from ledger.permissions import actor_may
from ledger.work import UnitOfWork


@pages.get("/halls/<hall>/refunds/statistics")
@needs(*OVERSEE)
def show_refund_statistics() -> str:
    """Show the month's statistics of this hall, or of the halls chosen."""
    with reading() as uow:
        report = _report(uow)
        first, _ = month_asked(_month(uow), g.today)
        return show_refunds(
            uow,
            "pages/refund_statistics.html",
            page="statistics",
            title=TITLE,
            report=report,
            charts=charts_of(report, language()),
            month=f"{first:%Y-%m}",
            chosen=_codes(),
            overseen=[one for one in g.halls if actor_may(actor(), one.id, *OVERSEE[0])],
        )


@pages.get("/halls/<hall>/refunds/statistics.xlsx")
@needs(*OVERSEE)
def refund_statistics_workbook() -> File:
    """Give the same tables as a workbook."""
    with reading() as uow:
        report = _report(uow)
    content = report_workbook(report, language=language())
    return download(content, XLSX, f"{report.name}-{report.heading[-1][1]}.xlsx")


@pages.get("/halls/<hall>/refunds/statistics.pdf")
@needs(*OVERSEE)
def print_refund_statistics() -> File:
    """Give the same tables and charts on paper, with room for signatures."""
    with reading() as uow:
        report = _report(uow)
        content = statistics_paper(uow, report, language=language())
    name = f"{report.name}-{report.heading[-1][1]}.pdf"
    return download(content, PDF, name, inline=True)


def _report(uow: UnitOfWork) -> FormReport:
    return make_statistics(uow, _codes(), {"month": _month(uow)})


def _month(uow: UnitOfWork) -> str:
    """Give the month chosen, or that of the hall's latest day."""
    return request.args.get("month", "").strip() or f"{latest_day(uow):%Y-%m}"


def _codes() -> list[str]:
    """Give the halls chosen: this one until somebody chose, and none of them stands for all."""
    if "chosen" not in request.args:
        return [hall().code]
    return request.args.getlist("halls")
