"""The month's 领用存: counts and segments that tile, or no report (DOMAIN INV-04)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from invoices.form_months import CAME, WENT, FormMonth, months_of_forms
from invoices.form_proofs import prove_closing
from invoices.report_errors import FormHasNoState, FormsCountedOtherwise, FormsDoNotTile
from tests.builders import OpenHall
from tests.invoices.moving_forms import (
    CLERK,
    FEB,
    ISSUED,
    JAN,
    LOST,
    MARCH,
    OTHER,
    OUTSIDE,
    RED,
    SAFE,
    VOID,
    code_of,
    move_forms,
    open_months,
    receive_book,
    undo,
)


def month_of(hall: OpenHall, day: dt.date, code: str | None = None) -> FormMonth:
    """Give the report of the day's month for the one code."""
    wanted = code_of(hall) if code is None else code
    return next(one for one in months(hall, day) if one.invoice_code == wanted)


def months(hall: OpenHall, day: dt.date) -> list[FormMonth]:
    first = day.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    with hall.read() as uow:
        return months_of_forms(uow, [hall.hall], first, last)


def counts(month: FormMonth) -> dict[str, int]:
    """Give the headings that have numbers, each with how many."""
    named = {name: month.count(name) for name in (*CAME, *WENT)}
    return {name: count for name, count in named.items() if count}


def runs(month: FormMonth, heading: str) -> list[str]:
    return [str(one) for one in month.parts[heading]]


@pytest.fixture
def known_month(hall: OpenHall) -> OpenHall:
    """Give the hall of the example of the rule: 50 and 100 more, of which 98 are used."""
    open_months(hall, JAN, FEB, MARCH)
    receive_book(hall, "00000001", "00000050", day=JAN)
    receive_book(hall, "00000051", "00000150", day=FEB)
    move_forms(hall, f"{SAFE} > {CLERK}", "00000001", "00000120", day=FEB)
    move_forms(hall, f"{CLERK} > {ISSUED}", "00000001", "00000096", day=FEB)
    for number in ("00000007", "00000008", "00000030", "00000096"):
        move_forms(hall, f"{ISSUED} > {VOID}", number, day=FEB)
    move_forms(hall, f"{CLERK} > {RED}", "00000097", day=FEB)
    move_forms(hall, f"{SAFE} > {LOST}", "00000150", day=FEB)
    return hall


def test_inv_04_the_closing_of_the_example_is_52(known_month: OpenHall) -> None:
    month = month_of(known_month, FEB)
    assert counts(month) == {
        "opening": 50,
        "received": 100,
        "issued": 92,
        "red": 1,
        "void": 4,
        "lost": 1,
        "closing": 52,
    }
    assert runs(month, "opening") == ["00000001–00000050"]
    assert runs(month, "received") == ["00000051–00000150"]
    assert runs(month, "void") == ["00000007–00000008", "00000030", "00000096"]
    assert runs(month, "issued") == [
        "00000001–00000006",
        "00000009–00000029",
        "00000031–00000095",
    ]
    assert runs(month, "closing") == ["00000098–00000149"]


def test_inv_04_a_closing_of_51_entered_by_hand_is_refused_with_its_difference(
    known_month: OpenHall,
) -> None:
    month = month_of(known_month, FEB)
    prove_closing(month.invoice_code, month.parts["closing"], 52)
    with pytest.raises(FormsCountedOtherwise, match=r"52 .* 51 .* difference 1;") as refused:
        prove_closing(month.invoice_code, month.parts["closing"], 51)
    assert refused.value.facts["difference"] == 1
    assert "00000098–00000149" in str(refused.value)


def test_the_opening_of_a_month_is_the_closing_of_the_one_before(known_month: OpenHall) -> None:
    before, after = month_of(known_month, FEB), month_of(known_month, MARCH)
    assert after.parts["opening"] == before.parts["closing"]
    assert counts(after) == {"opening": 52, "closing": 52}


def test_a_past_month_is_the_same_whatever_was_done_later(known_month: OpenHall) -> None:
    before = month_of(known_month, FEB)
    move_forms(known_month, f"{CLERK} > {ISSUED}", "00000098", "00000110", day=MARCH)
    move_forms(known_month, f"{SAFE} > {OUTSIDE}", "00000121", "00000149", day=MARCH)
    assert month_of(known_month, FEB) == before
    assert counts(month_of(known_month, MARCH)) == {
        "opening": 52,
        "issued": 13,
        "returned": 29,
        "closing": 10,
    }


