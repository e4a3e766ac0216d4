"""The oldest of a model goes first, and who takes a newer one says why (DOMAIN STK-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from ledger.hall_days import open_days
from stock.moves import MoveLine, submit_move
from stock.oldest_first import OlderUnitLeft
from tests.builders import DAY, OpenHall
from tests.observing import refused, whereabouts
from tests.stock.moving import facts, know_goods, move, new_iccid, new_imei

BEFORE = DAY - dt.timedelta(days=60)


def received(hall: OpenHall, item: str, serials: Sequence[str], on: dt.date) -> None:
    """Receive units into the store on an open day."""
    know_goods(hall)
    with hall.work() as uow:
        open_days(uow, hall.id, [on])
    lines = [MoveLine(item, 1, one) for one in serials]
    with hall.work() as uow:
        submit_move(uow, hall=hall.hall, kind="receipt", lines=lines, on=on)


def drawn(*serials: str) -> list[MoveLine]:
    """Give the lines of a draw by A01."""
    return [MoveLine("", 0, one, holder="A01") for one in serials]


def test_stk_12_a_newer_unit_is_taken_only_with_a_reason_that_stays_on_the_document(
    hall: OpenHall,
) -> None:
    old, new, newer = new_imei(), new_imei(), new_imei()
    received(hall, "P1", [old], BEFORE)
    received(hall, "P1", [new, newer], DAY)
    with refused(hall, OlderUnitLeft) as refusal:
        move(hall, "draw", *drawn(new))
    assert refusal.value.facts["older"] == old
    slip = move(hall, "draw", *drawn(new), newer_reason="客户指定颜色")
    assert facts(hall, slip.number) == {"newer_reason": "客户指定颜色"}
    # The older one along with it leaves nothing older behind.
    move(hall, "draw", *drawn(old, newer))
    assert whereabouts(hall)[old] == "clerk A01"


def test_stk_12_only_the_same_model_in_the_same_place_counts(hall: OpenHall) -> None:
    old, other, new = new_imei(), new_imei(), new_imei()
    received(hall, "P1", [old], BEFORE)
    received(hall, "P2", [other], BEFORE)
    received(hall, "P1", [new], DAY)
    move(hall, "draw", *drawn(old))
    move(hall, "draw", *drawn(new))
    with refused(hall, OlderUnitLeft):
        # In the clerk's hands too the older one goes first.
        move(
            hall,
            "gift",
            MoveLine("", 0, new),
            form_no="F1",
            campaign="X",
            recipient="1",
        )


@pytest.mark.parametrize("kind", ["draw", "transfer_out", "display"])
def test_stk_12_every_way_out_of_the_store_is_asked(
    hall: OpenHall, other_hall: OpenHall, kind: str
) -> None:
    old, new = new_imei(), new_imei()
    received(hall, "P1", [old], BEFORE)
    received(hall, "P1", [new], DAY)
    stated = {"to_hall": other_hall.hall.code} if kind == "transfer_out" else {}
    line = MoveLine("", 0, new, holder="A01" if kind == "draw" else "")
    with refused(hall, OlderUnitLeft):
        move(hall, kind, line, **stated)
    move(hall, kind, line, newer_reason="老机在途损坏", **stated)


def test_stk_12_cards_and_faulty_pieces_are_not_asked(hall: OpenHall) -> None:
    cards, old, new = [new_iccid(), new_iccid()], new_imei(), new_imei()
    received(hall, "S1", cards[:1], BEFORE)
    received(hall, "S1", cards[1:], DAY)
    move(hall, "draw", *drawn(cards[1]))
    received(hall, "P1", [old], BEFORE)
    received(hall, "P1", [new], DAY)
    move(hall, "faulty", MoveLine("", 0, old), reason="花屏")
    move(hall, "draw", *drawn(new))
