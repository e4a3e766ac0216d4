"""P01 to P09 on registers of a few lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.oracle.small_hall import (
    TODAY,
    TOMORROW,
    YESTERDAY,
    SmallHall,
    drawn,
    invoice,
)

_CODE = "031002500104"
_VOID = {"status": "void", "copies": "3", "copies_recovered": "3", "void_reason": "错"}


@pytest.fixture
def hall(tmp_path: Path) -> SmallHall:
    return SmallHall(tmp_path)


def _elsewhere(no: str, *, at: str = f"{TODAY} 10:05:00", **cells: str) -> dict[str, str]:
    return invoice(no, "10.00", basis="elsewhere", issued_at=at, **cells)


def _paper(*numbers: str) -> list[str]:
    return [f"invoice:{_CODE}/{number}" for number in numbers]


def test_a_number_skipped_below_the_highest_used_is_missing(hall: SmallHall) -> None:
    hall.day(
        invoice_books=[drawn("00000001", "00000050", used_to="00000006")],
        invoices=[_elsewhere("00000007"), _elsewhere("00000009")],
    )
    assert hall.finds("P01") == _paper("00000008")


def test_a_gap_is_found_once_on_the_day_a_higher_number_was_used(hall: SmallHall) -> None:
    hall.day(
        invoice_books=[drawn("00000001", "00000050")],
        invoices=[_elsewhere("00000001")],
    )
    hall.day(TOMORROW, invoices=[_elsewhere("00000003", at=f"{TOMORROW} 09:00:00")])
    hall.day("2026-11-22", invoices=[_elsewhere("00000004", at="2026-11-22 09:00:00")])
    assert hall.finds("P01") == []
    assert hall.finds("P01", date=TOMORROW) == _paper("00000002")
    assert hall.finds("P01", date="2026-11-22") == []


@pytest.mark.parametrize(
    ("next_used", "findings"), [("00000102", 100), ("00000103", 1), ("00000002", 0)]
)
def test_more_than_a_hundred_in_a_row_are_one_finding(
    hall: SmallHall, next_used: str, findings: int
) -> None:
    hall.day(
        invoice_books=[drawn("00000001", "00000200")],
        invoices=[_elsewhere("00000001"), _elsewhere(next_used)],
    )
    found = hall.finds("P01")
    assert len(found) == findings
    if findings == 1:
        assert found == [f"invoice:{_CODE}/00000002-00000102"]


def test_one_number_at_two_times_or_by_two_persons_is_used_twice(hall: SmallHall) -> None:
    twice, two_clerks, one_person, rows = (f"2531200000000000000{n}" for n in range(1, 5))
    hall.day(
        YESTERDAY,
        invoices=[_elsewhere(twice, at=f"{YESTERDAY} 10:00:00")],
    )
    hall.day(
        invoices=[
            _elsewhere(twice),
            *[_elsewhere(two_clerks, clerk=clerk) for clerk in ("A01", "A02")],
            *[_elsewhere(one_person, clerk=clerk) for clerk in ("A01", "A91")],
            *[_elsewhere(rows) for _ in range(2)],
        ]
    )
    assert hall.finds("P02", date=YESTERDAY) == []
    assert hall.finds("P02") == [f"invoice:/{twice}", f"invoice:/{two_clerks}"]


def test_a_later_void_is_the_next_state_of_the_same_invoice(hall: SmallHall) -> None:
    hall.day(
        invoice_books=[drawn("00000001", "00000050")],
        invoices=[
            _elsewhere("00000001"),
            invoice("00000001", "10.00", issued_at=f"{TODAY} 11:00:00", **_VOID),
        ],
    )
    assert hall.finds("P02") == []
    assert hall.finds("P03") == []


def test_a_void_needs_all_copies_and_a_reason_and_paper(hall: SmallHall) -> None:
    hall.day(
        invoices=[
            invoice("00000001", "10.00", **(_VOID | {"copies_recovered": "2"})),
            invoice("00000002", "10.00", **(_VOID | {"void_reason": ""})),
            invoice("00000003", "10.00", **_VOID),
            invoice("25312000000000000001", "10.00", **_VOID),
        ]
    )
    e_invoice = "invoice:/25312000000000000001"
    assert hall.finds("P03") == [e_invoice, *_paper("00000001", "00000002")]


def test_a_number_is_used_by_the_person_who_drew_it(hall: SmallHall) -> None:
    hall.day(
        invoice_books=[
            drawn("00000001", "00000010"),
            drawn("00000011", "00000020", "A02"),
            drawn("00000021", "00000030", ""),
        ],
        invoices=[
            _elsewhere("00000010", clerk="A91"),
            _elsewhere("00000011"),
            _elsewhere("00000021"),
            _elsewhere("00000031"),
            _elsewhere("25312000000000000001"),
        ],
    )
    assert hall.finds("P05") == _paper("00000011", "00000021", "00000031")


def test_of_neighbours_the_lower_must_not_be_the_later(hall: SmallHall) -> None:
    hall.day(
        invoice_books=[drawn("00000001", "00000050")],
        invoices=[
            _elsewhere("00000001", at=f"{TODAY} 10:00:01"),
            _elsewhere("00000003", at=f"{TODAY} 10:00:00"),
            _elsewhere("00000004", at=f"{TODAY} 10:00:00"),
        ],
    )
    assert hall.finds("P06") == _paper("00000001")


def test_a_red_letter_needs_a_blue_one_that_can_bear_it(hall: SmallHall) -> None:
    def red(no: str, amount: str, **original: str) -> dict[str, str]:
        return invoice(no, amount, "red", basis="elsewhere", **original)

    blue, void = "25312000000000000001", "00000009"
    foreign = {"original_no": "25330000000000000009"}
    hall.day(
        invoices=[
            invoice(blue, "300.00"),
            invoice(void, "50.00", **_VOID),
            red("25312000000000000011", "-120.00", original_no=blue),
            red("25312000000000000012", "-180.00", original_no=blue),
            red("25312000000000000013", "-50.00", original_code=_CODE, original_no=void),
            red("25312000000000000014", "-5.00", **foreign, original_date="2026-10-01"),
            red("25312000000000000015", "-5.00", **foreign, original_amount="5.00"),
            red(
                "25312000000000000016",
                "-5.01",
                **foreign,
                original_date="2026-10-01",
                original_amount="5.00",
            ),
            red(
                "25312000000000000017",
                "-5.00",
                **foreign,
                original_date="2026-10-01",
                original_amount="5.00",
            ),
        ]
    )
    assert hall.finds("P07") == [f"invoice:/253120000000000000{n}" for n in (13, 14, 15, 16)]


def test_reds_that_exceed_their_original_together_are_all_found(hall: SmallHall) -> None:
    blue = "25312000000000000001"
    hall.day(
        invoices=[
            invoice(blue, "300.00"),
            invoice("25312000000000000011", "-120.00", "red", original_no=blue),
            invoice("25312000000000000012", "-180.01", "red", original_no=blue),
        ]
    )
    assert hall.finds("P07") == [
        "invoice:/25312000000000000011",
        "invoice:/25312000000000000012",
    ]


@pytest.mark.parametrize(
    ("code", "no", "known"),
    [
        ("", "25440000000012345678", True),
        ("", "21440000000012345678", True),
        ("", "20440000000012345678", False),
        ("", "27440000000012345678", False),
        ("", "2544000000001234567", False),
        ("044001911211", "12897794", True),
        ("231000940123", "00012345", True),
        ("3100251130", "02550485", True),
        ("044001911211", "0012897794", False),
        ("344001911211", "12897794", False),
        ("04400191121", "12897794", False),
        ("", "12897794", False),
    ],
)
def test_codes_and_numbers_have_one_of_the_known_structures(
    hall: SmallHall, code: str, no: str, known: bool
) -> None:
    hall.day(invoices=[_elsewhere(no, invoice_code=code)])
    assert hall.finds("P09") == ([] if known else [f"invoice:{code}/{no}"])


def _used_up(at: str) -> dict[str, Any]:
    numbers = ("00000001", "00000002")
    return {
        "invoice_books": [drawn(*numbers)],
        "invoices": [_elsewhere(number, at=f"{at} 10:05:00") for number in numbers],
    }


@pytest.mark.parametrize(
    ("date", "limit", "found"),
    [
        ("2026-11-30", "", False),
        ("2026-12-01", "", True),
        ("2026-11-25", "book_return_days = 5", False),
        ("2026-11-26", "book_return_days = 5", True),
    ],
)
def test_a_finished_book_is_due_by_the_end_of_its_month_or_in_days(
    hall: SmallHall, date: str, limit: str, found: bool
) -> None:
    hall.day(toml=f"[limits]\n{limit}\n", **_used_up(TODAY))
    assert hall.finds("P08", date=date) == ([f"book:{_CODE}/00000001"] if found else [])


def test_a_book_with_a_number_left_is_not_finished(hall: SmallHall) -> None:
    files = _used_up(TODAY)
    files["invoices"][1] |= _VOID | {"copies_recovered": "2"}
    hall.day(**files)
    assert hall.finds("P08", date="2026-12-31") == []
