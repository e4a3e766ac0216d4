"""Alipay merchant details, 业务明细: payments and refunds of the merchant's shops (DOMAIN FIL-04).

REF is 支付宝交易号, `order_no` 商户订单号, `refund_ref` 退款批次号/请求号. The amount is 商家实收;
服务费 is printed as what it adds to the balance, so the fee is its negative.
"""

from __future__ import annotations

from decimal import Decimal

from ledger.errors import BadInput, Problem
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.alipay_frame import encoding_notes, read_frame, tie_totals
from ledger.evidence.vendors.layouts import (
    NOTHING,
    PAYER_DROPPED,
    ColumnOfRows,
    Layout,
    Statement,
    fee_cells,
    fen_sum,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_HEADER = ("支付宝交易号", "商户订单号", "业务类型", "商家实收（元）", "服务费（元）")
_REFUND = "退款"


def _recognises(source: Source) -> bool:
    return source.find_header(*_HEADER) is not None


def _read(source: Source) -> Reading:
    statement, totals = read_frame(source, _HEADER[0])
    amounts, fees = statement.yuan("商家实收（元）"), statement.yuan("服务费（元）")
    sorts = statement.texts("业务类型")
    statement.refuse_problems()
    paid = [amount for sort, amount in zip(sorts, amounts, strict=True) if sort != _REFUND]
    refunded = [amount for sort, amount in zip(sorts, amounts, strict=True) if sort == _REFUND]
    tie_totals(
        totals,
        {
            "交易": (len(paid), sum(paid, NOTHING)),
            "退款": (len(refunded), sum(refunded, NOTHING)),
        },
        "商家实收",
    )
    costs = [-fee for fee in fees]
    return typed_reading(
        "settlements",
        LAYOUT.name,
        lines=statement.lines,
        columns=_columns(statement, sorts, amounts, costs),
        notes=[PAYER_DROPPED, *encoding_notes(source)],
        sums={
            "rows": len(sorts),
            "payments": len(paid),
            "refunds": len(refunded),
            "paid": fen_sum(paid),
            "refunded": -fen_sum(refunded),
            "fee": fen_sum(costs),
        },
        owners=statement.texts("门店编号"),
    )


def _columns(
    statement: Statement, sorts: list[str], amounts: list[Decimal], costs: list[Decimal]
) -> dict[str, ColumnOfRows]:
    refunds = statement.texts("退款批次号/请求号")
    done, made = statement.texts("完成时间"), statement.texts("创建时间")
    return {
        "tender": ColumnOfRows(["alipay"] * len(sorts), "渠道"),
        "tender_ref": ColumnOfRows(statement.texts(_HEADER[0]), _HEADER[0]),
        "refund_ref": ColumnOfRows(
            [
                (ref or "REFUND") if sort == _REFUND else ""
                for sort, ref in zip(sorts, refunds, strict=True)
            ],
            "退款批次号/请求号",
        ),
        "order_no": ColumnOfRows(statement.texts("商户订单号"), "商户订单号"),
        "settled_at": ColumnOfRows(
            [end or start for end, start in zip(done, made, strict=True)], "完成时间"
        ),
        "amount": yuan_cells(amounts, "商家实收（元）"),
        "fee": fee_cells(costs, "服务费（元）"),
        "fee_exact": ColumnOfRows([format(cost, "f") for cost in costs], "服务费（元）"),
        "terminal": ColumnOfRows(statement.texts("终端号"), "终端号"),
    }


def _is_summary(source: Source) -> bool:
    return "业务汇总查询" in source.first_cell() or "账务汇总" in source.first_cell()


def _refuse_summary(source: Source) -> Reading:
    raise BadInput(
        [
            Problem(
                Text(
                    "这是支付宝汇总文件,没有逐笔明细,请导入同一压缩包中的明细文件或整个压缩包。",
                    "This is Alipay's summary, without single payments: import the detail file "
                    "of the same archive, or the archive as it is.",
                )
            )
        ]
    )


LAYOUT = Layout(
    "alipay_merchant_detail",
    Text("支付宝业务明细", "Alipay merchant details"),
    _recognises,
    _read,
)
SUMMARY_LAYOUT = Layout(
    "alipay_summary",
    Text("支付宝汇总", "Alipay summary"),
    _is_summary,
    _refuse_summary,
)
