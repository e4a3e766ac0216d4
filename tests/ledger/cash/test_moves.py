"""Money between two places: two persons at the safe, nothing out of takings, the bank's paper."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.cash.bank import BankReceipt, key_receipt
from ledger.cash.cases import add_to_case, decide_case, entries_of, find_case, list_cases
from ledger.cash.denominations import read_denominations, sum_of, write_denominations
from ledger.cash.deposit_days import (
    Tail,
    deposit_days,
    hand_overs_of,
    tail_limit,
    tail_of,
)
from ledger.cash.errors import (
    AmountNotPositive,
    CaseRefused,
    CashUnreadable,
    DenominationsUnreadable,
    FloatOverLimit,
    NotYourDrawer,
    ReceiptDiffers,
    ReceiptThere,
    ReceiverRefused,
    SafeLocked,
    SlipMixesDays,
    SlipNumberUsed,
)
from ledger.cash.moves import find_cash_document, reverse_cash
from ledger.cash.safe import open_safe, require_open_safe
from ledger.cash.seen import petty_month
from ledger.hall_rules import HallLimit
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.posting_errors import InsufficientBalance
from tests.builders import DAY, NOW, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import begin, count, evening, fund, move, sign, unlock
from tests.observing import held, refused


def bank(hall: OpenHall, who: str, deposit: str, credited: int, **more: object) -> str:
    stated = BankReceipt(deposit, "HD-1", credited, **more)  # type: ignore[arg-type]
    with hall.work(who) as uow:
        return key_receipt(uow, hall=hall.hall, receipt=stated).number or ""


def deposited(hall: OpenHall, fen: int) -> str:
    """Bring takings of A01 into the safe and out to the bank; gives the deposit."""
    begin(hall, "A01")
    put(hall, "accounts", line("T1", fen))
    count(hall, "A01", f"100x{fen // 100_00}")
    move(hall, "A01", "hand_in", fen, signed="M01", clerk="A01", receiver="M01")
    unlock(hall)
    return move(hall, "K01", "deposit", fen, signed="D01", receiver="D01", slip_no="S-1")


def test_rec_07_the_keeper_alone_does_not_open_the_safe(hall: OpenHall) -> None:
    fund(hall)
    with hall.work("K01") as uow:
        number = open_safe(uow, hall=hall.hall, purpose="备用金").number or ""
    with refused(hall, SafeLocked):
        move(hall, "K01", "float_out", 300_00, clerk="A01")
    with refused(hall, NotPermitted):
        sign(hall, "K01", number)
    for who in ("A01", "M01"):
        with refused(hall, NotPermitted), hall.work(who) as uow:
            open_safe(uow, hall=hall.hall, purpose="备用金")
    assert sign(hall, "J01", number).state == "posted"
    move(hall, "K01", "float_out", 300_00, signed="A01", clerk="A01")
    late = NOW + dt.timedelta(minutes=61)
    with refused(hall, SafeLocked), hall.work("K01", now=late) as uow:
        require_open_safe(uow, hall.hall)


def test_rec_05_floats_come_out_of_the_fund_and_never_out_of_takings(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 900_00))
    count(hall, "A01", "100x9")
    move(hall, "A01", "hand_in", 900_00, signed="M01", clerk="A01", receiver="M01")
    unlock(hall)
    number = move(hall, "K01", "float_out", 300_00, clerk="A02")
    with refused(hall, InsufficientBalance):
        sign(hall, "A02", number)
    spent = move(hall, "M01", "expense", 60_00, category="office", purpose="纸")
    with refused(hall, InsufficientBalance):
        sign(hall, "S01", spent)


def test_a_clerk_moves_his_own_drawer_and_another_person_receives(hall: OpenHall) -> None:
    begin(hall, "A01", "100x3")
    with refused(hall, NotYourDrawer):
        move(hall, "A02", "float_return", 100_00, clerk="A01", receiver="K01")
    for receiver in ("A01", "A02", "X99"):
        with refused(hall, ReceiverRefused):
            move(hall, "A01", "float_return", 100_00, clerk="A01", receiver=receiver)
    with refused(hall, AmountNotPositive):
        move(hall, "A01", "float_return", 0, clerk="A01", receiver="K01")
    number = move(hall, "A01", "float_return", 300_00, signed="K01", clerk="A01", receiver="K01")
    assert held(hall)["safe float", "CNY"] == 300_00
    with hall.work("M01") as uow:
        reverse_cash(uow, hall=hall.hall, number=number, reason="未交")
    assert held(hall)["drawer A01", "CNY"] == 300_00


def test_the_month_of_petty_cash_adds_up(hall: OpenHall) -> None:
    fund(hall, 500_00, "petty")
    for fen, category in ((86_50, "cleaning"), (20_00, "office")):
        move(hall, "K01", "expense", fen, signed="D01", category=category, purpose="用品")
    with hall.read() as uow:
        sheet = petty_month(uow, hall.hall, DAY)
        after = petty_month(uow, hall.hall, DAY + dt.timedelta(days=31))
    sums = (sheet.opening_fen, sheet.in_fen, sheet.out_fen, sheet.closing_fen)
    assert sums == (0, 500_00, 106_50, 393_50)
    assert [one.left_fen for one in sheet.lines] == [500_00, 413_50, 393_50]
    assert (after.opening_fen, after.lines) == (393_50, ())
    assert sorted(sheet.by_category().values()) == [20_00, 86_50]


def test_rec_02_the_receipt_is_keyed_from_the_paper_by_another_and_once(hall: OpenHall) -> None:
    number = deposited(hall, 3_000_00)
    with refused(hall, NotPermitted):
        bank(hall, "K01", number, 3_000_00)
    with refused(hall, ReceiptDiffers):
        bank(hall, "J01", number, 2_900_00)
    bank(hall, "J01", number, 3_000_00)
    with refused(hall, ReceiptThere):
        bank(hall, "J01", number, 3_000_00)
    with refused(hall, SlipNumberUsed):
        move(hall, "K01", "deposit", 1_00, receiver="D01", slip_no="S-1")
    assert held(hall)["bank", "CNY"] == 3_000_00
    assert evening(hall) == {}


def test_rec_11_a_counterfeit_the_bank_kept_is_a_short_case_with_its_certificate(
    hall: OpenHall,
) -> None:
    number = deposited(hall, 3_000_00)
    counterfeit = {"counterfeit_fen": 100_00, "certificate": "SJ-88", "clerk": "A01"}
    bank(hall, "J01", number, 2_900_00, **counterfeit)
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "A01", "cash")
        assert (case.amount_fen, case.cause, case.note) == (-100_00, "counterfeit", "SJ-88")
    assert held(hall)["over_short A01", "CNY"] == 100_00
    assert ("bank_transit", "CNY") not in held(hall)


def test_rec_05_a_deposit_two_days_late_is_found(hall: OpenHall) -> None:
    number = deposited(hall, 500_00)
    bank(hall, "J01", number, 500_00, deposited_on=DAY + dt.timedelta(days=2))
    assert ("C06", "slip:S-1") in evening(hall, DAY + dt.timedelta(days=2))


def test_rec_08_over_and_short_of_two_clerks_are_two_cases_and_income_waits(
    hall: OpenHall,
) -> None:
    def decide(who: str, clerk: str, way: str, days: int = 0) -> str:
        with hall.work(who, now=NOW + dt.timedelta(days=days)) as uow:
            case = find_case(uow, hall.hall, DAY, clerk, "cash")
            return (
                decide_case(
                    uow, hall=hall.hall, case=case, way=way, cause="unknown", note=""
                ).number
                or ""
            )

    with hall.work("M01") as uow:
        for clerk, fen in (("A01", 50_00), ("A02", -50_00)):
            add_to_case(
                uow, hall=hall.hall, date=DAY, clerk=clerk, fen=fen, cause="unknown", note=""
            )
    with hall.read() as uow:
        assert sorted(one.amount_fen for one in list_cases(uow, hall.hall)) == [-50_00, 50_00]
    with refused(hall, CaseRefused):
        decide("J01", "A01", "income")
    number = decide("J01", "A02", "liable")
    with refused(hall, NotPermitted):
        sign(hall, "A02", number)
    sign(hall, "D01", number)
    with hall.read() as uow:
        short = find_case(uow, hall.hall, DAY, "A02", "cash")
        assert (short.state, short.way) == ("settled", "liable")
        assert [(one.debit.zh, one.credit.zh, one.fen) for one in entries_of(short)] == [
            ("待处理财产损溢", "库存现金", 50_00),
            ("其他应收款", "待处理财产损溢", 50_00),
        ]
    assert held(hall)["receivable A02", "CNY"] == 50_00
    late = decide("M01", "A01", "income", days=30)
    with refused(hall, MakerIsChecker):
        sign(hall, "M01", late)


@pytest.mark.parametrize("text", ["100x", "30x1", "100x1 100x2", "abc", "1e2x1", "100x-1"])
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(DenominationsUnreadable):
        read_denominations(text)


def test_notes_are_read_summed_and_written_the_largest_first() -> None:
    pieces = read_denominations("0.5x4 100x12,50x3")
    assert sum_of(pieces) == 1_352_00
    assert write_denominations(pieces) == "100x12 50x3 0.5x4"


def test_rec_06_the_tail_has_a_limit_by_the_days_takings_each_band_with_its_end(
    hall: OpenHall,
) -> None:
    limits = {
        10_000_00: 1_000_00,
        10_000_01: 3_000_00,
        50_000_00: 3_000_00,
        50_000_01: 8_000_00,
        100_000_00: 8_000_00,
        100_000_01: 10_000_00,
    }
    with hall.read() as uow:
        found = {fen: tail_limit(uow, hall.hall, fen) for fen in limits}
        assert found == limits
        taken = dt.date(2026, 11, 20)
        for tail, is_over in ((3_000_00, False), (3_000_01, True)):
            limit = tail_limit(uow, hall.hall, 50_000_00)
            assert Tail(taken, 50_000_00, tail, limit).is_over is is_over
    with hall.work("M01") as uow:
        uow.session.add(HallLimit(hall_id=hall.id, name="tail_limit_10k", amount=500_00))
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 900_00))
    count(hall, "A01", "100x9")
    move(hall, "A01", "hand_in", 900_00, signed="M01", clerk="A01", receiver="M01")
    with hall.read() as uow:
        left = tail_of(uow, hall.hall, DAY)
        assert (left.takings_fen, left.tail_fen, left.limit_fen) == (900_00, 900_00, 500_00)
        assert left.is_over
        assert tail_of(uow, hall.hall, DAY + dt.timedelta(days=1)).tail_fen == 0


def test_rec_06_a_desk_draws_three_hundred_and_tail_and_pre_deposit_go_on_two_slips(
    hall: OpenHall,
) -> None:
    fund(hall)
    unlock(hall)
    with refused(hall, FloatOverLimit):
        move(hall, "K01", "float_out", 300_01, clerk="A01")
    move(hall, "K01", "float_out", 200_00, signed="A01", clerk="A01")
    with refused(hall, FloatOverLimit):
        move(hall, "K01", "float_out", 100_01, clerk="A01")
    move(hall, "K01", "float_out", 100_00, signed="A01", clerk="A01")
    begin(hall, "A01", "100x3")
    put(hall, "accounts", line("T1", 900_00))
    count(hall, "A01", "100x12", 300_00)
    yesterday = (DAY - dt.timedelta(days=1)).isoformat()
    given = {"clerk": "A01", "receiver": "M01"}
    with refused(hall, CashUnreadable):
        move(hall, "A01", "hand_in", 200_00, covers="0206-11-19", **given)
    move(hall, "A01", "hand_in", 200_00, signed="M01", covers=yesterday, **given)
    move(hall, "A01", "hand_in", 700_00, signed="M01", **given)
    with refused(hall, SlipMixesDays):
        move(hall, "K01", "deposit", 900_00, receiver="D01", slip_no="S-1")
    tail = {"receiver": "D01", "covers": yesterday}
    with refused(hall, SlipMixesDays):
        move(hall, "K01", "deposit", 200_01, slip_no="S-1", **tail)
    move(hall, "K01", "deposit", 200_00, signed="D01", slip_no="S-1", **tail)
    move(hall, "K01", "deposit", 600_00, slip_no="S-2", receiver="D01")
    # What waits for a signature is spoken for.
    with refused(hall, SlipMixesDays):
        move(hall, "K01", "deposit", 100_01, slip_no="S-3", receiver="D01")
    with hall.read() as uow:
        today, before = deposit_days(uow, hall.hall, since=DAY - dt.timedelta(days=2), today=DAY)
        assert (before.late_days, before.is_late, before.left_fen) == (1, True, 0)
        assert (today.left_fen, today.is_late) == (700_00, False)


def test_rec_06_a_deposit_keeps_who_had_the_money_when(hall: OpenHall) -> None:
    number = deposited(hall, 500_00)
    bank(hall, "J01", number, 500_00)
    with hall.read() as uow:
        steps = hand_overs_of(uow, hall.hall, find_cash_document(uow, hall.hall, number))
    who = [hall.people[one].person_id for one in ("A01", "M01", "K01", "D01", "J01")]
    names = ["clerk", "manager", "manager_out", "collector", "bank"]
    assert [(one.step, one.person_id) for one in steps] == list(zip(names, who, strict=True))
    assert [one.at or one.on for one in steps] == [NOW, NOW, NOW, NOW, DAY]
