"""What is in hand, lent out and on the way, as pages show it to whom it concerns."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.database import begin_work
from backoffice.transfers import forward_transfers
from ledger.accounts import Commodity, register_commodity
from ledger.organisations import Hall
from stock.manifests import expect_goods
from stock.moves import MoveLine
from tests.backoffice.goods_days import (
    LOADER,
    LOANERS,
    OTHER,
    Sheet,
    add_loaners,
    make_other_hall,
    move,
    open_today,
    serials_at,
)
from tests.backoffice.visitors import HALL, Visitor

CUSTODY = f"{HALL}/goods/custody"
LOANS = f"{HALL}/goods/loans"
TRANSFERS = f"{HALL}/goods/transfers"
OWNERS = "490154203237518"


@pytest.fixture
def goods(app: Flask) -> Flask:
    """Give the pages on a day on which goods move."""
    open_today(app.extensions["backoffice_engine"])
    return app


def _text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_in_hand_is_opening_and_drawn_less_given_and_returned(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    before = len(serials_at(goods, "clerk A01"))
    first, second = serials_at(goods, "store")[:2]
    draws = [MoveLine("", 1, serial, holder="A01") for serial in (first, second)]
    move(engine, "K01", "draw", draws, {})
    move(engine, "K01", "return", [MoveLine("", 1, first, holder="A01")], {})
    page = Visitor(goods, "A01").read(CUSTODY)
    row = next(one for one in page.split("<tr>") if "SJ-YH5" in one)
    assert _text(row).split()[-5:] == [str(before + 1), "台", str(before), "2", "1"]
    assert second in page
    assert first not in page


def test_a_clerk_sees_his_own_custody_and_his_counter_s_and_no_other(goods: Flask) -> None:
    clerk = Visitor(goods, "A01")
    assert clerk.get(f"{CUSTODY}?holder=G01").status_code == 200
    assert clerk.get(f"{CUSTODY}?holder=A05").status_code == 403
    assert Visitor(goods, "K01").get(f"{CUSTODY}?holder=A05").status_code == 200


def test_return_and_hand_over_begin_at_what_is_in_hand(goods: Flask) -> None:
    keeper = Visitor(goods, "K01")
    page = keeper.read(f"{CUSTODY}?holder=A01")
    assert 'value="return"' in page
    assert 'value="handover"' in page
    assert 'value="return"' not in Visitor(goods, "J01").read(f"{CUSTODY}?holder=A01")


def test_overdue_loans_come_first_and_are_taken_back(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    today = open_today(engine)
    add_loaners(engine)
    for serial, due in ((LOANERS[0], 3), (LOANERS[1], -2)):
        facts = {
            "customer": "王女士",
            "phone": "13812345678",
            "condition": "屏幕完好",
            "due_on": str(today + dt.timedelta(days=due)),
        }
        move(engine, "K01", "lend", [MoveLine("BYJ-1", 1, serial)], facts, days_ago=5)
    keeper = Visitor(goods, "K01")
    page = keeper.read(LOANS)
    assert page.index(LOANERS[1]) < page.index(LOANERS[0])
    assert "逾期 2 天" in _text(page)
    assert "13812345678" not in page
    assert "逾期 2 天未还" in _text(keeper.read(f"{HALL}/"))
    sheet = Sheet(keeper, "take_back", serial=LOANERS[1])
    assert LOANERS[1] in keeper.read(sheet.address)
    assert sheet.send(condition="完好").status_code == 302
    assert LOANERS[1] not in keeper.read(LOANS)


def test_a_customers_handset_past_its_day_waits_for_the_keeper_and_who_took_it(
    goods: Flask,
) -> None:
    engine = goods.extensions["backoffice_engine"]
    today = open_today(engine)
    with begin_work(engine, LOADER) as uow:
        register_commodity(
            uow, code="SXJ", name="送修机", category="customer_handset", tracking="serial"
        )
    facts = {"customer": "李先生", "phone": "13912345678", "condition": "屏碎"}
    facts |= {"due_on": str(today - dt.timedelta(days=1))}
    move(engine, "A01", "into_care", [MoveLine("SXJ", 1, OWNERS)], facts, days_ago=5)
    said = f"{OWNERS} 送修过取机日 1 天"
    assert said in _text(Visitor(goods, "K01").read(f"{HALL}/"))
    assert said in _text(Visitor(goods, "A01").read(f"{HALL}/"))
    assert said not in _text(Visitor(goods, "A02").read(f"{HALL}/"))


def test_a_transfer_is_received_by_scan_at_the_other_hall(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    make_other_hall(engine)
    sent = serials_at(goods, "store")[:2]
    lines = [MoveLine("", 1, serial) for serial in sent]
    number = move(engine, "K01", "transfer_out", lines, {"to_hall": "H002"}, days_ago=4)
    forward_transfers(engine)
    assert "在途 4 天" in _text(Visitor(goods, "K01").read(TRANSFERS))
    receiver = Visitor(goods, "K21")
    listed = receiver.read(f"{OTHER}/goods/transfers")
    assert number in listed
    manifest = re.search(r'action="([^"]*/goods/transfers/\d+)"', listed)
    assert manifest is not None
    begun = receiver.send(manifest[1], {"act": "receive"}, page=f"{OTHER}/goods/transfers").location
    page = receiver.read(begun)
    assert re.search(r'data-scan-counter="expected">2<', page)
    answer = receiver.send(begun, {"code": sent[0]}, page=begun, follow=True)
    assert re.search(r'data-scan-counter="scanned">1<', answer.text)
    answer = receiver.send(begun, {"code": "867123060005198"}, page=begun, follow=True)
    address = begun.removesuffix("/scan")
    assert receiver.send(address, {"act": "make"}, page=address).status_code == 422
    last = max(int(one) for one in re.findall(r'value="strike:(\d+)"', receiver.read(address)))
    receiver.send(address, {"act": f"strike:{last}"}, page=address)
    made = receiver.send(address, {"act": "make"}, page=address)
    assert made.status_code == 302, _text(made.text)
    assert "1 件" in _text(Visitor(goods, "K01").read(TRANSFERS))
    receiver.send(
        manifest[1], {"act": "close", "reason": "少一件"}, page=f"{OTHER}/goods/transfers"
    )
    assert "对方未收到 1 件" in _text(Visitor(goods, "K01").read(TRANSFERS))
    assert "报损" in Visitor(goods, "K01").read(TRANSFERS)


def test_a_receipt_against_a_manifest_lists_what_was_not_expected(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    with begin_work(engine, LOADER) as uow:
        hall = uow.session.scalars(select(Hall).where(Hall.code == "H001")).one()
        item = uow.session.scalars(select(Commodity).where(Commodity.code == "SJ-CX10")).one()
        number = expect_goods(
            uow,
            hall=hall,
            source="department",
            reference="PH-9",
            lines=[
                (item.id, "356938035643809", 1, 104000),
                (item.id, "490154203237518", 1, 104000),
            ],
        ).id
    keeper = Visitor(goods, "K01")
    manifest = f"{TRANSFERS}/{number}"
    assert "待收货 PH-9" in _text(keeper.read(f"{HALL}/"))
    begun = keeper.send(manifest, {"act": "receive"}, page=manifest).location
    for code in ("356938035643809", "867123050009002"):
        keeper.send(begun, {"code": code}, page=begun)
    page = keeper.read(begun)
    assert "清单外" in page
    address = begun.removesuffix("/scan")
    made = keeper.send(address, {"act": "make", "source": "department"}, page=address)
    assert made.status_code == 302, _text(made.text)
    assert "缺 1 件" in _text(keeper.read(TRANSFERS))
    assert "356938035643809" in serials_at(goods, "store", "SJ-CX10")


def test_a_campaign_is_registered_on_its_page_and_offered_to_the_clerk(goods: Flask) -> None:
    manager, page = Visitor(goods, "M01"), f"{HALL}/goods/campaigns"
    fields = {"code": "HD-5", "name": "开门红", "quota": "", "valid_from": "2026-01-01"}
    refused = manager.send(page, fields, page=page)
    assert refused.status_code == 422
    assert 'id="e-quota"' in refused.text
    assert 'id="e-purpose"' in refused.text
    assert 'value="HD-5"' in refused.text
    assert (
        manager.send(page, {**fields, "quota": "2", "purpose": "points"}, page=page).status_code
        == 302
    )
    clerk = Visitor(goods, "A01")
    sheet = Sheet(clerk, "gift")
    offered = _text(clerk.read(sheet.address)).translate(str.maketrans("（）", "()"))
    assert "HD-5 开门红 · 积分兑奖(余 2 件)" in offered
    assert "HD-5" in clerk.read(page)
    assert "<form method" not in clerk.read(page).split("<main", 1)[1]
    assert clerk.send(page, fields, page=f"{HALL}/goods").status_code == 403
