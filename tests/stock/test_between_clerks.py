"""Goods in clerks' custody: lent, handed over, signed for by the other side."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.errors import BackofficeError
from ledger.hall_rules import CounterClerk
from ledger.lifecycle import TransitionRefused
from ledger.permissions import NotPermitted
from stock.errors import (
    ConfirmationTooLate,
    NotBetweenClerks,
    NothingHeld,
    NotYourCustody,
    NotYourDocument,
    SamePlace,
    UnknownHolder,
)
from stock.moves import MoveLine
from stock.signing import cancel_move, reject_move, sign_move
from tests.builders import NOW, OpenHall
from tests.observing import held, refused, whereabouts
from tests.stock.moving import (
    ISSUED,
    campaign,
    move,
    new_iccid,
    new_imei,
    sign,
    stock,
    stock_pieces,
)

TOMORROW = NOW + dt.timedelta(days=1)


@pytest.mark.parametrize("kind", ["borrow", "handover"])
def test_what_another_clerk_takes_waits_for_his_signature(hall: OpenHall, kind: str) -> None:
    serial = new_imei()
    stock(hall, "P1", [serial])
    move(hall, "draw", MoveLine("P1", 1, serial, holder="A01"))
    line = MoveLine("P1", 1, serial, holder="A01", to_holder="A02")
    document = move(hall, kind, line, who="A01")
    assert (document.state, document.required_roles) == ("submitted", "number:A02")
    with refused(hall, BackofficeError):
        sign(hall, document, "A01")
    assert sign(hall, document, "A02").state == "posted"
    assert whereabouts(hall)[serial] == "clerk A02"
    # Made by the keeper, both sides sign.
    back = MoveLine("P1", 1, serial, holder="A02", to_holder="A01")
    both = move(hall, kind, back)
    assert set(both.required_roles.split(",")) == {"number:A01", "number:A02"}
    assert sign(hall, both, "A01").state == "submitted"
    assert sign(hall, both, "A02").state == "posted"


def test_a_loan_between_clerks_is_confirmed_on_its_day_or_not_at_all(hall: OpenHall) -> None:
    serial = new_imei()
    stock(hall, "P1", [serial])
    move(hall, "draw", MoveLine("P1", 1, serial, holder="A01"))
    line = MoveLine("P1", 1, serial, holder="A01", to_holder="A02")
    lent = move(hall, "borrow", line, who="A02")
    assert lent.required_roles == "number:A01"
    with refused(hall, ConfirmationTooLate), hall.work("A01", now=TOMORROW) as uow:
        sign_move(uow, hall=hall.hall, number=lent.number or "")
    with hall.work("A01") as uow:
        reject_move(uow, hall=hall.hall, number=lent.number or "", reason="没借")
    with refused(hall, TransitionRefused):
        sign(hall, lent, "A01")
    assert whereabouts(hall)[serial] == "clerk A01"
    with refused(hall, SamePlace):
        move(hall, "borrow", MoveLine("", 0, serial, holder="A01", to_holder="A01"), who="A01")


def test_a_clerk_hands_over_everything_he_holds(hall: OpenHall) -> None:
    cards = sorted(new_iccid() for _ in range(3))
    stock(hall, "S1", cards)
    stock_pieces(hall, "G1", 3)
    move(
        hall,
        "draw",
        *[MoveLine("", 0, card, holder="A01") for card in cards],
        MoveLine("G1", 3, holder="A01"),
    )
    everything = MoveLine("", holder="A01", to_holder="A02")
    over = move(hall, "handover", everything, who="A01")
    assert sign(hall, over, "A02").state == "posted"
    assert {place for place, _ in held(hall) if place.startswith("clerk")} == {"clerk A02"}
    assert {whereabouts(hall)[card] for card in cards} == {"clerk A02"}
    with refused(hall, NothingHeld):
        move(hall, "handover", everything, who="A01")


def test_a_clerk_moves_what_he_holds_and_nobody_elses(hall: OpenHall) -> None:
    stock_pieces(hall, "G1", 3)
    move(hall, "draw", MoveLine("G1", 3, holder="A01"))
    stated = {"form_no": "1", "campaign": campaign(hall, "OWN", 9), "recipient": "2"}
    with refused(hall, NotYourCustody):
        move(hall, "gift", MoveLine("G1", 1, holder="A01"), who="A02", **stated)
    with refused(hall, NotYourCustody):
        move(hall, "roaming_issue", MoveLine("R1", 1), who="A02", **ISSUED)
    with refused(hall, NotPermitted):
        move(hall, "draw", MoveLine("G1", 1, holder="A02"), who="A02")
    lent = move(hall, "borrow", MoveLine("G1", 1, holder="A01", to_holder="A02"), who="A01")
    with refused(hall, NotYourDocument), hall.work("A02") as uow:
        cancel_move(uow, hall=hall.hall, number=lent.number or "", reason="")
    with hall.work("A01") as uow:
        assert cancel_move(uow, hall=hall.hall, number=lent.number or "", reason="x").state == (
            "cancelled"
        )
    with refused(hall, UnknownHolder):
        move(hall, "borrow", MoveLine("G1", 1, holder="A01", to_holder="A99"))


def test_goods_handed_to_a_shared_counter_are_signed_for_by_one_of_its_clerks(
    hall: OpenHall,
) -> None:
    with hall.work() as uow:
        uow.session.add(CounterClerk(hall_id=hall.id, counter="一号台", clerk="A02"))
    stock_pieces(hall, "G1", 3)
    move(hall, "draw", MoveLine("G1", 3, holder="A01"))
    line = MoveLine("G1", 1, holder="A01", to_holder="一号台")
    for kind, stated in (("borrow", {}), ("handover", {}), ("handover", {"receiver": "D01"})):
        with refused(hall, NotBetweenClerks):
            move(hall, kind, line, who="A01", **stated)
    over = move(hall, "handover", line, who="A01", receiver="A02")
    sign(hall, over, "A02")
    assert held(hall)["counter 一号台", "G1"] == 1
    # Each of its clerks moves what the counter holds.
    back = MoveLine("G1", 1, holder="一号台", to_holder="A01")
    assert move(hall, "handover", back, who="A02").required_roles == "number:A01"
