"""Counts, case by case of DOMAIN STK-11 and STK-11b."""

from __future__ import annotations

import pytest

from ledger.balances import balance_of
from ledger.documents import Line
from ledger.permissions import NotPermitted
from stock.count_differences import Difference
from stock.count_errors import (
    CountIsBlind,
    CountNeedsOversight,
    CountNeedsTwo,
    CountNotOpen,
    CountUnderWay,
    NotCounted,
    NotCounter,
    SameCounter,
    UnknownPlace,
    UnknownScan,
)
from stock.count_rounds import cancel_count, differences_of_round, rounds_of
from stock.count_scans import last_scans, undo_scan
from stock.counts import find_count, list_counts, state_of
from tests.builders import (
    OpenHall,
    gift,
    move_gifts,
    move_phones,
    phone,
    place,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.stock.counting import (
    begin,
    count_again,
    finish,
    key_in,
    outcome,
    scan,
    serials,
)


def state(hall: OpenHall, number: int) -> str:
    with hall.read() as uow:
        return state_of(uow, find_count(uow, hall.id, number))


def held(hall: OpenHall, name: str, *, phones: bool = True) -> int:
    with hall.work("K01") as uow:
        item = phone(uow) if phones else gift(uow)
        return balance_of(uow, hall.id, place(uow, hall, name).id, item.id)


def test_stk_11_equal_numbers_of_other_serials_are_two_differences(hall: OpenHall) -> None:
    a, b, c, d = hall.serials(4)
    receive_phones(hall, [a, b, c])
    number = begin(hall)
    assert [one.verdict for one in scan(hall, number, [a, c, d])] == ["taken", "taken", "unknown"]
    found = finish(hall, number)
    assert (serials(found, "missing"), serials(found, "unexpected")) == ([b], [d])
    assert found.found == 2


def test_stk_11_the_keeper_alone_is_refused(hall: OpenHall) -> None:
    with pytest.raises(CountNeedsTwo):
        begin(hall, counter="K01", witness="K01")
    with pytest.raises(CountNeedsTwo):
        begin(hall, counter="A01", witness="A01")
    with pytest.raises(UnknownPlace):
        begin(hall, "supplier")


def test_stk_11_a_clerk_counts_his_own_custody_only_with_another(hall: OpenHall) -> None:
    with pytest.raises(CountNeedsTwo):
        begin(hall, "clerk A01", counter="A01", witness="A01")
    assert begin(hall, "clerk A01", counter="A01", witness="A02") == 1


@pytest.mark.parametrize("kind", ["weekly", "monthly"])
def test_stk_11_weekly_and_monthly_counts_need_the_auditor_or_a_manager(
    hall: OpenHall, kind: str
) -> None:
    with pytest.raises(CountNeedsOversight):
        begin(hall, kind=kind, counter="A01", witness="A02")
    assert begin(hall, kind=kind, counter="A01", witness="M01") == 1


def test_stk_11_the_count_is_blind_until_it_is_finished(hall: OpenHall) -> None:
    receive_phones(hall, hall.serials(2))
    number = begin(hall)
    for who in ("A01", "J01"):
        with pytest.raises(CountIsBlind):
            outcome(hall, number, by=who)
    with pytest.raises(NotPermitted):
        outcome(hall, number, by="K01")
    assert len(outcome(hall, number, by="M01").of("missing")) == 2
    finish(hall, number)
    assert len(outcome(hall, number, by="A01").of("missing")) == 2


def test_stk_11_only_the_two_who_count_scan_and_only_the_counter_finishes(hall: OpenHall) -> None:
    number = begin(hall)
    scan(hall, number, ["X1"], by="J01")
    with pytest.raises(NotCounter):
        scan(hall, number, ["X1"], by="A02")
    with pytest.raises(NotCounter):
        finish(hall, number, by="J01")


def test_stk_11_a_scan_says_taken_twice_unknown_or_not_readable(hall: OpenHall) -> None:
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    number = begin(hall)
    verdicts = [
        one.verdict
        for one in scan(hall, number, [a, a.lower(), "NEW-1", "new-1", "123456789012345", "\x07"])
    ]
    assert verdicts == ["taken", "twice", "unknown", "twice", "unreadable", "unreadable"]
    with hall.read() as uow:
        count = find_count(uow, hall.id, number)
        assert (count.taken, count.twice, count.unknown, count.unreadable) == (1, 2, 1, 2)


def test_stk_11_a_scan_of_the_other_imei_finds_the_unit(hall: OpenHall) -> None:
    first, second = "490154203237518", "356938035643809"
    with hall.work() as uow:
        line = Line(
            phone(uow, f"D{hall.id}"),
            place(uow, hall, "store"),
            place(uow, hall, "supplier"),
            1,
            first,
            names=(("imei", second),),
        )
        submit(uow, hall, "receipt", [line])
    number = begin(hall)
    assert [t.verdict for t in scan(hall, number, [second, first])] == ["taken", "twice"]
    assert finish(hall, number).differences == ()


def test_stk_11_an_undo_takes_a_scan_back_and_both_stay_on_record(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    number = begin(hall)
    first, second = scan(hall, number, [a, b])
    with hall.work("A01") as uow:
        undo_scan(uow, hall=hall.hall, count_no=number, scan_no=second.scan_no)
    with pytest.raises(UnknownScan), hall.work("A01") as uow:
        undo_scan(uow, hall=hall.hall, count_no=number, scan_no=second.scan_no)
    with hall.read() as uow:
        count = find_count(uow, hall.id, number)
        assert [row.scan_no for row in last_scans(uow, count)] == [first.scan_no]
        assert count.taken == 1
    assert serials(finish(hall, number), "missing") == [b]


def test_stk_11_movements_after_the_snapshot_are_replayed(hall: OpenHall) -> None:
    """Gone before it was scanned, gone after it was, come before, come after: no difference."""
    before, after, come, late, stays = hall.serials(5)
    receive_phones(hall, [before, after, come, late, stays])
    move_phones(hall, "draw", "store > clerk A02", [come, late])
    number = begin(hall)
    move_phones(hall, "draw", "store > clerk A02", [before])
    scan(hall, number, [after, stays])
    move_phones(hall, "draw", "store > clerk A02", [after])
    move_phones(hall, "return", "clerk A02 > store", [come])
    scan(hall, number, [come])
    move_phones(hall, "return", "clerk A02 > store", [late])
    assert finish(hall, number).differences == ()


def test_stk_11_a_paper_that_comes_after_the_count_explains_the_unknown_number(
    hall: OpenHall,
) -> None:
    (a,) = hall.serials(1)
    number = begin(hall)
    assert scan(hall, number, [a])[0].verdict == "unknown"
    receive_phones(hall, [a])
    assert finish(hall, number).differences == ()


def test_stk_11_quantities_are_compared_as_the_books_stood_when_they_were_keyed(
    hall: OpenHall,
) -> None:
    receive_gifts(hall, 10)
    number = begin(hall)
    move_gifts(hall, "draw", "store > clerk A02", 3)
    key_in(hall, number, G1=7)
    move_gifts(hall, "draw", "store > clerk A02", 2)
    assert finish(hall, number).differences == ()


def test_stk_11_a_number_that_cannot_be_is_refused(hall: OpenHall) -> None:
    receive_gifts(hall, 1)
    number = begin(hall)
    with pytest.raises(NotCounted):
        key_in(hall, number, G1=-1)
    with pytest.raises(NotCounted):
        key_in(hall, number, P1=1)


def test_stk_11_a_recount_is_another_persons_and_the_later_count_stands(hall: OpenHall) -> None:
    a, b, c = hall.serials(3)
    receive_phones(hall, [a, b, c])
    number = begin(hall)
    scan(hall, number, [a])
    finish(hall, number)
    with pytest.raises(SameCounter):
        count_again(hall, number, counter="A01", witness="A02")
    count_again(hall, number)
    with pytest.raises(CountIsBlind):
        outcome(hall, number, by="A02")
    scan(hall, number, [b], by="A02")
    again = finish(hall, number, by="A02")
    assert (serials(again, "missing"), again.found) == ([c], 2)
    with hall.read() as uow:
        count = find_count(uow, hall.id, number)
        assert [one.counter for one in rounds_of(uow, count)] == ["A01", "A02"]
        first = differences_of_round(uow, count, 1)
        assert sorted(one.serial for one in first) == [b, c]


def test_stk_11_a_whole_recount_starts_afresh(hall: OpenHall) -> None:
    a, b = hall.serials(2)
    receive_phones(hall, [a, b])
    number = begin(hall)
    scan(hall, number, [a])
    finish(hall, number)
    count_again(hall, number, whole=True)
    scan(hall, number, [b], by="A02")
    assert serials(finish(hall, number, by="A02"), "missing") == [a]


def test_one_place_is_counted_once_at_a_time_and_a_count_can_be_called_off(hall: OpenHall) -> None:
    number = begin(hall)
    with pytest.raises(CountUnderWay):
        begin(hall)
    with hall.work("J01") as uow:
        cancel_count(uow, hall=hall.hall, count_no=number, reason="停电")
    assert begin(hall) == number + 1
    with pytest.raises(CountNotOpen):
        scan(hall, number, ["X"])


def test_a_clerk_sees_only_the_counts_he_takes_part_in(hall: OpenHall) -> None:
    begin(hall)
    for who, seen in (("A01", 1), ("A02", 0), ("J01", 1), ("F01", 1)):
        with hall.read(hall.people[who]) as uow:
            assert len(list_counts(uow, hall.id)) == seen


def test_a_scope_of_items_leaves_the_rest_alone(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    (a,) = hall.serials(1)
    receive_phones(hall, [a])
    number = begin(hall, items=["G1"])
    key_in(hall, number, G1=5)
    assert finish(hall, number).differences == ()


def test_a_difference_names_what_makes_it_one(hall: OpenHall) -> None:
    assert Difference("missing", 1, 2, "S", 1).key == ("missing", 1, 2, "S")
    assert Difference("unexpected", 0, 0, "S", 1).is_unknown
