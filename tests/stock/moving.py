"""What tests of stock documents share: goods that no other test has, moved by one call."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from stdnum import luhn

from ledger.accounts import register_commodity
from ledger.documents import Document, facts_of, find_document
from stock.campaigns import set_campaign
from stock.moves import MoveLine, submit_move
from stock.signing import sign_move
from tests.builders import DAY, OpenHall

NUMBERS = count(1)
GOODS: dict[str, tuple[str, str]] = {
    "P1": ("handset", "serial"),
    "P2": ("handset", "serial"),
    "G1": ("gift", "quantity"),
    "L1": ("loaner", "serial"),
    "C50": ("recharge_card", "serial"),
    "S1": ("sim", "serial"),
    "W1": ("spare_part", "quantity"),
    "R1": ("roaming_card", "serial"),
    "T1": ("test_card", "serial"),
    "CH": ("customer_handset", "serial"),
}


def new_imei(tac: str = "86012345") -> str:
    """Give a valid IMEI that no other test has."""
    body = f"{tac}{next(NUMBERS):06d}"
    return body + str(luhn.calc_check_digit(body))


def new_iccid() -> str:
    """Give a valid ICCID that no other test has."""
    body = f"8986011{next(NUMBERS):012d}"
    return body + str(luhn.calc_check_digit(body))


def move(
    hall: OpenHall, kind: str, *lines: MoveLine, who: str = "K01", reason: str = "", **facts: str
) -> Document:
    """Submit a document in a unit of work of its own."""
    with hall.work(who) as uow:
        return submit_move(uow, hall=hall.hall, kind=kind, lines=lines, facts=facts, reason=reason)


def sign(hall: OpenHall, document: Document, who: str) -> Document:
    """Sign a document in a unit of work of its own."""
    assert document.number is not None
    with hall.work(who) as uow:
        return sign_move(uow, hall=hall.hall, number=document.number)


def know_goods(hall: OpenHall) -> None:
    """Make every item of GOODS known."""
    with hall.work() as uow:
        for code, (category, tracking) in GOODS.items():
            register_commodity(
                uow, code=code, name=f"物品{code}", category=category, tracking=tracking, unit="件"
            )


def stock(
    hall: OpenHall, item: str, serials: Sequence[str], *, cost: int | None = 100_00
) -> Document:
    """Receive units of an item into the store."""
    know_goods(hall)
    return move(hall, "receipt", *(MoveLine(item, 1, one, unit_cost_fen=cost) for one in serials))


def stock_pieces(hall: OpenHall, item: str, pieces: int, *, cost: int | None = 5_00) -> Document:
    """Receive a quantity of an item into the store."""
    know_goods(hall)
    return move(hall, "receipt", MoveLine(item, pieces, unit_cost_fen=cost))


def campaign(hall: OpenHall, code: str, quota: int) -> str:
    """Register a campaign that runs on DAY."""
    with hall.work("M01") as uow:
        set_campaign(uow, hall=hall.hall, code=code, quota=quota, valid_from=DAY)
    return code


def facts(hall: OpenHall, number: str | None) -> dict[str, str]:
    """Give what a document states."""
    with hall.read() as uow:
        return facts_of(uow, find_document(uow, hall.id, number or ""))


ISSUED = {
    "form_no": "F9",
    "recipient": "18600000001",
    "id_checked": "1",
    "old_card": "lost",
}
