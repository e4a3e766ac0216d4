"""What a person does with a scan sheet from any door: begin it, scan, state, make its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ledger.documents import Document
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.errors import UnknownKind
from stock.kinds import PAPER_KINDS
from stock.scan_sheets import (
    drop_sheet,
    facts_of_sheet,
    find_sheet,
    judge_again,
    keep_facts,
    open_sheet,
    take_scans,
)
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import ON_THE_DOCUMENT
from stock.sheet_documents import make_document
from stock.sheet_rules import rule_of_sheet

NOT_BY_HAND = frozenset({"transfer_in"})
"""Received against what the other hall sent alone."""


def begin_sheet(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    facts: Mapping[str, str],
    codes: Sequence[str] = (),
) -> ScanSheet:
    """Begin a sheet of the actor's, with scans if there are any.

    Raises UnknownKind, NotPermitted and what `take_scans` raises.
    """
    paper = PAPER_KINDS.get(kind)
    if paper is None or (kind in NOT_BY_HAND and not facts.get("manifest")):
        raise UnknownKind(kind=kind)
    require(uow, hall.id, paper.area, "submit")
    sheet = open_sheet(uow, hall=hall, kind=kind, facts=facts)
    if codes:
        take_scans(uow, hall, sheet, codes, rule_of_sheet(uow, hall, kind, facts))
    return sheet


def scan_onto(
    uow: UnitOfWork,
    *,
    hall: Hall,
    sheet_id: int,
    codes: Sequence[str],
    facts: Mapping[str, str] = MappingProxyType({}),
) -> list[ScanLine]:
    """Take scans onto an open sheet of the actor's, each with its verdict.

    `facts` are what came along with them, such as the unit costs of a file.
    """
    sheet = find_sheet(uow, hall, sheet_id, lock=True)
    if facts:
        keep_facts(uow, sheet, facts)
    rule = rule_of_sheet(uow, hall, sheet.kind, facts_of_sheet(sheet))
    return take_scans(uow, hall, sheet, codes, rule)


def state_on_sheet(
    uow: UnitOfWork, *, hall: Hall, sheet_id: int, facts: Mapping[str, str]
) -> ScanSheet:
    """Keep what the document states; where what it takes changed, judge the scans again."""
    sheet = find_sheet(uow, hall, sheet_id, lock=True)
    before = facts_of_sheet(sheet)
    keep_facts(uow, sheet, facts)
    rule = rule_of_sheet(uow, hall, sheet.kind, facts_of_sheet(sheet))
    if rule != rule_of_sheet(uow, hall, sheet.kind, before):
        judge_again(uow, hall, sheet, rule)
    return sheet


def submit_sheet(
    uow: UnitOfWork, *, hall: Hall, sheet_id: int, good_only: bool = False
) -> Document:
    """Make the document of a sheet from what stands on it; raises what `make_document` raises."""
    sheet = find_sheet(uow, hall, sheet_id, lock=True)
    return make_document(uow, hall, sheet, facts_of_sheet(sheet), good_only=good_only)


def document_at_once(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    facts: Mapping[str, str],
    codes: Sequence[str],
    good_only: bool = False,
) -> tuple[ScanSheet, list[ScanLine]]:
    """Make a document of a file's codes in one act; gives its sheet and every code's verdict.

    With a code that is not good, or stands twice, nothing is made and the sheet is put aside,
    unless only the good ones are asked for. Raises what `begin_sheet` and `make_document` raise.
    """
    sheet = begin_sheet(uow, hall=hall, kind=kind, facts=facts)
    lines = scan_onto(uow, hall=hall, sheet_id=sheet.id, codes=codes)
    if good_only or all(line.verdict in ON_THE_DOCUMENT for line in lines):
        make_document(uow, hall, sheet, facts_of_sheet(sheet), good_only=good_only)
    else:
        drop_sheet(uow, sheet)
    return sheet, lines
