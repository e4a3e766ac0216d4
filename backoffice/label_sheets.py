"""Sheets of price labels: ten to an A4 page, in standard Chinese whatever the reader's language.

Each says what DOMAIN STK-09 asks for, and carries its code as a barcode that a scanner reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import weasyprint

from backoffice.barcodes import has_code128
from backoffice.printing import lay_out_paper, write_pdf
from ledger.errors import Invalid
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.label_tasks import open_tasks
from stock.labels import Label, labels_to_print, list_positions
from stock.price_errors import NoStruckPrice
from stock.struck_prices import struck_price

NONE = "—"
LOWEST = "lowest"
"""Strike the highest price allowed through, where the law allows one at all."""
MOST_LABELS = 500


class NoLabels(Invalid):
    """Nothing was named to print, or too much."""

    code = "no_labels"
    text = Text(
        "没有要打印的价签,或一次超过 {most} 张。请选择价签位或物品。",
        "There is no label to print, or more than {most} at once. Choose positions or items.",
    )


def label_sheet(
    uow: UnitOfWork,
    hall: Hall,
    *,
    on: dt.date,
    positions: Iterable[str] = (),
    items: Iterable[str] = (),
    struck: int | str | None = None,
    copies: int = 1,
) -> bytes:
    """Give the labels of positions, and of items by themselves, as PDF for a day's prices.

    `struck` is a price in fen to strike through on all of them, or LOWEST. Raises NoLabels and what
    `labels_to_print` raises.
    """
    places, codes = list(positions), list(items)
    stricken: Mapping[str, int | None] = {}
    if struck is not None:
        views = list_positions(uow, hall.id, codes=places)
        standing = {item.code for view in views for item in view.items}
        stricken = _struck(uow, hall, on, sorted({*codes, *standing}), struck)
    labels = labels_to_print(uow, hall=hall, on=on, positions=places, items=codes, struck=stricken)
    labels = [label for label in labels for _ in range(copies)]
    if not 0 < len(labels) <= MOST_LABELS:
        raise NoLabels(most=MOST_LABELS)
    return write_pdf(
        lay_out_labels(labels, hall_name=hall.name, printed_at=uow.now, printed_by=uow.actor.label)
    )


def waiting_sheet(
    uow: UnitOfWork, hall: Hall, *, day: dt.date, struck: int | str | None = None
) -> bytes:
    """Give the labels that wait to be put up for a day's prices as PDF; raises as `label_sheet`."""
    waiting = [task.position for task in open_tasks(uow, hall.id) if task.valid_from == day]
    return label_sheet(uow, hall, on=day, positions=waiting, struck=struck)


def lay_out_labels(
    labels: Sequence[Label], *, hall_name: str, printed_at: dt.datetime, printed_by: str
) -> weasyprint.Document:
    """Lay the labels out in the order given, to be cut along the dashed lines."""
    values = {
        "hall_name": hall_name,
        "labels": tuple(_values(label) for label in labels),
        "printed_day": printed_at.astimezone(HALL_TIME).date().isoformat(),
    }
    return lay_out_paper(
        "labels.html", values, language="zh", printed_at=printed_at, printed_by=printed_by
    )


def _struck(
    uow: UnitOfWork, hall: Hall, on: dt.date, codes: Iterable[str], struck: int | str
) -> Mapping[str, int | None]:
    if isinstance(struck, int):
        return dict.fromkeys(codes, struck)
    allowed: dict[str, int | None] = {}
    for code in codes:
        try:
            allowed[code] = struck_price(uow, hall.id, code, on)
        except NoStruckPrice:
            continue
    return allowed


def _values(label: Label) -> dict[str, object]:
    return {
        "position": label.position,
        "place": label.place,
        "code": label.scan_code,
        "bars": has_code128(label.scan_code),
        "name": label.name,
        "variant": label.variant or NONE,
        "origin": label.origin or NONE,
        "grade": label.grade or NONE,
        "unit": label.unit,
        "price": show_yuan(label.price_fen, separators=True),
        "struck": "" if label.struck_fen is None else show_yuan(label.struck_fen, separators=True),
        "valid_from": label.valid_from.isoformat(),
        "keeper": label.keeper,
    }
