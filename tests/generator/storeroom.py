"""The stock keeper's day: opening stock, morning draws, evening returns and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.generator.goods import (
    ACCESSORY,
    BAG,
    CARD,
    HANDSET,
    LOANER,
    POSTER,
    SIM,
    SPARE_PART,
    TEST_CARD,
    UMBRELLA,
    is_serial,
    list_goods,
    serial_of,
)
from tests.generator.shelves import STORE
from tests.generator.world import Day, Hall, Row, clock

COUNTER = "G1"

# What the store receives before opening, and what each clerk and the counter draw of it.
_RECEIVED = {HANDSET: 60, SIM: 200, CARD: 100, ACCESSORY: 80, BAG: 400, UMBRELLA: 300}
_RECEIVED |= {LOANER: 3, TEST_CARD: 4, SPARE_PART: 6, POSTER: 50}
_DRAWN = {HANDSET: 5, SIM: 15, CARD: 8, ACCESSORY: 6, BAG: 30, UMBRELLA: 20}


def open_store(hall: Hall, day: Day) -> None:
    """Enter items, prices and opening stock, and what each clerk and the counter drew."""
    list_goods(hall, day)
    for item, count in _RECEIVED.items():
        receive(hall, day, item, count)
    for holder in [*_holders(hall), COUNTER]:
        draw(hall, day, holder, _DRAWN, at="08:40:00")


def receive(hall: Hall, day: Day, item: str, count: int, *, kind: str = "receipt") -> list[str]:
    """Receive goods into the store, from a supplier or another hall; gives their serials."""
    no = f"RK{day.date[2:].replace('-', '')}{hall.count('receipt'):04d}"
    cost: dict[str, Any] = {"unit_cost": "999.00"} if item == HANDSET else {}
    if not is_serial(item):
        hall.shelves.pieces[STORE, item] += count
        _write(hall, day, no, kind, item, count=count, at="08:00:00", **cost)
        return []
    serials = [serial_of(hall, item, hall.count(f"unit {item}")) for _ in range(count)]
    hall.shelves.serials[STORE, item] += serials
    _write(hall, day, no, kind, item, serials=serials, at="08:00:00", **cost)
    return serials


def draw(hall: Hall, day: Day, holder: str, goods: dict[str, int], *, at: str) -> None:
    """Let a clerk or a counter draw goods from the store, as many as it has."""
    no = f"LY{day.date[2:].replace('-', '')}{hall.count('draw'):04d}"
    for item, count in goods.items():
        if is_serial(item):
            serials = hall.shelves.serials[STORE, item][:count]
            hall.shelves.move(STORE, holder, item, serials)
            _write(hall, day, no, "draw", item, serials=serials, at=at, clerk=holder)
        elif hall.shelves.pieces[STORE, item] >= count:
            hall.shelves.move_pieces(STORE, holder, item, count)
            _write(hall, day, no, "draw", item, count=count, at=at, clerk=holder)


def give_back(hall: Hall, day: Day, holder: str, item: str, serials: list[str], *, at: str) -> None:
    """Let a clerk or a counter bring units back to the store."""
    no = f"FK{day.date[2:].replace('-', '')}{hall.count('return'):04d}"
    hall.shelves.move(holder, STORE, item, serials)
    _write(hall, day, no, "return", item, serials=serials, at=at, clerk=holder)


def send_away(hall: Hall, day: Day, kind: str, item: str, *, holder: str, at: str) -> None:
    """Let one unit or piece leave the hall by scrap, loan or transfer, if the holder has one."""
    no = f"{kind[:2].upper()}{day.date[2:].replace('-', '')}{hall.count(kind):04d}"
    serial = hall.shelves.take([holder], item) if is_serial(item) else ""
    if serial or (not is_serial(item) and hall.shelves.take_pieces([holder], item, 1)):
        named = {"serials": [serial]} if serial else {"count": 1}
        _write(hall, day, no, kind, item, at=at, clerk=holder, **named)


def through_the_day(hall: Hall, day: Day) -> None:
    """Let some goods come from other halls, some go there, some be lent and some be scrapped."""
    clerks = _holders(hall)
    if hall.rng.random() < 0.5:
        receive(hall, day, SIM, 4, kind="transfer_in")
        send_away(hall, day, "transfer_out", HANDSET, holder=STORE, at="11:00:00")
    if hall.rng.random() < 0.5:
        send_away(hall, day, "lend", LOANER, holder=STORE, at="14:00:00")
        send_away(hall, day, "scrap", UMBRELLA, holder=hall.rng.choice(clerks), at="23:20:00")
    if hall.rng.random() < 0.5:
        send_away(hall, day, "scrap", SPARE_PART, holder=STORE, at="17:00:00")
        send_away(hall, day, "lend", ACCESSORY, holder=hall.rng.choice(clerks), at="23:30:00")


def morning(hall: Hall, day: Day) -> None:
    """Let those who work draw some more; nobody does on the first day, which opened with it."""
    for human in day.working if day is not hall.days[0] else []:
        if hall.rng.random() < 0.6:
            goods = {HANDSET: 1, SIM: hall.rng.choice([2, 5]), BAG: 5}
            draw(hall, day, hall.numbers_of(human)[0], goods, at="08:45:00")


def evening(hall: Hall, day: Day) -> None:
    """Let some bring goods back, then count every place, as a rule every item of it."""
    through_the_day(hall, day)
    for human in day.working:
        holder = hall.numbers_of(human)[0]
        held = hall.shelves.serials[holder, HANDSET]
        spare = [serial for serial in held if _may_go_back(hall, day, holder, serial)]
        if spare and hall.rng.random() < 0.5:
            give_back(hall, day, holder, HANDSET, spare[-1:], at="22:10:00")
    every = hall.limits.get("count_due_daily") == 1
    for place in [STORE, COUNTER, *_holders(hall)]:
        for item in hall.shelves.items_at(place):
            if every or hall.rng.random() < 0.9:
                numbers = (
                    [place] if place in {STORE, COUNTER} else hall.numbers_of(hall.human(place))
                )
                day.rows["counts"] += count_rows(hall, hall.rng.choice(numbers), place, item)


def _holders(hall: Hall) -> list[str]:
    return [hall.numbers_of(human)[0] for human in hall.clerks()]


def _may_go_back(hall: Hall, day: Day, holder: str, serial: str) -> bool:
    """True for what he drew himself and no customer had, or had and brought back today to him."""
    stock = [row for one in hall.days for row in one.rows["stock"] if row["serial"] == serial]
    if not stock or stock[-1]["clerk"] != holder:
        return False
    numbers = hall.numbers_of(hall.human(holder))
    return all(
        one is day and row["clerk"] in numbers
        for one in hall.days
        for row in one.rows["accounts"]
        if row.get("serial") == serial
    )


def count_rows(hall: Hall, number: str, place: str, item: str) -> Iterator[Row]:
    """Give the rows of a count of all a place really holds of an item; nothing is a row too."""
    row = {"clerk": number, "item": item, "serial": "", "quantity": "0"}
    if not is_serial(item):
        yield row | {"quantity": str(hall.shelves.pieces[place, item])}
        return
    runs = list(_runs(item, hall.shelves.serials[place, item]))
    for run in runs:
        yield row | {"serial": run[0], "serial_to": _end(run), "quantity": str(len(run))}
    if not runs:
        yield row


def _write(
    hall: Hall,
    day: Day,
    no: str,
    kind: str,
    item: str,
    *,
    at: str,
    serials: list[str] | None = None,
    count: int = 0,
    clerk: str = "",
    **cells: Any,
) -> None:
    row = {"document_no": no, "kind": kind, "at": clock(day.at(at)), "item": item}
    row |= {"serial": "", "quantity": str(count), "clerk": clerk} | cells
    if serials is None:
        day.rows["stock"].append(row)
        return
    for run in _runs(item, serials):
        named = {"serial": run[0], "serial_to": _end(run), "quantity": str(len(run))}
        day.rows["stock"].append(row | named)


def _end(run: list[str]) -> str:
    return run[-1] if len(run) > 1 else ""


def _runs(item: str, serials: list[str]) -> Iterator[list[str]]:
    """Give handsets one by one, and cards by consecutive numbers."""
    run: list[str] = []
    for serial in sorted(serials):
        if run and (item in {HANDSET, LOANER} or not _follows(run[-1], serial, item)):
            yield run
            run = []
        run.append(serial)
    if run:
        yield run


def _follows(one: str, other: str, item: str) -> bool:
    cut = -1 if item in {SIM, TEST_CARD} else None
    return int(other[:cut]) == int(one[:cut]) + 1
