"""Keeping and destroying (DOMAIN INV-10): how long each book's papers stay, and their destruction.

The longest of the rules that hold counts, in full years from the end of the year of the last paper.
Destruction is a document with a list, signed by the hall manager and the department; it is a status
and removes no row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, text

from invoices.covers import book_of
from invoices.mark_tables import DestroyedPapers, RetentionTerm
from invoices.models import InvoiceBook
from invoices.retention_errors import DestroyedAlready, KeptStill, NotADestruction, PapersAtWork
from ledger.documents import Document, draft_document, facts_of, find_document
from ledger.errors import BackofficeError
from ledger.events import record
from ledger.evidence.expected import CURRENT
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.errors import NoLines

KIND = "invoice_destruction"
SIGNERS = ("department", "hall_manager")
STUBS = "stubs"
RULES: dict[str, Text] = {
    "invoice_rules": Text("发票管理办法:存根五年", "invoice rules: stubs five years"),
    "tax_papers": Text("税收征管:涉税资料十年", "tax administration: tax papers ten years"),
}
DEFAULT_TERMS: tuple[tuple[str, str, int], ...] = (
    (STUBS, "invoice_rules", 5),
    (STUBS, "tax_papers", 10),
)
"""Paper, rule and full years, where the table of terms says nothing for the rule."""

# Books with nothing blank any more, and the last day a number of theirs was used or changed.
_BOOKS = text(
    f"""
SELECT b.id, MAX(COALESCE((
         SELECT MAX(e.business_date) FROM evidence_invoices e
          WHERE e.hall_id = b.hall_id AND e.invoice_code = b.invoice_code
            AND e.number >= b.first_number AND e.number <= b.last_number
            AND length(e.invoice_no) = length(b.first_no) AND {CURRENT.format("e")}),
         b.finished_on, b.stubs_on)) AS last_on
  FROM invoice_books b
 WHERE b.hall_id = :hall AND (b.finished_on IS NOT NULL OR b.stubs_on IS NOT NULL)
 GROUP BY b.id
 ORDER BY b.id
"""
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished book: its last paper, by which rule it is kept until when, and if it is gone.

    It may be destroyed from the day after `kept_until`.
    """

    book: InvoiceBook
    last_on: dt.date
    rule: str
    years: int
    kept_until: dt.date
    destroyed_on: dt.date | None

    @property
    def name(self) -> str:
        """Code and first number, as documents name the book."""
        return f"{self.book.invoice_code}/{self.book.first_no}"


def kept_until(paper_date: dt.date, years: int) -> dt.date:
    """Give the last day a paper is kept: so many full years from the end of its year."""
    return dt.date(paper_date.year + years, 12, 31)


def terms_on(uow: UnitOfWork, paper: str, date: dt.date) -> list[tuple[str, int]]:
    """Give (rule, full years) in force for a sort of paper on a day, the longest last."""
    terms = {rule: years for kind, rule, years in DEFAULT_TERMS if kind == paper}
    rows = uow.session.execute(
        select(RetentionTerm.rule, RetentionTerm.years)
        .where(RetentionTerm.paper == paper, RetentionTerm.valid_from <= date)
        .order_by(RetentionTerm.valid_from)
    )
    terms.update(dict(rows.all()))
    return sorted(terms.items(), key=lambda term: (term[1], term[0]))


def retention_calendar(uow: UnitOfWork, hall: Hall) -> list[Kept]:
    """Give every finished book of the hall and until when it is kept, soonest first."""
    require(uow, hall.id, "forms", "view")
    gone: dict[int, dt.date] = dict(
        uow.session.execute(
            select(DestroyedPapers.book_id, DestroyedPapers.destroyed_on).where(
                DestroyedPapers.hall_id == hall.id
            )
        ).all()
    )
    rule, years = terms_on(uow, STUBS, uow.today)[-1]
    books = {
        book.id: book
        for book in uow.session.scalars(
            select(InvoiceBook).where(
                InvoiceBook.hall_id == hall.id,
                or_(InvoiceBook.finished_on.is_not(None), InvoiceBook.stubs_on.is_not(None)),
            )
        )
    }
    found = []
    for book_id, last_on in uow.session.execute(_BOOKS, {"hall": hall.id}):
        last = dt.date.fromisoformat(str(last_on))
        until = kept_until(last, years)
        found.append(Kept(books[book_id], last, rule, years, until, gone.get(book_id)))
    return sorted(found, key=lambda kept: (kept.kept_until, kept.name))


