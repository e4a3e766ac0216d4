"""唱收唱付 in a file of payments: what was received less the change is the payment (REC-12b)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.errors import Problem
from ledger.evidence.columns import Kind
from ledger.money import show_yuan
from ledger.text import Text

BOTH = Text(
    "收款与找零须一起填写;没有找零填 0.00。",
    "State what was received and the change together; 0.00 where none was given.",
)
NEGATIVE = Text("不能小于零。", "It cannot be below zero.")


def wrong_change(
    kind: Kind, columns: Sequence[Sequence[int | None]], lines: Sequence[int]
) -> Iterator[Problem]:
    """Give what does not add up of payments read column by column, with line and column."""
    if kind.name != "tenders":
        return
    paid, received, given = (
        columns[kind.position(name)] for name in ("amount", "tendered", "change")
    )
    for line, amount, tendered, change in zip(lines, paid, received, given, strict=True):
        if tendered is None and change is None:
            continue
        if tendered is None or change is None:
            blank = "tendered" if tendered is None else "change"
            yield Problem(BOTH, line=line, column=blank)
        elif tendered < 0 or change < 0:
            yield Problem(NEGATIVE, line=line, column="tendered" if tendered < 0 else "change")
        elif tendered - change != amount:
            yield Problem(_differs(tendered, change, amount or 0), line=line, column="change")


def _differs(tendered: int, change: int, amount: int) -> Text:
    got, back, rest = show_yuan(tendered), show_yuan(change), show_yuan(tendered - change)
    paid = show_yuan(amount)
    return Text(
        f"收款 {got} 减找零 {back} 得 {rest},与金额 {paid} 不符。请核对这一行的收款、找零与金额。",
        f"{got} received less {back} change is {rest}, not the amount {paid}. Check the three.",
    )
