"""A hall-day's audit as one canonical text: what is hashed on paper, and what a signature freezes.

The hash covers everything the paper shows but the audit and hand-over statuses, which signatures
change, and the head of the chain, which moves with every act.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import fields, replace
from typing import Any

from ledger.audit.day import (
    CheckResult,
    DayAudit,
    FindingView,
    InvoiceRangeUse,
    SlipLine,
    Source,
    Total,
)
from ledger.events import canonical
from ledger.text import Text


def content_hash(day: DayAudit) -> str:
    """Give the SHA-256 of what the paper shows."""
    return hashlib.sha256(write_snapshot(day).encode()).hexdigest()


def write_snapshot(day: DayAudit) -> str:
    """Give the canonical text of a day's audit."""
    settled = replace(
        day, audit_status="", hall_status="", chain_event=0, chain_hash="", content_hash=""
    )
    told = _plain(settled)
    # Which signature froze it is no part of what was signed.
    del told["version"]
    # Days frozen before there were slips hash as they did.
    if not told["slips"]:
        del told["slips"]
    return canonical(told).decode()


def read_snapshot(stored: str) -> DayAudit:
    """Give back the day that was frozen, without statuses and chain."""
    held = json.loads(stored)
    run_at = held["run_at"]
    return DayAudit(
        hall=held["hall"],
        hall_name=held["hall_name"],
        date=dt.date.fromisoformat(held["date"]),
        data_status=held["data_status"],
        audit_status="",
        hall_status="",
        run_at=dt.datetime.fromisoformat(run_at) if run_at else None,
        totals=tuple(Total(**total) for total in held["totals"]),
        checks=tuple(CheckResult(**_texts(check, "name")) for check in held["checks"]),
        findings=tuple(
            FindingView(**_texts(finding, "name", "message", "remedy"))
            for finding in held["findings"]
        ),
        sources=tuple(_source(source) for source in held["sources"]),
        invoice_ranges=tuple(_range_use(used) for used in held["invoice_ranges"]),
        chain_event=0,
        chain_hash="",
        content_hash="",
        grants=tuple(Text(**grant) for grant in held.get("grants", ())),
        slips=tuple(_slip(slip) for slip in held.get("slips", ())),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _texts(held: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**held, **{name: Text(**held[name]) for name in names}}


def _source(held: dict[str, Any]) -> Source:
    source = _texts(held, "name")
    due_at = source["due_at"]
    source["due_at"] = dt.datetime.fromisoformat(due_at) if due_at else None
    source["intakes"] = tuple(source["intakes"])
    return Source(**source)


def _slip(held: dict[str, Any]) -> SlipLine:
    slip = _texts(held, "reason", "way", "state")
    slip["of_day"] = dt.date.fromisoformat(held["of_day"])
    slip["ended_on"] = dt.date.fromisoformat(held["ended_on"]) if held["ended_on"] else None
    return SlipLine(**{**slip, "about": tuple(held["about"])})


def _range_use(held: dict[str, Any]) -> InvoiceRangeUse:
    segments = {name: tuple(held[name]) for name in ("used", "void", "red", "missing")}
    return InvoiceRangeUse(**{**held, **segments})
