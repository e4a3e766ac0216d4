"""The page of one invoice number: who drew it, what the register says, what it is linked to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.shell import day_url, show
from backoffice.pages.transactions import require_view_or_own
from invoices.models import InvoiceRange
from ledger.actors import names_of
from ledger.audit.findings import Finding
from ledger.errors import NotFound
from ledger.text import Text
from ledger.work import UnitOfWork

NO_CODE = "-"
LONGEST_NUMBER = 18


class UnknownInvoice(NotFound):
    """A number neither registered nor drawn nor named by a line."""

    code = "unknown_invoice"
    text = Text(
        "没有号码为 {number} 的发票:未登记、未领用,也没有账目引用。请核对代码和号码。",
        "No invoice {number}: not registered, not drawn, named by no line. Check code and number.",
    )


@pages.get("/halls/<hall>/invoices/<code>/<number>")
@needs(("audit", "view"), ("audit", "answer"))
def show_invoice(code: str, number: str) -> str:
    """Show one number with its whole story."""
    invoice_code = "" if code == NO_CODE else code
    with reading() as uow:
        where = {"invoice_code": invoice_code, "invoice_no": number}
        register = sorted(
            find_rows(uow, hall().id, "invoices", where=where), key=lambda row: row["issued_at"]
        )
        lines = find_rows(uow, hall().id, "accounts", where=where)
        links = find_rows(uow, hall().id, "invoice_links", where=where)
        drawn = ranges_holding(uow, invoice_code, number)
        reds = _reds(uow, invoice_code, number)
        if not (register or lines or links or drawn or reds):
            raise UnknownInvoice(number=f"{invoice_code} {number}".strip())
        clerks = {row["clerk"] for row in (*register, *lines, *reds)} | {r.clerk for r in drawn}
        require_view_or_own(uow, clerks)
        dated = register or lines or links or reds
        date = dated[0].business_date if dated else None
        return show(
            uow,
            "pages/invoice.html",
            desk="days",
            title=Text(f"发票 {number}", f"Invoice {number}"),
            trail=((Text(str(date), str(date)), day_url(date)),) if date else (),
            invoice_code=invoice_code,
            number=number,
            register=register,
            drawn=drawn,
            lines=_linked_lines(uow, lines, [*register, *links]),
            links=links,
            reds=reds,
            neighbours=_neighbours(drawn, number),
            findings=_findings(uow, invoice_code, number),
            names=names_of(uow, hall().id),
        )


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


def _linked_lines(uow: UnitOfWork, lines: Sequence[Row], named: Sequence[Row]) -> list[Row]:
    numbers = {row["txn_no"] for row in named if row["txn_no"]} - {row["txn_no"] for row in lines}
    if not numbers:
        return list(lines)
    also = [column_of("accounts", "txn_no").in_(numbers)]
    return [*lines, *find_rows(uow, hall().id, "accounts", also=also)]


def _reds(uow: UnitOfWork, invoice_code: str, number: str) -> list[Row]:
    named = and_(
        column_of("invoices", "original_no") == number,
        or_(
            column_of("invoices", "original_code") == invoice_code,
            column_of("invoices", "original_code") == "",
        ),
    )
    return find_rows(uow, hall().id, "invoices", also=[named])


def _neighbours(drawn: Sequence[InvoiceRange], number: str) -> tuple[str, str]:
    """Give the numbers before and after inside the drawn range, '' at its ends."""
    if not drawn:
        return "", ""
    value, width = int(number), len(number)
    before = str(value - 1).zfill(width) if value > drawn[-1].first_number else ""
    after = str(value + 1).zfill(width) if value < drawn[-1].last_number else ""
    return before, after


def _findings(uow: UnitOfWork, invoice_code: str, number: str) -> list[Finding]:
    query = select(Finding).where(
        Finding.hall_id == hall().id, Finding.subject == f"invoice:{invoice_code}/{number}"
    )
    return list(uow.session.scalars(query.order_by(Finding.business_date, Finding.check_code)))
