"""Every line of a file of goods to be received, each with its verdict: one report, nothing hidden.

Judged as sets: 100,000 lines are a few statements and plain loops over texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from ledger.accounts import Commodity
from ledger.organisations import Hall
from ledger.text import Text
from ledger.units import NamedUnit, resolve_names
from ledger.work import UnitOfWork
from stock.move_lines import MoveLine
from stock.naming import (
    name_kind,
    names_of_run,
    number_kind,
    stored_serial,
    whole_numbers,
)
from stock.places import Places
from stock.serials import (
    CheckDigitProposed,
    SerialRefused,
    read_imei,
    read_meid,
)
from stock.type_codes import doubtful_models

GOOD = "good"
VERDICTS: dict[str, Text] = {
    GOOD: Text("可收", "Good"),
    "proposed": Text("缺校验位", "Check digit missing"),
    "wrong_number": Text("号码有误", "Wrong number"),
    "mangled": Text("号码被表格软件改坏", "Mangled by the spreadsheet"),
    "twice": Text("文件内重复", "Twice in the file"),
    "in_stock_here": Text("本厅已登记", "Known in this hall"),
    "in_stock_elsewhere": Text("他厅已登记", "Known in another hall"),
    "unknown_item": Text("物品未登记", "Item not registered"),
    "wrong_quantity": Text("数量有误", "Wrong quantity"),
    "unexpected": Text("不在应到清单上", "Not awaited"),
}
_LARGEST_QUANTITY = 1_000_000
Names = Sequence[tuple[str, str]]
"""Every name a line brings, as (kind with namespace, value)."""


class GoodsLine(NamedTuple):
    """A line as a file has it; `mangled` says why its numbers can no longer be trusted."""

    line_no: int
    item: str
    serial: str = ""
    serial_to: str = ""
    quantity: int | None = None
    unit_cost_fen: int | None = None
    second: str = ""
    meid: str = ""
    holder: str = ""
    mangled: Text | None = None


class Judged(NamedTuple):
    """A line's verdict, what is wrong with it, and what it would move, None if nothing can be."""

    line_no: int
    serial: str
    verdict: str
    reason: Text | None
    move: MoveLine | None


@dataclass(frozen=True, slots=True)
class GoodsReport:
    """All lines of a file in order; `number` is the document they were posted by, '' if none."""

    lines: tuple[Judged, ...]
    number: str = ""
    missing: int = 0

    @property
    def doubtful(self) -> list[Judged]:
        """Good lines about which there is something to say."""
        return [line for line in self.lines if line.verdict == GOOD and line.reason is not None]

    @property
    def bad(self) -> list[Judged]:
        """The lines that are not good."""
        return [line for line in self.lines if line.verdict != GOOD]

    def counts(self) -> dict[str, int]:
        """Give how many lines have each verdict, in the order of VERDICTS."""
        counted = Counter(line.verdict for line in self.lines)
        return {name: counted[name] for name in VERDICTS if counted[name]}


def judge_lines(uow: UnitOfWork, *, hall: Hall, lines: Iterable[GoodsLine]) -> list[Judged]:
    """Give each line its verdict; what the books know already is not good. Nothing is written."""
    places = Places(uow, hall)
    lines = list(lines)
    judged, names = _judge_alike(places, lines), None
    values = {one.serial for one in judged}
    if len(values) < len(lines):
        judged, names = _judge_each(places, lines)
        _refuse_twice(judged, names)
        values = {value for carried in names for _, value in carried}
    judged = with_doubtful_models(uow, hall, places, judged)
    known = resolve_names(uow, hall.id, values)
    if not known:
        return judged
    names = names or [_names_of(places, one) for one in judged]
    for place, (one, carried) in enumerate(zip(judged, names, strict=True)):
        found = _known_as(known, carried) if one.move is not None else None
        if found is not None:
            judged[place] = _is_known(one, hall, *found)
    return judged


def _refuse_twice(judged: list[Judged], names: Sequence[Names]) -> None:
    """Judge anew the lines that bring a name which an earlier line brings."""
    first_lines: dict[tuple[str, str], int] = {}
    for place, (one, carried) in enumerate(zip(judged, names, strict=True)):
        for name in carried:
            earlier = first_lines.setdefault(name, one.line_no)
            if earlier != one.line_no:
                reason = Text(
                    f"{name[1]} 与第 {earlier} 行重复。", f"{name[1]} is in line {earlier} too."
                )
                judged[place] = one._replace(verdict="twice", reason=reason, move=None)
                break


def with_doubtful_models(
    uow: UnitOfWork, hall: Hall, places: Places, judged: list[Judged]
) -> list[Judged]:
    """Warn of IMEIs whose type code is another model's; such a line stays good (STK-01)."""
    moves = [one.move for one in judged]
    serials = ["" if move is None else move.serial for move in moves]
    items = [None if move is None else places.commodities[move.item] for move in moves]
    for place, doubt in doubtful_models(uow, hall, serials, items).items():
        judged[place] = judged[place]._replace(reason=doubt.text)
    return judged


