"""How the lines of a stock document are posted: runs spelled out, lines that move alike as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ledger.documents import Line
from ledger.movements import Movement
from stock.categories import categories_where
from stock.naming import (
    name_kind,
    names_of_run,
    names_of_unit,
    number_kind,
    read_names,
    whole_numbers,
)

CARE = "care"
IN_CARE = frozenset(categories_where("in_care_only"))


def movements_of(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of stock lines, runs of serials spelled out; raises SerialRefused.

    Lines of one serial each that move alike are one movement: a delivery may have 100,000.
    """
    movements: list[Movement] = []
    alike: defaultdict[tuple[object, ...], list[tuple[int, Line]]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        commodity, debit, credit, quantity, serial, serial_to, cost, names = line
        if serial and quantity == 1 and not serial_to and not names:
            alike[commodity, debit, credit, cost].append((number, line))
        else:
            movements.append(_of_line(number, line))
    for group in alike.values():
        movements += _of_alike(group)
    return movements


def _of_alike(group: Sequence[tuple[int, Line]]) -> list[Movement]:
    """Give a movement for each kind and namespace of the serials of lines that move alike."""
    commodity = group[0][1].commodity
    kind = number_kind(commodity)
    serials = tuple(line.serial for _, line in group)
    if kind and len(whole_numbers(kind, serials)) == len(serials):
        name = (CARE, _care_of(group[0][1])) if commodity.category in IN_CARE else (kind, "")
        return [_of_lines(*name, group, serials)]
    parts: dict[tuple[str, str], list[tuple[int, Line]]] = {}
    for number, line in group:
        parts.setdefault(name_kind(commodity, line.serial), []).append((number, line))
    return [
        _of_lines(
            *_name_kind(part[0][1]), part, read_names(name[0], [line.serial for _, line in part])
        )
        for name, part in parts.items()
    ]


def _of_line(number: int, line: Line) -> Movement:
    kind, namespace = _name_kind(line)
    return Movement(
        commodity=line.commodity,
        debit=line.debit,
        credit=line.credit,
        quantity=line.quantity,
        serials=names_of_run(line.commodity, line.serial, line.serial_to)[2],
        identifier_kind=kind,
        namespace=namespace,
        unit_cost_fen=line.unit_cost_fen,
        document_line=number,
        names=tuple(
            (CARE, namespace, value) if kind == CARE else (name, within, value)
            for name, within, value in names_of_unit(line.commodity, line.names)
        ),
    )


def _of_lines(
    kind: str, namespace: str, group: Sequence[tuple[int, Line]], serials: tuple[str, ...]
) -> Movement:
    first = group[0][1]
    return Movement(
        commodity=first.commodity,
        debit=first.debit,
        credit=first.credit,
        quantity=len(group),
        serials=serials,
        identifier_kind=kind,
        namespace=namespace,
        unit_cost_fen=first.unit_cost_fen,
        lines_of_serials=tuple(number for number, _ in group),
    )


def _name_kind(line: Line) -> tuple[str, str]:
    """Give identifier kind and namespace of a line's serial.

    What customers own has its names within the hall that takes care of it: they are the group's
    for life where we sold the piece, and that may have been another hall.
    """
    if line.commodity.category in IN_CARE:
        return CARE, _care_of(line)
    return name_kind(line.commodity, line.serial)


def _care_of(line: Line) -> str:
    return f"hall:{line.debit.hall_id}"
