"""Prices with their dates: what is in force, what a new one does, and that the past stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.permissions import NotPermitted
from stock.errors import UnknownItem
from stock.price_errors import PriceInThePast, PriceNotSo, PricePlannedWithin
from stock.price_periods import Period, in_force, lay_over, place_period
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_history, price_in_force
from tests.builders import OpenHall
from tests.stock.labelled_goods import A_DAY, CHANGE, TODAY, change_price, variants


def test_a_new_price_closes_the_earlier_one_the_day_before(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 279900)
    with hall.read() as uow:
        history = price_history(uow, hall.id, item)
        before, after = (price_in_force(uow, hall.id, item, d) for d in (CHANGE - A_DAY, CHANGE))
    assert (before, after) == (299900, 279900)
    assert [(p.price_fen, p.valid_from, p.valid_to) for p in history] == [
        (279900, CHANGE, None),
        (299900, TODAY, CHANGE - A_DAY),
    ]


def test_the_history_says_who_set_each_price_and_when(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    with hall.work("S01") as uow:
        set_prices(uow, hall=hall.hall, prices=[NewPrice(item, 279900, CHANGE)])
        now = uow.now
    with hall.read() as uow:
        latest, first = price_history(uow, hall.id, item)
    assert (latest.set_by, latest.set_at) == (hall.people["S01"].label, now)
    assert first.set_by == hall.people["M01"].label


def test_what_was_in_force_is_never_changed(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    with pytest.raises(PriceInThePast):
        change_price(hall, item, 279900, TODAY - A_DAY)


def test_a_price_with_an_end_gives_way_to_the_one_it_interrupted(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 279900, CHANGE, CHANGE + A_DAY)
    days = (CHANGE - A_DAY, CHANGE, CHANGE + A_DAY, CHANGE + 2 * A_DAY)
    with hall.read() as uow:
        prices = [price_in_force(uow, hall.id, item, day) for day in days]
    assert prices == [299900, 279900, 279900, 299900]


def test_a_new_price_runs_until_the_one_planned_after_it(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 259900, CHANGE + 5 * A_DAY)
    change_price(hall, item, 279900, CHANGE)
    with hall.read() as uow:
        assert price_in_force(uow, hall.id, item, CHANGE + 4 * A_DAY) == 279900
        assert price_in_force(uow, hall.id, item, CHANGE + 5 * A_DAY) == 259900
    with pytest.raises(PricePlannedWithin):
        change_price(hall, item, 269900, CHANGE + A_DAY, CHANGE + 9 * A_DAY)


def test_a_campaigns_price_stands_beside_everybodys(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    campaign = NewPrice(item, 199900, CHANGE, CHANGE + A_DAY, "双十二")
    with hall.work("M01") as uow:
        assert set_prices(uow, hall=hall.hall, prices=[campaign]) == 0
    with hall.read() as uow:
        assert price_in_force(uow, hall.id, item, CHANGE) == 299900
        assert price_in_force(uow, hall.id, item, CHANGE, "双十二") == 199900
        assert price_in_force(uow, hall.id, item, CHANGE + 2 * A_DAY, "双十二") == 299900


@pytest.mark.parametrize("who", ["A01", "K01", "J01", "D01"])
def test_only_the_manager_and_those_above_set_prices(hall: OpenHall, who: str) -> None:
    (item,) = variants(hall, 299900)
    with pytest.raises(NotPermitted), hall.work(who) as uow:
        set_prices(uow, hall=hall.hall, prices=[NewPrice(item, 1, CHANGE)])


def test_a_price_without_sense_is_refused(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    with pytest.raises(PriceNotSo):
        change_price(hall, item, -1)
    with pytest.raises(PriceNotSo):
        change_price(hall, item, 100, CHANGE, CHANGE - A_DAY)
    with pytest.raises(UnknownItem):
        change_price(hall, "none", 100)


_DAYS = [TODAY + n * A_DAY for n in range(12)]
_NEW = st.tuples(st.sampled_from(_DAYS), st.one_of(st.none(), st.integers(0, 6)), st.integers(1, 4))


@given(st.lists(_NEW, max_size=6), _NEW)
def test_whatever_is_set_periods_never_overlap_and_the_days_before_stay(
    earlier: list[tuple[dt.date, int | None, int]], last: tuple[dt.date, int | None, int]
) -> None:
    known: dict[dt.date, Period] = {}
    for first, length, fen in [*earlier, last]:
        before = {d: in_force(known.values(), d) for d in _DAYS if d < first}
        end = None if length is None else first + length * A_DAY
        for period in place_period(known.values(), Period(first, end, fen)):
            known[period.first] = period
        for day in _DAYS:
            assert sum(p.covers(day) for p in known.values()) <= 1
        for day, was in before.items():
            now = in_force(known.values(), day)
            assert (now.price_fen if now else None) == (was.price_fen if was else None)
        present = in_force(known.values(), first)
        assert present is not None
        assert present.price_fen == fen


_GIVEN = st.dictionaries(
    st.sampled_from(_DAYS), st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.integers(1, 4))
)


@given(_GIVEN)
def test_laid_over_each_other_the_latest_begun_counts_and_again_changes_nothing(
    given_: dict[dt.date, tuple[int | None, int]],
) -> None:
    periods = [
        Period(first, None if length is None else first + length * A_DAY, fen)
        for first, (length, fen) in given_.items()
    ]
    laid = lay_over(periods)
    for day in [*_DAYS, _DAYS[-1] + 30 * A_DAY]:
        now, was = in_force(laid, day), in_force(periods, day)
        assert (now.price_fen if now else None) == (was.price_fen if was else None)
        assert sum(p.covers(day) for p in laid) <= 1
    again = {p.first: p for p in [*laid, *periods]}
    for day in _DAYS:
        now, was = in_force(lay_over([*laid, *again.values()]), day), in_force(laid, day)
        assert (now.price_fen if now else None) == (was.price_fen if was else None)
