"""How the lines of a stock document are posted: runs spelled out, lines that move alike as one."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.documents import Line
from ledger.movements import Movement
from stock.naming import (
    name_kind,
    names_of_run,
    names_of_unit,
    number_kind,
    read_names,
    whole_numbers,
)


def movements_of(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of stock lines, runs of serials spelled out; raises SerialRefused.

    Lines of one serial each that move alike are one movement: a delivery may have 100,000.
    """
    movements: list[Movement] = []
    alike: dict[tuple[object, ...], list[tuple[int, Line]]] = {}
    for number, line in enumerate(lines, 1):
        if line.serial and not line.serial_to and not line.names and line.quantity == 1:
            way = (line.commodity, line.debit, line.credit, line.unit_cost_fen)
            alike.setdefault(way, []).append((number, line))
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
        return [_of_lines(kind, "", group, serials)]
    parts: dict[tuple[str, str], list[tuple[int, Line]]] = {}
    for number, line in group:
        parts.setdefault(name_kind(commodity, line.serial), []).append((number, line))
    return [
        _of_lines(*name, part, read_names(name[0], [line.serial for _, line in part]))
        for name, part in parts.items()
    ]


def _of_line(number: int, line: Line) -> Movement:
    kind, namespace, serials = names_of_run(line.commodity, line.serial, line.serial_to)
    return Movement(
        commodity=line.commodity,
        debit=line.debit,
        credit=line.credit,
        quantity=line.quantity,
        serials=serials,
        identifier_kind=kind,
        namespace=namespace,
        unit_cost_fen=line.unit_cost_fen,
        document_line=number,
        names=names_of_unit(line.commodity, line.names),
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
