"""What `post` refuses: the error names the fact, and nothing of the batch has happened."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from stdnum import luhn

from ledger.accounts import register_commodity
from ledger.hall_days import HallDayClosed
from ledger.posting_errors import (
    IdentifierTaken,
    InsufficientBalance,
    QuantityNotPositive,
    SerialsNotTracked,
    UnitCountMismatch,
    UnitElsewhere,
)
from tests.builders import (
    DAY,
    OpenHall,
    gift_line,
    move_gifts,
    move_phones,
    phone_lines,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.observing import refused, whereabouts


@pytest.mark.parametrize("clerk", ["A01", "A02"])
def test_a_serial_that_was_drawn_is_not_drawn_again_by_anybody(hall: OpenHall, clerk: str) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials)
    with refused(hall, UnitElsewhere) as refusal:
        move_phones(hall, "draw", f"store > clerk {clerk}", serials)
    assert refusal.value.facts["serial"] == serials[0]


def test_one_serial_elsewhere_refuses_the_whole_batch_and_says_how_many(hall: OpenHall) -> None:
    serials = hall.serials(3)
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials[1:2])
    with refused(hall, UnitElsewhere) as refusal:
        move_phones(hall, "draw", "store > clerk A02", serials)
    assert (refusal.value.facts["serial"], refusal.value.facts["count"]) == (serials[1], 1)
    assert "库房" in refusal.value.message("zh")
    assert "Store" in refusal.value.message("en")


def test_one_serial_elsewhere_refuses_a_batch_of_hundreds(hall: OpenHall) -> None:
    serials = hall.serials(300)
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials[298:])
    with refused(hall, UnitElsewhere) as refusal:
        move_phones(hall, "draw", "store > clerk A01", serials)
    assert (refusal.value.facts["serial"], refusal.value.facts["count"]) == (serials[298], 2)


def test_a_serial_nobody_received_cannot_be_drawn(hall: OpenHall) -> None:
    *received, missing = hall.serials(3)
    receive_phones(hall, received)
    with refused(hall, UnitElsewhere) as refusal:
        move_phones(hall, "draw", "store > clerk A01", [*received, missing])
    assert refusal.value.facts["serial"] == missing


def test_a_serial_of_another_item_is_not_taken_for_this_one(hall: OpenHall) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    with refused(hall, UnitElsewhere), hall.work() as uow:
        line = phone_lines(uow, hall, "store > clerk A01", serials)[0]
        other = register_commodity(
            uow, code="P2", name="另一款", category="handset", tracking="serial"
        )
        submit(uow, hall, "draw", [line._replace(commodity=other)])


def test_an_imei_names_one_unit_whatever_item_it_is_said_to_be(hall: OpenHall) -> None:
    body = f"86{hall.id:012d}"
    imei = body + luhn.calc_check_digit(body)
    receive_phones(hall, [imei])
    with refused(hall, UnitElsewhere), hall.work() as uow:
        line = phone_lines(uow, hall, "store > clerk A01", [imei])[0]
        other = register_commodity(
            uow, code="P2", name="另一款", category="handset", tracking="serial"
        )
        submit(uow, hall, "draw", [line._replace(commodity=other)])


def test_a_serial_is_received_once(hall: OpenHall) -> None:
    serials = hall.serials(3)
    receive_phones(hall, serials[:1])
    with refused(hall, IdentifierTaken) as refusal:
        receive_phones(hall, serials)
    assert (refusal.value.facts["serial"], refusal.value.facts["count"]) == (serials[0], 1)


def test_a_serial_is_not_received_again_after_it_was_scrapped(hall: OpenHall) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    move_phones(hall, "repair_use", "store > loss", serials)
    with refused(hall, IdentifierTaken):
        receive_phones(hall, serials)


def test_a_new_serial_twice_in_one_batch_is_refused(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    with refused(hall, IdentifierTaken) as refusal:
        receive_phones(hall, [one, two, one])
    assert refusal.value.facts["serial"] == one


def test_a_known_serial_twice_in_one_batch_is_refused(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    receive_phones(hall, [one, two])
    with refused(hall, IdentifierTaken) as refusal:
        move_phones(hall, "draw", "store > clerk A01", [one, two, one])
    assert refusal.value.facts["serial"] == one


def test_a_serial_of_another_hall_can_neither_be_drawn_nor_received_here(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    # Made alike, so that both units bear the same number in their halls' books.
    mine, theirs = hall.serials(1), other_hall.serials(1)
    receive_phones(hall, mine)
    receive_phones(other_hall, theirs)
    with refused(hall, UnitElsewhere) as refusal:
        move_phones(hall, "draw", "store > clerk A01", theirs)
    assert refusal.value.facts["serial"] == theirs[0]
    with refused(hall, IdentifierTaken):
        receive_phones(hall, theirs)
    assert whereabouts(hall) == {mine[0]: "store"}
    assert whereabouts(other_hall) == {theirs[0]: "store"}


def test_the_last_piece_can_be_drawn_and_no_more(hall: OpenHall) -> None:
    receive_gifts(hall, 3)
    with refused(hall, InsufficientBalance) as refusal:
        move_gifts(hall, "draw", "store > clerk A01", 4)
    assert (refusal.value.facts["held"], refusal.value.facts["wanted"]) == (3, 4)
    move_gifts(hall, "draw", "store > clerk A01", 3)
    with refused(hall, InsufficientBalance) as refusal:
        move_gifts(hall, "draw", "store > clerk A01", 1)
    assert (refusal.value.facts["held"], refusal.value.facts["wanted"]) == (0, 1)


def test_an_account_that_never_held_the_item_gives_none(hall: OpenHall) -> None:
    with refused(hall, InsufficientBalance) as refusal:
        move_gifts(hall, "return", "clerk A01 > store", 1)
    assert refusal.value.facts["held"] == 0


@pytest.mark.parametrize(("quantity", "named"), [(2, True), (1, False)])
def test_a_tracked_item_needs_one_serial_for_each_piece(
    hall: OpenHall, quantity: int, named: bool
) -> None:
    serials = hall.serials(1)
    with refused(hall, UnitCountMismatch) as refusal, hall.work() as uow:
        line = phone_lines(uow, hall, "supplier > store", serials)[0]
        line = line._replace(quantity=quantity, serial=serials[0] if named else "")
        submit(uow, hall, "receipt", [line])
    facts = refusal.value.facts
    assert (facts["quantity"], facts["serials"]) == (quantity, int(named))


@pytest.mark.parametrize("quantity", [0, -1, -(10**12)])
def test_nothing_and_less_than_nothing_cannot_be_moved(hall: OpenHall, quantity: int) -> None:
    receive_gifts(hall, 3)
    with refused(hall, QuantityNotPositive):
        move_gifts(hall, "draw", "store > clerk A01", quantity)


def test_an_item_counted_by_quantity_takes_no_serial(hall: OpenHall) -> None:
    receive_gifts(hall, 3)
    with refused(hall, SerialsNotTracked), hall.work() as uow:
        line = gift_line(uow, hall, "store > clerk A01", 1)
        submit(uow, hall, "draw", [line._replace(serial="G-1")])


@pytest.mark.parametrize("status", ["submitted", "closed", "handed_over"])
def test_nothing_is_posted_on_a_day_that_is_no_longer_open(hall: OpenHall, status: str) -> None:
    with hall.work() as uow:
        uow.session.execute(
            text("UPDATE hall_days SET hall_status = :status WHERE hall_id = :hall"),
            {"status": status, "hall": hall.id},
        )
    with refused(hall, HallDayClosed):
        receive_gifts(hall, 1)


def test_nothing_is_posted_on_a_day_that_was_never_opened(hall: OpenHall) -> None:
    with refused(hall, HallDayClosed), hall.work() as uow:
        line = gift_line(uow, hall, "supplier > store", 1)
        submit(uow, hall, "receipt", [line], day=DAY + dt.timedelta(days=1))
