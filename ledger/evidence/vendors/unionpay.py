"""UnionPay merchant files: fixed widths in GBK bytes, one blank between fields (DOMAIN FIL-06).

REF is 查询流水号; a refund has its original's, and its own as `refund_ref`. Amounts are in fen.
The file carries no year, so it comes from the file's name, INNyymmdd..ZM_...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.delimited import numbered_lines
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.layouts import (
    PAYER_DROPPED,
    ColumnOfRows,
    Layout,
    fee_cells,
    fen_sum,
    typed_reading,
    yuan_cells,
)
from ledger.text import Text

ZM_WIDTHS = (
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21,
    15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98,
)  # fmt: skip
ZM_LENGTH = sum(ZM_WIDTHS) + len(ZM_WIDTHS) - 1
ZME_LENGTH = 339
_START = re.compile(rb"[A-Z]\d\d .{11} .{11} \d{6} \d{10} .{19} \d{12} ", re.DOTALL)
_FILE_DATE = re.compile(r"INN(\d{2})(\d{2})(\d{2})")
_SIGNS = {"S22": 1, "S30": -1}
_SIGNS_BY_TYPE = {"01": 1, "02": 1, "03": 1, "04": -1, "31": -1, "32": -1, "33": -1}
_ONE_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ZmLine:
    """What is taken of one line; the card number is not."""

    line: int
    code: str
    txn_type: str
    moment: str
    amount: str
    query_id: str
    original_query_id: str
    order_no: str
    fee: str
    merchant: str
    terminal: str


_FIRST_LINES = 4_000
"""Characters within which the first line ends that is not blank."""


def slice_line(raw: bytes, widths: tuple[int, ...]) -> list[str]:
    """Cut a line at its byte positions, then decode: Chinese takes two bytes a character."""
    ends = [0]
    for width in widths:
        ends.append(ends[-1] + width + 1)
    return [
        raw[start : end - 1].decode("gb18030", "replace").strip() for start, end in pairwise(ends)
    ]


def _recognises(source: Source) -> bool:
    first = next((raw for _, raw in numbered_lines(source.text[:_FIRST_LINES])), "")
    line = first.encode("gb18030", "replace")
    return _START.match(line) is not None and len(line) > 300


def _raw_lines(source: Source) -> list[tuple[int, bytes]]:
    return [(line, raw.encode("gb18030", "replace")) for line, raw in numbered_lines(source.text)]


def _read(source: Source) -> Reading:
    lines = _raw_lines(source)
    if abs(len(lines[0][1]) - ZME_LENGTH) < 100:
        raise BadInput([Problem(_ZME_ADVICE)])
    _check_lengths(lines)
    day = _file_date(source.name)
    cut = [_zm_line(line, slice_line(raw, ZM_WIDTHS)) for line, raw in lines]
    problems: list[Problem] = []
    signs = [_sign(entry, problems) for entry in cut]
    amounts = [
        sign * _fen(entry.line, entry.amount, "交易金额", problems)
        for sign, entry in zip(signs, cut, strict=True)
    ]
    fees = [_fen(entry.line, entry.fee, "商户手续费", problems) for entry in cut]
    if problems:
        raise BadInput(problems)
    return _reading(cut, signs, amounts, fees, day)


def _reading(
    cut: list[ZmLine], signs: list[int], amounts: list[Decimal], fees: list[Decimal], day: date
) -> Reading:
    paid = [amount for amount in amounts if amount >= 0]
    refunded = [-amount for amount in amounts if amount < 0]
    refs = [
        (entry.query_id, "")
        if sign > 0
        else (entry.original_query_id or entry.query_id, entry.query_id)
        for entry, sign in zip(cut, signs, strict=True)
    ]
    columns = {
        "tender": ColumnOfRows(["pos"] * len(cut), "渠道"),
        "tender_ref": ColumnOfRows([ref for ref, _ in refs], "查询流水号"),
        "refund_ref": ColumnOfRows([refund for _, refund in refs], "查询流水号"),
        "order_no": ColumnOfRows([entry.order_no for entry in cut], "商户订单号"),
        "settled_at": ColumnOfRows([_dated(entry.moment, day) for entry in cut], "交易传输时间"),
        "amount": yuan_cells(amounts, "交易金额"),
        "fee": fee_cells(fees, "商户手续费"),
        "terminal": ColumnOfRows([entry.terminal for entry in cut], "终端号"),
    }
    return typed_reading(
        "settlements",
        LAYOUT.name,
        lines=[entry.line for entry in cut],
        columns=columns,
        notes=[PAYER_DROPPED],
        sums={
            "rows": len(cut),
            "payments": len(paid),
            "refunds": len(refunded),
            "paid": fen_sum(paid),
            "refunded": fen_sum(refunded),
            "fee": fen_sum(fees),
        },
        owners=[entry.merchant for entry in cut],
    )


def _check_lengths(lines: list[tuple[int, bytes]]) -> None:
    problems = [
        Problem(
            Text(
                f"这一行有 {len(raw)} 字节,应为 {ZM_LENGTH} 字节;文件被截断或改动过。",
                f"The line has {len(raw)} bytes for {ZM_LENGTH}; the file was cut off or edited.",
            ),
            line=line,
        )
        for line, raw in lines
        if len(raw) != ZM_LENGTH
    ]
    if problems:
        raise BadInput(problems)


def _zm_line(line: int, fields: list[str]) -> ZmLine:
    return ZmLine(
        line=line,
        code=fields[0],
        txn_type=fields[19],
        moment=fields[4],
        amount=fields[6],
        query_id=fields[9],
        original_query_id=fields[26],
        order_no=fields[11],
        fee=fields[15],
        merchant=fields[27],
        terminal=fields[33],
    )


def _sign(entry: ZmLine, problems: list[Problem]) -> int:
    sign = _SIGNS.get(entry.code) or _SIGNS_BY_TYPE.get(entry.txn_type)
    if sign is None:
        sentence = Text(
            f"{quoted(entry.code)} 不是已知的交易代码(S22 消费,S30 退货)。",
            f"{quoted(entry.code)} is no known transaction code (S22 pays, S30 refunds).",
        )
        problems.append(Problem(sentence, line=entry.line, column="交易代码"))
    return sign or 0


def _fen(line: int, text: str, column: str, problems: list[Problem]) -> Decimal:
    """Read fen with C or D before them: D costs the merchant, C gives back; plain digits cost."""
    digits = text.lstrip("CD")
    if digits and not digits.isdecimal():
        sentence = Text(f"{quoted(text)} 不是金额(分)。", f"{quoted(text)} is no amount in fen.")
        problems.append(Problem(sentence, line=line, column=column))
        return Decimal(0)
    size = int(digits or "0") * _ONE_FEN
    return -size if text.startswith("C") else size


def _file_date(name: str) -> date:
    found = _FILE_DATE.search(name)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups())
            return date(2000 + year, month, day)
    except ValueError:
        pass
    raise BadInput(
        [
            Problem(
                Text(
                    "银联文件内没有年份,请保留原文件名(INN年月日..ZM_..)后导入。",
                    "A UnionPay file carries no year: import it under its name, INNyymmdd..ZM_..",
                )
            )
        ]
    )


def _dated(moment: str, day: date) -> str:
    """Give MMDDhhmmss the year that brings it nearest to the day of the file."""
    if len(moment) != 10 or not moment.isdecimal():
        return moment
    month, number = int(moment[:2]), int(moment[2:4])
    distances = {}
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            distances[abs((date(year, month, number) - day).days)] = year
        except ValueError:
            continue
    return f"{distances[min(distances)]}{moment}" if distances else moment


_ZME_ADVICE = Text(
    "这是银联差错文件 ZME,不是到账明细,请导入同一压缩包中的 ZM 文件,差错按更正单处理。",
    "This is UnionPay's file of errors, ZME, not of settlements: import the ZM file of the same "
    "archive and treat its errors by correction slips.",
)
LAYOUT = Layout(
    "unionpay_zm", Text("银联商户对账文件", "UnionPay merchant file"), _recognises, _read
)
