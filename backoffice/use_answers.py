"""Registered use of forms as plain answers: what was registered, what a number is, what waits."""

from __future__ import annotations

from backoffice.errors import Payload
from invoices.keyed_uses import KeyedUse
from invoices.numbers import FormNumber, FormScan
from invoices.unposted_uses import REASONS, UnpostedUse
from ledger.money import show_yuan
from ledger.text import Language


def use_payload(use: KeyedUse) -> Payload:
    """Give a registration: its numbers, documents, and the blanks that were passed over."""
    return {
        "invoice_code": use.invoice_code,
        "numbers": list(use.numbers),
        "batch": use.batch,
        "documents": list(use.documents),
        "skipped": [{"first_no": first, "last_no": last} for first, last in use.skipped],
    }


def form_payload(form: FormNumber, language: Language) -> Payload:
    """Give a code and number explained."""
    return {
        "invoice_code": form.invoice_code,
        "invoice_no": form.number,
        "digital_no": form.digital_no,
        "kind": form.kind.in_language(language),
        "drawn": form.drawn,
        "parts": [
            {"name": name.in_language(language), "value": value.in_language(language)}
            for name, value in form.parts
        ],
        "warnings": [warning.in_language(language) for warning in form.warnings],
        "qr": None,
    }


def scan_payload(scan: FormScan, language: Language) -> Payload:
    """Give what a QR code says, beside its number explained."""
    qr = {
        "sort": scan.sort.in_language(language),
        "amount": show_yuan(scan.amount_fen),
        "issued_on": scan.issued_on.isoformat(),
        "check_code": scan.check_code,
    }
    return {**form_payload(scan.form, language), "qr": qr}


def unposted_payload(use: UnpostedUse, language: Language) -> Payload:
    """Give a registered number that the books do not follow."""
    return {
        "invoice_code": use.invoice_code,
        "invoice_no": use.invoice_no,
        "clerk": use.clerk,
        "status": use.status,
        "reason": use.reason,
        "message": REASONS[use.reason].in_language(language),
        "place": use.place,
        "holder": use.holder,
    }
