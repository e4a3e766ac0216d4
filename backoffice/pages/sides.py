"""The shape of a finding's two sides, and what every gatherer of them needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement

from backoffice.pages.rows import Row
from invoices.models import InvoiceRange
from ledger.duties.roster import Seat
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.text import Text

LOOK_BACK = dt.timedelta(days=7)
LOOK_AHEAD = dt.timedelta(days=3)
SHOWN = 60

BOOKS = Text("账上", "The books")
RULE = Text("规则", "The rule")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one kind on one side; `left_out` is how many more there are."""

    kind: str
    rows: Sequence[Row]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit of the books and where it is now, as people call it."""

    serial: str
    item: str
    place: Text


@dataclass(frozen=True, slots=True)
class Sides:
    """What stands against what: papers, the rule, drawn numbers, units of the books, the roster."""

    expected: Text
    found: Text
    expected_sheets: list[Sheet] = field(default_factory=list)
    found_sheets: list[Sheet] = field(default_factory=list)
    ranges: list[InvoiceRange] = field(default_factory=list)
    units: list[UnitPlace] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    @property
    def by_rule(self) -> bool:
        """Whether the expected side is the rule and no paper."""
        return self.expected is RULE


def near(date: dt.date, kind: str) -> ColumnElement[bool]:
    """Matching looks 7 days back and 3 on (CHECKS, reading the evidence)."""
    day = EVIDENCE_TABLES[kind].c.business_date
    return day.between(date - LOOK_BACK, date + LOOK_AHEAD)


def sheets_of(*sheets: tuple[str, Sequence[Row]]) -> list[Sheet]:
    """Give those that have rows, each cut to what a page shows."""
    return [Sheet(kind, rows[:SHOWN], max(0, len(rows) - SHOWN)) for kind, rows in sheets if rows]
