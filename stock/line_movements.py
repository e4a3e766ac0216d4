"""How the lines of a stock document are posted: runs spelled out, lines that move alike as one."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.documents import Line
from ledger.movements import Movement
from stock.naming import name_kind, names_of_run, names_of_unit, read_names


def movements_of(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of stock lines, runs of serials spelled out; raises SerialRefused.

    Lines of one serial each that move alike are one movement: a delivery may have 100,000.
    """
    movements: list[Movement] = []
    alike: dict[tuple[object, ...], list[tuple[int, Line]]] = {}
    for number, line in enumerate(lines, 1):
        if line.serial and not line.serial_to and not line.names and line.quantity == 1:
            way = (line.commodity.id, line.debit.id, line.credit.id, line.unit_cost_fen)
            name = name_kind(line.commodity, line.serial)
            alike.setdefault((*way, *name), []).append((number, line))
        else:
            movements.append(_of_line(number, line))
    return movements + [_of_lines(group) for group in alike.values()]


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


def _of_lines(group: Sequence[tuple[int, Line]]) -> Movement:
    first = group[0][1]
    kind, namespace = name_kind(first.commodity, first.serial)
    return Movement(
        commodity=first.commodity,
        debit=first.debit,
        credit=first.credit,
        quantity=len(group),
        serials=read_names(kind, (line.serial for _, line in group)),
        identifier_kind=kind,
        namespace=namespace,
        unit_cost_fen=first.unit_cost_fen,
        lines_of_serials=tuple(number for number, _ in group),
    )
