"""Results of counts: what is posted, who signs, and what the audit and the month are told."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from stdnum import luhn

from ledger.balances import balance_of
from ledger.documents import facts_of, find_document
from ledger.lifecycle import MakerIsChecker, advance
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from ledger.work import Actor
from stock.count_errors import (
    CountNotOpen,
)
from stock.count_months import month_count_posted, month_places
from stock.counts import find_count, state_of
from tests.builders import (
    DAY,
    OpenHall,
    gift,
    move_gifts,
    move_phones,
    phone,
    phone_lines,
    place,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.stock.counting import (
    approve,
    begin,
    cancel,
    count_again,
    finish,
    key_in,
    scan,
    serials,
    settle,
)


def state(hall: OpenHall, number: int) -> str:
    with hall.read() as uow:
        return state_of(uow, find_count(uow, hall.id, number))


def held(hall: OpenHall, name: str, *, phones: bool = True) -> int:
    with hall.work("K01") as uow:
        item = phone(uow) if phones else gift(uow)
        return balance_of(uow, hall.id, place(uow, hall, name).id, item.id)


def test_stk_11_the_loss_and_the_find_are_posted_against_the_difference_account(
    hall: OpenHall,
) -> None:
    a, b, c, d = hall.serials(4)
    receive_phones(hall, [a, b, c])
    number = begin(hall)
    scan(hall, number, [a, c, d])
    finish(hall, number)
    document = settle(hall, number, **{d.replace("-", "_"): "P1"})
    assert document is not None
    assert document.state == "submitted"
    assert document.number == "2026-PD-000001"
    assert (held(hall, "store"), held(hall, "difference")) == (3, 0)
    assert approve(hall, document).state == "posted"
    assert (held(hall, "store"), held(hall, "difference")) == (3, 0)
    again = begin(hall)
    scan(hall, again, [a, c, d])
    assert finish(hall, again).differences == ()
    assert state(hall, again) == "settled"
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_stk_11_a_number_too_low_is_a_loss_and_one_too_high_a_find(hall: OpenHall) -> None:
    receive_gifts(hall, 10)
    number = begin(hall)
    key_in(hall, number, G1=8)
    short = finish(hall, number).differences
    assert [(one.sort, one.quantity) for one in short] == [("missing", 2)]
    document = settle(hall, number)
    assert document is not None
    approve(hall, document)
    assert held(hall, "store", phones=False) == 8
    number = begin(hall)
    scan(hall, number, ["G1*9"])
    over = finish(hall, number).differences
    assert [(one.sort, one.quantity) for one in over] == [("unexpected", 1)]


def test_stk_11_a_unit_of_another_place_moves_from_there_to_here(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    move_phones(hall, "draw", "store > clerk A02", [b])
    number = begin(hall)
    scan(hall, number, [a, b])
    assert serials(finish(hall, number), "unexpected") == [b]
    document = settle(hall, number)
    assert document is not None
    approve(hall, document)
    assert (held(hall, "store"), held(hall, "clerk A02")) == (2, 0)


def test_stk_11_what_was_booked_after_the_round_was_finished_is_not_posted_again(
    hall: OpenHall,
) -> None:
    a, b, c = hall.serials(3)
    receive_phones(hall, [a, b, c])
    move_phones(hall, "draw", "store > clerk A02", [c])
    number = begin(hall)
    scan(hall, number, [c])
    assert serials(finish(hall, number), "missing") == [a, b]
    move_phones(hall, "draw", "store > clerk A02", [a])
    move_phones(hall, "return", "clerk A02 > store", [c])
    document = settle(hall, number)
    assert document is not None
    approve(hall, document)
    assert (held(hall, "store"), held(hall, "difference"), held(hall, "clerk A02")) == (1, 1, 1)


def test_stk_11_a_unit_in_another_halls_books_is_listed_and_not_posted(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    (theirs,) = other_hall.serials(1)
    receive_phones(other_hall, [theirs])
    number = begin(hall)
    assert scan(hall, number, [theirs])[0].verdict == "taken"
    found = finish(hall, number).of("unexpected")
    assert [(one.serial, one.elsewhere) for one in found] == [(theirs, True)]
    document = settle(hall, number)
    assert document is not None
    assert (document.state, document.amount_fen) == ("submitted", 0)
    with hall.read() as uow:
        stated = facts_of(uow, find_document(uow, hall.id, document.number or ""))
    assert stated["not_posted"] == f"1: {theirs}"
    # It is signed like any result, and moves nothing.
    assert approve(hall, document).state == "posted"
    assert (state(hall, number), held(hall, "store")) == ("settled", 0)


def test_stk_11_the_tier_is_by_the_value_of_both_ways_together(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "supplier > store", [a, b], cost=300_00)
        submit(uow, hall, "receipt", lines)
    move_phones(hall, "draw", "store > clerk A02", [b])
    number = begin(hall)
    scan(hall, number, [b])
    finish(hall, number)
    document = settle(hall, number)
    assert document is not None
    assert (document.amount_fen, document.required_roles) == (600_00, "department")
    with pytest.raises(NotPermitted):
        approve(hall, document, by="M01")
    assert approve(hall, document, by="S01").state == "posted"


def test_stk_11b_who_counted_and_who_keeps_propose_and_never_approve(hall: OpenHall) -> None:
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    number = begin(hall, counter="D01", witness="A02")
    finish(hall, number, by="D01")
    document = settle(hall, number)
    assert document is not None
    with pytest.raises(NotPermitted):
        approve(hall, document, by="K01")
    manager = hall.people["M01"]
    keeps = Actor(manager.person_id, "M01", {hall.id: frozenset({"hall_manager", "stock_keeper"})})
    for who in (hall.people["D01"], keeps):
        with pytest.raises(MakerIsChecker), hall.work(who) as uow:
            advance(uow, document, "approve")
    assert approve(hall, document, by="M01").state == "posted"


def test_stk_11_a_result_that_was_refused_can_be_counted_or_settled_again(hall: OpenHall) -> None:
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    number = begin(hall)
    finish(hall, number)
    document = settle(hall, number)
    assert document is not None
    with pytest.raises(CountNotOpen):
        settle(hall, number)
    with hall.work("M01") as uow:
        advance(uow, document, "reject", reason="再找找")
    assert state(hall, number) == "finished"
    count_again(hall, number)
    scan(hall, number, [a], by="A02")
    assert finish(hall, number, by="A02").differences == ()
    assert state(hall, number) == "settled"


def test_stk_11_what_was_sold_before_the_result_is_not_posted_as_lost(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    number = begin(hall)
    finish(hall, number)
    move_phones(hall, "draw", "store > clerk A02", [a])
    document = settle(hall, number)
    assert document is not None
    approve(hall, document)
    assert (held(hall, "store"), held(hall, "clerk A02"), held(hall, "difference")) == (0, 1, 1)


def evidence(hall: OpenHall) -> list[tuple[str, str, str, int]]:
    """Give holder, item, serial and number of the current evidence of counts."""
    with hall.read() as uow:
        rows = uow.session.execute(
            text(
                "SELECT clerk, item, serial, quantity FROM evidence_counts e WHERE hall_id = :hall"
                " AND NOT EXISTS (SELECT 1 FROM intake_replacements r WHERE r.hall_id = e.hall_id"
                " AND r.old_no = e.intake_no) ORDER BY 1, 2, 3"
            ),
            {"hall": hall.id},
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_a_finished_count_is_evidence_of_its_day_and_a_recount_replaces_it(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    receive_gifts(hall, 5)
    number = begin(hall)
    scan(hall, number, [a])
    key_in(hall, number, G1=5)
    finish(hall, number)
    assert evidence(hall) == [("", "G1", "", 5), ("", "P1", a, 1)]
    count_again(hall, number)
    scan(hall, number, [b], by="A02")
    finish(hall, number, by="A02")
    assert evidence(hall) == [("", "G1", "", 5), ("", "P1", a, 1), ("", "P1", b, 1)]


def test_stk_04_what_was_counted_is_told_in_runs(hall: OpenHall) -> None:
    body = 8601_0000_000000 + 1_000 * hall.id
    phones = [
        str(body + number) + luhn.calc_check_digit(str(body + number))
        for number in (1, 2, 3, 5, 6, 8)
    ]
    receive_phones(hall, phones)
    number = begin(hall)
    scan(hall, number, reversed(phones))
    finish(hall, number)
    assert evidence(hall) == [
        ("", "P1", phones[0], 3),
        ("", "P1", phones[3], 2),
        ("", "P1", phones[5], 1),
    ]


def test_a_later_count_of_the_day_replaces_the_items_it_counted(hall: OpenHall) -> None:
    receive_phones(hall, hall.serials(1))
    receive_gifts(hall, 5)
    number = begin(hall)
    scan(hall, number, hall.serials(1))
    key_in(hall, number, G1=5)
    finish(hall, number)
    move_gifts(hall, "draw", "store > clerk A02", 2)
    number = begin(hall, items=["G1"])
    key_in(hall, number, G1=3)
    finish(hall, number)
    assert evidence(hall) == [("", "G1", "", 3), ("", "P1", hall.serials(1)[0], 1)]


def test_an_item_of_which_nothing_was_found_is_told_as_none(hall: OpenHall) -> None:
    receive_phones(hall, hall.serials(1))
    finish(hall, begin(hall))
    assert evidence(hall) == [("", "P1", "", 0)]


def test_a_count_called_off_is_evidence_no_longer_and_an_earlier_one_is_again(
    hall: OpenHall,
) -> None:
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    called_off = begin(hall)
    finish(hall, called_off)
    assert evidence(hall) == [("", "P1", "", 0)]
    cancel(hall, called_off)
    assert evidence(hall) == []
    with hall.read() as uow:
        # Its source is missing again, not declared empty.
        query = "SELECT count(*) FROM intake_sources s WHERE s.hall_id = :h AND NOT EXISTS (SELECT"
        query += " 1 FROM intake_replacements r WHERE r.hall_id = :h AND r.old_no = s.intake_no)"
        assert uow.session.scalar(text(query), {"h": hall.id}) == 0
    first = begin(hall)
    scan(hall, first, [a])
    finish(hall, first)
    second = begin(hall)
    finish(hall, second)
    assert evidence(hall) == [("", "P1", "", 0)]
    cancel(hall, second)
    assert evidence(hall) == [("", "P1", a, 1)]


def lacking(hall: OpenHall) -> dict[str, str]:
    with hall.read() as uow:
        return {
            f"{one.account.kind} {one.account.holder}".strip(): one.lack
            for one in month_places(uow, hall.id, DAY.year, DAY.month)
        }


def test_stk_11_the_month_waits_for_the_posted_count_of_each_place_with_goods(
    hall: OpenHall,
) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    move_phones(hall, "draw", "store > clerk A02", [b])
    assert lacking(hall) == {"store": "not_counted", "clerk A02": "not_counted"}
    number = begin(hall, kind="monthly")
    assert lacking(hall)["store"] == "not_finished"
    finish(hall, number)
    assert lacking(hall)["store"] == "not_settled"
    document = settle(hall, number)
    assert lacking(hall)["store"] == "not_posted"
    assert document is not None
    approve(hall, document)
    number = begin(hall, "clerk A02", kind="monthly", counter="A01", witness="J01")
    scan(hall, number, [b])
    finish(hall, number)
    assert set(lacking(hall).values()) == {""}
    with hall.read() as uow:
        assert month_count_posted(uow, hall.id, DAY.year, DAY.month)
        october = dt.date(2026, 10, 1)
        assert month_places(uow, hall.id, october.year, october.month) == []


def test_what_moved_while_people_counted_is_told_as_it_stands_at_the_end(hall: OpenHall) -> None:
    a, b, c = hall.serials(3)
    receive_phones(hall, [a, b, c])
    receive_gifts(hall, 5)
    move_phones(hall, "draw", "store > clerk A02", [c])
    number = begin(hall)
    scan(hall, number, [a, b])
    key_in(hall, number, G1=5)
    move_phones(hall, "draw", "store > clerk A02", [a])
    move_phones(hall, "return", "clerk A02 > store", [c])
    move_gifts(hall, "draw", "store > clerk A02", 2)
    assert finish(hall, number).differences == ()
    assert evidence(hall) == [("", "G1", "", 3), ("", "P1", b, 1), ("", "P1", c, 1)]


def test_a_recount_after_a_later_count_of_the_day_is_told_too(hall: OpenHall) -> None:
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    number = begin(hall)
    finish(hall, number)
    document = settle(hall, number)
    assert document is not None
    with hall.work("M01") as uow:
        advance(uow, document, "reject", reason="再找找")
    later = begin(hall)
    scan(hall, later, [a])
    finish(hall, later)
    count_again(hall, number)
    finish(hall, number, by="A02")
    assert evidence(hall) == [("", "P1", "", 0)]


def test_a_spot_check_in_the_middle_of_trade_is_not_told_to_the_audit(hall: OpenHall) -> None:
    receive_phones(hall, hall.serials(1))
    finish(hall, begin(hall, kind="spot"))
    assert evidence(hall) == []
