"""From a scan sheet to its document: the good scans become lines of `submit_move`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from ledger.accounts import Commodity
from ledger.documents import Document
from ledger.errors import Conflict, Invalid
from ledger.money import MAX_FEN, read_fen
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.categories import categories_named_by
from stock.manifests import receive_manifest
from stock.moves import MoveLine, submit_move
from stock.runs import runs_of
from stock.scan_sheets import close_sheet, count_sheet, lines_of_sheet, names_of_line
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import ON_THE_DOCUMENT
from stock.sheet_rules import manifest_number

COST = "cost:"
# What the form keeps beside the facts of the document.
IN_RUNS = frozenset(
    {"draw", "return", "handover", "borrow", "agent_issue", "agent_return", "transfer_out"}
)
OF_THE_FORM = frozenset({"holder", "to_holder", "item", "reason", "on"})


class ScansLeft(Conflict):
    """Scans that do not go on the document stand on the sheet, and nobody said to leave them."""

    code = "scans_left"
    text = Text(
        "有 {count} 条扫描未记入。请逐条处理,或勾选“只用已记入的”。",
        "{count} scans were not taken. Deal with each, or tick “take only the good ones”.",
    )


class CostRefused(Invalid):
    """A unit cost that is no amount of yuan."""

    code = "cost_refused"
    text = Text(
        "{item} 的单价“{value}”应为金额,如 1040.00。",
        "The unit cost {value!r} of {item} should be an amount such as 1040.00.",
    )


class DayRefused(Invalid):
    """A business day that is no date."""

    code = "day_refused"
    text = Text(
        "营业日“{value}”应为日期,如 2026-11-20。",
        "The business day {value!r} should be a date such as 2026-11-20.",
    )


def make_document(
    uow: UnitOfWork,
    hall: Hall,
    sheet: ScanSheet,
    facts: Mapping[str, str],
    *,
    good_only: bool = False,
) -> Document:
    """Submit the sheet's document and close the sheet; `facts` are the form's, places among them.

    The document is dated on the form's open business day, else today. Raises ScansLeft,
    CostRefused, DayRefused and what `submit_move` raises.
    """
    left = count_sheet(uow, sheet).refused
    if left and not good_only:
        raise ScansLeft(count=left)
    lines = [line for line in lines_of_sheet(uow, sheet) if line.verdict in ON_THE_DOCUMENT]
    moves = move_lines(lines, facts, _cards(uow) if sheet.kind in IN_RUNS else {})
    stated = {
        name: value
        for name, value in facts.items()
        if name not in OF_THE_FORM and not name.startswith(COST)
    }
    manifest = stated.pop("manifest", "")
    on = _day(facts.get("on", ""))
    if manifest:
        document, _ = receive_manifest(
            uow,
            hall=hall,
            number=manifest_number(manifest),
            lines=moves,
            take_unexpected=True,
            on=on,
            facts=stated if sheet.kind == "receipt" else {},
        )
    else:
        document = submit_move(
            uow,
            hall=hall,
            kind=sheet.kind,
            lines=moves,
            facts=stated,
            on=on,
            reason=facts.get("reason", ""),
        )
    assert document.number is not None, "a submitted document has its number"
    close_sheet(uow, sheet, document.number)
    return document


def move_lines(
    lines: Sequence[ScanLine], facts: Mapping[str, str], run_items: Mapping[str, Commodity]
) -> list[MoveLine]:
    """Give the lines of the document: one for each piece, counted item, and run of cards.

    `run_items` are the items whose pieces are listed in runs, by code (STK-04).
    """
    holder, to_holder = facts.get("holder", ""), facts.get("to_holder", "")
    costs = {line.item: _cost(line.item, facts) for line in lines}
    counted: dict[str, int] = {}
    cards: dict[str, list[str]] = {}
    runs: list[tuple[str, int, str, str]] = []
    names = {(line.item, line.serial): names_of_line(line) for line in lines if line.names}
    for line in lines:
        if not line.serial:
            counted[line.item] = counted.get(line.item, 0) + line.quantity
        elif not line.serial_to and line.item in run_items:
            cards.setdefault(line.item, []).append(line.serial)
        else:
            runs.append((line.item, line.quantity, line.serial, line.serial_to))
    for item, serials in cards.items():
        for first, last, count in runs_of(run_items[item], serials):
            runs.append((item, count, first, last if count > 1 else ""))
    runs += [(item, pieces, "", "") for item, pieces in counted.items()]
    return [
        MoveLine(*run, holder, to_holder, costs[run[0]], names.get((run[0], run[2]), ()))
        for run in runs
    ]


def _cards(uow: UnitOfWork) -> dict[str, Commodity]:
    """Give the items whose pieces come in runs: cards of every sort."""
    cards = categories_named_by("iccid") | categories_named_by("card")
    items = uow.session.scalars(select(Commodity).where(Commodity.category.in_(cards)))
    return {item.code: item for item in items}


def _cost(item: str, facts: Mapping[str, str]) -> int | None:
    value = facts.get(f"{COST}{item}", "").strip()
    if not value:
        return None
    try:
        fen = read_fen(value)
    except ValueError:
        fen = -1
    if not 0 <= fen <= MAX_FEN:
        raise CostRefused(item=item, value=value)
    return fen


def _day(value: str) -> dt.date | None:
    if not value.strip():
        return None
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise DayRefused(value=value) from None
