"""Each kind of stock document moves what it says, and refuses what its rules refuse."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.dating import DateRefused
from ledger.errors import BackofficeError
from ledger.lifecycle import MakerIsChecker, TransitionRefused
from ledger.permissions import NotPermitted
from ledger.posting_errors import UnitElsewhere
from stock.campaigns import campaigns_of
from stock.errors import (
    AlreadyGiven,
    CampaignNotRunning,
    CategoryNotAllowed,
    FactMissing,
    FactUnknown,
    HolderNeeded,
    NoLines,
    QuotaExceeded,
    SerialTwice,
    SerialUnknown,
    SwapNotOneForOne,
    UnknownKind,
    ValueUnknown,
)
from stock.moves import MoveLine, submit_move
from stock.signing import reverse_move
from tests.builders import DAY, OpenHall
from tests.observing import held, refused, whereabouts
from tests.stock.counting import begin, finish, scan, serials
from tests.stock.moving import (
    ISSUED,
    campaign,
    facts,
    know_goods,
    move,
    new_iccid,
    new_imei,
    sign,
    stock,
    stock_pieces,
)


def test_goods_are_received_drawn_and_returned(hall: OpenHall) -> None:
    serials = [new_imei() for _ in range(3)]
    stock(hall, "P1", serials)
    move(hall, "receipt", MoveLine("G1", 9), source="department", delivery_no="S-9")
    drawn = [MoveLine("P1", 1, serials[0], holder="A01"), MoveLine("G1", 4, holder="A01")]
    move(hall, "draw", *drawn)
    assert whereabouts(hall)[serials[0]] == "clerk A01"
    # The item of a serial that is known need not be named, nor whose it is.
    assert move(hall, "return", MoveLine("", 0, serials[0])).state == "posted"
    assert whereabouts(hall)[serials[0]] == "store"
    assert held(hall)["clerk A01", "G1"] == 4
    assert held(hall)["department", "G1"] == -9
    with refused(hall, HolderNeeded):
        move(hall, "draw", MoveLine("", 0, serials[0]))
    with refused(hall, SerialUnknown):
        move(hall, "draw", MoveLine("", 0, "nobody", holder="A01"))
    with refused(hall, UnitElsewhere):
        move(hall, "return", MoveLine("P1", 1, serials[0], holder="A02"))
    with refused(hall, SerialTwice):
        move(hall, "draw", *[MoveLine("", 0, serials[1], holder="A01")] * 2)


def test_what_is_no_document_is_refused(hall: OpenHall) -> None:
    know_goods(hall)
    for error, kind, lines, stated in (
        (UnknownKind, "gift_wrap", [MoveLine("G1", 1)], {}),
        (NoLines, "draw", [], {}),
        (FactUnknown, "draw", [MoveLine("G1", 1, holder="A01")], {"colour": "red"}),
        (FactMissing, "supplier_return", [MoveLine("G1", 1)], {"slip_no": "T1"}),
        (FactMissing, "receipt", [MoveLine("G1", 1)], {"source": "moon"}),
    ):
        with refused(hall, error):
            move(hall, kind, *lines, **stated)
    with refused(hall, DateRefused), hall.work() as uow:
        submit_move(
            uow,
            hall=hall.hall,
            kind="receipt",
            lines=[MoveLine("G1", 1)],
            on=DAY + dt.timedelta(days=1),
        )


def test_stk_06_a_gift_needs_its_form_a_running_campaign_and_a_number(hall: OpenHall) -> None:
    stock_pieces(hall, "G1", 10)
    move(hall, "draw", MoveLine("G1", 10, holder="A01"))
    given = MoveLine("G1", 2, holder="A01")
    stated = {"campaign": campaign(hall, "C1", 5), "recipient": "18600000001", "form_no": "F1"}
    for name in stated:
        with refused(hall, FactMissing):
            move(hall, "gift", given, who="A01", **{**stated, name: " "})
    with refused(hall, CampaignNotRunning):
        move(hall, "gift", given, who="A01", **{**stated, "campaign": "C9"})
    first = move(hall, "gift", given, who="A01", **stated)
    with refused(hall, AlreadyGiven):
        move(hall, "gift", given, who="A01", **{**stated, "form_no": "F2"})
    again = {**stated, "recipient": "18600000002"}
    move(hall, "gift", given, who="A01", **again)
    third = {**stated, "recipient": "18600000003"}
    with refused(hall, QuotaExceeded):
        move(hall, "gift", given, who="A01", **third)
    with hall.work("M01") as uow:
        reverse_move(uow, hall=hall.hall, number=first.number or "", reason="客户退回")
    move(hall, "gift", MoveLine("G1", 3, holder="A01"), who="A01", **stated)
    with hall.read("M01") as uow:
        assert [(c.code, given) for c, given in campaigns_of(uow, hall.hall)] == [("C1", 5)]


def test_stk_07_a_loan_handset_is_lent_with_condition_and_due_date_and_taken_back(
    hall: OpenHall,
) -> None:
    serial, phone = new_imei(), new_imei()
    stock(hall, "L1", [serial])
    stated = {"customer": "王五", "condition": "九成新", "due_on": "2026-11-27"}
    for name in stated:
        with refused(hall, FactMissing):
            move(hall, "lend", MoveLine("", 0, serial), **{**stated, name: ""})
    for due in ("2026-11-19", "soon", "20261127x"):
        with refused(hall, FactMissing):
            move(hall, "lend", MoveLine("", 0, serial), **{**stated, "due_on": due})
    lent = move(hall, "lend", MoveLine("", 0, serial), **stated, deposit="200.00")
    assert whereabouts(hall)[serial] == "borrower"
    back = move(hall, "take_back", MoveLine("", 0, serial), condition="屏幕有划痕")
    assert facts(hall, back.number) == {"loan": lent.number, "condition": "屏幕有划痕"}
    assert whereabouts(hall)[serial] == "store"
    stock_pieces(hall, "W1", 1)
    with refused(hall, CategoryNotAllowed):
        move(hall, "lend", MoveLine("W1", 1), **stated)
    with refused(hall, SerialUnknown):
        move(hall, "lend", MoveLine("", 0, phone), **stated)


@pytest.mark.parametrize("item", ["L1", "T1", "CH", "W1", "R1"])
def test_stk_07_what_is_not_for_sale_leaves_by_no_selling_document(
    hall: OpenHall, item: str
) -> None:
    know_goods(hall)
    campaign(hall, f"N-{item}", 9)
    line = MoveLine(item, 1, holder="A01")
    stated = {"form_no": "F1", "campaign": f"N-{item}", "recipient": "18600000009"}
    with refused(hall, CategoryNotAllowed):
        move(hall, "gift", line, **stated)
    with refused(hall, CategoryNotAllowed):
        move(hall, "agent_issue", MoveLine(item, 1), agent="代理一")


def test_stk_11b_scrapping_is_proposed_by_the_keeper_and_signed_by_value(hall: OpenHall) -> None:
    serials = [new_imei() for _ in range(2)]
    stock(hall, "P1", serials, cost=300_00)
    lines = [MoveLine("", 0, one) for one in serials]
    with refused(hall, FactMissing):
        move(hall, "scrap", *lines)
    slip = move(hall, "scrap", *lines, reason="进水", responsible="无", disposal="destroyed")
    assert (slip.state, slip.amount_fen, slip.required_roles) == ("submitted", 600_00, "department")
    with refused(hall, NotPermitted):
        sign(hall, slip, "K01")
    with refused(hall, NotPermitted):
        sign(hall, slip, "M01")
    assert whereabouts(hall)[serials[0]] == "store"
    assert sign(hall, slip, "S01").state == "posted"
    assert whereabouts(hall)[serials[0]] == "loss"
    with hall.work("M01") as uow:
        reverse_move(uow, hall=hall.hall, number=slip.number or "", reason="误报")
    assert whereabouts(hall)[serials[0]] == "store"


def test_stk_11b_cards_with_face_value_need_proof_of_deactivation(hall: OpenHall) -> None:
    know_goods(hall)
    cards = MoveLine("C50", 3, "50000001", "50000003")
    move(hall, "receipt", MoveLine("C50", 3, "50000001", "50000003", unit_cost_fen=100_00))
    with refused(hall, BackofficeError) as refusal:
        move(hall, "scrap", cards, reason="损坏")
    assert refusal.value.code == "deactivation_proof_missing"
    slip = move(hall, "scrap", cards, reason="损坏", deactivation="TY-1")
    assert (slip.amount_fen, slip.required_roles) == (300_00, "hall_manager")
    stock_pieces(hall, "W1", 1, cost=None)
    with refused(hall, ValueUnknown):
        move(hall, "scrap", MoveLine("W1", 1), reason="坏")
    stated = move(hall, "scrap", MoveLine("W1", 1, unit_cost_fen=8_00), reason="坏")
    assert stated.required_roles == "duty_manager"


def test_stk_07_a_swap_links_both_units_and_its_old_one_is_faulty(
    hall: OpenHall,
) -> None:
    sold, new, other = (new_imei() for _ in range(3))
    stock(hall, "P1", [sold, new, other])
    move(hall, "draw", MoveLine("", 0, sold, holder="A01"), MoveLine("", 0, other, holder="A01"))
    code = campaign(hall, "SW", 9)
    move(hall, "gift", MoveLine("", 0, sold), form_no="1", campaign=code, recipient="1")
    stated = {"form_no": "F7", "fault": "不开机"}
    with refused(hall, SwapNotOneForOne):
        move(hall, "swap", MoveLine("", 0, new), MoveLine("", 0, other), **stated)
    swap = move(hall, "swap", MoveLine("", 0, sold), MoveLine("", 0, new), **stated)
    assert facts(hall, swap.number) == {
        **stated,
        "old_serial": sold,
        "new_serial": new,
        "sold_on": "2026-11-20",
        "days": "0",
        "guarantee": "refund",
    }
    assert (whereabouts(hall)[sold], whereabouts(hall)[new]) == ("repair", "customer")
    # What came back faulty is for sale again only once it is repaired, or leaves to its maker.
    for kind, holder in (("draw", "A01"), ("display", "")):
        with refused(hall, UnitElsewhere):
            move(hall, kind, MoveLine("", 0, sold, holder=holder))
    move(hall, "repaired", MoveLine("", 0, sold), repair_no="W1", condition="换主板")
    assert whereabouts(hall)[sold] == "store"
    move(hall, "draw", MoveLine("", 0, sold, holder="A01"))
    move(hall, "faulty", MoveLine("", 0, sold), reason="又坏")
    with refused(hall, UnitElsewhere):
        move(hall, "repaired", MoveLine("", 0, other), repair_no="W1", condition="好")
    move(hall, "supplier_return", MoveLine("", 0, sold), slip_no="T1", reason="两次维修未好")
    assert whereabouts(hall)[sold] == "supplier"


def test_parts_are_used_up_in_a_repair(hall: OpenHall) -> None:
    stock_pieces(hall, "W1", 5)
    stock_pieces(hall, "G1", 5)
    move(hall, "repair_use", MoveLine("W1", 2), repair_no="X1")
    assert held(hall)["consumed", "W1"] == 2
    with refused(hall, CategoryNotAllowed):
        move(hall, "repair_use", MoveLine("G1", 2), repair_no="X1")


def test_stk_08_a_roaming_card_is_issued_only_with_the_identity_checked_and_none_is_lost(
    hall: OpenHall,
) -> None:
    tray = [new_iccid() for _ in range(20)]
    stock(hall, "R1", tray)
    for name, value in (("id_checked", "0"), ("id_checked", ""), ("old_card", "eaten")):
        with refused(hall, FactMissing):
            move(hall, "roaming_issue", MoveLine("", 0, tray[0]), **{**ISSUED, name: value})
    for card in tray[:12]:
        move(hall, "roaming_issue", MoveLine("", 0, card), **ISSUED)
    move(hall, "spoiled_cards", MoveLine("", 0, tray[12]), list_no="XH-1")
    number = begin(hall, items=["R1"])
    scan(hall, number, tray[13:19])
    assert serials(finish(hall, number), "missing") == [tray[19]]
    with refused(hall, CategoryNotAllowed):
        move(hall, "roaming_issue", MoveLine("G1", 1), **ISSUED)


def test_a_customers_phone_is_in_our_care_and_never_our_stock(hall: OpenHall) -> None:
    theirs, ours = new_imei(), new_imei()
    stock(hall, "P1", [ours])
    stated = {"customer": "赵六", "condition": "碎屏", "due_on": "2026-11-25"}
    move(hall, "into_care", MoveLine("CH", 1, theirs), who="A01", **stated)
    assert whereabouts(hall)[theirs] == "care"
    for kind, serial, extra in (
        ("receipt", new_imei(), {}),
        ("display", theirs, {}),
        ("scrap", theirs, {"reason": "x"}),
    ):
        with refused(hall, CategoryNotAllowed):
            move(hall, kind, MoveLine("CH", 1, serial), **extra)
    move(hall, "out_of_care", MoveLine("", 0, theirs), who="A01", condition="已修好")
    assert whereabouts(hall)[theirs] == "owner"
    move(hall, "into_care", MoveLine("CH", 1, theirs), who="A01", **stated)
    # One that we sold comes in as what it is, and goes back to the customer.
    move(hall, "draw", MoveLine("", 0, ours, holder="A01"))
    code = campaign(hall, "CARE", 9)
    move(hall, "gift", MoveLine("", 0, ours), form_no="1", campaign=code, recipient="1")
    move(hall, "into_care", MoveLine("CH", 1, ours), who="A01", **stated)
    assert whereabouts(hall)[ours] == "care"
    move(hall, "out_of_care", MoveLine("", 0, ours), who="A01", condition="已修好")
    assert whereabouts(hall)[ours] == "customer"


def test_goods_go_to_agents_on_display_and_back_to_the_supplier(hall: OpenHall) -> None:
    cards = [new_iccid() for _ in range(3)]
    phones = [new_imei() for _ in range(2)]
    stock(hall, "S1", cards)
    stock(hall, "P1", phones)
    move(hall, "agent_issue", *[MoveLine("", 0, card) for card in cards], agent="代理一")
    with refused(hall, UnitElsewhere):
        move(hall, "agent_return", MoveLine("", 0, cards[0]), agent="代理二")
    move(hall, "agent_return", MoveLine("", 0, cards[0]), agent="代理一")
    assert [whereabouts(hall)[card] for card in cards] == ["store", *["agent 代理一"] * 2]
    move(hall, "display", MoveLine("", 0, phones[0]))
    assert whereabouts(hall)[phones[0]] == "demo"
    move(hall, "display_return", MoveLine("", 0, phones[0]))
    move(hall, "supplier_return", MoveLine("", 0, phones[1]), reason="主板故障", slip_no="TH-1")
    assert whereabouts(hall)[phones[1]] == "supplier"


def test_nobody_signs_his_own_or_twice(hall: OpenHall) -> None:
    stock_pieces(hall, "W1", 4, cost=10_00)
    slip = move(hall, "scrap", MoveLine("W1", 1), reason="坏")
    sign(hall, slip, "D01")
    with refused(hall, TransitionRefused):
        sign(hall, slip, "D01")
    assert issubclass(MakerIsChecker, BackofficeError)
