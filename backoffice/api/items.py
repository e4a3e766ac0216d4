"""Items, their attributes and their prices with dates."""

from __future__ import annotations

from typing import Any

from flask import Response

from backoffice.answers import yuan
from backoffice.api import item_schemas as shapes
from backoffice.api.door import once, reading
from backoffice.api.routes import Routes
from backoffice.downloads import XLSX, download
from backoffice.errors import Payload
from backoffice.item_answers import item_payload, item_row_payload, price_payload
from backoffice.item_sheets import items_workbook
from backoffice.pages.showing import language
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.items import ItemRow, add_item, find_item, find_items, quantities_on_hand, set_item
from stock.label_tasks import today_of
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_history, price_in_force
from stock.struck_prices import struck_limit

ITEMS = "/halls/<hall>/items"
routes = Routes("items", Text("物品与价格", "Items and prices"))


@routes.get(
    ITEMS,
    Text("物品、在库数与当日价格。", "Items, what is on hand, and the prices of a day."),
    query=shapes.ItemsQuery,
    gives=shapes.Items,
)
def list_items(query: dict[str, Any], hall: str) -> Payload:
    """List items by words and category."""
    with reading() as uow:
        found = _hall(uow, hall)
        on = query.get("date") or today_of(uow)
        page, size = query["page"], query["page_size"]
        listed = find_items(
            uow,
            found.id,
            on,
            words=query["words"],
            category=query["category"],
            limit=size,
            offset=(page - 1) * size,
        )
        return {
            "hall": hall,
            "date": on.isoformat(),
            "items": [item_row_payload(row) for row in listed.rows],
            "page": page,
            "page_size": size,
            "total": listed.total,
        }


@routes.get(f"{ITEMS}.xlsx", Text("全部物品的工作簿。", "All items as a workbook."), file=XLSX)
def items_as_workbook(hall: str) -> Response:
    """Give all items as a workbook."""
    with reading() as uow:
        found = _hall(uow, hall)
        on = today_of(uow)
        rows = find_items(uow, found.id, on).rows
        content = items_workbook(rows, hall=found.name, on=on, language=language(), as_of=uow.now)
    return download(content, XLSX, f"items-{hall}-{on}.xlsx")


@routes.get(
    f"{ITEMS}/<path:code>",
    Text("一种物品:属性与历次价格。", "One item: attributes and prices over time."),
    gives=shapes.ItemDetail,
)
def show_item(hall: str, code: str) -> Payload:
    """Show an item."""
    with reading() as uow:
        return _detail(uow, _hall(uow, hall), code)


@routes.post(
    ITEMS,
    Text("登记新物品。", "Make an item known."),
    body=shapes.ItemBody,
    gives=shapes.Item,
    status=201,
)
def make_item(body: dict[str, Any], hall: str) -> Payload:
    """Make an item known."""

    def do(uow: UnitOfWork) -> Payload:
        told = {k: v for k, v in body.items() if k not in ("code", "category", "tracking")}
        item = add_item(
            uow,
            hall=find_hall(uow, hall),
            code=body["code"],
            category=body["category"],
            tracking=body["tracking"],
            attributes=_attributes(told),
        )
        return item_payload(item)

    return once(do, body=body)


@routes.post(
    f"{ITEMS}/<path:code>",
    Text("更正物品属性。", "Put attributes of an item right."),
    body=shapes.AttributesBody,
    gives=shapes.Item,
)
def change_item(body: dict[str, Any], hall: str, code: str) -> Payload:
    """Put attributes right."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        return item_payload(set_item(uow, hall=found, code=code, attributes=_attributes(body)))

    return once(do, body=body)


@routes.post(
    "/halls/<hall>/prices",
    Text("定价:自某日起,零售或活动。", "Set prices from a day on, for everybody or a campaign."),
    body=shapes.PricesBody,
    gives=shapes.PricesSet,
    status=201,
)
def set_new_prices(body: dict[str, Any], hall: str) -> Payload:
    """Set prices together; what was in force is never changed."""

    def do(uow: UnitOfWork) -> Payload:
        prices = [
            NewPrice(one["item"], one["price"], one["valid_from"], one["valid_to"], one["campaign"])
            for one in body["prices"]
        ]
        labels = set_prices(uow, hall=find_hall(uow, hall), prices=prices)
        return {"hall": hall, "prices": len(prices), "labels": labels}

    return once(do, body=body)


def _hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "items", "view")
    return hall


def _attributes(body: dict[str, Any]) -> dict[str, str | int | None]:
    told = dict(body)
    if "face_value" in told:
        told["face_value_fen"] = told.pop("face_value")
    return told


def _detail(uow: UnitOfWork, hall: Hall, code: str) -> Payload:
    item = find_item(uow, code)
    today = today_of(uow)
    hands = quantities_on_hand(uow, hall.id, [item.id])
    price = price_in_force(uow, hall.id, code, today)
    limit = struck_limit(uow, hall.id, code, today)
    return {
        "hall": hall.code,
        **item_row_payload(ItemRow(item, hands.get(item.id, 0), price)),
        "prices": [price_payload(entry) for entry in price_history(uow, hall.id, code)],
        "struck_limit": limit
        and {
            "most": yuan(limit.most_fen),
            "since": limit.since.isoformat(),
            "until": limit.until.isoformat(),
        },
    }
