"""Every kind of file a hall hands in: its columns in both languages, its cells and its row key.

This is the one place where the table of the hall folder (INTERFACES) is written down for programs;
reading, storing and showing all follow it.
"""

from __future__ import annotations

from ledger.evidence.columns import CellType, Column, Kind, Role
from ledger.evidence.duty_kinds import DUTY_KINDS
from ledger.evidence.goods_kinds import GOODS_KINDS
from ledger.evidence.money_kinds import MONEY_KINDS
from ledger.evidence.trade_kinds import TRADE_KINDS

__all__ = ["KINDS", "CellType", "Column", "Kind", "Role"]

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*GOODS_KINDS, *TRADE_KINDS, *MONEY_KINDS, *DUTY_KINDS)
}
