"""The files about goods and forms: what there is to sell, its papers, and what was counted."""

from __future__ import annotations

from ledger.evidence.columns import (
    CellType,
    Column,
    Kind,
    date,
    flag,
    instant,
    integer,
    money,
    number,
    tag,
    text,
)

GOODS_KINDS = (
    Kind(
        name="items",
        zh="物品",
        role="catalogue",
        key=("code",),
        columns=(
            text("code", "物品编码"),
            text("name", "名称", limit=200),
            tag(
                "category",
                "类别",
                "handset sim recharge_card gift accessory test_card loaner spare_part promotional"
                " roaming_card customer_handset",
                "手机 卡 充值卡 礼品 配件 测试卡 备用机 备件 促销品 异地漫游补卡 客户送修机",
            ),
            tag("tracking", "管理方式", "serial quantity", "串号 数量"),
            Column("price", "零售价", CellType.MONEY, may_be_blank=True, default=None),
            text("unit", "单位", blank=True),
        ),
    ),
    Kind(
        name="prices",
        zh="价格",
        role="catalogue",
        key=("item", "campaign", "valid_from"),
        columns=(
            text("item", "物品编码"),
            text("campaign", "活动编码", optional=True),
            money("price", "价格"),
            date("valid_from", "生效"),
            date("valid_to", "失效", optional=True),
        ),
    ),
    Kind(
        name="businesses",
        zh="业务",
        role="catalogue",
        key=("business",),
        columns=(
            text("business", "业务类型"),
            flag("needs_form", "需受理单"),
            tag(
                "invoice_due",
                "开票时点",
                "payment month never",
                "收款 月结 不开",
                default="payment",
            ),
            money("fee", "标准资费", optional=True),
        ),
    ),
    Kind(
        name="stock",
        zh="库存单据",
        role="document",
        key=("document_no", "item", "serial"),
        dated_by="at",
        columns=(
            number("document_no", "单号"),
            tag(
                "kind",
                "类型",
                "receipt draw return transfer_out transfer_in lend scrap",
                "入库 领用 返库 调出 调入 互借 报损",
            ),
            instant("at", "时间"),
            text("item", "物品编码"),
            number("serial", "串号", blank=True),
            number("serial_to", "止号", optional=True),
            integer("quantity", "数量"),
            text("clerk", "工号", blank=True),
            money("unit_cost", "单价", optional=True),
        ),
    ),
    Kind(
        name="invoice_books",
        zh="票据领用",
        role="document",
        key=("invoice_code", "first_no"),
        dated_by="drawn_at",
        columns=(
            number("invoice_code", "发票代码", blank=True),
            number("first_no", "起号"),
            number("last_no", "止号"),
            integer("count", "份数"),
            tag("carrier", "形式", "book continuous", "本 连续"),
            text("clerk", "工号", blank=True),
            number("used_to", "已用至", optional=True),
            instant("drawn_at", "领用时间", optional=True),
        ),
    ),
    Kind(
        name="counts",
        zh="盘点",
        role="evidence",
        key=("clerk", "item", "serial"),
        columns=(
            text("clerk", "工号", blank=True),
            text("item", "物品编码"),
            number("serial", "串号", blank=True),
            number("serial_to", "止号", optional=True),
            integer("quantity", "数量"),
        ),
    ),
)
