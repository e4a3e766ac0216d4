"""What a scan sheet expects, by the kind of its document and what its form says so far."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.custody import custody_of
from stock.errors import UnknownManifest
from stock.kinds import (
    BY_UNIT,
    HOLDER,
    HOLDER_OR_STORE,
    PAPER_KINDS,
    STORE_OR_REPAIR,
)
from stock.manifests import awaited_lines
from stock.scan_verdicts import ScanRule

PlaceOf = tuple[str, str]

CUSTODY: tuple[PlaceOf, ...] = (("clerk", ""), ("counter", ""))
STORE, REPAIR, CUSTOMER = ("store", ""), ("repair", ""), ("customer", "")
LONGEST_NUMBER = 10
BRINGS = frozenset({"receipt", "into_care"})
"""Kinds whose numbers may be new to the books."""


def rule_of_sheet(uow: UnitOfWork, hall: Hall, kind: str, facts: Mapping[str, str]) -> ScanRule:
    """Give what the sheet expects of a scanned number."""
    item = facts.get("item", "")
    if facts.get("manifest"):
        return ScanRule(brings=True, item=item, expected=_awaited(uow, hall, facts["manifest"]))
    if kind == "into_care":
        return ScanRule(brings=True, item=item, places=(CUSTOMER, ("owner", "")), visits=True)
    if kind in BRINGS:
        return ScanRule(brings=True, item=item)
    return ScanRule(places=_places(kind, facts))


def expected_pieces(uow: UnitOfWork, hall: Hall, kind: str, facts: Mapping[str, str]) -> int | None:
    """Give how many pieces there should be: of a manifest, or of a hand-over; None elsewhere."""
    if facts.get("manifest"):
        number = manifest_number(facts["manifest"])
        return sum(line.missing for line in awaited_lines(uow, hall, number))
    if kind == "handover" and facts.get("holder"):
        today = uow.today
        return custody_of(uow, hall, facts["holder"], today).total("in_hand")
    return None


def manifest_number(text: str) -> int:
    """Read the number of a manifest as it was stated; raises UnknownManifest."""
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER):
        raise UnknownManifest(number=text)
    return int(text)


def _places(kind: str, facts: Mapping[str, str]) -> tuple[PlaceOf, ...]:
    """Give where the document takes goods from."""
    credit = PAPER_KINDS[kind].credit
    holder = facts.get("holder", "")
    custody = tuple((place, holder) for place, _ in CUSTODY)
    if credit == HOLDER:
        return custody
    wide = custody if holder else (STORE, *CUSTODY)
    if kind == "scrap":
        return (*wide, REPAIR, ("transit", ""))
    return {
        HOLDER_OR_STORE: wide,
        STORE_OR_REPAIR: (STORE, REPAIR),
        BY_UNIT: (CUSTOMER, *wide),
    }.get(credit, ((credit, facts.get("agent", "") if credit == "agent" else ""),))


def _awaited(uow: UnitOfWork, hall: Hall, manifest: str) -> dict[str, str]:
    """Give serial -> item of what has not come of a manifest."""
    lines = awaited_lines(uow, hall, manifest_number(manifest))
    return {line.serial: line.item for line in lines if line.serial and line.missing}
