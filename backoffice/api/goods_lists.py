"""Lists about goods: on hand, ages, ledgers, advice; each as JSON and as a workbook."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from backoffice.api.door import reading
from backoffice.api.fields import Day, StrictSchema
from backoffice.api.report_schemas import ReportTable
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload
from backoffice.goods_lists import list_payload, list_workbook
from backoffice.goods_reports import LIST_KINDS, make_list, print_sheet
from backoffice.pages.showing import language
from ledger.organisations import find_hall
from ledger.text import LANGUAGES, Text

NAMES = ", ".join(LIST_KINDS)

routes = Routes("goods", Text("库存清单与报表", "Lists and reports on goods"))


class ListQuery(StrictSchema):
    """What a list is narrowed by: a day, a month, an item, a place such as `clerk A01`."""

    on = Day(load_default=None)
    month = fields.String(load_default="", validate=validate.Length(0, 7))
    item = fields.String(load_default="", validate=validate.Length(0, 200))
    place = fields.String(load_default="", validate=validate.Length(0, 200))
    serial = fields.String(load_default="", validate=validate.Length(0, 200))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class ListAnswer(ReportTable):
    """A list of a hall's goods: as a table of a report; unknown is so named."""

    hall = fields.String()


@routes.get(
    "/halls/<hall>/goods/<name>",
    Text(f"一份清单:{NAMES}。", f"One of the lists: {NAMES}."),
    query=ListQuery,
    gives=ListAnswer,
)
def show_list(query: dict[str, Any], hall: str, name: str) -> Payload:
    """Show a list; a clerk gets what is in his own custody."""
    with reading() as uow:
        listed = make_list(uow, find_hall(uow, hall), name, _words(query))
    return {"hall": hall, **list_payload(listed, query["language"] or language())}


@routes.get(
    "/halls/<hall>/goods/<name>.xlsx",
    Text("同一份清单的工作簿。", "The same list as a workbook."),
    query=ListQuery,
    file=XLSX,
)
def list_as_workbook(query: dict[str, Any], hall: str, name: str) -> Response:
    """Give the list as xlsx."""
    with reading() as uow:
        listed = make_list(uow, find_hall(uow, hall), name, _words(query))
    content = list_workbook(listed, language=query["language"] or language())
    return download(content, XLSX, f"{name}-{hall}.xlsx")


@routes.get(
    "/halls/<hall>/goods/sheet.pdf",
    Text("营业员库存日清单 PDF,双方签字。", "The daily goods sheet as PDF, for two to sign."),
    query=ListQuery,
    file=PDF,
)
def print_goods_sheet(query: dict[str, Any], hall: str) -> Response:
    """Give the sheet of one custody on one day."""
    with reading() as uow:
        said = query["language"] or language()
        content = print_sheet(uow, find_hall(uow, hall), _words(query), language=said)
    return download(content, PDF, f"goods-sheet-{hall}.pdf")


def _words(query: dict[str, Any]) -> dict[str, str]:
    return {
        "on": query["on"].isoformat() if query["on"] else "",
        **{word: query[word] for word in ("month", "item", "place", "serial")},
    }
