"""An invoice printed again (重打): recorded with its reason; it takes no number, moves nothing."""

from __future__ import annotations

from sqlalchemy import select

from invoices.register import standing_of
from invoices.use_claims import require_own_numbers
from invoices.use_errors import NotPrintedAgain, OriginalUnknown, ReasonMissing
from invoices.use_tables import InvoiceReprint
from ledger.events import record
from ledger.organisations import Hall, business_date
from ledger.permissions import require
from ledger.rows import plain
from ledger.schema import Base, microseconds
from ledger.work import UnitOfWork


def record_reprint(
    uow: UnitOfWork, *, hall: Hall, clerk: str, invoice_code: str, invoice_no: str, reason: str
) -> int:
    """Record that a registered invoice was printed again; gives how often it was by now.

    Raises OriginalUnknown, NotPrintedAgain for a void one, ReasonMissing and NotYourCustody.
    """
    require(uow, hall.id, "forms", "register")
    require_own_numbers(uow, hall, clerk)
    name = "/".join(filter(None, (invoice_code, invoice_no)))
    standing = standing_of(uow, hall, invoice_code, invoice_no)
    if standing is None:
        raise OriginalUnknown(invoice=name)
    if not standing.live:
        raise NotPrintedAgain(invoice=name)
    if not reason.strip():
        raise ReasonMissing
    date = business_date(microseconds(uow.now))
    with record(
        uow,
        hall_id=hall.id,
        act="invoice.reprinted",
        subject=f"invoice:{name}",
        business_date=date,
        facts={"clerk": clerk, "reason": reason.strip()},
    ) as event:
        event.insert(
            Base.metadata.tables[InvoiceReprint.__tablename__],
            [
                (
                    date.isoformat(),
                    invoice_code,
                    invoice_no,
                    clerk,
                    reason.strip(),
                    plain(uow.now),
                    uow.actor.person_id,
                )
            ],
        )
    return len(reprints_of(uow, hall, invoice_code, invoice_no))


def reprints_of(
    uow: UnitOfWork, hall: Hall, invoice_code: str, invoice_no: str
) -> list[InvoiceReprint]:
    """Give the reprints of one invoice in the order they were made."""
    return list(
        uow.session.scalars(
            select(InvoiceReprint)
            .where(
                InvoiceReprint.hall_id == hall.id,
                InvoiceReprint.invoice_code == invoice_code,
                InvoiceReprint.invoice_no == invoice_no,
            )
            .order_by(InvoiceReprint.event_no)
        )
    )
