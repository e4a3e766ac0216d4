"""Counts of goods for programs: open, scan, look, finish, recount, settle, call off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import ValidationError

from backoffice.api import count_shapes as shapes
from backoffice.api.door import once, reading
from backoffice.api.fields import read_day
from backoffice.api.routes import Routes
from backoffice.api.schemas import ReportQuery
from backoffice.count_answers import count_head, count_payload, month_payload, scans_payload
from backoffice.count_lists import count_workbook
from backoffice.count_papers import count_sheet
from backoffice.downloads import PDF, XLSX, download
from backoffice.errors import Payload, schema_refusal
from backoffice.pages.showing import language
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_months import month_places
from stock.count_rounds import cancel_count, finish_count, recount
from stock.count_scans import scan_codes, undo_scan
from stock.count_settling import settle_count
from stock.counts import counts_in, find_count, list_counts, open_count

ALL = "/halls/<hall>/counts"
ONE = f"{ALL}/<int:number>"
routes = Routes("counts", Text("盘点", "Counts of goods"))


@routes.get(ALL, Text("盘点列表。", "The counts of a hall."), gives=shapes.Counts)
def list_all(hall: str) -> Payload:
    """List the counts one may see, the latest first."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "count", "scan")
        heads = [count_head(uow, one) for one in list_counts(uow, found.id)]
    return {"hall": hall, "counts": heads}


@routes.post(
    ALL,
    Text("开盘:账面留快照。", "Open a count; the books as they stand are its snapshot."),
    body=shapes.CountBody,
    gives=shapes.CountDetail,
    status=201,
)
def begin(body: dict[str, Any], hall: str) -> Payload:
    """Open a count of a place by a counter and a witness."""

    def do(uow: UnitOfWork, found: Hall) -> int:
        asked = {name: body[name] for name in ("kind", "place", "counter", "witness")}
        more = {name: body[name] for name in ("items", "categories")}
        return open_count(uow, hall=found, **asked, **more, on=body.get("date")).count_no

    return _act(hall, do, body)


@routes.get(
    ONE,
    Text("一次盘点;盘点人盘完之前看不到差异。", "One count; blind for whoever still counts."),
    gives=shapes.CountDetail,
)
def show_one(hall: str, number: int) -> Payload:
    """Show a count and, to who may see it, what it found."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require_view_or_own(uow, found, number)
        return count_payload(uow, found, number)


@routes.post(
    f"{ONE}/scans",
    Text("扫描一批条码,或撤销一次扫描。", "Take a batch of codes, or undo one scan."),
    body=shapes.ScansBody,
    gives=shapes.ScanVerdicts,
)
def scan(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Take codes in order; each gets its verdict, and one bad code never stops the others."""
    said = language()

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body.get("undo") is not None:
            undo_scan(uow, hall=found, count_no=number, scan_no=body["undo"])
        taken = (
            scan_codes(uow, hall=found, count_no=number, codes=body["codes"])
            if body["codes"]
            else []
        )
        head = count_head(uow, find_count(uow, found.id, number))
        return {"scans": scans_payload(taken, said), "count": head}

    return once(do, body=body)


@routes.post(f"{ONE}/finish", Text("宣布盘完。", "Declare it finished."), gives=shapes.CountDetail)
def finish(hall: str, number: int) -> Payload:
    """Declare the round finished; its differences are in the answer."""

    def do(uow: UnitOfWork, found: Hall) -> int:
        finish_count(uow, hall=found, count_no=number)
        return number

    return _act(hall, do, {})


@routes.post(
    f"{ONE}/recount",
    Text("交另一人复盘。", "Have another person count again."),
    body=shapes.RecountBody,
    gives=shapes.CountDetail,
)
def order_recount(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Begin a recount of what differs, or of the whole."""

    def do(uow: UnitOfWork, found: Hall) -> int:
        return recount(uow, hall=found, count_no=number, **body).count_no

    return _act(hall, do, body)


@routes.post(
    f"{ONE}/settle",
    Text("提交盘点单,按金额分级签字。", "Submit the result, signed by tier of value."),
    body=shapes.SettleBody,
    gives=shapes.CountDetail,
)
def settle(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Submit the result."""

    def do(uow: UnitOfWork, found: Hall) -> int:
        settle_count(uow, hall=found, count_no=number, **body)
        return number

    return _act(hall, do, body)


@routes.post(
    f"{ONE}/cancel",
    Text("作废盘点。", "Call a count off."),
    body=shapes.CancelBody,
    gives=shapes.CountDetail,
)
def cancel(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Call a count off; its scans stay on record."""

    def do(uow: UnitOfWork, found: Hall) -> int:
        return cancel_count(uow, hall=found, count_no=number, reason=body["reason"]).count_no

    return _act(hall, do, body)


@routes.get(
    f"{ONE}/sheet.pdf", Text("盘点表 PDF。", "The count sheet."), query=ReportQuery, file=PDF
)
def show_sheet(query: dict[str, Any], hall: str, number: int) -> Response:
    """Give the count sheet as PDF."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require_view_or_own(uow, found, number)
        said = query.get("language") or language()
        content = count_sheet(uow, found, number, language=said)
    return download(content, PDF, f"count-{hall}-{number}.pdf")


@routes.get(
    f"{ONE}/differences.xlsx",
    Text("全部盘点差异(xlsx)。", "All differences of a count as a workbook."),
    query=ReportQuery,
    file=XLSX,
)
def show_differences(query: dict[str, Any], hall: str, number: int) -> Response:
    """Give every difference as xlsx; blind for whoever still counts."""
    with reading() as uow:
        found = find_hall(uow, hall)
        said = query.get("language") or language()
        content = count_workbook(uow, found, number, language=said)
    return download(content, XLSX, f"count-{hall}-{number}.xlsx")


@routes.get(
    "/halls/<hall>/months/<month>/counts",
    Text("月末盘点还缺什么。", "What the month-end count still lacks."),
    gives=shapes.MonthCounts,
)
def show_month(hall: str, month: str) -> Payload:
    """Tell for each place with goods how far its monthly count is."""
    try:
        first = read_day(f"{month}-01")
    except ValidationError:
        raise schema_refusal({"month": ["Not a month such as 2026-11."]}) from None
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "count", "view")
        places = month_places(uow, found.id, first.year, first.month)
        return month_payload(found, month, places, language())


def require_view_or_own(uow: UnitOfWork, hall: Hall, number: int) -> None:
    """Let in who oversees counts, and who takes part in this one."""
    count = find_count(uow, hall.id, number)
    if not counts_in(uow, count):
        require(uow, hall.id, "count", "view")


def _act(hall: str, do: Callable[[UnitOfWork, Hall], int], body: dict[str, Any]) -> Payload:
    """Do one act once, and give the count as the actor may see it then."""

    def act(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        number = do(uow, found)
        uow.session.flush()
        return count_payload(uow, found, number)

    return once(act, body=body)
