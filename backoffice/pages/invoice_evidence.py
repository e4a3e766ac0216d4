"""What the evidence says of one invoice number, and which findings and papers name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from backoffice.pages.door import hall
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.transactions import Payment, payments_of
from invoices.models import InvoiceRange
from ledger.audit.findings import Finding
from ledger.work import UnitOfWork

LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows that name a number: the register's, account lines, links, reds of it, its refunds."""

    register: tuple[Row, ...]
    named_lines: tuple[Row, ...]
    links: tuple[Row, ...]
    reds: tuple[Row, ...]
    refunds: tuple[Row, ...]

    @property
    def dated(self) -> tuple[Row, ...]:
        """The rows that tell a day, the register's first."""
        return (*self.register, *self.named_lines, *self.links, *self.reds)

    @property
    def clerks(self) -> set[str]:
        """The staff numbers on these rows."""
        return {row["clerk"] for row in (*self.register, *self.named_lines, *self.reds)}


def evidence_of(uow: UnitOfWork, invoice_code: str, number: str) -> Evidence:
    """Give the rows that name the number itself."""
    where = {"invoice_code": invoice_code, "invoice_no": number}
    register = find_rows(uow, hall().id, "invoices", where=where)
    return Evidence(
        register=tuple(sorted(register, key=lambda row: row["issued_at"])),
        named_lines=tuple(find_rows(uow, hall().id, "accounts", where=where)),
        links=tuple(find_rows(uow, hall().id, "invoice_links", where=where)),
        reds=tuple(_reds(uow, invoice_code, number)),
        refunds=tuple(find_rows(uow, hall().id, "refunds", where={"red_invoice_no": number})),
    )


def lines_behind(uow: UnitOfWork, evidence: Evidence) -> list[Row]:
    """Give the account lines that name the invoice, and those its own rows name."""
    lines = evidence.named_lines
    named = (*evidence.register, *evidence.links)
    numbers = {row["txn_no"] for row in named if row["txn_no"]} - {row["txn_no"] for row in lines}
    if not numbers:
        return list(lines)
    also = [column_of("accounts", "txn_no").in_(numbers)]
    return [*lines, *find_rows(uow, hall().id, "accounts", also=also)]


def payments_behind(uow: UnitOfWork, lines: Sequence[Row]) -> list[Payment]:
    """Give how the transactions of these lines were paid, and what was settled of it."""
    numbers = {row["txn_no"] for row in lines}
    if not numbers:
        return []
    whole = find_rows(
        uow, hall().id, "accounts", also=[column_of("accounts", "txn_no").in_(numbers)]
    )
    rows = find_rows(uow, hall().id, "tenders", also=[column_of("tenders", "txn_no").in_(numbers)])
    return payments_of(uow, whole, rows)


def refunds_behind(uow: UnitOfWork, evidence: Evidence, lines: Sequence[Row]) -> list[Row]:
    """Give the refund papers of the red letter itself, of reds of it, and of its transactions."""
    reds = {row["invoice_no"] for row in evidence.reds}
    numbers = {row["txn_no"] for row in lines}
    named = or_(
        column_of("refunds", "red_invoice_no").in_(reds),
        column_of("refunds", "original_txn_no").in_(numbers),
    )
    found = [*evidence.refunds, *find_rows(uow, hall().id, "refunds", also=[named])]
    return list({(row.intake_no, row.row_no): row for row in found}.values())


def ranges_holding(uow: UnitOfWork, invoice_code: str, number: str) -> list[InvoiceRange]:
    """Give the ranges a number lies in: the safe's, and the clerk's who drew it."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return []
    query = select(InvoiceRange).where(
        InvoiceRange.hall_id == hall().id,
        InvoiceRange.invoice_code == invoice_code,
        InvoiceRange.first_number <= int(number),
        InvoiceRange.last_number >= int(number),
    )
    return list(uow.session.scalars(query.order_by(InvoiceRange.id)))


def findings_of_number(uow: UnitOfWork, invoice_code: str, number: str) -> list[Finding]:
    """Give what the audit found about the number."""
    query = select(Finding).where(
        Finding.hall_id == hall().id, Finding.subject == f"invoice:{invoice_code}/{number}"
    )
    return list(uow.session.scalars(query.order_by(Finding.business_date, Finding.check_code)))


def _reds(uow: UnitOfWork, invoice_code: str, number: str) -> list[Row]:
    named = and_(
        column_of("invoices", "original_no") == number,
        or_(
            column_of("invoices", "original_code") == invoice_code,
            column_of("invoices", "original_code") == "",
        ),
    )
    return find_rows(uow, hall().id, "invoices", also=[named])
