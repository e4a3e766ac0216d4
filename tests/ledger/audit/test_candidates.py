"""Candidates: causes that fit a difference to the fen, the likeliest first, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.candidates import MOST_LINES, SORTS, Material, Piece, rank_candidates, swaps_of
from ledger.audit.queries import finding_detail
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, declared, line, put, run, settled


def pieces(*amounts: int) -> list[Piece]:
    """Give pieces N0, N1 .. of these amounts."""
    return [Piece(f"N{n}", amount) for n, amount in enumerate(amounts)]


def found(difference: int, **material: list[Piece]) -> list[tuple[str, tuple[str, ...]]]:
    """Give sort and subjects of the candidates."""
    candidates = rank_candidates(difference, Material(**material))
    return [(candidate.sort, candidate.subjects) for candidate in candidates]


def test_one_line_that_equals_a_short() -> None:
    assert found(-5800, counted=pieces(3000, 5800, 5801)) == [("one_line", ("N1",))]


def test_a_line_entered_twice() -> None:
    twice = [Piece("N0", 5800, "s/b"), Piece("N1", 5800, "s/b"), Piece("N2", 5800, "x/b")]
    assert ("entered_twice", ("N0", "N1")) in found(-5800, counted=twice)


def test_money_under_another_tender() -> None:
    assert found(5800, elsewhere=pieces(5800, 5700)) == [("tender_swapped", ("N0",))]


def test_the_same_amount_open_on_the_other_side_comes_first() -> None:
    assert found(-700, counted=pieces(700), opposite=[Piece("T", 700)])[0] == (
        "counterpart",
        ("T",),
    )


@pytest.mark.parametrize(
    ("booked", "difference", "sorts"),
    [(5800, 2700, ["transposed"]), (5800, 2701, []), (5900, 3600, ["transposed"]), (66, 0, [])],
)
def test_two_digits_swapped(booked: int, difference: int, sorts: list[str]) -> None:
    """58.00 for 85.00 is 27.00, a multiple of nine."""
    assert [sort for sort, _ in found(difference, figures=pieces(booked))] == sorts


def test_two_and_three_lines_that_add_up() -> None:
    assert found(-1100, counted=pieces(400, 700, 5000)) == [("subset", ("N0", "N1"))]
    assert found(-6100, counted=pieces(400, 700, 5000)) == [("subset", ("N0", "N1", "N2"))]
    assert found(-6101, counted=pieces(400, 700, 5000)) == []


def test_the_search_is_bounded() -> None:
    many = pieces(*range(1, 10_000))
    assert len(found(-3, counted=many)) <= 3 * len(SORTS)
    assert found(-(MOST_LINES + 1), counted=pieces(*[0] * MOST_LINES, MOST_LINES + 1)) == []


@given(
    st.integers(-10_000, 10_000),
    st.lists(st.integers(-5_000, 5_000), max_size=12),
)
def test_every_candidate_fits_exactly(difference: int, amounts: list[int]) -> None:
    counted = pieces(*amounts)
    by_name = {piece.subject: piece.amount for piece in counted}
    for sort, subjects in found(difference, counted=counted):
        together = sum(by_name[subject] for subject in subjects)
        if sort == "transposed":
            assert together + difference in swaps_of(together)
        else:
            assert together == -difference


def test_a_short_names_the_line_behind_it(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 3000), line("T3", 4400))
    put(hall, "declarations", declared(10200))
    run(hall)
    with hall.read(RUNNER) as uow:
        detail = finding_detail(uow, hall.hall, DAY, "C02", "tender:A01/cash")
    assert [(one.sort, one.subjects) for one in detail.candidates] == [("one_line", ("txn:T2",))]
    assert detail.candidates[0].text.en == "One line equals it: 30.00"


def test_a_tender_mixed_up_shows_on_both_sides(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 4400, tender="pos", tender_ref="P1"))
    put(hall, "declarations", declared(10200), declared(0, tender="pos"))
    run(hall)
    with hall.read(RUNNER) as uow:
        detail = finding_detail(uow, hall.hall, DAY, "C02", "tender:A01/cash")
    assert [(one.sort, one.subjects) for one in detail.candidates] == [
        ("counterpart", ("tender:A01/pos",)),
        ("tender_swapped", ("txn:T2",)),
    ]


def test_a_settlement_without_account_finds_the_line_in_cash(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800), line("T2", 5800, tender="wechat", tender_ref="W2"))
    put(hall, "settlements", settled("wechat", "W1", 5800))
    run(hall)
    with hall.read(RUNNER) as uow:
        detail = finding_detail(uow, hall.hall, DAY, "T02", "ref:wechat/W1")
    assert [(one.sort, one.subjects) for one in detail.candidates] == [
        ("counterpart", ("ref:wechat/W2",)),
        ("tender_swapped", ("txn:T1",)),
    ]


def test_a_finding_without_amounts_has_no_candidates(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5800))
    run(hall)
    with hall.read(RUNNER) as uow:
        assert finding_detail(uow, hall.hall, DAY, "C01", "shift:A01").candidates == ()
