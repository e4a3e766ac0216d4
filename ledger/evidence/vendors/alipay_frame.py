"""Alipay's way of writing a table: comment lines, a header, rows, and totals in comment lines."""

from __future__ import annotations

import re
from decimal import Decimal

from ledger.errors import BadInput
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.evidence.sources import Source
from ledger.evidence.vendors.layouts import (
    Statement,
    incomplete,
    make_statement,
    tie_amount,
    tie_count,
)
from ledger.text import Text

_TOTAL = re.compile(r"#+\s*(\S+?)合计\s*:\s*(\d+)笔,(.*)", re.DOTALL)
_AMOUNT = re.compile(r"共\s*(-?[\d,]+(?:\.\d+)?)元")
_PLAIN = str.maketrans(
    {
        "\uff1a": ":",
        "\uff0c": ",",
        "\uff08": "(",
        "\uff09": ")",
        "\uff3b": "[",
        "\uff3d": "]",
    }
)


def read_frame(source: Source, first_column: str) -> tuple[Statement, dict[str, tuple[str, str]]]:
    """Give the rows between header and closing line, and the totals: name -> (count, amount).

    Raises BadInput where the closing line 结束 is missing: the file was cut off.
    """
    header: list[str] = []
    rows: list[Record] = []
    closed = False
    totals: dict[str, tuple[str, str]] = {}
    wanted = plain_name(first_column)
    for line, cells in source.vendor_lines():
        if cells[0].lstrip().startswith("#"):
            comment = ",".join(cells).strip(", \t\r").translate(_PLAIN)
            closed = closed or (bool(header) and "结束" in comment)
            totals.update(_total(comment))
        elif not header:
            if wanted in {plain_name(cell) for cell in cells}:
                header = cells
        else:
            rows.append((line, cells))
    if not closed:
        raise incomplete()
    return make_statement(header, rows), totals


def tie_totals(
    totals: dict[str, tuple[str, str]], counted: dict[str, tuple[int, Decimal]], amount_name: str
) -> None:
    """Hold the printed totals to the (count, exact sum) of the rows; raises BadInput naming both.

    A total printed without a sign is the size of the sum.
    """
    problems = []
    for name in counted.keys() & totals.keys():
        (printed_count, printed_amount), (count, exact) = totals[name], counted[name]
        size = exact if printed_amount.startswith("-") else abs(exact)
        problems.append(tie_count(f"{name}合计 笔数", printed_count, count))
        problems.append(tie_amount(f"{name}合计 {amount_name}", printed_amount, size))
    found = [problem for problem in problems if problem is not None]
    if found:
        raise BadInput(sorted(found, key=lambda problem: problem.column))


def encoding_notes(source: Source) -> list[Text]:
    """Note a file that is not in GB18030, as Alipay writes it: somebody saved it again."""
    if source.sheet is not None or (source.encoding != "gb18030" and not source.text.isascii()):
        return [
            Text(
                "文件不是支付宝原始编码(GBK),曾被另存过。",
                "The file is not in Alipay's own encoding (GBK): it was saved again.",
            )
        ]
    return []


def _total(comment: str) -> dict[str, tuple[str, str]]:
    found = _TOTAL.match(comment)
    if not found:
        return {}
    amount = _AMOUNT.search(found.group(3))
    return {found.group(1): (found.group(2), amount.group(1) if amount else "")}
