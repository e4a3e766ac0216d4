"""What is done about a count: finished, counted again, settled, called off; and its sheet."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.count_lists import count_workbook
from backoffice.count_papers import count_sheet
from backoffice.downloads import PDF, XLSX, download
from backoffice.pages.counts import SEES, count_page, count_url
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_rounds import cancel_count, finish_count, recount
from stock.count_settling import settle_count

REASON_LIMIT = 500
DONE: dict[str, Text] = {
    "finish": Text("已盘完,差异如下。", "Finished; the differences are below."),
    "recount": Text(
        "已交复盘,由复盘人在“盘点”页继续。",
        "A recount is ordered; its counter goes on here.",
    ),
    "settle": Text("结果已提交,等待签字。", "The result is submitted for signature."),
    "cancel": Text("盘点已作废,已扫的记录保留。", "The count is called off; scans stay on record."),
}


@pages.post("/halls/<hall>/counts/<int:number>/acts")
@needs(*SEES, ("count", "open"), ("count", "submit"))
def do_count_act(number: int) -> Response | tuple[str, int]:
    """Take one step; what is refused says why on the count's page."""
    acts: dict[str, Callable[[UnitOfWork, int], object]] = {
        "finish": lambda uow, n: finish_count(uow, hall=hall(), count_no=n),
        "recount": _recount,
        "settle": _settle,
        "cancel": _cancel,
    }
    name = request.form.get("act", "")
    if name not in acts:
        raise BadRequest
    try:
        act_once(lambda uow: acts[name](uow, number))
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return count_page(uow, number, error=sentence), 422
    say(DONE[name])
    return redirect(count_url(number))


@pages.get("/halls/<hall>/counts/<int:number>/sheet.pdf")
@needs(*SEES)
def print_count(number: int) -> Response:
    """Give the count sheet as PDF; of a count under way, one to fill in by hand."""
    with reading() as uow:
        content = count_sheet(uow, hall(), number, language=language())
    return download(content, PDF, f"count-{hall().code}-{number}.pdf", inline=True)


@pages.get("/halls/<hall>/counts/<int:number>/differences.xlsx")
@needs(*SEES)
def count_differences_workbook(number: int) -> Response:
    """Give all differences of a count as a workbook."""
    with reading() as uow:
        content = count_workbook(uow, hall(), number, language=language())
    return download(content, XLSX, f"count-{hall().code}-{number}.xlsx")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:REASON_LIMIT]


def _recount(uow: UnitOfWork, number: int) -> None:
    form = request.form
    recount(
        uow,
        hall=hall(),
        count_no=number,
        counter=form.get("counter", "").strip(),
        witness=form.get("witness", "").strip(),
        whole=form.get("whole") == "1",
    )


def _settle(uow: UnitOfWork, number: int) -> None:
    named = {
        name.removeprefix("item-"): value
        for name, value in request.form.items()
        if name.startswith("item-") and value
    }
    settle_count(uow, hall=hall(), count_no=number, items=named, reason=_reason())


def _cancel(uow: UnitOfWork, number: int) -> None:
    cancel_count(uow, hall=hall(), count_no=number, reason=_reason())
