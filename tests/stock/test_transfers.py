"""Goods between halls: one hall's dispatch, the other's receipt, and what is lost between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from backoffice.database import begin_work
from backoffice.transfers import SYSTEM, forward_transfers
from ledger.documents import Document
from ledger.verify import verify_hall
from stock.dispatches import UnderWay, actor_of_both, transfers_under_way
from stock.document_tables import Manifest
from stock.errors import (
    ManifestNotOpen,
    NotAwaited,
    NotOfDispatch,
    OwnHall,
    StillUnderway,
    TransferGone,
    UnknownKind,
)
from stock.manifests import close_manifest, receive_manifest
from stock.moves import MoveLine
from stock.signing import reverse_move
from stock.transfers import announce_dispatch, pending_dispatches, settle_receipt
from tests.builders import NOW, OpenHall
from tests.observing import held, refused, whereabouts
from tests.stock.moving import move, new_imei, sign, stock, stock_pieces

pytestmark = pytest.mark.usefixtures("other_hall")


def dispatch(hall: OpenHall, other: OpenHall, serials: Sequence[str], pieces: int = 0) -> Document:
    """Send units, and pieces of G1, from one hall's store to another hall."""
    lines = [MoveLine("P1", 1, serial) for serial in serials]
    if pieces:
        lines.append(MoveLine("G1", pieces))
    return move(hall, "transfer_out", *lines, to_hall=other.hall.code)


def awaited(hall: OpenHall, document: Document) -> int:
    """Give the number of the manifest that announces a dispatch."""
    with hall.read() as uow:
        rows = uow.session.query(Manifest).filter_by(hall_id=hall.id, reference=document.number)
        return max(row.id for row in rows)


def receive(hall: OpenHall, number: int, serials: Sequence[str] | None = None) -> Document:
    """Receive all of a manifest, or the serials named."""
    with hall.work() as uow:
        lines = None if serials is None else [MoveLine("", 1, one) for one in serials]
        return receive_manifest(uow, hall=hall.hall, number=number, lines=lines)[0]


def reverse(hall: OpenHall, document: Document) -> Document:
    """Reverse a document as the hall's manager."""
    assert document.number is not None
    with hall.read("M01") as uow:
        actor = actor_of_both(uow, hall.people["M01"], hall.hall, document.number)
    with hall.work(actor) as uow:
        return reverse_move(uow, hall=hall.hall, number=document.number, reason="错单")


def under_way(hall: OpenHall, days: int = 0) -> list[UnderWay]:
    """Give what is in transit, so many days later."""
    with begin_work(hall.engine, hall.people["K01"], now=NOW + dt.timedelta(days=days)) as uow:
        return transfers_under_way(uow, hall.hall)


def all_right(*halls: OpenHall) -> bool:
    """Tell whether the books of the halls verify."""
    for hall in halls:
        with hall.read() as uow:
            assert verify_hall(uow, hall.hall) == []
    return True


