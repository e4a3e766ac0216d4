"""A hall-day as the audit sees it, in plain values: what pages, papers, API and workbook read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ledger.text import Text

Arrival = Literal["arrived", "nil", "awaited", "missing", "unexpected"]


@dataclass(frozen=True, slots=True)
class Total:
    """One clerk and tender: computed from lines, declared by a person (None: not), in fen."""

    clerk: str
    clerk_name: str
    tender: str
    computed: int
    declared: int | None
    difference: int | None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """That a check ran, and how many current findings it has."""

    code: str
    name: Text
    findings: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A likely cause that fits a difference exactly: its sort, what it says, the lines it names."""

    sort: str
    text: Text
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its sentences; amounts in fen, None where the check has none.

    Where the check counts goods its figures are pieces: `in_pieces`.
    """

    check: str
    name: Text
    clerk: str
    clerk_name: str
    subject: str
    expected: int | None
    found: int | None
    difference: int | None
    severity: str
    state: str
    message: Text
    remedy: Text
    rule: str
    override: str
    turn: str
    facts: Mapping[str, object] = field(default_factory=dict)
    in_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """An evidence source of the day: arrived with rows and sum (fen), nil, awaited or missing."""

    source: str
    name: Text
    arrival: Arrival
    due_at: dt.datetime | None
    rows: int
    sum_fen: int | None
    intakes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InvoiceRangeUse:
    """A drawn range and what became of its numbers on the day, as segments `first-last`."""

    invoice_code: str
    first_no: str
    last_no: str
    clerk: str
    clerk_name: str
    used: tuple[str, ...]
    void: tuple[str, ...]
    red: tuple[str, ...]
    missing: tuple[str, ...]
    used_count: int


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A correction slip about the day, or accepted on it: what about, how put right, its state."""

    number: str
    clerk: str
    of_day: dt.date
    about: tuple[str, ...]
    reason: Text
    way: Text
    net_fen: int
    state: Text
    ended_on: dt.date | None


@dataclass(frozen=True, slots=True)
class DayAudit:
    """Everything the audit paper, the day page and `audit show` say of one hall-day.

    `version` counts the day's signatures; 0 is the day as it stands unsigned.
    """

    hall: str
    hall_name: str
    date: dt.date
    data_status: str
    audit_status: str
    hall_status: str
    run_at: dt.datetime | None
    totals: tuple[Total, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[FindingView, ...]
    sources: tuple[Source, ...]
    invoice_ranges: tuple[InvoiceRangeUse, ...]
    chain_event: int
    chain_hash: str
    content_hash: str
    version: int = 0
    grants: tuple[Text, ...] = ()
    slips: tuple[SlipLine, ...] = ()


def is_wholly_awaited(day: DayAudit) -> bool:
    """Tell whether a working day waits for sources, and none of them is in or declared nil."""
    due = [source.arrival for source in day.sources if source.due_at is not None]
    return day.hall_status == "working" and bool(due) and set(due) <= {"awaited", "missing"}
