"""How single cells are read: exactly, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.cells import (
    UnreadableCell,
    cell_reader,
    quoted,
    read_date,
    read_instant,
    read_integer,
    read_money,
)
from ledger.evidence.columns import Column, flag, number, tag, text
from ledger.evidence.readings import NumberText
from ledger.money import MAX_FEN, show_yuan

CHINA = timezone(timedelta(hours=8))
NOON = int(datetime(2026, 11, 20, 12, 0, tzinfo=CHINA).timestamp()) * 1_000_000


@given(st.integers(1 - MAX_FEN, MAX_FEN - 1), st.booleans())
def test_an_amount_printed_is_the_amount_read(fen: int, separators: bool) -> None:
    assert read_money(show_yuan(fen, separators=separators)) == fen


@pytest.mark.parametrize(
    ("written", "fen"),
    [("12", 1200), ("12.3", 1230), ("+12.30", 1230), ("¥12.30", 1230), ("12.3000", 1230)],
)
def test_fil_00_amounts_may_carry_sign_currency_and_idle_zeros(written: str, fen: int) -> None:
    assert read_money(written) == fen


@pytest.mark.parametrize(
    "written",
    ["12.345", "1.2E+3", "\uff11\uff12", "twelve", "1.2.3", "--1", "10000000000000.01", "1e5", ""],
)
def test_what_is_no_exact_amount_is_refused(written: str) -> None:
    with pytest.raises(UnreadableCell):
        read_money(written)


def test_three_decimals_are_told_apart_from_no_amount_at_all() -> None:
    with pytest.raises(UnreadableCell, match="two decimals"):
        read_money("12.345")
    with pytest.raises(UnreadableCell, match="no amount"):
        read_money("abc")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20 12:00:00",
        "2026-11-20T12:00",
        "2026/11/20  12:00:00",
        "2026年11月20日 12:00:00",
        "20261120120000",
        "2026-11-20T04:00:00Z",
        "2026-11-20T12:00:00+08:00",
        "2026-11-19 23:00:00-05:00",
        "2026-11-20 12:00:00.000",
    ],
)
def test_naive_times_are_chinas_and_offsets_are_honoured(written: str) -> None:
    assert read_instant(written) == NOON


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)))  # noqa: DTZ001
def test_a_time_written_in_iso_8601_is_the_time_read(moment: datetime) -> None:
    aware = moment.replace(tzinfo=CHINA)
    expected = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert read_instant(moment.isoformat(sep=" ")) == expected
    assert read_instant(aware.isoformat()) == expected


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-13-01", "20/11/2026", "2026-11-20 25:00", "1026-11-20", "soon"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(UnreadableCell):
        read_instant(written)
    with pytest.raises(UnreadableCell):
        read_date(written)


def test_a_date_is_the_day_in_china() -> None:
    assert read_date("2026-11-20") == date(2026, 11, 20)
    assert read_date("2026-11-19T20:00:00Z") == date(2026, 11, 20)


@pytest.mark.parametrize("written", ["1.5", "1e3", "\uff11", "abc", "1" * 14])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    with pytest.raises(UnreadableCell):
        read_integer(written)


def test_whole_numbers_may_have_separators_and_idle_decimals() -> None:
    assert [read_integer(each) for each in ("1,200", "-3", "3.0")] == [1200, -3, 3]


INVOICE_NO = number("invoice_no", "发票号码")


@pytest.mark.parametrize("written", ["2.5E+19", "2.544E+19", "8.98601E19", "1E+10"])
def test_inv_12_scientific_notation_is_refused_with_advice(written: str) -> None:
    with pytest.raises(UnreadableCell, match="scientific notation") as refused:
        cell_reader(INVOICE_NO)(written)
    assert "文本" in refused.value.text.zh


@pytest.mark.parametrize("written", ["99E10", "A1000012345678", "00012345", "1E5"])
def test_numbers_that_merely_hold_an_e_are_kept(written: str) -> None:
    assert cell_reader(INVOICE_NO)(written) == written


@pytest.mark.parametrize("written", ['="00012345"', "'00012345", " 00012345\t", "\ufeff00012345"])
def test_what_protects_leading_zeros_is_taken_off(written: str) -> None:
    assert cell_reader(INVOICE_NO)(written) == "00012345"


def test_full_width_digits_in_a_number_are_refused() -> None:
    with pytest.raises(UnreadableCell, match="full-width"):
        cell_reader(INVOICE_NO)("0001234\uff15")


def test_a_numeric_cell_is_no_number_of_a_paper() -> None:
    with pytest.raises(UnreadableCell, match="numeric cell"):
        cell_reader(INVOICE_NO)(NumberText("12345"))


def test_a_numeric_cell_is_a_staff_number_unless_digits_were_lost() -> None:
    clerk = cell_reader(text("clerk", "工号"))
    assert clerk(NumberText("1001")) == "1001"
    with pytest.raises(UnreadableCell, match="15th"):
        clerk(NumberText("8986011234567890000"))


@pytest.mark.parametrize("written", ["a\x07b", "a\u200bb", "a\u202eb", "a\nb"])
def test_control_characters_are_refused(written: str) -> None:
    with pytest.raises(UnreadableCell, match="control"):
        cell_reader(text("clerk", "工号"))(written)


def test_line_breaks_in_long_texts_become_spaces() -> None:
    assert cell_reader(text("reason", "原因", limit=500))("a\r\nb") == "a b"


def test_too_long_a_text_is_refused_at_one_beyond_the_limit() -> None:
    read = cell_reader(text("clerk", "工号"))
    assert read("x" * 64) == "x" * 64
    with pytest.raises(UnreadableCell, match="64"):
        read("x" * 65)


def test_characters_broken_by_a_wrong_encoding_are_refused() -> None:
    with pytest.raises(UnreadableCell, match="wrong encoding"):
        cell_reader(text("name", "名称"))("套\ufffd餐")


def test_flags_and_tags_are_read_in_both_languages() -> None:
    yes_or_no = cell_reader(flag("deferred", "后付"))
    assert [yes_or_no(each) for each in ("1", "是", "0", "否", "")] == [1, 1, 0, 0, 0]
    status = cell_reader(tag("status", "状态", "issued void", "开具 作废"))
    assert [status(each) for each in ("issued", "作废", "VOID")] == ["issued", "void", "void"]
    with pytest.raises(UnreadableCell, match="issued, void"):
        status("lost")
    with pytest.raises(UnreadableCell):
        yes_or_no("2")


def test_an_empty_cell_is_its_columns_default_or_refused() -> None:
    assert cell_reader(Column("a", "甲", optional=True, default=None))(" ") is None
    assert cell_reader(Column("a", "甲", may_be_blank=True))("\u3000") == ""
    with pytest.raises(UnreadableCell, match="empty"):
        cell_reader(Column("a", "甲"))(" ")


def test_ret_03_a_quoted_cell_shows_no_telephone_number() -> None:
    assert "13812345678" not in quoted("张三 13812345678")
