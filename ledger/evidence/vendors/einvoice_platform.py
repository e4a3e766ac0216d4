"""The export of the national e-invoice platform (电子发票服务平台, 全量发票查询导出结果).

A row is an invoice (发票基础信息) or a line of goods (信息汇总表), and such lines become one. Paper
forms have code and number, digital invoices 20 digits, digital ones on paper both. The platform
tells who issued by name; intake finds the staff number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ledger.errors import BadInput, Problem
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import NumberText, Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.layouts import (
    ColumnOfRows,
    Layout,
    Statement,
    fen_sum,
    make_statement,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

_DIGITAL = ("数电发票号码", "数电票号码", "全电发票号码")
_HEADER = ("发票代码", "发票号码", "开票日期", "价税合计", "发票状态")
_RED_OF = re.compile(
    r"(?:被红冲蓝字(?:数电)?(?:发|票)*号码[:\uff1a]\s*(\d{20}))"
    r"|(?:(?:对应正数|被红冲蓝字)发票代码[:\uff1a]\s*(\d{10,12})\s*(?:发票)?号码[:\uff1a]\s*(\d{8}))",
    re.ASCII,
)
PARTIES_DROPPED = Text("购销双方名称和税号未保存。", "Names and tax numbers were not kept.")


@dataclass(slots=True)
class _Invoice:
    """One invoice on its way: the cells of its first line, and the sum of all."""

    line: int
    code: str
    number: str
    digital_no: str
    issued_at: str
    clerk: str
    status: str
    original: tuple[str, str]
    amount: Decimal


def _recognises(source: Source) -> bool:
    return any(source.find_header(*_HEADER, digital) is not None for digital in _DIGITAL)


def _read(source: Source) -> Reading:
    found = next(filter(None, (source.find_header(*_HEADER, name) for name in _DIGITAL)))
    records = source.records(delimiter=",") if source.sheet is None else source.vendor_lines()
    below = (record for record in records if record[0] > found[0] and any(record[1]))
    statement = make_statement(found[1], below, may_be_short=True)
    amounts = statement.yuan("价税合计")
    statement.refuse_problems()
    invoices = _joined(statement, amounts)
    sums = {"rows": len(invoices), "amount": fen_sum([one.amount for one in invoices])}
    return typed_reading(
        "invoices",
        LAYOUT.name,
        lines=[one.line for one in invoices],
        columns=_columns(invoices),
        notes=[PARTIES_DROPPED],
        sums=sums,
    )


def _joined(statement: Statement, amounts: list[Decimal]) -> list[_Invoice]:
    """Give the invoices in the order of their first lines; raises BadInput for one without any."""
    joined: dict[tuple[str, str, str, str], _Invoice] = {}
    problems = _numeric_cells(statement)
    cells = zip(
        statement.lines,
        statement.texts("发票代码"),
        statement.texts("发票号码"),
        statement.texts(*_DIGITAL),
        statement.texts("开票日期"),
        statement.texts("开票人"),
        statement.texts("发票状态"),
        statement.texts("是否正数发票"),
        statement.texts("备注"),
        amounts,
        strict=True,
    )
    for line, code, number, digital, issued_at, clerk, state, positive, remark, amount in cells:
        if not number and not digital:
            problems.append(Problem(_NO_NUMBER, line=line, column="发票号码"))
            continue
        paper, own = ("", number) if len(number) == 20 and not digital else (number, digital)
        key = (code, paper, own, issued_at)
        known = joined.get(key)
        if known is not None:
            known.amount += amount
            continue
        status = _status(state, positive, amount)
        joined[key] = _Invoice(
            line,
            code if paper else "",
            paper or own,
            own if paper else "",
            issued_at,
            clerk,
            status,
            _original(remark) if status == "red" else ("", ""),
            amount,
        )
    if problems:
        raise BadInput(problems)
    return list(joined.values())


def _numeric_cells(statement: Statement) -> list[Problem]:
    """Find numbers that a workbook keeps as figures: their leading zeros are lost."""
    columns = [name for name in ("发票代码", "发票号码", *_DIGITAL) if statement.has(name)]
    return [
        Problem(_NUMERIC, line=line, column=name)
        for name in columns
        for line, cells in zip(statement.lines, statement.cells, strict=True)
        if isinstance(cells[statement.names[plain_name(name)]], NumberText)
    ]


def _status(state: str, positive: str, amount: Decimal) -> str:
    """Give the status in our words; a blue invoice with red letters is issued still."""
    if "作废" in state:
        return "void"
    return "red" if positive == "否" or amount < 0 else "issued"


def _original(remark: str) -> tuple[str, str]:
    """Give code and number of the blue invoice that a red letter's remark names."""
    named = _RED_OF.search(remark)
    if named is None:
        return "", ""
    digital, code, number = named.groups()
    return ("", digital) if digital else (code, number)


def _columns(invoices: list[_Invoice]) -> dict[str, ColumnOfRows]:
    return {
        "invoice_code": ColumnOfRows([one.code for one in invoices], "发票代码"),
        "invoice_no": ColumnOfRows([one.number for one in invoices], "发票号码"),
        "digital_no": ColumnOfRows([one.digital_no for one in invoices], _DIGITAL[0]),
        "issued_at": ColumnOfRows([one.issued_at for one in invoices], "开票日期"),
        "clerk": ColumnOfRows([one.clerk for one in invoices], "开票人"),
        "amount": yuan_cells([one.amount for one in invoices], "价税合计"),
        "status": ColumnOfRows([one.status for one in invoices], "发票状态"),
        "original_code": ColumnOfRows([one.original[0] for one in invoices], "备注"),
        "original_no": ColumnOfRows([one.original[1] for one in invoices], "备注"),
    }


_NO_NUMBER = Text(
    "没有发票号码,也没有数电发票号码。", "There is neither a number nor a digital one."
)
_NUMERIC = Text(
    "是数值单元格,前导零和 15 位以后的数字已丢失,请将该列设为文本后重新导出。",
    "is a numeric cell: leading zeros and digits beyond the 15th are lost; export it as text.",
)
LAYOUT = Layout(
    "einvoice_platform",
    Text("电子发票服务平台导出", "export of the e-invoice platform"),
    _recognises,
    _read,
)
