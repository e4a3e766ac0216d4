"""G01 and G07: what was counted against the books, serial by serial and piece by piece."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.documents import Line, draft_document
from ledger.hall_days import expect_sources, open_days
from ledger.lifecycle import advance
from tests.builders import (
    DAY,
    LOADER,
    OpenHall,
    gift_line,
    move_gifts,
    move_phones,
    phone,
    phone_lines,
    place,
    submit,
)
from tests.ledger.audit.evidence_days import at, day, facts, put
from tests.stock.goods_days import (
    counted,
    give,
    give_pieces,
    goods,
    item_of,
    set_limit,
    set_price,
    share_counter,
    sold,
    sold_pieces,
)


def test_a_count_that_agrees_is_quiet(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    give(hall, "clerk A01", one, two)
    put(hall, "counts", counted(one), counted(two))
    assert goods(hall) == {}


def test_another_handset_under_the_same_quantity_is_two_differences(hall: OpenHall) -> None:
    a, b, c, d = (f"{hall.hall.code}-{letter}" for letter in "abcd")
    give(hall, "clerk A01", a, b, c)
    put(hall, "counts", counted(a), counted(c), counted(d))
    assert goods(hall) == {
        ("G01", f"serial:A01/{b}"): (1, 0),
        ("G01", f"serial:A01/{d}"): (0, 1),
    }


def test_a_run_of_missing_serials_is_one_finding(hall: OpenHall) -> None:
    serials = hall.serials(6)
    give(hall, "store", *serials)
    put(hall, "counts", counted(serials[0], clerk=""), counted(serials[4], clerk=""))
    assert goods(hall) == {
        ("G01", f"serial:store/{serials[1]}-{serials[3]}"): (3, 0),
        ("G01", f"serial:store/{serials[5]}"): (1, 0),
    }


def test_a_run_that_nobody_knows_is_one_finding_with_its_pieces(hall: OpenHall) -> None:
    first, last = f"{hall.hall.code}9001", f"{hall.hall.code}9004"
    give(hall, "clerk A01", f"{hall.hall.code}9002")
    put(hall, "counts", counted(first, serial_to=last, quantity=4))
    assert goods(hall) == {
        ("G01", f"serial:A01/{first}"): (0, 1),
        ("G01", f"serial:A01/{hall.hall.code}9003-{last}"): (0, 2),
    }


def test_cards_run_on_their_bodies_and_get_their_check_digits(hall: OpenHall) -> None:
    code = f"S{hall.id}"
    item_of(hall, code, "sim")
    body = f"8986012{hall.id:012d}"[:16]
    put(
        hall,
        "counts",
        counted(f"{body}1237", serial_to=f"{body}1260", quantity=3, item=code),
    )
    found = goods(hall)
    assert len(found) == 1
    (_, subject), amounts = found.popitem()
    assert subject.startswith(f"serial:A01/{body}123")
    assert amounts == (0, 4)


def test_a_second_name_of_a_unit_counts_as_the_unit(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    with hall.work() as uow:
        names = (("sn", f"SN-{one}"),)
        ends = (place(uow, hall, "clerk A01"), place(uow, hall, "supplier"))
        submit(uow, hall, "receipt", [Line(phone(uow), *ends, 1, one, names=names)])
    put(hall, "counts", counted(f"SN-{one}"))
    assert goods(hall) == {}


def test_what_was_sold_and_drawn_that_day_is_reckoned(hall: OpenHall) -> None:
    one, two, three = hall.serials(3)
    give(hall, "clerk A01", one, two)
    give(hall, "store", three)
    move_phones(hall, "return", "clerk A01 > store", [two])
    put(hall, "accounts", sold("T1", one))
    put(hall, "counts", counted(quantity=0), counted(two, clerk=""), counted(three, clerk=""))
    assert goods(hall) == {}


def test_a_sale_out_of_anothers_custody_is_missing_there(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A02", one)
    put(hall, "accounts", sold("T1", one))
    put(hall, "counts", counted(quantity=0, clerk="A02"))
    assert goods(hall) == {
        ("G01", f"serial:A02/{one}"): (1, 0),
        ("G02", f"serial:A01/{one}"): (None, None),
    }


def test_a_sale_that_does_not_fit_leaves_the_next_one_standing(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A02", one)
    put(hall, "accounts", sold("T1", one), sold("T2", one, clerk="A02", accepted_at=at("11:00")))
    put(hall, "counts", counted(quantity=0, clerk="A02"))
    assert goods(hall) == {
        ("G02", f"serial:A01/{one}"): (None, None),
        ("G03", f"serial:A02/{one}"): (None, None),
    }


def test_a_gift_whose_slip_names_the_form_has_left_by_the_slip(hall: OpenHall) -> None:
    give_pieces(hall, "clerk A01", 5)
    with hall.work() as uow:
        document = draft_document(uow, hall_id=hall.id, kind="gift", business_date=DAY)
        lines = [gift_line(uow, hall, "clerk A01 > customer", 2)]
        advance(uow, document, "submit", lines=lines, facts={"form_no": "F1"})
    put(hall, "accounts", sold_pieces("T1", 2))
    put(hall, "counts", counted(item="G1", quantity=3))
    assert goods(hall) == {}


def test_what_was_brought_back_is_with_the_clerk_who_took_it(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one))
    back = sold("T2", one, -129900, clerk="A02", original_txn_no="T1", line_kind="reversal")
    put(hall, "accounts", back | {"accepted_at": back["accepted_at"] + 60_000_000})
    put(hall, "counts", counted(quantity=0), counted(one, clerk="A02"))
    assert goods(hall) == {}


def test_nothing_is_asked_of_a_place_that_was_not_counted(hall: OpenHall) -> None:
    give(hall, "clerk A01", *hall.serials(2))
    assert goods(hall) == {}


def test_later_days_are_taken_back_out_of_the_books(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    give(hall, "clerk A01", one, two)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [day(1)])
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "clerk A01 > store", [one])
        submit(uow, hall, "return", lines, day=day(1))
    put(hall, "counts", counted(one), counted(two))
    assert goods(hall) == {}


@pytest.mark.parametrize(("pieces", "found"), [(7, True), (8, False), (9, True), (0, True)])
def test_counted_goods_are_compared_by_pieces(hall: OpenHall, pieces: int, found: bool) -> None:
    give_pieces(hall, "clerk A01", 10)
    put(hall, "accounts", sold_pieces("T1", 2))
    put(hall, "counts", counted(item="G1", quantity=pieces))
    expected = {("G01", "item:A01/G1"): (8, pieces)} if found else {}
    assert goods(hall) == expected


def test_what_is_sold_beyond_ones_own_comes_from_the_shared_counter(hall: OpenHall) -> None:
    share_counter(hall, "A01", "A02")
    give_pieces(hall, "clerk A01", 1)
    give_pieces(hall, "counter G01", 5)
    put(hall, "accounts", sold_pieces("T1", 1), sold_pieces("T2", 2))
    put(hall, "accounts", sold_pieces("T3", 1, clerk="A02"))
    counts = (counted(item="G1", quantity=0), counted(item="G1", quantity=2, clerk="G01"))
    put(hall, "counts", *counts)
    assert goods(hall) == {}


def test_a_line_of_more_than_is_held_moves_nothing(hall: OpenHall) -> None:
    give_pieces(hall, "clerk A01", 2)
    put(hall, "accounts", sold_pieces("T1", 3), sold_pieces("T2", 1))
    put(hall, "counts", counted(item="G1", quantity=0))
    assert goods(hall) == {("G01", "item:A01/G1"): (1, 0)}


def test_serials_counted_by_number_alone_are_compared_by_number(hall: OpenHall) -> None:
    give(hall, "clerk A01", *hall.serials(3))
    put(hall, "counts", counted(quantity=2))
    assert goods(hall) == {("G01", "item:A01/P1"): (3, 2)}


def test_a_difference_is_weighed_by_what_it_is_worth(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    set_price(hall, "P1", 129900)
    put(hall, "counts", counted(quantity=0))
    assert goods(hall) == {("G01", f"serial:A01/{one}"): (1, 0)}
    assert facts(hall, "G01", f"serial:A01/{one}")["value_fen"] == "129900"


MONTH_END = dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("limit", "amount", "due"),
    [
        ("count_due_daily", 1, True),
        ("count_due_daily", 0, False),
        ("count_due_weekly", 5, True),
        ("count_due_weekly", 4, False),
        ("count_due_monthly", 1, False),
    ],
)
def test_a_count_is_due_as_the_hall_states(
    hall: OpenHall, limit: str, amount: int, due: bool
) -> None:
    give(hall, "clerk A01", *hall.serials(2))
    set_limit(hall, limit, amount)
    expected = {("G07", "count:A01/P1"): (None, None)} if due else {}
    assert goods(hall) == expected


def test_a_count_that_was_taken_is_not_asked_for(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    give_pieces(hall, "store", 3)
    set_limit(hall, "count_due_daily", 1)
    put(hall, "counts", counted(one))
    assert goods(hall) == {("G07", "count:store/G1"): (None, None)}


def test_what_was_sold_out_need_not_be_counted(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    set_limit(hall, "count_due_daily", 1)
    put(hall, "accounts", sold("T1", one))
    assert goods(hall) == {}


@pytest.mark.parametrize(("awaited", "due"), [(True, True), (False, False)])
def test_month_end_asks_for_counts_only_of_halls_that_send_them(
    hall: OpenHall, awaited: bool, due: bool
) -> None:
    give(hall, "clerk A01", *hall.serials(1))
    if awaited:
        with hall.work(LOADER) as uow:
            open_days(uow, hall.id, [MONTH_END])
            expect_sources(uow, [(hall.id, MONTH_END, "counts")], due_hours={hall.id: 12})
    expected = {("G07", "count:A01/P1"): (None, None)} if due else {}
    assert goods(hall, date=MONTH_END) == expected


def test_gifts_moved_by_documents_are_reckoned(hall: OpenHall) -> None:
    give_pieces(hall, "clerk A01", 5)
    move_gifts(hall, "return", "clerk A01 > store", 2)
    put(hall, "counts", counted(item="G1", quantity=3), counted(item="G1", quantity=2, clerk=""))
    assert goods(hall) == {}


def test_stk_06_thirty_gifts_with_twenty_nine_forms_and_one_piece_gone_are_two_findings(
    hall: OpenHall,
) -> None:
    give_pieces(hall, "clerk A01", 40)
    for number in range(30):
        form = "" if number == 17 else f"F{number}"
        when = at(f"1{number // 10}:{number % 10:02d}")
        gift_out = sold_pieces(f"T{number:02d}", 1, form_no=form, accepted_at=when)
        put(hall, "accounts", gift_out)
    put(hall, "counts", counted(item="G1", quantity=9))
    assert goods(hall) == {("G01", "item:A01/G1"): (10, 9), ("G05", "txn:T17"): (None, None)}


def test_stk_05_of_twenty_cards_sold_nineteen_scanned_are_a_difference(hall: OpenHall) -> None:
    serials = [f"{hall.id:04d}{number:04d}" for number in range(1000, 1020)]
    item = item_of(hall, f"CZ{hall.id}", "recharge_card").code
    set_price(hall, item, 50_00)
    give(hall, "clerk A01", *serials, item=item)
    for number, serial in enumerate(serials[:19]):
        when = at(f"10:{number:02d}")
        put(hall, "accounts", sold(f"T{number:02d}", serial, 50_00, item=item, accepted_at=when))
    # The twentieth was paid for and not scanned; the card is gone.
    short = sold("T19", "", 50_00, item=item, accepted_at=at("10:30"))
    put(hall, "accounts", short)
    put(hall, "counts", counted("", item=item, quantity=0))
    assert list(goods(hall)) == [("G01", f"serial:A01/{serials[19]}")]