def _judge_alike(places: Places, lines: Sequence[GoodsLine]) -> list[Judged]:
    """Judge lines that all are one whole number of an item each, column by column.

    Gives no lines where one is anything else; `_judge_each` says the same of these, more slowly.
    """
    if not lines:
        return []
    line_nos, codes, serials, ends, quantities, costs, seconds, meids, holders, mangled = zip(
        *lines, strict=True
    )
    kinds = _kinds(places)
    if any(map(any, (ends, seconds, meids, mangled))) or not set(quantities) <= {None, 1}:
        return []
    kind = kinds.get(codes[0], "")
    if any(kinds.get(code) != kind for code in set(codes)):
        return []
    if not whole_numbers(kind, serials).issuperset(serials):
        return []
    moves = map(
        MoveLine._make,
        zip(
            codes,
            repeat(1),
            serials,
            repeat(""),
            holders,
            repeat(""),
            costs,
            repeat(()),
            strict=False,
        ),
    )
    judged = map(
        Judged._make, zip(line_nos, serials, repeat(GOOD), repeat(None), moves, strict=False)
    )
    return list(judged)


def _kinds(places: Places) -> dict[str, str]:
    """Give what the numbers of each item that has serials are read as."""
    return {
        code: number_kind(c) for code, c in places.commodities.items() if c.tracking == "serial"
    }


def _judge_each(places: Places, lines: Sequence[GoodsLine]) -> tuple[list[Judged], list[Names]]:
    """Judge each line by itself, and give every name it brings; whole numbers are read at once."""
    kinds = _kinds(places)
    serials: dict[str, list[str]] = {}
    for line in lines:
        serials.setdefault(kinds.get(line.item, ""), []).append(line.serial)
    whole = {kind: whole_numbers(kind, found) for kind, found in serials.items()}
    judged: list[Judged] = []
    names: list[Names] = []
    for line in lines:
        line_no, item, serial, serial_to, quantity, cost, second, meid, holder, mangled = line
        kind = kinds.get(item, "")
        simple = not (serial_to or second or meid or mangled) and quantity in (None, 1)
        if simple and serial in whole[kind]:
            move = MoveLine(item, 1, serial, "", holder, "", cost)
            judged.append(Judged(line_no, serial, GOOD, None, move))
            names.append(((kind, serial),))
        else:
            judged.append(_judge_alone(places, line))
            names.append(_names_of(places, judged[-1]))
    return judged, names


def _judge_alone(places: Places, line: GoodsLine) -> Judged:
    """Judge a line by itself: its item, its number, its quantity."""
    if line.mangled is not None:
        return Judged(line.line_no, line.serial, "mangled", line.mangled, None)
    item = places.commodities.get(line.item)
    if item is None:
        reason = Text(f"物品编码 {line.item} 未登记。", f"Item {line.item} is not registered.")
        return Judged(line.line_no, line.serial, "unknown_item", reason, None)
    try:
        move = _move_of(item, line)
    except CheckDigitProposed as refusal:
        return Judged(line.line_no, line.serial, "proposed", refusal.reason, None)
    except SerialRefused as refusal:
        return Judged(line.line_no, line.serial, "wrong_number", refusal.reason, None)
    if move is None:
        reason = Text(
            f"数量 {line.quantity} 与串号不符或超出范围。",
            f"The quantity {line.quantity} does not fit the serials, or is out of range.",
        )
        return Judged(line.line_no, line.serial, "wrong_quantity", reason, None)
    return Judged(line.line_no, move.serial, GOOD, None, move)


def _move_of(item: Commodity, line: GoodsLine) -> MoveLine | None:
    """Give what a line moves, None where its quantity cannot be; raises SerialRefused."""
    if item.tracking == "quantity":
        fits = not line.serial and 0 < (line.quantity or 0) <= _LARGEST_QUANTITY
        cost = line.unit_cost_fen
        return (
            MoveLine(item.code, line.quantity or 0, holder=line.holder, unit_cost_fen=cost)
            if fits
            else None
        )
    if not line.serial:
        return None
    quantity = 1
    serial = line.serial
    if line.serial_to:
        quantity = len(names_of_run(item, serial, line.serial_to)[2])
    else:
        serial = stored_serial(item, serial)
    if line.quantity not in (None, quantity):
        return None
    further = []
    if line.second:
        further.append(("imei", read_imei(line.second).value))
    if line.meid:
        further.append(("meid", read_meid(line.meid).value))
    return MoveLine(
        item.code,
        quantity,
        serial,
        line.serial_to,
        line.holder,
        "",
        line.unit_cost_fen,
        tuple(further),
    )


def _names_of(places: Places, judged: Judged) -> Names:
    """Give every name a line brings."""
    move = judged.move
    if move is None or not move.serial:
        return ()
    item = places.commodities[move.item]
    kind, namespace = name_kind(item, move.serial)
    front = kind + namespace
    if not move.serial_to and not move.names:
        return ((front, move.serial),)
    names = [(front, one) for one in names_of_run(item, move.serial, move.serial_to)[2]]
    return names + [(kind, value) for kind, value in move.names]


def _known_as(known: dict[str, list[NamedUnit]], carried: Names) -> tuple[str, NamedUnit] | None:
    """Give the first name that a unit in the books has, under the same item where that counts."""
    for front, value in carried:
        for unit in known.get(value, ()):
            if front in ("imei", "meid", "iccid") or not unit.item or front.endswith(unit.item):
                return value, unit
    return None


def _is_known(judged: Judged, hall: Hall, value: str, unit: NamedUnit) -> Judged:
    if unit.hall_id != hall.id:
        reason = Text(f"{value} 在其他营业厅账上。", f"{value} is in another hall's books.")
        return judged._replace(verdict="in_stock_elsewhere", reason=reason)
    place = f"{unit.place_kind} {unit.holder}".strip()
    reason = Text(
        f"{value} 已登记为 {unit.item},现在 {place}。",
        f"{value} is known as {unit.item} and is in {place}.",
    )
    return judged._replace(verdict="in_stock_here", reason=reason, move=None)
