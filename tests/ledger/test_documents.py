"""One lifecycle for every document: each step, what it leaves behind, and every step refused."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from ledger.approvals import Signature
from ledger.documents import (
    Document,
    DocumentRevision,
    UnknownDocument,
    draft_document,
    find_document,
    lines_of,
)
from ledger.events import Event
from ledger.hall_days import HallDayClosed, open_days
from ledger.lifecycle import TransitionRefused, advance
from ledger.permissions import NotPermitted
from ledger.posting_errors import UnitElsewhere
from ledger.postings import Posting
from ledger.work import system_actor
from tests.builders import (
    DAY,
    LOADER,
    NOW,
    OpenHall,
    gift_line,
    move_phones,
    phone_lines,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.observing import everything, held, refused, whereabouts

NEXT_DAY = DAY + dt.timedelta(days=1)

WHO = {
    "submit": "K01",
    "load": "system",
    "cancel": "K01",
    "approve": "D01",
    "reject": "D01",
    "post": "K01",
    "reverse": "M01",
}
WAY_TO: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "approved": ("submit", "approve"),
    "posted": ("submit", "approve", "post"),
    "reversed": ("submit", "approve", "post", "reverse"),
    "rejected": ("submit", "reject"),
    "cancelled": ("cancel",),
}
LIFECYCLE = """
            submit     load    cancel     approve   reject    post    reverse
draft       submitted  posted  cancelled  -         -         -       -
submitted   -          -       cancelled  approved  rejected  -       -
approved    -          -       cancelled  -         -         posted  -
posted      -          -       -          -         -         -       reversed
reversed    -          -       -          -         -         -       -
rejected    -          -       -          -         -         -       -
cancelled   -          -       -          -         -         -       -
"""


def draft_slip(hall: OpenHall, kind: str) -> Document:
    with hall.work() as uow:
        return draft_document(uow, hall_id=hall.id, kind=kind, business_date=DAY, amount_fen=1)


def step(hall: OpenHall, document: Document, action: str) -> str:
    """Take one step by whoever may; gives the state it leads to."""
    who = WHO[action]
    with hall.work(LOADER if who == "system" else who) as uow:
        lines = []
        if action in ("submit", "load"):
            lines = [gift_line(uow, hall, "store > loss", 1)]
        return advance(uow, document, action, lines=lines).state


def bring_to(hall: OpenHall, kind: str, state: str) -> Document:
    document = draft_slip(hall, kind)
    for action in WAY_TO[state]:
        step(hall, document, action)
    return document


def acts(hall: OpenHall) -> list[tuple[str, str]]:
    """Give (act, actor) of the hall's events about documents, in order."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Event.act, Event.actor)
            .where(Event.hall_id == hall.id, Event.act.like("document.%"))
            .order_by(Event.event_no)
        )
        return [(act, actor) for act, actor in rows]


def test_each_state_allows_just_the_steps_of_the_table(hall: OpenHall, signed_slip: str) -> None:
    receive_gifts(hall, 100)
    heading, *rows = (line.split() for line in LIFECYCLE.strip().splitlines())
    expected = {
        (state, action): cell
        for state, *cells in rows
        for action, cell in zip(heading, cells, strict=True)
    }
    found = {}
    for state in WAY_TO:
        document = None
        for action in heading:
            document = document or bring_to(hall, signed_slip, state)
            before = everything(hall)
            try:
                found[state, action] = step(hall, document, action)
                document = None
            except TransitionRefused:
                found[state, action] = "-" if everything(hall) == before else "traces"
    assert found == expected


def test_a_document_without_approval_is_posted_when_submitted(hall: OpenHall) -> None:
    document = receive_phones(hall, hall.serials(2))
    assert document.state == "posted"
    keeper = hall.people["K01"].label
    assert acts(hall) == [("document.submitted", keeper), ("document.posted", keeper)]


