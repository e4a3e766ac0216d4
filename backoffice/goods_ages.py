"""Ages, slow movers and the oldest units as lists, with the chart of ages (DOMAIN STK-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from backoffice.database import begin_read
from backoffice.goods_asked import Asked
from backoffice.goods_lists import Bar, Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import CATEGORY, ITEM, NAME, PLACE, QUANTITY, SERIAL
from backoffice.sheets import CellKind
from ledger.accounts import CATEGORIES
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork, system_actor
from stock.advice import list_slow_movers
from stock.ageing import first_days, list_ages, oldest_units
from stock.holdings import find_item
from stock.stock_limits import stock_limits

ORIGINS = system_actor("origins")
SINCE_COMPANY = Text(
    "库龄自首次入库(本公司)起算,调拨不重新计算;按数量管理的物品按先进先出推算。",
    "Age counts from the first receipt into the company, a transfer does not reset it; counted"
    " goods are taken to leave in the order they came.",
)
OLDEST_FIRST = Text(
    "先进先出:请从最上面一台卖起;另取较新的须注明原因。",
    "First in, first out: sell from the top; taking a newer one needs a reason.",
)


def ages(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give each item's pieces by bands of age."""
    limits = stock_limits(uow, hall)
    first = first_days_of(uow, hall)
    aged = list_ages(uow, hall, on=asked.on, bands=limits.bands, first=first)
    names = band_names(limits.bands)
    columns = [
        ITEM,
        NAME,
        CATEGORY,
        QUANTITY,
        *(
            ListColumn(f"band_{number}", name, CellKind.INTEGER, total=True)
            for number, name in enumerate(names, 1)
        ),
        ListColumn("undated", Text("日期不明", "Undated"), CellKind.INTEGER, total=True),
        ListColumn("oldest", Text("最早入库", "Oldest"), CellKind.DATE),
        ListColumn("oldest_days", Text("最长天数", "Oldest, days"), CellKind.INTEGER),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            one.item.code,
            one.item.name,
            CATEGORIES[one.item.category],
            one.quantity,
            *(pieces or None for pieces in one.pieces),
            one.undated or None,
            one.oldest,
            (asked.on - one.oldest).days if one.oldest else None,
        )
        for one in aged
        if asked.item in ("", one.item.code)
    ]
    sums = [sum(one.pieces[n] for one in aged) for n in range(len(names))]
    return GoodsList(
        name="ages",
        title=Text("库龄", "Stock age"),
        columns=tuple(columns),
        rows=rows,
        heading=_heading(hall, asked.on),
        notes=(SINCE_COMPANY,),
        bars=tuple(Bar(name, pieces) for name, pieces in zip(names, sums, strict=True)),
    )


def band_names(ends: Sequence[int]) -> list[Text]:
    """Give the bands as people call them: 0-30 天 ... 90 天以上."""
    names, start = [], 0
    for end in ends:
        names.append(Text(f"{start}–{end} 天", f"{start}–{end} days"))
        start = end + 1
    last = ends[-1]
    return [*names, Text(f"{last} 天以上", f"over {last} days")]


def slow_movers(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give what is on hand and was not sold for long."""
    limit = stock_limits(uow, hall)["slow_mover_days"]
    slow = list_slow_movers(uow, hall, on=asked.on)
    return GoodsList(
        name="slow-movers",
        title=Text("滞销", "Slow movers"),
        columns=(
            ITEM,
            NAME,
            CATEGORY,
            QUANTITY,
            ListColumn("last_sold", Text("最近销售", "Last sold"), CellKind.DATE),
            ListColumn("days", Text("未销售天数", "Days unsold"), CellKind.INTEGER),
        ),
        rows=[
            (
                one.item.code,
                one.item.name,
                CATEGORIES[one.item.category],
                one.quantity,
                one.last_sold or Text("从未", "never"),
                one.days,
            )
            for one in slow
        ],
        heading=_heading(hall, asked.on),
        notes=(
            Text(
                f"在库且 {limit} 天没有销售的物品;备用机、测试卡等非卖品不列。",
                f"On hand and not sold for {limit} days; what is not for sale is left out.",
            ),
        ),
        empty=Text("没有滞销物品。", "Nothing is slow."),
    )


def oldest(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the units of a model that could be sold, the oldest first."""
    item = find_item(uow, asked.item)
    units = oldest_units(
        uow, hall, item=item, first=first_days_of(uow, hall), accounts=asked.accounts
    )
    return GoodsList(
        name="oldest",
        title=Text(f"{item.name}:先卖哪台", f"{item.name}: which to sell first"),
        columns=(
            SERIAL,
            PLACE,
            ListColumn("first_on", Text("首次入库", "First received"), CellKind.DATE),
            ListColumn("days", Text("库龄(天)", "Age, days"), CellKind.INTEGER),
        ),
        rows=[
            (unit.serial, unit.place.text, unit.first_on, (asked.on - unit.first_on).days)
            for unit in units
        ],
        heading=(*_heading(hall, asked.on), (Text("物品", "Item"), f"{item.name} {item.code}")),
        notes=(OLDEST_FIRST,),
    )


def first_days_of(uow: UnitOfWork, hall: Hall) -> dict[int, dt.date]:
    """Give the first days of units from other halls, whose books only the system may read here."""
    engine = uow.session.get_bind().engine
    with begin_read(engine, ORIGINS) as everywhere:
        return first_days(everywhere, hall)


def _heading(hall: Hall, on: dt.date) -> tuple[tuple[Text, str | dt.date], ...]:
    return (
        (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
        (Text("日期", "Date"), on),
    )
