"""A report over one hall or several, for programs: as an answer, as a workbook and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from backoffice.api.door import reading
from backoffice.api.report_schemas import HallsQuery, ReportAnswer
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.form_lists import FormReport, report_payload, report_workbook
from backoffice.pages.showing import language
from ledger.text import Language, Text
from ledger.work import UnitOfWork

Make = Callable[[UnitOfWork, list[str], dict[str, Any]], FormReport]
Paper = Callable[[UnitOfWork, FormReport, Language], bytes]


def declare_halls_report(
    routes: Routes, path: str, text: Text, *, query: type[HallsQuery], make: Make, paper: Paper
) -> None:
    """Declare the three addresses of a report; `make` is asked with the codes and the query."""

    def report_of(uow: UnitOfWork, asked: dict[str, Any]) -> FormReport:
        codes = [code.strip() for code in asked["halls"].split(",") if code.strip()]
        return make(uow, codes, asked)

    @routes.get(path, text, query=query, gives=ReportAnswer)
    def show_halls_report(asked: dict[str, Any]) -> Payload:
        with reading() as uow:
            report = report_of(uow, asked)
        return report_payload(report, asked["language"] or language())

    in_workbook = Text(f"{text.zh.rstrip('。')},工作簿。", f"{text.en.rstrip('.')}, as a workbook.")

    @routes.get(f"{path}.xlsx", in_workbook, query=query, file=XLSX)
    def halls_workbook(asked: dict[str, Any]) -> Response:
        with reading() as uow:
            report = report_of(uow, asked)
        content = report_workbook(report, language=asked["language"] or language())
        return download(content, XLSX, f"{report.name}.xlsx")

    on_paper = Text(f"{text.zh.rstrip('。')},PDF。", f"{text.en.rstrip('.')}, as PDF.")

    @routes.get(f"{path}.pdf", on_paper, query=query, file=PDF)
    def print_halls_report(asked: dict[str, Any]) -> Response:
        with reading() as uow:
            report = report_of(uow, asked)
            content = paper(uow, report, asked["language"] or language())
        return download(content, PDF, f"{report.name}.pdf")
