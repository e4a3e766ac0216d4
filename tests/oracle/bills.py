"""WeChat Pay and Alipay merchant bills read as settlement rows (DOMAIN.md FIL-01, FIL-04)."""

from __future__ import annotations

import csv
import io

Row = dict[str, str]


def read_bill(text: str) -> list[Row] | None:
    """Give the settlement rows of a vendor's bill, or None when `text` is no such bill."""
    if text.startswith("#支付宝业务明细查询"):
        return _read_alipay(text)
    first = text.partition("\n")[0]
    if first.startswith("交易时间,") and "微信订单号" in first:
        return _read_wechat(text)
    return None


def _read_wechat(text: str) -> list[Row]:
    lines = text.splitlines()
    header = lines[0].split(",")
    rows = []
    for line in lines[1:-2]:
        cells = dict(zip(header, line[1:].split(",`"), strict=True))
        refund = cells["微信退款单号"] not in {"", "0"}
        money = "-" + cells["退款金额"] if refund else cells.get("应结订单金额", "")
        rows.append(
            {
                "tender": "wechat",
                "tender_ref": cells["微信订单号"],
                "refund_ref": cells["微信退款单号"] if refund else "",
                "order_no": cells["商户订单号"],
                "settled_at": cells["交易时间"],
                "amount": money,
            }
        )
    return rows


def _read_alipay(text: str) -> list[Row]:
    table = [line for line in text.splitlines() if not line.startswith("#")]
    rows = []
    for cells in csv.DictReader(io.StringIO("\n".join(table))):
        plain = {name: (value or "").strip() for name, value in cells.items()}
        rows.append(
            {
                "tender": "alipay",
                "tender_ref": plain["支付宝交易号"],
                "refund_ref": plain["退款批次号/请求号"],
                "order_no": plain["商户订单号"],
                "settled_at": plain["完成时间"],
                "amount": plain["商家实收（元）"],
            }
        )
    return rows
