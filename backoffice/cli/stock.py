"""`stock ..`: items, prices and labels."""

from __future__ import annotations

from backoffice.cli import items, labels
from backoffice.cli.commands import group
from ledger.text import Text

stock = group(
    "stock",
    Text("库存:物品、价格、价签。", "Stock: items, prices, labels."),
    items.show_items,
    items.item,
    items.price,
    labels.label,
)
