"""What a document states beside its lines, and who must sign it besides its maker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.approvals import Signature
from ledger.documents import (
    DOCUMENT_KINDS,
    Document,
    DocumentKind,
    draft_document,
    facts_of,
    find_document,
)
from ledger.events import Event
from ledger.hall_days import open_days
from ledger.lifecycle import MakerIsChecker, TransitionRefused, advance
from ledger.permissions import NotPermitted
from ledger.postings import Posting
from ledger.text import Text
from ledger.verify import verify_hall
from stock.line_movements import movements_of
from tests.builders import (
    DAY,
    SIGNED_SLIP,
    OpenHall,
    move_phones,
    phone_lines,
    receive_phones,
)
from tests.ledger.test_documents import NEXT_DAY
from tests.observing import refused, whereabouts

HAND_OVER = DocumentKind(
    "test_hand_over",
    "CS",
    Text("测试交接单", "Test hand-over"),
    "stock",
    movements_of,
    posts_when_signed=True,
)
VALUED = replace(HAND_OVER, name="test_valued", letters="CV", needs_approval=True)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the kinds of these tests known."""
    for kind in (HAND_OVER, VALUED, SIGNED_SLIP):
        monkeypatch.setitem(DOCUMENT_KINDS, kind.name, kind)


@pytest.fixture
def drawn(hall: OpenHall) -> Iterator[str]:
    """Give a handset in A01's hands."""
    serial = hall.serials(1)[0]
    receive_phones(hall, [serial])
    move_phones(hall, "draw", "store > clerk A01", [serial])
    yield serial
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def hand_over(
    hall: OpenHall,
    serial: str,
    *confirm_by: str,
    kind: str = HAND_OVER.name,
    amount_fen: int = 0,
    facts: dict[str, str] | None = None,
    roles: tuple[str, ...] = (),
) -> Document:
    with hall.work() as uow:
        document = draft_document(
            uow, hall_id=hall.id, kind=kind, business_date=DAY, amount_fen=amount_fen
        )
        lines = phone_lines(uow, hall, "clerk A01 > clerk A02", [serial])
        return advance(
            uow,
            document,
            "submit",
            lines=lines,
            facts=facts or {},
            confirm_by=confirm_by,
            confirm_roles=roles,
        )


def test_what_a_document_states_is_kept_and_empty_facts_are_none(
    hall: OpenHall, drawn: str
) -> None:
    stated = {"reason": "换班", "due_on": "2026-11-25", "remark": ""}
    document = hand_over(hall, drawn, facts=stated)
    with hall.read() as uow:
        found = find_document(uow, hall.id, document.number or "")
        assert facts_of(uow, found) == {"reason": "换班", "due_on": "2026-11-25"}


def test_a_document_that_names_nobody_is_posted_at_once(hall: OpenHall, drawn: str) -> None:
    assert hand_over(hall, drawn).state == "posted"
    assert whereabouts(hall) == {drawn: "clerk A02"}


def test_who_is_named_signs_whatever_his_role_and_then_it_is_posted(
    hall: OpenHall, drawn: str
) -> None:
    document = hand_over(hall, drawn, "A02")
    assert document.state == "submitted"
    assert whereabouts(hall) == {drawn: "clerk A01"}
    with hall.work("A02") as uow:
        assert advance(uow, document, "approve").state == "posted"
    assert whereabouts(hall) == {drawn: "clerk A02"}
    with hall.read() as uow:
        roles = uow.session.query(Signature.step, Signature.role).filter_by(
            hall_id=hall.id, document_id=document.id
        )
        assert sorted(map(tuple, roles)) == [("approve", "number:A02"), ("submit", "")]
        acts = uow.session.query(Event.act).filter_by(
            hall_id=hall.id, subject=f"document:{document.number}"
        )
        assert [act for (act,) in acts.order_by(Event.event_no)] == [
            "document.submitted",
            "document.approved",
            "document.posted",
        ]


@pytest.mark.parametrize("who", ["A01", "M01", "S01"])
def test_nobody_else_confirms_in_the_place_of_who_is_named(
    hall: OpenHall, drawn: str, who: str
) -> None:
    document = hand_over(hall, drawn, "A02")
    with refused(hall, NotPermitted), hall.work(who) as uow:
        advance(uow, document, "approve")


def test_a_role_that_must_sign_is_asked_beside_who_is_named(hall: OpenHall, drawn: str) -> None:
    number = hand_over(hall, drawn, "A02", roles=("hall_manager",)).number or ""
    with hall.work("A02") as uow:
        slip = advance(uow, find_document(uow, hall.id, number), "approve")
        assert (slip.state, slip.required_roles) == ("submitted", "number:A02,hall_manager")
    with hall.work("M01") as uow:
        assert advance(uow, find_document(uow, hall.id, number), "approve").state == "posted"


def test_the_maker_does_not_confirm_his_own_document(hall: OpenHall, drawn: str) -> None:
    document = hand_over(hall, drawn, "K01")
    with refused(hall, MakerIsChecker), hall.work("K01") as uow:
        advance(uow, document, "approve")


def test_who_is_named_may_refuse_and_nothing_moves(hall: OpenHall, drawn: str) -> None:
    document = hand_over(hall, drawn, "A02")
    with hall.work("A02") as uow:
        assert advance(uow, document, "reject", reason="数量不符").state == "rejected"
    assert whereabouts(hall) == {drawn: "clerk A01"}
    with refused(hall, TransitionRefused), hall.work("A02") as uow:
        advance(uow, document, "approve")


def test_named_and_tier_sign_in_any_order_and_the_last_posts(hall: OpenHall, drawn: str) -> None:
    document = hand_over(hall, drawn, "A02", kind=VALUED.name, amount_fen=100_01)
    assert document.required_roles == "number:A02,hall_manager"
    with hall.work("M01") as uow:
        assert advance(uow, document, "approve").state == "submitted"
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
    with hall.work("A02") as uow:
        assert advance(uow, document, "approve").state == "posted"


def test_a_kind_that_does_not_post_when_signed_waits_for_the_act(
    hall: OpenHall, drawn: str
) -> None:
    document = hand_over(hall, drawn, kind=SIGNED_SLIP.name, amount_fen=1)
    with hall.work("D01") as uow:
        assert advance(uow, document, "approve").state == "approved"
    assert whereabouts(hall) == {drawn: "clerk A01"}


def test_the_last_signature_may_date_the_posting_on_a_later_open_day(
    hall: OpenHall, drawn: str
) -> None:
    document = hand_over(hall, drawn, "A02")
    with hall.work("A02") as uow:
        open_days(uow, hall.id, [NEXT_DAY])
        advance(uow, document, "approve", on=NEXT_DAY)
    with hall.read() as uow:
        dates = uow.session.query(Posting.business_date).filter_by(
            hall_id=hall.id, document_id=document.id
        )
        assert [date for (date,) in dates] == [NEXT_DAY]
