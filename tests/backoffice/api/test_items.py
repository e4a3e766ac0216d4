"""Items, prices and labels by the API: listed, set once, refused with a stable code, printed."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from werkzeug.test import TestResponse

from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import API, Program, program_of, told

HALL = f"{API}/halls/T001"
TODAY = dt.datetime.now(HALL_TIME).date()
TOMORROW = TODAY + dt.timedelta(days=1)


def _price(
    program: Program, yuan: str, day: dt.date, *items: str, key: str | None = None
) -> TestResponse:
    prices = [
        {"item": item, "price": yuan, "valid_from": day.isoformat()} for item in items or ("SJ1",)
    ]
    return program.post(f"{HALL}/prices", {"prices": prices}, key=key)


def test_items_are_listed_with_stock_and_price_and_shown_with_their_prices(app: Flask) -> None:
    clerk = program_of(app, "A01")
    listed = clerk.read(f"{HALL}/items?words=sj")
    (item,) = listed["items"]
    assert (item["code"], item["on_hand"], item["price"]) == ("SJ1", 1, "1999.00")
    shown = clerk.read(f"{HALL}/items/SJ1")
    assert [price["price"] for price in shown["prices"]] == ["1999.00"]
    assert shown["struck_limit"] is None
    assert clerk.get(f"{HALL}/items/none").status_code == 404
    assert clerk.get(f"{HALL}/items.xlsx").data.startswith(b"PK")


def test_a_price_is_set_once_with_the_same_key_and_asks_for_labels(app: Flask) -> None:
    manager, clerk = program_of(app, "M01"), program_of(app, "A01")
    placed = manager.post(f"{HALL}/labels", {"position": "G1", "items": ["SJ1"]})
    assert told(placed)["price"] == "1999.00"
    for _ in range(2):
        answer = _price(manager, "1899.00", TOMORROW, key="price-1")
        assert told(answer) == {"hall": "T001", "prices": 1, "labels": 1}
    waiting = clerk.read(f"{HALL}/label-tasks")["labels"]
    assert [label["price"] for label in waiting] == ["1999.00", "1899.00"]
    body = {"labels": [{"position": "G1", "valid_from": TOMORROW.isoformat()}]}
    (done,) = told(clerk.post(f"{HALL}/label-confirmations", body))["labels"]
    assert done["confirmed_by"] == "甲一"
    assert clerk.read(f"{HALL}/label-tasks")["labels"] == []
    again = clerk.post(f"{HALL}/label-confirmations", body)
    assert (again.status_code, told(again)["code"]) == (409, "nothing_to_confirm")


def test_a_refusal_says_which_rule_it_follows(small_app: Flask) -> None:
    manager, clerk = program_of(small_app, "M01"), program_of(small_app, "A01")
    past = _price(manager, "1.00", TODAY - dt.timedelta(days=1))
    assert (past.status_code, told(past)["code"]) == (409, "price_in_the_past")
    assert _price(clerk, "1.00", TOMORROW).status_code == 403
    assert _price(manager, "1.005", TOMORROW).status_code == 422
    struck = manager.get(f"{HALL}/labels.pdf?items=SJ1&struck=2999.00")
    assert (struck.status_code, told(struck)["code"]) == (409, "no_struck_price")


def test_an_item_is_made_and_put_right(small_app: Flask) -> None:
    manager = program_of(small_app, "M01")
    body = {"code": "CZ100", "category": "recharge_card", "name": "百元卡", "face_value": "100.00"}
    made = manager.post(f"{HALL}/items", body)
    assert (made.status_code, told(made)["tracking"], told(made)["face_value"]) == (
        201,
        "serial",
        "100.00",
    )
    changed = manager.post(f"{HALL}/items/CZ100", {"unit": "张", "pack_size": 50})
    assert (told(changed)["unit"], told(changed)["pack_size"]) == ("张", 50)
    assert manager.post(f"{HALL}/items/SJ1", {"face_value": "1.00"}).status_code == 422
    assert manager.post(f"{HALL}/items/SJ1", {"pin": "1234"}).status_code == 422


def test_labels_are_printed_and_a_file_of_items_comes_in(small_app: Flask) -> None:
    manager = program_of(small_app, "M01")
    assert manager.get(f"{HALL}/labels.pdf?items=SJ1&copies=2").data.startswith(b"%PDF")
    content = "code,name,category,tracking,price,unit,colour\nSJ2,二号,handset,serial,9.00,台,白\n"
    taken = manager.upload(content.encode(), name="items.csv")
    assert taken.status_code == 201
    assert manager.read(f"{HALL}/items/SJ2")["colour"] == "白"
