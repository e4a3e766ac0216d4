"""WeChat Pay fund bills: every movement of the merchant's account with its balance (FIL-02)."""

from __future__ import annotations

from decimal import Decimal

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.account_lines import balance_note, joined, masked_memos
from ledger.evidence.vendors.backticks import backticked_records
from ledger.evidence.vendors.layouts import (
    PAYER_DROPPED,
    ColumnOfRows,
    Layout,
    Statement,
    fen_sum,
    incomplete,
    make_statement,
    tie_amount,
    tie_count,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_HEADER = ("记账时间", "资金流水单号", "收支类型", "收支金额", "账户结余")
_COUNT = "资金流水总笔数"
_NOTHING = Decimal(0)


def _recognises(source: Source) -> bool:
    return source.find_header(*_HEADER) is not None


def _read(source: Source) -> Reading:
    statement, totals = _cut(source)
    sizes = statement.yuan("收支金额")
    balances = statement.yuan("账户结余")
    came_in = _directions(statement)
    statement.refuse_problems()
    income = [size for size, into in zip(sizes, came_in, strict=True) if into]
    outgo = [size for size, into in zip(sizes, came_in, strict=True) if not into]
    _tie(totals, income, outgo)
    amounts = [size if into else -size for size, into in zip(sizes, came_in, strict=True)]
    note = balance_note(statement.lines, amounts, balances)
    return typed_reading(
        "bank_lines",
        LAYOUT.name,
        lines=statement.lines,
        columns=_columns(statement, amounts, balances),
        notes=[PAYER_DROPPED, *([note] if note else [])],
        sums={"rows": len(amounts), "in": fen_sum(income), "out": fen_sum(outgo)},
    )


def _cut(source: Source) -> tuple[Statement, dict[str, str]]:
    header: list[str] = []
    rows: list[Record] = []
    records = backticked_records(source)
    for line, cells in records:
        first = plain_name(cells[0])
        if first == plain_name(_HEADER[0]):
            header = cells
        elif first == _COUNT:
            values = next(records, None)
            if values is None:
                break
            totals = dict(zip(map(plain_name, cells), values[1], strict=False))
            return make_statement(header, rows), totals
        elif header:
            rows.append((line, cells))
    raise incomplete()


def _directions(statement: Statement) -> list[bool]:
    """Say of each line whether money came in."""
    directions = []
    for line, word in zip(statement.lines, statement.texts("收支类型"), strict=True):
        if word not in ("收入", "支出"):
            sentence = Text(
                f"{quoted(word)} 不是 收入 或 支出。", f"{quoted(word)} is neither 收入 nor 支出."
            )
            statement.problems.append(Problem(sentence, line=line, column="收支类型"))
        directions.append(word == "收入")
    return directions


def _tie(totals: dict[str, str], income: list[Decimal], outgo: list[Decimal]) -> None:
    checks = [
        tie_count(_COUNT, totals.get(_COUNT, ""), len(income) + len(outgo)),
        tie_count("收入笔数", totals.get("收入笔数", ""), len(income)),
        tie_amount("收入金额", totals.get("收入金额", ""), sum(income, _NOTHING)),
        tie_count("支出笔数", totals.get("支出笔数", ""), len(outgo)),
        tie_amount("支出金额", totals.get("支出金额", ""), sum(outgo, _NOTHING)),
    ]
    found = [problem for problem in checks if problem is not None]
    if found:
        raise BadInput(found)


def _columns(
    statement: Statement, amounts: list[Decimal], balances: list[Decimal]
) -> dict[str, ColumnOfRows]:
    times = statement.texts("记账时间")
    remarks = [_unescaped(remark) for remark in statement.texts("备注")]
    said = joined(statement.texts("业务名称"), statement.texts("业务类型"), remarks)
    nobody = [""] * len(times)
    return {
        "bank": ColumnOfRows(["wechat"] * len(times), "银行"),
        "line_ref": ColumnOfRows(statement.texts("资金流水单号"), "资金流水单号"),
        "booked_on": ColumnOfRows(times, "记账时间"),
        "at": ColumnOfRows(times, "记账时间"),
        "amount": yuan_cells(amounts, "收支金额"),
        "balance": yuan_cells(balances, "账户结余"),
        "memo": ColumnOfRows(masked_memos(said, nobody), "备注"),
        "order_no": ColumnOfRows(statement.texts("微信支付业务单号"), "微信支付业务单号"),
    }


def _unescaped(remark: str) -> str:
    r"""Undo what the vendor does to remarks: line breaks as `\\r`, `\\n` and spaces as byte 1."""
    for escape in ("\\\\r", "\\\\n", "\\r", "\\n", "\x01"):
        remark = remark.replace(escape, " ")
    return " ".join(remark.split())


LAYOUT = Layout(
    "wechat_fund_bill",
    Text("微信支付资金账单", "WeChat Pay fund bill"),
    _recognises,
    _read,
)
