"""A transaction's page: its lines, how it was paid, what arrived, its invoices and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from backoffice.pages.door import actor, hall, needs, pages, reading
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.shell import day_url, show
from ledger.actors import names_of, own_numbers
from ledger.audit.findings import Finding
from ledger.cash.slips import slips_for
from ledger.cash.tables import SLIP_STATES
from ledger.corrections.seen import reversed_lines
from ledger.errors import NotFound
from ledger.permissions import NotPermitted, may
from ledger.text import Text
from ledger.work import UnitOfWork


class UnknownTransaction(NotFound):
    """No current row of evidence names the transaction."""

    code = "unknown_transaction"
    text = Text(
        "没有凭证提到流水 {number}。请核对流水号,或先导入当日账目。",
        "No evidence names transaction {number}. Check it, or import the day's accounts.",
    )


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a transaction and the settlements that carry its reference; fen."""

    tender: str
    reference: str
    amount: int
    terminal: str
    batch_no: str
    settlements: tuple[Row, ...]


@pages.get("/halls/<hall>/transactions/<path:txn_no>")
@needs(("audit", "view"), ("audit", "answer"))
def show_transaction(txn_no: str) -> str:
    """Show everything the evidence says of one transaction."""
    with reading() as uow:
        lines = find_rows(uow, hall().id, "accounts", where={"txn_no": txn_no})
        payments = find_rows(uow, hall().id, "tenders", where={"txn_no": txn_no})
        invoices = _invoices(uow, txn_no, lines)
        later = find_rows(uow, hall().id, "accounts", where={"original_txn_no": txn_no})
        claims = _claims(uow, txn_no, lines)
        naming = [*lines, *payments, *invoices, *later, *claims]
        if not naming:
            raise UnknownTransaction(number=txn_no)
        require_view_or_own(uow, {row["clerk"] for row in (*lines, *invoices, *later)})
        date = naming[0].business_date
        return show(
            uow,
            "pages/transaction.html",
            desk="days",
            title=Text(f"流水 {txn_no}", f"Transaction {txn_no}"),
            date=date if may(uow, hall().id, "audit", "view") else None,
            trail=((Text(str(date), str(date)), day_url(date)),),
            txn_no=txn_no,
            lines=lines,
            reversed_by=reversed_lines(uow, hall().id, txn_no),
            received=sum(line["received"] for line in lines),
            payments=payments_of(uow, lines, payments),
            called=[row for row in payments if row["tendered"] is not None],
            slips=slips_for(uow, hall(), txn_no),
            slip_states=SLIP_STATES,
            invoices=invoices,
            later=later,
            claims=claims,
            findings=_findings(uow, txn_no),
            names=names_of(uow, hall().id),
        )


def may_view_or_own(uow: UnitOfWork, clerks: set[str]) -> bool:
    """Tell whether the visitor may see evidence that bears these numbers: his own, or all."""
    if may(uow, hall().id, "audit", "view"):
        return True
    return bool(clerks & own_numbers(uow, hall().id))


def require_view_or_own(uow: UnitOfWork, clerks: set[str]) -> None:
    """Let auditors and leaders in, and a clerk only to what bears his own number."""
    if not may_view_or_own(uow, clerks):
        raise NotPermitted(actor=actor().label, action="view", area="audit")


def payments_of(uow: UnitOfWork, lines: Sequence[Row], rows: Sequence[Row]) -> list[Payment]:
    """Give the payment rows, or where there are none the lines' own by tender and reference."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for row in rows or lines:
        key = (row["tender"], row["tender_ref"], row["terminal"], row["batch_no"])
        sums[key] = sums.get(key, 0) + row["amount" if rows else "received"]
    arrived = _settlements(uow, {key[1] for key in sums if key[1]})
    return [
        Payment(
            tender,
            reference,
            amount,
            terminal,
            batch_no,
            tuple(
                s for s in arrived if reference and reference in (s["tender_ref"], s["order_no"])
            ),
        )
        for (tender, reference, terminal, batch_no), amount in sums.items()
        if amount or tender
    ]


def _settlements(uow: UnitOfWork, references: set[str]) -> list[Row]:
    if not references:
        return []
    named = or_(
        column_of("settlements", "tender_ref").in_(references),
        column_of("settlements", "order_no").in_(references),
    )
    return find_rows(uow, hall().id, "settlements", also=[named])


def _invoices(uow: UnitOfWork, txn_no: str, lines: Sequence[Row]) -> list[Row]:
    """Give register rows linked by the line, by the invoice's own number of it, or by a link."""
    links = find_rows(uow, hall().id, "invoice_links", where={"txn_no": txn_no})
    numbers = {row["invoice_no"] for row in (*lines, *links) if row["invoice_no"]}
    named = or_(
        column_of("invoices", "txn_no") == txn_no,
        column_of("invoices", "invoice_no").in_(numbers),
    )
    codes = {(row["invoice_code"], row["invoice_no"]) for row in (*lines, *links)}
    return [
        row
        for row in find_rows(uow, hall().id, "invoices", also=[named])
        if row["txn_no"] == txn_no or (row["invoice_code"], row["invoice_no"]) in codes
    ]


def _claims(uow: UnitOfWork, txn_no: str, lines: Sequence[Row]) -> list[Row]:
    documents = {line["document_no"] for line in lines if line["document_no"]}
    named = or_(
        column_of("refunds", "original_txn_no") == txn_no,
        column_of("refunds", "document_no").in_(documents),
    )
    return find_rows(uow, hall().id, "refunds", also=[named])


def _findings(uow: UnitOfWork, txn_no: str) -> list[Finding]:
    subject = f"txn:{txn_no}"
    query = select(Finding).where(
        Finding.hall_id == hall().id,
        or_(Finding.subject == subject, Finding.subject.startswith(f"{subject}/", autoescape=True)),
    )
    return list(uow.session.scalars(query.order_by(Finding.business_date, Finding.check_code)))
