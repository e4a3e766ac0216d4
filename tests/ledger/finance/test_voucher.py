"""The voucher proposed for a day: every fen has an account, or the whole is refused (REC-08)."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ledger.documents import find_document
from ledger.finance.errors import MappingUnreadable, Unmapped
from ledger.finance.mapping import DEFAULTS, changed_mapping, mapping_from_json
from ledger.finance.mapping_changes import (
    mapping_on,
    propose_mapping,
    reject_mapping,
    sign_mappings,
)
from ledger.finance.seen import part_of
from ledger.finance.sums import DaySums, Decision
from ledger.finance.voucher import Entry, is_balanced, propose_voucher
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.text import Text
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import day
from tests.ledger.finance.closed_days import make


def entries(**sums: object) -> list[tuple[str, int, int, str]]:
    written, missing = propose_voucher(DaySums(**sums), DEFAULTS)  # type: ignore[arg-type]
    assert missing == []
    assert is_balanced(written)
    return [(one.account, one.debit, one.credit, one.clerk) for one in written]


def test_rec_08_a_day_s_voucher_accounts_for_each_fen_by_the_default_accounts(
    hall: OpenHall,
) -> None:
    document = make(hall)
    with hall.read() as uow:
        voucher = part_of(uow, document).statement["voucher"]
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in voucher:
        sums[line["account"]][0] += line["debit"]
        sums[line["account"]][1] += line["credit"]
    assert dict(sums) == {
        # Cash taken 880.00 and 50.00 over; 20.00 given back, 10.00 short, 900.00 to the bank.
        "1001": [930_00, 930_00],
        "1002": [900_00, 0],
        "101201": [50_00, 0],
        "101202": [300_00, 1_80],
        "6603": [1_80, 0],
        "6001": [20_00, 1080_00],
        "2203": [0, 100_00],
        "224101": [0, 50_00],
        "1901": [10_00, 50_00],
    }
    assert sum(d for d, _ in sums.values()) == sum(c for _, c in sums.values())


def test_rec_08_over_of_one_clerk_and_short_of_another_are_never_netted() -> None:
    assert entries(totals=[("A01", "cash", 100_00, 150_00), ("A02", "cash", 100_00, 50_00)]) == [
        ("1001", 50_00, 0, "A01"),
        ("1901", 0, 50_00, "A01"),
        ("1001", 0, 50_00, "A02"),
        ("1901", 50_00, 0, "A02"),
    ]


@pytest.mark.parametrize(
    ("way", "debit", "credit"),
    [
        ("liable", "1221", "1901"),
        ("write_off", "6602", "1901"),
        ("owed", "1901", "2241"),
        ("income", "1901", "6301"),
    ],
)
def test_rec_08_what_becomes_of_a_difference_has_its_account(
    way: str, debit: str, credit: str
) -> None:
    decided = Decision("2026-CD-000001", way, "cash", "A01", 50_00)
    assert entries(decided=[decided]) == [
        (debit, 50_00, 0, "A01"),
        (credit, 0, 50_00, "A01"),
    ]
    undone = Decision("2026-CD-000001", way, "cash", "A01", -50_00)
    assert entries(decided=[undone]) == [(debit, 0, 50_00, "A01"), (credit, 50_00, 0, "A01")]


def test_corrections_fees_moves_and_adjustments_are_written_in_pairs() -> None:
    assert entries(corrected=[("business:缴费", -10_00)]) == [
        ("1901", 0, 10_00, ""),
        ("6001", 10_00, 0, ""),
    ]
    assert entries(fees=[("alipay", 55)]) == [("6603", 55, 0, ""), ("101203", 0, 55, "")]
    moved = [("place:hall", "place:hall", 7), ("expense:office", "place:petty", 60_00)]
    assert entries(moved=moved) == [("6602", 60_00, 0, ""), ("122101", 0, 60_00, "")]
    assert entries(adjusted=[("gift_credit", 30_00)]) == [
        ("6601", 30_00, 0, ""),
        ("2203", 0, 30_00, ""),
    ]
    # What was paid and is in no line waits to be looked into.
    assert entries(paid=[("cash", 12_00)], earned=[("business:缴费", 10_00)]) == [
        ("1001", 12_00, 0, ""),
        ("6001", 0, 10_00, ""),
        ("1901", 0, 2_00, ""),
    ]


def test_what_has_no_account_is_named_and_refuses_the_whole(hall: OpenHall) -> None:
    sums = DaySums(paid=[("cash", 1), ("voucher", 2)], earned=[("business:缴费", 3)])
    assert propose_voucher(sums, DEFAULTS)[1] == ["tender:voucher"]
    with hall.work("F01") as uow:
        rules = {"tender:wechat": ("", ""), "fee:*": ("", "")}
        documents = propose_mapping(
            uow, halls=[hall.hall], rules=rules, valid_from=DAY, reason="试"
        )
    with hall.work("F02") as uow:
        sign_mappings(uow, [find_document(uow, hall.id, documents[0].number or "")])
    with pytest.raises(Unmapped) as refusal:
        make(hall)
    assert "tender:wechat, fee:wechat" in refusal.value.message("en")


def test_a_mapping_counts_from_its_first_day_once_another_of_finance_has_signed(
    hall: OpenHall,
) -> None:
    def propose(who: str = "F01") -> str:
        with hall.work(who) as uow:
            return (
                propose_mapping(
                    uow,
                    halls=[hall.hall],
                    rules={"business:话费": ("6051", "6051")},
                    accounts={"6051": Text("其他业务收入", "Other income")},
                    valid_from=day(1),
                    reason="新科目",
                )[0].number
                or ""
            )

    with pytest.raises(NotPermitted):
        propose("M01")
    number = propose()
    with pytest.raises(MakerIsChecker), hall.work("F01") as uow:
        sign_mappings(uow, [find_document(uow, hall.id, number)])
    with hall.work("F02") as uow:
        sign_mappings(uow, [find_document(uow, hall.id, number)])
    refused = propose()
    with hall.work("F02") as uow:
        reject_mapping(uow, find_document(uow, hall.id, refused), "重复")
    with hall.read() as uow:
        before, after = (mapping_on(uow, hall.hall, date) for date in (DAY, day(1)))
    assert (before.number, after.number) == ("default", number)
    rule = after.mapping.rule_for("business:话费")
    assert rule is not None
    assert (rule.credit, after.mapping.accounts[rule.credit].zh) == ("6051", "其他业务收入")
    assert after.mapping.rule_for("business:缴费") == DEFAULTS.rule_for("business:缴费")


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("colour:red", ("1001", "")),
        ("tender", ("1001", "")),
        ("tender:", ("1001", "")),
        ("tender:cash", ("=1+1", "")),
        ("tender:cash", ("9999", "")),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(key: str, codes: tuple[str, str]) -> None:
    with pytest.raises(MappingUnreadable):
        changed_mapping(DEFAULTS, {key: codes})


def test_a_mapping_reads_back_as_it_was_written() -> None:
    again = mapping_from_json(DEFAULTS.as_json())
    assert again.as_json() == DEFAULTS.as_json()
    assert again.rules == DEFAULTS.rules
    assert Entry("takings", "tender:cash", "1001", again.accounts["1001"], 1, 0).name.zh == (
        "库存现金"
    )
