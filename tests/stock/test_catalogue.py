"""Items and prices from files: once and not twice, the past kept, refused where they may not be."""

from __future__ import annotations

import datetime as dt

import pytest

from backoffice.receiving import read_evidence, take_file
from ledger.evidence.intake import IntakeResult
from ledger.permissions import NotPermitted
from stock.catalogue import take_items, take_prices
from stock.items import find_item
from stock.label_tasks import open_tasks
from stock.price_errors import PriceInThePast
from stock.prices import price_history, price_in_force
from tests.builders import OpenHall
from tests.stock.labelled_goods import A_DAY, TODAY, label

ITEM = {
    "name": "畅行 30",
    "category": "handset",
    "tracking": "serial",
    "unit": "台",
    "colour": "云白",
    "face_value": None,
    "pack_size": 20,
}


def _load(
    hall: OpenHall,
    code: str,
    fen: int,
    date: dt.date,
    *elsewhere: tuple[dt.date, dt.date | None],
) -> None:
    with hall.work("K01") as uow:
        rows = [{**ITEM, "code": code, "price": fen}]
        take_items(
            uow,
            hall=hall.hall,
            rows=rows,
            file_name="items.csv",
            date=date,
            priced_elsewhere={code: elsewhere} if elsewhere else None,
        )


def _prices(hall: OpenHall, code: str) -> list[tuple[int, dt.date, dt.date | None]]:
    with hall.read() as uow:
        history = price_history(uow, hall.id, code)
        return [(p.price_fen, p.valid_from, p.valid_to) for p in reversed(history)]


def _hand_in(hall: OpenHall, who: str, content: str) -> IntakeResult:
    reading = read_evidence("goods.csv", content.encode())
    with hall.work(who) as uow:
        return take_file(
            uow,
            hall_code=hall.hall.code,
            date=TODAY,
            file_name="goods.csv",
            content=content.encode(),
            reading=reading,
        )


def test_a_later_folder_with_another_price_sets_it_from_its_day_on(hall: OpenHall) -> None:
    code = f"{hall.hall.code}-L"
    for _ in range(2):
        _load(hall, code, 199900, TODAY)
        _load(hall, code, 189900, TODAY + 3 * A_DAY)
    assert _prices(hall, code) == [
        (199900, TODAY, TODAY + 2 * A_DAY),
        (189900, TODAY + 3 * A_DAY, None),
    ]


def test_a_file_of_prices_goes_before_the_price_of_the_items_file(hall: OpenHall) -> None:
    code = f"{hall.hall.code}-P"
    price = {
        "item": code,
        "campaign": "",
        "price": 179900,
        "valid_from": TODAY + A_DAY,
        "valid_to": None,
    }
    for _ in range(2):
        _load(hall, code, 199900, TODAY + 5 * A_DAY, (TODAY + A_DAY, None))
        with hall.work() as uow:
            take_prices(uow, hall=hall.hall, rows=[price], file_name="prices.csv")
    assert _prices(hall, code) == [(199900, TODAY, TODAY), (179900, TODAY + A_DAY, None)]


def test_where_a_file_of_prices_says_nothing_the_items_file_does(hall: OpenHall) -> None:
    code = f"{hall.hall.code}-G"
    first, last = TODAY - 9 * A_DAY, TODAY + A_DAY
    price = {"item": code, "campaign": "", "price": 1, "valid_from": first, "valid_to": last}
    for _ in range(2):
        _load(hall, code, 199900, TODAY, (first, last))
        with hall.work() as uow:
            take_prices(uow, hall=hall.hall, rows=[price], file_name="prices.csv")
    with hall.read() as uow:
        for day, fen in ((TODAY, 1), (last, 1), (last + A_DAY, 199900)):
            assert price_in_force(uow, hall.id, code, day) == fen


def test_attributes_come_from_the_items_file_and_a_blank_keeps_what_is_known(
    hall: OpenHall,
) -> None:
    code = f"{hall.hall.code}-A"
    head = "物品编码,名称,类别,管理方式,零售价,单位,品牌,颜色,装箱数"
    assert _hand_in(hall, "M01", f"{head}\n{code},畅行,手机,串号,1999.00,台,畅行,云白,20\n").notes
    again = _hand_in(hall, "M01", f"{head}\n{code},畅行,手机,串号,1999.00,台,,,\n")
    assert again.repeated_count == 1
    with hall.read() as uow:
        item = find_item(uow, code)
        assert (item.brand, item.colour, item.pack_size) == ("畅行", "云白", 20)
        assert price_in_force(uow, hall.id, code, TODAY) == 199900


def test_a_keeper_hands_in_items_but_no_prices(hall: OpenHall) -> None:
    head = "code,name,category,tracking,price,unit"
    code = f"{hall.hall.code}-K"
    _hand_in(hall, "K01", f"{head}\n{code},畅行,handset,serial,,台\n")
    with pytest.raises(NotPermitted):
        _hand_in(hall, "K01", f"{head}\n{code},畅行,handset,serial,1.00,台\n")
    with pytest.raises(NotPermitted):
        _hand_in(hall, "A01", f"{head}\n{code},畅行,handset,serial,,台\n")


def test_a_file_handed_in_sets_no_price_in_the_past_and_asks_for_labels(hall: OpenHall) -> None:
    code = f"{hall.hall.code}-F"
    _load(hall, code, 199900, TODAY)
    label(hall, "G1", code)
    head = "item,campaign,price,valid_from,valid_to"
    with pytest.raises(PriceInThePast):
        _hand_in(hall, "M01", f"{head}\n{code},,1799.00,{TODAY - A_DAY},\n")
    _hand_in(hall, "M01", f"{head}\n{code},,1799.00,{TODAY + A_DAY},\n")
    with hall.read() as uow:
        asked = {t.valid_from: t.price_fen for t in open_tasks(uow, hall.id)}
    assert asked == {TODAY: 199900, TODAY + A_DAY: 179900}
