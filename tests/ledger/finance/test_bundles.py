"""Closed days go to finance once, by two different signers; what comes back goes out again."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from ledger.audit.queries import show_day
from ledger.closing.reopening import reopen_day
from ledger.corrections.tables import CorrectionSlip
from ledger.documents import Document, find_document
from ledger.finance.bundles import cancel_bundle, make_bundles, sign_bundle
from ledger.finance.days import days_waiting
from ledger.finance.errors import (
    DayChanged,
    DayInBundle,
    DayNotClosed,
    HallSignsFirst,
    LineNotInBundle,
    NotHandedOver,
    NothingChanged,
    NothingToHandOver,
    ReasonNeeded,
    SignedTheDay,
)
from ledger.finance.mapping_changes import propose_mapping, sign_mappings
from ledger.finance.returns import (
    ReturnedLine,
    read_by_second,
    return_by_second,
    return_lines,
)
from ledger.finance.revisions import revise_bundle
from ledger.finance.seen import list_bundles, next_version, part_of, returned_lines, reversal_of
from ledger.finance.signing import sign_waiting
from ledger.finance.tables import SecondAudit
from ledger.lifecycle import MakerIsChecker, TransitionRefused
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.verify import verify_hall
from ledger.work import system_actor
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import LONG_AFTER, day
from tests.ledger.finance.closed_days import close_day, make, sign, work_day
from tests.ledger.test_races import at_once
from tests.observing import refused

CLI = system_actor("cli")


def statuses(hall: OpenHall, *dates: dt.date) -> list[str]:
    with hall.read() as uow:
        return [show_day(uow, hall.hall, date).hall_status for date in dates]


def found(hall: OpenHall, number: str | None) -> Document:
    with hall.read() as uow:
        document = find_document(uow, hall.id, number or "")
        uow.session.expunge_all()
    return document


def give_back(hall: OpenHall, number: str | None, *dates: dt.date, who: str = "F01") -> Document:
    lines = [ReturnedLine(date, "回单缺失", "C06", "slip:J3", "A01") for date in dates]
    with hall.work(who) as uow:
        return return_lines(uow, hall=hall.hall, number=number or "", lines=lines)


def reopen(hall: OpenHall, date: dt.date = DAY) -> None:
    for who in ("M01", "S01"):
        with hall.work(who, now=LONG_AFTER) as uow:
            reopen_day(uow, hall.hall, date, reason="漏传")


def test_rec_13_the_hall_makes_it_and_finance_signs_it_never_one_for_both(hall: OpenHall) -> None:
    with refused(hall, NotPermitted):
        make(hall, who="A01")
    with refused(hall, NotPermitted):
        make(hall, who="F01")
    made = make(hall)
    assert (made.state, made.required_roles, made.amount_fen) == ("submitted", "finance", 1250_00)
    with refused(hall, NotPermitted):
        sign(hall, made.number, who="S01")
    assert statuses(hall, DAY) == ["closed"]
    assert sign(hall, made.number).state == "posted"
    assert statuses(hall, DAY) == ["handed_over"]
    with refused(hall, TransitionRefused):
        sign(hall, made.number, who="F02")
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_rec_13_who_signed_the_day_for_the_hall_does_not_take_it_over(hall: OpenHall) -> None:
    made = make(hall)
    actor = hall.people["M01"]
    both = type(actor)(actor.person_id, actor.label, {hall.id: frozenset({"finance"})})
    with refused(hall, SignedTheDay), hall.work(both) as uow:
        sign_bundle(uow, hall=hall.hall, number=made.number or "")


def test_what_the_system_made_needs_a_leader_of_the_hall_beside_finance(hall: OpenHall) -> None:
    with hall.work(CLI) as uow:
        (made,) = make_bundles(uow, [(hall.hall, [DAY])]).documents
    assert made.required_roles == "hall_manager,finance"
    with refused(hall, HallSignsFirst):
        sign(hall, made.number)
    assert sign(hall, made.number, who="M01").state == "submitted"
    assert statuses(hall, DAY) == ["closed"]
    assert sign(hall, made.number).state == "posted"
    assert statuses(hall, DAY) == ["handed_over"]


def test_a_day_is_in_one_live_bundle_and_only_when_it_is_closed(hall: OpenHall) -> None:
    with refused(hall, DayNotClosed):
        make(hall, day(1), day(1))
    with refused(hall, NothingToHandOver):
        make(hall, day(1), day(5))
    made = make(hall)
    with refused(hall, DayInBundle):
        make(hall)
    with refused(hall, ReasonNeeded), hall.work("M01") as uow:
        cancel_bundle(uow, hall=hall.hall, number=made.number or "", reason=" ")
    with hall.work("M01") as uow:
        cancel_bundle(uow, hall=hall.hall, number=made.number or "", reason="重做")
    again = make(hall)
    with hall.read() as uow:
        assert part_of(uow, again).statement["days"][0]["date"] == DAY.isoformat()
        # Nobody at the second level is asked to read what was taken back.
        ended, live = list_bundles(uow, [hall.hall])
        assert (ended.second, live.second is not None) == (None, True)
        assert days_waiting(uow, [hall.id], DAY, DAY) == {}


def test_finance_returns_a_day_and_signs_the_rest(hall: OpenHall) -> None:
    for date in (day(1), day(2)):
        work_day(hall, date)
        close_day(hall, date)
    made = make(hall, DAY, day(2))
    with refused(hall, ReasonNeeded), hall.work("F01") as uow:
        line = ReturnedLine(DAY, " ")
        return_lines(uow, hall=hall.hall, number=made.number or "", lines=[line])
    with refused(hall, LineNotInBundle):
        give_back(hall, made.number, day(5))
    with refused(hall, NotPermitted):
        give_back(hall, made.number, DAY, who="M01")
    give_back(hall, made.number, DAY)
    with refused(hall, LineNotInBundle):
        give_back(hall, made.number, DAY)
    with hall.read() as uow:
        whole, rest = part_of(uow, made, 0), part_of(uow, made)
        assert [one["date"] for one in whole.statement["days"]] == [
            date.isoformat() for date in (DAY, day(1), day(2))
        ]
        assert {
            one["date"] for piece in ("days", "voucher", "totals") for one in rest.statement[piece]
        } == {day(1).isoformat(), day(2).isoformat()}
        assert (rest.number, whole.event_no < rest.event_no) == (1, True)
        (gone,) = returned_lines(uow, made)
        assert (gone.reason, gone.level, gone.check_code) == ("回单缺失", "finance", "C06")
        slip = uow.session.scalars(
            select(CorrectionSlip).where(CorrectionSlip.number == gone.slip)
        ).one()
        assert (slip.clerk, slip.of_day, slip.state) == ("A01", DAY, "open")
    assert sign(hall, made.number).state == "posted"
    assert statuses(hall, DAY, day(1), day(2)) == ["closed", "handed_over", "handed_over"]
    later = make(hall)
    assert facts(hall, later)["version"] == "2"
    assert sign(hall, later.number).state == "posted"
    assert statuses(hall, DAY) == ["handed_over"]


def facts(hall: OpenHall, document: Document) -> dict[str, str]:
    with hall.read() as uow:
        (listed,) = [
            one for one in list_bundles(uow, [hall.hall]) if one.document.id == document.id
        ]
        return listed.facts


def test_a_bundle_with_all_days_returned_is_rejected(hall: OpenHall) -> None:
    made = make(hall)
    assert give_back(hall, made.number, DAY).state == "rejected"
    with refused(hall, TransitionRefused):
        sign(hall, made.number)


def test_a_day_that_was_reopened_is_not_taken_over_as_it_was(hall: OpenHall) -> None:
    made = make(hall)
    reopen(hall)
    with refused(hall, DayChanged):
        sign(hall, made.number)
    close_day(hall)
    with refused(hall, DayChanged):
        sign(hall, made.number)
    give_back(hall, made.number, DAY)
    assert sign(hall, make(hall).number).state == "posted"


def change_mapping(hall: OpenHall, **rules: tuple[str, str]) -> None:
    named = {key.replace("__", ":"): codes for key, codes in rules.items()}
    with hall.work("F01") as uow:
        documents = propose_mapping(
            uow,
            halls=[hall.hall],
            rules=named,
            accounts={"6051": Text("其他业务收入", "Other operating income")},
            valid_from=DAY,
            reason="科目调整",
        )
    with refused(hall, MakerIsChecker), hall.work("F01") as uow:
        sign_mappings(uow, [find_document(uow, hall.id, documents[0].number or "")])
    with hall.work("F02") as uow:
        sign_mappings(uow, [find_document(uow, hall.id, documents[0].number or "")])


def test_a_change_after_hand_over_goes_out_as_reversal_and_new_revision(hall: OpenHall) -> None:
    made = make(hall)

    def revise() -> Document:
        with hall.work("M01") as uow:
            return revise_bundle(uow, hall=hall.hall, number=made.number or "", reason="科目有误")

    with refused(hall, NotHandedOver):
        revise()
    sign(hall, made.number)
    with refused(hall, NothingChanged):
        revise()
    change_mapping(hall, business__话费=("6051", "6051"))
    new = revise()
    with hall.read() as uow:
        reversal = reversal_of(uow, new)
        assert reversal is not None
        assert (reversal.state, reversal.amount_fen) == ("submitted", made.amount_fen)
        reversed_by = reversal.number
        assert next_version(uow, made) == new.number
    with refused(hall, NotHandedOver):
        revise()
    assert sign(hall, new.number, who="F02").state == "posted"
    assert found(hall, made.number).state == "reversed"
    assert found(hall, reversed_by).state == "posted"
    assert statuses(hall, DAY) == ["handed_over"]
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_a_revision_that_finance_rejects_leaves_the_old_one_standing(hall: OpenHall) -> None:
    made = make(hall)
    sign(hall, made.number)
    change_mapping(hall, business__话费=("6051", "6051"))
    with hall.work("M01") as uow:
        new = revise_bundle(uow, hall=hall.hall, number=made.number or "", reason="科目有误")
    give_back(hall, new.number, DAY)
    assert found(hall, made.number).state == "posted"
    assert statuses(hall, DAY) == ["handed_over"]
    with refused(hall, DayInBundle):
        make(hall)


def test_rec_01_the_second_level_reads_or_returns_and_version_one_stays_readable(
    hall: OpenHall,
) -> None:
    made = make(hall)
    number = made.number or ""
    with hall.read() as uow:
        second = uow.session.get_one(SecondAudit, (hall.id, made.id))
        assert second.state == "due"
        # T+2, 24:00 by the hall's clock.
        assert second.due_at == dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)
    with refused(hall, NotPermitted), hall.work("M01") as uow:
        read_by_second(uow, hall=hall.hall, number=number)
    lines = [ReturnedLine(DAY, "解款回单金额不符", "C06", "slip:J3", "A01", 900_00, 890_00)]
    with hall.work("S01") as uow:
        state = return_by_second(uow, hall=hall.hall, number=number, lines=lines).state
    assert state == "rejected"
    with refused(hall, NotHandedOver), hall.work("S01") as uow:
        read_by_second(uow, hall=hall.hall, number=number)
    later = make(hall)
    assert facts(hall, later)["version"] == "2"
    with hall.work("S01") as uow:
        assert read_by_second(uow, hall=hall.hall, number=later.number or "").state == "read"
    with hall.read() as uow:
        assert (
            part_of(uow, made, 0).statement["voucher"] == part_of(uow, later).statement["voucher"]
        )


def test_of_many_halls_one_that_is_refused_keeps_no_other_out(
    hall: OpenHall, other: OpenHall
) -> None:
    with hall.work(CLI) as uow:
        made = make_bundles(uow, [(other.hall, [DAY]), (hall.hall, [DAY])])
    assert [one.hall_id for one in made.documents] == [hall.id]
    assert {code: type(error) for code, error in made.refused.items()} == {
        other.hall.code: DayNotClosed
    }


def test_finance_signs_all_that_waits_and_is_told_what_was_left_and_why(
    hall: OpenHall, other: OpenHall
) -> None:
    work_day(hall, day(1))
    close_day(hall, day(1))
    both = make(hall, DAY, day(1))

    def sign_all(last: dt.date) -> tuple[list[str | None], list[tuple[str, str, str]]]:
        with hall.work(finance) as uow:
            done = sign_waiting(uow, [other.hall, hall.hall], first=DAY, last=last)
        left = [(one.code, number, why.code) for one, number, why in done.left]
        return [one.number for one in done.documents], left

    person = hall.people["F01"]
    roles = frozenset({"finance"})
    finance = type(person)(person.person_id, person.label, {hall.id: roles, other.id: roles})
    assert sign_all(DAY) == ([], [("F0001", both.number, "bundle_reaches_beyond")])
    with hall.work("M01") as uow:
        cancel_bundle(uow, hall=hall.hall, number=both.number or "", reason="分开")
    first, second = make(hall), make(hall, day(1), day(1))
    reopen(hall, day(1))
    work_day(other)
    close_day(other)
    with other.work(CLI) as uow:
        (of_other,) = make_bundles(uow, [(other.hall, [DAY])]).documents
    left = [
        ("F0001", second.number, "bundle_day_changed"),
        ("F0002", of_other.number, "hall_signs_first"),
    ]
    assert sign_all(day(1)) == ([first.number], left)
    assert statuses(hall, DAY, day(1)) == ["handed_over", "working"]
    assert sign_all(day(1)) == ([], left)
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


@pytest.mark.parametrize("rival", ["another", "return", "reopen"])
def test_finance_signs_a_bundle_once_whoever_comes_at_the_same_time(
    hall: OpenHall, rival: str
) -> None:
    made = make(hall)
    with hall.work("M01", now=LONG_AFTER) as uow:
        reopen_day(uow, hall.hall, DAY, reason="漏传")

    def agree(own: OpenHall) -> object:
        with own.work("S01", now=LONG_AFTER) as uow:
            return reopen_day(uow, own.hall, DAY).state

    rivals = {
        "another": lambda own: sign(own, made.number, who="F02").state,
        "return": lambda own: give_back(own, made.number, DAY, who="F02").state,
        "reopen": agree,
    }
    url = str(hall.engine.url)
    first, second = at_once(
        url, (hall, lambda own: sign(own, made.number).state), (hall, rivals[rival])
    )
    refusals = [one for one in (first, second) if isinstance(one, type)]
    assert len(refusals) == 1
    taken = first == "posted" or (rival == "another" and second == "posted")
    assert statuses(hall, DAY)[0] == (
        "handed_over" if taken else "working" if rival == "reopen" else "closed"
    )
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_a_bundle_and_a_reopening_at_once_leave_no_bundle_of_an_open_day(hall: OpenHall) -> None:
    with hall.work("M01", now=LONG_AFTER) as uow:
        reopen_day(uow, hall.hall, DAY, reason="漏传")

    def agree(own: OpenHall) -> object:
        with own.work("S01", now=LONG_AFTER) as uow:
            return reopen_day(uow, own.hall, DAY).state

    made, _ = at_once(str(hall.engine.url), (hall, lambda own: make(own).number), (hall, agree))
    if isinstance(made, str):
        with refused(hall, DayChanged):
            sign(hall, made)
    else:
        assert made is DayNotClosed
    assert statuses(hall, DAY) == ["working"]
