"""A month of goods in a hall, told in the trade's words; where each serial is was written by hand.

December 2026 in H001, with H002 as the hall that goods are sent to. H are handsets, S SIM cards, R
recharge cards, L loan handsets; LP are gifts and PJ spare parts, counted by the piece.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from backoffice import database
from backoffice.app import create_app
from backoffice.config import Config
from ledger.documents import Document, facts_of
from stock.campaigns import pieces_given
from stock.dispatches import transfers_under_way
from stock.document_tables import Manifest
from stock.errors import (
    DeactivationProofMissing,
    NotAwaited,
    QuotaExceeded,
    StillUnderway,
)
from stock.label_tasks import open_tasks
from stock.loans import loans_out
from stock.valuation import month_of_goods
from tests.backoffice.visitors import let_everybody_in
from tests.builders import open_hall
from tests.observing import refused
from tests.scenarios.counting_at_work import (
    acts,
    differs,
    finishes,
    keys_in,
    month_lacks,
    opens_a_count,
    prints_the_sheet,
    result_of,
    scans,
)
from tests.scenarios.goods_names import serial_of
from tests.scenarios.hall_at_work import Clock, HallAtWork

COST = {"SJ-A": 1500_00, "SIM-4G": 5_00, "CZK-100": 98_00, "BYJ-1": 800_00, "LP": 30_00}
ITEMS = """\
物品编码,名称,类别,管理方式,零售价,单位
SJ-A,手机甲 128G,handset,serial,1999.00,台
SIM-4G,4G 号卡,sim,serial,20.00,张
CZK-100,100 元充值卡,recharge_card,serial,100.00,张
BYJ-1,备用机,loaner,serial,,台
LP,保温杯,gift,quantity,,个
PJ,屏幕排线,spare_part,quantity,,条
"""
WANG = {"customer": "王女士", "phone": "18600000009", "condition": "九成新,无划痕"}


@pytest.fixture
def halls(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[HallAtWork, HallAtWork]:
    """Open two halls on the first of December, their people known at the door."""
    clock = Clock(2026, 12)
    monkeypatch.setattr(database, "dt", clock)
    opened = [open_hall(engine, code, days=()) for code in ("H001", "H002")]
    let_everybody_in(engine)
    config = Config(database_url=database_url, secret_key="test", state_folder=str(tmp_path))
    app = create_app(config, engine=engine)
    hall, other = (HallAtWork(books, clock, app) for books in opened)
    hall.takes_in_a_file("M01", "物品.csv", ITEMS)
    hall.shares_a_counter("一号台", "A01", "A02")
    return hall, other


def test_a_month_of_goods(halls: tuple[HallAtWork, HallAtWork]) -> None:
    hall, other = halls
    goods_come_in_and_are_sold(hall)
    goods_come_back_are_given_lent_and_handed_over(hall)
    goods_go_to_another_hall_and_one_is_lost(hall, other)
    goods_are_swapped_used_up_and_counted(hall)
    the_month_ends(hall)


def goods_come_in_and_are_sold(hall: HallAtWork) -> None:
    """The first week."""
    hall.clock.turn_to(1)
    told = hall.is_told_what_comes("department", "PB-1201", "H1-H10 S1-S20", ("LP", 30), cost=COST)
    with refused(hall.books, NotAwaited):
        hall.receives(told, "H1-H9 H11 S1-S20", ("LP", 30))
    missing, unexpected = hall.receives(
        told, "H1-H9 H11 S1-S20", ("LP", 30), take_unexpected=True, cost=1500_00
    )
    assert (missing, unexpected) == (["H10"], ["H11"])
    hall.buys("终端公司", "L1 L2", cost=800_00)
    hall.buys("卡中心", "R1-R5", cost=98_00)
    hall.buys("配件商", "", ("PJ", 20), cost=12_00)

    hall.clock.turn_to(2)
    hall.awaits_no_more(told, "少发 H10,错发 H11,已电话核实")
    hall.draws("A01", "H1 H2 S1-S5", ("LP", 10))
    drawn = hall.draws("A02", "H3 S6-S8")
    hall.prints("K01", drawn)
    hall.draws("一号台", "H4 H5 S9 S10 R1-R3")

    hall.clock.turn_to(3)
    hall.sells("A01", "H1", "1999.00")
    hall.sells("A01", "S1", "20.00")
    hall.sells("A02", "H4", "1999.00")
    hall.sells("A02", "R1", "100.00")
    assert hall.closes_the_day() == []

    hall.stands(
        {
            "store": "H6-H9 H11 S11-S20 R4 R5 L1 L2",
            "clerk A01": "H2 S2-S5",
            "clerk A02": "H3 S6-S8",
            "counter 一号台": "H5 S9 S10 R2 R3",
            "customer": "H1 H4 S1 R1",
        }
    )
    hall.holds("LP", {"store": 20, "clerk A01": 10})
    hall.holds("PJ", {"store": 20})


def goods_come_back_are_given_lent_and_handed_over(hall: HallAtWork) -> None:
    """The second week."""
    hall.clock.turn_to(7)
    hall.takes_back_for_money("A01", "H1", "1999.00", sold_by="2026120300001")
    assert hall.closes_the_day() == []
    hall.moves("K01", "return", "H1", holder="A01")

    hall.clock.turn_to(8)
    hall.runs_a_campaign("SD12", quota=3)
    gift = {"form_no": "SL-0801", "campaign": "SD12", "recipient": "18600000001"}
    hall.moves("A01", "gift", "", ("LP", 2), holder="A01", **gift)
    with refused(hall.books, QuotaExceeded):
        gift |= {"form_no": "SL-0802", "recipient": "18600000002"}
        hall.moves("A01", "gift", "", ("LP", 2), holder="A01", **gift)
    with hall.work("K01") as uow:
        assert pieces_given(uow, hall.books.hall, "SD12") == 2
    hall.moves("K01", "lend", "L1", due_on="2026-12-15", **WANG)

    hall.clock.turn_to(9)
    borrowed = hall.moves("A01", "borrow", "H2", holder="A01", to="A02")
    assert borrowed.state == "submitted"
    assert hall.signs_on_the_page("A02", borrowed, "confirm", password="not mine") == 422
    assert hall.signs_on_the_page("A02", borrowed, "confirm") == 302

    hall.clock.turn_to(10)
    over = hall.hands_over_everything("A02", "A01")
    assert hall.signs("A01", over).state == "posted"

    hall.clock.turn_to(11)
    hall.sells("A01", "H3", "1999.00")
    hall.sells("A01", "S6", "20.00")
    assert hall.closes_the_day() == []

    hall.stands(
        {
            "store": "H1 H6-H9 H11 S11-S20 R4 R5 L2",
            "clerk A01": "H2 S2-S5 S7 S8",
            "counter 一号台": "H5 S9 S10 R2 R3",
            "customer": "H3 H4 S1 S6 R1",
            "borrower": "L1",
        }
    )
    hall.holds("LP", {"store": 20, "clerk A01": 8})


def goods_go_to_another_hall_and_one_is_lost(hall: HallAtWork, other: HallAtWork) -> None:
    """The third week."""
    hall.clock.turn_to(14)
    sent = hall.moves("K01", "transfer_out", "H6-H8 S11-S15", ("LP", 5), to_hall="H002")
    hall.forward()

    hall.clock.turn_to(15)
    told = awaited_from(other, sent.number)
    assert other.receives(told, "H6 H7 S11-S15", ("LP", 5)) == (["H8"], [])
    hall.forward()
    other.stands(
        {
            "store": "H6 H7 S11-S15",
        }
    )
    other.holds("LP", {"store": 5})
    assert late_loans(hall) == []

    hall.clock.turn_to(16)
    assert late_loans(hall) == [("L1", 1)]
    assert hall.closes_the_day() == [("G06", f"serial:store/{serial_of('L1')}")]
    hall.moves("K01", "take_back", "L1", condition="完好")

    hall.clock.turn_to(18)
    assert late_transfers(hall) == [(sent.number, 1)]
    with refused(hall.books, StillUnderway):
        hall.moves("K01", "scrap", "H8", reason="途中丢失", dispatch=sent.number or "")
    other.awaits_no_more(told, "到货少一台,已拍照")
    lost = hall.moves("K01", "scrap", "H8", reason="途中丢失", dispatch=sent.number or "")
    assert (lost.amount_fen, lost.required_roles) == (1500_00, "department")
    assert hall.signs_on_the_page("D01", lost, "approve") == 422
    assert hall.signs_on_the_page("S01", lost, "approve", password="wrong") == 422
    assert hall.signs_on_the_page("S01", lost, "approve") == 302
    assert late_transfers(hall) == []
    hall.prints("S01", lost)
    other.stands({"store": "H6 H7 S11-S15"})

    hall.clock.turn_to(19)
    hall.puts_a_label("A-01", "SJ-A")
    hall.confirms_the_label("A01", "A-01", 19)
    assert hall.changes_the_price("SJ-A", 1799_00, from_day=20) == 1
    hall.clock.turn_to(20, 8)
    assert labels_to_change(hall) == [("A-01", 1799_00)]
    hall.confirms_the_label("A01", "A-01", 20)
    assert labels_to_change(hall) == []
    hall.sells("A01", "H2", "1799.00")
    above = hall.sells("A02", "H5", "1999.00")
    hall.clock.turn_to(20, 21)
    assert hall.closes_the_day() == [("G04", f"txn:{above}")]

    hall.stands(
        {
            "store": "H1 H9 H11 S16-S20 R4 R5 L1 L2",
            "clerk A01": "S2-S5 S7 S8",
            "counter 一号台": "S9 S10 R2 R3",
            "customer": "H2-H5 S1 S6 R1",
            "loss": "H8",
            "other_hall H002": "H6 H7 S11-S15",
        }
    )
    hall.holds("LP", {"store": 15, "clerk A01": 8})


def goods_are_swapped_used_up_and_counted(hall: HallAtWork) -> None:
    """The fourth week."""
    hall.clock.turn_to(21)
    fault = {"form_no": "SL-2101", "fault": "屏幕失灵"}
    swapped = hall.moves("K01", "swap", "H2 H9", **fault)
    assert states(hall, swapped)["guarantee"] == "refund"
    hall.moves("K01", "repair_use", "", ("PJ", 3), repair_no="WX-1221")
    # What came back is for sale again once it is repaired.
    hall.moves("K01", "repaired", "H2", repair_no="WX-1221", condition="换屏")

    hall.clock.turn_to(23)
    count = opens_a_count(hall, "K01", "spot", "store", counter="A02", witness="J01")
    assert scans(hall, "A02", count, "H1 H2 H90 H2") == ["taken", "taken", "unknown", "twice"]
    # Sold over the counter while the count goes on: what leaves is no difference.
    hall.draws("A01", "S20")
    scans(hall, "A02", count, "S16-S19 R4 R5 L1 L2")
    keys_in(hall, "A02", count, {"LP": 15, "PJ": 17})
    assert acts(hall, "A01", count, "finish", {}) in (403, 422)
    finishes(hall, "A02", count)
    assert differs(hall, count) == (["H11"], ["H90"])
    again = {"counter": "A02", "witness": "J01"}
    assert acts(hall, "K01", count, "recount", again) == 422
    assert acts(hall, "K01", count, "recount", {**again, "counter": "A01"}) == 302
    hall.clock.turn_to(23, 15)
    assert scans(hall, "A01", count, "H90") == ["unknown"]
    finishes(hall, "A01", count)
    assert differs(hall, count) == (["H11"], ["H90"])
    named = {f"item-{serial_of('H90')}": "SJ-A", "reason": "配送错机,实物在库"}
    assert acts(hall, "K01", count, "settle", named) == 302
    assert prints_the_sheet(hall, "J01", count)
    result = result_of(hall, count)
    assert (result.amount_fen, result.required_roles) == (3000_00, "department")
    assert hall.signs_on_the_page("K01", result, "approve") in (403, 422)
    assert hall.signs_on_the_page("S01", result, "approve") == 302

    hall.clock.turn_to(24)
    with refused(hall.books, DeactivationProofMissing):
        hall.moves("K01", "scrap", "R4", reason="刮开区破损")
    broken = hall.moves("K01", "scrap", "R4", reason="刮开区破损", deactivation="TY-1224")
    assert (broken.amount_fen, broken.required_roles) == (100_00, "duty_manager")
    assert hall.signs("D01", broken).state == "posted"

    hall.stands(
        {
            "store": "H1 H2 H90 S16-S19 R5 L1 L2",
            "clerk A01": "S2-S5 S7 S8 S20",
            "counter 一号台": "S9 S10 R2 R3",
            "customer": "H3-H5 H9 S1 S6 R1",
            "loss": "H8 R4",
            "difference": "H11",
            "other_hall H002": "H6 H7 S11-S15",
        }
    )
    hall.holds("PJ", {"store": 17})


def the_month_ends(hall: HallAtWork) -> None:
    """The last day: every place is counted whole, and the month's book of goods tiles."""
    hall.clock.turn_to(31, 18)
    assert month_lacks(hall) == {
        "store": "not_counted",
        "clerk A01": "not_counted",
        "counter 一号台": "not_counted",
    }
    store = opens_a_count(hall, "K01", "monthly", "store", counter="A01", witness="J01")
    scans(hall, "A01", store, "H1 H2 H90 S16-S19 R5 L1 L2")
    keys_in(hall, "A01", store, {"LP": 15, "PJ": 17})
    finishes(hall, "A01", store)
    clerk = opens_a_count(hall, "K01", "monthly", "clerk A01", counter="A02", witness="J01")
    scans(hall, "A02", clerk, "S2-S5 S7 S8 S20")
    keys_in(hall, "A02", clerk, {"LP": 8})
    finishes(hall, "A02", clerk)
    assert month_lacks(hall) == {"counter 一号台": "not_counted"}
    counter = opens_a_count(hall, "K01", "monthly", "counter 一号台", counter="A02", witness="J01")
    scans(hall, "A02", counter, "S9 S10 R2 R3")
    finishes(hall, "A02", counter)
    assert month_lacks(hall) == {}

    assert month_of(hall) == {
        "SJ-A": (0, 10 + 1, 8, 3, 4500_00),
        "SIM-4G": (0, 20, 7, 13, 65_00),
        "CZK-100": (0, 5, 2, 3, 294_00),
        "BYJ-1": (0, 2, 0, 2, 1600_00),
        "LP": (0, 30, 7, 23, 690_00),
        "PJ": (0, 20, 3, 17, 204_00),
    }


