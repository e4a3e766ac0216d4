"""Goods lines and counts of small days, and a hall whose clerks hold goods."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.accounts import Commodity, register_commodity
from ledger.documents import Line
from ledger.hall_rules import CounterClerk, HallLimit, Price
from ledger.work import UnitOfWork
from tests.builders import DAY, LOADER, OpenHall, gift, phone, place, submit
from tests.ledger.audit.evidence_days import Found, line, of, run

NONE = (None, None)


def sold(txn_no: str, serial: str, fen: int = 129900, **cells: Any) -> dict[str, Any]:
    """Give a line by A01 that sells a handset, form named."""
    row = {"item": "P1", "serial": serial, "quantity": 1, "form_no": f"F{txn_no}", **cells}
    return line(txn_no, fen, **row)


def sold_pieces(
    txn_no: str, quantity: int, fen: int = 0, item: str = "G1", **cells: Any
) -> dict[str, Any]:
    """Give a line by A01 that gives or sells counted goods, form named."""
    return line(txn_no, fen, **{"item": item, "quantity": quantity, "form_no": "F1", **cells})


def counted(serial: str = "", *, item: str = "P1", clerk: str = "A01", **cells: Any) -> Any:
    """Give a row of a count: one handset of A01."""
    return {"clerk": clerk, "item": item, "serial": serial, "quantity": 1, **cells}


def item_of(hall: OpenHall, code: str, category: str, tracking: str = "serial") -> Commodity:
    """Make an item known."""
    with hall.work(LOADER) as uow:
        return register_commodity(
            uow, code=code, name=f"物品{code}", category=category, tracking=tracking
        )


def give(hall: OpenHall, where: str, *serials: str, item: str = "P1", **cells: Any) -> None:
    """Receive serials and draw them to a place: `clerk A01`, `counter G01`, or leave in `store`."""
    with hall.work() as uow:
        commodity = phone(uow) if item == "P1" else known_item(uow, item)
        store, supplier = place(uow, hall, "store"), place(uow, hall, "supplier")
        held = place(uow, hall, where)
        lines = [Line(commodity, store, supplier, 1, serial) for serial in serials]
        submit(uow, hall, "receipt", lines, **cells)
        if where != "store":
            moved = [Line(commodity, held, store, 1, serial) for serial in serials]
            submit(uow, hall, "draw", moved, **cells)


def give_pieces(hall: OpenHall, where: str, quantity: int, item: str = "G1") -> None:
    """Receive counted goods and draw them to a place."""
    with hall.work() as uow:
        commodity = gift(uow) if item == "G1" else known_item(uow, item)
        store, supplier = place(uow, hall, "store"), place(uow, hall, "supplier")
        held = place(uow, hall, where)
        submit(uow, hall, "receipt", [Line(commodity, store, supplier, quantity)])
        if where != "store":
            submit(uow, hall, "draw", [Line(commodity, held, store, quantity)])


def known_item(uow: UnitOfWork, code: str) -> Commodity:
    return uow.session.scalars(select(Commodity).where(Commodity.code == code)).one()


def share_counter(hall: OpenHall, *clerks: str, counter: str = "G01") -> None:
    """Let clerks share a counter."""
    with hall.work(LOADER) as uow:
        for clerk in clerks:
            uow.session.add(CounterClerk(hall_id=hall.id, counter=counter, clerk=clerk))


def set_limit(hall: OpenHall, name: str, amount: int) -> None:
    """Set a limit of the hall."""
    with hall.work(LOADER) as uow:
        uow.session.merge(HallLimit(hall_id=hall.id, name=name, amount=amount))


def set_price(
    hall: OpenHall, item: str, fen: int, *, campaign: str = "", first: Any = DAY, last: Any = None
) -> None:
    """Give an item, or a business, a price from a day on."""
    with hall.work(LOADER) as uow:
        uow.session.merge(
            Price(
                hall_id=hall.id,
                item=item,
                campaign=campaign,
                valid_from=first,
                valid_to=last,
                price_fen=fen,
            )
        )


def goods(hall: OpenHall, **named: Any) -> Found:
    """Audit the day and give what the checks of goods found."""
    found = run(hall, **named)
    return of(found, "G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "X07")