def test_a_document_with_approval_moves_nothing_before_it_is_posted(
    hall: OpenHall, signed_slip: str
) -> None:
    receive_gifts(hall, 5)
    document = draft_slip(hall, signed_slip)
    for action in ("submit", "approve"):
        step(hall, document, action)
        assert held(hall) == {("store", "G1"): 5, ("supplier", "G1"): -5}
    step(hall, document, "post")
    assert held(hall) == {("store", "G1"): 4, ("loss", "G1"): 1, ("supplier", "G1"): -5}
    assert [act for act, _ in acts(hall)][2:] == [
        "document.submitted",
        "document.approved",
        "document.posted",
    ]


def test_the_reason_of_a_step_is_on_record(hall: OpenHall, signed_slip: str) -> None:
    document = draft_slip(hall, signed_slip)
    step(hall, document, "submit")
    with hall.work("D01") as uow:
        number = advance(uow, document, "reject", reason="数量不符").number
    with hall.read() as uow:
        event = uow.session.scalars(
            select(Event).where(Event.hall_id == hall.id, Event.act == "document.rejected")
        ).one()
        assert event.subject == f"document:{number}"
        assert "数量不符" in event.facts
        assert (event.at, event.business_date) == (NOW, DAY)


def test_what_was_submitted_is_frozen_as_it_was(hall: OpenHall) -> None:
    serials = hall.serials(3)
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "supplier > store", serials, cost=88_00)
        document = submit(uow, hall, "receipt", lines)
        assert document.revision == 1
    with hall.read() as uow:
        frozen = [
            (line.commodity.code, line.debit.kind, line.credit.kind, line.quantity, line.serial)
            for line in lines_of(uow, document)
        ]
        costs = {line.unit_cost_fen for line in lines_of(uow, document)}
    assert frozen == [("P1", "store", "supplier", 1, serial) for serial in serials]
    assert costs == {88_00}


def test_the_maker_signs_the_hash_of_what_he_submitted(hall: OpenHall) -> None:
    document = receive_gifts(hall, 1)
    with hall.read() as uow:
        of_document = (Signature.hall_id == hall.id, Signature.document_id == document.id)
        signature = uow.session.scalars(select(Signature).where(*of_document)).one()
        revision = uow.session.get_one(DocumentRevision, (hall.id, document.id, 1))
        assert signature.signed_hash == revision.hash
        assert len(revision.hash) == 64
        assert (signature.step, signature.at) == ("submit", NOW)
        assert signature.person_id == hall.people["K01"].person_id


def test_documents_that_differ_in_one_line_are_signed_with_different_hashes(
    hall: OpenHall,
) -> None:
    with hall.read() as uow:
        by_hall = select(DocumentRevision.hash).where(DocumentRevision.hall_id == hall.id)
        for quantity in (1, 2, 3):
            receive_gifts(hall, quantity)
        assert len(set(uow.session.scalars(by_hall))) == 3


def test_a_reversal_moves_everything_back_and_keeps_what_was_posted(hall: OpenHall) -> None:
    serials = hall.serials(2)
    receive_phones(hall, serials)
    drawn = move_phones(hall, "draw", "store > clerk A01", serials)
    with hall.work("M01") as uow:
        advance(uow, drawn, "reverse", reason="领错")
    assert whereabouts(hall) == dict.fromkeys(serials, "store")
    assert held(hall) == {("store", "P1"): 2, ("supplier", "P1"): -2}
    with hall.read() as uow:
        of_draw = select(Posting).where(Posting.hall_id == hall.id, Posting.document_id == drawn.id)
        sides = [(p.debit_account, p.credit_account) for p in uow.session.scalars(of_draw)]
    there, back = sides[:2], sides[2:]
    assert [(credit, debit) for debit, credit in there] == back


def test_a_receipt_that_was_reversed_can_be_received_anew(hall: OpenHall) -> None:
    serials = hall.serials(1)
    received = receive_phones(hall, serials)
    with hall.work("M01") as uow:
        advance(uow, received, "reverse")
    assert held(hall) == {}
    receive_phones(hall, serials)
    assert whereabouts(hall) == {serials[0]: "store"}


