"""The oldest unit of a model goes first; who takes a newer one says why (DOMAIN STK-12).

Asked of handsets that leave one place while an older one of their model stays in it. The day that
counts is the one the hall's books know. A unit of another hall is older than they know: it may be
what keeps a newer one back, and for itself nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from ledger.accounts import Account, Commodity
from ledger.documents import Line
from ledger.errors import Conflict
from ledger.movements import place_name
from ledger.text import Text
from ledger.units import Unit
from stock.kinds import NEWER_REASON
from stock.move_lines import Move
from stock.naming import names_of_run

OLDEST_FIRST = frozenset({"handset"})
AT_ONCE = 5_000


class OlderUnitLeft(Conflict):
    """A newer unit is taken while an older one of the same model stays, and no reason is given."""

    code = "older_unit_left"
    text = Text(
        "{place} 有更早入库的同型号 {older}({since});取 {serial} 请写明原因。",
        "An older one of this model, {older} (of {since}), is in {place}; say why {serial} is"
        " taken.",
    )


def check_oldest_first(move: Move, lines: Sequence[Line]) -> None:
    """Go on only if no older unit stays behind or the document says why; raises OlderUnitLeft."""
    if not any(rule.name == NEWER_REASON for rule in move.kind.facts):
        return
    if move.facts.get(NEWER_REASON):
        return
    taken: dict[tuple[int, int], list[str]] = {}
    ends: dict[tuple[int, int], tuple[Account, Commodity]] = {}
    for line in lines:
        leaves_us = line.credit.kind in ("store", "clerk", "counter")
        if line.commodity.category in OLDEST_FIRST and line.serial and leaves_us:
            key = (line.credit.id, line.commodity.id)
            ends[key] = (line.credit, line.commodity)
            numbers = names_of_run(line.commodity, line.serial, line.serial_to)[2]
            taken.setdefault(key, []).extend(numbers)
    for key, serials in taken.items():
        _check_place(move, *ends[key], serials)


def _check_place(move: Move, place: Account, item: Commodity, serials: Sequence[str]) -> None:
    here = (
        Unit.hall_id == move.hall.id,
        Unit.account_id == place.id,
        Unit.commodity_id == item.id,
        Unit.closed == 0,
    )
    newest = select(func.max(Unit.opened_on)).where(*here).scalar_subquery()
    older = move.uow.session.execute(
        select(Unit.serial, Unit.opened_on)
        .where(*here, Unit.opened_on < newest)
        .order_by(Unit.opened_on, Unit.serial)
        .limit(len(serials) + 1)
    ).all()
    chosen = set(serials)
    left = next((row for row in older if row.serial not in chosen), None)
    if left is None:
        return
    for start in range(0, len(serials), AT_ONCE):
        newer = move.uow.session.scalar(
            select(Unit.serial)
            .where(
                *here,
                Unit.serial.in_(serials[start : start + AT_ONCE]),
                Unit.opened_on > left.opened_on,
                Unit.came_from_hall.is_(None),
            )
            .order_by(Unit.opened_on.desc(), Unit.serial)
            .limit(1)
        )
        if newer is not None:
            raise OlderUnitLeft(
                serial=newer, older=left.serial, since=left.opened_on, place=place_name(place)
            )
