"""Reports on invoice forms: month, register, daily sheet, books due; as JSON, workbook and PDF."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.api.door import once, reading
from backoffice.api.fields import Day, StrictSchema
from backoffice.api.hall_reports import declare_halls_report
from backoffice.api.report_schemas import HallsQuery, ReportAnswer
from backoffice.api.routes import Routes
from backoffice.api.stock_schemas import StockDocument
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.form_answers import counts_payload
from backoffice.form_lists import FormReport, report_paper, report_payload, report_workbook
from backoffice.form_reports import REPORT_KINDS, make_group_month, make_report
from backoffice.pages.showing import language
from backoffice.stock_answers import document_payload
from invoices.day_sheets import sign_day_sheet
from invoices.form_counts import count_forms, wrong_counts
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork

NAMES = ", ".join(REPORT_KINDS)
REPORTS = "/halls/<hall>/forms/reports"

routes = Routes("form_reports", Text("票据报表", "Reports on invoice forms"))


class ReportQuery(StrictSchema):
    """What a report is narrowed by; `code` is `-` for forms without one, `book` any number of it.

    `closing` is a figure counted by hand: the report is refused unless it is the books' own.
    """

    on = Day(load_default=None)
    month = fields.String(load_default="", validate=validate.Length(0, 7))
    code = fields.String(load_default="", validate=validate.Length(0, 20))
    book = fields.String(load_default="", validate=validate.Length(0, 20))
    clerk = fields.String(load_default="", validate=validate.Length(0, 50))
    closing = fields.String(load_default="", validate=validate.Length(0, 9))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class GroupMonthQuery(HallsQuery):
    """The halls, and which month."""

    month = fields.String(load_default="", validate=validate.Length(0, 7))
    code = fields.String(load_default="", validate=validate.Length(0, 20))


class DaySheetBody(StrictSchema):
    """A clerk's sheet of a day: `counted` is a number, or `CODE NUMBER` of each code by commas."""

    clerk = fields.String(load_default="", validate=validate.Length(0, 50))
    counted = fields.String(required=True, validate=validate.Length(1, 200))
    date = Day(load_default=None)


class FormCountBody(StrictSchema):
    """Blanks counted: of a clerk, or of the safe without one; `counted` as on a daily sheet."""

    clerk = fields.String(load_default="", validate=validate.Length(0, 50))
    counted = fields.String(required=True, validate=validate.Length(1, 200))
    date = Day(load_default=None)


class FormCountAnswer(StrictSchema):
    """One code counted: what the books give, in which segments, and what was counted."""

    date = fields.String()
    clerk = fields.String()
    invoice_code = fields.String()
    segments = fields.String()
    expected = fields.Integer()
    counted = fields.Integer()
    difference = fields.Integer()


class FormCounts(StrictSchema):
    """Counts of blank forms."""

    hall = fields.String()
    counts = fields.List(fields.Nested(FormCountAnswer))


declare_halls_report(
    routes,
    "/forms/month",
    Text(
        "多个营业厅的发票领用存月报;一处不连号即拒绝。",
        "The month of invoice forms over several halls; refused where one of them does not tile.",
    ),
    query=GroupMonthQuery,
    make=lambda uow, codes, asked: make_group_month(uow, codes, _words(asked)),
    paper=lambda uow, report, said: report_paper(uow, report, language=said),
)


@routes.get(
    f"{REPORTS}/<name>",
    Text(f"一份票据报表:{NAMES}。", f"One of the reports: {NAMES}."),
    query=ReportQuery,
    gives=ReportAnswer,
)
def show_form_report(query: dict[str, Any], hall: str, name: str) -> Payload:
    """Show a report; a clerk gets what is in his own custody."""
    with reading() as uow:
        report = make_report(uow, find_hall(uow, hall), name, _words(query))
    return report_payload(report, query["language"] or language())


@routes.get(
    f"{REPORTS}/<name>.xlsx",
    Text("同一份报表的工作簿。", "The same report as a workbook."),
    query=ReportQuery,
    file=XLSX,
)
def form_report_workbook(query: dict[str, Any], hall: str, name: str) -> Response:
    """Give the report as xlsx."""
    said = query["language"] or language()
    with reading() as uow:
        report = make_report(uow, find_hall(uow, hall), name, _words(query))
    return _file(report_workbook(report, language=said), XLSX, report, hall, "xlsx")


@routes.get(
    f"{REPORTS}/<name>.pdf",
    Text("同一份报表的 PDF,供签字。", "The same report as PDF, to be signed."),
    query=ReportQuery,
    file=PDF,
)
def print_form_report(query: dict[str, Any], hall: str, name: str) -> Response:
    """Give the report as PDF."""
    said = query["language"] or language()
    with reading() as uow:
        report = make_report(uow, find_hall(uow, hall), name, _words(query))
        content = report_paper(uow, report, language=said)
    return _file(content, PDF, report, hall, "pdf")


@routes.post(
    "/halls/<hall>/forms/sheets",
    Text(
        "签营业员票据日清单:实点与账相符才成立,对方再签。",
        "Sign a clerk's daily sheet: made only if the count is the books' own; the other side"
        " signs it too.",
    ),
    body=DaySheetBody,
    gives=StockDocument,
    status=201,
)
def sign_clerks_sheet(body: dict[str, Any], hall: str) -> Payload:
    """Sign the sheet of a day, one's own if no clerk is named."""

    def sign(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = sign_day_sheet(
            uow, hall=found, clerk=body["clerk"], on=body["date"], counted=body["counted"]
        )
        return document_payload(uow, found, document, language())

    return once(sign, body=body)


@routes.get(
    "/halls/<hall>/forms/counts",
    Text(
        "盘点不符、尚未点对的空白票。",
        "Counts of blanks that differ from the books and were not counted right since.",
    ),
    gives=FormCounts,
)
def list_wrong_counts(hall: str) -> Payload:
    """List what was counted wrong, oldest first."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "forms", "oversee")
        return counts_payload(hall, wrong_counts(uow, found))


@routes.post(
    "/halls/<hall>/forms/counts",
    Text(
        "盘点空白票:与账不符的记为差异(P01),点对为止。",
        "Count blanks: what differs from the books is a finding (P01) until it is counted right.",
    ),
    body=FormCountBody,
    gives=FormCounts,
    status=201,
)
def keep_form_counts(body: dict[str, Any], hall: str) -> Payload:
    """Note a count of a clerk's blanks or of the safe's."""

    def keep(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        counts = count_forms(
            uow, hall=found, holder=body["clerk"], counted=body["counted"], on=body["date"]
        )
        return counts_payload(hall, counts)

    return once(keep, body=body)


def _file(content: bytes, kind: str, report: FormReport, hall: str, ending: str) -> Response:
    name = f"forms-{report.name}-{hall}.{ending}"
    return download(content, kind, name)


def _words(query: dict[str, Any]) -> dict[str, str]:
    words = ("month", "code", "book", "clerk", "closing")
    on = query.get("on")
    return {"on": on.isoformat() if on else "", **{word: query.get(word, "") for word in words}}
