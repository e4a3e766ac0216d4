"""The one table of cash documents: between which two places each moves money, and who signs.

An end is a kind of account and who holds it. The safe holds two sums apart, the float fund and the
takings, so that nothing is ever paid out of takings (DOMAIN REC-05).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.cash.barred import bars_owner
from ledger.documents import DocumentKind, Line, register_kind
from ledger.movements import Movement
from ledger.text import Text

FLOATS, TAKINGS = "float", "takings"
"""Holders of the safe's two accounts."""
SAFE_FLOATS, SAFE_TAKINGS = f"safe:{FLOATS}", f"safe:{TAKINGS}"
DRAWER, TO_DRAWER = "drawer:@clerk", "drawer:@receiver"
PETTY, DEPARTMENT = "petty:", "department:"
FUND = "@fund"
EXPENSE = "expense:@category"

FUNDS: dict[str, Text] = {
    "safe": Text("保险柜备用金", "Float fund in the safe"),
    "petty": Text("厅备用金", "Petty cash"),
}
PORTIONS: dict[str, Text] = {
    "tail": Text("前日尾款", "Tail of an earlier day"),
    "today": Text("当日预解", "Pre-deposit of the day"),
}
"""A deposit is of one or the other, each on its own slip (DOMAIN REC-06)."""
CATEGORIES: dict[str, Text] = {
    "office": Text("办公", "Office supplies"),
    "utilities": Text("水电", "Water and power"),
    "cleaning": Text("保洁", "Cleaning"),
    "transport": Text("交通", "Transport"),
    "repair": Text("维修", "Repairs"),
    "other": Text("其他", "Other"),
}


@dataclass(frozen=True, slots=True)
class CashKind:
    """A kind of cash document: its ends, whose desk it is, and which signatures it needs.

    `tiered`: leaders sign by amount; `receiver`: who takes the money signs for it; `clerk`: a
    clerk's drawer is one end; `from_safe`: only while two persons have opened the safe.
    """

    letters: str
    text: Text
    credit: str
    debit: str
    area: str
    tiered: bool = False
    clerk: bool = False
    receiver: bool = False
    from_safe: bool = False
    needs: tuple[str, ...] = ()


CASH_KINDS: dict[str, CashKind] = {
    "fund_in": CashKind(
        "BR",
        Text("备用金拨入单", "Fund received"),
        DEPARTMENT,
        FUND,
        "petty",
        tiered=True,
        needs=("fund",),
    ),
    "fund_out": CashKind(
        "BU",
        Text("备用金上缴单", "Fund given back"),
        FUND,
        DEPARTMENT,
        "petty",
        tiered=True,
        needs=("fund",),
    ),
    "float_out": CashKind(
        "BL",
        Text("备用金领用单", "Float drawn"),
        SAFE_FLOATS,
        DRAWER,
        "safe",
        clerk=True,
        from_safe=True,
    ),
    "float_return": CashKind(
        "BJ",
        Text("备用金交回单", "Float returned"),
        DRAWER,
        SAFE_FLOATS,
        "drawer",
        clerk=True,
        receiver=True,
    ),
    "hand_in": CashKind(
        "JK",
        Text("交款单", "Hand-in"),
        DRAWER,
        SAFE_TAKINGS,
        "drawer",
        clerk=True,
        receiver=True,
    ),
    "deposit": CashKind(
        "JD",
        Text("解款单", "Bank deposit"),
        SAFE_TAKINGS,
        "bank_transit:",
        "safe",
        receiver=True,
        from_safe=True,
        needs=("slip_no",),
    ),
    "expense": CashKind(
        "TY",
        Text("厅费用单", "Hall expense"),
        PETTY,
        EXPENSE,
        "petty",
        tiered=True,
        needs=("category", "purpose"),
    ),
}
OPENING, RECEIPT, HANDOVER = "safe_opening", "bank_receipt", "shift_handover"
MATCH, CLEARING = "bank_match", "kiosk_clearing"
DAILY_TAKINGS, DECISION = "daily_takings", "over_short"
COUNTERSIGN = "countersign"
SYSTEM_MADE = frozenset({DAILY_TAKINGS})
CASH_AREAS = (
    *("petty", "safe", "drawer", "vault", "kiosk"),
    *("bank", "statements", "takings", "over_short"),
)
"""The desks of cash documents. `takings` tells what a drawer should hold: no clerk sees it."""


def money_movements(lines: Sequence[Line]) -> list[Movement]:
    """Give the movement of each line, in fen."""
    return [
        Movement(line.commodity, line.debit, line.credit, line.quantity, document_line=number)
        for number, line in enumerate(lines, 1)
    ]


for _name, _kind in CASH_KINDS.items():
    register_kind(
        DocumentKind(
            _name,
            _kind.letters,
            _kind.text,
            _kind.area,
            money_movements,
            needs_approval=_kind.tiered,
            posts_when_signed=True,
        )
    )
for _name, _letters, _text, _area in (
    (OPENING, "KG", Text("开柜单", "Safe opened"), "vault"),
    (RECEIPT, "YH", Text("银行回单", "Bank receipt"), "bank"),
    (MATCH, "DZ", Text("银行勾对单", "Bank match"), "statements"),
    (CLEARING, "QJ", Text("自助机清机单", "Kiosk cleared"), "kiosk"),
    (HANDOVER, "JB", Text("交接班单", "Shift hand-over"), "drawer"),
    (DAILY_TAKINGS, "SK", Text("日收款单", "Daily takings"), "takings"),
):
    register_kind(
        DocumentKind(
            _name,
            _letters,
            _text,
            _area,
            money_movements,
            posts_when_signed=True,
            in_person=_name == OPENING,
        )
    )
register_kind(
    DocumentKind(
        DECISION,
        "CD",
        Text("长短款处理单", "Over/short decision"),
        "over_short",
        money_movements,
        needs_approval=True,
        posts_when_signed=True,
        bars=bars_owner,
    )
)
register_kind(
    DocumentKind(
        COUNTERSIGN,
        "BQ",
        Text("补签监交单", "Hand-over countersigned"),
        "countersign",
        moves_nothing=True,
    )
)
