"""What the hall asks the department for: more books than it brought back need a reason (INV-05)."""

from __future__ import annotations

from sqlalchemy import func, select

from invoices.errors import RequestAboveReturned, RequestUnknown
from invoices.form_lines import Making
from invoices.models import InvoiceBook
from ledger.documents import Document
from ledger.text import Text
from stock.errors import FactMissing

MOST_BOOKS = 100_000


def check_request(making: Making) -> tuple[str, tuple[str, ...]]:
    """Give how many books' stubs were delivered since the last request, and who signs for more.

    A hall that asks for the first time has brought nothing back and is held to nothing. Raises
    FactMissing, RequestAboveReturned.
    """
    asked = making.facts.get("books", "")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= MOST_BOOKS):
        raise FactMissing(
            Text("申领本数", "Books asked for"), Text("正整数", "a whole number above 0")
        )
    session, hall_id = making.uow.session, making.hall.id
    last = session.scalar(
        select(func.max(Document.business_date)).where(
            Document.hall_id == hall_id,
            Document.kind == "invoice_request",
            Document.state == "posted",
        )
    )
    delivered = select(func.count()).where(
        InvoiceBook.hall_id == hall_id, InvoiceBook.stubs_on.is_not(None)
    )
    if last is not None:
        delivered = delivered.where(InvoiceBook.stubs_on >= last)
    returned = session.scalar(delivered) or 0
    if last is None or int(asked) <= returned:
        return str(returned), ()
    if not making.facts.get("reason"):
        raise RequestAboveReturned(asked=asked, returned=returned)
    return str(returned), ("hall_manager",)


def check_answered(making: Making) -> None:
    """Go on only if the request a receipt answers is one the department approved.

    Raises RequestUnknown.
    """
    number = making.facts.get("request", "")
    if not number:
        return
    found = making.uow.session.scalar(
        select(Document.id).where(
            Document.hall_id == making.hall.id,
            Document.number == number,
            Document.kind == "invoice_request",
            Document.state == "posted",
        )
    )
    if found is None:
        raise RequestUnknown(request=number)
