"""What the books say of a book beside its states: papers that moved it, findings, each number."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, func, or_, select

from backoffice.pages.door import allowed
from backoffice.pages.form_pages import FORM_AREAS
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.showing import moment
from backoffice.pages.strip_rows import Cell, Strip
from invoices.book_lists import BookView
from invoices.book_runs import STATES
from invoices.models import InvoiceBook
from invoices.open_voids import open_voids
from ledger.accounts import Commodity
from ledger.audit.findings import Finding
from ledger.documents import DOCUMENT_KINDS, Document, DocumentLine
from ledger.money import show_yuan
from ledger.text import Text
from ledger.work import UnitOfWork

MOST_PAPERS = 60
VOID_ASKED = Text("作废未了结", "its void is not settled")
NOT_POSTED = Text("已登记,未入账", "registered, not posted yet")


def documents_of_numbers(
    uow: UnitOfWork, hall_id: int, invoice_code: str, first_no: str, last_no: str
) -> list[Document]:
    """Give the documents whose lines name any number of a run, the latest first."""
    kinds = [name for name, kind in DOCUMENT_KINDS.items() if kind.area in FORM_AREAS]
    named = exists().where(
        DocumentLine.hall_id == Document.hall_id,
        DocumentLine.document_id == Document.id,
        DocumentLine.commodity_id == Commodity.id,
        Commodity.code == f"INV:{invoice_code}",
        func.length(DocumentLine.serial) == len(first_no),
        DocumentLine.serial <= last_no,
        or_(DocumentLine.serial_to >= first_no, DocumentLine.serial >= first_no),
    )
    query = (
        select(Document)
        .where(Document.hall_id == hall_id, Document.kind.in_(kinds), named)
        .order_by(Document.business_date.desc(), Document.id.desc())
        .limit(MOST_PAPERS)
    )
    return list(uow.session.scalars(query))


def findings_of_book(uow: UnitOfWork, hall_id: int, book: InvoiceBook) -> list[Finding]:
    """Give what the audit found about the book and its numbers and has not dropped."""
    start = f"invoice:{book.invoice_code}/"
    found = uow.session.scalars(
        select(Finding)
        .where(
            Finding.hall_id == hall_id,
            or_(
                Finding.subject.startswith(start, autoescape=True),
                Finding.subject == f"book:{book.invoice_code}/{book.first_no}",
            ),
            Finding.state != "recalculated",
        )
        .order_by(Finding.business_date, Finding.subject, Finding.check_code)
    )
    return [
        finding
        for finding in found
        if finding.subject.startswith("book:")
        or any(book.first_number <= number <= book.last_number for number in _numbers(finding))
    ]


def numbers_found(findings: Iterable[Finding], strip: Strip) -> set[str]:
    """Give the numbers on the open part of the strip that a finding names."""
    named = [
        _numbers(finding)
        for finding in findings
        if finding.state == "open" and finding.subject.startswith("invoice:")
    ]
    return {
        cell.number
        for group in strip.groups
        for cell in group.cells
        if any(first <= int(cell.number) <= last for first, last in named)
    }


def cell_words(
    uow: UnitOfWork, hall_id: int, view: BookView, strip: Strip, staff: dict[str, str]
) -> dict[str, Text]:
    """Give for each open number what is told when one points at it.

    Who issued it, when and for how much is told to those who audit.
    """
    seen = allowed("audit", "view")
    rows = _register(uow, hall_id, view.book, strip.first, strip.last) if seen else {}
    asked = voids_asked(uow, hall_id, view.book)
    return {
        cell.number: _words(cell, rows.get(cell.number), staff, asked=cell.number in asked)
        for group in strip.groups
        for cell in group.cells
    }


def voids_asked(uow: UnitOfWork, hall_id: int, book: InvoiceBook) -> set[str]:
    """Give the numbers of a book's code whose voids wait for the auditor, or lack a copy."""
    today = uow.today
    return {
        one.invoice_no
        for one in open_voids(uow, [hall_id], on=today)
        if one.invoice_code == book.invoice_code
    }


def _words(cell: Cell, row: Row | None, staff: dict[str, str], *, asked: bool) -> Text:
    zh, en = [cell.number, STATES[cell.state].zh], [cell.number, STATES[cell.state].en]
    if asked:
        zh.append(VOID_ASKED.zh)
        en.append(VOID_ASKED.en)
    if not cell.posted:
        zh.append(NOT_POSTED.zh)
        en.append(NOT_POSTED.en)
    if row is not None:
        clerk = f"{row['clerk']} {staff.get(row['clerk'], '')}".strip()
        said = [moment(row["issued_at"]), clerk, show_yuan(row["amount"], separators=True)]
        zh += said
        en += said
    return Text(" · ".join(zh), " · ".join(en))


def _register(
    uow: UnitOfWork, hall_id: int, book: InvoiceBook, first: int, last: int
) -> dict[str, Row]:
    """Give number -> its latest current row of the register."""
    digits = len(book.first_no)
    number = column_of("invoices", "invoice_no")
    rows = find_rows(
        uow,
        hall_id,
        "invoices",
        where={"invoice_code": book.invoice_code},
        also=[number.between(f"{first:0{digits}d}", f"{last:0{digits}d}")],
    )
    return {row["invoice_no"]: row for row in sorted(rows, key=lambda row: row["issued_at"])}


def _numbers(finding: Finding) -> tuple[int, int]:
    first, _, last = finding.subject.rpartition("/")[2].partition("-")
    if not first.isdigit() or not (last or first).isdigit():
        return (0, 0)
    return (int(first), int(last or first))
