"""The trade's words: names of tenders, runs of numbers, and Chinese sentences as they are set."""

from __future__ import annotations

import datetime as dt

import pytest

from backoffice.trade_words import (
    show_moment,
    show_segment,
    singular,
    tender_name,
    tender_order,
    typeset,
    weekday_name,
)
from ledger.hall_rules import KNOWN_TENDERS


def test_every_tender_known_from_the_start_has_a_name_in_both_languages() -> None:
    for code in KNOWN_TENDERS:
        name = tender_name(code)
        assert {name.zh, name.en}.isdisjoint({code})


def test_a_tender_only_the_hall_knows_goes_by_its_code_and_stands_last() -> None:
    assert tender_name("store_voucher").en == "store_voucher"
    codes = ["store_voucher", "alipay", "another", "cash"]
    assert sorted(codes, key=tender_order) == ["cash", "alipay", "another", "store_voucher"]


@pytest.mark.parametrize(
    ("kept", "printed"),
    [
        ("应有 1200.00,申报 1190.00。", "应有 1200.00，申报 1190.00。"),
        ("复点抽屉;仍不符的更正:见说明!", "复点抽屉；仍不符的更正：见说明！"),
        ("1,200.00 at 12:00, A01,B02", "1,200.00 at 12:00, A01,B02"),
        ("对账A,B", "对账A,B"),
    ],
)
def test_marks_beside_chinese_are_printed_wide_and_figures_are_left_alone(
    kept: str, printed: str
) -> None:
    assert typeset(kept) == printed


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("00012001-00012057", "00012001–00012057"),
        ("12897794-12897794", "12897794"),
        ("12897794", "12897794"),
    ],
)
def test_a_run_of_numbers_is_shown_as_short_as_it_is(segment: str, shown: str) -> None:
    assert show_segment(segment) == shown


def test_moments_are_shown_in_the_halls_time() -> None:
    late = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)
    assert show_moment(late, "zh") == "2026-11-21 00:30"
    assert show_moment(None, "en") == "–"


def test_the_day_of_the_week_is_named() -> None:
    assert weekday_name(dt.date(2026, 11, 20)).zh == "星期五"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("1 pieces", "1 piece"),
        ("1 days on the way, 2 pieces", "1 day on the way, 2 pieces"),
        ("11 pieces, 1 copies", "11 pieces, 1 copy"),
        ("21 days", "21 days"),
    ],
)
def test_one_of_a_thing_is_no_plural(said: str, shown: str) -> None:
    assert singular(said) == shown