def submit_destruction(
    uow: UnitOfWork, *, hall: Hall, books: Iterable[str], reason: str = ""
) -> Document:
    """Ask to destroy the kept papers of books named CODE/FIRST; two must sign.

    Raises UnknownBook, PapersAtWork, KeptStill, DestroyedAlready and what `advance` raises.
    """
    require(uow, hall.id, "invoices", "submit")
    lock_head(uow, hall.id)
    today = uow.today
    open_days(uow, hall.id, [today])
    kept = _require_over(uow, hall, list(dict.fromkeys(books)), today)
    document = draft_document(
        uow, hall_id=hall.id, kind=KIND, business_date=today, remark=reason.strip()
    )
    facts = {
        "books": ", ".join(one.name for one in kept),
        "kept_until": max(one.kept_until for one in kept).isoformat(),
        "reason": reason.strip(),
    }
    return advance(uow, document, "submit", facts=facts, confirm_roles=SIGNERS)


def sign_destruction(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a destruction as hall manager or department; the second signature makes it so.

    Raises NotADestruction, KeptStill, DestroyedAlready and what `advance` raises.
    """
    lock_head(uow, hall.id)
    document = find_document(uow, hall.id, number)
    if document.kind != KIND:
        raise NotADestruction(number=number)
    today = uow.today
    open_days(uow, hall.id, [today])
    names = facts_of(uow, document)["books"].split(", ")
    kept = _require_over(uow, hall, names, today)
    signed = advance(uow, document, "approve", on=today)
    if signed.state == "posted":
        _keep(uow, hall, signed, kept, today)
    return signed


def judge_books(uow: UnitOfWork, hall: Hall, names: Iterable[str]) -> dict[str, BackofficeError]:
    """Give book named CODE/FIRST -> why its papers may not be destroyed today, where they may not.

    Raises NotPermitted.
    """
    today = uow.today
    known = {kept.book.id: kept for kept in retention_calendar(uow, hall)}
    wrong: dict[str, BackofficeError] = {}
    for name in dict.fromkeys(names):
        try:
            _over(uow, hall, name, known, today)
        except BackofficeError as why:
            wrong[name] = why
    return wrong


def _require_over(uow: UnitOfWork, hall: Hall, names: Sequence[str], today: dt.date) -> list[Kept]:
    """Give the books named, all of which may be destroyed today."""
    if not names:
        raise NoLines
    known = {kept.book.id: kept for kept in retention_calendar(uow, hall)}
    return [_over(uow, hall, name, known, today) for name in names]


def _over(
    uow: UnitOfWork, hall: Hall, name: str, known: Mapping[int, Kept], today: dt.date
) -> Kept:
    """Give one book named CODE/FIRST, whose papers may be destroyed today."""
    code, _, first = name.rpartition("/")
    book = book_of(uow, hall, code, first)
    kept = known.get(book.id)
    if kept is None:
        raise PapersAtWork(book=name)
    if kept.destroyed_on is not None:
        raise DestroyedAlready(book=name, date=kept.destroyed_on.isoformat())
    if today <= kept.kept_until:
        raise KeptStill(
            book=name,
            years=kept.years,
            rule=RULES.get(kept.rule, Text(kept.rule, kept.rule)),
            last=kept.last_on.isoformat(),
            date=kept.kept_until.isoformat(),
        )
    return kept


def _keep(
    uow: UnitOfWork, hall: Hall, document: Document, kept: Sequence[Kept], today: dt.date
) -> None:
    rows: list[Row] = [
        (one.book.id, document.id, one.kept_until.isoformat(), today.isoformat())
        for one in sorted(kept, key=lambda one: one.book.id)
    ]
    with record(
        uow, hall_id=hall.id, act="papers.destroyed", subject=f"document:{document.number}"
    ) as event:
        event.insert(Base.metadata.tables[DestroyedPapers.__tablename__], rows)
