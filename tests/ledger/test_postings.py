"""What `post` moves: serials one by one, quantities, and money in fen."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from ledger.accounts import register_commodity
from ledger.documents import Line
from ledger.posting_errors import InsufficientBalance
from ledger.postings import Posting
from ledger.units import Unit
from tests.builders import (
    DAY,
    OpenHall,
    gift_line,
    move_gifts,
    move_phones,
    phone_lines,
    place,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.observing import everything, held, refused, whereabouts


def test_a_receipt_brings_units_from_the_supplier_into_the_store(hall: OpenHall) -> None:
    serials = hall.serials(3)
    receive_phones(hall, serials)
    assert held(hall) == {("store", "P1"): 3, ("supplier", "P1"): -3}
    assert whereabouts(hall) == dict.fromkeys(serials, "store")


def test_a_unit_keeps_what_it_cost_and_when_it_came(hall: OpenHall) -> None:
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "supplier > store", hall.serials(1), cost=1_999_00)
        submit(uow, hall, "receipt", lines)
    with hall.read() as uow:
        unit = uow.session.scalars(select(Unit).where(Unit.hall_id == hall.id)).one()
        assert (unit.cost_fen, unit.opened_on) == (1_999_00, DAY)


def test_a_draw_moves_just_the_serials_named(hall: OpenHall) -> None:
    one, two, three = hall.serials(3)
    receive_phones(hall, [one, two, three])
    move_phones(hall, "draw", "store > clerk A01", [two, three])
    assert held(hall) == {("store", "P1"): 1, ("clerk A01", "P1"): 2, ("supplier", "P1"): -3}
    assert whereabouts(hall) == {one: "store", two: "clerk A01", three: "clerk A01"}


def test_a_unit_goes_back_to_the_supplier_and_may_come_again(hall: OpenHall) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    move_phones(hall, "return", "store > supplier", serials)
    assert held(hall) == {}
    receive_phones(hall, serials)
    assert whereabouts(hall) == {serials[0]: "store"}


def test_each_serial_is_one_posting_of_one_piece_that_names_line_and_unit(hall: OpenHall) -> None:
    serials = hall.serials(3)
    document = receive_phones(hall, serials)
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Posting.amount, Posting.document_line, Unit.serial, Posting.business_date)
            .join(Unit, (Unit.hall_id == Posting.hall_id) & (Unit.id == Posting.unit_id))
            .where(Posting.hall_id == hall.id, Posting.document_id == document.id)
            .order_by(Posting.id)
        )
        assert [tuple(row) for row in rows] == [
            (1, line, serial, DAY) for line, serial in enumerate(serials, 1)
        ]


def test_a_quantity_is_one_posting_without_unit(hall: OpenHall) -> None:
    receive_gifts(hall, 40)
    with hall.read() as uow:
        posting = uow.session.scalars(select(Posting).where(Posting.hall_id == hall.id)).one()
        assert (posting.amount, posting.unit_id) == (40, 0)


def test_serials_and_quantities_of_one_document_go_to_their_own_items(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    with hall.work() as uow:
        phones = phone_lines(uow, hall, "supplier > store", [one, two])
        gifts = gift_line(uow, hall, "supplier > store", 7)
        submit(uow, hall, "receipt", [phones[0], gifts, phones[1]])
    assert whereabouts(hall) == {one: "store", two: "store"}
    with hall.read() as uow:
        amounts = (
            select(Posting.document_line, Posting.amount)
            .where(Posting.hall_id == hall.id)
            .order_by(Posting.document_line)
        )
        assert [tuple(row) for row in uow.session.execute(amounts)] == [(1, 1), (2, 7), (3, 1)]


def test_hundreds_of_serials_are_one_batch(hall: OpenHall) -> None:
    serials = hall.serials(450)
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials[:300])
    assert held(hall) == {("store", "P1"): 150, ("clerk A01", "P1"): 300, ("supplier", "P1"): -450}
    places = whereabouts(hall)
    assert {places[serial] for serial in serials[:300]} == {"clerk A01"}
    assert {places[serial] for serial in serials[300:]} == {"store"}


def test_money_is_moved_in_fen_and_a_drawer_never_gives_more_than_it_holds(hall: OpenHall) -> None:
    def move(credit: str, debit: str, fen: int) -> None:
        with hall.work() as uow:
            yuan = register_commodity(
                uow, code="CNY", name="人民币", category="money", tracking="quantity"
            )
            line = Line(yuan, place(uow, hall, debit), place(uow, hall, credit), fen)
            submit(uow, hall, "draw", [line])

    move("takings", "drawer A01", 1_234_56)
    with refused(hall, InsufficientBalance) as refusal:
        move("drawer A01", "safe", 1_234_57)
    facts = refusal.value.facts
    assert (facts["held"], facts["wanted"]) == (1_234_56, 1_234_57)
    move("drawer A01", "safe", 1_234_56)
    assert held(hall) == {("safe", "CNY"): 1_234_56, ("takings", "CNY"): -1_234_56}


def test_a_document_that_passes_goods_on_needs_only_what_it_leaves_behind(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    with hall.work() as uow:
        passed_on = gift_line(uow, hall, "clerk A01 > clerk A02", 2)
        drawn = gift_line(uow, hall, "store > clerk A01", 5)
        submit(uow, hall, "draw", [passed_on, drawn])
    assert held(hall) == {
        ("clerk A01", "G1"): 3,
        ("clerk A02", "G1"): 2,
        ("supplier", "G1"): -5,
    }


def test_a_document_without_lines_moves_nothing(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    with hall.work() as uow:
        assert submit(uow, hall, "draw", []).state == "posted"
    assert held(hall) == {("store", "G1"): 5, ("supplier", "G1"): -5}


RAW_POSTING = (
    "INSERT INTO postings (hall_id, event_no, id, document_id, document_line, business_date,"
    " commodity_id, debit_account, credit_account, amount, unit_id)"
    " VALUES (:hall, 9, 900, 1, 1, '2026-11-20', 1, {debit}, {credit}, {amount}, 0)"
)


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("amount_is_positive", RAW_POSTING.format(debit=1, credit=2, amount=0)),
        ("amount_is_positive", RAW_POSTING.format(debit=1, credit=2, amount=-5)),
        ("sides_differ", RAW_POSTING.format(debit=3, credit=3, amount=5)),
        ("never_below_zero", "UPDATE balances SET amount = -1 WHERE hall_id = :hall AND side = 1"),
    ],
)
def test_the_database_itself_holds_what_post_promises(
    hall: OpenHall, constraint: str, statement: str
) -> None:
    receive_gifts(hall, 3)
    before = everything(hall)
    with pytest.raises(Exception, match=constraint), hall.work() as uow:
        uow.session.execute(text(statement), {"hall": hall.id})
    assert everything(hall) == before


def test_serials_are_moved_and_gifts_stay_with_the_clerk_who_drew_them(hall: OpenHall) -> None:
    serials = hall.serials(2)
    receive_phones(hall, serials)
    receive_gifts(hall, 4)
    move_phones(hall, "draw", "store > clerk A01", serials)
    move_gifts(hall, "draw", "store > clerk A02", 3)
    move_phones(hall, "return", "clerk A01 > store", serials[:1])
    assert held(hall) == {
        ("store", "P1"): 1,
        ("clerk A01", "P1"): 1,
        ("supplier", "P1"): -2,
        ("store", "G1"): 1,
        ("clerk A02", "G1"): 3,
        ("supplier", "G1"): -4,
    }
