"""WeChat Pay merchant trade bills, ALL, SUCCESS and REFUND, old and new columns (DOMAIN FIL-01).

A payment row gives 应结订单金额, a refund row minus 退款金额, a revoked one minus what it returned.
REF is 微信订单号, `order_no` 商户订单号, `refund_ref` 微信退款单号 (else 商户退款单号).
"""

from __future__ import annotations

from decimal import Decimal

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.backticks import backticked_records
from ledger.evidence.vendors.layouts import (
    PAYER_DROPPED,
    ColumnOfRows,
    Layout,
    Statement,
    fee_cells,
    fen_sum,
    incomplete,
    make_statement,
    tie_amount,
    tie_count,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_HEADER = ("交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "手续费")
_COUNT = "总交易单数"
_PAID = ("应结订单金额", "总金额")
_REFUNDED = ("退款金额",)
_FEE = ("手续费",)
_TOTALS: dict[str, tuple[str, ...]] = {
    "应结订单总金额": _PAID,
    "总交易额": _PAID,
    "退款总金额": _REFUNDED,
    "总退款金额": _REFUNDED,
    "充值券退款总金额": ("充值券退款金额",),
    "总企业红包退款金额": ("企业红包退款金额",),
    "总代金券或立减优惠退款金额": ("代金券或立减优惠退款金额",),
    "手续费总金额": _FEE,
    "订单总金额": ("订单金额",),
    "申请退款总金额": ("申请退款金额",),
}
_STATES = ("SUCCESS", "REFUND", "REVOKED")
_NO_NUMBER = ("", "0")


def _recognises(source: Source) -> bool:
    return source.find_header(*_HEADER) is not None


def _read(source: Source) -> Reading:
    header, rows, totals = _cut(source)
    statement = make_statement(header, rows)
    paid, refunded, fees = (statement.yuan(*names) for names in (_PAID, _REFUNDED, _FEE))
    states = _states(statement)
    statement.refuse_problems()
    _tie(statement, totals)
    amounts = [
        _amount(state, came, went) for state, came, went in zip(states, paid, refunded, strict=True)
    ]
    count = sum(state == "SUCCESS" for state in states)
    return typed_reading(
        "settlements",
        LAYOUT.name,
        lines=statement.lines,
        columns=_columns(statement, states, amounts, fees),
        notes=_notes(states, statement),
        sums={
            "rows": len(states),
            "payments": count,
            "refunds": len(states) - count,
            "paid": fen_sum(paid),
            "refunded": fen_sum(refunded),
            "fee": fen_sum(fees),
        },
        owners=_merchants(statement),
    )


def _cut(source: Source) -> tuple[list[str], list[Record], dict[str, str]]:
    """Cut the bill into header, detail rows and the totals at its foot, by name."""
    records = backticked_records(source)
    header: list[str] = []
    rows: list[Record] = []
    for _, cells in records:
        if {plain_name(name) for name in _HEADER} <= {plain_name(cell) for cell in cells}:
            header = cells
            break
    for line, cells in records:
        if plain_name(cells[0]) == _COUNT:
            values = next(records, None)
            if values is None:
                raise incomplete()
            return header, rows, dict(zip(map(plain_name, cells), values[1], strict=False))
        rows.append((line, cells))
    raise incomplete()


def _states(statement: Statement) -> list[str]:
    states = statement.texts("交易状态")
    for line, state in zip(statement.lines, states, strict=True):
        if state not in _STATES:
            sentence = Text(
                f"{quoted(state)} 不是 {'、'.join(_STATES)} 之一。",
                f"{quoted(state)} is none of {', '.join(_STATES)}.",
            )
            statement.problems.append(Problem(sentence, line=line, column="交易状态"))
    return states


def _amount(state: str, came: Decimal, went: Decimal) -> Decimal:
    if state == "SUCCESS":
        return came - went
    # A revoked order stands in the bill beside its payment, with the same number; where no
    # refund is printed the whole payment was undone.
    return -(went or came) if state == "REVOKED" else -went


def _columns(
    statement: Statement, states: list[str], amounts: list[Decimal], fees: list[Decimal]
) -> dict[str, ColumnOfRows]:
    return {
        "tender": ColumnOfRows(["wechat"] * len(states), "渠道"),
        "tender_ref": ColumnOfRows(statement.texts("微信订单号"), "微信订单号"),
        "refund_ref": ColumnOfRows(_refund_refs(statement, states), "微信退款单号"),
        "order_no": ColumnOfRows(statement.texts("商户订单号"), "商户订单号"),
        "settled_at": ColumnOfRows(_times(statement, states), "交易时间"),
        "amount": yuan_cells(amounts, "应结订单金额/退款金额"),
        "fee": fee_cells(fees, "手续费"),
        "fee_exact": ColumnOfRows(statement.texts(*_FEE), "手续费"),
        "terminal": ColumnOfRows(statement.texts("设备号"), "设备号"),
    }


def _refund_refs(statement: Statement, states: list[str]) -> list[str]:
    refs = []
    ours, theirs = statement.texts("微信退款单号"), statement.texts("商户退款单号")
    for state, own, merchant in zip(states, ours, theirs, strict=True):
        if state == "SUCCESS":
            refs.append("")
        else:
            found = next((ref for ref in (own, merchant) if ref not in _NO_NUMBER), "")
            refs.append(found or state)
    return refs


def _times(statement: Statement, states: list[str]) -> list[str]:
    """Date a refund by its acceptance: the REFUND bill prints it beside the payment's own time."""
    paid_at, asked_at = statement.texts("交易时间"), statement.texts("退款申请时间")
    return [
        paid if state == "SUCCESS" else asked or paid
        for state, paid, asked in zip(states, paid_at, asked_at, strict=True)
    ]


def _merchants(statement: Statement) -> list[str]:
    under = statement.texts("特约商户号", "子商户号")
    own = statement.texts("商户号")
    return [
        sub if sub not in _NO_NUMBER else merchant for sub, merchant in zip(under, own, strict=True)
    ]


def _tie(statement: Statement, totals: dict[str, str]) -> None:
    problems = [tie_count(_COUNT, totals.get(_COUNT, ""), len(statement.lines))]
    for name, columns in _TOTALS.items():
        if name in totals:
            exact = sum(statement.yuan(*columns), Decimal(0))
            problems.append(tie_amount(name, totals[name], exact))
    found = [problem for problem in problems if problem is not None]
    if found:
        raise BadInput(found)


def _notes(states: list[str], statement: Statement) -> list[Text]:
    notes = [PAYER_DROPPED]
    revoked = states.count("REVOKED")
    if revoked:
        notes.append(
            Text(f"{revoked} 笔已撤销,按退款计。", f"{revoked} revoked, taken as refunds.")
        )
    unfinished = sum(
        state == "REFUND" and status not in ("", "SUCCESS")
        for state, status in zip(states, statement.texts("退款状态"), strict=True)
    )
    if unfinished:
        notes.append(
            Text(
                f"{unfinished} 笔退款在出账时尚未成功,请另行核实。",
                f"{unfinished} refunds had not succeeded when the bill was made: check them.",
            )
        )
    return notes


LAYOUT = Layout(
    "wechat_merchant_bill",
    Text("微信支付商户交易账单", "WeChat Pay merchant bill"),
    _recognises,
    _read,
)