def test_a_document_whose_goods_went_on_is_not_reversed(hall: OpenHall) -> None:
    serials = hall.serials(2)
    receive_phones(hall, serials)
    drawn = move_phones(hall, "draw", "store > clerk A01", serials)
    move_phones(hall, "return", "clerk A01 > store", serials[:1])
    with refused(hall, UnitElsewhere), hall.work("M01") as uow:
        advance(uow, drawn, "reverse")


def test_a_correction_of_a_closed_day_is_dated_on_an_open_one(hall: OpenHall) -> None:
    received = receive_gifts(hall, 4)
    with hall.work() as uow:
        open_days(uow, hall.id, [NEXT_DAY])
        close = "UPDATE hall_days SET hall_status = 'closed' WHERE hall_id = :hall AND"
        uow.session.execute(
            text(f"{close} business_date = :day"), {"hall": hall.id, "day": DAY.isoformat()}
        )
    with refused(hall, HallDayClosed), hall.work("M01") as uow:
        advance(uow, received, "reverse")
    with hall.work("M01") as uow:
        advance(uow, received, "reverse", on=NEXT_DAY)
    assert held(hall) == {}
    with hall.read() as uow:
        dates = uow.session.scalars(
            select(Posting.business_date).where(Posting.hall_id == hall.id).order_by(Posting.id)
        )
        assert list(dates) == [DAY, NEXT_DAY]


def test_a_loaded_document_carries_one_event_and_no_invented_signature(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        document = draft_document(uow, hall_id=hall.id, kind="receipt", business_date=DAY)
        lines = [gift_line(uow, hall, "supplier > store", 3)]
        assert advance(uow, document, "load", lines=lines).state == "posted"
    assert acts(hall) == [("document.loaded", "system:load")]
    assert held(hall) == {("store", "G1"): 3, ("supplier", "G1"): -3}
    with hall.read() as uow:
        signed = select(Signature).where(Signature.hall_id == hall.id)
        assert uow.session.scalars(signed).all() == []


@pytest.mark.parametrize("who", ["K01", "M01", "S01", "X01"])
def test_no_person_loads_a_document(hall: OpenHall, who: str) -> None:
    document = draft_slip(hall, "receipt")
    with refused(hall, NotPermitted), hall.work(who) as uow:
        advance(uow, document, "load")


@pytest.mark.parametrize("name", ["cli", "audit", "group"])
def test_no_other_system_than_the_loader_loads_a_document(hall: OpenHall, name: str) -> None:
    document = draft_slip(hall, "receipt")
    with refused(hall, NotPermitted), hall.work(system_actor(name)) as uow:
        advance(uow, document, "load")


@pytest.mark.parametrize("action", ["submit", "cancel"])
def test_the_system_neither_submits_nor_cancels(hall: OpenHall, action: str) -> None:
    document = draft_slip(hall, "receipt")
    with refused(hall, NotPermitted), hall.work(LOADER) as uow:
        advance(uow, document, action)


def test_a_document_is_found_by_its_number_and_by_that_on_its_paper(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        document = draft_document(
            uow, hall_id=hall.id, kind="receipt", business_date=DAY, paper_no="纸-7"
        )
        number = advance(uow, document, "load").number
        assert number is not None
        assert find_document(uow, hall.id, number).id == document.id
        assert find_document(uow, hall.id, "纸-7").id == document.id
        with pytest.raises(UnknownDocument):
            find_document(uow, hall.id, "纸-8")


def test_a_document_of_another_hall_is_not_found(hall: OpenHall, other_hall: OpenHall) -> None:
    number = receive_gifts(hall, 1).number
    receive_gifts(hall, 1)
    assert number is not None
    with other_hall.read() as uow, pytest.raises(UnknownDocument):
        find_document(uow, other_hall.id, number)
