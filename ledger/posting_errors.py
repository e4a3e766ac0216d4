"""Why `post()` refuses: each error names the fact, and nothing is posted."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid
from ledger.text import Text


class UnitElsewhere(Conflict):
    """A serial is not where the document says it is."""

    code = "unit_elsewhere"
    text = Text(
        "串号 {serial} 不在{place}({count} 件不符),整单未入账。请核对串号与所在位置。",
        "Serial {serial} is not in {place} ({count} such); nothing was posted."
        " Check the serial and where it is.",
    )


class IdentifierTaken(Conflict):
    """A serial that should be new names a unit already."""

    code = "identifier_taken"
    text = Text(
        "重复入库:串号 {serial} 已登记(共 {count} 件),整单未入账。",
        "Serial {serial} is already registered ({count} such); nothing was posted.",
    )


class InsufficientBalance(Conflict):
    """An account would fall below zero."""

    code = "insufficient_balance"
    text = Text(
        "{place}的{item}不足:现有 {held},需要 {wanted}。",
        "{place} holds {held} of {item}, {wanted} are needed.",
    )


class UnitCountMismatch(Conflict):
    """A serialised item was moved without one serial for each piece."""

    code = "unit_count_mismatch"
    text = Text(
        "物品 {item} 按串号管理:数量 {quantity} 与串号个数 {serials} 不符。",
        "Item {item} is tracked by serial: {quantity} pieces but {serials} serials.",
    )


class QuantityNotPositive(Invalid):
    """A movement of nothing, or of less."""

    code = "quantity_not_positive"
    text = Text(
        "物品 {item} 的数量 {quantity} 无效:须为正整数。要退回请用相反方向的单据。",
        "Item {item} has quantity {quantity}; it must be at least 1."
        " To take goods back, use the opposite document.",
    )


class SerialsNotTracked(Invalid):
    """A serial was given for an item counted by quantity."""

    code = "serials_not_tracked"
    text = Text(
        "物品 {item} 按数量管理,不能带串号 {serial}。请去掉串号,或使用按串号管理的物品编码。",
        "Item {item} is counted by quantity and takes no serial ({serial}). Leave the serial out,"
        " or use an item that is tracked by serial.",
    )
