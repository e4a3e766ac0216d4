"""STK-01 to STK-04: identifiers of handsets and cards, and runs of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from stock.serials import (
    Segment,
    SerialRefused,
    expand_iccids,
    make_segment,
    merge_segments,
    passes_luhn,
    passing_luhn,
    read_iccid,
    read_imei,
    read_meid,
    take_segment,
    type_allocation_code,
)

BODY = "8986011234567890"


def test_stk_01_a_valid_imei_is_kept() -> None:
    assert read_imei("490154203237518").value == "490154203237518"
    assert type_allocation_code("490154203237518") == "49015420"


def test_stk_01_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(SerialRefused, match="check digit"):
        read_imei("490154203237519")


def test_stk_01_to_14_digits_the_check_digit_is_proposed() -> None:
    found = read_imei("49015420323751")
    assert (found.value, found.proposed) == ("490154203237518", True)


def test_stk_01_of_16_digits_the_software_version_is_dropped() -> None:
    assert read_imei("4901542032375101").value == "490154203237518"


@pytest.mark.parametrize("text", ["", "4901542032375", "49015420323751A", "\uff14" * 15])
def test_stk_01_what_is_no_imei_is_refused(text: str) -> None:
    with pytest.raises(SerialRefused):
        read_imei(text)


def test_stk_02_a_meid_is_14_capital_hex_digits() -> None:
    assert read_meid("a1000012345678").value == "A1000012345678"
    assert read_meid("A10000123456785").value == "A1000012345678"


def test_stk_02_a_region_byte_below_a0_is_refused() -> None:
    with pytest.raises(SerialRefused, match="A0"):
        read_meid("1A000012345678")


def test_stk_02_the_decimal_form_is_the_same_meid() -> None:
    # The example of python-stdnum: 29360 87365 0070 3710 is AF 01 23 45 0A BC DE.
    assert read_meid("29360 87365 0070 3710 0").value == "AF0123450ABCDE"


def test_stk_02_an_all_decimal_meid_begins_with_97_to_99() -> None:
    assert read_meid("99000123456789").value == "99000123456789"
    with pytest.raises(SerialRefused):
        read_meid("96000123456789")


@pytest.mark.parametrize(
    "number", ["89860112345678901237", "89860622012345678902", "89860922012345678909"]
)
def test_stk_03_valid_cards_are_kept_without_warning(number: str) -> None:
    found = read_iccid(number)
    assert (found.value, found.proposed, found.warning) == (number, False, None)


def test_stk_03_a_wrong_check_digit_is_a_warning() -> None:
    found = read_iccid("89860112345678901234")
    assert found.value == "89860112345678901234"
    assert found.warning is not None


def test_stk_03_to_19_digits_the_20th_is_proposed() -> None:
    found = read_iccid("8986011234567890123")
    assert (found.value, found.proposed) == ("89860112345678901237", True)


@pytest.mark.parametrize("prefix", ["898600", "898603", "898611"])
def test_stk_03_another_carriers_card_is_refused(prefix: str) -> None:
    with pytest.raises(SerialRefused, match="another carrier"):
        read_iccid(prefix + "12345678901234")


def test_stk_03_an_issuer_nobody_listed_is_a_warning_only() -> None:
    assert read_iccid("89861512345678901234").warning is not None


def test_stk_03_a_letter_at_the_end_is_kept_and_flagged() -> None:
    found = read_iccid("8986011234567890123n")
    assert found.value == "8986011234567890123N"
    assert found.warning is not None


def test_stk_03_digits_swapped_by_a_reader_are_put_right() -> None:
    plain = "89860112345678901237"
    swapped = "".join(plain[place + 1] + plain[place] for place in range(0, 20, 2))
    assert read_iccid(swapped).value == plain


@pytest.mark.parametrize("text", ["898601", "88860112345678901237", "8986011234567890123X7", ""])
def test_stk_03_wrong_length_or_beginning_is_refused(text: str) -> None:
    with pytest.raises(SerialRefused, match="89"):
        read_iccid(text)


def test_stk_04_a_run_of_bodies_has_a_count() -> None:
    run = make_segment(f"{BODY}100", f"{BODY}199", count=100)
    assert run.count == 100
    with pytest.raises(SerialRefused, match="99"):
        make_segment(f"{BODY}100", f"{BODY}199", count=99)


def test_stk_04_issuing_and_returning_keep_the_fewest_runs() -> None:
    keeper = take_segment(
        [make_segment(f"{BODY}100", f"{BODY}199")], make_segment(f"{BODY}120", f"{BODY}139")
    )
    assert [run.show()[-7:] for run in keeper] == ["" + f"{BODY}119"[-7:], f"{BODY}199"[-7:]]
    assert [run.count for run in keeper] == [20, 60]
    clerk = take_segment(
        [make_segment(f"{BODY}120", f"{BODY}139")], make_segment(f"{BODY}130", f"{BODY}139")
    )
    assert clerk == [make_segment(f"{BODY}120", f"{BODY}129")]
    together = merge_segments([*keeper, make_segment(f"{BODY}130", f"{BODY}139")])
    assert [run.count for run in together] == [20, 70]


def test_stk_04_of_whole_iccids_the_bodies_run_and_check_digits_are_computed() -> None:
    first, last = (
        "89860112345678901237",
        f"8986011234567890125{luhn.calc_check_digit(f'{BODY}125')}",
    )
    run = make_segment(first, last)
    numbers = list(expand_iccids(run))
    assert run.count == len(numbers) == 3
    assert numbers[0] == first
    assert numbers[1] != str(int(first) + 1)
    assert all(luhn.is_valid(number) for number in numbers)


def test_stk_04_overlapping_runs_are_refused() -> None:
    with pytest.raises(SerialRefused, match="overlap"):
        merge_segments([make_segment("0001", "0100"), make_segment("0050", "0150")])


def test_stk_04_a_run_not_wholly_held_is_refused() -> None:
    held = [make_segment("0001", "0100"), make_segment("0102", "0200")]
    with pytest.raises(SerialRefused, match="held"):
        take_segment(held, make_segment("0090", "0110"))


@pytest.mark.parametrize(
    ("first", "last"), [("0010", "0009"), ("001", "0002"), ("A01", "B02"), ("x-1", "x-2")]
)
def test_stk_04_ends_that_make_no_run_are_refused(first: str, last: str) -> None:
    with pytest.raises(SerialRefused, match="no run"):
        make_segment(first, last)


def test_stk_04_leading_zeros_and_prefixes_are_kept() -> None:
    run = make_segment("ab0098", "AB0101")
    assert list(run.numbers()) == ["AB0098", "AB0099", "AB0100", "AB0101"]


@given(st.sets(st.integers(0, 200), min_size=1), st.data())
def test_stk_04_taking_and_giving_back_restores_the_runs(
    numbers: set[int], choices: st.DataObject
) -> None:
    held = merge_segments(Segment("", 4, number, number) for number in numbers)
    assert {int(each) for run in held for each in run.numbers()} == numbers
    run = choices.draw(st.sampled_from(held))
    first = choices.draw(st.integers(run.first, run.last))
    taken = Segment("", 4, first, choices.draw(st.integers(first, run.last)))
    assert merge_segments([*take_segment(held, taken), taken]) == held


@given(st.text("0123456789", min_size=1, max_size=24))
def test_the_quick_luhn_says_what_the_librarys_says(number: str) -> None:
    assert passes_luhn(number) == luhn.is_valid(number)


@given(st.lists(st.text("0123456789", min_size=14, max_size=15)))
def test_many_numbers_looked_at_together_pass_as_they_do_alone(numbers: list[str]) -> None:
    right = {one for one in numbers if len(one) == 15 and luhn.is_valid(one)}
    assert passing_luhn(numbers, 15) == right
    assert passing_luhn([*numbers, "86000000000000x", "８60000000000000"], 15) == right


def test_nines_do_not_carry_into_the_next_number() -> None:
    assert passing_luhn(["9" * 28, "0" * 28], 28) == {"0" * 28}


@pytest.mark.parametrize("number", ["", "１２３", "12a", "-0", "0 0"])
def test_the_quick_luhn_takes_plain_digits_only(number: str) -> None:
    assert passes_luhn(number) is False
