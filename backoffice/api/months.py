"""The end of a month: what it waits for, its pack, the signatures that lock it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.api.door import confirm_password, once, reading
from backoffice.api.fields import StrictSchema
from backoffice.api.report_schemas import ReportAnswer
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.form_lists import report_paper, report_workbook
from backoffice.month_answers import month_payload
from backoffice.month_packs import (
    make_month_pack,
    month_report_of,
    show_month,
    sign_month_pack,
)
from backoffice.pages.showing import language
from ledger.documents import STATES
from ledger.months.packs import read_month_name, send_back_pack
from ledger.organisations import find_hall
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork

routes = Routes("months", Text("月末关账", "Month end"))
MONTH = "/halls/<hall>/months/<month>"
ACTS = ("make", "sign", "send_back")


class MonthQuery(StrictSchema):
    """In which language."""

    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class MonthBody(StrictSchema):
    """What to do with the month's pack; each act asks for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class BlockerAnswer(StrictSchema):
    """One thing that is not done, with its day where it is a day's."""

    text = fields.String()
    date = fields.String(allow_none=True, metadata={"format": "date"})


class GateAnswer(StrictSchema):
    """One thing a month waits for, and what of it is not done."""

    gate = fields.String()
    name = fields.String()
    standing = fields.List(fields.Nested(BlockerAnswer))


class PackAnswer(StrictSchema):
    """A pack: its number, its state, and the SHA-256 of what it says."""

    number = fields.String()
    state = fields.String(validate=validate.OneOf(list(STATES)))
    state_name = fields.String()
    hash = fields.String()


class MonthAnswer(StrictSchema):
    """A month of a hall; `report` is null while something stands in the way and no pack is made."""

    hall = fields.String()
    month = fields.String()
    ready = fields.Boolean()
    locked = fields.Boolean()
    gates = fields.List(fields.Nested(GateAnswer))
    pack = fields.Nested(PackAnswer, allow_none=True)
    report = fields.Nested(ReportAnswer, allow_none=True)


@routes.get(
    MONTH,
    Text(
        "一个月:月结条件、月结单及其内容。", "A month: what it waits for, its pack, what it says."
    ),
    query=MonthQuery,
    gives=MonthAnswer,
)
def show_month_end(query: dict[str, Any], hall: str, month: str) -> Payload:
    """Show a month as far as it is."""
    with reading() as uow:
        said = query["language"] or language()
        found = find_hall(uow, hall)
        return month_payload(uow, found, show_month(uow, found, read_month_name(month)), said)


@routes.post(
    MONTH,
    Text("编制、签署或退回月结单。", "Make, sign or send back the month's pack."),
    body=MonthBody,
    gives=MonthAnswer,
)
def act_on_month(body: dict[str, Any], hall: str, month: str) -> Payload:
    """Sign as one of three roles; the last signature locks the month."""
    confirm_password(body["password"])

    def act(uow: UnitOfWork) -> Payload:
        found, first = find_hall(uow, hall), read_month_name(month)
        if body["act"] == "make":
            make_month_pack(uow, found, first)
        elif body["act"] == "sign":
            sign_month_pack(uow, found, first)
        else:
            send_back_pack(uow, hall=found, first=first, reason=body["reason"])
        return month_payload(uow, found, show_month(uow, found, first), language())

    return once(act, body=body)


@routes.get(
    f"{MONTH}/pack.xlsx",
    Text("月结单各表的工作簿。", "The pack's tables as a workbook."),
    query=MonthQuery,
    file=XLSX,
)
def month_workbook(query: dict[str, Any], hall: str, month: str) -> Response:
    """Give the pack as xlsx."""
    with reading() as uow:
        report = month_report_of(show_month(uow, find_hall(uow, hall), read_month_name(month)))
    content = report_workbook(report, language=query["language"] or language())
    return download(content, XLSX, f"month-{hall}-{month}.xlsx")


@routes.get(
    f"{MONTH}/pack.pdf",
    Text("月结单的 PDF。", "The pack as PDF."),
    query=MonthQuery,
    file=PDF,
)
def month_paper(query: dict[str, Any], hall: str, month: str) -> Response:
    """Give the pack as PDF."""
    with reading() as uow:
        report = month_report_of(show_month(uow, find_hall(uow, hall), read_month_name(month)))
        content = report_paper(uow, report, language=query["language"] or language())
    return download(content, PDF, f"month-{hall}-{month}.pdf")
