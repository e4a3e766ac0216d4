"""Halls at a glance: for a manager his hall, for the department all it oversees."""

from __future__ import annotations

from flask import Response as File
from flask import g, request

from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import FormReport, report_workbook
from backoffice.overview import TITLE, make_overview, overview_charts, overview_paper
from backoffice.pages.door import actor, needs, pages, reading
from backoffice.pages.shell import show
from backoffice.pages.showing import language
from ledger.permissions import actor_may
from ledger.work import UnitOfWork

OVERSEE = (("halls", "oversee"),)


@pages.get("/halls/<hall>/overview")
@needs(*OVERSEE)
def show_overview() -> str:
    """Show open days, late reports, over and short of the halls chosen."""
    with reading() as uow:
        report = _report(uow)
        return show(
            uow,
            "pages/overview.html",
            desk="overview",
            title=TITLE,
            report=report,
            charts=overview_charts(report, language()),
            chosen=request.args.getlist("halls"),
            overseen=[one for one in g.halls if actor_may(actor(), one.id, *OVERSEE[0])],
        )


@pages.get("/halls/<hall>/overview.xlsx")
@needs(*OVERSEE)
def overview_workbook() -> File:
    """Give the same tables as a workbook."""
    with reading() as uow:
        report = _report(uow)
    return download(report_workbook(report, language=language()), XLSX, f"{_name(report)}.xlsx")


@pages.get("/halls/<hall>/overview.pdf")
@needs(*OVERSEE)
def print_overview() -> File:
    """Give the same tables and charts on paper."""
    with reading() as uow:
        report = _report(uow)
        content = overview_paper(uow, report, language=language())
    return download(content, PDF, f"{_name(report)}.pdf", inline=True)


def _report(uow: UnitOfWork) -> FormReport:
    """Make it of the halls chosen, or of all that the visitor oversees."""
    return make_overview(uow, request.args.getlist("halls"))


def _name(report: FormReport) -> str:
    return f"{report.name}-{report.heading[-1][1]}"
