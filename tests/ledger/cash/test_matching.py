"""Bank statements and deposits: exact answers alone, money in the bank once, undone without trace.

Named after DOMAIN REC-06, REC-11 and FIL-07.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ledger.cash.bank import BankReceipt, Gap, key_receipt
from ledger.cash.bank_lines import BankLine, OpenDeposit
from ledger.cash.cases import find_case
from ledger.cash.errors import (
    CashUnreadable,
    MatchDiffers,
    MatchIsFinal,
    NotOpenForMatch,
    ReceiptDiffers,
    ReceiptMatched,
    ReceiptThere,
)
from ledger.cash.matching import Match, confirm_proposals, match_statement, waiting_at_bank
from ledger.cash.moves import reverse_cash
from ledger.cash.proposing import MOST_PARTS, propose_matches
from ledger.cash.seen import deposits_without_receipt
from ledger.hall_days import HallDay, MonthLock
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import begin, count, evening, move, unlock
from tests.observing import held, refused

NEXT = DAY + dt.timedelta(days=1)


def slip(number: str, fen: int, day: int = 0, *codes: str) -> OpenDeposit:
    return OpenDeposit(number, DAY + dt.timedelta(days=day), fen, codes or (number,))


def credit(name: str, fen: int, day: int = 0, memo: str = "现金存款") -> BankLine:
    return BankLine(name, DAY + dt.timedelta(days=day), fen, memo)


def found(deposits: Sequence[OpenDeposit], lines: Sequence[BankLine]) -> list[tuple[str, str, str]]:
    return [
        (
            " ".join(d.number for d in one.deposits),
            " ".join(line.name for line in one.lines),
            one.how,
        )
        for one in propose_matches(deposits, lines)
    ]


def test_fil_07_two_deposits_of_one_sum_go_by_their_codes_or_to_the_queue() -> None:
    twins = [slip("JD-1", 3_000_00), slip("JD-2", 3_000_00)]
    coded = [credit("a", 3_000_00, 1, "现存 JD-2"), credit("b", 3_000_00, 1, "现存JD-1营业款")]
    assert found(twins, coded) == [("JD-2", "a", "code"), ("JD-1", "b", "code")]
    assert found(twins, [credit("a", 3_000_00), credit("b", 3_000_00)]) == []
    # The other one is not left over for whoever comes first: no code names it.
    assert found(twins, [credit("a", 3_000_00, 0, "JD-10"), credit("b", 3_000_00)]) == []


def test_rec_06_the_bank_has_until_the_third_day() -> None:
    for day, expected in ((-1, []), (0, ["amount"]), (3, ["amount"]), (4, [])):
        assert [how for *_, how in found([slip("A", 10_00)], [credit("x", 10_00, day)])] == expected
    late = found([slip("A", 10_00)], [credit("x", 10_00, 4, "A")])
    assert late == []


def test_many_deposits_are_one_line_and_one_deposit_many_lines() -> None:
    day = [slip("A", 100_00), slip("B", 250_00), slip("C", 70_00, 1)]
    assert found(day, [credit("x", 350_00, 1)]) == [("A B", "x", "day")]
    assert found(day, [credit("x", 170_00, 1)]) == [("A C", "x", "sum")]
    assert found([slip("A", 100_00)], [credit("x", 60_00), credit("y", 40_00)]) == [
        ("A", "x y", "sum")
    ]
    # Two sums fit: nobody guesses.
    four = [slip("A", 10_00), slip("B", 20_00), slip("C", 10_00, 1), slip("D", 20_00, 1)]
    assert found(four, [credit("x", 30_00, 1)]) == []
    # One memo names both, and another half of one of them.
    assert found(
        [slip("A", 10_00), slip("B", 20_00)],
        [credit("x", 25_00, 0, "A B"), credit("y", 5_00, 1, "B")],
    ) == [("A B", "x y", "code")]


AMOUNTS = st.integers(1, 6).map(lambda yuan: yuan * 10_00)


@given(
    st.lists(st.tuples(AMOUNTS, st.integers(0, 4)), max_size=8),
    st.lists(st.tuples(AMOUNTS, st.integers(0, 6), st.integers(0, 9)), max_size=8),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_proposed_adds_up_is_in_time_and_does_not_hang_on_the_order(
    slips: list[tuple[int, int]], lines: list[tuple[int, int, int]], shuffle: object
) -> None:
    deposits = [slip(f"D{n}", fen, day) for n, (fen, day) in enumerate(slips)]
    credits_ = [credit(f"L{n}", fen, day, f"D{code}") for n, (fen, day, code) in enumerate(lines)]
    proposals = propose_matches(deposits, credits_)
    used = [d.number for p in proposals for d in p.deposits]
    used += [one.name for p in proposals for one in p.lines]
    assert len(used) == len(set(used))
    for one in proposals:
        assert sum(d.amount_fen for d in one.deposits) == one.amount_fen
        assert all(0 <= (b.on - d.on).days <= 3 for d in one.deposits for b in one.lines)
        assert one.how != "sum" or len(one.deposits) + len(one.lines) <= MOST_PARTS + 1
    shuffle.shuffle(deposits)  # type: ignore[attr-defined]
    shuffle.shuffle(credits_)  # type: ignore[attr-defined]
    assert propose_matches(deposits, credits_) == proposals


def to_bank(hall: OpenHall, *fen: int) -> list[str]:
    """Let A01 take cash, hand it in, and two persons take it to the bank in so many slips."""
    begin(hall, "A01")
    put(hall, "accounts", line("T1", sum(fen)))
    count(hall, "A01", f"100x{sum(fen) // 100_00}")
    move(hall, "A01", "hand_in", sum(fen), signed="M01", clerk="A01", receiver="M01")
    unlock(hall)
    return [
        move(hall, "K01", "deposit", one, signed="D01", receiver="D01", slip_no=f"S-{n}")
        for n, one in enumerate(fen, 1)
    ]


def statement(hall: OpenHall, *lines: tuple[str, int, str], on: dt.date = DAY) -> None:
    put(
        hall,
        "bank_lines",
        *(
            {"bank": "icbc", "account": "", "line_ref": ref, "amount": fen, "memo": memo}
            for ref, fen, memo in lines
        ),
        date=on,
    )


def matching(hall: OpenHall, who: str, deposits: str, lines: str, **why: object) -> str:
    stated = Match(
        deposits.split(),
        [f"icbc//{ref}" for ref in lines.split()],
        Gap(**why),  # type: ignore[arg-type]
    )
    with hall.work(who) as uow:
        return match_statement(uow, hall=hall.hall, match=stated).number or ""


def test_a_match_brings_money_into_the_bank_once_and_its_reversal_out_again(
    hall: OpenHall,
) -> None:
    first, second = to_bank(hall, 300_00, 200_00)
    stated = BankReceipt(first, "HD-1", 300_00)
    with hall.work("J01") as uow:
        receipt = key_receipt(uow, hall=hall.hall, receipt=stated).number or ""
    statement(hall, ("R1", 500_00, "营业款"), ("R2", 9_90, "存款利息"), ("R3", -3_00, "手续费"))
    with refused(hall, NotPermitted):
        matching(hall, "K01", f"{first} {second}", "R1")
    with hall.read() as uow:
        waiting = waiting_at_bank(uow, hall.hall, DAY)
    assert [one.name for one in waiting.lines] == ["icbc//R1", "icbc//R2"]
    assert [one.how for one in waiting.proposals] == ["day"]
    with hall.work("J01") as uow:
        (match,) = confirm_proposals(uow, hall=hall.hall)
        number = match.number or ""
    assert held(hall)["bank", "CNY"] == 500_00
    assert ("bank_transit", "CNY") not in held(hall)
    for again in (first, second):
        with refused(hall, ReceiptThere), hall.work("J01") as uow:
            key_receipt(uow, hall=hall.hall, receipt=BankReceipt(again, "HD-2", 200_00))
    with refused(hall, NotOpenForMatch):
        matching(hall, "J01", second, "R1")
    with refused(hall, ReceiptMatched), hall.work("M01") as uow:
        reverse_cash(uow, hall=hall.hall, number=receipt, reason="错")
    with hall.read() as uow:
        assert deposits_without_receipt(uow, hall.hall) == []
    assert evening(hall) == {}
    with hall.work("J01") as uow:
        reverse_cash(uow, hall=hall.hall, number=number, reason="勾错")
    assert held(hall)["bank_transit", "CNY"] == 200_00
    assert ("C06", "slip:S-2") in evening(hall)
    with refused(hall, CashUnreadable):
        matching(hall, "J01", "", "R2")
    matching(hall, "J01", "", "R2", reason="存款利息")
    with hall.read() as uow:
        waiting = waiting_at_bank(uow, hall.hall, DAY)
        assert [one.name for one in waiting.lines] == ["icbc//R1"]
        assert [one.number for one in waiting.deposits] == [first, second]
        assert verify_hall(uow, hall.hall) == []


def test_rec_11_the_statement_is_short_by_a_counterfeit_with_its_certificate(
    hall: OpenHall,
) -> None:
    (number,) = to_bank(hall, 3_000_00)
    statement(hall, ("R1", 2_900_00, f"现存 {number}"))
    with refused(hall, ReceiptDiffers):
        matching(hall, "J01", number, "R1")
    with refused(hall, CashUnreadable):
        matching(hall, "J01", number, "R1", counterfeit_fen=100_00, clerk="A01")
    why = {"counterfeit_fen": 100_00, "clerk": "A01", "certificate": "SJ-88"}
    match = matching(hall, "J01", number, "R1", **why)
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "A01", "cash")
        assert (case.amount_fen, case.cause, case.note) == (-100_00, "counterfeit", "SJ-88")
    assert held(hall)["bank", "CNY"] == 2_900_00
    assert held(hall)["over_short A01", "CNY"] == 100_00
    with hall.work("M01") as uow:
        reverse_cash(uow, hall=hall.hall, number=match, reason="证号录错")
    with hall.read() as uow:
        assert find_case(uow, hall.hall, DAY, "A01", "cash").state == "vanished"
    assert held(hall)["bank_transit", "CNY"] == 3_000_00


def test_who_took_it_there_does_not_match_it_and_several_must_agree(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 500_00))
    count(hall, "A01", "100x5")
    move(hall, "A01", "hand_in", 500_00, signed="K01", clerk="A01", receiver="K01")
    unlock(hall)
    one = move(hall, "M01", "deposit", 300_00, signed="D01", receiver="D01", slip_no="S-1")
    two = move(hall, "K01", "deposit", 200_00, signed="D01", receiver="D01", slip_no="S-2")
    statement(hall, ("R1", 300_00, one), ("R2", 190_00, ""), on=NEXT)
    with refused(hall, MakerIsChecker):
        matching(hall, "M01", one, "R1")
    with refused(hall, MatchDiffers):
        matching(hall, "J01", f"{one} {two}", "R1 R2")
    with hall.work("M01") as uow:
        assert confirm_proposals(uow, hall=hall.hall) == []
    match = matching(hall, "J01", one, "R1")
    with hall.read(LOADER) as uow:
        uow.session.add(
            MonthLock(
                hall_id=hall.id,
                event_no=1,
                month=DAY.replace(day=1),
                document_id=1,
                locked_at=uow.now,
            )
        )
        with pytest.raises(MatchIsFinal):
            reverse_cash(
                replace(uow, actor=hall.people["J01"]), hall=hall.hall, number=match, reason="迟了"
            )
    with hall.work("M01") as uow:
        uow.session.execute(
            update(HallDay)
            .where(HallDay.hall_id == hall.id, HallDay.business_date == DAY)
            .values(hall_status="handed_over")
        )
    with refused(hall, MatchIsFinal), hall.work("J01") as uow:
        reverse_cash(uow, hall=hall.hall, number=match, reason="迟了")
