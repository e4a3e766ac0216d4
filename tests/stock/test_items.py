"""Items: their attributes, who may put them right, how they are found, and what is on record."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ledger.accounts import CommodityMismatch
from ledger.events import Event
from ledger.permissions import NotPermitted
from stock.errors import UnknownItem
from stock.items import add_item, find_item, find_items, set_item
from stock.price_errors import ItemNotSo
from tests.builders import OpenHall, gift, receive_gifts
from tests.stock.labelled_goods import TODAY, variants


def _add(hall: OpenHall, code: str, kind: str = "handset", /, **attributes: str | int) -> None:
    with hall.work() as uow:
        add_item(
            uow,
            hall=hall.hall,
            code=code,
            category=kind,
            attributes={"name": "畅行 20", **attributes},
        )


def test_a_new_item_is_counted_as_its_category_is(hall: OpenHall) -> None:
    _add(hall, f"{hall.hall.code}-N", colour="云白", storage="256G", unit="台")
    with hall.read() as uow:
        item = find_item(uow, f"{hall.hall.code}-N")
        told = (item.tracking, item.colour, item.storage, item.unit)
    assert told == ("serial", "云白", "256G", "台")


def test_a_change_of_an_item_is_an_event_that_says_from_what_to_what(hall: OpenHall) -> None:
    (code,) = variants(hall, 199900)
    with hall.work() as uow:
        set_item(uow, hall=hall.hall, code=code, attributes={"origin": "东莞", "storage": "128G"})
        set_item(uow, hall=hall.hall, code=code, attributes={"origin": "东莞"})
    with hall.read() as uow:
        (event,) = uow.session.scalars(
            select(Event).where(Event.hall_id == hall.id, Event.act == "item.set")
        ).all()
        assert json.loads(event.facts) == {"origin": ["深圳", "东莞"]}


def test_only_a_recharge_card_has_a_face_value(hall: OpenHall) -> None:
    _add(hall, f"{hall.hall.code}-C", "recharge_card", face_value_fen=5000)
    with pytest.raises(ItemNotSo):
        _add(hall, f"{hall.hall.code}-H", face_value_fen=5000)


@pytest.mark.parametrize(
    ("code", "attributes"),
    [("", {}), ("a b", {}), ("x" * 65, {}), ("X", {"name": " "}), ("X", {"pack_size": 0})],
)
def test_an_item_without_sense_is_refused(
    hall: OpenHall, code: str, attributes: dict[str, str | int]
) -> None:
    with pytest.raises(ItemNotSo):
        _add(hall, code, "handset", **attributes)


def test_an_item_never_becomes_something_else(hall: OpenHall) -> None:
    (code,) = variants(hall, 199900)
    with pytest.raises(CommodityMismatch):
        _add(hall, code, "gift")


@pytest.mark.parametrize("who", ["A01", "J01", "D01", "V01"])
def test_items_are_put_right_by_keeper_manager_and_department(hall: OpenHall, who: str) -> None:
    (code,) = variants(hall, 199900)
    with pytest.raises(NotPermitted), hall.work(who) as uow:
        set_item(uow, hall=hall.hall, code=code, attributes={"origin": "东莞"})


def test_items_are_found_by_code_name_and_category_with_stock_and_price(hall: OpenHall) -> None:
    small, large = variants(hall, 199900, 229900)
    with hall.work() as uow:
        gift(uow)
    receive_gifts(hall, 7)
    with hall.read() as uow:
        by_code = find_items(uow, hall.id, TODAY, words=small.lower())
        by_name = find_items(uow, hall.id, TODAY, words=f"畅行 {hall.hall.code}")
        gifts = find_items(uow, hall.id, TODAY, category="gift", words="G1")
        none = find_items(uow, hall.id, TODAY, words="100%")
        assert [(r.item.code, r.price_fen) for r in by_code.rows] == [(small, 199900)]
        assert [r.item.code for r in by_name.rows] == [small, large]
        assert [r.on_hand for r in gifts.rows] == [7]
        assert none.total == 0


def test_money_is_no_item(hall: OpenHall) -> None:
    with hall.read() as uow, pytest.raises(UnknownItem):
        find_item(uow, "CNY")
