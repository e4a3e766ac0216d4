"""Who holds what, and G01, G02, G03, G06 and G07 on a handful of papers, lines and counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.reading import Row
from tests.oracle.serials import gather_runs, spell_out
from tests.oracle.small_hall import (
    BAG,
    CARD,
    ITEMS,
    PHONE,
    TODAY,
    TOMORROW,
    SmallHall,
    counted,
    goods,
    paper,
)

_COUNTER = '[[counter]]\ncode = "G1"\nclerks = ["A02"]\n'
_BACK = {"line_kind": "refund", "original_txn_no": "T1"}


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


def _drawn(*serials: str, clerk: str = "A01") -> list[Row]:
    return [paper("receipt", PHONE, one) for one in serials] + [
        paper("draw", PHONE, one, clerk, at=f"{TODAY} 08:30:00") for one in serials
    ]


def test_runs_go_by_the_number_before_the_check_digit() -> None:
    cards = spell_out("sim", "89860112345678901005", "89860112345678901039")
    assert cards == [
        "89860112345678901005",
        "89860112345678901013",
        "89860112345678901021",
        "89860112345678901039",
    ]
    assert spell_out("recharge_card", "A0099", "A0101") == ["A0099", "A0100", "A0101"]
    assert spell_out("handset", "490154203237518", "") == ["490154203237518"]
    assert gather_runs("sim", cards[:2] + cards[3:]) == [cards[:2], cards[3:]]
    runs = gather_runs("recharge_card", ["A9", "A10", "B11", "A11"])
    assert runs == [["A9"], ["A10", "A11"], ["B11"]]


def test_equal_numbers_of_other_serials_are_two_differences(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=_drawn("S1", "S3", "S5"),
        counts=[counted("A01", PHONE, one) for one in ("S1", "S5", "S7")],
    )
    assert hall.finds("G01") == ["serial:A01/S3 -1", "serial:A01/S7 1"]


def test_a_run_missing_and_a_run_too_many_are_one_finding_each(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=_drawn("S1", "S2", "S3", "S4"),
        counts=[counted("A01", PHONE, "S4", "3", serial_to="S6")],
    )
    assert hall.finds("G01") == ["serial:A01/S1-S3 -3", "serial:A01/S5-S6 2"]


@pytest.mark.parametrize(
    ("count", "found"), [("6", []), ("5", ["item:A01/BAG -1"]), ("8", ["item:A01/BAG 2"])]
)
def test_pieces_are_opening_drawn_sold_given_and_returned(
    hall: SmallHall, count: str, found: list[str]
) -> None:
    moves = [
        paper("receipt", BAG, quantity="30"),
        paper("draw", BAG, "", "A01", quantity="10"),
        paper("return", BAG, "", "A01", quantity="2", at=f"{TODAY} 18:00:00"),
    ]
    lines = [
        goods("T1", BAG, "18.00", quantity="2"),
        goods("T2", BAG, "-9.00", quantity="1", **_BACK),
        goods("T3", BAG, "90.00", quantity="99"),
    ]
    hall.day(items=ITEMS, stock=moves, accounts=lines, counts=[counted("A01", BAG, "", count)])
    assert hall.finds("G01") == found


def test_what_was_not_counted_is_not_compared_and_zero_is_a_count(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=[*_drawn("S1"), paper("receipt", CARD, "C1"), paper("receipt", BAG, quantity="3")],
        counts=[counted("", CARD, "", "0")],
    )
    assert hall.finds("G01") == ["serial:store/C1 -1"]


def test_a_count_without_serials_is_compared_by_quantity(hall: SmallHall) -> None:
    hall.day(items=ITEMS, stock=_drawn("S1", "S2"), counts=[counted("A01", PHONE, "", "1")])
    assert hall.finds("G01") == ["item:A01/SJ -1"]


def test_two_numbers_of_one_person_are_one_place(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=_drawn("S1", "S2"),
        accounts=[goods("T1", PHONE, "1299.00", "S1", clerk="A91")],
        counts=[counted("A91", PHONE, "S2")],
    )
    assert hall.finds("G01") == hall.finds("G02") == []


def test_goods_left_today_leave_custody_only_where_they_were(hall: SmallHall) -> None:
    hall.day(
        toml=_COUNTER,
        items=ITEMS,
        stock=_drawn("S1") + _drawn("S3", clerk="G1"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1", clerk="A02"),
            goods("T2", PHONE, "1299.00", "S3", clerk="A02"),
            goods("T3", PHONE, "1299.00", "S9", clerk="A02"),
        ],
        counts=[counted("A01", PHONE, "", "0"), counted("G1", PHONE, "", "0")],
    )
    assert hall.finds("G02") == ["serial:A02/S1", "serial:A02/S9"]
    assert hall.finds("G01") == ["serial:A01/S1 -1"]


def test_a_counter_serves_only_its_own_clerks(hall: SmallHall) -> None:
    hall.day(
        toml=_COUNTER,
        items=ITEMS,
        stock=_drawn("S1", clerk="G1"),
        accounts=[goods("T1", PHONE, "1299.00", "S1")],
    )
    assert hall.finds("G02") == ["serial:A01/S1"]


def test_a_paper_counts_for_its_whole_day_and_not_before(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=[paper("receipt", PHONE, one) for one in ("S1", "S3")],
        accounts=[goods("T1", PHONE, "1299.00", "S1")],
    )
    at = {"at": f"{TOMORROW} 15:00:00"}
    hall.day(
        TOMORROW,
        stock=[paper("draw", PHONE, one, "A01", **at) for one in ("S1", "S3")],
        accounts=[goods("T2", PHONE, "1299.00", "S3", accepted_at=f"{TOMORROW} 09:00:00")],
    )
    assert hall.finds("G02") == ["serial:A01/S1"]
    assert hall.finds("G02", date=TOMORROW) == []


def test_taken_back_and_returned_to_the_store_on_one_day(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=[*_drawn("S1"), paper("return", PHONE, "S1", "A01", at=f"{TODAY} 18:00:00")],
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T2", PHONE, "-1299.00", "S1", accepted_at=f"{TODAY} 11:00:00", **_BACK),
        ],
        counts=[counted("A01", PHONE, "", "0"), counted("", PHONE, "S1")],
    )
    assert hall.finds("G02") == hall.finds("G01") == []


def test_sold_again_on_another_day_is_out_of_nobodys_hands(hall: SmallHall) -> None:
    later = {"accepted_at": f"{TODAY} 12:00:00"}
    hall.day(
        items=ITEMS,
        stock=_drawn("S1"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T2", PHONE, "1299.00", "S1", **later),
        ],
    )
    hall.day(
        TOMORROW, accounts=[goods("T3", PHONE, "1299.00", "S1", accepted_at=f"{TOMORROW} 09:00:00")]
    )
    assert hall.finds("G02") == []
    assert hall.finds("G02", date=TOMORROW) == ["serial:A01/S1"]


def test_what_is_brought_back_is_with_the_clerk_who_took_it(hall: SmallHall) -> None:
    later = {"accepted_at": f"{TODAY} 11:00:00"}
    hall.day(
        items=ITEMS,
        stock=_drawn("S1"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T2", PHONE, "-1299.00", "S1", clerk="A02", **_BACK, **later),
        ],
        counts=[counted("A02", PHONE, "S1"), counted("A01", PHONE, "", "0")],
    )
    assert hall.finds("G01") == []


def test_sold_twice_on_one_day_and_across_days(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=_drawn("S1", "S3"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T1", PHONE, "0.00", "S1", line_no="2"),
            goods("T2", PHONE, "1299.00", "S1", accepted_at=f"{TODAY} 12:00:00", clerk="A02"),
            goods("T3", PHONE, "1299.00", "S3"),
        ],
    )
    hall.day(
        TOMORROW, accounts=[goods("T4", PHONE, "1299.00", "S3", accepted_at=f"{TOMORROW} 09:00:00")]
    )
    assert hall.finds("G03") == ["serial:A02/S1"]
    assert hall.finds("G03", date=TOMORROW) == ["serial:A01/S3"]


def test_sold_again_after_a_return_is_fine(hall: SmallHall) -> None:
    hall.day(
        items=ITEMS,
        stock=_drawn("S1"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T2", PHONE, "-1299.00", "S1", accepted_at=f"{TODAY} 11:00:00", **_BACK),
            goods("T3", PHONE, "1299.00", "S1", accepted_at=f"{TODAY} 12:00:00"),
        ],
    )
    assert hall.finds("G03") == hall.finds("G02") == []


def test_a_correction_moves_goods_on_its_own_day(hall: SmallHall) -> None:
    wrong = {"line_kind": "correction", "accepted_at": f"{TODAY} 15:00:00"}
    hall.day(
        items=ITEMS,
        stock=_drawn("S1", "S3"),
        accounts=[
            goods("T1", PHONE, "1299.00", "S1"),
            goods("T2", PHONE, "-1299.00", "S1", **wrong),
            goods("T2", PHONE, "1299.00", "S3", line_no="2", **wrong),
        ],
        counts=[counted("A01", PHONE, "S1")],
    )
    assert hall.finds("G01") == hall.finds("G04") == []


@pytest.mark.parametrize(
    ("lent_on", "limit", "found"),
    [
        ("2026-11-05", "", []),
        ("2026-11-04", "", ["serial:store/S1"]),
        ("2026-11-13", "loan_days = 7", []),
        ("2026-11-12", "loan_days = 7", ["serial:store/S1"]),
    ],
)
def test_a_loan_is_overdue_after_its_last_day(
    hall: SmallHall, lent_on: str, limit: str, found: list[str]
) -> None:
    at = {"at": f"{lent_on} 10:00:00"}
    hall.day(
        toml=f"[limits]\n{limit}\n",
        items=ITEMS,
        stock=[
            paper("receipt", "LOANER", "S1", at="2026-11-01 08:00:00"),
            paper("lend", "LOANER", "S1", **at),
        ],
    )
    assert hall.finds("G06") == found


def test_counts_are_due_daily_only_where_the_hall_says_so(hall: SmallHall) -> None:
    hall.day(items=ITEMS, stock=_drawn("S1"))
    assert hall.finds("G07") == []
    hall.day(
        TOMORROW,
        toml="[limits]\ncount_due_daily = 1\n",
        stock=[paper("receipt", BAG, quantity="2"), paper("receipt", CARD, "C1")],
        accounts=[goods("T1", PHONE, "1299.00", "S1", accepted_at=f"{TOMORROW} 09:00:00")],
        counts=[counted("", CARD, "C1")],
    )
    assert hall.finds("G07", date=TOMORROW) == ["count:store/BAG"]


@pytest.mark.parametrize(
    ("date", "expected", "found"),
    [
        ("2026-11-30", '["counts"]', ["count:store/BAG"]),
        ("2026-11-29", '["counts"]', []),
        ("2026-11-30", '["accounts"]', []),
    ],
)
def test_the_last_day_of_a_month_is_counted_where_counts_are_expected(
    hall: SmallHall, date: str, expected: str, found: list[str]
) -> None:
    received = paper("receipt", BAG, quantity="2", at=f"{date} 08:00:00")
    hall.day(date, toml=f"expected = {expected}\n", items=ITEMS, stock=[received])
    assert hall.finds("G07", date=date) == found
