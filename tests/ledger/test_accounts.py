"""Accounts are opened once, and an item code stays what it was first known as."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ledger.accounts import Account, Commodity, CommodityMismatch, open_account, register_commodity
from ledger.units import find_units
from ledger.work import UnitOfWork
from tests.builders import OpenHall, gift, phone, receive_phones
from tests.observing import everything


def _accounts(uow: UnitOfWork, hall: OpenHall) -> int | None:
    counted = select(func.count()).select_from(Account).where(Account.hall_id == hall.id)
    return uow.session.scalar(counted)


def test_an_account_is_opened_once_and_given_again(hall: OpenHall) -> None:
    with hall.work() as uow:
        first = open_account(uow, hall.id, "clerk", "A01").id
    with hall.work() as uow:
        assert open_account(uow, hall.id, "clerk", "A01").id == first
        assert open_account(uow, hall.id, "clerk", "A02").id != first
        assert open_account(uow, hall.id, "counter", "A01").id != first
        assert _accounts(uow, hall) == 3


def test_two_halls_have_accounts_of_their_own(hall: OpenHall, other_hall: OpenHall) -> None:
    for here in (hall, other_hall):
        with here.work() as uow:
            assert open_account(uow, here.id, "store").hall_id == here.id
            assert _accounts(uow, here) == 1


@pytest.mark.parametrize(
    ("kind", "side"), [("store", 1), ("clerk", 1), ("drawer", 1), ("supplier", 0), ("loss", 0)]
)
def test_an_account_takes_the_normal_side_of_its_kind(hall: OpenHall, kind: str, side: int) -> None:
    with hall.work() as uow:
        assert open_account(uow, hall.id, kind).side == side


def test_an_item_registered_again_gets_the_new_name_and_stays_one_item(hall: OpenHall) -> None:
    with hall.work() as uow:
        first = phone(uow).id
    with hall.work() as uow:
        again = register_commodity(
            uow, code="P1", name="新名", category="handset", tracking="serial", unit="部"
        )
        assert (again.id, again.name, again.unit) == (first, "新名", "部")
    with hall.read() as uow:
        named = select(Commodity.name).where(Commodity.code == "P1")
        assert uow.session.scalars(named).all() == ["新名"]


@pytest.mark.parametrize(
    ("category", "tracking"), [("gift", "serial"), ("handset", "quantity"), ("gift", "quantity")]
)
def test_an_item_never_becomes_another_sort_of_thing(
    hall: OpenHall, category: str, tracking: str
) -> None:
    with hall.work() as uow:
        phone(uow)
    before = everything(hall)
    with pytest.raises(CommodityMismatch) as refusal, hall.work() as uow:
        register_commodity(uow, code="P1", name="别的", category=category, tracking=tracking)
    assert refusal.value.facts["known"] == "handset/serial"
    assert refusal.value.facts["wanted"] == f"{category}/{tracking}"
    assert everything(hall) == before


def test_an_item_that_is_neither_serial_nor_quantity_is_refused_by_the_database(
    hall: OpenHall,
) -> None:
    with pytest.raises(Exception, match="tracking_is_known"), hall.work() as uow:
        register_commodity(uow, code="X", name="怪", category="gift", tracking="weight")


def test_a_serial_finds_its_unit_only_for_who_may_see_the_hall(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    here, missing = hall.serials(2)
    receive_phones(hall, [here])
    with hall.read("K01") as uow:
        assert [unit.hall_id for unit in find_units(uow, here)] == [hall.id]
        assert find_units(uow, missing) == []
    with other_hall.read("K01") as uow:
        assert find_units(uow, here) == []


def test_goods_counted_by_quantity_have_no_units(hall: OpenHall) -> None:
    with hall.work() as uow:
        assert gift(uow).tracking == "quantity"
        assert find_units(uow, "") == []