def test_a_number_issued_in_january_and_void_in_february_is_told_apart(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000010", day=JAN)
    move_forms(hall, f"{SAFE} > {ISSUED}", "00000001", "00000004", day=JAN)
    move_forms(hall, f"{ISSUED} > {VOID}", "00000002", "00000003", day=FEB)
    january, february = month_of(hall, JAN), month_of(hall, FEB)
    assert counts(january) == {"received": 10, "issued": 4, "closing": 6}
    assert january.changes == ()
    assert counts(february) == {"opening": 6, "closing": 6}
    (change,) = february.changes
    assert (change.was, change.became) == ("issued", "void")
    assert [str(one) for one in change.runs] == ["00000002–00000003"]


def test_what_is_received_and_returned_in_one_month_is_on_both_sides(hall: OpenHall) -> None:
    open_months(hall, JAN)
    receive_book(hall, "00000001", "00000010", day=JAN)
    move_forms(hall, f"{SAFE} > {OUTSIDE}", "00000006", "00000010", day=JAN)
    assert counts(month_of(hall, JAN)) == {"received": 10, "returned": 5, "closing": 5}


def test_a_receipt_that_was_reversed_was_no_receipt(hall: OpenHall) -> None:
    open_months(hall, JAN)
    document = move_forms(hall, f"{OUTSIDE} > {SAFE}", "00000001", "00000010", day=JAN)
    undo(hall, document, day=JAN)
    assert months(hall, JAN) == []


def test_a_use_reversed_in_a_later_month_is_put_back_in_that_month(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000010", day=JAN)
    use = move_forms(hall, f"{SAFE} > {ISSUED}", "00000001", "00000002", day=JAN)
    undo(hall, use, day=FEB)
    assert counts(month_of(hall, JAN)) == {"received": 10, "issued": 2, "closing": 8}
    assert counts(month_of(hall, FEB)) == {"opening": 8, "put_back": 2, "closing": 10}


def test_numbers_used_before_the_books_opened_are_told_apart(hall: OpenHall) -> None:
    open_months(hall, JAN)
    move_forms(hall, f"{OUTSIDE} > invoice_used", "00000001", "00000004", day=JAN)
    move_forms(hall, f"{OUTSIDE} > {CLERK}", "00000005", "00000010", day=JAN)
    month = month_of(hall, JAN)
    assert counts(month) == {"received": 6, "closing": 6}
    assert [str(one) for one in month.earlier] == ["00000001–00000004"]


def test_hand_overs_between_clerks_change_nothing_of_the_hall(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000010", day=JAN)
    move_forms(hall, f"{SAFE} > {CLERK}", "00000001", "00000010", day=FEB)
    move_forms(hall, f"{CLERK} > {OTHER}", "00000001", "00000010", day=FEB)
    assert counts(month_of(hall, FEB)) == {"opening": 10, "closing": 10}


def test_one_number_in_two_lengths_is_two_numbers(hall: OpenHall) -> None:
    open_months(hall, JAN)
    receive_book(hall, "0000009", "0000011", day=JAN)
    receive_book(hall, "00000009", "00000011", day=JAN)
    month = month_of(hall, JAN)
    assert runs(month, "closing") == ["0000009–0000011", "00000009–00000011"]


def test_several_halls_and_codes_are_one_reading(hall: OpenHall, other_hall: OpenHall) -> None:
    for one in (hall, other_hall):
        open_months(one, JAN)
        for code in ("04400191", "14400191"):
            receive_book(one, "00000001", "00000010", day=JAN, code=code_of(one, code))
    with hall.read() as uow:
        halls = [other_hall.hall, hall.hall]
        found = months_of_forms(uow, halls, JAN.replace(day=1), JAN.replace(day=31))
    assert [(one.hall.code, one.invoice_code) for one in found] == [
        (one.hall.code, code_of(one, code))
        for one in sorted((hall, other_hall), key=lambda one: one.hall.code)
        for code in ("04400191", "14400191")
    ]


def test_a_number_used_on_a_day_before_its_receipt_stops_the_report(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000010", day=FEB)
    move_forms(hall, f"{SAFE} > {ISSUED}", "00000003", "00000004", day=JAN)
    with pytest.raises(FormHasNoState, match="00000003–00000004 are in no single state"):
        months(hall, JAN)


def test_a_number_of_a_book_that_no_unit_bears_stops_the_report(hall: OpenHall) -> None:
    open_months(hall, JAN)
    receive_book(hall, "00000001", "00000010", day=JAN)
    with hall.work("V01") as uow:
        uow.session.execute(
            text(
                "UPDATE invoice_books SET last_number = 12, last_no = '00000012'"
                " WHERE hall_id = :hall"
            ),
            {"hall": hall.id},
        )
    with pytest.raises(FormsDoNotTile, match="00000011–00000012 do not tile") as refused:
        months(hall, JAN)
    assert refused.value.facts["difference"] == 2


def test_balances_that_say_otherwise_than_the_units_stop_the_report(hall: OpenHall) -> None:
    open_months(hall, JAN)
    receive_book(hall, "00000001", "00000010", day=JAN)
    with hall.work("V01") as uow:
        uow.session.execute(
            text("UPDATE balances SET amount = amount + 1 WHERE hall_id = :hall AND amount > 0"),
            {"hall": hall.id},
        )
    with pytest.raises(FormsDoNotTile, match="difference 1"):
        months(hall, JAN)
