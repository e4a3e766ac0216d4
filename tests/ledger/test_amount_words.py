"""Amounts in words: the regulation's own examples, the edges, and a reader that reads them back."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.amount_words import amount_in_words

VALUES = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
MULTIPLIERS = {"拾": 10, "佰": 100, "仟": 1000}
LARGEST_FEN = 10**15

amounts = st.one_of(
    st.integers(-LARGEST_FEN, LARGEST_FEN),
    st.integers(0, 10_000_00),
    # Amounts with many zeros, where the words differ most.
    st.lists(st.sampled_from("0001059"), min_size=1, max_size=15).map(lambda d: int("".join(d))),
)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (1_680_32, "壹仟陆佰捌拾元零叁角贰分"),
        (107_000_53, "壹拾万柒仟元零伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
    ],
)
def test_the_examples_of_the_payment_rules_are_met(fen: int, words: str) -> None:
    assert amount_in_words(fen) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (53, "伍角叁分"),
        (1_00, "壹元整"),
        (10_01, "壹拾元零壹分"),
        (10_10, "壹拾元零壹角整"),
        (-10_00, "负壹拾元整"),
        (-5, "负伍分"),
    ],
)
def test_small_and_negative_amounts_have_one_form(fen: int, words: str) -> None:
    assert amount_in_words(fen) == words


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (10_000, "壹万"),
        (10_001, "壹万零壹"),
        (100_500, "壹拾万零伍佰"),
        (1_000_500, "壹佰万零伍佰"),
        (10_005_000, "壹仟万伍仟"),
        (100_000_000, "壹亿"),
        (100_000_001, "壹亿零壹"),
        (100_005_000, "壹亿零伍仟"),
        (100_050_000, "壹亿零伍万"),
        (110_050_001, "壹亿壹仟零伍万零壹"),
        (1_000_000_000_000, "壹万亿"),
        (1_000_000_010_000, "壹万亿零壹万"),
        (1_000_100_000_000, "壹万零壹亿"),
        (1_234_500_000_000, "壹万贰仟叁佰肆拾伍亿"),
        (10_000_000_000_000, "壹拾万亿"),
    ],
)
def test_zeros_across_groups_are_read_once_or_not_at_all(yuan: int, words: str) -> None:
    assert amount_in_words(yuan * 100) == f"{words}元整"


@given(amounts)
@example(LARGEST_FEN)
@example(-LARGEST_FEN)
def test_words_read_back_give_the_amount(fen: int) -> None:
    assert read_back(amount_in_words(fen)) == fen


@given(amounts)
def test_zero_is_never_doubled_nor_put_before_a_unit(fen: int) -> None:
    words = amount_in_words(fen)
    assert not re.search("零[零拾佰仟万亿角分整]", words)
    assert words == "零元整" or not re.search("^负?零|零元", words)


@given(amounts)
def test_only_amounts_without_fen_end_in_whole(fen: int) -> None:
    assert amount_in_words(fen).endswith("整") == (abs(fen) % 10 == 0)


@pytest.mark.parametrize("fen", [LARGEST_FEN + 1, -LARGEST_FEN - 1])
def test_amounts_beyond_the_largest_are_refused(fen: int) -> None:
    with pytest.raises(ValueError, match=str(fen)):
        amount_in_words(fen)


def read_back(words: str) -> int:
    """Read capitals from left to right, as fen, knowing nothing of how they were written."""
    sign = -1 if words.startswith("负") else 1
    yuan, _, coins = words.removeprefix("负").removesuffix("整").rpartition("元")
    high, _, low = yuan.rpartition("亿")
    found = re.fullmatch("零?(?:(.)角)?零?(?:(.)分)?", coins)
    assert found
    jiao, cents = (VALUES[word or "零"] for word in found.groups())
    return sign * ((read_wan(high) * 10**8 + read_wan(low)) * 100 + jiao * 10 + cents)


def read_wan(words: str) -> int:
    """Read a number below 亿."""
    high, _, low = words.rpartition("万")
    return read_four(high) * 10_000 + read_four(low)


def read_four(words: str) -> int:
    """Read a number of at most four digits."""
    total = pending = 0
    for word in words:
        if word in MULTIPLIERS:
            total += pending * MULTIPLIERS[word]
            pending = 0
        else:
            pending = VALUES[word]
    return total + pending
