"""Documents of goods on pages: made from scans, confirmed, approved, reversed; one's own alone."""

from __future__ import annotations

import datetime as dt
import html
import re
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from backoffice.database import begin_work
from ledger.hall_days import open_days
from ledger.organisations import find_hall
from ledger.times import HALL_TIME
from ledger.work import system_actor
from stock.moves import MoveLine
from tests.backoffice.goods_days import NEW_SHEET, Sheet, move, open_today, serials_at
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

BAD_CODES = ("12345", "867123050001208", "89860012345678901234")


@pytest.fixture
def goods(app: Flask) -> Flask:
    """Give the pages on a day on which goods move."""
    open_today(app.extensions["backoffice_engine"])
    return app


def _text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(
    ("number", "offered", "kept_back"),
    [
        ("K01", {"receipt", "draw", "scrap", "transfer_out", "handover"}, {"transfer_in"}),
        ("A01", {"gift", "handover", "borrow", "lend"}, {"receipt", "draw", "scrap"}),
    ],
)
def test_each_is_offered_the_kinds_his_role_may_make(
    goods: Flask, number: str, offered: set[str], kept_back: set[str]
) -> None:
    page = Visitor(goods, number).read(NEW_SHEET)
    kinds = set(re.findall(r'name="kind" value="(\w+)"', page))
    assert offered <= kinds
    assert not kinds & kept_back


@pytest.mark.parametrize("number", ["M01", "J01", "F01", "K02"])
def test_who_makes_no_documents_of_goods_finds_no_form(goods: Flask, number: str) -> None:
    assert Visitor(goods, number).get(NEW_SHEET).status_code == 403


def test_a_clerk_cannot_begin_a_kind_that_is_the_keeper_s(goods: Flask) -> None:
    answer = Visitor(goods, "A01").send(NEW_SHEET, {"kind": "draw"}, page=NEW_SHEET)
    assert answer.status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draw_goes_from_scans_to_the_clerk_s_hands(goods: Flask, language: str) -> None:
    keeper = Visitor(goods, "K01", language)
    first, second = serials_at(goods, "store")[:2]
    sheet = Sheet(keeper, "draw", holder="A02")
    assert sheet.scan(first)["verdict"] == "good"
    assert sheet.scan(first, key="again")["verdict"] == "twice"
    for code in BAD_CODES:
        assert sheet.scan(code)["tone"] == "bad"
    said = sheet.scan(second)
    assert said["counters"] == {"scanned": 2, "twice": 1, "refused": 3}
    refused = sheet.send(holder="A02")
    assert refused.status_code == 422
    made = sheet.send(holder="A02", good_only="1")
    assert made.status_code == 302
    assert second in serials_at(goods, "clerk A02")
    page = Visitor(goods, "A02", language).read(f"{HALL}/goods/custody")
    assert first in page
    assert second in page


def test_the_same_scan_sent_twice_is_one(goods: Flask) -> None:
    sheet = Sheet(Visitor(goods, "K01"), "draw", holder="A02")
    serial = serials_at(goods, "store")[0]
    for _ in range(2):
        said = sheet.scan(serial, key="one")
        assert said["counters"] == {"scanned": 1, "twice": 0, "refused": 0}


def test_an_undone_scan_and_a_confirmed_digit_change_the_counters(goods: Flask) -> None:
    sheet = Sheet(Visitor(goods, "K01"), "draw", holder="A02")
    first, second = serials_at(goods, "store")[:2]
    rows = sheet.scan(first)["rows"]
    assert isinstance(rows, list)
    said = sheet.scan("", key="u1", undo=rows[0]["undo"])
    assert said["counters"] == {"scanned": 0, "twice": 0, "refused": 0}
    rows = sheet.scan(second[:14])["rows"]
    assert isinstance(rows, list)
    assert rows[0]["confirm"]
    said = sheet.scan("", key="c1", confirm=rows[0]["confirm"])
    assert said["counters"] == {"scanned": 1, "twice": 0, "refused": 0}


