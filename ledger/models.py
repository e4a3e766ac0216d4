"""All tables of the kernel in one import, for whoever needs the whole schema."""

from ledger import (
    accounts,
    actors,
    approvals,
    balances,
    calendars,
    documents,
    events,
    hall_days,
    hall_rules,
    organisations,
    postings,
    requests,
    units,
)
from ledger.audit import findings
from ledger.audit import settings as audit_settings
from ledger.cash import kinds as cash_kinds
from ledger.cash import tables as cash_tables
from ledger.closing import kinds as closing_kinds
from ledger.corrections import kinds as correction_kinds
from ledger.corrections import liability
from ledger.corrections import tables as correction_tables
from ledger.duties import grants
from ledger.duties import tables as duty_tables
from ledger.evidence import late_tables, tables
from ledger.finance import kinds as finance_kinds
from ledger.finance import tables as finance_tables
from ledger.months import kinds as month_kinds
from ledger.months import tables as month_tables

__all__ = [
    "accounts",
    "actors",
    "approvals",
    "audit_settings",
    "balances",
    "calendars",
    "cash_kinds",
    "cash_tables",
    "closing_kinds",
    "correction_kinds",
    "correction_tables",
    "documents",
    "duty_tables",
    "events",
    "finance_kinds",
    "finance_tables",
    "findings",
    "grants",
    "hall_days",
    "hall_rules",
    "late_tables",
    "liability",
    "month_kinds",
    "month_tables",
    "organisations",
    "postings",
    "requests",
    "tables",
    "units",
]
