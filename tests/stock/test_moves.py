"""Stock documents made by hand: each kind moves what it says, and refuses what its rules refuse."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from stdnum import luhn

from ledger.documents import Document
from stock.errors import CategoryNotAllowed, HolderNeeded, SerialUnknown
from stock.moves import MoveLine, submit_move
from tests.builders import OpenHall, gift, phone
from tests.observing import held, refused, whereabouts

NUMBERS = count(1)


def new_imei(tac: str = "86012345") -> str:
    """Give a valid IMEI that no other test has."""
    body = f"{tac}{next(NUMBERS):06d}"
    return body + luhn.calc_check_digit(body)


def move(hall: OpenHall, kind: str, *lines: MoveLine, who: str = "K01", **facts: str) -> Document:
    """Submit a document in a unit of work of its own."""
    with hall.work(who) as uow:
        return submit_move(uow, hall=hall.hall, kind=kind, lines=lines, facts=facts)


def stock_phones(hall: OpenHall, serials: Sequence[str]) -> None:
    """Receive handsets P1."""
    with hall.work() as uow:
        phone(uow)
        gift(uow)
    move(hall, "receipt", *(MoveLine("P1", 1, serial, unit_cost_fen=100_00) for serial in serials))


def test_goods_are_received_drawn_and_returned(hall: OpenHall) -> None:
    serials = [new_imei() for _ in range(3)]
    stock_phones(hall, serials)
    move(hall, "receipt", MoveLine("G1", 9, unit_cost_fen=5_00), source="department")
    move(hall, "draw", MoveLine("P1", 1, serials[0], holder="A01"), MoveLine("G1", 4, holder="A01"))
    assert whereabouts(hall)[serials[0]] == "clerk A01"
    # The item of a serial that is known need not be named, nor whose it is.
    assert move(hall, "return", MoveLine("", 0, serials[0])).state == "posted"
    assert held(hall) == {
        ("store", "P1"): 3,
        ("supplier", "P1"): -3,
        ("store", "G1"): 5,
        ("clerk A01", "G1"): 4,
        ("department", "G1"): -9,
    }
    with refused(hall, HolderNeeded):
        move(hall, "draw", MoveLine("", 0, serials[0]))
    with refused(hall, SerialUnknown):
        move(hall, "draw", MoveLine("", 0, "nobody", holder="A01"))
    with refused(hall, CategoryNotAllowed):
        move(hall, "repair_use", MoveLine("G1", 1, holder="A01"), repair_no="R1")


@pytest.mark.parametrize("kind", ["borrow", "handover"])
def test_what_another_clerk_takes_waits_for_his_signature(hall: OpenHall, kind: str) -> None:
    serial = new_imei()
    stock_phones(hall, [serial])
    move(hall, "draw", MoveLine("P1", 1, serial, holder="A01"))
    line = MoveLine("P1", 1, serial, holder="A01", to_holder="A02")
    document = move(hall, kind, line, who="A01")
    assert (document.state, document.required_roles) == ("submitted", "number:A02")
