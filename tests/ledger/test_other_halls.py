"""A unit that passes between halls: its names follow it, each hall's books stay true."""

from __future__ import annotations

import pytest

from ledger.documents import DOCUMENT_KINDS, DocumentKind, Line
from ledger.posting_errors import IdentifierTaken, UnitElsewhere
from ledger.text import Text
from ledger.units import Unit, resolve_names
from ledger.verify import verify_hall
from stock.line_movements import movements_of
from tests.builders import OpenHall, move_phones, phone, phone_lines, place, receive_phones, submit
from tests.observing import everything, held, refused, whereabouts

LEFT = DocumentKind("test_left", "CL", Text("测试调拨核销", "Test left"), "stock", movements_of)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the kind of these tests known."""
    monkeypatch.setitem(DOCUMENT_KINDS, LEFT.name, LEFT)


def dispatch(hall: OpenHall, serials: list[str]) -> None:
    receive_phones(hall, serials)
    move_phones(hall, "transfer_out", "store > transit", serials)


def arrive(hall: OpenHall, origin: OpenHall, serials: list[str]) -> None:
    move_phones(hall, "transfer_in", f"other_hall {origin.hall.code} > store", serials)


def leave(hall: OpenHall, goal: OpenHall, serials: list[str]) -> None:
    move_phones(hall, LEFT.name, f"transit > other_hall {goal.hall.code}", serials)


def sound(*halls: OpenHall) -> bool:
    for hall in halls:
        with hall.read() as uow:
            if verify_hall(uow, hall.hall):
                return False
    return True


def test_names_follow_the_unit_and_both_halls_stay_sound(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(3)
    dispatch(hall, serials)
    arrive(other_hall, hall, serials[:2])
    assert sound(hall, other_hall)
    leave(hall, other_hall, serials[:2])
    assert sound(hall, other_hall)
    assert whereabouts(other_hall) == dict.fromkeys(serials[:2], "store")
    assert held(hall)["transit", "P1"] == 1
    with hall.read() as uow:
        named = resolve_names(uow, other_hall.id, serials)
        assert [named[s][0].hall_id for s in serials] == [other_hall.id, other_hall.id, hall.id]
        old = {u.serial: u for u in uow.session.query(Unit).filter_by(hall_id=hall.id)}
        new = {u.serial: u for u in uow.session.query(Unit).filter_by(hall_id=other_hall.id)}
        assert [old[s].closed for s in serials] == [True, True, False]
        assert {(u.came_from_hall, u.came_from_unit) for u in new.values()} == {
            (hall.id, old[serial].id) for serial in serials[:2]
        }


def test_every_name_of_a_unit_goes_along(hall: OpenHall, other_hall: OpenHall) -> None:
    serial, second = hall.serials(2)
    with hall.work() as uow:
        store, supplier = place(uow, hall, "store"), place(uow, hall, "supplier")
        line = Line(phone(uow), store, supplier, 1, serial, names=(("sn", second),))
        submit(uow, hall, "receipt", [line])
    move_phones(hall, "transfer_out", "store > transit", [serial])
    arrive(other_hall, hall, [serial])
    with hall.read() as uow:
        (unit,) = resolve_names(uow, other_hall.id, [second])[second]
        assert (unit.hall_id, unit.serial, unit.place_kind) == (other_hall.id, serial, "store")


def test_a_unit_comes_back_as_a_new_unit_with_its_past(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(1)
    dispatch(hall, serials)
    arrive(other_hall, hall, serials)
    leave(hall, other_hall, serials)
    move_phones(other_hall, "transfer_out", "store > transit", serials)
    arrive(hall, other_hall, serials)
    leave(other_hall, hall, serials)
    assert sound(hall, other_hall)
    with hall.read() as uow:
        units = uow.session.query(Unit).filter_by(hall_id=hall.id).order_by(Unit.id).all()
        assert [unit.closed for unit in units] == [True, False]
        assert units[1].came_from_hall == other_hall.id


def test_what_nobody_received_may_not_leave_transit(hall: OpenHall, other_hall: OpenHall) -> None:
    serials = hall.serials(1)
    dispatch(hall, serials)
    with refused(hall, UnitElsewhere):
        leave(hall, other_hall, serials)


def test_what_was_received_elsewhere_cannot_be_taken_back_from_transit(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(1)
    dispatch(hall, serials)
    arrive(other_hall, hall, serials)
    with refused(hall, UnitElsewhere):
        move_phones(hall, "return", "transit > store", serials)


def test_nobody_receives_a_unit_twice_or_from_a_hall_that_does_not_hold_it(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(1)
    dispatch(hall, serials)
    arrive(other_hall, hall, serials)
    before = everything(hall)
    with pytest.raises(IdentifierTaken):
        arrive(other_hall, hall, serials)
    assert everything(hall) == before


def test_a_unit_another_hall_has_is_not_received_from_a_supplier(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    before = everything(hall)
    with other_hall.work() as uow:
        lines = phone_lines(uow, other_hall, "supplier > store", serials)
        with pytest.raises(IdentifierTaken):
            submit(uow, other_hall, "receipt", lines)
        uow.session.rollback()
    assert everything(hall) == before
