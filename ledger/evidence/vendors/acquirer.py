"""The CSV of a POS acquirer: one line a card payment, with terminal, batch and voucher (FIL-06).

REF is 参考号, else 交易单号. A refund names its original by 原交易单 and itself by `refund_ref`.
"""

from __future__ import annotations

from decimal import Decimal

from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.layouts import (
    PAYER_DROPPED,
    ColumnOfRows,
    Layout,
    Statement,
    fee_cells,
    fen_sum,
    make_statement,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_HEADER = ("商户号", "终端号", "交易日期", "交易时间", "交易类型", "参考号", "交易金额", "手续费")
_GIVING_BACK = ("退", "撤销", "冲正")


def _recognises(source: Source) -> bool:
    return source.find_header(*_HEADER) is not None


def _read(source: Source) -> Reading:
    found = source.find_header(*_HEADER)
    assert found, "a recognised file has its header"
    below = (record for record in source.vendor_lines() if record[0] > found[0])
    header = next(cells for line, cells in source.vendor_lines() if line == found[0])
    statement = make_statement(header, below)
    sizes, fees = statement.yuan("交易金额"), statement.yuan("手续费")
    statement.refuse_problems()
    back = [any(mark in sort for mark in _GIVING_BACK) for sort in statement.texts("交易类型")]
    amounts = [-abs(size) if given else size for size, given in zip(sizes, back, strict=True)]
    paid = [amount for amount, given in zip(amounts, back, strict=True) if not given]
    refunded = [-amount for amount, given in zip(amounts, back, strict=True) if given]
    return typed_reading(
        "settlements",
        LAYOUT.name,
        lines=statement.lines,
        columns=_columns(statement, back, amounts, fees),
        notes=[PAYER_DROPPED],
        sums={
            "rows": len(amounts),
            "payments": len(paid),
            "refunds": len(refunded),
            "paid": fen_sum(paid),
            "refunded": fen_sum(refunded),
            "fee": fen_sum(fees),
        },
        owners=statement.texts("门店编号" if statement.has("门店编号") else "商户号"),
    )


def _columns(
    statement: Statement, back: list[bool], amounts: list[Decimal], fees: list[Decimal]
) -> dict[str, ColumnOfRows]:
    days, clocks = statement.texts("交易日期"), statement.texts("交易时间")
    moments = [
        clock if "-" in clock or not day else f"{day} {clock}".strip()
        for day, clock in zip(days, clocks, strict=True)
    ]
    refs = _refs(statement, back)
    return {
        "tender": ColumnOfRows(["pos"] * len(back), "渠道"),
        "tender_ref": ColumnOfRows([ref for ref, _ in refs], "参考号"),
        "refund_ref": ColumnOfRows([refund for _, refund in refs], "参考号"),
        "order_no": ColumnOfRows(statement.texts("订单号"), "订单号"),
        "settled_at": ColumnOfRows(moments, "交易日期"),
        "amount": yuan_cells(amounts, "交易金额"),
        "fee": fee_cells(fees, "手续费"),
        "fee_exact": ColumnOfRows(statement.texts("手续费"), "手续费"),
        "terminal": ColumnOfRows(statement.texts("终端号"), "终端号"),
        "batch_no": ColumnOfRows(statement.texts("交易批次号", "批次号"), "交易批次号"),
    }


def _refs(statement: Statement, back: list[bool]) -> list[tuple[str, str]]:
    refs = []
    for given, ref, number, original in zip(
        back,
        statement.texts("参考号"),
        statement.texts("交易单号"),
        statement.texts("原交易单"),
        strict=True,
    ):
        own = ref or number
        refs.append((original or own, own) if given else (own, ""))
    return refs


LAYOUT = Layout("acquirer_pos", Text("收单机构对账单", "acquirer's POS file"), _recognises, _read)
