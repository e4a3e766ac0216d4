"""Counts at the pages: opened, scanned blind, finished, counted again, settled, printed."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.backoffice.visitors import HALL, TOKEN, Visitor

COUNTS = f"{HALL}/counts"


def opened(app: Flask, place: str = "store", items: str = "") -> Visitor:
    keeper = Visitor(app, "K01")
    fields = {"place": place, "kind": "daily", "counter": "A01", "witness": "J01", "items": items}
    answer = keeper.send(COUNTS, fields, page=COUNTS)
    assert answer.status_code == 302, answer.text
    return keeper


def serials_of(app: Flask, place: str = "store") -> list[str]:
    from sqlalchemy import text

    with app.extensions["backoffice_engine"].connect() as connection:
        return list(
            connection.execute(
                text(
                    "SELECT u.serial FROM units u JOIN accounts a ON a.hall_id = u.hall_id"
                    " AND a.id = u.account_id JOIN commodities c ON c.id = u.commodity_id"
                    " WHERE a.kind = :place AND c.category <> 'invoice_form' ORDER BY u.serial"
                ),
                {"place": place},
            ).scalars()
        )


def scan(visitor: Visitor, number: int, code: str, key: str = "") -> dict[str, object]:
    page = f"{COUNTS}/{number}/scan"
    token = TOKEN.search(visitor.read(page))
    assert token is not None
    answer = visitor.client.post(
        page,
        json={"code": code, "key": key},
        headers={**visitor.headers, "X-CSRFToken": token[1]},
    )
    body: dict[str, object] = answer.get_json()
    return body


def test_a_count_from_its_opening_to_its_result(app: Flask) -> None:
    keeper = opened(app)
    serials = serials_of(app)
    clerk = Visitor(app, "A01")
    assert "去扫码" in clerk.read(f"{COUNTS}/1")
    said = scan(clerk, 1, "\n".join(serials[:-1]))
    assert said["counters"] == {
        "scanned": len(serials) - 1,
        "twice": 0,
        "unknown": 0,
        "unreadable": 0,
    }
    clerk.send(f"{COUNTS}/1/acts", {"act": "finish"}, page=f"{COUNTS}/1")
    page = keeper.read(f"{COUNTS}/1")
    assert serials[-1] in page
    answer = keeper.send(
        f"{COUNTS}/1/acts", {"act": "settle", "reason": "查无"}, page=f"{COUNTS}/1"
    )
    assert answer.status_code == 302, answer.text
    assert "PD-000001" in keeper.read(f"{COUNTS}/1")


def test_nothing_expected_reaches_who_counts(app: Flask) -> None:
    opened(app)
    serials = serials_of(app)
    for number in ("A01", "J01"):
        visitor = Visitor(app, number)
        for address in (f"{COUNTS}/1", f"{COUNTS}/1/scan", COUNTS):
            page = visitor.read(address)
            assert not [serial for serial in serials if serial in page]
        assert visitor.get(f"{COUNTS}/1/sheet.pdf").mimetype == "application/pdf"
        assert visitor.get(f"{HALL}/goods/on-hand").status_code == 403
        assert visitor.get(f"{HALL}/goods/custody").status_code == 200
    assert serials[0] in Visitor(app, "M01").read(f"{COUNTS}/1")
    assert serials[0] not in Visitor(app, "K01").read(f"{COUNTS}/1")
    assert Visitor(app, "A02").get(f"{COUNTS}/1/scan").status_code in (403, 409)


def test_the_same_scan_sent_twice_counts_once_and_an_undo_takes_it_back(app: Flask) -> None:
    opened(app)
    (serial, *_) = serials_of(app)
    clerk = Visitor(app, "A01")
    first = scan(clerk, 1, serial, key="k1")
    again = scan(clerk, 1, serial, key="k1")
    assert (first["verdict"], again["counters"]) == ("taken", first["counters"])
    page = f"{COUNTS}/1/scan"
    token = TOKEN.search(clerk.read(page))
    assert token is not None
    undone = clerk.client.post(
        page,
        json={"undo": first["undo_key"], "key": "k2"},
        headers={**clerk.headers, "X-CSRFToken": token[1]},
    ).get_json()
    assert (undone["verdict"], undone["counters"]["scanned"]) == ("undone", 0)


def test_without_scripts_a_scan_is_a_plain_form(app: Flask) -> None:
    opened(app)
    clerk = Visitor(app, "A01")
    page = f"{COUNTS}/1/scan"
    answer = clerk.send(page, {"code": "NO-SUCH-1"}, page=page, follow=True)
    assert "不在账上的号码" in answer.text


def test_a_file_of_serials_is_taken_and_one_with_lost_digits_is_refused(app: Flask) -> None:
    import io

    opened(app)
    serials = serials_of(app)
    clerk = Visitor(app, "A01")
    page = f"{COUNTS}/1/scan"
    content = "串号,备注\n" + "".join(f"{serial},\n" for serial in serials)
    fields = {"file": (io.BytesIO(content.encode()), "盘点.csv")}
    answer = clerk.send(f"{COUNTS}/1/file", fields, page=page, follow=True)
    assert f"已记 {len(serials)}" in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_of_a_finished_count_is_printed(app: Flask, language: str) -> None:
    opened(app)
    clerk = Visitor(app, "A01", language)
    clerk.send(f"{COUNTS}/1/acts", {"act": "finish"}, page=f"{COUNTS}/1")
    answer = clerk.get(f"{COUNTS}/1/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_a_refused_opening_says_why_and_keeps_what_was_chosen(app: Flask) -> None:
    keeper = Visitor(app, "K01")
    fields = {"place": "store", "kind": "daily", "counter": "K01", "witness": "K01"}
    answer = keeper.send(COUNTS, fields, page=COUNTS)
    assert answer.status_code == 422
    assert "盘点须两人" in answer.text


def test_a_count_waits_on_today_for_who_counts_and_then_for_who_settles(app: Flask) -> None:
    keeper = opened(app)
    clerk = Visitor(app, "A01")
    assert "盘点 1 轮到您盘" in clerk.read(f"{HALL}/")
    assert "轮到您盘" not in Visitor(app, "A02").read(f"{HALL}/")
    clerk.send(f"{COUNTS}/1/acts", {"act": "finish"}, page=f"{COUNTS}/1")
    assert "盘点 1 有差异待处理" in keeper.read(f"{HALL}/")


def test_the_result_is_signed_on_its_page_but_not_by_who_counted(app: Flask) -> None:
    cards = [serial for serial in serials_of(app) if serial.startswith("5026")]
    keeper = opened(app, items="CZK-50")
    clerk = Visitor(app, "A01")
    page = f"{COUNTS}/1/scan"
    clerk.send(page, {"code": "\n".join(cards[1:])}, page=page)
    clerk.send(f"{COUNTS}/1/acts", {"act": "finish"}, page=f"{COUNTS}/1")
    assert "盘点 1 少充值卡 1 张" in keeper.read(f"{HALL}/")
    keeper.send(f"{COUNTS}/1/acts", {"act": "settle", "reason": "查无"}, page=f"{COUNTS}/1")
    number = re.search(r"\d{4}-PD-\d{6}", keeper.read(f"{COUNTS}/1"))
    assert number is not None
    paper = f"{HALL}/papers/{number[0]}"
    manager = Visitor(app, "M01")
    shown = manager.read(paper)
    assert 'value="approve"' in shown
    assert "<dt>盘点类型</dt><dd>日盘</dd>" in shown
    printed = manager.get(f"{HALL}/paper-prints/{number[0]}")
    assert printed.mimetype == "application/pdf"
    assert f"/paper-prints/{number[0]}" in shown
    assert 'value="approve"' not in keeper.read(paper)
    assert 'value="approve"' not in Visitor(app, "J01").read(paper)


def test_who_counts_his_own_goods_does_not_see_them_in_hand(app: Flask) -> None:
    opened(app, "clerk A01")
    assert Visitor(app, "A01").get(f"{HALL}/goods/custody").status_code == 403
    assert Visitor(app, "A02").get(f"{HALL}/goods/custody").status_code == 200


def test_a_count_names_the_blank_forms_of_its_place_which_are_counted_apart(app: Flask) -> None:
    keeper = opened(app, "clerk A02")
    assert "另点,当日尚未盘点" in keeper.read(f"{COUNTS}/1").replace("，", ",")
    custodian, act = Visitor(app, "K02"), f"{HALL}/books/new/count"
    assert act in custodian.read(f"{HALL}/books/new")
    codes = set(re.findall(r"\b\d{12}\b", custodian.read(f"{HALL}/books?clerk=A02")))
    counted = ", ".join(f"{code} 1" for code in sorted(codes))
    answer = custodian.send(act, {"holder": "A02", "counted": counted}, page=act)
    assert answer.status_code == 302, answer.text
    page = keeper.read(f"{COUNTS}/1")
    assert "实点 1" in page
    assert "与账不符" in page
    assert keeper.get(f"{COUNTS}/1/sheet.pdf").data.startswith(b"%PDF")
