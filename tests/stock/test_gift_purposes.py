"""Gifts told apart: marketing and points exchanged make the month's decrease (DOMAIN STK-06)."""

from __future__ import annotations

import datetime as dt

import pytest

from backoffice.audit_work import run_day_in
from backoffice.goods_reports import make_list
from ledger.text import Text
from stock.campaigns import set_campaign
from stock.custody import custody_of
from stock.errors import CampaignEndsEarly
from stock.moves import MoveLine
from stock.signing import reverse_move
from stock.valuation import month_of_goods
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, put
from tests.stock.goods_days import sold_pieces
from tests.stock.moving import facts, move, stock_pieces

MONTH = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def _campaign(hall: OpenHall, code: str, purpose: str = "") -> None:
    with hall.work("M01") as uow:
        set_campaign(
            uow, hall=hall.hall, code=code, purpose=purpose, quota=99, valid_from=DAY, valid_to=DAY
        )


def _give(hall: OpenHall, pieces: int, code: str, recipient: str) -> str:
    stated = {"campaign": code, "recipient": recipient, "form_no": f"F{recipient}"}
    document = move(hall, "gift", MoveLine("G1", pieces, holder="A01"), who="A01", **stated)
    return document.number or ""


def test_stk_06_the_months_decrease_is_the_points_total_and_the_marketing_total(
    hall: OpenHall,
) -> None:
    stock_pieces(hall, "G1", 40, cost=5_00)
    move(hall, "draw", MoveLine("G1", 30, holder="A01"))
    _campaign(hall, "CX1")
    _campaign(hall, "JF1", "points")
    first = _give(hall, 3, "CX1", "18600000001")
    wrong = _give(hall, 2, "JF1", "18600000002")
    exchanged = _give(hall, 4, "JF1", "18600000003")
    with hall.work("M01") as uow:
        reverse_move(uow, hall=hall.hall, number=wrong, reason="重复开单")
    assert facts(hall, first)["purpose"] == "marketing"
    assert facts(hall, exchanged)["purpose"] == "points"
    # What the account lines gave without a slip leaves by the daily sales, told apart as well.
    put(
        hall,
        "accounts",
        sold_pieces("T1", 2, campaign="JF1", form_no="F91"),
        sold_pieces("T2", 1, campaign="CX1", form_no="F92"),
        sold_pieces("T3", 5, campaign="NOBODYS", form_no="F93"),
    )
    with hall.work(RUNNER) as uow:
        run_day_in(uow, hall.hall.code, DAY)
    # A campaign that is changed later changes nothing that was given.
    _campaign(hall, "CX1", "points")
    with hall.read("M01") as uow:
        (month,) = [m for m in month_of_goods(uow, hall.hall, *MONTH) if m.item.code == "G1"]
        moved = {name: (amount.pieces, amount.fen) for name, amount in month.moved.items()}
        held = custody_of(uow, hall.hall, "A01", DAY)
        listed = make_list(uow, hall.hall, "month", {"month": "2026-11"})
    assert moved == {
        "received": (40, 200_00),
        "marketing": (-4, -20_00),
        "points": (-6, -30_00),
        "sold": (-5, -25_00),
    }
    assert (month.closing.pieces, month.closing.fen) == (25, 125_00)
    (item,) = held.items
    assert (item.moved["given"], item.moved["sold"], item.in_hand) == (10, 5, 15)
    assert dict(listed.heading)[Text("赠出(件)", "Given away, pieces")] == Text(
        "15 = 促销 4 + 积分兑奖 6 + 未登记活动 5",
        "15 = marketing 4 + points exchange 6 + no registered campaign 5",
    )
    row = dict(zip((column.key for column in listed.columns), listed.rows[0], strict=True))
    assert (row["marketing"], row["points"], row["points_value"]) == (-4, -6, -30_00)


def test_stk_06_a_campaign_ends_no_earlier_than_it_begins(hall: OpenHall) -> None:
    with pytest.raises(CampaignEndsEarly), hall.work("M01") as uow:
        set_campaign(
            uow,
            hall=hall.hall,
            code="CX2",
            quota=1,
            valid_from=DAY,
            valid_to=DAY - dt.timedelta(days=1),
        )
