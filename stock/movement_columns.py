"""Under which heading of a goods ledger a movement stands: one table by kind of document.

A kind that is not in the table stands under 其他 until somebody adds a line here.
"""

from __future__ import annotations

from ledger.text import Text
from stock.gift_purposes import PURPOSES

COLUMNS: dict[str, Text] = {
    "received": Text("入库", "Received"),
    "drawn": Text("领用", "Drawn"),
    "returned": Text("返库", "Returned"),
    "sold": Text("销售", "Sold"),
    "marketing": Text("促销赠送", "Given, marketing"),
    "points": Text("积分兑奖", "Given for points"),
    "given": Text("其他赠送", "Given otherwise"),
    "replaced": Text("漫游补卡", "Roaming cards"),
    "transferred": Text("调拨", "Transferred"),
    "between": Text("互借交接", "Between clerks"),
    "lent": Text("借出归还", "Lent, returned"),
    "displayed": Text("样机", "Display"),
    "agents": Text("代理商", "Agents"),
    "care": Text("送修代管", "In care"),
    "repairs": Text("维修耗用", "Used in repair"),
    "swapped": Text("换机", "Swapped"),
    "faulty": Text("次品待修", "Faulty, repaired"),
    "supplier_return": Text("退供", "To supplier"),
    "scrapped": Text("报损", "Scrapped"),
    "surplus": Text("盘盈", "Surplus"),
    "shortage": Text("盘亏", "Shortage"),
    "other": Text("其他", "Other"),
}
"""The headings in the order in which a ledger shows them."""

OTHER = "other"
_BY_KIND = {
    "receipt": "received",
    "draw": "drawn",
    "return": "returned",
    "sale": "sold",
    "gift": "given",
    "transfer_out": "transferred",
    "transfer_in": "transferred",
    "transfer_settled": "transferred",
    "borrow": "between",
    "handover": "between",
    "lend": "lent",
    "take_back": "lent",
    "display": "displayed",
    "display_return": "displayed",
    "agent_issue": "agents",
    "agent_return": "agents",
    "into_care": "care",
    "out_of_care": "care",
    "repair_use": "repairs",
    "roaming_issue": "replaced",
    "swap": "swapped",
    "faulty": "faulty",
    "repaired": "faulty",
    "supplier_return": "supplier_return",
    "spoiled_cards": "supplier_return",
    "scrap": "scrapped",
}
_BY_DIRECTION = {("count_result", 1): "surplus", ("count_result", -1): "shortage"}


def column_of(kind: str, direction: int, other_end: str = "", purpose: str = "") -> str:
    """Give the heading of a movement: the document's kind, and 1 for in or -1 for out.

    What was given away stands under the `purpose` its document states (DOMAIN STK-06).
    A reversal stands under the heading of what it undoes, with the other sign; that of a count's
    result under the opposite one. What a count found in another place, whose kind `other_end`
    names, is neither surplus nor shortage.
    """
    if purpose in PURPOSES:
        return purpose
    if kind == "count_result" and other_end not in ("", "difference"):
        return OTHER
    return _BY_DIRECTION.get((kind, direction)) or _BY_KIND.get(kind, OTHER)
