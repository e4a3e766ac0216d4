"""`stock ..`: documents, items, prices, labels and counts."""

from __future__ import annotations

from backoffice.cli import (
    campaigns,
    items,
    labels,
    price_requests,
    stock_counts,
    stock_sheets,
    unconfirmed,
)
from backoffice.cli.commands import group
from backoffice.cli.stock_documents import DOCUMENT_COMMANDS
from ledger.text import Text

stock = group(
    "stock",
    Text(
        "库存:单据、收货、调拨、物品、价格、价签、盘点、待确认销售。",
        "Stock: documents, receipts, transfers, items, prices, labels, counts, unconfirmed sales.",
    ),
    *DOCUMENT_COMMANDS,
    stock_sheets.sheet,
    stock_sheets.custody,
    stock_sheets.loans,
    stock_sheets.care,
    items.show_items,
    items.item,
    items.price,
    price_requests.price_request,
    labels.label,
    campaigns.campaign,
    stock_counts.count,
    unconfirmed.show_unconfirmed,
)
