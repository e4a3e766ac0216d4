"""The copies a cash form is printed in, each with its holder, and what each signs as.

A sheet of a hand-over is made in three: one for each side and one on file (DOMAIN REC-09). Money
that changes hands leaves a copy with each of the two and one with finance; what concerns nobody's
hands is printed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.cash.kinds import CLEARING, DECISION, HANDOVER, MATCH, OPENING, RECEIPT
from ledger.text import Text

MADE, CONFIRMED = "made", "confirmed"
"""Who made the document, and who is asked by his number to sign it."""
CHECKED = Text("复核", "Checked")
FINANCE = Text("财务", "Finance")
STUB = Text("营业厅存根", "Hall's stub")
CLERK = Text("责任营业员", "Clerk it concerns")
COPIES = (Text("第一联", "Copy 1"), Text("第二联", "Copy 2"), Text("第三联", "Copy 3"))


@dataclass(frozen=True, slots=True)
class CashForm:
    """The holders of its copies in order, what its signers sign as, and lines to sign by hand."""

    copies: tuple[Text, ...] = (Text("存档", "On file"),)
    signers: Mapping[str, Text] = field(default_factory=dict)
    by_hand: tuple[Text, ...] = (CHECKED,)


_FUND = CashForm(
    (STUB, Text("拨款部门", "Department"), FINANCE),
    {MADE: Text("经办人", "Made by")},
)
_DIFFERS = CashForm(
    (Text("财务(附银行单据)", "Finance, with the bank's papers"), CLERK, Text("稽核存档", "Audit")),
    {MADE: Text("登记人", "Keyed by")},
    (CLERK, CHECKED),
)
FORMS: dict[str, CashForm] = {
    "fund_in": _FUND,
    "fund_out": _FUND,
    "float_out": CashForm(
        (Text("库管存根", "Keeper's stub"), Text("营业员", "Clerk")),
        {MADE: Text("发款人", "Paid out by"), CONFIRMED: Text("领款人", "Received by")},
    ),
    "float_return": CashForm(
        (Text("营业员", "Clerk"), Text("收款人", "Receiver")),
        {MADE: Text("交回人", "Returned by"), CONFIRMED: Text("收款人", "Received by")},
    ),
    "hand_in": CashForm(
        (Text("交款人", "Who handed in"), Text("收款人", "Receiver"), FINANCE),
        {MADE: Text("交款人", "Handed in by"), CONFIRMED: Text("收款人", "Received by")},
    ),
    "deposit": CashForm(
        (
            STUB,
            Text("随款交银行", "To the bank with the cash"),
            Text("财务(附银行回单)", "Finance, with the bank's receipt"),
        ),
        {MADE: Text("出库人", "Given out by"), CONFIRMED: Text("解款人", "Taken by")},
        (Text("银行签章", "Bank's stamp"), CHECKED),
    ),
    "expense": CashForm(
        (Text("财务(附发票)", "Finance, with the invoice"), STUB),
        {MADE: Text("报销人", "Claimed by")},
        (Text("领款人", "Paid to"), CHECKED),
    ),
    OPENING: CashForm(
        signers={MADE: Text("申请人", "Asked by"), CONFIRMED: Text("同开人", "Opened with")},
        by_hand=(),
    ),
    CLEARING: CashForm(
        (
            Text("清机人", "Who cleared it"),
            Text("随款入柜", "Into the safe with the cash"),
            FINANCE,
        ),
        {MADE: Text("清机人", "Cleared by"), CONFIRMED: Text("复点人", "Counted again by")},
    ),
    HANDOVER: CashForm(
        (
            Text("交班人", "Who leaves"),
            Text("接班人", "Who takes over"),
            Text("监交存档", "On file"),
        ),
        {
            MADE: Text("交班人", "Handed over by"),
            CONFIRMED: Text("接班人", "Taken over by"),
            "duty_manager": Text("监交人", "Supervised by"),
            "hall_manager": Text("监交人", "Supervised by"),
        },
        (),
    ),
    DECISION: CashForm(
        (FINANCE, CLERK, Text("稽核存档", "Audit")),
        {MADE: Text("提出人", "Proposed by")},
        (CLERK, CHECKED),
    ),
}


def copy_names(holders: Sequence[Text]) -> tuple[Text, ...]:
    """Give the name of each copy by who keeps it; what is printed once has none."""
    count = len(holders)
    if count == 1:
        return ()
    return tuple(
        Text(f"{copy.zh} {holder.zh}", f"{copy.en} of {count} · {holder.en}")
        for copy, holder in zip(COPIES, holders, strict=False)
    )


def cash_form(kind: str, facts: Mapping[str, str]) -> CashForm:
    """Give the form of a document by its kind and what it states."""
    if kind in (RECEIPT, MATCH):
        differs = bool(facts.get("gap"))
        return _DIFFERS if differs else CashForm(signers={MADE: Text("登记人", "Keyed by")})
    return FORMS.get(kind, CashForm())
