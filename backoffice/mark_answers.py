"""What command line and API say of voids, covers, red letters, losses and kept papers."""

from __future__ import annotations

import datetime as dt

from backoffice.answers import Payload, moment, yuan
from backoffice.stock_answers import document_payload
from invoices.covers import Cover, CoverDue
from invoices.loss_cases import FORMS, STATES, LossView
from invoices.open_voids import OpenVoid
from invoices.red_sides import SIDES, RedView
from invoices.red_slips import REASONS, SlipView
from invoices.red_slips import STATES as SLIP_STATES
from invoices.retention import RULES, Kept
from invoices.voids import SignedVoid, ticks_of, void_numbers
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

RED_IS_LEFT = Text(
    "联次不全,不得作废:请对这些号码开具红字,并登记红字。",
    "Copies are missing, so nothing is void: have red letters issued for these numbers, and"
    " register them.",
)
UNRECOVERED = Text("作废未收回", "void, copies not recovered")
WAITING = Text("待稽核签字", "awaits the auditor")


def void_payload(uow: UnitOfWork, hall: Hall, document: Document, language: Language) -> Payload:
    """Give a void with each number's copies, and what the auditor ticked."""
    ticks = {tick.invoice_no: tick for tick in ticks_of(uow, document)}
    numbers = []
    for row in void_numbers(uow, document):
        tick = ticks.get(row.invoice_no)
        numbers.append(
            {
                "invoice_no": row.invoice_no,
                "clerk": row.clerk,
                "copies": row.copies,
                "state": row.state,
                "ticked": tick.ticked if tick else None,
                "copies_recovered": tick.copies_recovered if tick else None,
                "stamped": tick.copies_stamped == row.copies if tick else None,
            }
        )
    return {**document_payload(uow, hall, document, language), "numbers": numbers}


def signed_void_payload(
    uow: UnitOfWork, hall: Hall, signed: SignedVoid, language: Language
) -> Payload:
    """Give what became of a void: refused with what is missing and the way left, or posted."""
    return {
        **void_payload(uow, hall, signed.document, language),
        "refused": signed.refused,
        "missing": {number: list(copies) for number, copies in signed.missing.items()},
        "way": RED_IS_LEFT.in_language(language) if signed.refused else "",
    }


def open_void_payload(one: OpenVoid, language: Language) -> Payload:
    """Give a void that is not settled."""
    return {
        "document": one.document_no,
        "invoice_code": one.invoice_code,
        "invoice_no": one.invoice_no,
        "clerk": one.clerk,
        "copies": one.copies,
        "missing": list(one.missing),
        "reason": one.reason,
        "asked_on": one.asked_on.isoformat(),
        "days": one.days,
        "unrecovered": one.unrecovered,
        "state_name": (UNRECOVERED if one.unrecovered else WAITING).in_language(language),
    }


def cover_payload(cover: Cover) -> Payload:
    """Give one version of a cover."""
    return {
        "invoice_code": cover.book.invoice_code,
        "first_no": cover.book.first_no,
        "last_no": cover.book.last_no,
        "version": cover.version,
        "latest": cover.latest,
        "covers_all": cover.covers_all,
        "missing": list(cover.missing),
        "lifted": list(cover.lifted),
        "made_at": moment(cover.made_at),
        "made_by": cover.made_by,
        "numbers": [
            {
                "invoice_no": line.invoice_no,
                "void_on": line.void_on.isoformat(),
                "clerk": line.clerk,
                "copies": line.copies,
                "copies_recovered": line.copies_recovered,
                "reason": line.reason,
            }
            for line in cover.lines
        ],
    }


def cover_due_payload(due: CoverDue) -> Payload:
    """Give a book whose cover is to be printed anew."""
    return {
        "invoice_code": due.book.invoice_code,
        "first_no": due.book.first_no,
        "last_no": due.book.last_no,
        "missing": list(due.missing),
        "lifted": list(due.lifted),
    }


def red_payload(red: RedView, language: Language) -> Payload:
    """Give a red letter with its sides."""
    return {
        "invoice_code": red.invoice_code,
        "invoice_no": red.invoice_no,
        "issued_on": red.issued_on.isoformat(),
        "clerk": red.clerk,
        "amount": yuan(red.amount_fen),
        "original_code": red.original_code,
        "original_no": red.original_no,
        "reason": red.reason,
        "reason_name": REASONS[red.reason].in_language(language) if red.reason in REASONS else "",
        "refund": red.refund,
        "goods": red.goods,
        "missing": list(red.missing),
        "missing_names": [SIDES[side].in_language(language) for side in red.missing],
        "days": red.days,
    }


def slip_payload(slip: SlipView, language: Language) -> Payload:
    """Give a confirmation slip as it is now."""
    return {
        "slip_no": slip.slip_no,
        "original_code": slip.original_code,
        "original_no": slip.original_no,
        "amount": yuan(slip.amount_fen),
        "reason": slip.reason,
        "reason_name": REASONS[slip.reason].in_language(language),
        "opened_at": moment(slip.opened_at),
        "expires_at": moment(slip.expires_at),
        "state": slip.state,
        "state_name": SLIP_STATES[slip.state].in_language(language),
    }


def loss_payload(loss: LossView, language: Language) -> Payload:
    """Give a loss case as it is now."""
    return {
        "number": loss.number,
        "form": loss.form,
        "form_name": FORMS[loss.form].in_language(language),
        "copies": loss.copies,
        "invoice_code": loss.invoice_code,
        "numbers": list(loss.numbers),
        "count": loss.count,
        "found_at": moment(loss.found_at),
        "due_at": moment(loss.due_at),
        "reporter": loss.reporter,
        "circumstances": loss.circumstances,
        "report_no": loss.report_no,
        "reported_by": loss.reported_by,
        "reported_at": moment(loss.reported_at),
        "logged_at": moment(loss.logged_at),
        "result": loss.result,
        "closed_on": _day(loss.closed_on),
        "late": loss.late,
        "state": loss.state,
        "state_name": STATES[loss.state].in_language(language),
    }


def kept_payload(kept: Kept, language: Language) -> Payload:
    """Give until when a finished book's papers are kept."""
    rule = RULES.get(kept.rule, Text(kept.rule, kept.rule))
    return {
        "invoice_code": kept.book.invoice_code,
        "first_no": kept.book.first_no,
        "last_no": kept.book.last_no,
        "last_on": kept.last_on.isoformat(),
        "rule": rule.in_language(language),
        "years": kept.years,
        "kept_until": kept.kept_until.isoformat(),
        "destroyed_on": _day(kept.destroyed_on),
    }


def _day(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()
