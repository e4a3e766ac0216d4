"""Settlements written the way WeChat Pay and Alipay give them to a merchant (FIL-01, FIL-04)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.generator.world import Row, clock, fen_of, yuan

_WECHAT_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
    "交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,"
    "充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,"
    "费率备注"
)
_WECHAT_SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
_ALIPAY_COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def fee_fen(fen: int) -> int:
    """Give the vendor's fee of 0.6 %, rounded half up; negative for money paid back."""
    size = (abs(fen) * 6 + 500) // 1000
    return -size if fen < 0 else size


def wechat_bill(rows: list[Row], *, goods: str) -> bytes:
    """Give a WeChat Pay merchant bill of type ALL with its summary of two lines."""
    lines = [_WECHAT_COLUMNS]
    for number, row in enumerate(sorted(rows, key=lambda row: row["settled_at"]), start=1):
        lines.append(",".join(f"`{cell}" for cell in _wechat_cells(row, number, goods)))
    paid = sum(fen_of(row["amount"]) for row in rows if not row.get("refund_ref"))
    back = -sum(fen_of(row["amount"]) for row in rows if row.get("refund_ref"))
    fee = sum(fee_fen(fen_of(row["amount"])) for row in rows)
    totals = [f"{len(rows)}.0", yuan(paid), yuan(back), "0.0", yuan(fee), yuan(paid), yuan(back)]
    lines += [_WECHAT_SUMMARY, ",".join(f"`{cell}" for cell in totals)]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _wechat_cells(row: Row, number: int, goods: str) -> list[str]:
    fen = fen_of(row["amount"])
    refund = row.get("refund_ref", "")
    paid, back = (yuan(0), yuan(-fen)) if refund else (yuan(fen), yuan(0))
    return [
        row["settled_at"],
        "wx0000000000000000",
        "1900000001",
        "0",
        "",
        row["tender_ref"],
        row.get("order_no", ""),
        f"oSample{number:021d}",
        "MICROPAY",
        "REFUND" if refund else "SUCCESS",
        "OTHERS",
        "CNY",
        paid,
        "0.00",
        refund or "0",
        f"TK{row.get('order_no', '')}" if refund else "0",
        back,
        "0.00",
        "ORIGINAL" if refund else "",
        "SUCCESS" if refund else "",
        goods,
        "",
        f"{yuan(fee_fen(fen))}000",
        "0.60%",
        paid,
        back,
        "",
    ]


def alipay_bill(rows: list[Row], *, date: str, goods: str) -> bytes:
    """Give an Alipay 业务明细 in GBK, with its frame and closing sums."""
    opening = datetime.fromisoformat(date)
    period = f"#起始日期：[{_long(opening)}]   终止日期：[{_long(opening + timedelta(days=1))}]"
    dashes = "-" * 41
    lines = [
        "#支付宝业务明细查询",
        "#账号：[20880000000000000156]",
        period,
        f"#{dashes}业务明细列表{dashes[:-1]}",
        _ALIPAY_COLUMNS,
    ]
    in_order = sorted(rows, key=lambda row: row["settled_at"])
    lines += [_alipay_line(row, goods) for row in in_order]
    paid = [fen_of(row["amount"]) for row in rows if not row.get("refund_ref")]
    back = [fen_of(row["amount"]) for row in rows if row.get("refund_ref")]
    lines += [
        f"#{dashes}业务明细列表结束{dashes}",
        f"#交易合计：{len(paid)}笔，商家实收共{yuan(sum(paid))}元，商家优惠共0.00元",
        f"#退款合计：{len(back)}笔，商家实收退款共{yuan(sum(back))}元，商家优惠退款共0.00元",
        f"#导出时间：[{_long(opening + timedelta(days=1, hours=10, minutes=6, seconds=31))}]",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def _long(moment: datetime) -> str:
    return f"{moment:%Y年%m月%d日 %H:%M:%S}"


def _alipay_line(row: Row, goods: str) -> str:
    fen = fen_of(row["amount"])
    done = datetime.fromisoformat(row["settled_at"])
    refund = row.get("refund_ref", "")
    cells = [
        f"{row['tender_ref']}\t",
        f"{row.get('order_no', '')}\t",
        "退款\t" if refund else "交易\t",
        goods,
        clock(done - timedelta(seconds=2)),
        clock(done),
        *["\t"] * 4,
        "*某(1**********)\t",
        *[yuan(fen)] * 2,
        *["0.00"] * 5,
        "",
        "0.00\t",
        "0.00",
        f"{refund}\t",
        yuan(-fee_fen(fen)),
        "0.00",
        "",
    ]
    return ",".join(cells)