def test_a_form_keeps_its_input_and_shows_the_error_beside_its_field(goods: Flask) -> None:
    clerk = Visitor(goods, "A01")
    sheet = Sheet(clerk, "gift")
    assert sheet.scan("LP-SAN*1")["verdict"] == "good"
    answer = sheet.send(form_no="SL2026-77", campaign="", recipient="13800001111", holder="A01")
    assert answer.status_code == 422
    assert 'value="SL2026-77"' in answer.text
    field = answer.text[answer.text.index('id="f-campaign"') :]
    assert 'id="e-campaign"' in field[: field.index("</div>")]
    assert 'value="SL2026-77"' in clerk.read(sheet.address)


def test_paste_file_and_quantity_fill_a_sheet_without_scripts(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    sheet = Sheet(keeper, "draw", holder="A02")
    many = f"{sheet.address}/many"
    first, second, third = serials_at(goods, "store")[:3]
    pasted = keeper.send(many, {"pasted": f"{first}\nnonsense\n{second}\n"}, page=sheet.scans)
    assert pasted.location == sheet.scans
    page = keeper.read(sheet.scans)
    assert "2 条已记入" in page
    keeper.send(many, {"counted": "PJ-CDQ", "quantity": "2"}, page=sheet.scans)
    keeper.send(sheet.scans, {"code": third}, page=sheet.scans)
    assert "快充充电器" in keeper.read(sheet.address)
    assert sheet.send(holder="A02", good_only="1").status_code == 302
    assert third in serials_at(goods, "clerk A02")


def test_a_workbook_fills_a_sheet_and_lost_digits_are_told(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    sheet = Sheet(keeper, "draw", holder="A02")
    first, second = serials_at(goods, "store")[:2]
    for rows, wanted in (
        ([["串号"], [first], [second]], "2 条已记入"),
        ([[int(first + "0")]], "末位已丢失"),
    ):
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        content = BytesIO()
        book.save(content)
        form = {"file": (BytesIO(content.getvalue()), "list.xlsx")}
        keeper.send(f"{sheet.address}/many", form, page=sheet.scans)
        assert wanted in keeper.read(sheet.scans)


def test_a_document_is_dated_on_an_earlier_day_that_is_open_still(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    with begin_work(goods.extensions["backoffice_engine"], system_actor("test")) as uow:
        hall = find_hall(uow, "H001")
        day = uow.now.astimezone(HALL_TIME).date() - dt.timedelta(days=1)
        open_days(uow, hall.id, [day])
    sheet = Sheet(keeper, "draw", holder="A02")
    assert f'<option value="{day}"' in keeper.read(sheet.address)
    sheet.scan(serials_at(goods, "store")[0])
    assert sheet.send(holder="A02", on="2020-01-01").status_code == 422
    made = sheet.send(holder="A02", on=day.isoformat())
    assert made.status_code == 302
    assert day.isoformat() in keeper.read(made.location)


def test_a_hand_over_moves_nothing_until_the_other_confirms_with_his_password(
    goods: Flask,
) -> None:
    giver, taker = Visitor(goods, "A03"), Visitor(goods, "A04")
    held = serials_at(goods, "clerk A03", "SIM-5G")
    assert held
    sheet = Sheet(giver, "handover", holder="A03", to_holder="A04")
    giver.send(f"{sheet.address}/many", {"all_held": "1"}, page=sheet.scans)
    address = sheet.send(holder="A03", to_holder="A04").location
    assert serials_at(goods, "clerk A03", "SIM-5G") == held
    assert "确认" in _text(taker.read(f"{HALL}/"))
    assert address in taker.read(f"{HALL}/")
    assert 'value="confirm"' not in giver.read(address)
    wrong = taker.send(address, {"act": "confirm", "password": "wrong"}, page=address)
    assert wrong.status_code == 422
    done = taker.send(address, {"act": "confirm", "password": PASSWORD}, page=address)
    assert done.status_code == 302
    assert serials_at(goods, "clerk A03", "SIM-5G") == []
    assert set(held) <= set(serials_at(goods, "clerk A04", "SIM-5G"))


def test_a_write_off_waits_for_the_tier_that_its_value_asks(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    serial = serials_at(goods, "store")[0]
    sheet = Sheet(keeper, "scrap")
    sheet.scan(serial)
    address = sheet.send(reason="跌落碎屏").location
    assert serial in serials_at(goods, "store")
    assert 'value="approve"' not in keeper.read(address)
    manager = Visitor(goods, "B01")
    assert address in manager.read(f"{HALL}/")
    done = manager.send(address, {"act": "approve", "password": PASSWORD}, page=address)
    assert done.status_code == 302
    assert serial not in serials_at(goods, "store")


def test_a_document_is_refused_with_a_reason_and_cancelled_by_its_maker(goods: Flask) -> None:
    keeper, manager = Visitor(goods, "K01"), Visitor(goods, "B01")
    serials = serials_at(goods, "store")
    addresses = []
    for serial in serials[:2]:
        sheet = Sheet(keeper, "scrap")
        sheet.scan(serial)
        addresses.append(sheet.send(reason="损坏").location)
    refused, cancelled = addresses
    assert manager.send(refused, {"act": "reject"}, page=refused).status_code == 422
    manager.send(refused, {"act": "reject", "reason": "先送修"}, page=refused)
    assert "已退回" in manager.read(refused)
    keeper.send(cancelled, {"act": "cancel", "reason": "误填"}, page=cancelled)
    assert "已作废" in keeper.read(cancelled)
    assert serials_at(goods, "store") == serials


def test_a_manager_reverses_a_posted_document(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    serial = serials_at(goods, "store")[0]
    number = move(engine, "K01", "draw", [MoveLine("", 1, serial, holder="A01")], {})
    address = f"{HALL}/papers/{number}"
    assert 'value="reverse"' not in Visitor(goods, "K01").read(address)
    manager = Visitor(goods, "M01")
    manager.send(address, {"act": "reverse", "reason": "领错人"}, page=address)
    assert "已冲销" in manager.read(address)
    assert serial in serials_at(goods, "store")


def test_a_clerk_sees_the_papers_that_concern_him_and_no_others(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    one, other = serials_at(goods, "store")[:2]
    his = move(engine, "K01", "draw", [MoveLine("", 1, one, holder="A05")], {})
    others = move(engine, "K01", "draw", [MoveLine("", 1, other, holder="A01")], {})
    clerk = Visitor(goods, "A05")
    listed = clerk.read(f"{HALL}/papers")
    assert his in listed
    assert others not in listed
    assert clerk.get(f"{HALL}/papers/{his}").status_code == 200
    assert clerk.get(f"{HALL}/papers/{others}").status_code == 404
    assert others in Visitor(goods, "K01").read(f"{HALL}/papers?state=posted")


def test_another_s_sheet_is_as_if_it_were_not_there(goods: Flask) -> None:
    sheet = Sheet(Visitor(goods, "A01"), "handover")
    assert Visitor(goods, "A02").get(sheet.address).status_code == 404


def test_a_sheet_begun_is_found_again_and_can_be_dropped(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    sheet = Sheet(keeper, "draw", holder="A02")
    sheet.scan(serials_at(goods, "store")[0])
    assert sheet.address in keeper.read(NEW_SHEET)
    assert sheet.address in keeper.read(f"{HALL}/")
    sheet.send("drop")
    assert sheet.address not in keeper.read(NEW_SHEET)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_is_printed_from_its_page_on_either_form(goods: Flask, language: str) -> None:
    keeper = Visitor(goods, "K01", language)
    sheet = Sheet(keeper, "draw", holder="A02")
    sheet.scan(serials_at(goods, "store")[0])
    page = sheet.send(holder="A02").location
    links = re.findall(r'href="([^"]*/paper-prints/[^"]*)"', keeper.read(page))
    assert len(links) == 2
    papers = set()
    for link in links:
        answer = keeper.get(html.unescape(link))
        assert answer.data.startswith(b"%PDF")
        papers.add(answer.data)
    assert len(papers) == 2
    # Who is given the goods prints it too; whom it does not concern finds nothing.
    assert Visitor(goods, "A02", language).get(html.unescape(links[0])).status_code == 200
    assert Visitor(goods, "A03", language).get(html.unescape(links[0])).status_code == 404
