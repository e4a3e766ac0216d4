"""What can be wrong with a stock paper."""

from __future__ import annotations

from ledger.errors import NotFound
from ledger.text import Text


class UnknownItem(NotFound):
    """An item code the hall has not registered."""

    code = "unknown_item"
    text = Text(
        "物品编码 {item} 未登记。请先在 items 中登记。",
        "Item {item} is not registered. Add it to items first.",
    )


class UnknownHolder(NotFound):
    """Neither a staff number nor a counter of the hall."""

    code = "unknown_holder"
    text = Text(
        "“{holder}”既不是本厅工号也不是柜台。请核对工号或在 hall.toml 中登记。",
        "{holder!r} is neither a staff number nor a counter of this hall. Check it or add it to"
        " hall.toml.",
    )
