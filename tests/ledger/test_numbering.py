"""A number is given once, without gaps, by hall, kind and year."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from ledger.documents import Document, DocumentCounter, draft_document
from ledger.errors import BackofficeError
from ledger.lifecycle import advance
from ledger.posting_errors import InsufficientBalance
from tests.builders import DAY, NOW, OpenHall, gift_line, move_gifts, receive_gifts, submit


def numbers(hall: OpenHall) -> list[str | None]:
    with hall.read() as uow:
        in_order = select(Document.number).where(Document.hall_id == hall.id).order_by(Document.id)
        return list(uow.session.scalars(in_order))


def test_numbers_run_by_kind_from_one(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    for _ in range(3):
        move_gifts(hall, "draw", "store > clerk A01", 1)
    move_gifts(hall, "return", "clerk A01 > store", 1)
    receive_gifts(hall, 5)
    assert numbers(hall) == [
        "2026-RK-000001",
        "2026-CK-000001",
        "2026-CK-000002",
        "2026-CK-000003",
        "2026-FK-000001",
        "2026-RK-000002",
    ]


def test_the_draw_after_number_122_is_number_123(hall: OpenHall) -> None:
    with hall.work() as uow:
        uow.session.add(DocumentCounter(hall_id=hall.id, letters="CK", year=2026, last=122))
        uow.session.flush()
        assert submit(uow, hall, "draw", []).number == "2026-CK-000123"


def test_each_hall_counts_for_itself(hall: OpenHall, other_hall: OpenHall) -> None:
    assert [receive_gifts(each, 1).number for each in (hall, hall, other_hall)] == [
        "2026-RK-000001",
        "2026-RK-000002",
        "2026-RK-000001",
    ]


@pytest.mark.parametrize(
    ("utc", "number"),
    [
        (dt.datetime(2026, 12, 31, 15, 59, 59, 999999, tzinfo=dt.UTC), "2026-RK-000002"),
        (dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC), "2027-RK-000001"),
    ],
)
def test_the_year_begins_at_midnight_of_the_halls_clock(
    hall: OpenHall, utc: dt.datetime, number: str
) -> None:
    receive_gifts(hall, 1)
    with hall.work(now=utc) as uow:
        line = gift_line(uow, hall, "supplier > store", 1)
        assert submit(uow, hall, "receipt", [line]).number == number


def test_a_draft_has_no_number_until_it_is_submitted(hall: OpenHall) -> None:
    with hall.work() as uow:
        first = draft_document(uow, hall_id=hall.id, kind="receipt", business_date=DAY)
        second = draft_document(uow, hall_id=hall.id, kind="receipt", business_date=DAY)
    assert numbers(hall) == [None, None]
    for document in (second, first):
        with hall.work() as uow:
            advance(uow, document, "submit")
    assert numbers(hall) == ["2026-RK-000002", "2026-RK-000001"]


def test_a_refused_document_leaves_no_gap(hall: OpenHall) -> None:
    receive_gifts(hall, 1)
    move_gifts(hall, "draw", "store > clerk A01", 1)
    for _ in range(3):
        with pytest.raises(InsufficientBalance):
            move_gifts(hall, "draw", "store > clerk A01", 1)
    receive_gifts(hall, 1)
    assert move_gifts(hall, "draw", "store > clerk A01", 1).number == "2026-CK-000002"


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ((("cancel", "K01"),), "cancelled"),
        ((("submit", "K01"), ("reject", "D01")), "rejected"),
        ((("submit", "K01"), ("approve", "D01"), ("cancel", "K01")), "cancelled"),
    ],
)
def test_rejected_and_cancelled_documents_keep_their_numbers(
    hall: OpenHall, signed_slip: str, way: tuple[tuple[str, str], ...], state: str
) -> None:
    with hall.work() as uow:
        document = draft_document(uow, hall_id=hall.id, kind=signed_slip, business_date=DAY)
    for action, who in way:
        with hall.work(who) as uow:
            document = advance(uow, document, action)
    assert (document.state, document.number) == (state, "2026-QD-000001")
    with hall.work() as uow:
        assert submit(uow, hall, signed_slip, []).number == "2026-QD-000002"


def test_a_number_does_not_change_on_the_way_to_reversal(hall: OpenHall, signed_slip: str) -> None:
    with hall.work() as uow:
        document = submit(uow, hall, signed_slip, [])
    for action, who in (("approve", "D01"), ("post", "K01"), ("reverse", "M01")):
        with hall.work(who, now=NOW + dt.timedelta(days=60)) as uow:
            document = advance(uow, document, action)
        assert document.number == "2026-QD-000001"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("a_number_is_given_once", "number = '2026-RK-000001'"),
        ("a_paper_number_is_used_once", "paper_no = '纸-1'"),
        ("submitted_has_a_number", "number = NULL"),
        ("state_is_known", "state = 'lost'"),
    ],
)
def test_the_database_itself_holds_what_the_head_promises(
    hall: OpenHall, constraint: str, change: str
) -> None:
    receive_gifts(hall, 1)
    with hall.work() as uow:
        first = submit(uow, hall, "receipt", [])
        first.paper_no = "纸-1"
        last = submit(uow, hall, "receipt", [])
    # SQLite names a UNIQUE constraint by its columns.
    columns = {"a_number_is_given_once": "number", "a_paper_number_is_used_once": "paper_no"}
    named = f"{constraint}|UNIQUE.*documents.{columns.get(constraint)}"
    with pytest.raises(Exception, match=named) as refusal, hall.work() as uow:
        uow.session.execute(
            text(f"UPDATE documents SET {change} WHERE hall_id = :hall AND id = :id"),
            {"hall": hall.id, "id": last.id},
        )
    assert not isinstance(refusal.value, BackofficeError)