def states(hall: HallAtWork, document: Document) -> dict[str, str]:
    """Give what a document states."""
    with hall.work("K01") as uow:
        return facts_of(uow, document)


def month_of(hall: HallAtWork) -> dict[str, tuple[int, int, int, int, int | None]]:
    """Give each item's month: opening, in, out and closing in pieces, and closing in fen."""
    first = hall.clock.date.replace(day=1)
    with hall.work("K01") as uow:
        months = month_of_goods(uow, hall.books.hall, first, hall.clock.date)
    found = {}
    for month in months:
        came, went, closing = month.came(), month.went(), month.closing
        assert month.opening.pieces + came.pieces - went.pieces == closing.pieces
        assert month.opening.known_fen + came.known_fen - went.known_fen == closing.known_fen
        pieces = (month.opening.pieces, came.pieces, went.pieces, closing.pieces)
        found[month.item.code] = (*pieces, closing.fen)
    return found


def awaited_from(hall: HallAtWork, number: str | None) -> int:
    """Give the manifest by which another hall announces its transfer."""
    with hall.work("K01") as uow:
        return (
            uow.session.query(Manifest).filter_by(hall_id=hall.books.id, reference=number).one().id
        )


def late_loans(hall: HallAtWork) -> list[tuple[str, int]]:
    """Give what is lent out and overdue, by how many days."""
    with hall.work("K01") as uow:
        loans = [
            (one.serial, one.days_late(hall.clock.date)) for one in loans_out(uow, hall.books.hall)
        ]
    return [("L1" if serial == serial_of("L1") else serial, days) for serial, days in loans if days]


def late_transfers(hall: HallAtWork) -> list[tuple[str, int]]:
    """Give the transfers that are overdue, and how many pieces of each are missing."""
    with hall.work("K01") as uow:
        under_way = transfers_under_way(uow, hall.books.hall)
    return [(one.number, one.missing) for one in under_way if one.overdue]


def labels_to_change(hall: HallAtWork) -> list[tuple[str, int]]:
    """Give the labels that wait to be changed today, and the price in fen each must show."""
    with hall.work("A01") as uow:
        tasks = open_tasks(uow, hall.books.id, until=hall.clock.date)
    return [(task.position, task.price_fen) for task in tasks]
