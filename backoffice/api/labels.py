"""Price labels: positions, what waits to be changed, confirmations, and sheets to print."""

from __future__ import annotations

from typing import Any

from flask import Response

from backoffice.api import item_schemas as shapes
from backoffice.api.door import once, reading
from backoffice.api.routes import Routes
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.goods_input import read_codes, read_price
from backoffice.item_answers import position_payload, task_payload
from backoffice.label_sheets import LOWEST, label_sheet, waiting_sheet
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.label_tasks import confirm_labels, open_tasks, today_of
from stock.labels import list_positions, place_label

routes = Routes("labels", Text("价签", "Price labels"))


@routes.get(
    "/halls/<hall>/labels",
    Text("价签位:应标价与已标价。", "Label positions: the price due and the one shown."),
    gives=shapes.Positions,
)
def show_positions(hall: str) -> Payload:
    """List the positions."""
    with reading() as uow:
        found = _hall(uow, hall)
        views = list_positions(uow, found.id)
        return {"hall": hall, "positions": [position_payload(view) for view in views]}


@routes.post(
    "/halls/<hall>/labels",
    Text("登记或变更价签位。", "Say what stands at a position."),
    body=shapes.PositionBody,
    gives=shapes.Position,
)
def change_position(body: dict[str, Any], hall: str) -> Payload:
    """Say what stands at a position; new goods ask for a label at once."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        place_label(
            uow,
            hall=found,
            code=body["position"],
            items=body["items"],
            place=body["place"].strip(),
            keeper=body["keeper"].strip(),
            campaign=body["campaign"].strip(),
        )
        (view,) = list_positions(uow, found.id, codes=[body["position"]])
        return position_payload(view)

    return once(do, body=body)


@routes.get(
    "/halls/<hall>/label-tasks",
    Text("待更换的价签。", "Labels that wait to be changed."),
    query=shapes.LabelTasksQuery,
    gives=shapes.LabelTasks,
)
def show_tasks(query: dict[str, Any], hall: str) -> Payload:
    """List what waits, the earliest due first."""
    with reading() as uow:
        found = _hall(uow, hall)
        tasks = open_tasks(uow, found.id, until=query.get("until"))
        return {"hall": hall, "labels": [task_payload(task) for task in tasks]}


@routes.post(
    "/halls/<hall>/label-confirmations",
    Text("确认价签已更换。", "Confirm that labels are up."),
    body=shapes.ConfirmationBody,
    gives=shapes.LabelTasks,
)
def confirm(body: dict[str, Any], hall: str) -> Payload:
    """Confirm labels that are up, in the name of who asks."""

    def do(uow: UnitOfWork) -> Payload:
        labels = [(one["position"], one["valid_from"]) for one in body["labels"]]
        done = confirm_labels(uow, hall=find_hall(uow, hall), labels=labels)
        return {"hall": hall, "labels": [task_payload(task) for task in done]}

    return once(do, body=body)


@routes.get(
    "/halls/<hall>/labels.pdf",
    Text("价签打印页 PDF。", "Labels to cut out, as PDF."),
    query=shapes.LabelSheetQuery,
    file=PDF,
)
def print_labels(query: dict[str, Any], hall: str) -> Response:
    """Give labels of positions, of items, or all that wait for a day."""
    told = query["struck"].strip()
    struck = (told or None) if told in ("", LOWEST) else read_price(told)
    with reading() as uow:
        found = _hall(uow, hall)
        if "waiting" in query:
            content = waiting_sheet(uow, found, day=query["waiting"], struck=struck)
        else:
            content = label_sheet(
                uow,
                found,
                on=query.get("date") or today_of(uow),
                positions=read_codes(query["positions"]),
                items=read_codes(query["items"]),
                struck=struck,
                copies=query["copies"],
            )
    return download(content, PDF, f"labels-{hall}.pdf")


def _hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "items", "view")
    return hall
