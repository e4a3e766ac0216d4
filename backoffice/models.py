"""The whole schema in one import: the kernel's tables, each package's, and the doors' own."""

from __future__ import annotations

import backoffice.identity
import invoices.mark_tables
import invoices.models
import invoices.use_tables
import ledger.models
import refunds.kinds
import refunds.models
import stock.models

__all__ = ["backoffice", "invoices", "ledger", "refunds", "stock"]
