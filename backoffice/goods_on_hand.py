"""What is on hand as lists: items by places, one item, and the serials of one place."""

from __future__ import annotations

from collections import defaultdict

from backoffice.goods_asked import Asked, place_asked
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.sheets import CellKind
from ledger.accounts import CATEGORIES
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.holdings import CARE, Holding, Place, find_item, list_holdings, units_held
from stock.runs import runs_of

ITEM = ListColumn("item", Text("物品编码", "Item"))
NAME = ListColumn("name", Text("名称", "Name"))
CATEGORY = ListColumn("category", Text("类别", "Category"))
SERIAL = ListColumn("serial", Text("串号", "Serial"))
PLACE = ListColumn("place", Text("地点", "Place"))
QUANTITY = ListColumn("quantity", Text("数量", "Quantity"), CellKind.INTEGER, total=True)
NOT_OURS = Text(
    "代保管是客户的物品,不计入合计。", "Goods in our care are customers' and not in the total."
)
NOTHING = Text(
    "账上没有库存。先办理入库单,库存就会出现在这里。",
    "Nothing is on hand. Post a goods receipt first; what it brings appears here.",
)


def on_hand(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give items down and places across, each cell the pieces held there now."""
    holdings = list_holdings(uow, hall, item=asked.item, accounts=asked.accounts)
    places = sorted({one.place for one in holdings})
    by_item: dict[str, dict[int, int]] = defaultdict(dict)
    items = {}
    for one in holdings:
        items[one.item.code] = one.item
        by_item[one.item.code][one.place.account_id] = one.quantity
    ours = {place.account_id for place in places if place.kind != CARE}
    rows: list[tuple[Cell, ...]] = [
        (
            code,
            item.name,
            CATEGORIES[item.category],
            sum(n for account, n in by_item[code].items() if account in ours),
            *(by_item[code].get(place.account_id) for place in places),
        )
        for code, item in items.items()
    ]
    total = ListColumn("total", Text("合计", "Total"), CellKind.INTEGER, total=True)
    return GoodsList(
        name="on-hand",
        title=Text("库存一览", "On hand"),
        columns=(ITEM, NAME, CATEGORY, total, *(_place_column(place) for place in places)),
        rows=rows,
        heading=((Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),),
        notes=(NOT_OURS,) if any(place.kind == CARE for place in places) else (),
        empty=NOTHING,
    )


def item_places(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give one item across the places that hold it, its serials as the fewest runs (STK-04)."""
    item = find_item(uow, asked.item)
    holdings = list_holdings(uow, hall, item=item.code, accounts=asked.accounts)
    rows: list[tuple[Cell, ...]] = []
    for one in holdings:
        rows += _segments(uow, hall, one)
    return GoodsList(
        name="item",
        title=Text(f"{item.name} 各处库存", f"{item.name}: where it is"),
        columns=(
            PLACE,
            ListColumn("first", Text("起号", "First")),
            ListColumn("last", Text("止号", "Last")),
            QUANTITY,
        ),
        rows=rows,
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("物品", "Item"), f"{item.name} {item.code}"),
        ),
    )


def serials(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give every unit of one item in one place: since when it is here and what it cost."""
    item, place = find_item(uow, asked.item), place_asked(uow, hall, asked)
    units = units_held(uow, hall, place.account_id, item.id)
    columns = [
        SERIAL,
        ListColumn("since", Text("入账日", "In the books since"), CellKind.DATE),
        ListColumn("days", Text("天数", "Days"), CellKind.INTEGER),
    ]
    costs = asked.accounts is None
    if costs:
        columns.append(ListColumn("cost", Text("成本", "Cost"), CellKind.MONEY, total=True))
    return GoodsList(
        name="serials",
        title=Text(f"{place.text.zh}:{item.name}", f"{place.text.en}: {item.name}"),
        columns=tuple(columns),
        rows=[
            (
                unit.serial,
                unit.opened_on,
                (asked.on - unit.opened_on).days,
                *((unit.cost_fen,) if costs else ()),
            )
            for unit in units
        ],
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("地点", "Place"), place.text),
            (Text("物品", "Item"), f"{item.name} {item.code}"),
        ),
    )


def segments_of(uow: UnitOfWork, hall: Hall, holding: Holding) -> list[tuple[str, str, int]]:
    """Give the serials of one holding as the fewest runs: first, last, how many."""
    if holding.item.tracking != "serial":
        return []
    units = units_held(uow, hall, holding.place.account_id, holding.item.id)
    return runs_of(holding.item, (unit.serial for unit in units))


def _segments(uow: UnitOfWork, hall: Hall, one: Holding) -> list[tuple[Cell, ...]]:
    runs = segments_of(uow, hall, one)
    if not runs:
        return [(one.place.text, "", "", one.quantity)]
    return [(one.place.text, first, last, count) for first, last, count in runs]


def _place_column(place: Place) -> ListColumn:
    return ListColumn(
        f"place:{place.name}", place.text, CellKind.INTEGER, total=True, place=place.name
    )
