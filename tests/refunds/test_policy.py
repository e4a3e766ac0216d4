"""The pure function from policy and case to what a case needs (DOMAIN REF-01, REF-02, REF-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from refunds.policy import (
    PAPERS,
    Case,
    Earlier,
    Judgement,
    Policy,
    band_of,
    judge,
    papers_for,
    policy_from_json,
)

DAY = dt.date(2026, 11, 20)
NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
POLICY = Policy("refund")


def case(yuan_in_fen: int, *earlier: tuple[int, int], **cells: object) -> Case:
    """Give a case of that amount; `earlier` are (days ago, fen)."""
    return Case(
        amount_fen=yuan_in_fen,
        reason="complaint",
        asked_at=NOON,
        on=DAY,
        subscriber="18600000001",
        earlier=tuple(Earlier(DAY - dt.timedelta(days=ago), fen) for ago, fen in earlier),
        **cells,  # type: ignore[arg-type]
    )


TIERS = [
    (99_99, ("duty_manager",)),
    (100_00, ("duty_manager",)),
    (100_01, ("hall_manager",)),
    (499_99, ("hall_manager",)),
    (500_00, ("hall_manager",)),
    (500_01, ("department",)),
    (4_999_99, ("department",)),
    (5_000_00, ("department",)),
    (5_000_01, ("department", "finance")),
]


@pytest.mark.parametrize(("fen", "roles"), TIERS)
def test_ref_01_a_limit_is_inclusive(fen: int, roles: tuple[str, ...]) -> None:
    assert judge(POLICY, case(fen)).roles == roles


@pytest.mark.parametrize(("fen", "roles"), TIERS)
def test_ref_01_the_sum_of_thirty_days_is_held_against_the_limit(
    fen: int, roles: tuple[str, ...]
) -> None:
    judged = judge(POLICY, case(1, (29, fen - 1)))
    assert (judged.roles, judged.judged_fen) == (roles, fen)


def test_ref_01_three_times_200_in_ten_days_goes_up() -> None:
    assert judge(POLICY, case(200_00)).roles == ("hall_manager",)
    assert judge(POLICY, case(200_00, (5, 200_00))).roles == ("hall_manager",)
    third = judge(POLICY, case(200_00, (5, 200_00), (10, 200_00)))
    assert (third.roles, third.judged_fen) == (("department",), 600_00)


def test_what_is_thirty_days_old_counts_no_longer() -> None:
    assert judge(POLICY, case(50_00, (30, 400_00))).judged_fen == 50_00
    assert judge(POLICY, case(50_00, (29, 400_00))).judged_fen == 450_00


def test_a_blank_subscriber_is_never_summed() -> None:
    blank = Case(
        amount_fen=80_00,
        reason="complaint",
        asked_at=NOON,
        on=DAY,
        earlier=(Earlier(DAY, 900_00),),
    )
    assert judge(POLICY, blank).roles == ("duty_manager",)


def test_ref_05_480_and_480_within_three_days_are_a_split() -> None:
    first = judge(POLICY, case(480_00))
    assert (first.roles, first.split) == (("hall_manager",), False)
    second = judge(POLICY, case(480_00, (2, 480_00)))
    assert (second.roles, second.split) == (("department",), True)


def test_ref_05_what_others_moved_to_the_same_number_counts_for_a_split_alone() -> None:
    def judged(ago: int, *, same_number: bool) -> Judgement:
        earlier = Earlier(DAY - dt.timedelta(days=ago), 480_00, same_number)
        return judge(POLICY, replace(case(480_00), earlier=(earlier,)))

    split = judged(6, same_number=False)
    assert (split.roles, split.split, split.judged_fen) == (("department",), True, 960_00)
    assert split.sum_fen == 480_00
    apart = judged(7, same_number=False)
    assert (apart.roles, apart.split, apart.judged_fen) == (("hall_manager",), False, 480_00)
    assert judged(7, same_number=True).judged_fen == 960_00


def test_what_lies_a_week_back_is_summed_but_no_split() -> None:
    later = judge(POLICY, case(480_00, (8, 480_00)))
    assert (later.roles, later.split) == (("department",), False)


@pytest.mark.parametrize(
    ("elapsed", "at_desk", "band"),
    [
        (dt.timedelta(minutes=5), True, "desk"),
        (dt.timedelta(minutes=5), False, "day"),
        (dt.timedelta(hours=2), True, "day"),
        (dt.timedelta(hours=23, minutes=59), False, "day"),
        (dt.timedelta(hours=24), False, "day"),
        (dt.timedelta(hours=24, minutes=1), False, "later"),
    ],
)
def test_ref_02_a_wrong_payment_is_judged_by_the_time_gone_by(
    elapsed: dt.timedelta, at_desk: bool, band: str
) -> None:
    wrong = Case(
        amount_fen=50_00,
        reason="wrong_payment",
        asked_at=NOON,
        on=DAY,
        paid_at=NOON - elapsed,
        at_desk=at_desk,
    )
    assert band_of(wrong) == band


def test_ref_02_the_papers_of_a_wrong_payment_grow_with_time() -> None:
    desk = papers_for("refund", "wrong_payment", "desk")
    day = papers_for("refund", "wrong_payment", "day")
    later = papers_for("refund", "wrong_payment", "later")
    assert desk == ("application", "payment_proof", "customer_receipt")
    assert set(day) - set(desk) == {"payer_id", "owner_id"}
    assert set(later) - set(day) == {"owner_consent"}


def test_every_paper_has_a_name() -> None:
    policy = judge(POLICY, case(1))
    assert set(policy.papers) <= set(PAPERS)


def test_the_requester_carries_out_only_what_the_hall_may_approve() -> None:
    assert judge(POLICY, case(500_00)).requester_may_execute
    assert not judge(POLICY, case(500_01)).requester_may_execute


def test_a_policy_is_frozen_as_text_and_read_back() -> None:
    policy = Policy("waiver", tiers=(("duty_manager", 50_00),), clerk_day_limit_fen=300_00)
    assert policy_from_json(policy.as_json()) == policy


def test_every_judgement_says_why() -> None:
    why = judge(POLICY, case(480_00, (2, 480_00))).why
    assert [text.en for text in why] == [
        "960.00 for this number in 30 days",
        "960.00 is within the limit of 5,000.00",
        "several cases in 7 days pass the limit of one: sent up as a split",
    ]
