"""What API and command line say of scan sheets, custody and loans: plain JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from backoffice.answers import Payload
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from stock.custody import WAYS, Custody
from stock.kinds import PAPER_KINDS
from stock.loans import Loan
from stock.scan_sheets import count_sheet, facts_of_sheet, lines_of_sheet
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import VERDICTS
from stock.sheet_rules import expected_pieces

MOST_SCANS = 1000


def sheet_head(uow: UnitOfWork, hall: Hall, sheet: ScanSheet, language: Language) -> Payload:
    """Give a sheet with its counters."""
    count = count_sheet(uow, sheet)
    facts = facts_of_sheet(sheet)
    is_open = sheet.state == "open"
    return {
        "hall": hall.code,
        "sheet": sheet.id,
        "kind": sheet.kind,
        "name": PAPER_KINDS[sheet.kind].text.in_language(language),
        "state": sheet.state,
        "document": sheet.document_number or None,
        "expected": expected_pieces(uow, hall, sheet.kind, facts) if is_open else None,
        "scanned": count.scanned,
        "twice": count.of("twice"),
        "refused": count.refused,
        "facts": facts,
    }


def sheet_payload(uow: UnitOfWork, hall: Hall, sheet: ScanSheet, language: Language) -> Payload:
    """Give a sheet with the scans that stand on it, the last ones where there are many."""
    lines = lines_of_sheet(uow, sheet)
    return {
        **sheet_head(uow, hall, sheet, language),
        "scans": scan_payload(lines[-MOST_SCANS:], language),
    }


def scan_payload(
    lines: Sequence[ScanLine], language: Language, *, of_file: Sequence[int] = ()
) -> list[Payload]:
    """Give scans with their verdicts; `scan` is the number by which one is undone.

    `of_file` are the lines of the file they came from, told as `line`.
    """
    places: Sequence[int | None] = of_file or [None] * len(lines)
    return [
        {
            "scan": line.line_no,
            "line": place,
            "code": line.code,
            "verdict": line.verdict,
            "verdict_name": VERDICTS[line.verdict].text.in_language(language),
            "item": line.item,
            "serial": line.serial,
            "serial_to": line.serial_to,
            "quantity": line.quantity,
            "note": line.note_zh if language == "zh" else line.note_en,
        }
        for line, place in zip(lines, places, strict=True)
    ]


def custody_payload(hall: Hall, custody: Custody, on: dt.date) -> Payload:
    """Give what a holder has, and how the day came to it, item by item."""
    return {
        "hall": hall.code,
        "holder": custody.holder,
        "kind": custody.kind,
        "date": on.isoformat(),
        "opening": custody.total("opening"),
        "moved": {way: custody.total(way) for way in WAYS},
        "in_hand": custody.total("in_hand"),
        "items": [
            {
                "item": item.code,
                "name": item.name,
                "category": item.category,
                "opening": item.opening,
                "moved": {way: item.moved.get(way, 0) for way in WAYS},
                "in_hand": item.in_hand,
                "serials": list(custody.pieces.get(item.code, ())),
            }
            for item in custody.items
        ],
    }


def loan_payload(loan: Loan, today: dt.date) -> Payload:
    """Give one piece on loan; `days_late` is 0 where it is not overdue."""
    return {
        "serial": loan.serial,
        "item": loan.item,
        "name": loan.name,
        "number": loan.number,
        "lent_on": loan.lent_on.isoformat(),
        "due_on": loan.due_on.isoformat() if loan.due_on else None,
        "days_late": loan.days_late(today),
        "customer": loan.customer,
        "phone": loan.phone,
        "condition": loan.condition,
    }


def care_payload(one: Loan, today: dt.date) -> Payload:
    """Give one customer's piece in our care, and whether it is to be exchanged by now."""
    told = loan_payload(one, today)
    told["taken_on"] = told.pop("lent_on")
    return {**told, "exchange_due": one.exchange_due(today)}
