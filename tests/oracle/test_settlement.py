"""T01 to T05 and D01 on evidence small enough to match by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.small_hall import TODAY, TOMORROW, SmallHall, sale, settled

_BATCH = '[[tender]]\ncode = "pos"\nclass = "settled"\nmatch = "batch"\n'
_DAY = '[[tender]]\ncode = "pos"\nclass = "settled"\nmatch = "day"\n'


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


def _everything(hall: SmallHall, *, date: str = TODAY, now: str = "") -> list[str]:
    found = []
    for check in ("T01", "T02", "T03", "T04", "T05"):
        found += [f"{check} {what}" for what in hall.finds(check, date=date, now=now)]
    return found


def test_booked_and_not_settled_settled_and_not_booked_and_other_sums(hall: SmallHall) -> None:
    hall.day(
        accounts=[
            sale("T1", "58.00", "wechat", tender_ref="W1"),
            sale("T2", "30.00", "wechat", tender_ref="W2"),
            sale("T3", "20.00", "wechat"),
            sale("T4", "9.00", "wechat", tender_ref="W4"),
            sale("T5", "0.00", "wechat", tender_ref="W5"),
        ],
        settlements=[
            settled("wechat", "W2", "29.99"),
            settled("wechat", "W3", "7.00"),
            settled("wechat", "W4", "9.00"),
        ],
    )
    assert _everything(hall) == [
        "T01 ref:wechat/W1 -58.00",
        "T01 txn:T3/wechat -20.00",
        "T02 ref:wechat/W3 7.00",
        "T03 ref:wechat/W2 -0.01",
    ]


def test_payments_with_one_reference_are_one_sum(hall: SmallHall) -> None:
    hall.day(
        accounts=[
            sale("T1", "58.00", "wechat", tender_ref="W1"),
            sale("T2", "2.00", "wechat", tender_ref="W1"),
        ],
        settlements=[settled("wechat", "W1", "60.00")],
    )
    assert _everything(hall) == []


def test_the_order_number_is_the_reference_where_the_books_carry_it(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "58.00", "alipay", tender_ref="ORDER1")],
        settlements=[
            settled("alipay", "V1", "58.01", order_no="ORDER1"),
            settled("alipay", "V2", "3.00", order_no="ORDER2"),
        ],
    )
    assert _everything(hall) == ["T02 ref:alipay/V2 3.00", "T03 ref:alipay/ORDER1 0.01"]


def test_the_wrong_tender_takes_the_place_of_both_findings(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "58.00", "wechat", tender_ref="X1")],
        settlements=[settled("pos", "X1", "58.00"), settled("alipay", "X1", "58.00")],
    )
    assert _everything(hall) == ["T02 ref:pos/X1 58.00", "T04 ref:wechat/X1"]


def test_another_sum_is_no_wrong_tender(hall: SmallHall) -> None:
    hall.day(
        accounts=[sale("T1", "58.00", "wechat", tender_ref="X1")],
        settlements=[settled("pos", "X1", "58.01")],
    )
    assert _everything(hall) == ["T01 ref:wechat/X1 -58.00", "T02 ref:pos/X1 58.01"]


@pytest.mark.parametrize(
    ("settled_on", "on_the_payment", "on_the_settlement"),
    [
        ("2026-11-20", [], None),
        ("2026-11-23", ["T05 ref:wechat/W1"], []),
        ("2026-11-24", ["T01 ref:wechat/W1 -58.00"], []),
        ("2026-11-27", ["T01 ref:wechat/W1 -58.00"], []),
        ("2026-11-28", ["T01 ref:wechat/W1 -58.00"], ["T02 ref:wechat/W1 58.00"]),
        ("2026-11-17", ["T05 ref:wechat/W1"], []),
        ("2026-11-16", ["T05 ref:wechat/W1"], ["T02 ref:wechat/W1 58.00"]),
        ("2026-11-13", ["T05 ref:wechat/W1"], ["T02 ref:wechat/W1 58.00"]),
        ("2026-11-12", ["T01 ref:wechat/W1 -58.00"], ["T02 ref:wechat/W1 58.00"]),
    ],
)
def test_matching_looks_seven_days_back_and_three_on(
    hall: SmallHall,
    settled_on: str,
    on_the_payment: list[str],
    on_the_settlement: list[str] | None,
) -> None:
    hall.day(
        accounts=[sale("T1", "58.00", "wechat", tender_ref="W1")],
        settlements=[settled("wechat", "W1", "58.00", settled_at=f"{settled_on} 09:00:00")],
    )
    assert _everything(hall) == on_the_payment
    if on_the_settlement is not None:
        assert _everything(hall, date=settled_on) == on_the_settlement


def test_a_second_after_midnight_is_another_day(hall: SmallHall) -> None:
    hall.day(
        accounts=[
            sale("T1", "5.00", "wechat", tender_ref="W1", accepted_at=f"{TODAY} 23:59:59"),
            sale("T2", "6.00", "wechat", tender_ref="W2", accepted_at=f"{TODAY} 23:59:58"),
        ],
        settlements=[
            settled("wechat", "W1", "5.00", settled_at=f"{TOMORROW} 00:00:00"),
            settled("wechat", "W2", "6.00", settled_at=f"{TODAY} 23:59:59"),
        ],
    )
    assert _everything(hall) == ["T05 ref:wechat/W1"]
    assert _everything(hall, date=TOMORROW) == []


def test_a_refund_is_on_its_way_for_seven_working_days(hall: SmallHall) -> None:
    # 20 November 2026 is a Friday: the seventh working day after it is Tuesday, 1 December.
    hall.day(accounts=[sale("T1", "-50.00", "wechat", tender_ref="R1", line_kind="refund")])
    assert _everything(hall, now="2026-12-01T23:59:59") == ["T05 ref:wechat/R1"]
    assert _everything(hall, now="2026-12-02T00:00:00") == ["T01 ref:wechat/R1 50.00"]


def test_a_refund_is_found_by_its_own_or_the_original_reference(hall: SmallHall) -> None:
    paid = sale("T1", "50.00", "wechat", tender_ref="W1")
    back = {"line_kind": "refund", "original_txn_no": "T1"}
    hall.day(
        accounts=[
            paid,
            sale("T2", "-10.00", "wechat", tender_ref="Q2", **back),
            sale("T3", "-11.00", "wechat", tender_ref="W1", **back),
            sale("T4", "-12.00", "wechat", **back),
        ],
        settlements=[
            settled("wechat", "W1", "50.00"),
            settled("wechat", "W1", "-10.00", refund_ref="Q2"),
            settled("wechat", "W1", "-11.00", refund_ref="Q3"),
            settled("wechat", "W1", "-12.00", refund_ref="Q4"),
            settled("wechat", "W1", "-13.00", refund_ref="Q5"),
        ],
    )
    assert _everything(hall) == ["T02 ref:wechat/W1 -13.00"]


def test_a_batch_is_compared_as_one_sum(hall: SmallHall) -> None:
    at_terminal = {"terminal": "T9", "batch_no": "000001"}
    hall.day(
        toml=_BATCH,
        accounts=[
            sale("T1", "50.00", "pos", **at_terminal),
            sale("T2", "8.00", "pos", **at_terminal),
            sale("T3", "7.00", "pos", terminal="T9", batch_no="000002"),
        ],
        settlements=[
            settled("pos", "B1", "57.00", **at_terminal),
            settled("pos", "B3", "4.00", terminal="T8", batch_no="000001"),
        ],
    )
    assert _everything(hall) == [
        "T01 batch:pos/T9/000002 -7.00",
        "T02 batch:pos/T8/000001 4.00",
        "T03 batch:pos/T9/000001 -1.00",
    ]


def test_a_day_is_compared_as_one_sum_of_that_date(hall: SmallHall) -> None:
    hall.day(
        toml=_DAY,
        accounts=[sale("T1", "50.00", "pos"), sale("T2", "8.00", "pos")],
        settlements=[
            settled("pos", "D1", "50.00"),
            settled("pos", "D2", "8.00", settled_at=f"{TOMORROW} 00:00:01"),
        ],
    )
    assert _everything(hall) == ["T03 day:pos -8.00"]
    assert _everything(hall, date=TOMORROW) == ["T02 day:pos 8.00"]


def test_a_tender_is_asked_for_once_its_source_is_there_or_due(hall: SmallHall) -> None:
    hall.day(
        toml='expected = ["accounts", "settlements:wechat", "settlements:alipay"]\n',
        accounts=[
            sale("T1", "50.00", "wechat", tender_ref="W1"),
            sale("T2", "8.00", "alipay", tender_ref="Z1"),
        ],
        settlements=[settled("alipay", "Z2", "1.00")],
    )
    evening, noon = f"{TODAY}T21:00:00", f"{TOMORROW}T12:00:00"
    assert hall.finds("T01", now=evening) == ["ref:alipay/Z1 -8.00"]
    assert hall.finds("D01", now=evening) == ["source:settlements:wechat"]
    assert hall.finds("T01", now=noon) == ["ref:alipay/Z1 -8.00", "ref:wechat/W1 -50.00"]
    assert hall.finds("D01", nil="settlements:wechat") == []
    assert hall.finds("T01", now=evening, nil="settlements:wechat")[-1] == "ref:wechat/W1 -50.00"
