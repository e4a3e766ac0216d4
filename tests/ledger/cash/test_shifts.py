"""The shift from its float to its declaration, and what the audit then finds."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from ledger.cash.declaring import Statement, close_for_absent, declare, keep_count, sign_as_witness
from ledger.cash.denominations import read_denominations
from ledger.cash.errors import (
    KeptTooMuch,
    NotYourShift,
    SheetDiffers,
    ShiftRefused,
    ShiftThere,
    TenderMissing,
    WitnessRefused,
)
from ledger.cash.handover import hand_over
from ledger.cash.seen import places_now, see_shift
from ledger.cash.shifts import (
    TRANSITIONS,
    close_nil_day,
    find_shift,
    resume_shift,
    suspend_shift,
)
from ledger.cash.tables import SHIFT_STATES, OverShortCase, Shift, ShiftCount
from ledger.permissions import NotPermitted
from ledger.work import UnitOfWork
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import (
    begin,
    count,
    evening,
    fund,
    move,
    sign,
    statement,
    unlock,
)
from tests.observing import held, refused


def cases(hall: OpenHall) -> dict[tuple[str, str], tuple[int, str]]:
    with hall.read() as uow:
        rows = uow.session.scalars(
            select(OverShortCase).where(OverShortCase.hall_id == hall.id)
        ).all()
        return {(one.clerk, one.tender): (one.amount_fen, one.state) for one in rows}


def seen(hall: OpenHall, clerk: str, who: str = "J01") -> dict[str, tuple[object, ...]]:
    with hall.read(hall.people[who]) as uow:
        shift = find_shift(uow, hall.hall, clerk, DAY)
        found = see_shift(uow, hall.hall, shift)
        return {one.tender: (one.counted, one.expected_fen) for one in found.tenders}


def test_rec_02_what_agrees_leaves_no_finding_from_float_to_deposit(hall: OpenHall) -> None:
    fund(hall)
    unlock(hall)
    move(hall, "K01", "float_out", 300_00, signed="A01", clerk="A01")
    begin(hall, "A01", "100x3")
    put(
        hall,
        "accounts",
        line("T1", 3_030_00),
        line("T2", 1_000_00, tender="pos", tender_ref="P1"),
        line("T3", 1_200_00, tender="wechat", tender_ref="W1"),
    )
    shift = count(hall, "A01", "100x33 20x1 10x1", 300_00, pos=1_000_00, wechat=1_200_00)
    assert (shift.state, shift.differs) == ("closed", "")
    move(hall, "A01", "hand_in", 3_030_00, signed="M01", clerk="A01", receiver="M01")
    unlock(hall)
    move(hall, "K01", "deposit", 3_030_00, signed="D01", receiver="D01", slip_no="JK-1")
    assert evening(hall) == {("C06", "slip:JK-1"): (None, None)}
    assert held(hall) == {
        ("department", "CNY"): -1_000_00,
        ("safe float", "CNY"): 700_00,
        ("drawer A01", "CNY"): 300_00,
        ("takings", "CNY"): -3_030_00,
        ("bank_transit", "CNY"): 3_030_00,
    }


def test_rec_02_ten_short_in_cash_is_a_finding_of_cash_alone_and_a_case(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(
        hall,
        "accounts",
        line("T1", 3_030_00),
        line("T2", 1_000_00, tender="pos", tender_ref="P1"),
    )
    first = count(hall, "A01", "100x30 20x1", pos=1_000_00)
    assert (first.state, first.differs) == ("counted", "cash")
    assert seen(hall, "A01")["cash"] == ((3_020_00,), None)
    second = count(hall, "A01", "100x30 10x2", pos=1_000_00)
    assert (second.state, second.rounds) == ("closed", 2)
    assert seen(hall, "A01")["cash"] == ((3_020_00, 3_020_00), 3_030_00)
    assert cases(hall) == {("A01", "cash"): (-10_00, "open")}
    found = evening(hall)
    assert found["C02", "tender:A01/cash"] == (3_030_00, 3_020_00)
    assert [subject for code, subject in found if code == "C02"] == ["tender:A01/cash"]
    assert held(hall)["over_short A01", "CNY"] == 10_00


def test_rec_02_a_tender_taken_for_another_is_two_differences(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 500_00), line("T2", 300_00, tender="pos", tender_ref="P"))
    assert count(hall, "A01", "100x3", pos=500_00).differs == "cash,pos"
    with hall.work("A01") as uow:
        keep_count(uow, hall=hall.hall, clerk="A01")
    assert cases(hall) == {
        ("A01", "cash"): (-200_00, "open"),
        ("A01", "pos"): (200_00, "open"),
    }


def test_the_takings_follow_the_evidence_and_the_case_vanishes(hall: OpenHall) -> None:
    begin(hall, "A01")
    batch = put(hall, "accounts", line("T1", 100_00))
    with hall.work("A01") as uow:
        declare(uow, hall=hall.hall, clerk="A01", statement=statement("100x1 10x1"))
        keep_count(uow, hall=hall.hall, clerk="A01")
    assert cases(hall) == {("A01", "cash"): (10_00, "open")}
    move(hall, "A01", "hand_in", 110_00, signed="M01", clerk="A01", receiver="M01")
    put(hall, "accounts", line("T1", 100_00), line("T2", 10_00), replaces=batch)
    assert not {code for code, _ in evening(hall)} & {"C01", "C02", "C03", "C05"}
    assert cases(hall) == {("A01", "cash"): (0, "vanished")}
    assert held(hall) == {("safe takings", "CNY"): 110_00, ("takings", "CNY"): -110_00}


def test_money_handed_in_before_the_account_lines_are_there_is_not_refused(hall: OpenHall) -> None:
    begin(hall, "A01", "100x1")
    move(hall, "A01", "hand_in", 900_00, signed="D01", clerk="A01", receiver="D01")
    assert held(hall)["over_short A01", "CNY"] == -800_00
    shift = count(hall, "A01", "50x4", 100_00)
    assert (shift.state, shift.is_compared) == ("counted", False)
    with hall.work("A01") as uow:
        keep_count(uow, hall=hall.hall, clerk="A01")
    move(hall, "A01", "hand_in", 100_00, signed="D01", clerk="A01", receiver="D01")
    put(hall, "accounts", line("T1", 1_000_00))
    assert not {code for code, _ in evening(hall)} & {"C01", "C02", "C03", "C05"}
    assert ("over_short A01", "CNY") not in held(hall)
    assert held(hall)["drawer A01", "CNY"] == 100_00


def test_every_tender_is_declared_and_no_more_float_kept_than_counted(hall: OpenHall) -> None:
    begin(hall, "A01")
    with refused(hall, TenderMissing), hall.work("A01") as uow:
        declare(uow, hall=hall.hall, clerk="A01", statement=Statement({100_00: 1}, {}))
    with refused(hall, KeptTooMuch):
        count(hall, "A01", "100x1", 200_00)
    with refused(hall, NotYourShift), hall.work("A02") as uow:
        declare(uow, hall=hall.hall, clerk="A01", statement=statement(""))


def test_a_day_without_sales_is_closed_as_nil_and_finds_nothing(hall: OpenHall) -> None:
    begin(hall, "A01", "100x3")
    nil = Statement({100_00: 3}, is_nil=True)
    with hall.work("A01") as uow:
        declare(uow, hall=hall.hall, clerk="A01", statement=nil)
        shift = keep_count(uow, hall=hall.hall, clerk="A01")
    assert (shift.kept_fen, shift.is_nil) == (300_00, True)
    assert not {code for code, _ in evening(hall)} & {"C01", "C02", "C03", "C05"}


def test_a_hall_day_nobody_traded_on_is_nil_for_every_source(hall: OpenHall) -> None:
    with hall.work("M01") as uow:
        assert close_nil_day(uow, hall=hall.hall, date=DAY, reason="台风") == [
            "accounts",
            "invoices",
            "declarations",
            "deposits",
        ]
    begin(hall, "A01")


def test_the_manager_closes_for_an_absent_clerk_before_a_witness(hall: OpenHall) -> None:
    begin(hall, "A01", "100x3")

    def close(who: str, witness: str) -> Shift:
        with hall.work(who) as uow:
            return close_for_absent(
                uow,
                hall=hall.hall,
                clerk="A01",
                statement=statement("100x3", 300_00),
                witness=witness,
                reason="突发疾病",
            )

    for witness in ("A01", "M01", "X99"):
        with refused(hall, WitnessRefused):
            close("M01", witness)
    with refused(hall, NotPermitted):
        close("K01", "J01")
    assert close("M01", "A02").state == "witnessing"
    for who in ("M01", "A01", "J01"):
        with refused(hall, NotYourShift), hall.work(who) as uow:
            sign_as_witness(uow, hall=hall.hall, clerk="A01")
    with hall.work("A02") as uow:
        assert sign_as_witness(uow, hall=hall.hall, clerk="A01").state == "closed"
    assert not {code for code, _ in evening(hall)} & {"C01", "C02", "C03", "C05"}


def test_every_step_of_a_shift_that_is_not_in_the_table_is_refused(hall: OpenHall) -> None:
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "suspend": lambda uow: suspend_shift(uow, hall=hall.hall, clerk="A01"),
        "resume": lambda uow: resume_shift(uow, hall=hall.hall, clerk="A01"),
        "keep": lambda uow: keep_count(uow, hall=hall.hall, clerk="A01"),
        "declare": lambda uow: declare(
            uow, hall=hall.hall, clerk="A01", statement=statement("100x1")
        ),
    }
    begin(hall, "A01")
    with refused(hall, ShiftThere):
        begin(hall, "A01")
    for state in SHIFT_STATES:
        with hall.work("A01") as uow:
            shift = find_shift(uow, hall.hall, "A01", DAY)
            shift.state, shift.counted_event = state, 1
        for action, act in acts.items():
            allowed = (state, action) in TRANSITIONS or (action, state) == ("declare", "counted")
            if not allowed:
                with refused(hall, ShiftRefused), hall.work("A01") as uow:
                    act(uow)


def test_rec_09_three_persons_sign_a_hand_over_and_the_next_clerk_has_the_cash(
    hall: OpenHall,
) -> None:
    begin(hall, "A01", "100x3")
    begin(hall, "A02")
    put(hall, "accounts", line("T1", 1_200_00))
    count(hall, "A01", "100x15")
    with hall.work("A01") as uow:
        sheet = hand_over(
            uow, hall=hall.hall, clerk="A01", incoming="A02", notes=read_denominations("100x15")
        )
    number = sheet.number or ""
    with refused(hall, NotPermitted):
        sign(hall, "A01", number)
    sign(hall, "A02", number)
    with refused(hall, NotPermitted):
        sign(hall, "A02", number)
    assert sign(hall, "M01", number).state == "posted"
    assert held(hall)["drawer A02", "CNY"] == 1_500_00
    count(hall, "A02", "100x15")
    move(hall, "A02", "hand_in", 1_500_00, signed="M01", clerk="A02", receiver="M01")
    assert not {code for code, _ in evening(hall)} & {"C01", "C02", "C03", "C04", "C05", "C08"}


def test_rec_09_a_sheet_that_differs_is_signed_only_with_a_case_for_who_leaves(
    hall: OpenHall,
) -> None:
    begin(hall, "A01", "100x15")
    put(hall, "accounts", line("T1", 100, clerk="A02"))
    count(hall, "A01", "100x15")
    notes = read_denominations("100x14 50x1 20x1 10x1")
    with refused(hall, SheetDiffers), hall.work("A01") as uow:
        hand_over(uow, hall=hall.hall, clerk="A01", incoming="A02", notes=notes)
    with hall.work("A01") as uow:
        sheet = hand_over(
            uow, hall=hall.hall, clerk="A01", incoming="A02", notes=notes, opens_case=True
        )
    assert cases(hall) == {("A01", "cash"): (-20_00, "open")}
    sign(hall, "A02", sheet.number or "")
    sign(hall, "D01", sheet.number or "")
    assert held(hall)["drawer A02", "CNY"] == 1_480_00
    assert held(hall)["over_short A01", "CNY"] == 20_00


def test_both_counts_and_their_notes_are_kept(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 100_00))
    count(hall, "A01", "50x1")
    count(hall, "A01", "50x2")
    with hall.read() as uow:
        rows = uow.session.execute(
            select(ShiftCount.round, ShiftCount.amount_fen, ShiftCount.notes).where(
                ShiftCount.hall_id == hall.id, ShiftCount.tender == "cash"
            )
        ).all()
    assert [tuple(row) for row in rows] == [(1, 50_00, "50x1"), (2, 100_00, "50x2")]


def test_a_drawer_is_not_shown_while_its_shift_is_open(hall: OpenHall) -> None:
    begin(hall, "A01", "100x3")
    with hall.read(hall.people["M01"]) as uow:
        drawers = {
            one.holder: one.fen for one in places_now(uow, hall.hall) if one.kind == "drawer"
        }
    assert drawers == {"A01": None}
