"""Accounts are opened once, and an item code stays what it was first known as."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from ledger.accounts import Account, Commodity, CommodityMismatch, open_account, register_commodity
from ledger.units import find_units
from tests.builders import everything, gift, open_hall, phone, receive_phones


def test_an_account_is_opened_once_and_given_again(engine: Engine) -> None:
    hall = open_hall(engine)
    with hall.work() as uow:
        first = open_account(uow, hall.id, "clerk", "A01").id
    with hall.work() as uow:
        assert open_account(uow, hall.id, "clerk", "A01").id == first
        assert open_account(uow, hall.id, "clerk", "A02").id != first
        assert open_account(uow, hall.id, "counter", "A01").id != first
        assert uow.session.scalar(select(func.count()).select_from(Account)) == 3


def test_two_halls_have_accounts_of_their_own(engine: Engine) -> None:
    here, there = open_hall(engine, "H001"), open_hall(engine, "H002")
    for hall in (here, there):
        with hall.work() as uow:
            assert open_account(uow, hall.id, "store").hall_id == hall.id
    with here.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Account)) == 2


@pytest.mark.parametrize(
    ("kind", "side"), [("store", 1), ("clerk", 1), ("drawer", 1), ("supplier", 0), ("loss", 0)]
)
def test_an_account_takes_the_normal_side_of_its_kind(engine: Engine, kind: str, side: int) -> None:
    hall = open_hall(engine)
    with hall.work() as uow:
        assert open_account(uow, hall.id, kind).side == side


def test_an_item_registered_again_gets_the_new_name_and_stays_one_item(engine: Engine) -> None:
    hall = open_hall(engine)
    with hall.work() as uow:
        first = phone(uow).id
    with hall.work() as uow:
        again = register_commodity(
            uow, code="P1", name="新名", category="handset", tracking="serial", unit="部"
        )
        assert (again.id, again.name, again.unit) == (first, "新名", "部")
    with hall.read() as uow:
        assert uow.session.scalars(select(Commodity.name)).all() == ["新名"]


@pytest.mark.parametrize(
    ("category", "tracking"), [("gift", "serial"), ("handset", "quantity"), ("gift", "quantity")]
)
def test_an_item_never_becomes_another_sort_of_thing(
    engine: Engine, category: str, tracking: str
) -> None:
    hall = open_hall(engine)
    with hall.work() as uow:
        phone(uow)
    before = everything(hall)
    with pytest.raises(CommodityMismatch) as refusal, hall.work() as uow:
        register_commodity(uow, code="P1", name="别的", category=category, tracking=tracking)
    assert refusal.value.facts["known"] == "handset/serial"
    assert refusal.value.facts["wanted"] == f"{category}/{tracking}"
    assert everything(hall) == before


def test_an_item_that_is_neither_serial_nor_quantity_is_refused_by_the_database(
    engine: Engine,
) -> None:
    hall = open_hall(engine)
    with pytest.raises(Exception, match="tracking_is_known"), hall.work() as uow:
        register_commodity(uow, code="X", name="怪", category="gift", tracking="weight")


def test_a_serial_finds_its_unit_only_for_who_may_see_the_hall(engine: Engine) -> None:
    here, there = open_hall(engine, "H001"), open_hall(engine, "H002")
    receive_phones(here, ["866000000000011"])
    with here.read("K01") as uow:
        assert [unit.hall_id for unit in find_units(uow, "866000000000011")] == [here.id]
        assert find_units(uow, "866000000000029") == []
    with there.read("K01") as uow:
        assert find_units(uow, "866000000000011") == []


def test_goods_counted_by_quantity_have_no_units(engine: Engine) -> None:
    hall = open_hall(engine)
    with hall.work() as uow:
        assert gift(uow).tracking == "quantity"
        assert find_units(uow, "") == []
