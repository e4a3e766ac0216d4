"""The five instruments of money that leaves the hall, never mixed: what each is and may be for.

退费, 减免, 赠款, 冲存, 押金退还: their letters, their reasons (DOMAIN REF-02) and whether cash, an
original payment or a subscriber belongs to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.text import Text


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument: `pays_out` money by a tender, or else changes the subscriber's account.

    `from_payment` names an original payment that it may not exceed. `reasons` are codes of REASONS.
    """

    letters: str
    text: Text
    reasons: tuple[str, ...]
    pays_out: bool
    from_payment: bool


REASONS: dict[str, Text] = {
    "wrong_payment": Text("错交", "Paid to a wrong number"),
    "closing_balance": Text("销户余额", "Balance on closing"),
    "wrong_charge": Text("误收", "Charged wrongly"),
    "goods_returned": Text("退货", "Goods returned"),
    "complaint": Text("投诉补偿", "Complaint"),
    "outage": Text("故障减免", "Outage"),
    "campaign": Text("营销赠款", "Campaign"),
    "deposit": Text("押金", "Deposit"),
}

INSTRUMENTS: dict[str, Instrument] = {
    "refund": Instrument(
        "TF",
        Text("退费单", "Refund"),
        ("wrong_payment", "closing_balance", "wrong_charge", "goods_returned", "complaint"),
        pays_out=True,
        from_payment=True,
    ),
    "waiver": Instrument(
        "JM",
        Text("减免单", "Waiver"),
        ("outage", "complaint", "wrong_charge"),
        pays_out=False,
        from_payment=False,
    ),
    "gift_credit": Instrument(
        "ZK",
        Text("赠款单", "Gift credit"),
        ("campaign", "complaint"),
        pays_out=False,
        from_payment=False,
    ),
    "transfer_balance": Instrument(
        "CC",
        Text("冲存单", "Balance moved"),
        ("wrong_payment",),
        pays_out=False,
        from_payment=True,
    ),
    "deposit_return": Instrument(
        "YF",
        Text("押金退还单", "Deposit returned"),
        ("deposit",),
        pays_out=True,
        from_payment=True,
    ),
}

CASE_KINDS = tuple(INSTRUMENTS)
OF_PAYMENTS = tuple(name for name, one in INSTRUMENTS.items() if one.from_payment)
"""Kinds of document as they stand in SQL: all cases, and those that give a payment back."""
