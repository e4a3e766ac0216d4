"""All vendors' layouts, in the order they are asked whether a file is theirs."""

from __future__ import annotations

from ledger.evidence.sources import Source
from ledger.evidence.vendors import (
    acquirer,
    alipay_fund,
    alipay_trade,
    banks,
    einvoice_platform,
    personal,
    unionpay,
    wechat,
    wechat_fund,
)
from ledger.evidence.vendors.layouts import Layout

LAYOUTS: tuple[Layout, ...] = (
    wechat.LAYOUT,
    wechat_fund.LAYOUT,
    alipay_trade.LAYOUT,
    alipay_trade.SUMMARY_LAYOUT,
    alipay_fund.LAYOUT,
    acquirer.LAYOUT,
    unionpay.LAYOUT,
    *banks.LAYOUTS,
    einvoice_platform.LAYOUT,
    # Last, for its marks are the weakest: a merchant's file is never to be taken for a person's.
    personal.LAYOUT,
)


def find_layout(source: Source) -> Layout | None:
    """Give the vendor's layout of a file, None where it is no vendor's."""
    return next((layout for layout in LAYOUTS if layout.recognises(source)), None)
