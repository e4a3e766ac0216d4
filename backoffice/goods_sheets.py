"""The daily goods sheet as a list and on paper, with two places to sign."""

from __future__ import annotations

from backoffice.goods_asked import Asked, place_asked
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import ITEM, NAME, QUANTITY
from backoffice.printing import render_paper
from backoffice.trade_words import measure, typeset
from ledger.actors import names_of
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.custody_days import CustodyDay, CustodyItem, Pieces, custody_day
from stock.holdings import Place, list_places
from stock.movement_columns import COLUMNS

OPENING = Text("期初", "Opening")
IN_HAND = Text("在手", "In hand")
TITLE = Text("营业员库存日清单", "Daily goods sheet")
NOTHING = Text("当日没有在手物品,也没有进出。", "Nothing was in hand and nothing moved.")
EQUATION = Text(
    "期初 + 领用及转入 − 销售 − 赠送 − 返库及转出 = 在手;负数为发出。",
    "Opening + drawn and other in − sold − given − returned and other out = in hand; negative is"
    " out.",
)


def sheet(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give a custody's day: opening, each heading and what is in hand, serials in runs."""
    day = day_asked(uow, hall, asked)
    rows: list[tuple[Cell, ...]] = []
    for one in day.items:
        for heading, pieces in _parts(one):
            rows += _rows(one, heading, pieces)
    return GoodsList(
        name="sheet",
        title=TITLE,
        columns=(
            ITEM,
            NAME,
            ListColumn("heading", Text("项目", "Heading")),
            ListColumn("first", Text("起号", "First")),
            ListColumn("last", Text("止号", "Last")),
            ListColumn("quantity", QUANTITY.name, QUANTITY.kind),
        ),
        rows=rows,
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("地点", "Place"), _holder(uow, hall, day.place)),
            (Text("日期", "Date"), asked.on),
        ),
        notes=(EQUATION,),
        empty=NOTHING,
    )


def sheet_paper(uow: UnitOfWork, hall: Hall, asked: Asked, *, language: Language) -> bytes:
    """Give the sheet as PDF: the clerk and the keeper sign the same figures."""
    day = day_asked(uow, hall, asked)
    values = {
        "hall": hall.code,
        "hall_name": hall.name,
        "date": asked.on.isoformat(),
        "holder": _said(_holder(uow, hall, day.place), language),
        "items": tuple(
            {
                "code": one.item.code,
                "name": one.item.name,
                "unit": _said(measure(one.item.unit), language),
                "parts": tuple(
                    {
                        "name": _said(heading, language),
                        "quantity": pieces.quantity,
                        "runs": tuple(_run(first, last, n) for first, last, n in pieces.runs),
                    }
                    for heading, pieces in _parts(one)
                ),
            }
            for one in day.items
        ),
        "equation": _said(EQUATION, language),
        "nothing": _said(NOTHING, language),
    }
    return render_paper(
        "goods_sheet.html",
        values,
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def day_asked(uow: UnitOfWork, hall: Hall, asked: Asked) -> CustodyDay:
    """Give the custody asked for; where none is named, the asker's own first one, else the store.

    Raises UnknownPlace for one he may not see.
    """
    if asked.place:
        return custody_day(uow, hall, place_asked(uow, hall, asked), asked.on)
    places = list_places(uow, hall, ("clerk", "counter", "store"))
    if asked.accounts is not None:
        places = [place for place in places if place.account_id in asked.accounts]
    first = next(iter(places), None) or place_asked(uow, hall, asked)
    return custody_day(uow, hall, first, asked.on)


def _parts(one: CustodyItem) -> list[tuple[Text, Pieces]]:
    moved = [(COLUMNS[name], pieces) for name, pieces in one.moved]
    return [(OPENING, one.opening), *moved, (IN_HAND, one.in_hand)]


def _rows(one: CustodyItem, heading: Text, pieces: Pieces) -> list[tuple[Cell, ...]]:
    code, name = one.item.code, one.item.name
    if not pieces.runs:
        return [(code, name, heading, "", "", pieces.quantity)]
    sign = -1 if pieces.quantity < 0 else 1
    return [(code, name, heading, first, last, sign * count) for first, last, count in pieces.runs]


def _holder(uow: UnitOfWork, hall: Hall, place: Place) -> Text:
    name = names_of(uow, hall.id).get(place.holder, "")
    return Text(f"{place.text.zh} {name}".strip(), f"{place.text.en} {name}".strip())


def _run(first: str, last: str, count: int) -> str:
    return first if count == 1 else f"{first}–{last}"


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
