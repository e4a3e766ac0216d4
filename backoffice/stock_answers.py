"""What command line and API say of stock documents, manifests and files of goods: plain JSON."""

from __future__ import annotations

from backoffice.answers import Payload, yuan
from ledger.accounts import ACCOUNT_KINDS, Account
from ledger.documents import DOCUMENT_KINDS, STATES, Document, facts_of, lines_of
from ledger.masking import mask_numbers
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from stock.awaited import Awaited, awaited_lines
from stock.dispatches import UnderWay
from stock.document_tables import MANIFEST_STATES, Manifest
from stock.goods_lines import GOOD, VERDICTS, GoodsReport
from stock.waiting import awaited_of

MOST_LINES = 1000


def document_payload(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> Payload:
    """Give a document with its facts, numbers of people masked in them, and its lines."""
    lines = lines_of(uow, document)
    return {
        "hall": hall.code,
        "number": document.number,
        "kind": document.kind,
        "name": DOCUMENT_KINDS[document.kind].text.in_language(language),
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "date": document.business_date.isoformat(),
        "amount": yuan(document.amount_fen),
        "awaits": list(awaited_of(uow, hall, document).signers)
        if document.state == "submitted"
        else [],
        "facts": {name: mask_numbers(said) for name, said in facts_of(uow, document).items()},
        "line_count": len(lines),
        "lines": [
            {
                "item": line.commodity.code,
                "quantity": line.quantity,
                "serial": line.serial,
                "serial_to": line.serial_to,
                "from": place_words(line.credit, language),
                "to": place_words(line.debit, language),
                "unit_cost": yuan(line.unit_cost_fen),
            }
            for line in lines[:MOST_LINES]
        ],
    }


def report_payload(report: GoodsReport, language: Language) -> Payload:
    """Give every line's verdict; of good lines how many there are, and what is doubtful."""
    return {
        "posted": report.number or None,
        "good": len(report.lines) - len(report.bad),
        "bad": len(report.bad),
        "missing": report.missing,
        "verdicts": {VERDICTS[name].in_language(language): n for name, n in report.counts().items()}
        if report.lines
        else {},
        "lines": [
            {
                "line": line.line_no,
                "serial": line.serial,
                "verdict": line.verdict,
                "message": line.reason.in_language(language) if line.reason else "",
            }
            for line in report.lines
            if line.verdict != GOOD or line.reason is not None
        ],
    }


def manifest_payload(
    uow: UnitOfWork, hall: Hall, manifest: Manifest, language: Language, *, whole: bool
) -> Payload:
    """Give a manifest, with what is missing of it where the whole is asked for."""
    lines = awaited_lines(uow, hall, manifest.id)
    return {
        "hall": hall.code,
        "number": manifest.id,
        "source": manifest.source,
        "sender": manifest.sender,
        "reference": manifest.reference,
        "state": manifest.state,
        "state_name": MANIFEST_STATES[manifest.state].in_language(language),
        "made_on": manifest.made_on.isoformat(),
        "expected": sum(line.quantity for line in lines),
        "received": sum(line.received for line in lines),
        "missing": [_awaited(line) for line in lines if line.missing][:MOST_LINES] if whole else [],
    }


def transfer_payload(one: UnderWay) -> Payload:
    """Give a transfer under way."""
    return {
        "number": one.number,
        "to_hall": one.to_hall,
        "date": one.dispatched_on.isoformat(),
        "days": one.days,
        "overdue": one.overdue,
        "state": one.state,
        "pieces": one.pieces,
        "missing": one.missing,
    }


def place_words(account: Account, language: Language) -> str:
    """Give a place of the books as people call it."""
    kind = ACCOUNT_KINDS[account.kind].text.in_language(language)
    return f"{kind} {account.holder}".strip()


def _awaited(line: Awaited) -> Payload:
    return {
        "item": line.item,
        "name": line.name,
        "serial": line.serial,
        "quantity": line.missing,
    }
