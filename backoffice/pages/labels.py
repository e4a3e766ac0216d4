"""Labels: what waits to be changed and until when, every position, and the sheets to cut out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.downloads import PDF, XLSX, download
from backoffice.goods_input import read_codes, read_date, read_labels, read_price
from backoffice.item_sheets import labels_workbook
from backoffice.label_sheets import LOWEST, label_sheet, waiting_sheet
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from ledger.errors import BackofficeError, Invalid
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.label_tasks import confirm_labels, open_tasks
from stock.labels import list_positions, place_label

LABELS = Text("价签", "Labels")
MOST_COPIES = 50


class NothingChosen(Invalid):
    """No label was chosen."""

    code = "nothing_chosen"
    text = Text("没有勾选价签。", "No label was chosen.")


@pages.get("/halls/<hall>/labels")
@needs(("items", "view"))
def list_labels() -> str:
    """List the labels that wait, the earliest due first, and all positions."""
    return _page()


@pages.post("/halls/<hall>/labels")
@needs(("labels", "confirm"), ("labels", "edit"))
def change_labels() -> Response | tuple[str, int]:
    """Confirm labels that are up, or say what stands at a position."""
    act = request.form.get("act", "")
    acts: dict[str, Callable[[UnitOfWork], object]] = {"confirm": _confirm, "place": _place}
    if act not in acts:
        raise BadRequest
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _page(tried=act, error=Text(refused.message("zh"), refused.message("en"))), 422
    if act == "confirm":
        done = len(request.form.getlist("label"))
        say(Text(f"已确认更换 {done} 张价签。", f"{done} labels confirmed as changed."))
    else:
        say(Text("价签位已保存。", "The position is saved."))
    return redirect(url_for("pages.list_labels", hall=hall().code))


@pages.get("/halls/<hall>/labels.pdf")
@needs(("items", "view"))
def print_labels() -> Response:
    """Give labels to cut out: of positions, of items, or all that wait for a day."""
    asked = request.args
    waiting = read_date(asked.get("waiting", ""), needed=False)
    struck = _struck(asked.get("struck", "").strip())
    with reading() as uow:
        if waiting is not None:
            content = waiting_sheet(uow, hall(), day=waiting, struck=struck)
        else:
            content = label_sheet(
                uow,
                hall(),
                on=read_date(asked.get("on", ""), needed=False) or g.today,
                positions=asked.getlist("position"),
                items=asked.getlist("item"),
                struck=struck,
                copies=max(1, min(asked.get("copies", 1, type=int), MOST_COPIES)),
            )
    name = f"labels-{hall().code}-{waiting or g.today}.pdf"
    return download(content, PDF, name, inline=True)


@pages.get("/halls/<hall>/labels.xlsx")
@needs(("items", "view"))
def labels_as_workbook() -> Response:
    """Give all positions as a workbook for a round."""
    with reading() as uow:
        views = list_positions(uow, hall().id)
        content = labels_workbook(views, hall=hall().name, language=language(), as_of=uow.now)
    return download(content, XLSX, f"labels-{hall().code}-{g.today}.xlsx")


def _page(*, tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        tasks = open_tasks(uow, hall().id)
        positions = list_positions(uow, hall().id)
        days: dict[dt.date, list[object]] = {}
        for task in tasks:
            days.setdefault(task.valid_from, []).append(task)
        return show_goods(
            uow,
            "pages/labels.html",
            page="labels",
            title=LABELS,
            days=dict(sorted(days.items())),
            names={item.code: item for view in positions for item in view.items},
            positions=positions,
            can_confirm_until=g.today + dt.timedelta(days=1),
            tried=tried,
            error=error,
        )


def _confirm(uow: UnitOfWork) -> None:
    chosen = request.form.getlist("label")
    if not chosen:
        raise NothingChosen
    confirm_labels(uow, hall=hall(), labels=read_labels(chosen))


def _place(uow: UnitOfWork) -> None:
    form = request.form
    place_label(
        uow,
        hall=hall(),
        code=form.get("code", "").strip(),
        items=read_codes(form.get("items", "")),
        place=form.get("place", "").strip(),
        keeper=form.get("keeper", "").strip(),
        campaign=form.get("campaign", "").strip()[:64],
    )


def _struck(text: str) -> int | str | None:
    if text in ("", LOWEST):
        return text or None
    return read_price(text)
