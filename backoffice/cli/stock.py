"""`stock ..`: items, prices, labels and counts."""

from __future__ import annotations

from backoffice.cli import items, labels, stock_counts, unconfirmed
from backoffice.cli.commands import group
from ledger.text import Text

stock = group(
    "stock",
    Text(
        "库存:物品、价格、价签、盘点、待确认销售。",
        "Stock: items, prices, labels, counts, unconfirmed sales.",
    ),
    items.show_items,
    items.item,
    items.price,
    labels.label,
    stock_counts.count,
    unconfirmed.show_unconfirmed,
)
