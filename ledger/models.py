"""All tables of the kernel in one import, for whoever needs the whole schema."""

from ledger import (
    accounts,
    actors,
    approvals,
    balances,
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
from ledger.evidence import tables

__all__ = [
    "accounts",
    "actors",
    "approvals",
    "balances",
    "documents",
    "events",
    "findings",
    "hall_days",
    "hall_rules",
    "organisations",
    "postings",
    "requests",
    "tables",
    "units",
]
