"""The day's recharge cards: sold and activated, card by card, and what does not agree (STK-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.audit.stage import stage_scope
from ledger.audit.stage_shifts import STAFF_STEPS
from ledger.audit.staging import drop_tables, tables_of, take_steps
from ledger.organisations import Hall
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.activation_stage import LIST_STEPS

STATES: dict[str, Text] = {
    "agrees": Text("已售已激活", "Sold and activated"),
    "early": Text("提前激活:未售出", "Activated, not sold"),
    "not_activated": Text("已售未激活", "Sold, not activated"),
    "stranger": Text("已激活,本厅账上无此卡", "Activated; in no books of this hall"),
    "not_told": Text("已售,激活清单未到", "Sold; the activation list is not in"),
}


@dataclass(frozen=True, slots=True)
class CardState:
    """One card, or a run of cards that no books know; `state` is one of STATES.

    `place` is the clerk who sold it, or where it lies: a staff number, a counter, `store`.
    """

    item: str
    serial: str
    serial_to: str
    pieces: int
    place: str
    txn_no: str
    activated_at: dt.datetime | None
    state: str


def card_states(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[CardState]:
    """Give each card that was sold or activated that day, those that do not agree first."""
    stage_scope(uow, [(hall.id, on)])
    connection = uow.session.connection()
    take_steps(connection, (*STAFF_STEPS, *LIST_STEPS))
    rows = uow.session.execute(
        text(
            "SELECT item, serial, serial_to, pieces, sold, activated, activated_at, txn_no, place,"
            " is_known, is_told FROM audit_cards ORDER BY item, serial"
        )
    ).all()
    drop_tables(connection, ("audit_scope", *tables_of(STAFF_STEPS, LIST_STEPS)))
    found = [
        CardState(
            item=row.item,
            serial=row.serial,
            serial_to=row.serial_to,
            pieces=row.pieces,
            place=row.place,
            txn_no=row.txn_no,
            activated_at=None
            if row.activated_at is None
            else EPOCH + row.activated_at * MICROSECOND,
            state=_state(row.sold, row.activated, row.is_known, row.is_told),
        )
        for row in rows
    ]
    return sorted(found, key=lambda card: card.state in ("agrees", "not_told"))


def _state(sold: int, activated: int, is_known: int, is_told: int) -> str:
    if not is_known:
        return "stranger"
    if sold and activated:
        return "agrees"
    if activated:
        return "early"
    return "not_activated" if is_told else "not_told"
