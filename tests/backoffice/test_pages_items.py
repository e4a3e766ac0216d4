"""Items, prices and labels on the pages: found, set, refused with what was typed kept, printed."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask

from ledger.times import HALL_TIME
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

ITEM = f"{HALL}/items/SJ-CX10"
TODAY = dt.datetime.now(HALL_TIME).date()
TOMORROW = TODAY + dt.timedelta(days=1)


def _place(visitor: Visitor, code: str, items: str) -> int:
    fields = {"act": "place", "code": code, "items": items, "place": "一号柜", "keeper": "顾明辉"}
    return visitor.send(f"{HALL}/labels", fields, page=f"{HALL}/labels").status_code


def _price(visitor: Visitor, yuan: str, day: dt.date, **more: str) -> int:
    fields = {"act": "price", "price": yuan, "valid_from": day.isoformat(), **more}
    return visitor.send(ITEM, fields, page=ITEM).status_code


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("number", ["A01", "K01", "M01", "J01"])
def test_all_pages_of_items_open_for_who_may_see_them(
    app: Flask, number: str, language: str
) -> None:
    visitor = Visitor(app, number, language)
    for address in (f"{HALL}/items", ITEM, f"{HALL}/labels", f"{HALL}/items.xlsx"):
        assert visitor.get(address).status_code == 200
    assert "1,299.00" in visitor.read(ITEM)


def test_items_are_found_by_words_and_category(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    found = keeper.read(f"{HALL}/items?q=cx10")
    assert "SJ-CX10" in found
    assert "SJ-YH5" not in found
    assert "CZK-50" in keeper.read(f"{HALL}/items?category=recharge_card")
    assert "没有符合的物品" in keeper.read(f"{HALL}/items?q=nothing")


def test_the_keeper_puts_an_item_right_and_a_refusal_keeps_what_was_typed(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    right = {"act": "edit", "name": "晨星X10", "unit": "台", "colour": "曜石黑", "pack_size": "20"}
    assert keeper.send(ITEM, right, page=ITEM).status_code == 302
    assert "曜石黑" in keeper.read(ITEM)
    wrong = keeper.send(ITEM, {**right, "pack_size": "廿", "colour": "雪"}, page=ITEM)
    assert wrong.status_code == 422
    assert 'value="廿"' in wrong.text
    assert 'value="雪"' in wrong.text


def test_a_new_item_is_made_once_and_shown(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    page = f"{HALL}/new-item"
    fields = {"code": "PJ-XIN", "category": "accessory", "name": "新配件", "unit": "个"}
    assert keeper.send(page, fields, page=page).status_code == 302
    assert "新配件" in keeper.read(f"{HALL}/items/PJ-XIN")
    assert keeper.send(page, {**fields, "code": "有 空"}, page=page).status_code == 422


def test_a_price_set_by_the_manager_asks_for_labels_that_a_clerk_confirms(app: Flask) -> None:
    manager, keeper, clerk = (Visitor(app, number) for number in ("M01", "K01", "A01"))
    assert _place(keeper, "G1-01", "SJ-CX10") == 302
    assert _price(manager, "1199.00", TOMORROW) == 302
    labels = clerk.read(f"{HALL}/labels")
    assert f"G1-01@{TOMORROW}" in labels
    assert "张价签待更换" in clerk.read(f"{HALL}/")
    wrong = clerk.send(f"{HALL}/labels", {"act": "confirm"}, page=f"{HALL}/labels")
    assert wrong.status_code == 422
    chosen = {"act": "confirm", "label": f"G1-01@{TOMORROW}"}
    done = clerk.send(f"{HALL}/labels", chosen, page=f"{HALL}/labels", follow=True)
    assert "没有待更换的价签" in done.text
    assert re.search(r"1,199\.00", keeper.read(ITEM))


def test_a_price_in_the_past_or_without_sense_is_refused_beside_its_form(app: Flask) -> None:
    manager = Visitor(app, "M01")
    assert _price(manager, "1199.00", TODAY - dt.timedelta(days=1)) == 422
    assert _price(manager, "一千", TOMORROW) == 422
    assert _price(manager, "1199.00", TOMORROW, valid_to=TODAY.isoformat()) == 422


def test_variants_of_different_prices_cannot_share_a_label_on_the_page(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    assert _place(keeper, "G1-02", "SJ-CX10, SJ-YH5") == 422


def test_labels_come_as_pdf_and_an_original_price_above_the_law_is_refused(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    _place(keeper, "G1-01", "SJ-CX10")
    for query in (f"waiting={TODAY}", "position=G1-01", "item=SJ-YH5&copies=3"):
        answer = keeper.get(f"{HALL}/labels.pdf?{query}")
        assert answer.data.startswith(b"%PDF"), query
    assert keeper.get(f"{HALL}/labels.pdf?item=SJ-CX10&struck=9999").status_code == 409
    assert keeper.get(f"{HALL}/labels.pdf").status_code == 422
    assert keeper.get(f"{HALL}/labels.pdf?position=none").status_code == 404


def test_a_file_of_items_comes_in_on_the_page_and_a_bad_one_says_where(app: Flask) -> None:
    manager = Visitor(app, "M01")
    page, to = f"{HALL}/items", f"{HALL}/item-files"
    head = "物品编码,名称,类别,管理方式,零售价,单位,颜色\n"
    good = (io.BytesIO(f"{head}PJ-A,甲,配件,数量,9.00,个,红\n".encode()), "items.csv")
    assert manager.send(to, {"file": good}, page=page).status_code == 302
    assert "PJ-A" in manager.read(page)
    bad = (io.BytesIO(f"{head}PJ-B,乙,怪物,数量,9.00,个,红\n".encode()), "items.csv")
    refused = manager.send(to, {"file": bad}, page=page)
    assert refused.status_code == 422
    assert "怪物" in refused.text


def test_a_clerk_sees_items_and_changes_nothing(app: Flask) -> None:
    clerk = Visitor(app, "A01")
    page = clerk.read(ITEM)
    assert 'value="edit"' not in page
    assert 'value="price"' not in page
    assert clerk.get(f"{HALL}/new-item").status_code == 403


def test_a_scanned_label_opens_its_item_or_its_position(app: Flask) -> None:
    manager = Visitor(app, "M01")
    _place(manager, "G1-01", "SJ-CX10")
    assert manager.get(f"{HALL}/search?q=SJ-CX10").location.endswith("/items/SJ-CX10")
    assert manager.get(f"{HALL}/search?q=G1-01").location.endswith("/labels#at-G1-01")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_round_of_the_labels_on_its_page(app: Flask, language: str) -> None:
    keeper = Visitor(app, "K01", language)
    _place(keeper, "G1", "SJ-CX10")
    _place(keeper, "G2", "SJ-CX10")
    rounds = f"{HALL}/label-rounds"
    one = keeper.send(rounds, {}, page=rounds).location
    for code in ("G1@129900", "G2@1"):
        keeper.send(f"{one}/scan", {"code": code}, page=one)
    page = keeper.read(one)
    assert ("价格不符" if language == "zh" else "Wrong price") in page
    keeper.send(f"{one}/end", {}, page=one)
    assert keeper.get(f"{one}/results.xlsx").data.startswith(b"PK")
    assert Visitor(app, "J01", language).get(one).status_code == 200
    # The wrong one waits to be changed; a finished round takes no more.
    assert 'value="G2@' in keeper.read(f"{HALL}/labels")
    assert "data-scan-url" not in keeper.read(one)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_price_is_asked_for_and_granted_with_the_password_on_its_page(
    app: Flask, language: str
) -> None:
    page = f"{HALL}/price-requests"
    keeper, above = Visitor(app, "K01", language), Visitor(app, "B01", language)
    asked = {"act": "ask", "item": "SJ-CX10", "price": "1199.00", "reason": "对面降价"}
    bad = keeper.send(page, {**asked, "valid_from": "soon"}, page=page)
    assert bad.status_code == 422
    assert 'value="1199.00"' in bad.text
    fields = {**asked, "valid_from": TODAY.isoformat()}
    assert keeper.send(page, fields, page=page).status_code == 302
    assert "price-requests#request-1" in above.read(f"{HALL}/")
    wrong = {"act": "grant", "number": "1", "password": "no"}
    assert above.send(page, wrong, page=page).status_code == 422
    right = {**wrong, "password": PASSWORD}
    assert above.send(page, right, page=page).status_code == 302
    assert "1,199.00" in keeper.read(ITEM)
