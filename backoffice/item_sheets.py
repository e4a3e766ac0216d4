"""The lists of items and of labels as workbooks: exactly what the pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from backoffice.sheets import CellKind, Column, Sheet, table_workbook
from ledger.text import Language, Text
from stock.items import ATTRIBUTES, ItemRow, category_name
from stock.labels import PositionView

CODE = Text("物品编码", "Code")
CATEGORY = Text("类别", "Category")
ON_HAND = Text("在库", "On hand")
PRICE = Text("现价", "Price")
TRACKING = Text("管理方式", "Tracking")
TRACKINGS = {"serial": Text("串号", "by serial"), "quantity": Text("数量", "by quantity")}
_KINDS = {"face_value_fen": CellKind.MONEY, "pack_size": CellKind.INTEGER}


def items_workbook(
    rows: Iterable[ItemRow], *, hall: str, on: dt.date, language: Language, as_of: dt.datetime
) -> bytes:
    """Give a list of items with their attributes, what is on hand and the price of a day."""
    columns = (
        Column(CODE),
        Column(CATEGORY),
        Column(TRACKING),
        *(Column(text, _KINDS.get(name, CellKind.TEXT)) for name, text in ATTRIBUTES.items()),
        Column(ON_HAND, CellKind.INTEGER, total=True),
        Column(PRICE, CellKind.MONEY),
    )
    lines = (
        (
            row.item.code,
            category_name(row.item.category),
            TRACKINGS[row.item.tracking],
            *(getattr(row.item, name) for name in ATTRIBUTES),
            row.on_hand,
            row.price_fen,
        )
        for row in rows
    )
    title = Text("物品", "Items")
    heading = ((Text("营业厅", "Hall"), hall), (Text("日期", "Date"), on))
    return table_workbook([Sheet(title, columns, lines, heading)], language=language, as_of=as_of)


def labels_workbook(
    views: Sequence[PositionView], *, hall: str, language: Language, as_of: dt.datetime
) -> bytes:
    """Give the label positions for a round: what each must show, and what was confirmed last."""
    columns = (
        Column(Text("价签位", "Position")),
        Column(Text("位置", "Place")),
        Column(Text("物品", "Items")),
        Column(Text("应标价", "Price due"), CellKind.MONEY),
        Column(Text("已标价", "Price shown"), CellKind.MONEY),
        Column(Text("已标价起", "Shown since"), CellKind.DATE),
        Column(Text("核对", "Checked")),
    )
    lines = (
        (
            view.code,
            view.place,
            ", ".join(f"{item.name} {item.code}" for item in view.items),
            view.price_fen,
            view.shown_fen,
            view.shown_since,
            None,
        )
        for view in views
    )
    heading = ((Text("营业厅", "Hall"), hall), (Text("时间", "Time"), as_of))
    return table_workbook(
        [Sheet(Text("价签", "Labels"), columns, lines, heading)], language=language, as_of=as_of
    )
