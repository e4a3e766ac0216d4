"""Authorities and policies: who signs in whose place, and what holds from which day on."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ledger.approvals import Signature
from ledger.documents import find_document
from ledger.duties.delegations import give_authority
from ledger.duties.errors import AuthorityRefused
from ledger.enrolment import StaffMember
from ledger.lifecycle import MakerIsChecker, advance
from ledger.permissions import NotPermitted
from refunds import policies
from refunds.errors import LimitPassed, PolicyUnreadable
from refunds.models import RefundLimitUse
from refunds.policies import policy_on, propose_policy
from refunds.policy import Policy
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.refunds.casing import BY_COMPLAINT, approve, ask, case_of, refusal

TOMORROW = DAY + dt.timedelta(days=1)
_NUMBERS = itertools.count(1)


@pytest.fixture
def second(shared_engine: Engine) -> OpenHall:
    """A hall with two people of the department."""
    code = f"D{next(_NUMBERS):03d}"
    staff = [StaffMember("S02", "员工S02", ("department",))]
    return open_hall(shared_engine, code, more_staff=staff)


def authorise(hall: OpenHall, who: str = "M01", role: str = "hall_manager", **cells: object) -> str:
    """Let A02 sign for the hall manager today and tomorrow, up to 300.00."""
    given = {
        "to": "A02",
        "from_on": DAY,
        "to_on": TOMORROW,
        "cap_fen": 300_00,
        "reason": "出差",
        **cells,
    }
    with hall.work(who) as uow:
        document = give_authority(uow, hall=hall.hall, role=role, **given)  # type: ignore[arg-type]
        return document.number or ""


def test_a_delegate_signs_within_his_cap_and_his_authority_is_named(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=300_00))
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02"))
    authorise(hall)
    assert approve(hall, number, "A02") == "approved"
    with hall.read() as uow:
        signed = uow.session.query(Signature).filter_by(step="approve", hall_id=hall.id).one()
        assert (signed.role, signed.person_id) == ("hall_manager", hall.people["A02"].person_id)


def test_a_delegate_does_not_pass_his_cap(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=300_01))
    authorise(hall)
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02"))


def test_the_cap_is_held_against_the_sum(hall: OpenHall) -> None:
    ask(hall, replace(BY_COMPLAINT, amount_fen=200_00))
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=200_00))
    authorise(hall)
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02"))


def test_an_authority_counts_on_its_days_alone(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=300_00))
    authorise(hall, from_on=TOMORROW)
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02"))
    after = NOW + dt.timedelta(days=2)
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02", now=after))
    assert approve(hall, number, "A02", now=NOW + dt.timedelta(days=1)) == "approved"


def test_a_delegate_never_signs_his_own_case_nor_that_of_who_authorised_him(
    hall: OpenHall,
) -> None:
    authorise(hall)
    own = ask(hall, replace(BY_COMPLAINT, amount_fen=150_00), who="A02")
    refusal(hall, MakerIsChecker, lambda: approve(hall, own, "A02"))
    givers = ask(
        hall, replace(BY_COMPLAINT, amount_fen=150_00, subscriber="18600000009"), who="M01"
    )
    refusal(hall, NotPermitted, lambda: approve(hall, givers, "A02"))


def test_an_authority_taken_back_counts_no_more(hall: OpenHall) -> None:
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=300_00))
    given = authorise(hall)
    with hall.work("M01") as uow:
        advance(uow, find_document(uow, hall.id, given), "reverse", reason="已返岗")
    refusal(hall, NotPermitted, lambda: approve(hall, number, "A02"))


@pytest.mark.parametrize(
    "cells",
    [
        {"who": "D01"},
        {"to": "J01"},
        {"to": "M01"},
        {"to": "Z99"},
        {"from_on": DAY - dt.timedelta(days=1)},
        {"to_on": DAY - dt.timedelta(days=1)},
        {"to_on": DAY + dt.timedelta(days=31)},
        {"cap_fen": 0},
        {"reason": " "},
    ],
    ids=str,
)
def test_no_authority_beyond_ones_own_or_without_bounds(
    hall: OpenHall, cells: dict[str, object]
) -> None:
    refusal(hall, AuthorityRefused, lambda: authorise(hall, **cells))  # type: ignore[arg-type]


def propose(hall: OpenHall, policy: Policy, *, valid_from: dt.date = DAY, who: str = "S01") -> str:
    """Ask for a policy; gives the document's number."""
    with hall.work(who) as uow:
        return (
            propose_policy(
                uow, hall=hall.hall, policy=policy, valid_from=valid_from, reason="季度调整"
            ).number
            or ""
        )


