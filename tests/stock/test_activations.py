"""Recharge cards activated against cards sold (DOMAIN STK-05)."""

from __future__ import annotations

from backoffice.audit_work import run_day_in
from ledger.documents import Line
from stock.activations import card_states
from stock.card_life import card_life
from stock.moves import MoveLine
from stock.unit_lives import lives_of
from tests.builders import DAY, OpenHall, place, submit
from tests.ledger.audit.evidence_days import RUNNER, at, day, of, put, run
from tests.stock.goods_days import give, item_of, known_item, set_price, sold
from tests.stock.moving import move, sign


def test_stk_05_a_card_activated_and_not_sold_at_close_is_found_and_the_other_way_round(
    hall: OpenHall,
) -> None:
    cards = [f"{hall.id:04d}{number:04d}" for number in range(1000, 1010)]
    item = item_of(hall, f"CZ{hall.id}", "recharge_card").code
    set_price(hall, item, 50_00)
    give(hall, "clerk A01", *cards[:8], item=item)
    give(hall, "store", *cards[8:], item=item)
    lines = [sold(f"T{n}", cards[n], 50_00, item=item) for n in range(5)]
    back = sold("T9", cards[0], -50_00, item=item, accepted_at=at("11:00"), line_kind="reversal")
    put(hall, "accounts", *lines, back)
    assert of(run(hall), "G09", "G10") == {}
    # Activated: the first, which came back; the second, the day before; the third and fourth as
    # a run; two that lie with the clerk; the store's last; and three that no books know.
    strangers = f"{hall.id:04d}7001", f"{hall.id:04d}7003"
    row = {"item": item, "activated_at": at("10:05")}
    put(
        hall,
        "activations",
        row | {"serial": cards[0]},
        row | {"serial": cards[2], "serial_to": cards[3]},
        row | {"serial": cards[6], "serial_to": cards[7]},
        row | {"serial": cards[9]},
        row | {"serial": strangers[0], "serial_to": strangers[1]},
    )
    eve = {"item": item, "serial": cards[1], "activated_at": at("20:00", date=day(-1))}
    put(hall, "activations", eve, date=day(-1))
    assert of(run(hall), "G09", "G10") == {
        ("G09", f"serial:A01/{cards[0]}"): (0, 1),
        ("G09", f"serial:A01/{cards[6]}-{cards[7]}"): (0, 2),
        ("G09", f"serial:store/{cards[9]}"): (0, 1),
        ("G09", f"serial:store/{strangers[0]}-{strangers[1]}"): (0, 3),
        ("G10", f"serial:A01/{cards[4]}"): (1, 0),
    }
    with hall.read() as uow:
        told = {one.serial: one.state for one in card_states(uow, hall.hall, DAY)}
    assert told == {
        cards[0]: "early",
        cards[1]: "agrees",
        cards[2]: "agrees",
        cards[3]: "agrees",
        cards[4]: "not_activated",
        cards[6]: "early",
        cards[7]: "early",
        cards[9]: "early",
        strangers[0]: "stranger",
    }


def test_stk_05_a_card_says_whether_it_is_activated_and_where_the_books_have_it(
    hall: OpenHall,
) -> None:
    cards = [f"{hall.id:04d}{number:04d}" for number in range(2000, 2006)]
    item = item_of(hall, f"CY{hall.id}", "recharge_card").code
    give(hall, "clerk A01", *cards, item=item)
    put(hall, "accounts", *(sold(f"T{n}", cards[n], 50_00, item=item) for n in (0, 1)))
    with hall.work(RUNNER) as uow:
        run_day_in(uow, hall.hall.code, DAY)
    row = {"item": item, "activated_at": at("10:05"), "clerk": "A01"}
    put(
        hall,
        "activations",
        row | {"serial": cards[0]},
        row | {"serial": cards[2], "serial_to": cards[3]},
    )
    spoiled = MoveLine(item, 1, cards[4], holder="A01", unit_cost_fen=50_00)
    scrapped = move(hall, "scrap", spoiled, reason="卡面损坏", deactivation="TY-1")
    sign(hall, scrapped, "M01")
    with hall.work() as uow:
        commodity = known_item(uow, item)
        gone = place(uow, hall, "difference"), place(uow, hall, "clerk A01")
        submit(uow, hall, "return", [Line(commodity, *gone, 1, cards[5])])
    told = {}
    with hall.read("M01") as uow:
        for card in cards:
            (story,) = lives_of(uow, hall.hall, card)
            life = card_life(uow, story)
            assert life is not None
            told[card] = (life.whereabouts, life.is_activated, life.is_odd, life.clerk)
    assert told == {
        cards[0]: ("sold", True, False, "A01"),
        cards[1]: ("sold", False, False, ""),
        cards[2]: ("in_hall", True, True, "A01"),
        cards[3]: ("in_hall", True, True, "A01"),
        cards[4]: ("void", False, False, ""),
        cards[5]: ("lost", False, False, ""),
    }
