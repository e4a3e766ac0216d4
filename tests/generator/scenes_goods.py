"""Ordinary trade in goods: sold, given, taken back and sold again, from own shelf or counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.goods import (
    ACCESSORY,
    BAG,
    CAMPAIGN,
    CARD,
    GIFT_CAMPAIGN,
    HANDSET,
    SIM,
    UMBRELLA,
)
from tests.generator.scenes_undone import MANAGER, approve, cash_in_drawer, undo
from tests.generator.world import Day, Row, clock, yuan

HANDSET_FEN, CAMPAIGN_FEN = 129_900, 119_900


def places_of(desk: Desk) -> list[str]:
    """Give his own shelf and then those of the counters he belongs to."""
    numbers = desk.hall.numbers_of(desk.human)
    shared = [code for code, clerks in desk.hall.counters.items() if set(clerks) & set(numbers)]
    return [numbers[0], *shared]


def take(desk: Desk, item: str) -> str:
    """Take a unit off his shelf or his counter's, whichever; blank where there is none."""
    places = places_of(desk)
    desk.rng.shuffle(places)
    return desk.hall.shelves.take(places, item)


def form_no(desk: Desk) -> str:
    """Give the number of a new signed form."""
    return f"SL{desk.hall.count('form'):06d}"


def sell_handset(desk: Desk, *, serial: str = "", **cells: Any) -> Sale | None:
    """Sell a handset at its price, or under the campaign; None where he has none."""
    named = serial or take(desk, HANDSET)
    if not named:
        return None
    goods: dict[str, Any] = {"item": HANDSET, "serial": named, "quantity": "1"}
    fen = HANDSET_FEN
    if desk.rng.random() < 0.4:
        fen = CAMPAIGN_FEN
        goods |= {"due": yuan(HANDSET_FEN), "discount": "100.00", "campaign": CAMPAIGN}
    return desk.sale(fen, business="购机", form_no=form_no(desk), **(goods | cells))


def handset_sold(desk: Desk) -> None:
    """Sell a handset and invoice it or not."""
    sale = sell_handset(desk)
    if sale is not None:
        desk.settle_invoice(sale)


def handset_without_invoice(desk: Desk) -> None:
    """Sell a handset by telephone to somebody who wants no invoice and may come again."""
    sell_handset(desk, invoice_waived="1", tender="wechat")


def handset_paid_in_two_ways(desk: Desk) -> None:
    """Sell a handset for some cash and the rest by telephone."""
    sale = sell_handset(desk)
    if sale is not None:
        desk.split(sale, {"cash": 20000, "wechat": sale.received - 20000})
        desk.settle_invoice(sale)


def card_and_first_payment(desk: Desk) -> None:
    """Open a number: the card on one line, a first payment on the other."""
    serial = take(desk, SIM)
    if serial:
        sale = desk.sale(2000, 9900, business="新入网", form_no=form_no(desk))
        sale.lines[0] |= {"item": SIM, "serial": serial, "quantity": "1"}
        desk.settle_invoice(sale)


def card_not_named(desk: Desk) -> None:
    """Sell a card and leave the quantity blank."""
    serial = take(desk, SIM)
    if serial:
        desk.settle_invoice(desk.sale(2000, business="售卡", item=SIM, serial=serial))


def recharge_cards(desk: Desk) -> None:
    """Sell one to three recharge cards, a line each."""
    serials = [take(desk, CARD) for _ in range(desk.rng.choice([1, 2, 3]))]
    serials = [serial for serial in serials if serial]
    if serials:
        sale = desk.sale(*[5000] * len(serials), business="售卡", item=CARD)
        for line, serial in zip(sale.lines, serials, strict=True):
            line |= {"serial": serial, "quantity": "1"}
        desk.settle_invoice(sale)


def accessories(desk: Desk) -> None:
    """Sell one or two chargers on one line."""
    count = desk.rng.choice([1, 2])
    if desk.hall.shelves.take_pieces(places_of(desk), ACCESSORY, count):
        goods: dict[str, Any] = {"item": ACCESSORY, "quantity": str(count)}
        desk.settle_invoice(desk.sale(7900 * count, business="售卡", **goods))


def gift_of_its_own(desk: Desk) -> None:
    """Give umbrellas under the campaign, against a form."""
    count = desk.rng.choice([1, 1, 2])
    if desk.hall.shelves.take_pieces(places_of(desk), UMBRELLA, count):
        give(desk, UMBRELLA, count, form_no=form_no(desk), campaign=GIFT_CAMPAIGN)


