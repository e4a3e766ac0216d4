"""A unit's life through every hall in sight; of others only that they were (一机一档)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from ledger.work import Actor
from stock.unit_lives import UnitLife, lives_of
from tests.builders import DAY, OpenHall
from tests.stock.known_days import NEXT, hall_of_days, move_on

Told = list[tuple[str, list[str]]]


def told(hall: OpenHall, serial: str, who: Actor | str = "K01") -> list[Told]:
    """Give for each piece its lives as (hall's code or '?', the steps' goals)."""
    with hall.read(who) as uow:
        return [_told(life) for life in lives_of(uow, hall.hall, serial)]


def _told(life: UnitLife) -> Told:
    return [
        (one.hall.code if one.hall else "?", [step.goal.kind for step in one.steps])
        for one in life.lives
    ]


def transferred(engine: Engine) -> tuple[OpenHall, OpenHall, str]:
    origin, goal = hall_of_days(engine), hall_of_days(engine)
    (serial,) = origin.serials(1)
    move_on(origin, DAY, "receipt", "supplier > store", serials=[serial])
    move_on(origin, DAY, "transfer_out", "store > transit", serials=[serial])
    arrival = f"other_hall {origin.hall.code} > store"
    move_on(goal, NEXT, "transfer_in", arrival, serials=[serial])
    left = f"transit > other_hall {goal.hall.code}"
    move_on(origin, NEXT, "transfer_settled", left, serials=[serial])
    return origin, goal, serial


def test_who_sees_one_hall_is_told_of_the_other_only_that_it_was(shared_engine: Engine) -> None:
    origin, goal, serial = transferred(shared_engine)
    here = (origin.hall.code, ["store", "transit", "other_hall"])
    there = (goal.hall.code, ["store"])
    assert told(goal, serial) == [[("?", []), there]]
    assert told(origin, serial) == [[here, ("?", [])]]


def test_who_sees_both_halls_reads_the_whole_life_in_either(shared_engine: Engine) -> None:
    origin, goal, serial = transferred(shared_engine)
    keeper = origin.people["K01"]
    both = replace(keeper, roles={**keeper.roles, goal.id: frozenset({"stock_keeper"})})
    whole = [
        (origin.hall.code, ["store", "transit", "other_hall"]),
        (goal.hall.code, ["store"]),
    ]
    assert told(origin, serial, both) == [whole]
    assert told(goal, serial, both) == [whole]


def test_a_third_hall_is_told_nothing(shared_engine: Engine) -> None:
    _, _, serial = transferred(shared_engine)
    third = hall_of_days(shared_engine)
    assert told(third, serial) == []


def test_a_clerk_is_told_of_what_passed_through_his_hands(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    mine, not_mine = hall.serials(2)
    move_on(hall, DAY, "receipt", "supplier > store", serials=[mine, not_mine])
    move_on(hall, DAY, "draw", "store > clerk A01", serials=[mine])
    move_on(hall, DAY, "gift", "clerk A01 > customer", serials=[mine])
    assert told(hall, mine, "A01") == [[(hall.hall.code, ["store", "clerk", "customer"])]]
    assert told(hall, not_mine, "A01") == []
    assert told(hall, mine, "A02") == []


def test_what_was_sold_has_no_age_any_more(shared_engine: Engine) -> None:
    hall = hall_of_days(shared_engine)
    kept, given = hall.serials(2)
    move_on(hall, DAY, "receipt", "supplier > store", serials=[kept, given])
    move_on(hall, DAY, "gift", "store > customer", serials=[given])
    with hall.read("K01") as uow:
        on_hand = [lives_of(uow, hall.hall, serial)[0].is_on_hand for serial in (kept, given)]
    assert on_hand == [True, False]
