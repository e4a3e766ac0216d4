"""Alipay fund bills, 账务明细: every movement of the merchant's account (DOMAIN FIL-05)."""

from __future__ import annotations

from decimal import Decimal

from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.account_lines import (
    balance_note,
    joined,
    masked_memos,
    masked_parties,
)
from ledger.evidence.vendors.alipay_frame import encoding_notes, read_frame, tie_totals
from ledger.evidence.vendors.layouts import (
    NOTHING,
    PAYER_MASKED,
    ColumnOfRows,
    Layout,
    Statement,
    fen_sum,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_SERIAL = "账务流水号"
_HEADER = (_SERIAL, "业务流水号", "发生时间")
_IN, _OUT = ("收入金额（+元）", "收入（+元）"), ("支出金额（-元）", "支出（-元）")


def _recognises(source: Source) -> bool:
    return source.find_header(*_HEADER) is not None


def _read(source: Source) -> Reading:
    statement, totals = read_frame(source, _SERIAL)
    # What went out is printed with or without its minus, by the age of the file.
    income, outgo = statement.yuan(*_IN), [-abs(yuan) for yuan in statement.yuan(*_OUT)]
    balances = statement.yuan("账户余额（元）")
    statement.refuse_problems()
    tie_totals(
        totals,
        {
            "收入": (sum(map(bool, income)), sum(income, NOTHING)),
            "支出": (sum(map(bool, outgo)), sum(outgo, NOTHING)),
        },
        "金额",
    )
    amounts = [came + went for came, went in zip(income, outgo, strict=True)]
    note = balance_note(statement.lines, amounts, balances)
    return typed_reading(
        "bank_lines",
        LAYOUT.name,
        lines=statement.lines,
        columns=_columns(statement, amounts, balances),
        notes=[PAYER_MASKED, *encoding_notes(source), *([note] if note else [])],
        sums={"rows": len(amounts), "in": fen_sum(income), "out": -fen_sum(outgo)},
    )


def _columns(
    statement: Statement, amounts: list[Decimal], balances: list[Decimal]
) -> dict[str, ColumnOfRows]:
    times = statement.texts("发生时间")
    parties = statement.texts("对方账号", "对方账户")
    nobody = [""] * len(times)
    said = joined(statement.texts("业务类型"), statement.texts("商品名称"), statement.texts("备注"))
    return {
        "bank": ColumnOfRows(["alipay"] * len(times), "银行"),
        "line_ref": ColumnOfRows(statement.texts(_SERIAL), _SERIAL),
        "booked_on": ColumnOfRows(times, "发生时间"),
        "at": ColumnOfRows(times, "发生时间"),
        "amount": yuan_cells(amounts, "收入/支出金额"),
        "balance": yuan_cells(balances, "账户余额（元）"),
        "counterparty": ColumnOfRows(masked_parties(parties, nobody), "对方账号"),
        "memo": ColumnOfRows(masked_memos(said, parties), "备注"),
        "order_no": ColumnOfRows(statement.texts("商户订单号", "业务流水号"), "商户订单号"),
    }


LAYOUT = Layout(
    "alipay_fund_bill",
    Text("支付宝账务明细", "Alipay fund bill"),
    _recognises,
    _read,
)