def sign_policy(hall: OpenHall, number: str, who: str) -> str:
    """Sign a policy; gives the document's state."""
    with hall.work(who) as uow:
        return policies.sign_policy(uow, hall=hall.hall, number=number).state


LOWER = Policy("waiver", tiers=(("duty_manager", 50_00), ("hall_manager", 200_00)))


def test_a_policy_needs_another_person_of_the_department(hall: OpenHall) -> None:
    number = propose(hall, LOWER)
    refusal(hall, MakerIsChecker, lambda: sign_policy(hall, number, "S01"))
    refusal(hall, NotPermitted, lambda: sign_policy(hall, number, "M01"))


def test_a_policy_counts_from_its_first_day_and_once_it_is_signed(second: OpenHall) -> None:
    number = propose(second, LOWER, valid_from=TOMORROW)
    before = case_of(second, ask(second, replace(BY_COMPLAINT, amount_fen=300_00)))
    assert sign_policy(second, number, "S02") == "posted"
    today = ask(second, replace(BY_COMPLAINT, amount_fen=60_00, subscriber="18600000002"))
    later = ask(
        second,
        replace(BY_COMPLAINT, amount_fen=60_00, subscriber="18600000003"),
        now=NOW + dt.timedelta(days=1),
    )
    assert before.required_roles == "hall_manager"
    assert case_of(second, today).required_roles == "duty_manager"
    assert case_of(second, later).required_roles == "hall_manager"
    with second.read() as uow:
        assert policy_on(uow, second.hall, "waiver", TOMORROW).number == number
        assert policy_on(uow, second.hall, "waiver", DAY).number == "default"


@pytest.mark.parametrize(
    "policy",
    [
        Policy("fine"),
        Policy("waiver", tiers=()),
        Policy("waiver", tiers=(("duty_manager", 500_00), ("hall_manager", 100_00))),
        Policy("waiver", tiers=(("king", 500_00),)),
        Policy("waiver", tiers=(("hall_manager", -1),)),
        Policy("waiver", split_days=0),
        Policy("waiver", clerk_day_limit_fen=-1),
        Policy("waiver", near_limit_percent=0),
    ],
    ids=lambda policy: policy.as_json()[:60],
)
def test_a_policy_that_makes_no_sense_is_refused(hall: OpenHall, policy: Policy) -> None:
    refusal(hall, PolicyUnreadable, lambda: propose(hall, policy))


def test_a_policy_is_never_backdated(hall: OpenHall) -> None:
    yesterday = DAY - dt.timedelta(days=1)
    refusal(hall, PolicyUnreadable, lambda: propose(hall, LOWER, valid_from=yesterday))


def test_limits_of_the_day_hold_for_clerk_approver_and_hall(second: OpenHall) -> None:
    policy = Policy("waiver", clerk_day_limit_fen=100_00, approver_day_limit_fen=80_00)
    sign_policy(second, propose(second, policy), "S02")
    first = ask(second, replace(BY_COMPLAINT, amount_fen=60_00))
    second_case = replace(BY_COMPLAINT, amount_fen=40_01, subscriber="18600000002")
    refusal(second, LimitPassed, lambda: ask(second, second_case))
    other = ask(second, replace(second_case, amount_fen=40_00))
    assert approve(second, first, "D01") == "approved"
    refusal(second, LimitPassed, lambda: approve(second, other, "D01"))
    assert approve(second, other, "M01") == "approved"
    with second.read() as uow:
        used = {
            (row.scope, row.used_fen)
            for row in uow.session.query(RefundLimitUse).filter_by(hall_id=second.id)
        }
    assert used == {("clerk", 100_00), ("approver", 60_00), ("approver", 40_00), ("hall", 100_00)}
