"""P01 to P09: numbers missing, used twice, void, borrowed, out of order, red, of no structure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from invoices.models import InvoiceRange
from ledger.hall_rules import CounterClerk
from ledger.organisations import take_rows
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import (
    CODE,
    Found,
    at,
    day,
    facts,
    form,
    of,
    put,
    run,
)

NONE = (None, None)
E_INVOICE = "26440000000012345678"


def draw(
    hall: OpenHall, first: str, last: str, *, clerk: str = "A01", used_to: int | None = None
) -> None:
    """Let a clerk draw the numbers first to last."""
    with hall.work(LOADER) as uow:
        uow.session.add(
            InvoiceRange(
                hall_id=hall.id,
                id=take_rows(uow, hall.id),
                book_id=take_rows(uow, hall.id),
                place="clerk" if clerk else "safe",
                invoice_code=CODE,
                first_number=int(first),
                last_number=int(last),
                first_no=first,
                last_no=last,
                carrier="continuous",
                clerk=clerk,
                used_to=used_to,
                drawn_at=None,
                document_id=0,
            )
        )


def numbers(hall: OpenHall, code: str, *, date: dt.date = DAY) -> list[str]:
    """Give the numbers one check finds, without the code before them."""
    found = of(run(hall, date=date), code)
    assert set(found.values()) <= {NONE}
    return [subject.partition("/")[2] for _, subject in sorted(found)]


def use(hall: OpenHall, *used: int | str, date: dt.date = DAY, **cells: Any) -> None:
    """Register forms in the order given, a minute apart."""
    rows = [
        form(f"{number:0>8}", 0, issued_at=at("10:00", date=date) + minute * 60_000_000, **cells)
        for minute, number in enumerate(used)
    ]
    put(hall, "invoices", *rows)


def test_a_number_passed_over_is_missing(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    use(hall, 100001, 100002, 100004, 100007)
    assert numbers(hall, "P01") == ["00100003", "00100005", "00100006"]


def test_numbers_before_the_first_used_are_missing_unless_used_before_the_books(
    hall: OpenHall,
) -> None:
    draw(hall, "00100001", "00100050")
    draw(hall, "00200001", "00200050", used_to=200010)
    use(hall, 100003, 200012)
    assert numbers(hall, "P01") == ["00100001", "00100002", "00200011"]


def test_a_gap_is_found_on_the_first_day_a_higher_number_was_used(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    use(hall, 100001, date=day(-2))
    use(hall, 100003, date=day(-1))
    use(hall, 100005, date=DAY)
    assert numbers(hall, "P01", date=day(-1)) == ["00100002"]
    assert numbers(hall, "P01") == ["00100004"]


def test_a_number_registered_later_is_not_missing_any_more(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    use(hall, 100001, 100004)
    assert numbers(hall, "P01") == ["00100002", "00100003"]
    use(hall, 100003, date=day(2))
    assert numbers(hall, "P01") == ["00100002"]
    assert numbers(hall, "P01", date=day(2)) == []


@pytest.mark.parametrize(
    ("last", "found"), [(100102, 100), (100103, "00100002-00100102"), (100203, None)]
)
def test_more_than_a_hundred_in_a_row_are_one_finding(
    hall: OpenHall, last: int, found: int | str | None
) -> None:
    draw(hall, "00100001", "00100300")
    use(hall, 100001, last)
    missing = numbers(hall, "P01")
    if isinstance(found, int):
        assert missing == [f"{n:08d}" for n in range(100002, 100102)]
    else:
        assert missing == [found or "00100002-00100202"]
        assert facts(hall, "P01", f"invoice:{CODE}/{missing[0]}")["count"] == last - 100002


def test_numbers_in_the_safe_or_of_another_length_have_no_gap(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050", clerk="")
    draw(hall, "00200001", "00200050")
    use(hall, 100003)
    put(hall, "invoices", form("200003", 0))
    assert numbers(hall, "P01") == []


def test_a_number_issued_at_two_times_is_used_twice(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    put(hall, "invoices", form("00100001", 100), form("00100001", 50))
    put(hall, "invoices", form("00100002", 100), form("00100002", 50, issued_at=at("10:01")))
    put(hall, "invoices", form("00100003", 100), form("00100003", 0, "void", issued_at=at("11:00")))
    put(hall, "invoices", form("00100004", 100, issued_at=at("10:00", date=day(-1))))
    put(hall, "invoices", form("00100004", 100, clerk="A02"))
    assert numbers(hall, "P02") == ["00100002", "00100004"]
    assert numbers(hall, "P02", date=day(-1)) == []


def test_two_clerks_at_one_time_used_it_twice_and_one_person_with_two_numbers_did_not(
    hall: OpenHall,
) -> None:
    put(hall, "invoices", form("00100001", 100), form("00100001", 100, clerk="A02"))
    put(hall, "invoices", form(E_INVOICE, 100), form(E_INVOICE, 100, issued_at=at("12:00")))
    assert of(run(hall), "P02") == {
        ("P02", f"invoice:{CODE}/00100001"): NONE,
        ("P02", f"invoice:/{E_INVOICE}"): NONE,
    }


@pytest.mark.parametrize(
    ("copies", "recovered", "reason", "found"),
    [(3, 3, "错", False), (3, 2, "错", True), (3, 3, "", True), (None, None, "错", False)],
)
def test_a_void_form_needs_every_copy_and_a_reason(
    hall: OpenHall, copies: int | None, recovered: int | None, reason: str, found: bool
) -> None:
    cells = {"copies": copies, "copies_recovered": recovered, "void_reason": reason}
    put(hall, "invoices", form("00100001", 0, "void", **cells))
    assert numbers(hall, "P03") == (["00100001"] if found else [])


def test_a_number_of_twenty_digits_cannot_be_void(hall: OpenHall) -> None:
    put(hall, "invoices", form(E_INVOICE, 0, "void", void_reason="错"))
    assert numbers(hall, "P03") == [E_INVOICE]


def test_only_who_drew_a_number_may_use_it(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    draw(hall, "00200001", "00200050", clerk="")
    use(hall, 100001, 100050)
    use(hall, 100051, 200001)
    use(hall, 100002, clerk="A02")
    put(hall, "invoices", form("00100003", 0, invoice_code="044001911299"), form(E_INVOICE, 0))
    assert of(run(hall), "P05") == {
        ("P05", f"invoice:{CODE}/00100002"): NONE,
        ("P05", f"invoice:{CODE}/00100051"): NONE,
        ("P05", f"invoice:{CODE}/00200001"): NONE,
        ("P05", "invoice:044001911299/00100003"): NONE,
    }
    whose = {
        number: facts(hall, "P05", f"invoice:{CODE}/{number}")
        for number in ("00100002", "00100051", "00200001")
    }
    assert whose == {
        "00100002": {"holder": "A01", "why": "clerk"},
        "00100051": {"holder": "", "why": "unknown"},
        "00200001": {"holder": "", "why": "safe"},
    }


def test_every_clerk_of_a_counter_may_use_what_the_counter_drew(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(CounterClerk(hall_id=hall.id, counter="台1", clerk="A01"))
    draw(hall, "00100001", "00100050", clerk="台1")
    use(hall, 100001)
    use(hall, 100002, clerk="A02")
    assert numbers(hall, "P05") == ["00100002"]


def test_a_number_is_used_on_its_first_day_only(hall: OpenHall) -> None:
    put(hall, "invoices", form("00100001", 100, issued_at=at("10:00", date=day(-1))))
    put(hall, "invoices", form("00100001", 0, "void", void_reason="错"))
    assert numbers(hall, "P05") == []
    assert numbers(hall, "P05", date=day(-1)) == ["00100001"]


def test_the_lower_of_two_neighbours_issued_later_is_out_of_order(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    use(hall, 100002, 100001, 100003, 100009, 100005)
    assert numbers(hall, "P06") == ["00100001", "00100005"]
    assert facts(hall, "P06", f"invoice:{CODE}/00100005") == {"next_no": "00100009"}


@pytest.mark.parametrize(("seconds", "found"), [(-1, False), (0, False), (1, True)])
def test_equal_times_are_in_order(hall: OpenHall, seconds: int, found: bool) -> None:
    draw(hall, "00100001", "00100050")
    put(hall, "invoices", form("00100002", 0))
    put(hall, "invoices", form("00100001", 0, issued_at=at("10:00") + seconds * 1_000_000))
    assert numbers(hall, "P06") == (["00100001"] if found else [])


def test_out_of_order_belongs_to_the_day_of_the_lower(hall: OpenHall) -> None:
    draw(hall, "00100001", "00100050")
    use(hall, 100002, date=day(-1))
    use(hall, 100001)
    assert numbers(hall, "P06", date=day(-1)) == []
    assert numbers(hall, "P06") == ["00100001"]


def red(number: str, fen: int, original: str, **cells: Any) -> dict[str, Any]:
    """Give a red letter of an original with the usual code."""
    names = {"original_code": CODE, "original_no": original}
    return form(number, -fen, "red", **{**names, **cells})


@pytest.mark.parametrize(("second", "found"), [(17999, False), (18000, False), (18001, True)])
def test_reds_may_not_exceed_their_original(hall: OpenHall, second: int, found: bool) -> None:
    """300.00 issued yesterday; 120.00 and then 180.00 reversed is all of it."""
    put(hall, "invoices", form("00100001", 30000, issued_at=at("10:00", date=day(-1))))
    put(hall, "invoices", red("00100002", 12000, "00100001"), red("00100003", second, "00100001"))
    assert numbers(hall, "P07") == (["00100002", "00100003"] if found else [])


def test_a_void_original_has_no_red(hall: OpenHall) -> None:
    put(hall, "invoices", form("00100001", 0, "void", void_reason="错"))
    put(hall, "invoices", red("00100002", 100, "00100001"))
    assert numbers(hall, "P07") == ["00100002"]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"original_date": day(-90), "original_amount": 5000}, False),
        ({"original_date": day(-90), "original_amount": 4999}, True),
        ({"original_date": day(-90)}, True),
        ({"original_amount": 5000}, True),
        ({}, True),
    ],
)
def test_a_foreign_original_needs_its_date_and_amount(
    hall: OpenHall, cells: dict[str, Any], found: bool
) -> None:
    put(hall, "invoices", red("00100002", 5000, "99999999", **cells))
    assert numbers(hall, "P07") == (["00100002"] if found else [])


@pytest.mark.parametrize(
    ("code", "number", "known"),
    [
        ("", "26440000000012345678", True),
        ("", "21440000000012345678", True),
        ("", "20440000000012345678", False),
        ("", "27440000000012345678", False),
        ("", "2644000000001234567", False),
        ("", "12897794", False),
        ("044001911211", "12897794", True),
        ("044002611211", "12897794", True),
        ("044002711211", "12897794", False),
        ("231000940123", "00012345", True),
        ("344001911211", "12897794", False),
        ("0440019112AB", "12897794", False),
        ("4300171130", "02550485", True),
        ("4300271130", "02550485", False),
        ("4300171130", "0012897794", False),
        ("4300171130", "0289779A", False),
        ("43001711301", "02550485", False),
    ],
)
def test_codes_and_numbers_have_a_known_structure(
    hall: OpenHall, code: str, number: str, known: bool
) -> None:
    put(hall, "invoices", form(number, 0, invoice_code=code))
    found: Found = {} if known else {("P09", f"invoice:{code}/{number}"): NONE}
    assert of(run(hall), "P09") == found
