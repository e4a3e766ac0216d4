"""D01 · expected sources, and whether the settlements of a tender may be asked for yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tests.oracle.books import Books
from tests.oracle.findings import Finding, plain

_DUE_TIME = time(12, 0)


def expected_sources(books: Books) -> list[str]:
    """Give the sources the hall file expects, else the usual ones and those of tenders used."""
    if "expected" in books.hall:
        return [str(source) for source in books.hall["expected"]]
    used = {
        payment.tender
        for txn in books.of_the_day
        for payment in txn.payments
        if books.tender_class.get(payment.tender) == "settled"
    }
    usual = ["accounts", "invoices", "declarations", "deposits"]
    return usual + [f"settlements:{tender}" for tender in sorted(used)]


def ready_tenders(books: Books, *, now: datetime, nil: set[str]) -> set[str]:
    """Give the settled tenders whose source of the date is there, declared nil, or past due."""
    past_due = now >= _due(books)
    return {
        tender
        for tender, kind in books.tender_class.items()
        if kind == "settled" and (past_due or _is_in(books, f"settlements:{tender}", nil))
    }


def source_findings(books: Books, *, now: datetime, nil: set[str]) -> Iterator[Finding]:
    """Give D01: a block once due, a note before."""
    for source in expected_sources(books):
        if not _is_in(books, source, nil):
            severity = "block" if now >= _due(books) else "note"
            yield plain("D01", subject=f"source:{source}", severity=severity)


def _is_in(books: Books, source: str, nil: set[str]) -> bool:
    return source in nil or (books.date, source) in books.evidence.arrived


def _due(books: Books) -> datetime:
    return datetime.combine(date.fromisoformat(books.date) + timedelta(days=1), _DUE_TIME)
