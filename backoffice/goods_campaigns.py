"""Campaigns that give goods away, as a list: what for, how many they may give and have given."""

from __future__ import annotations

from backoffice.goods_asked import Asked
from backoffice.goods_lists import GoodsList, ListColumn
from backoffice.sheets import CellKind
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.campaigns import campaigns_of
from stock.gift_purposes import PURPOSES

COLUMNS = (
    ListColumn("campaign", Text("活动", "Campaign")),
    ListColumn("name", Text("名称", "Name")),
    ListColumn("purpose", Text("用途", "Given for")),
    ListColumn("quota", Text("额度", "Quota"), CellKind.INTEGER, total=True),
    ListColumn("given", Text("已赠", "Given"), CellKind.INTEGER, total=True),
    ListColumn("left", Text("余", "Left"), CellKind.INTEGER, total=True),
    ListColumn("valid_from", Text("自", "From"), CellKind.DATE),
    ListColumn("valid_to", Text("至", "Until"), CellKind.DATE),
)
NONE_YET = Text(
    "还没有活动。登记后营业员才能按活动赠送。",
    "No campaign yet. Gifts are given by campaign, so register one first.",
)


def campaigns(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give every campaign of the hall with its quota and what documents that stand have given."""
    return GoodsList(
        name="campaigns",
        title=Text("赠送活动", "Gift campaigns"),
        columns=COLUMNS,
        rows=[
            (
                one.code,
                one.name,
                PURPOSES[one.purpose],
                one.quota,
                given,
                one.quota - given,
                one.valid_from,
                one.valid_to,
            )
            for one, given in campaigns_of(uow, hall)
        ],
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("日期", "Date"), asked.on),
        ),
        empty=NONE_YET,
    )