def test_stk_10_ten_are_sent_nine_come_and_one_stays_in_transit_until_it_is_written_off(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = [new_imei() for _ in range(10)]
    stock(hall, "P1", serials)
    sent = dispatch(hall, other_hall, serials)
    assert whereabouts(hall)[serials[0]] == f"transit {other_hall.hall.code}"
    forward_transfers(hall.engine, now=NOW)
    number = awaited(other_hall, sent)
    came = receive(other_hall, number, serials[:9])
    assert (came.kind, came.state) == ("transfer_in", "posted")
    forward_transfers(hall.engine, now=NOW)
    assert all_right(hall, other_hall)
    assert held(hall)[f"transit {other_hall.hall.code}", "P1"] == 1
    assert held(other_hall)["store", "P1"] == 9
    (one,) = under_way(hall)
    assert (one.number, one.pieces, one.missing, one.overdue) == (sent.number, 10, 1, False)
    assert [late.overdue for days in (3, 4) for late in under_way(hall, days)] == [False, True]
    lost = MoveLine("P1", 1, serials[9])
    with refused(hall, StillUnderway):
        move(hall, "scrap", lost, reason="途中丢失", dispatch=sent.number or "")
    with other_hall.work() as uow:
        close_manifest(uow, hall=other_hall.hall, number=number, reason="少一台")
    forward_transfers(hall.engine, now=NOW)
    with refused(hall, NotOfDispatch):
        move(hall, "scrap", lost, reason="途中丢失")
    slip = move(hall, "scrap", lost, reason="途中丢失", dispatch=sent.number or "")
    assert (slip.state, slip.amount_fen, slip.required_roles) == (
        "submitted",
        100_00,
        "duty_manager",
    )
    assert sign(hall, slip, "D01").state == "posted"
    assert whereabouts(hall)[serials[9]] == "loss"
    assert under_way(hall) == []
    with refused(other_hall, ManifestNotOpen):
        receive(other_hall, number, serials[9:])
    assert all_right(hall, other_hall)


def test_the_follow_ups_are_done_once_however_often_they_run(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = [new_imei() for _ in range(3)]
    stock(hall, "P1", serials)
    stock_pieces(hall, "G1", 20)
    pieces_before = held(other_hall).get(("store", "G1"), 0)
    sent = dispatch(hall, other_hall, serials, pieces=7)
    with hall.read(SYSTEM) as uow:
        pending = [key for key in pending_dispatches(uow) if key == (hall.id, sent.id)]
    assert pending == [(hall.id, sent.id)]
    assert forward_transfers(hall.engine, now=NOW) == 1
    with hall.work(SYSTEM) as uow:
        assert announce_dispatch(uow, hall.id, sent.id) is False
    number = awaited(other_hall, sent)
    came = receive(other_hall, number)
    # Received, settled here, and the dispatch closed, for nothing is missing.
    assert forward_transfers(hall.engine, now=NOW) == 2
    with hall.work(SYSTEM) as uow:
        assert settle_receipt(uow, other_hall.id, number, came.id) is False
    assert forward_transfers(hall.engine, now=NOW) == 0
    assert held(other_hall)["store", "G1"] == pieces_before + 7
    assert (f"transit {other_hall.hall.code}", "G1") not in held(hall)
    assert all_right(hall, other_hall)


def test_a_dispatch_is_called_back_until_something_of_it_has_come(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = [new_imei() for _ in range(4)]
    stock(hall, "P1", serials)
    untold, told, taken = (dispatch(hall, other_hall, [one]) for one in serials[:3])
    assert reverse(hall, untold).state == "reversed"
    forward_transfers(hall.engine, now=NOW)
    assert reverse(hall, told).state == "reversed"
    with refused(other_hall, ManifestNotOpen):
        receive(other_hall, awaited(other_hall, told))
    came = receive(other_hall, awaited(other_hall, taken))
    for a_hall, document in ((hall, taken), (other_hall, came)):
        with refused(a_hall, TransferGone):
            reverse(a_hall, document)
    forward_transfers(hall.engine, now=NOW)
    with refused(hall, TransferGone):
        reverse(hall, taken)
    # Sent back, it is the same unit in the first hall again.
    back = dispatch(other_hall, hall, [serials[2]])
    forward_transfers(hall.engine, now=NOW)
    receive(hall, awaited(hall, back))
    forward_transfers(hall.engine, now=NOW)
    assert whereabouts(hall)[serials[1]] == "store"
    assert all_right(hall, other_hall)


def test_a_hall_receives_by_any_name_what_was_sent_to_it_and_nothing_else(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    first, second, stray = new_imei(), new_imei(), new_imei()
    stock(hall, "P1", [stray])
    move(hall, "receipt", MoveLine("P1", 1, first, names=(("imei", second),)))
    sent = dispatch(hall, other_hall, [second])
    forward_transfers(hall.engine, now=NOW)
    number = awaited(other_hall, sent)
    with refused(other_hall, NotAwaited):
        receive(other_hall, number, [stray])
    with refused(other_hall, UnknownKind):
        move(other_hall, "transfer_in", MoveLine("P1", 1, stray), from_hall=hall.hall.code)
    receive(other_hall, number, [second])
    forward_transfers(hall.engine, now=NOW)
    assert whereabouts(other_hall)[first] == "store"
    assert all_right(hall, other_hall)
    with refused(hall, OwnHall):
        dispatch(hall, hall, [stray])
