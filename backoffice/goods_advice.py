"""合理库存建议 as a list in which every figure of the rule is shown (DOMAIN STK-13)."""

from __future__ import annotations

from backoffice.goods_asked import Asked
from backoffice.goods_lists import GoodsList, ListColumn
from backoffice.goods_on_hand import CATEGORY, ITEM, NAME
from backoffice.sheets import CellKind
from ledger.accounts import CATEGORIES
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.advice import advise_reorder
from stock.reorder import show_hundredths
from stock.stock_limits import stock_limits

COLUMNS = (
    ITEM,
    NAME,
    CATEGORY,
    ListColumn("proposal", Text("建议申领", "Ask for"), CellKind.INTEGER),
    ListColumn(
        "on_hand",
        Text("在库", "On hand"),
        CellKind.INTEGER,
        group=Text("在库 / 在途", "On hand / in transit"),
    ),
    ListColumn("in_transit", Text("在途", "In transit"), CellKind.INTEGER, beside="on_hand"),
    ListColumn("reserved", Text("已预留", "Reserved"), CellKind.INTEGER),
    ListColumn(
        "pieces",
        Text("期间销量", "Sold"),
        CellKind.INTEGER,
        group=Text("销量 / 有销天数", "Sold / selling days"),
    ),
    ListColumn("selling_days", Text("有销天数", "Selling days"), CellKind.INTEGER, beside="pieces"),
    ListColumn(
        "mean",
        Text("日均 d", "Mean d"),
        CellKind.DECIMAL,
        group=Text("日均 d / 标准差 σd", "Mean d / deviation σd"),
    ),
    ListColumn("deviation", Text("标准差 σd", "Deviation σd"), CellKind.DECIMAL, beside="mean"),
    ListColumn("safety", Text("安全库存 SS", "Safety SS"), CellKind.DECIMAL),
    ListColumn(
        "reorder_point",
        Text("再订货点", "Reorder point"),
        CellKind.DECIMAL,
        group=Text("再订货点 / 取整", "Reorder point / rounded up"),
    ),
    ListColumn("reorder_at", Text("取整", "Rounded up"), CellKind.INTEGER, beside="reorder_point"),
    ListColumn("target", Text("目标库存", "Target"), CellKind.DECIMAL),
    ListColumn("pack_size", Text("装箱数", "Pack"), CellKind.INTEGER),
    ListColumn("last_sold", Text("最近销售", "Last sold"), CellKind.DATE),
    ListColumn("remark", Text("备注", "Remark")),
)
RULE = Text(
    "SS = z·√(L·σd² + d²·σL²);再订货点 = d·L + SS;目标 = d·(L+R) + z·√((L+R)·σd² + d²·σL²);"
    "建议 = 目标 − 在库 − 在途 + 已预留,按装箱数向上取整。",
    "SS = z·√(L·σd² + d²·σL²); reorder point = d·L + SS; target = d·(L+R) + z·√((L+R)·σd² +"
    " d²·σL²); ask for target − on hand − in transit + reserved, rounded up to whole packs.",
)
IN_TRANSIT_NOW = Text(
    "在途为现在还未到的货,其余为所选日期日终的数。",
    "In transit is what is still to come now; all else is as of the end of the day chosen.",
)
UNSOLD = Text("无销售,见滞销", "nothing sold, see slow movers")
SLOW = Text("有销天数少,按最低陈列量", "few selling days: display minimum")


def advice(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give what to ask for of each item, and all that the figure was made from."""
    limits = stock_limits(uow, hall)
    found = advise_reorder(uow, hall, on=asked.on)
    days = found[0].demand.days if found else limits["demand_days"]
    rows = []
    for one in found:
        if asked.item not in ("", one.item.code):
            continue
        demand, stock, proposal = one.demand, one.stock, one.proposal
        remark = UNSOLD if demand.pieces <= 0 else SLOW if proposal.rests else None
        rows.append(
            (
                one.item.code,
                one.item.name,
                CATEGORIES[one.item.category],
                proposal.quantity,
                stock.on_hand,
                stock.in_transit,
                stock.reserved,
                demand.pieces,
                demand.selling_days,
                show_hundredths(demand.mean),
                show_hundredths(demand.deviation),
                show_hundredths(proposal.safety),
                show_hundredths(proposal.reorder_point),
                proposal.reorder_at,
                show_hundredths(proposal.target),
                stock.pack_size,
                one.last_sold,
                remark,
            )
        )
    return GoodsList(
        name="advice",
        title=Text("合理库存建议", "Reorder advice"),
        columns=COLUMNS,
        rows=list(rows),
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("日期", "Date"), asked.on),
            (Text("销量取最近天数", "Days of sales looked at"), days),
            (Text("到货期 L(天)", "Lead time L, days"), limits["lead_time_days"]),
            (
                Text("到货期偏差 σL(天)", "Its deviation σL, days"),
                limits["lead_time_deviation_days"],
            ),
            (Text("订货间隔 R(天)", "Review interval R, days"), limits["review_interval_days"]),
            (Text("服务系数 z", "Service factor z"), str(show_hundredths(limits.service_factor))),
            (
                Text("少销:有销天数不多于", "Slow: selling days at most"),
                limits["few_selling_days"],
            ),
            (Text("最低陈列量", "Display minimum"), limits["display_minimum"]),
        ),
        notes=(RULE, IN_TRANSIT_NOW) if asked.on < uow.today else (RULE,),
    )
