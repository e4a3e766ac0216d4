"""The further names of a unit: any of them finds it, and none is ever another unit's."""

from __future__ import annotations

import pytest
from stdnum import luhn

from ledger.documents import Document, Line, lines_of
from ledger.lifecycle import advance
from ledger.posting_errors import IdentifierTaken
from ledger.units import MANY, resolve_names
from ledger.verify import verify_hall
from stock.serials import SerialRefused
from tests.builders import DAY, OpenHall, phone, place, submit
from tests.observing import refused


def imei(hall: OpenHall, number: int) -> str:
    body = f"86{hall.id:06d}{number:06d}"
    return body + luhn.calc_check_digit(body)


def receive(hall: OpenHall, serial: str, *names: tuple[str, str]) -> Document:
    with hall.work() as uow:
        store, supplier = place(uow, hall, "store"), place(uow, hall, "supplier")
        line = Line(phone(uow), store, supplier, 1, serial, names=names)
        return submit(uow, hall, "receipt", [line])


def test_any_name_finds_the_unit_and_where_it_is(hall: OpenHall) -> None:
    one, two, maker = imei(hall, 1), imei(hall, 2), f"SN-{hall.hall.code}"
    meid = f"A1{hall.id:012d}"
    receive(hall, one, ("imei", two), ("sn", maker), ("meid", meid.lower()))
    with hall.read() as uow:
        found = resolve_names(uow, hall.id, [one, two, maker, meid, "nobody"])
    assert sorted(found) == sorted([one, two, maker, meid])
    units = [unit for named in found.values() for unit in named]
    assert {(u.serial, u.item, u.category, u.place_kind, u.holder, u.hall_id) for u in units} == {
        (one, "P1", "handset", "store", "", hall.id)
    }
    assert len({unit.unit_id for unit in units}) == 1


@pytest.mark.parametrize("place", [0, 150, MANY])
def test_one_known_name_among_many_new_ones_is_found(hall: OpenHall, place: int) -> None:
    names = [imei(hall, number) for number in range(10, 11 + MANY)]
    with hall.read() as uow:
        assert resolve_names(uow, hall.id, names) == {}
    receive(hall, names[place])
    with hall.read() as uow:
        assert list(resolve_names(uow, hall.id, names)) == [names[place]]
        others = [name for name in names if name != names[place]]
        assert resolve_names(uow, hall.id, others) == {}
        assert list(resolve_names(uow, hall.id, [*names, "1"])) == [names[place]]


def test_the_lines_of_a_document_keep_the_names_they_gave(hall: OpenHall) -> None:
    names = (("imei", imei(hall, 2)), ("sn", f"SN-{hall.hall.code}"))
    document = receive(hall, imei(hall, 1), *names)
    with hall.read() as uow:
        assert [line.names for line in lines_of(uow, document)] == [names]


@pytest.mark.parametrize("taken", ["serial", "second"])
def test_a_second_name_that_is_another_units_refuses_the_receipt(
    hall: OpenHall, taken: str
) -> None:
    one, two = imei(hall, 1), imei(hall, 2)
    receive(hall, one, ("imei", two))
    with refused(hall, IdentifierTaken) as refusal:
        receive(hall, imei(hall, 3), ("imei", one if taken == "serial" else two))
    assert refusal.value.facts["count"] == 1


def test_a_second_name_that_is_a_units_serial_is_not_received_as_a_unit(hall: OpenHall) -> None:
    one, two = imei(hall, 1), imei(hall, 2)
    receive(hall, one, ("imei", two))
    with refused(hall, IdentifierTaken):
        receive(hall, two)


def test_a_second_name_with_a_wrong_check_digit_is_refused(hall: OpenHall) -> None:
    wrong = imei(hall, 2)[:-1] + str((int(imei(hall, 2)[-1]) + 1) % 10)
    with refused(hall, SerialRefused):
        receive(hall, imei(hall, 1), ("imei", wrong))


def test_goods_received_again_after_a_reversal_keep_their_names(hall: OpenHall) -> None:
    one, two = imei(hall, 1), imei(hall, 2)
    document = receive(hall, one, ("imei", two))
    with hall.work("M01") as uow:
        advance(uow, document, "reverse", on=DAY)
    receive(hall, one, ("imei", two))
    with hall.read() as uow:
        (unit,) = resolve_names(uow, hall.id, [two])[two]
        assert (unit.serial, unit.place_kind) == (one, "store")
        assert verify_hall(uow, hall.hall) == []
