"""REC-04 and RET-05 case by case: a slip from sending to its end, by whom, and what it leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from ledger.approvals import Signature
from ledger.audit.acts import ActNotPossible, OnlyEvidenceCures
from ledger.audit.queries import show_day
from ledger.audit.signing import sign_day
from ledger.calendars import DayKind, set_days
from ledger.corrections.deciding import override_finding
from ledger.corrections.errors import (
    CheckerIsMaker,
    LineCorrected,
    LineUnknown,
    NotOneClerks,
    NotYourSlip,
    SlipStands,
    SlipUnreadable,
)
from ledger.corrections.known import Answer, Wrong, find_slip
from ledger.corrections.lines import LineChange
from ledger.documents import DocumentRevision, facts_of
from ledger.errors import BackofficeError
from ledger.evidence.by_act import take_in_act
from ledger.organisations import Organisation
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, line, put, put_nil, run
from tests.ledger.audit.test_acts import granted
from tests.ledger.corrections.slip_days import (
    EARLIER,
    clock,
    finding_state,
    give_back,
    reply,
    send,
    sign,
    state_of,
    take_back,
    written,
    wrong_sale,
)

EXPLAINED = Answer("explain", "客户当时只付了 10 元")


def test_rec_04_a_hundred_posted_as_ten_is_put_right_by_two_lines_of_today(hall: OpenHall) -> None:
    """REC-04: −10.00 and +100.00, dated today and linked; the original cannot be edited."""
    number = send(wrong_sale(hall))
    assert number == "2026-GZ-000001"
    reply(hall, number)
    assert (state_of(hall, number), finding_state(hall)) == (("submitted", "answered"), "answered")
    assert written(hall, number) == []
    sign(hall, number)
    assert finding_state(hall) == "answered", "money changes, so the manager has to sign as well"
    sign(hall, number, "D01")
    assert (state_of(hall, number), finding_state(hall)) == (("posted", "accepted"), "accepted")
    assert written(hall, number) == [
        (DAY, "correction", -100_00, -10_00, "cash", "T1", number),
        (DAY, "correction", 100_00, 100_00, "cash", "T1", number),
    ]
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
        with pytest.raises(DatabaseError):
            uow.session.execute(
                text("UPDATE evidence_accounts SET received = 10000 WHERE txn_no = 'T1'")
            )
    edited = line("T1", 100_00)
    with pytest.raises(BackofficeError), hall.work(RUNNER) as uow:
        take_in_act(
            uow, RUNNER, hall=hall.hall, kind="accounts", date=EARLIER, name="T1", rows=[edited]
        )


def test_rec_04_the_signed_days_totals_stay(hall: OpenHall) -> None:
    """A slip settles a finding of a day that is signed, and its paper stays as it was signed."""
    wrong_sale(hall)
    put_nil(hall, "settlements:pos", date=EARLIER)
    run(hall, date=EARLIER, now=NOW)
    with hall.work("S01") as uow:
        override_finding(uow, hall.hall, EARLIER, check="X05", subject="txn:T1", reason="补收")
    with hall.work("J01") as uow:
        signed = sign_day(uow, hall.hall, EARLIER)
    returned = Wrong(EARLIER, "", "txn:T1", 100_00, 10_00)
    number = send(hall, "F01", returned)
    reply(hall, number)
    sign(hall, number)
    sign(hall, number, "M01")
    assert [row[3] for row in written(hall, number)] == [-10_00, 100_00]
    with hall.read(RUNNER) as uow:
        again = show_day(uow, hall.hall, EARLIER)
        assert (again.totals, again.content_hash) == (signed.totals, signed.content_hash)
        assert again.audit_status == "audited"


def test_rec_04_the_clerk_does_not_accept_his_own_slip(hall: OpenHall) -> None:
    """REC-04: the same person as clerk and accepting auditor is refused, by any of his numbers."""
    number = send(wrong_sale(hall))
    reply(hall, number)
    both = granted(hall, "A01", "auditor")
    for act in (sign, give_back):
        with pytest.raises(CheckerIsMaker):
            act(hall, number, both)
    sign(hall, number)
    with pytest.raises(CheckerIsMaker):
        sign(hall, number, granted(hall, "A01", "hall_manager"))
    both = granted(hall, "J01", "hall_manager")
    with pytest.raises(BackofficeError, match="signs it twice"):
        sign(hall, number, both)


def test_rec_04_nobody_answers_for_the_clerk(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    for who in ("A02", "J01"):
        with pytest.raises(NotYourSlip):
            reply(hall, number, who=who)
    for who in ("M01", "F01"):
        with pytest.raises(NotPermitted):
            reply(hall, number, who=who)
    for who in ("A01", "M01", "D01", "K01"):
        with pytest.raises(NotPermitted):
            send(hall, who, Wrong(EARLIER, "", "txn:T9"))


def test_a_slip_is_due_the_next_business_day_and_due_again_when_returned(hall: OpenHall) -> None:
    """The hall is closed on the Saturday after DAY, so what is sent on DAY is due on Sunday."""
    with hall.work(LOADER) as uow:
        place = uow.session.get_one(Organisation, hall.id)
        set_days(uow, place, [DayKind("hall", DAY.replace(day=21), is_open=False)])
    number = send(wrong_sale(hall))
    assert due_of(hall, number) == "2026-11-22"
    reply(hall, number, EXPLAINED, now=clock(4, 9))
    give_back(hall, number, now=clock(4, 10))
    assert state_of(hall, number) == ("submitted", "returned")
    assert (finding_state(hall), due_of(hall, number)) == ("open", "2026-11-25")
    with hall.read() as uow:
        document, slip = find_slip(uow, hall.hall, number)
        facts = facts_of(uow, document)
        assert (slip.late, slip.returns, facts["returned"]) == (True, 1, "查无此事")
        assert "words" not in facts
        revisions = uow.session.scalars(
            select(DocumentRevision.hash).where(
                DocumentRevision.hall_id == hall.id, DocumentRevision.document_id == document.id
            )
        ).all()
        assert len(set(revisions)) == 3
        signed = uow.session.execute(
            select(Signature.revision, Signature.step).where(
                Signature.hall_id == hall.id, Signature.document_id == document.id
            )
        )
        assert sorted(map(tuple, signed)) == [(1, "submit"), (2, "submit"), (3, "submit")]


def due_of(hall: OpenHall, number: str) -> str:
    """Give the day a slip is due, as it is frozen in its revision."""
    with hall.read() as uow:
        document, slip = find_slip(uow, hall.hall, number)
        due = facts_of(uow, document)["due"]
        assert due == slip.due_on.isoformat()
        return due


def test_an_explanation_changes_nothing_and_needs_no_manager(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    reply(hall, number, EXPLAINED)
    sign(hall, number)
    assert (state_of(hall, number), finding_state(hall)) == (("posted", "accepted"), "accepted")
    assert written(hall, number) == []


def test_ret_05_a_line_is_reversed_once_and_its_reversal_once_more(hall: OpenHall) -> None:
    """RET-05: reversal of a reversal is allowed once; a second reversal of the line is refused."""
    first = send(wrong_sale(hall))
    twice = Answer("reverse", "录了两次", (LineChange("T1", 1),) * 2)
    with pytest.raises(LineCorrected):
        reply(hall, first, twice)
    reply(hall, first, Answer("reverse", "录了两次", (LineChange("T1", 1),)))
    for who in ("J01", "D01"):
        sign(hall, first, who)
    second = send(hall, "J01", Wrong(EARLIER, "", "txn:T1"))
    with pytest.raises(LineCorrected, match=first):
        reply(hall, second)
    undo = Answer("reverse", "原来没有重复", (LineChange(first, 1),))
    reply(hall, second, undo)
    for who in ("J01", "D01"):
        sign(hall, second, who)
    assert [row[3] for row in written(hall, first)] == [-10_00]
    assert [row[3] for row in written(hall, second)] == [10_00]
    third = send(hall, "J01", Wrong(EARLIER, "", "txn:T1"))
    with pytest.raises(LineCorrected):
        reply(hall, third, undo)


def test_of_two_answers_that_reverse_one_line_only_one_is_accepted(hall: OpenHall) -> None:
    numbers = [send(wrong_sale(hall)), send(hall, "J01", Wrong(EARLIER, "", "txn:T1"))]
    for number in numbers:
        reply(hall, number)
        sign(hall, number)
    sign(hall, numbers[0], "D01")
    with pytest.raises(LineCorrected):
        sign(hall, numbers[1], "D01")
    assert written(hall, numbers[1]) == []


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (Answer("burn", "x"), SlipUnreadable),
        (Answer("explain", " "), SlipUnreadable),
        (Answer("amount", "x"), SlipUnreadable),
        (Answer("amount", "x", (LineChange("T1", 1, {"received": "ten"}),)), SlipUnreadable),
        (Answer("amount", "x", (LineChange("T1", 1, {"received": "10.00"}),)), SlipUnreadable),
        (Answer("amount", "x", (LineChange("T9", 1, {"received": "1.00"}),)), LineUnknown),
        (Answer("amount", "x", (LineChange("T2", 1, {"received": "1.00"}),)), LineUnknown),
        (Answer("add", "x", (LineChange(right={"received": "1.00"}),)), SlipUnreadable),
        (Answer("link", "x", invoice=("", "", "T1")), SlipUnreadable),
        (Answer("paper", "x"), SlipUnreadable),
    ],
)
def test_what_an_answer_must_say(
    hall: OpenHall, answer: Answer, refusal: type[BackofficeError]
) -> None:
    number = send(wrong_sale(hall))
    put(hall, "accounts", line("T2", 500, clerk="A02"))
    with pytest.raises(refusal):
        reply(hall, number, answer)
    assert state_of(hall, number) == ("submitted", "open")


def test_a_wrong_tender_changes_money_of_two_tenders_and_a_missing_line_is_added(
    hall: OpenHall,
) -> None:
    number = send(wrong_sale(hall))
    other = LineChange("T1", 1, {"tender": "pos", "tender_ref": "P7"})
    missing = LineChange(right={"business": "缴费", "received": "30.00", "tender": "wechat"})
    reply(hall, number, Answer("amount", "刷卡记成现金", (other, missing)))
    with hall.read() as uow:
        document, slip = find_slip(uow, hall.hall, number)
        assert (document.amount_fen, slip.net_fen) == (30_00, 30_00)
        assert document.required_roles == "auditor,duty_manager"
    sign(hall, number)
    sign(hall, number, "D01")
    assert [(row[3], row[4], row[5]) for row in written(hall, number)] == [
        (-10_00, "cash", "T1"),
        (10_00, "pos", "T1"),
        (30_00, "wechat", ""),
    ]


def test_one_slip_for_each_finding_and_one_clerk_for_each_slip(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    with pytest.raises(SlipStands, match=number):
        send(hall)
    take_back(hall, number)
    with pytest.raises(NotOneClerks):
        send(hall, "J01", clerk="A02")
    assert (state_of(hall, number), finding_state(hall)) == (("cancelled", "withdrawn"), "open")
    assert send(hall) == "2026-GZ-000002"


def test_a_finding_that_changed_is_answered_anew_before_it_is_accepted(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    reply(hall, number, EXPLAINED)
    more = line("T1", 5_00, due=5_00, line_no=2)
    put(hall, "accounts", more | {"business_date": EARLIER}, date=EARLIER)
    run(hall, date=EARLIER, now=NOW)
    assert finding_state(hall) == "open"
    with pytest.raises(ActNotPossible):
        sign(hall, number)
    give_back(hall, number)
    reply(hall, number, EXPLAINED)
    sign(hall, number)
    assert finding_state(hall) == "accepted"


def test_an_override_takes_the_slip_back(hall: OpenHall) -> None:
    number = send(wrong_sale(hall))
    with hall.work("M01") as uow:
        override_finding(uow, hall.hall, EARLIER, check="X05", subject="txn:T1", reason="已补收")
    assert state_of(hall, number) == ("cancelled", "withdrawn")
    assert finding_state(hall) == "overridden"


def test_where_nobody_may_override_the_slip_is_accepted_once_evidence_has_come(
    hall: OpenHall,
) -> None:
    put(hall, "accounts", line("T1", 5800))
    run(hall, now=NOW)
    undeclared = Wrong(DAY, "C01", "shift:A01")
    number = send(hall, "J01", undeclared)
    reply(hall, number, Answer("explain", "忘了申报,现已补报"))
    with pytest.raises(OnlyEvidenceCures):
        sign(hall, number)
    put(hall, "declarations", {"clerk": "A01", "tender": "cash", "amount": 5800})
    run(hall, now=NOW)
    sign(hall, number)
    assert state_of(hall, number) == ("posted", "accepted")
    assert finding_state(hall, undeclared) == "recalculated"
