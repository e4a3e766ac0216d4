"""Items, prices and labels as plain JSON values: what API and command line give alike."""

from __future__ import annotations

from backoffice.answers import Payload, moment, yuan
from ledger.accounts import Commodity
from ledger.text import Language
from stock.document_tables import GiftCampaign
from stock.items import ATTRIBUTES, ItemRow
from stock.label_rounds import VERDICTS, LabelResult
from stock.label_tables import LabelRound, LabelScan
from stock.label_tasks import TaskView
from stock.labels import PositionView
from stock.price_requests import STATES, RequestView
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
        "campaign": view.campaign,
        "items": [item.code for item in view.items],
        "price": yuan(view.price_fen),
        "shown": yuan(view.shown_fen),
        "shown_since": view.shown_since.isoformat() if view.shown_since else None,
        "right": view.right,
    }


def campaign_payload(one: GiftCampaign, given: int) -> Payload:
    """Give a campaign with the pieces it has given."""
    return {
        "campaign": one.code,
        "name": one.name,
        "purpose": one.purpose,
        "quota": one.quota,
        "given": given,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }


def round_payload(one: LabelRound) -> Payload:
    """Give a round of the labels; positions and wrong ones are null until it is finished."""
    return {
        "round": one.id,
        "date": one.begun_on.isoformat(),
        "begun_at": moment(one.begun_at),
        "finished_at": moment(one.finished_at),
        "positions": one.positions,
        "wrong": one.wrong,
    }


def label_scan_payload(scan: LabelScan, language: Language) -> Payload:
    """Give a label as it was scanned."""
    return {
        "code": scan.code,
        "position": scan.position,
        "price": yuan(scan.price_fen),
        "verdict": scan.verdict,
        "verdict_name": VERDICTS[scan.verdict].in_language(language),
    }


def label_result_payload(one: LabelResult, language: Language) -> Payload:
    """Give what a round says of a position: the price due and the one on the label."""
    return {
        "position": one.position,
        "place": one.place,
        "items": list(one.items),
        "verdict": one.verdict,
        "verdict_name": VERDICTS[one.verdict].in_language(language),
        "due": yuan(one.due_fen),
        "found": yuan(one.found_fen),
    }


def request_payload(one: RequestView, language: Language) -> Payload:
    """Give a request for a price, and what became of it."""
    return {
        "number": one.number,
        "item": one.item,
        "campaign": one.campaign,
        "price": yuan(one.price_fen),
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "reason": one.reason,
        "state": one.state,
        "state_name": STATES[one.state].in_language(language),
        "asked_by": one.asked_by,
        "asked_at": moment(one.asked_at),
        "decided_by": one.decided_by,
        "decided_at": moment(one.decided_at),
        "answer": one.answer,
    }