def gift_with_a_bill(desk: Desk) -> None:
    """Take a bill and give a bag with it, the form named on the other line."""
    if desk.hall.shelves.take_pieces(places_of(desk), BAG, 1):
        sale = desk.sale(desk.amount(), 0)
        sale.lines[0]["form_no"] = form_no(desk)
        sale.lines[1] |= {"item": BAG, "quantity": "1"}
        desk.settle_invoice(sale)


def give(desk: Desk, item: str, count: int, **cells: Any) -> Sale:
    """Enter a gift of its own: a line for nothing."""
    goods: dict[str, Any] = {"item": item, "quantity": str(count), "tender": "cash"}
    return desk.sale(0, business="礼品发放", **(goods | cells))


def taken_back_and_sold_again(desk: Desk) -> None:
    """Take a handset of today back, and sell it to the next customer."""
    sale = sell_handset(desk, invoice_waived="1", tender="wechat")
    if sale is not None:
        serial = take_back(desk, sale)
        if desk.rng.random() < 0.6:
            again = sell_handset(desk, serial=serial)
            assert again is not None
            desk.hall.shelves.take_unit(places_of(desk), HANDSET, serial)
            desk.settle_invoice(again)


def take_back(desk: Desk, sale: Sale) -> str:
    """Pay back what a sale of one unit took; the unit is on his own shelf then."""
    line = sale.lines[0]
    back = undo(desk, sale, "refund", item=line["item"], serial=line["serial"], quantity="1")
    approve(desk, back, "refund", fen=sale.received, original=sale.no)
    desk.hall.shelves.serials[places_of(desk)[0], line["item"]].append(line["serial"])
    return line["serial"]


def card_reversed_in_the_same_number(desk: Desk) -> None:
    """Undo the sale of a card at once under its own number."""
    serial = take(desk, SIM)
    if not serial:
        return
    goods: dict[str, Any] = {"item": SIM, "serial": serial, "quantity": "1"}
    sale = desk.sale(2000, business="售卡", invoice_waived="1", **goods)
    undoing = sale.lines[0] | {
        "line_no": "2",
        "accepted_at": clock(desk.tick(120)),
        "line_kind": "reversal",
        "due": "-20.00",
        "received": "-20.00",
        "original_txn_no": sale.no,
        "authoriser": MANAGER,
    }
    desk.day.rows["accounts"].append(undoing)
    desk.hall.shelves.serials[places_of(desk)[0], SIM].append(serial)


def taken_back_from_yesterday(desk: Desk) -> None:
    """Take back a handset that anybody sold yesterday without an invoice, paid in one way."""
    row = _yesterdays_handset(desk)
    if row is not None:
        at = datetime.fromisoformat(row["accepted_at"])
        take_back(desk, Sale(row["txn_no"], at, row["clerk"], [row]))


def _yesterdays_handset(desk: Desk) -> Row | None:
    yesterday = desk.hall.after(desk.day, -1)
    cash = cash_in_drawer(desk)
    for row in yesterday.rows["accounts"] if yesterday else []:
        usual = row.get("item") == HANDSET and not row.get("line_kind")
        if usual and row.get("invoice_waived") and _is_out(desk, row):
            tender = "" if _is_split(yesterday, row) else row["tender"]
            kind, level = desk.hall.tenders.get(tender, ("", ""))
            if (kind == "settled" and level == "line") or (tender == "cash" and cash > 130_000):
                return row
    return None


def _is_split(day: Day | None, row: Row) -> bool:
    return any(paid["txn_no"] == row["txn_no"] for paid in (day.rows["tenders"] if day else []))


def _is_out(desk: Desk, row: Row) -> bool:
    """True while the unit of a sale is still with the customer who bought it."""
    held = desk.hall.shelves.serials.items()
    back = any(
        later.get("original_txn_no") == row["txn_no"]
        for day in desk.hall.days
        for later in day.rows["accounts"]
    )
    return not back and not any(row["serial"] in serials for _, serials in held)


GOODS = (
    handset_sold,
    handset_without_invoice,
    handset_paid_in_two_ways,
    card_and_first_payment,
    card_not_named,
    recharge_cards,
    accessories,
    gift_of_its_own,
    gift_with_a_bill,
    taken_back_and_sold_again,
    card_reversed_in_the_same_number,
    taken_back_from_yesterday,
    taken_back_from_yesterday,
)
