"""Every kind of document that people make by hand goes from its form to the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask
from stdnum import luhn

from backoffice.database import begin_work
from backoffice.pages.move_forms import PLAIN_WORDS
from ledger.accounts import register_commodity
from stock.moves import MoveLine
from tests.backoffice.goods_days import (
    LOADER,
    LOANERS,
    Sheet,
    add_campaign,
    add_loaners,
    errors_on,
    make_other_hall,
    move,
    open_today,
    serials_at,
)
from tests.backoffice.visitors import Visitor

TOMORROW = "tomorrow"
NEW_IMEI = "356938035643809"
OWNERS = "490154203237518"


class Case(NamedTuple):
    """Who makes a kind, what is scanned, and what the form states; `before` makes it possible."""

    who: str
    code: Callable[[Flask], str]
    facts: dict[str, str]
    before: tuple[str, str, dict[str, str]] | None = None


def _in_store(item: str = "SJ-YH5", place: int = 0) -> Callable[[Flask], str]:
    return lambda app: serials_at(app, "store", item)[place]


def _held(who: str, item: str) -> Callable[[Flask], str]:
    return lambda app: serials_at(app, f"clerk {who}", item)[0]


def _fixed(code: str) -> Callable[[Flask], str]:
    return lambda app: code


def _roaming(app: Flask) -> str:
    body = "8986012611000099001"
    return body + luhn.calc_check_digit(body)


LEND = {"customer": "王女士", "condition": "完好", "due_on": TOMORROW}
CARE = {"customer": "李先生", "condition": "不开机", "due_on": TOMORROW}
CASES: dict[str, Case] = {
    "receipt": Case("K01", _fixed(NEW_IMEI), {"item": "SJ-CX10", "cost:SJ-CX10": "1,040.00"}),
    "return": Case("K01", _held("A01", "SIM-5G"), {"holder": "A01"}),
    "draw": Case("K01", _in_store(), {"holder": "G01"}),
    "transfer_out": Case("K01", _in_store(), {"to_hall": "H002"}),
    "lend": Case("K01", _fixed(LOANERS[0]), LEND),
    "take_back": Case("K01", _fixed(LOANERS[0]), {"condition": "完好"}, ("lend", LOANERS[0], LEND)),
    "agent_issue": Case("K01", _in_store("SIM-5G"), {"agent": "城东代理"}),
    "agent_return": Case(
        "K01",
        _fixed("89860126110000999013"),
        {"agent": "城东代理"},
        ("agent_issue", "89860126110000999013", {"agent": "城东代理"}),
    ),
    "display": Case("K01", _in_store(), {}),
    "display_return": Case(
        "K01", _fixed(NEW_IMEI), {}, ("display", NEW_IMEI, {"newer_reason": "新款上样"})
    ),
    "faulty": Case("K01", _in_store(), {"reason": "按键失灵"}),
    "repaired": Case(
        "K01",
        _fixed(NEW_IMEI),
        {"repair_no": "WX-10", "condition": "已换按键"},
        ("faulty", NEW_IMEI, {"reason": "按键失灵"}),
    ),
    "supplier_return": Case("K01", _in_store(), {"slip_no": "TH-1", "reason": "屏幕坏点"}),
    "into_care": Case("A01", _fixed(OWNERS), {"item": "SXJ", **CARE}),
    "out_of_care": Case(
        "K01", _fixed(OWNERS), {"condition": "已换屏"}, ("into_care", OWNERS, CARE)
    ),
    "repair_use": Case("K01", _fixed("PJ-CDQ*1"), {"repair_no": "WX-9"}),
    "gift": Case(
        "A01",
        _fixed("LP-SAN*1"),
        {"holder": "A01", "form_no": "SL-1", "campaign": "HD-1", "recipient": "13800001111"},
    ),
    "roaming_issue": Case(
        "K01",
        _roaming,
        {"form_no": "SL-2", "recipient": "13800002222", "id_checked": "1", "old_card": "lost"},
    ),
    "spoiled_cards": Case("K01", _in_store("SIM-5G"), {"list_no": "XH-1"}),
    "handover": Case("A01", _held("A01", "SIM-5G"), {"holder": "A01", "to_holder": "A02"}),
    "borrow": Case("A01", _held("A01", "SIM-5G"), {"holder": "A01", "to_holder": "A02"}),
    "scrap": Case("K01", _in_store(), {"reason": "碎屏"}),
}
# A swap takes two scans: the old unit that comes back and the new one.
OF_TWO = {"swap"}


@pytest.fixture
def goods(app: Flask) -> Flask:
    """Give the pages with an item of every category that a kind needs."""
    engine = app.extensions["backoffice_engine"]
    open_today(engine)
    make_other_hall(engine)
    add_loaners(engine)
    items = {"SXJ": "customer_handset", "MYK": "roaming_card"}
    with begin_work(engine, LOADER) as uow:
        for code, category in items.items():
            register_commodity(
                uow, code=code, name=code, category=category, tracking="serial", unit="台"
            )
    for code in ("HD-1", "HD-9"):
        add_campaign(engine, code)
    lines = [
        MoveLine("MYK", 1, _roaming(app)),
        MoveLine("SIM-5G", 1, "89860126110000999013"),
        MoveLine("SJ-CX10", 1, "356938035643817"),
    ]
    move(engine, "K01", "receipt", lines, {})
    return app


def _stated(facts: dict[str, str], today: dt.date) -> dict[str, str]:
    tomorrow = str(today + dt.timedelta(days=1))
    return {name: tomorrow if value == TOMORROW else value for name, value in facts.items()}


def test_every_kind_offered_is_tried_here() -> None:
    assert set(CASES) | OF_TWO == set(PLAIN_WORDS)


@pytest.mark.parametrize("kind", CASES)
def test_a_form_makes_its_document(goods: Flask, kind: str) -> None:
    case = CASES[kind]
    engine = goods.extensions["backoffice_engine"]
    today = open_today(engine)
    if case.before is not None:
        before, serial, facts = case.before
        item = "SXJ" if before == "into_care" else ""
        if serial == NEW_IMEI:
            move(engine, "K01", "receipt", [MoveLine("SJ-CX10", 1, serial)], {})
        move(engine, "K01", before, [MoveLine(item, 1, serial)], _stated(facts, today))
    facts = _stated(case.facts, today)
    sheet = Sheet(Visitor(goods, case.who), kind, **facts)
    said = sheet.scan(case.code(goods))
    assert said["verdict"] == "good", said["text"]
    answer = sheet.send(**facts)
    assert answer.status_code == 302, errors_on(answer.text)
    assert "/papers/" in answer.location


def test_a_swap_takes_the_old_unit_back_and_gives_the_new_one(goods: Flask) -> None:
    engine = goods.extensions["backoffice_engine"]
    old, new = serials_at(goods, "store")[:2]
    facts = {"form_no": "SL-7", "campaign": "HD-9", "recipient": "13800003333"}
    move(engine, "K01", "draw", [MoveLine("", 1, old, holder="A01")], {})
    move(engine, "K01", "gift", [MoveLine("", 1, old, holder="A01")], facts)
    sheet = Sheet(Visitor(goods, "K01"), "swap")
    for code in (old, new):
        assert sheet.scan(code)["verdict"] == "good"
    answer = sheet.send(form_no="SL-8", fault="不开机")
    assert answer.status_code == 302, errors_on(answer.text)
    assert old in serials_at(goods, "repair")
    assert new not in serials_at(goods, "store")
