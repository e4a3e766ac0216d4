"""The files about money: what arrived, was declared, moved and paid in."""

from __future__ import annotations

from ledger.evidence.columns import (
    Kind,
    date,
    instant,
    money,
    number,
    tag,
    text,
)

MONEY_KINDS = (
    Kind(
        name="settlements",
        zh="到账",
        role="evidence",
        key=("tender", "tender_ref", "refund_ref"),
        dated_by="settled_at",
        columns=(
            text("tender", "渠道"),
            number("tender_ref", "支付流水", blank=True),
            number("refund_ref", "退款流水", optional=True),
            number("order_no", "商户订单号", optional=True),
            instant("settled_at", "交易时间"),
            money("amount", "金额"),
            money("fee", "手续费", optional=True),
            # What the vendor printed, with all its decimals; `fee` is it rounded half up.
            text("fee_exact", "手续费原值", optional=True),
            number("terminal", "终端号", optional=True),
            number("batch_no", "批次号", optional=True),
        ),
    ),
    Kind(
        name="declarations",
        zh="日结申报",
        role="evidence",
        key=("clerk", "shift_no", "tender"),
        columns=(
            text("clerk", "工号"),
            text("shift_no", "班次号", optional=True),
            text("tender", "支付方式"),
            money("amount", "金额"),
            text("denominations", "券别", optional=True, limit=200),
            money("float_kept", "备用金", optional=True),
        ),
    ),
    Kind(
        name="cash_moves",
        zh="现金往来",
        role="evidence",
        key=("move_no",),
        dated_by="at",
        columns=(
            number("move_no", "单号"),
            instant("at", "时间"),
            text("from", "自", blank=True),
            text("to", "至", blank=True),
            money("amount", "金额"),
            text("reason", "事由", blank=True, limit=500),
            number("document_no", "审批单号", optional=True),
        ),
    ),
    Kind(
        name="deposits",
        zh="交款与解款",
        role="evidence",
        key=("slip_no",),
        dated_by="deposited_on",
        columns=(
            number("slip_no", "单号"),
            tag("step", "环节", "handin bank", "交款 解款"),
            text("clerk", "工号", optional=True),
            money("amount", "金额"),
            date("deposited_on", "日期"),
            date("covers_date", "所属日期", optional=True),
            number("bank_receipt", "银行回单号", optional=True),
        ),
    ),
    Kind(
        name="bank_lines",
        zh="账户明细",
        role="evidence",
        key=("bank", "account", "line_ref"),
        dated_by="booked_on",
        columns=(
            text("bank", "银行"),
            text("account", "账户", optional=True),
            # The bank's own number of the line; where it prints none, a digest of the line.
            number("line_ref", "明细流水"),
            date("booked_on", "记账日期"),
            instant("at", "交易时间", optional=True),
            money("amount", "金额"),
            money("balance", "余额", optional=True),
            text("counterparty", "对方", optional=True, limit=200),
            text("memo", "摘要", optional=True, limit=500),
            number("order_no", "业务单号", optional=True),
        ),
    ),
)
