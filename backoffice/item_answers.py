"""Items, prices and labels as plain JSON values: what API and command line give alike."""

from __future__ import annotations

from backoffice.answers import Payload, moment, yuan
from ledger.accounts import Commodity
from stock.items import ATTRIBUTES, ItemRow
from stock.label_tasks import TaskView
from stock.labels import PositionView
from stock.prices import PriceEntry


def item_payload(item: Commodity) -> Payload:
    """Give an item with all its attributes."""
    return {
        "code": item.code,
        "category": item.category,
        "tracking": item.tracking,
        **{name: getattr(item, name) for name in ATTRIBUTES if name != "face_value_fen"},
        "face_value": yuan(item.face_value_fen),
    }


def item_row_payload(row: ItemRow) -> Payload:
    """Give an item with what the hall has of it, and its price of the day."""
    return {**item_payload(row.item), "on_hand": row.on_hand, "price": yuan(row.price_fen)}


def price_payload(entry: PriceEntry) -> Payload:
    """Give one price of an item's history."""
    return {
        "campaign": entry.campaign,
        "price": yuan(entry.price_fen),
        "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "set_by": entry.set_by,
        "set_at": moment(entry.set_at),
    }


def task_payload(task: TaskView) -> Payload:
    """Give a label to put up, or put up."""
    return {
        "position": task.position,
        "place": task.place,
        "items": list(task.items),
        "valid_from": task.valid_from.isoformat(),
        "price": yuan(task.price_fen),
        "due_at": moment(task.due_at),
        "overdue": task.overdue,
        "confirmed_at": moment(task.confirmed_at),
        "confirmed_by": task.confirmed_by,
    }


def position_payload(view: PositionView) -> Payload:
    """Give a label position: the price due there and the one shown."""
    return {
        "position": view.code,
        "place": view.place,
        "keeper": view.keeper,
        "items": [item.code for item in view.items],
        "price": yuan(view.price_fen),
        "shown": yuan(view.shown_fen),
        "shown_since": view.shown_since.isoformat() if view.shown_since else None,
        "right": view.right,
    }
