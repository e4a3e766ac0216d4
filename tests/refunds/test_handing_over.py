"""The day's papers: one list, given by one side and taken by the other; what is missing waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ledger.lifecycle import MakerIsChecker, TransitionRefused
from ledger.permissions import NotPermitted
from ledger.times import HALL_TIME
from ledger.work import Actor
from refunds.errors import NotYours, PapersMissing
from refunds.handing_over import (
    ListAwaitsAuditor,
    ListedCase,
    NothingToHandOver,
    PaperList,
    give_papers,
    listed_cases,
    papers_on,
    refuse_papers,
    take_back_list,
    take_papers,
)
from refunds.papers import NotTheAuditor, tick_papers
from refunds.policies import propose_policy, sign_policy
from refunds.policy import Policy
from refunds.seen import see_case
from tests.builders import DAY, NOW, OpenHall
from tests.refunds.casing import BY_COMPLAINT, approve, ask, carry_out, refusal

PAPERS = ("application", "complaint_record")
NEXT = NOW + dt.timedelta(days=1)


def done(hall: OpenHall, *papers: str, tail: str = "1", now: dt.datetime = NOW) -> str:
    """Carry a waiver out and tick some of its papers; gives its number."""
    asked = replace(BY_COMPLAINT, amount_fen=20_00, subscriber=f"1860000002{tail}")
    number = ask(hall, asked, now=now)
    approve(hall, number, "D01", now=now)
    carry_out(hall, number, "A01", now=now)
    tick(hall, number, *papers, now=now)
    return number


def tick(hall: OpenHall, number: str, *papers: str, now: dt.datetime = NOW) -> None:
    """Tick papers of a case."""
    if papers:
        with hall.work("A01", now=now) as uow:
            tick_papers(uow, hall=hall.hall, number=number, papers=papers)


def give(hall: OpenHall, *, who: str = "A01", now: dt.datetime = NOW, on: dt.date = DAY) -> str:
    """Hand the day's papers over; gives the list's number."""
    with hall.work(who, now=now) as uow:
        return give_papers(uow, hall=hall.hall, on=on).number or ""


def take(hall: OpenHall, number: str, *, who: str = "J01", now: dt.datetime = NOW) -> str:
    """Take a list over; gives its state."""
    with hall.work(who, now=now) as uow:
        return take_papers(uow, hall=hall.hall, number=number).state


def shown(hall: OpenHall, on: dt.date = DAY, now: dt.datetime = NOW) -> PaperList:
    """Give how the papers of a day stand."""
    with hall.work("J01", now=now) as uow:
        return papers_on(uow, hall.hall, on)


def numbers(lines: tuple[object, ...] | list[object]) -> list[str]:
    """Give the cases of some lines."""
    return [line.case.document.number for line in lines]  # type: ignore[attr-defined]


def test_both_sides_sign_and_what_is_missing_stands_on_the_next_list(hall: OpenHall) -> None:
    whole = done(hall, *PAPERS)
    short = done(hall, "application", tail="2")
    first = give(hall)
    with hall.read("J01") as uow:
        listed = listed_cases(uow, shown(hall).documents[0])
    assert listed == [
        ListedCase(whole, PAPERS, ()),
        ListedCase(short, PAPERS[:1], PAPERS[1:]),
    ]
    refusal(hall, ListAwaitsAuditor, lambda: give(hall))
    refusal(hall, NotPermitted, lambda: take(hall, first, who="M01"))
    assert take(hall, first) == "posted"
    refusal(hall, TransitionRefused, lambda: take(hall, first))
    with hall.read("J01") as uow:
        assert see_case(uow, hall.hall, whole).handed_at == NOW
        assert see_case(uow, hall.hall, short).handed_at is None
    noon = noon_after(NOW)
    before, after = shown(hall, now=noon), shown(hall, now=noon + dt.timedelta(seconds=1))
    assert [(one.due_at, one.late) for one in before.awaited] == [(noon, False)]
    assert [one.late for one in after.awaited] == [True]
    tomorrow = DAY + dt.timedelta(days=1)
    assert numbers(shown(hall, tomorrow, NEXT).earlier) == [short]
    tick(hall, short, "complaint_record", now=NEXT)
    assert take(hall, give(hall, now=NEXT, on=tomorrow), now=NEXT) == "posted"
    assert shown(hall, tomorrow, NEXT).awaited == []
    assert numbers(shown(hall).today) == [whole, short]
    refusal(hall, NothingToHandOver, lambda: give(hall, now=NEXT, on=tomorrow))


def test_a_list_is_refused_with_a_reason_or_taken_back_by_its_giver(hall: OpenHall) -> None:
    done(hall, *PAPERS)
    first = give(hall)

    def refuse(reason: str) -> str:
        with hall.work("J01") as uow:
            return refuse_papers(uow, hall=hall.hall, number=first, reason=reason).state

    refusal(hall, PapersMissing, lambda: refuse(" "))
    assert refuse("签名不清") == "rejected"
    second = give(hall)

    def take_back(who: str) -> str:
        with hall.work(who) as uow:
            return take_back_list(uow, hall=hall.hall, number=second).state

    refusal(hall, NotYours, lambda: take_back("A02"))
    assert take_back("A01") == "cancelled"
    assert [one.state for one in shown(hall).documents] == ["rejected", "cancelled"]
    assert len(shown(hall).awaited) == 1


def test_papers_are_due_at_the_hour_of_the_cases_own_policy(hall: OpenHall) -> None:
    done(hall)
    assert [one.due_at for one in shown(hall).today] == [noon_after(NOW)]
    with hall.work("S01") as uow:
        made = propose_policy(
            uow,
            hall=hall.hall,
            policy=Policy("waiver", papers_due_hour=9),
            valid_from=DAY,
            reason="早交",
        )
    with hall.work(another(hall, "S01")) as uow:
        sign_policy(uow, hall=hall.hall, number=made.number or "")
    done(hall, tail="2")
    nine = noon_after(NOW) - dt.timedelta(hours=3)
    assert [one.due_at for one in shown(hall).today] == [noon_after(NOW), nine]


def test_an_auditor_with_a_part_in_a_case_does_not_take_its_papers(hall: OpenHall) -> None:
    done(hall, *PAPERS)
    number = give(hall, who="D01")
    both = hall.people["A01"]
    clerk_and_auditor = Actor(both.person_id, both.label, {hall.id: frozenset({"auditor"})})
    with pytest.raises(NotTheAuditor), hall.work(clerk_and_auditor) as uow:
        take_papers(uow, hall=hall.hall, number=number)
    giver = hall.people["D01"]
    self_taking = Actor(giver.person_id, giver.label, {hall.id: frozenset({"auditor"})})
    with pytest.raises(MakerIsChecker), hall.work(self_taking) as uow:
        take_papers(uow, hall=hall.hall, number=number)


def noon_after(moment: dt.datetime) -> dt.datetime:
    """Give noon of the day after, by the hall's clock."""
    return (moment.astimezone(HALL_TIME) + dt.timedelta(days=1)).replace(hour=12, minute=0)


def another(hall: OpenHall, like: str) -> Actor:
    """Give another person with the roles of the holder of a number."""
    other = hall.people["X01"]
    return Actor(other.person_id, other.label, hall.people[like].roles)
