"""Many people at one limit at once: it is never passed; and one terminal state for each case."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from ledger.enrolment import StaffMember
from ledger.errors import BackofficeError
from ledger.verify import verify_hall
from refunds.acts import reject_case
from refunds.models import RefundLimitUse
from refunds.policy import Policy
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.databases import Databases
from tests.refunds.casing import BY_COMPLAINT, approve, ask, case_of
from tests.refunds.test_authority import propose, sign_policy

ROUNDS = int(os.environ.get("RACE_ROUNDS", "2"))
"""`RACE_ROUNDS=1000` runs the long race."""
PEOPLE = 32
LIMIT, EACH = 100_00, 10_00
MANAGERS = [f"W{number:02d}" for number in range(PEOPLE)]


@pytest.fixture(scope="module")
def clients(databases: Databases) -> Iterator[list[OpenHall]]:
    """Give a hall with 32 managers as 32 clients see it, each with a connection of its own."""
    staff = [StaffMember(number, f"经理{number}", ("hall_manager",)) for number in MANAGERS]
    staff.append(StaffMember("S02", "员工S02", ("department",)))
    with databases.fresh("postgresql") as url:
        # An engine lends out fifteen connections at once.
        engines: list[Engine] = [make_engine(url) for _ in range(PEOPLE // 8)]
        hall = open_hall(engines[0], "RR01", more_staff=staff)
        sign_policy(hall, propose(hall, Policy("waiver", hall_day_limit_fen=LIMIT)), "S02")
        yield [hall.on(engines[number // 8]) for number in range(PEOPLE)]
        for engine in engines:
            engine.dispose()


def at_once(threads: ThreadPoolExecutor, acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Let all act at once; gives how often each outcome came."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(timeout=60)
        try:
            return str(act())
        except BackofficeError as refusal:
            return refusal.code

    return Counter(threads.map(run, acts))


def on_day(number: int) -> dt.datetime:
    """Give ten in the morning of a later day."""
    return NOW + dt.timedelta(days=number)


@pytest.mark.postgresql
def test_32_people_never_pass_a_limit_together(clients: list[OpenHall]) -> None:
    hall = clients[0]
    with ThreadPoolExecutor(PEOPLE) as threads:
        for one in range(ROUNDS):
            now = on_day(one)
            cases = [
                ask(hall, replace(BY_COMPLAINT, amount_fen=EACH, subscriber=f"{one}-{n}"), now=now)
                for n in range(PEOPLE)
            ]
            acts = [
                partial(approve, client, case, who, now=now)
                for client, case, who in zip(clients, cases, MANAGERS, strict=True)
            ]
            outcomes = at_once(threads, acts)
            assert outcomes == {"approved": LIMIT // EACH, "limit_passed": PEOPLE - LIMIT // EACH}
    with hall.read() as uow:
        used = uow.session.query(RefundLimitUse).filter_by(hall_id=hall.id, scope="hall")
        assert {row.used_fen for row in used} == {LIMIT}
        assert verify_hall(uow, hall.hall) == []


@pytest.mark.postgresql
def test_approve_against_reject_ends_in_one_state(clients: list[OpenHall]) -> None:
    hall = clients[0]

    def reject(number: str, now: dt.datetime) -> str:
        with hall.work("W01", now=now) as uow:
            return reject_case(uow, hall=hall.hall, number=number, reason="证件不符").state

    with ThreadPoolExecutor(2) as threads:
        for one in range(ROUNDS):
            now = on_day(2000 + one)
            number = ask(
                hall, replace(BY_COMPLAINT, amount_fen=EACH, subscriber=f"x{one}"), now=now
            )
            outcomes = at_once(
                threads,
                [
                    partial(approve, clients[31], number, "W00", now=now),
                    partial(reject, number, now),
                ],
            )
            assert sorted(outcomes.values()) == [1, 1]
            assert outcomes["transition_refused"] == 1
            assert outcomes[case_of(hall, number).state] == 1


@pytest.mark.postgresql
def test_a_limit_lowered_meanwhile_holds_for_whoever_comes_after(
    clients: list[OpenHall],
) -> None:
    hall = clients[0]
    now = on_day(0)
    lower = propose(hall, Policy("gift_credit", hall_day_limit_fen=EACH), valid_from=DAY)
    gift = replace(BY_COMPLAINT, instrument="gift_credit", amount_fen=EACH)
    cases = [ask(hall, replace(gift, subscriber=f"g{n}"), now=now) for n in range(8)]
    acts: list[Callable[[], object]] = [
        partial(approve, client, case, who, now=now)
        for client, case, who in zip(clients[8:], cases, MANAGERS, strict=False)
    ]
    with ThreadPoolExecutor(9) as threads:
        outcomes = at_once(threads, [*acts, partial(sign_policy, hall, lower, "S02")])
    assert outcomes["posted"] == 1
    assert outcomes["approved"] + outcomes["limit_passed"] == len(cases)
    assert outcomes["approved"] >= 1
    late = ask(hall, replace(gift, subscriber="g99"), now=now)
    with pytest.raises(BackofficeError) as refusal:
        approve(hall, late, "W09", now=now)
    assert refusal.value.code == "limit_passed"
