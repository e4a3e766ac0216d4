"""How the hand-over is worded: the lines of a voucher, and what stands in a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backoffice.trade_words import tender_name
from ledger.cash.cases import CAUSES, WAYS
from ledger.cash.kinds import CATEGORIES
from ledger.finance.mapping import SORTS
from ledger.finance.voucher import PARTS
from ledger.text import Text

PLACES: dict[str, Text] = {
    "hall": Text("营业厅现金", "Cash in the hall"),
    "bank": Text("银行", "Bank"),
    "petty": Text("厅备用金", "Petty cash"),
    "department": Text("上级部门", "Superior department"),
}
REFUNDS: dict[str, Text] = {
    "refund": Text("退费", "Refunds"),
    "deposit_return": Text("押金退还", "Deposits returned"),
    "transfer_balance": Text("冲存", "Balances moved"),
    "waiver": Text("减免", "Waivers"),
    "gift_credit": Text("赠款", "Gift credits"),
}


def key_name(key: str) -> Text:
    """Give a key of the mapping in the trade's words."""
    sort, _, name = key.partition(":")
    said = SORTS.get(sort, Text(sort, sort))
    if name in ("", "*"):
        return said
    match sort:
        case "tender":
            return tender_name(name)
        case "fee":
            tender = tender_name(name)
            return Text(f"{tender.zh}手续费", f"Fee of {tender.en}")
        case "place":
            return PLACES.get(name, Text(name, name))
        case "refund" | "adjustment":
            return REFUNDS.get(name, Text(name, name))
        case "expense":
            spent = CATEGORIES.get(name, Text(name, name))
            return Text(f"厅费用 {spent.zh}", f"Hall expense: {spent.en.lower()}")
        case "over_short":
            return WAYS[name].text if name in WAYS else Text("待处理", "Pending")
        case _:
            return Text(name, name)


def account_name(line: Mapping[str, Any]) -> Text:
    """Give the name of the account of a line of a voucher."""
    return Text(line["name"], line["name_en"] or line["name"])


def line_words(line: dict[str, Any]) -> Text:
    """Give what a line of a voucher is about."""
    part, what, clerk = PARTS[line["part"]], key_name(line["key"]), line["clerk"]
    of_clerk = f" {clerk}" if clerk else ""
    return Text(f"{part.zh} · {what.zh}{of_clerk}", f"{part.en} · {what.en}{of_clerk}")


def case_words(case: dict[str, Any]) -> Text:
    """Give a case's cause and what became of it."""
    cause = CAUSES.get(case["cause"])
    way = WAYS[case["way"]].text if case["way"] in WAYS else None
    said = [one for one in (cause, way) if one is not None]
    return Text(" · ".join(one.zh for one in said), " · ".join(one.en for one in said))
