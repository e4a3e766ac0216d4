"""What command line and API say of forms: blanks by custody, files of books, codes out of date."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.answers import Payload
from invoices.book_files import GOOD, BooksReport
from invoices.form_ends import FormsLeft
from invoices.segments import Segment
from invoices.use_tables import FormCount
from ledger.accounts import ACCOUNT_KINDS
from ledger.text import Language


def segment_payload(segment: Segment, language: Language) -> Payload:
    """Give a run of numbers and whose custody, or which state, it is in."""
    return {
        "invoice_code": segment.invoice_code,
        "first_no": segment.first_no,
        "last_no": segment.last_no,
        "count": segment.count,
        "place": segment.place,
        "place_name": ACCOUNT_KINDS[segment.place].text.in_language(language),
        "clerk": segment.holder,
    }


def blanks_payload(hall: str, segments: Sequence[Segment], language: Language) -> Payload:
    """Give blank forms by custody with their total."""
    return {
        "hall": hall,
        "count": sum(segment.count for segment in segments),
        "segments": [segment_payload(segment, language) for segment in segments],
    }


def ends_payload(hall: str, left: Sequence[FormsLeft], language: Language) -> Payload:
    """Give the codes out of date of which blanks are to be handed in."""
    return {
        "hall": hall,
        "codes": [
            {
                "invoice_code": one.invoice_code,
                "ends_on": one.ends_on.isoformat(),
                "reason": one.reason,
                "count": one.count,
                "segments": [segment_payload(segment, language) for segment in one.segments],
            }
            for one in left
        ],
    }


def counts_payload(hall: str, counts: Sequence[FormCount]) -> Payload:
    """Give counts of blanks beside what the books gave; `clerk` is '' for the safe."""
    return {
        "hall": hall,
        "counts": [
            {
                "date": one.business_date.isoformat(),
                "clerk": one.holder,
                "invoice_code": one.invoice_code,
                "segments": one.segments,
                "expected": one.expected,
                "counted": one.counted,
                "difference": one.counted - one.expected,
            }
            for one in counts
        ],
    }


def books_payload(report: BooksReport, language: Language) -> Payload:
    """Give the verdict of every line, and the documents made."""
    return {
        "posted": list(report.numbers),
        "good": len(report.lines) - len(report.bad),
        "bad": len(report.bad),
        "lines": [
            {
                "line": one.line.line_no,
                "invoice_code": one.line.invoice_code,
                "first_no": one.line.first_no,
                "last_no": one.line.last_no,
                "verdict": one.verdict,
                "good": one.verdict == GOOD,
                "message": one.reason.in_language(language) if one.reason else "",
            }
            for one in report.lines
        ],
    }
