"""Halls at a glance: open days, late reports, over and short by clerk and month."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.api.door import reading
from backoffice.api.fields import StrictSchema
from backoffice.api.form_reports import ReportAnswer
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.form_lists import FormReport, report_payload, report_workbook
from backoffice.overview import make_overview, overview_paper
from backoffice.pages.showing import language
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork

routes = Routes("overview", Text("营业厅总览", "Halls at a glance"))


class OverviewQuery(StrictSchema):
    """Which halls, by codes between commas, none for all that the caller oversees."""

    halls = fields.String(load_default="", validate=validate.Length(0, 20000))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


@routes.get(
    "/overview",
    Text(
        "营业日、迟报、长短款,一个或多个营业厅。",
        "Open days, late reports, over and short, of one hall or several.",
    ),
    query=OverviewQuery,
    gives=ReportAnswer,
)
def show_overview(query: dict[str, Any]) -> Payload:
    """Show the halls as they stand now."""
    with reading() as uow:
        return report_payload(_report(uow, query), query["language"] or language())


@routes.get(
    "/overview.xlsx",
    Text("同一份总览的工作簿。", "The same as a workbook."),
    query=OverviewQuery,
    file=XLSX,
)
def overview_workbook(query: dict[str, Any]) -> Response:
    """Give the overview as xlsx."""
    with reading() as uow:
        report = _report(uow, query)
    content = report_workbook(report, language=query["language"] or language())
    return download(content, XLSX, f"{report.name}.xlsx")


@routes.get(
    "/overview.pdf",
    Text("同一份总览的 PDF,含图。", "The same as PDF, with charts."),
    query=OverviewQuery,
    file=PDF,
)
def print_overview(query: dict[str, Any]) -> Response:
    """Give the overview as PDF."""
    with reading() as uow:
        report = _report(uow, query)
        content = overview_paper(uow, report, language=query["language"] or language())
    return download(content, PDF, f"{report.name}.pdf")


def _report(uow: UnitOfWork, query: dict[str, Any]) -> FormReport:
    return make_overview(uow, [code for code in query["halls"].split(",") if code])
