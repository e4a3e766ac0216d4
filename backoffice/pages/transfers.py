"""Goods on the way: what is to be received here, what went to other halls, what is late or lost."""

from __future__ import annotations

from flask import g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, allowed, engine, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.moves import sheet_url
from backoffice.pages.rows import part_of
from backoffice.pages.shell import say
from backoffice.transfers import forward_transfers
from ledger.errors import BackofficeError
from ledger.hall_rules import limit_of_each
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.dispatches import FROM_OTHER_HALL, transfers_under_way
from stock.manifests import awaited_lines, close_manifest, find_manifest
from stock.scan_sheets import open_sheets
from stock.sheet_work import begin_sheet
from stock.transfers_shown import goods_awaited

TITLE = Text("在途", "In transit")
OVERSEE = (("stock", "oversee"),)
SOURCES: dict[str, Text] = {
    "supplier": Text("供应商", "Supplier"),
    "department": Text("上级部门", "Superior department"),
    FROM_OTHER_HALL: Text("其他营业厅", "Other hall"),
}
CLOSED = Text("已关闭:未到的不再等。", "Closed: what has not come is awaited no longer.")


@pages.get("/halls/<hall>/goods/transfers")
@needs(*OVERSEE)
def list_transfers() -> str:
    """List what is awaited and what is under way to other halls, late ones marked."""
    with reading() as uow:
        days = limit_of_each(uow, "transit_days", [hall().id])[hall().id]
        return show_goods(
            uow,
            "pages/transfers.html",
            page="transfers",
            title=TITLE,
            awaited=goods_awaited(uow, hall()),
            sent=transfers_under_way(uow, hall()),
            sources=SOURCES,
            halls=_hall_names(uow),
            days=days,
            today=g.today,
            may_receive=allowed("stock", "submit"),
        )


@pages.get("/halls/<hall>/goods/transfers/<int:number>")
@needs(*OVERSEE)
def show_manifest(number: int) -> str:
    """Show what a manifest awaits, line by line, and how much of each has come."""
    with reading() as uow:
        return _manifest_page(uow, number)


@pages.post("/halls/<hall>/goods/transfers/<int:number>")
@needs(("stock", "submit"))
def do_manifest(number: int) -> Response | tuple[str, int]:
    """Begin to receive a manifest by scanning, or close it."""
    if request.form.get("act") == "receive":
        return redirect(_receive(number))
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        with reading() as uow:
            return _manifest_page(uow, number, error=Text("请写明原因。", "Give a reason.")), 422
    try:
        act_once(lambda uow: close_manifest(uow, hall=hall(), number=number, reason=reason))
    except BackofficeError as refused:
        sentence = Text(refused.message("zh"), refused.message("en"))
        with reading() as uow:
            return _manifest_page(uow, number, error=sentence), 422
    forward_transfers(engine())
    say(CLOSED)
    return redirect(url_for("pages.list_transfers", hall=hall().code))


def _receive(number: int) -> str:
    """Open a sheet against the manifest, or go on with the one begun; gives its scanning page."""
    sheet_id = 0

    def do(uow: UnitOfWork) -> None:
        nonlocal sheet_id
        manifest = find_manifest(uow, hall(), number)
        kind = "transfer_in" if manifest.source == FROM_OTHER_HALL else "receipt"
        facts = {"manifest": str(number)}
        if kind == "receipt":
            facts |= {
                "source": manifest.source,
                "supplier": manifest.sender,
                "delivery_no": manifest.reference,
            }
        codes = []
        if request.form.get("all_came"):
            lines = [one for one in awaited_lines(uow, hall(), number) if one.missing]
            codes = [one.serial or f"{one.item}*{one.missing}" for one in lines]
        sheet_id = begin_sheet(uow, hall=hall(), kind=kind, facts=facts, codes=codes).id

    if not act_once(do):
        with reading() as uow:
            sheet_id = open_sheets(uow, hall())[-1].id
    if request.form.get("all_came"):
        return sheet_url(sheet_id)
    return url_for("pages.show_scan", hall=hall().code, sheet_id=sheet_id)


def _manifest_page(uow: UnitOfWork, number: int, error: Text | None = None) -> str:
    manifest = find_manifest(uow, hall(), number)
    lines = awaited_lines(uow, hall(), number)
    source = SOURCES[manifest.source]
    return show_goods(
        uow,
        "pages/manifest.html",
        page="transfers",
        title=Text(f"应到 {manifest.reference}", f"Awaited {manifest.reference}"),
        trail=((TITLE, url_for("pages.list_transfers", hall=hall().code)),),
        manifest=manifest,
        source=source,
        sender=_hall_names(uow).get(manifest.sender, manifest.sender),
        lines=part_of(
            sorted(lines, key=lambda one: (not one.missing, one.line_no)),
            request.args.get("page", 1, type=int),
        ),
        pieces=sum(one.quantity for one in lines),
        received=sum(one.received for one in lines),
        may_receive=allowed("stock", "submit") and manifest.state == "open",
        error=error,
    )


def _hall_names(uow: UnitOfWork) -> dict[str, str]:
    return dict(uow.session.execute(select(Hall.code, Hall.name)).all())
