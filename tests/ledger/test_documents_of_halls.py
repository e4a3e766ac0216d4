"""Documents of several halls advance together, or none of them does."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from backoffice.database import begin_work
from ledger.documents import Document, Draft, draft_documents
from ledger.hall_days import HallDay, HallDayClosed
from ledger.lifecycle import Step, TransitionRefused, advance_all
from ledger.posting_errors import IdentifierTaken
from ledger.verify import verify_hall
from ledger.work import Actor
from tests.builders import DAY, LOADER, NOW, OpenHall, gift_line, phone_lines
from tests.observing import everything, held, whereabouts


def keeper_of(*halls: OpenHall) -> Actor:
    """Give one person who keeps the stock of all these halls."""
    own = halls[0].people["K01"]
    return Actor(own.person_id, own.label, {hall.id: frozenset({"stock_keeper"}) for hall in halls})


def receive_in_all(halls: list[OpenHall], serials: list[list[str]]) -> list[Document]:
    """Receive phones by serial, and seven gifts, in each hall, in one unit of work."""
    with begin_work(halls[0].engine, keeper_of(*halls), now=NOW) as uow:
        drafts = [Draft(hall.id, "receipt", DAY) for hall in halls]
        lines = [
            [
                *phone_lines(uow, hall, "supplier > store", own),
                gift_line(uow, hall, "supplier > store", 7),
            ]
            for hall, own in zip(halls, serials, strict=True)
        ]
        made = draft_documents(uow, drafts)
        steps = [Step(document, told) for document, told in zip(made, lines, strict=True)]
        return advance_all(uow, "submit", steps)


def test_each_hall_has_its_own_document_event_units_and_balances(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    halls = [other_hall, hall]
    made = receive_in_all(halls, [other_hall.serials(2), hall.serials(3)])
    assert [document.hall_id for document in made] == [other_hall.id, hall.id]
    assert {document.state for document in made} == {"posted"}
    for one, count in ((hall, 3), (other_hall, 2)):
        assert whereabouts(one) == dict.fromkeys(one.serials(count), "store")
        assert held(one) == {
            ("store", "P1"): count,
            ("supplier", "P1"): -count,
            ("store", "G1"): 7,
            ("supplier", "G1"): -7,
        }
        with one.read() as uow:
            assert verify_hall(uow, one.hall) == []


def test_a_closed_day_of_one_hall_refuses_all(hall: OpenHall, other_hall: OpenHall) -> None:
    with other_hall.work(LOADER) as uow:
        closed = update(HallDay).where(HallDay.hall_id == other_hall.id)
        uow.session.execute(closed.values(hall_status="closed"))
    before = everything(hall), everything(other_hall)
    with pytest.raises(HallDayClosed):
        receive_in_all([hall, other_hall], [hall.serials(1), other_hall.serials(1)])
    assert (everything(hall), everything(other_hall)) == before


def test_one_new_serial_in_two_halls_is_refused(hall: OpenHall, other_hall: OpenHall) -> None:
    before = everything(hall), everything(other_hall)
    with pytest.raises(IdentifierTaken):
        receive_in_all([hall, other_hall], [hall.serials(2), hall.serials(1)])
    assert (everything(hall), everything(other_hall)) == before


def test_a_step_that_one_state_does_not_allow_is_taken_by_none(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    halls = [hall, other_hall]
    posted = receive_in_all([hall], [hall.serials(1)])
    with begin_work(hall.engine, keeper_of(*halls), now=NOW) as uow:
        (draft,) = draft_documents(uow, [Draft(other_hall.id, "receipt", DAY)])
        with pytest.raises(TransitionRefused):
            advance_all(uow, "cancel", [Step(draft), Step(posted[0])])
        states = select(Document.state).where(Document.hall_id.in_([hall.id, other_hall.id]))
        assert sorted(uow.session.scalars(states)) == ["draft", "posted"]
