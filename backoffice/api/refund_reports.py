"""Papers of cases as PDF, the day's hand-over list, and the statistics over several halls."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.api.door import confirm_password, once, reading
from backoffice.api.fields import Day, StrictSchema
from backoffice.api.hall_reports import declare_halls_report
from backoffice.api.report_schemas import HallsQuery, ReportTable
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.form_lists import FormReport, report_paper, report_workbook
from backoffice.pages.showing import language
from backoffice.refund_handover import handover_payload, handover_report, list_payload
from backoffice.refund_papers import CASE_PAPERS, refund_paper
from backoffice.refund_statistics import make_statistics, statistics_paper
from ledger.documents import STATES
from ledger.organisations import find_hall
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork
from refunds.handing_over import give_papers, refuse_papers, take_back_list, take_papers
from refunds.policy import PAPERS

REFUNDS = "/halls/<hall>/refunds"
ACTS = ("give", "take", "refuse", "take_back")

routes = Routes("refund_reports", Text("退费资料与统计", "Papers and statistics of refunds"))


class StatisticsQuery(HallsQuery):
    """The halls, and which month."""

    month = fields.String(load_default="", validate=validate.Length(0, 7))


class PaperQuery(StrictSchema):
    """In which language the paper is printed."""

    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class PaperListQuery(StrictSchema):
    """Which day, today by default; `list` shows a list as it was signed."""

    on = Day(load_default=None)
    list = fields.String(load_default="", validate=validate.Length(0, 64))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class PaperListBody(StrictSchema):
    """Give the papers of a day, or take, refuse or take back a list; each signs by password."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    on = Day(load_default=None)
    number = fields.String(load_default="", validate=validate.Length(0, 64))
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class ListedPapers(StrictSchema):
    """A case as it stands on a list."""

    number = fields.String()
    papers = fields.List(fields.String(validate=validate.OneOf(list(PAPERS))))
    papers_missing = fields.List(fields.String(validate=validate.OneOf(list(PAPERS))))


class MadeList(StrictSchema):
    """A list that was made: its day, its state and its cases."""

    number = fields.String()
    date = fields.String(metadata={"format": "date"})
    state = fields.String(validate=validate.OneOf(list(STATES)))
    state_name = fields.String()
    cases = fields.List(fields.Nested(ListedPapers))


class PaperListAnswer(StrictSchema):
    """The papers of a day: tables as they stand or were signed, and the lists made for the day."""

    hall = fields.String()
    date = fields.String(metadata={"format": "date"})
    report = fields.String()
    title = fields.String()
    heading = fields.Dict()
    tables = fields.List(fields.Nested(ReportTable))
    notes = fields.List(fields.String())
    lists = fields.List(fields.Nested(MadeList))


declare_halls_report(
    routes,
    "/refunds/statistics",
    Text(
        "多个营业厅的退费月统计;与账不符即拒绝。",
        "A month of refunds over several halls; refused where it is not the ledger's to the fen.",
    ),
    query=StatisticsQuery,
    make=lambda uow, codes, asked: make_statistics(uow, codes, {"month": asked["month"]}),
    paper=lambda uow, report, said: statistics_paper(uow, report, language=said),
)


@routes.get(
    f"{REFUNDS}/cases/<path:number>/papers/<paper>.pdf",
    Text(
        f"一张单据的 PDF:{' '.join(CASE_PAPERS)}。",
        f"A paper of a case as PDF: {', '.join(CASE_PAPERS)}.",
    ),
    query=PaperQuery,
    file=PDF,
)
def print_case_paper(query: dict[str, Any], hall: str, number: str, paper: str) -> Response:
    """Give a paper of a case; refused where its state does not allow it."""
    with reading() as uow:
        said = query["language"] or language()
        content = refund_paper(uow, find_hall(uow, hall), number, paper, language=said)
    return download(content, PDF, f"{number}-{paper}.pdf")


@routes.get(
    f"{REFUNDS}/paper-list",
    Text("当日资料交接清单。", "The day's papers that are handed to the auditor."),
    query=PaperListQuery,
    gives=PaperListAnswer,
)
def show_papers_of_day(query: dict[str, Any], hall: str) -> Payload:
    """Show the papers of a day, there and missing, and the lists made for it."""
    with reading() as uow:
        found = find_hall(uow, hall)
        on = query["on"] or uow.today
        return handover_payload(uow, found, on, query["list"], query["language"] or language())


@routes.post(
    f"{REFUNDS}/paper-list",
    Text(
        "交出、签收、退回或撤回当日资料。",
        "Hand the day's papers over; take, refuse or take back a list.",
    ),
    body=PaperListBody,
    gives=MadeList,
)
def act_on_paper_list(body: dict[str, Any], hall: str) -> Payload:
    """Sign a list as giver or auditor, or end it; the password is asked again."""
    confirm_password(body["password"])

    def act(uow: UnitOfWork) -> Payload:
        found, number = find_hall(uow, hall), body["number"]
        if body["act"] == "give":
            on = body["on"] or uow.today
            document = give_papers(uow, hall=found, on=on)
        elif body["act"] == "take":
            document = take_papers(uow, hall=found, number=number)
        elif body["act"] == "refuse":
            document = refuse_papers(uow, hall=found, number=number, reason=body["reason"])
        else:
            document = take_back_list(uow, hall=found, number=number)
        return list_payload(uow, document, language())

    return once(act, body=body)


@routes.get(
    f"{REFUNDS}/paper-list.xlsx",
    Text("同一份清单的工作簿。", "The same list as a workbook."),
    query=PaperListQuery,
    file=XLSX,
)
def paper_list_workbook(query: dict[str, Any], hall: str) -> Response:
    """Give the list as xlsx."""
    with reading() as uow:
        report = _papers(uow, query, hall)
    content = report_workbook(report, language=query["language"] or language())
    return download(content, XLSX, f"{report.name}-{hall}.xlsx")


@routes.get(
    f"{REFUNDS}/paper-list.pdf",
    Text("同一份清单的 PDF,供双方签字。", "The same list as PDF, for both to sign."),
    query=PaperListQuery,
    file=PDF,
)
def print_paper_list(query: dict[str, Any], hall: str) -> Response:
    """Give the list as PDF."""
    with reading() as uow:
        report = _papers(uow, query, hall)
        content = report_paper(uow, report, language=query["language"] or language())
    return download(content, PDF, f"{report.name}-{hall}.pdf")


def _papers(uow: UnitOfWork, query: dict[str, Any], hall: str) -> FormReport:
    on = query["on"] or uow.today
    return handover_report(uow, find_hall(uow, hall), on, number=query["list"])
