"""唱收唱付: change is what was received less what was due, and a printed slip comes back."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from ledger.cash.errors import (
    AmountNotPositive,
    CashUnreadable,
    NoShift,
    NotYourShift,
    ShiftRefused,
    SlipCancelled,
    SlipExists,
    SlipNotBack,
    SlipWrong,
    TooLittle,
    UnknownSlip,
)
from ledger.cash.slips import Called, call_out, cancel_slip, print_slip, see_slip, slips_of
from ledger.cash.tables import CashSlip
from ledger.permissions import NotPermitted
from tests.builders import DAY, OpenHall
from tests.ledger.cash.working import begin, count
from tests.observing import refused


def call(hall: OpenHall, who: str, txn_no: str, due: int, tendered: int, *change: int) -> str:
    with hall.work(who) as uow:
        called = Called(txn_no, due, tendered, *change)
        return call_out(uow, hall=hall.hall, clerk="A01", called=called).number


def test_rec_12b_wrong_change_is_refused_and_right_change_is_stored(hall: OpenHall) -> None:
    with refused(hall, NoShift):
        call(hall, "A01", "T1", 58_00, 100_00)
    begin(hall, "A01")
    with refused(hall, SlipWrong):
        call(hall, "A01", "T1", 58_00, 100_00, 52_00)
    with refused(hall, TooLittle):
        call(hall, "A01", "T1", 58_00, 50_00)
    with refused(hall, AmountNotPositive):
        call(hall, "A01", "T1", 0, 50_00)
    with refused(hall, NotYourShift):
        call(hall, "A02", "T1", 58_00, 100_00)
    with refused(hall, NotPermitted):
        call(hall, "M01", "T1", 58_00, 100_00)
    number = call(hall, "A01", "T1", 58_00, 100_00)
    assert number == f"XP{DAY:%Y%m%d}-0001"
    assert call(hall, "A01", "T2", 58_00, 58_00, 0).endswith("-0002")
    with refused(hall, SlipExists):
        call(hall, "A01", "T1", 58_00, 60_00)
    with hall.read("A01") as uow:
        slip = see_slip(uow, hall.hall, number)
        assert (slip.due_fen, slip.tendered_fen, slip.change_fen) == (58_00, 100_00, 42_00)
        assert [one.txn_no for one in slips_of(uow, hall.hall, DAY)] == ["T2", "T1"]
    with hall.read("A02") as uow:
        assert slips_of(uow, hall.hall, DAY) == []
        with pytest.raises(UnknownSlip):
            see_slip(uow, hall.hall, f"XP{DAY:%Y%m%d}-{'9' * 20}")
        with pytest.raises(UnknownSlip):
            see_slip(uow, hall.hall, number)
    with pytest.raises(IntegrityError), hall.work("A01") as uow:
        uow.session.execute(
            update(CashSlip).where(CashSlip.hall_id == hall.id).values(change_fen=52_00)
        )
    count(hall, "A01", "100x1")
    with refused(hall, ShiftRefused):
        call(hall, "A01", "T3", 58_00, 100_00)


def test_rec_12b_a_printed_slip_is_cancelled_only_when_it_is_back(hall: OpenHall) -> None:
    begin(hall, "A01")
    number = call(hall, "A01", "T1", 58_00, 100_00)

    def cancel(*, is_back: bool, reason: str = "客户改付微信") -> CashSlip:
        with hall.work("A01") as uow:
            return cancel_slip(uow, hall=hall.hall, number=number, reason=reason, is_back=is_back)

    for times in (1, 2):
        with hall.work("A01") as uow:
            assert print_slip(uow, hall=hall.hall, number=number).prints == times
    with refused(hall, SlipNotBack):
        cancel(is_back=False)
    with refused(hall, CashUnreadable):
        cancel(is_back=True, reason=" ")
    assert cancel(is_back=True).state == "cancelled"
    with refused(hall, SlipCancelled):
        cancel(is_back=True)
    assert call(hall, "A01", "T1", 58_00, 60_00, 2_00).endswith("-0002")
