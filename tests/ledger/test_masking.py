"""RET-03: persons are masked, and the numbers of the trade are left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.masking import (
    mask_card,
    mask_identity,
    mask_name,
    mask_numbers,
    mask_party,
    mask_phone,
)


def test_ret_03_the_usual_forms() -> None:
    assert mask_phone("18612345678") == "186****5678"
    assert mask_identity("11010119900307123X") == "110***********123X"
    assert mask_name("张三") == "张*"
    assert mask_card("6226000000005669") == "622600******5669"


@pytest.mark.parametrize(
    "number",
    [
        "89860112345678901237",
        "25440000000012345678",
        "4200000263201902167700134202",
        "8986011861234567890",
    ],
)
def test_ret_03_numbers_of_cards_and_invoices_are_not_damaged(number: str) -> None:
    assert mask_numbers(number) == number


@given(
    st.from_regex(r"[a-z 号:,]{0,5}", fullmatch=True),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
)
def test_ret_03_no_telephone_number_standing_alone_gets_through(before: str, phone: str) -> None:
    masked = mask_numbers(f"{before}{phone} 备注")
    assert not re.search(r"1[3-9]\d{9}", masked)
    assert phone[-4:] in masked


def test_ret_03_a_letter_before_a_telephone_number_does_not_hide_it() -> None:
    assert mask_numbers("tel18612345678") == "tel186****5678"


def test_ret_03_an_identity_number_in_a_sentence_is_masked() -> None:
    masked = mask_numbers("证件11010119900307123X,电话13812345678")
    assert masked == "证件110***********123X,电话138****5678"


def test_mail_addresses_show_three_letters() -> None:
    assert mask_numbers("kuangzhe@126.example") == "kua***@126.example"


@pytest.mark.parametrize(
    ("party", "masked"),
    [
        ("张三", "张*"),
        ("欧阳锋", "欧**"),
        ("支付宝-李四", "支付宝-李*"),
        ("张三 66666666666666", "张* 666666****6666"),
        ("John Smith", "J*** S****"),
        ("京东肯特瑞基金销售有限公司", "京东肯特瑞基金销售有限公司"),
        ("中国移动", "中国移动"),
        ("", ""),
    ],
)
def test_persons_are_masked_and_firms_are_not(party: str, masked: str) -> None:
    assert mask_party(party) == masked


def test_a_card_already_masked_stays_as_it_is() -> None:
    assert mask_card("6226******5669") == "6226******5669"


def test_a_short_number_shows_no_more_than_its_last_four() -> None:
    assert mask_card("12345678") == "****5678"
    assert mask_card("1234") == "****"
