"""A wrong tender makes two cases and one slip: each case is settled by naming it, none is paid."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ledger.accounts import open_account, yuan
from ledger.balances import balance_of
from ledger.cash.cases import decide_case, entries_of, find_case
from ledger.cash.declaring import keep_count
from ledger.cash.errors import CaseRefused, CaseUnexplained
from ledger.cash.explained import cases_beside, key_of, slips_beside
from ledger.cash.moves import reject_cash
from ledger.corrections.known import Answer, Wrong, find_slip
from ledger.corrections.lines import LineChange
from ledger.documents import Document
from ledger.finance.mapping import DEFAULTS, Mapping, Rule
from ledger.finance.sums import DaySums, Decision
from ledger.finance.voucher import propose_voucher
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import begin, count, evening, sign
from tests.ledger.corrections import slip_days

CASH, CARD = "corrected_short", "corrected_over"
GAPS = (
    Wrong(DAY, "C02", "tender:A01/cash", 300_00, 200_00),
    Wrong(DAY, "C02", "tender:A01/pos", 0, 100_00),
)
BY_CARD = Answer("amount", "客户刷卡,误选现金", (LineChange("T1", 1, {"tender": "pos"}),))


@pytest.fixture
def wrong_tender(hall: OpenHall) -> OpenHall:
    """Let A01 key a card payment of 100.00 as cash beside 200.00 truly in cash."""
    for clerk in ("A01", "A02"):
        begin(hall, clerk)
    put(hall, "accounts", line("T1", 100_00), line("T2", 200_00), line("T3", 100_00, clerk="A02"))
    for clerk, notes, card in (("A01", "100x2", 100_00), ("A02", "", 0)):
        count(hall, clerk, notes, pos=card)
        with hall.work(clerk) as uow:
            keep_count(uow, hall=hall.hall, clerk=clerk)
    evening(hall)
    return hall


def decide(
    hall: OpenHall, way: str, slips: Sequence[str] = (), *, clerk: str = "A01", tender: str = "cash"
) -> Document:
    with hall.work("J01") as uow:
        case = find_case(uow, hall.hall, DAY, clerk, tender)
        return decide_case(
            uow,
            hall=hall.hall,
            case=case,
            way=way,
            cause="wrong_tender",
            note="",
            slips=slips,
        )


def accepted(hall: OpenHall, *wrong: Wrong, answer: Answer, by: str = "D01") -> str:
    number = slip_days.send(hall, "J01", *wrong)
    slip_days.reply(hall, number, answer)
    for who in ("J01", by):
        slip_days.sign(hall, number, who)
    assert slip_days.state_of(hall, number) == ("posted", "accepted")
    return number


def test_both_cases_are_settled_by_the_slip_and_nothing_is_left(wrong_tender: OpenHall) -> None:
    hall = wrong_tender
    number = slip_days.send(hall, "J01", *GAPS)
    slip_days.reply(hall, number, BY_CARD)
    with pytest.raises(CaseUnexplained):
        decide(hall, CASH, [number])
    paid = decide(hall, "liable", clerk="A01").number or ""
    for who in ("J01", "D01"):
        slip_days.sign(hall, number, who)
    with pytest.raises(CaseRefused):
        sign(hall, "D01", paid)
    with hall.work("D01") as uow:
        reject_cash(uow, hall=hall.hall, number=paid, reason="凭更正单")
    for way, slips, tender in (
        ("liable", (), "cash"),
        ("write_off", (), "cash"),
        ("owed", (), "pos"),
    ):
        with pytest.raises(CaseRefused):
            decide(hall, way, slips, tender=tender)
    with pytest.raises(CaseUnexplained):
        decide(hall, CASH)
    with pytest.raises(CaseUnexplained):
        decide(hall, CASH, [number], clerk="A02")
    with hall.read() as uow:
        cases = cases_beside(uow, hall.hall, find_slip(uow, hall.hall, number)[1])
        assert [(one.tender, one.amount_fen, one.state) for one in cases] == [
            ("cash", -100_00, "open"),
            ("pos", 100_00, "open"),
        ]
        beside = slips_beside(uow, hall.hall, cases)
        assert [[(one.number, one.fen) for one in beside[key_of(case)]] for case in cases] == [
            [(number, -100_00)],
            [(number, 100_00)],
        ]
    for way, tender in ((CASH, "cash"), (CARD, "pos")):
        sign(hall, "D01", decide(hall, way, [number], tender=tender).number or "")
    with hall.read() as uow:
        money = yuan(uow).id
        for kind, holder, fen in (
            ("over_short", "A01", 0),
            ("over_short", "A02", 100_00),
            ("drawer", "A01", 200_00),
            ("takings", "", -300_00),
        ):
            account = open_account(uow, hall.id, kind, holder)
            assert balance_of(uow, hall.id, account.id, money) == fen, (kind, holder)
        short = find_case(uow, hall.hall, DAY, "A01", "cash")
        over = find_case(uow, hall.hall, DAY, "A01", "pos")
        assert {short.state, over.state} == {"settled"}
        told = [(e.debit.en, e.credit.en) for case in (short, over) for e in entries_of(case)]
        pending, by_slip = "Pending property gain or loss", "Corrections"
        assert told == [
            (pending, "Cash"),
            (by_slip, pending),
            ("POS", pending),
            (pending, by_slip),
        ]
        assert verify_hall(uow, hall.hall) == []


def test_a_slip_that_explains_part_or_was_corrected_again_settles_nothing(
    wrong_tender: OpenHall,
) -> None:
    hall = wrong_tender
    part = Answer("amount", "少收 30 元", (LineChange("T1", 1, {"received": "70.00"}),))
    number = accepted(hall, GAPS[0], answer=part)
    with pytest.raises(CaseUnexplained):
        decide(hall, CASH, [number])
    rest = Answer("amount", "又少收 70 元", (LineChange("T2", 1, {"received": "130.00"}),))
    second = accepted(hall, Wrong(DAY, "X05", "txn:T2"), answer=rest)
    decide(hall, CASH, [number, second])
    undone = Answer("reverse", "更正有误", (LineChange(second, 2),))
    accepted(hall, Wrong(DAY, "X05", f"txn:{second}"), answer=undone, by="M01")
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "A01", "cash")
        beside = slips_beside(uow, hall.hall, [case])[key_of(case)]
    assert [one.fen for one in beside] == [-30_00, 0, 0]


def test_what_finance_is_proposed_nets_through_the_corrections_account() -> None:
    """The slip books 100.00 off cash sales and onto card sales; both finds are taken back."""
    rules = {**DEFAULTS.rules, "correction:*": Rule("1999", "1999")}
    mapping = Mapping(rules, DEFAULTS.accounts)
    sums = DaySums(
        totals=[("A01", "cash", 300_00, 200_00), ("A01", "pos", 0, 100_00)],
        decided=[
            Decision("CD-1", CASH, "cash", "A01", 100_00),
            Decision("CD-2", CARD, "pos", "A01", 100_00),
        ],
        corrected=[("business:缴费", -100_00), ("business:缴费", 100_00)],
    )
    written, missing = propose_voucher(sums, mapping)
    assert missing == []
    left: dict[str, int] = {}
    for one in written:
        left[one.account] = left.get(one.account, 0) + one.debit - one.credit
    assert left == {"1001": -100_00, "101201": 100_00, "1901": 0, "1999": 0, "6001": 0}
    decided = [(one.account, one.debit, one.credit) for one in written if one.part == "decisions"]
    assert sorted(decided) == [
        ("1901", 0, 100_00),
        ("1901", 100_00, 0),
        ("1999", 0, 100_00),
        ("1999", 100_00, 0),
    ]
