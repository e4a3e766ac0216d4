"""A day begins with whatever is done first: nobody opens it beforehand."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.hall_days import HallDay, HallDayClosed
from stock.moves import MoveLine, submit_move
from stock.signing import reverse_move, sign_move
from tests.builders import DAY, NOW, OpenHall
from tests.observing import whereabouts
from tests.stock.moving import move, new_imei, stock

A_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("act", ["submit", "reverse"])
def test_the_first_act_of_a_day_opens_it(hall: OpenHall, act: str) -> None:
    serial = new_imei()
    received = stock(hall, "P1", [serial])
    with hall.work("M01" if act == "reverse" else "K01", now=NOW + A_DAY) as uow:
        if act == "submit":
            line = MoveLine("P1", 1, serial, holder="A01")
            drawn = submit_move(uow, hall=hall.hall, kind="draw", lines=[line])
            assert drawn.business_date == DAY + A_DAY
        else:
            assert received.number is not None
            reverse_move(uow, hall=hall.hall, number=received.number, reason="错单")
    assert whereabouts(hall)[serial] == ("clerk A01" if act == "submit" else "supplier")


def test_what_was_made_on_a_day_that_is_closed_since_is_posted_on_the_day_it_is_signed(
    hall: OpenHall,
) -> None:
    serial = new_imei()
    stock(hall, "P1", [serial])
    slip = move(hall, "scrap", MoveLine("P1", 1, serial), reason="屏裂")
    assert slip.number is not None
    _close(hall)
    with hall.work("D01", now=NOW + A_DAY) as uow:
        assert sign_move(uow, hall=hall.hall, number=slip.number).state == "posted"


def test_a_day_gone_by_is_opened_by_nobody_who_writes_a_document(hall: OpenHall) -> None:
    line = MoveLine("G1", 1)
    stock(hall, "P1", [new_imei()])
    with pytest.raises(HallDayClosed), hall.work() as uow:
        submit_move(uow, hall=hall.hall, kind="receipt", lines=[line], on=DAY - A_DAY)


def _close(hall: OpenHall) -> None:
    with hall.work() as uow:
        uow.session.get_one(HallDay, (hall.id, DAY)).hall_status = "closed"
