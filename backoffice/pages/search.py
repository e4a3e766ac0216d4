"""The one search field: a serial, invoice, paper, transaction or reference opens what it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from backoffice.form_asked import NO_CODE
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.invoice_evidence import ranges_holding
from backoffice.pages.rows import PAGE_ROWS, column_of, find_rows, kind_name
from backoffice.pages.shell import remembered_day, show
from invoices.kinds import FORM_CATEGORY
from invoices.models import InvoiceRange
from ledger.accounts import Commodity
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.evidence.intake_rows import KEY_SEPARATOR
from ledger.evidence.tables import EVIDENCE_TABLES, Intake
from ledger.hall_rules import Tender
from ledger.text import Text
from ledger.units import find_units
from ledger.work import UnitOfWork
from refunds.instruments import INSTRUMENTS
from stock.categories import GOODS
from stock.label_rounds import position_of_code
from stock.label_tables import LabelPosition
from stock.unit_lives import lives_of

SEARCH = Text("搜索", "Search")
RECENT = dt.timedelta(days=62)
NUMBERED = {
    "refunds": "document_no",
    "adjustments": "adjustment_no",
    "cash_moves": "move_no",
    "deposits": "slip_no",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what it is, which, and its page."""

    text: Text
    name: str
    address: str


@pages.get("/halls/<hall>/search")
@needs(("audit", "view"), ("stock", "view"), ("refunds", "view"))
def search() -> str | Response:
    """Open the one thing the words name, or list the several."""
    wanted = request.args.get("q", "").strip()
    with reading() as uow:
        hits = list(dict.fromkeys(_hits(uow, wanted))) if wanted else []
        if len(hits) == 1:
            return redirect(hits[0].address)
        return show(uow, "pages/search.html", desk="", title=SEARCH, wanted=wanted, hits=hits)


def _hits(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    """Look for the words in what the visitor may open: goods alone, or the whole day's evidence."""
    finders: tuple[Callable[[UnitOfWork, str], Iterator[Hit]], ...] = (_units, _documents, _goods)
    if allowed("audit", "view"):
        evidence = (_references, _numbered, _batches)
        finders = (_transactions, _invoices, *finders, *evidence)
    for finder in finders:
        yield from finder(uow, wanted)


def _transactions(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    for kind in ("accounts", "tenders"):
        if find_rows(uow, hall().id, kind, where={"txn_no": wanted}):
            yield Hit(Text("流水", "Transaction"), wanted, _page("transaction", txn_no=wanted))
            return


def _invoices(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    code, _, number = wanted.replace(" ", "/").rpartition("/")
    rows = find_rows(uow, hall().id, "invoices", where={"invoice_no": number})
    found = {row["invoice_code"] for row in rows}
    drawn = uow.session.scalars(
        select(InvoiceRange.invoice_code).where(InvoiceRange.hall_id == hall().id).distinct()
    )
    found |= {held for held in drawn if ranges_holding(uow, held, number)}
    for held in sorted(found):
        if code in ("", held):
            address = _page("invoice", code=held or NO_CODE, number=number)
            yield Hit(Text("发票", "Invoice"), f"{held} {number}".strip(), address)


def _units(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    forms = select(Commodity.id).where(Commodity.category == FORM_CATEGORY)
    numbered = set(uow.session.scalars(forms))
    units = [unit for unit in find_units(uow, wanted) if unit.commodity_id not in numbered]
    here = any(unit.hall_id == hall().id for unit in units)
    if here and (allowed("audit", "view") or lives_of(uow, hall(), wanted)):
        yield Hit(Text("串号", "Serial"), wanted, _page("unit", serial=wanted))


def _documents(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    query = select(Document).where(
        Document.hall_id == hall().id,
        or_(Document.number == wanted, Document.paper_no == wanted),
    )
    for document in uow.session.scalars(query):
        is_case = document.kind in INSTRUMENTS and allowed("refunds", "view")
        address = _page("refund" if is_case else "paper", number=document.number or wanted)
        yield Hit(DOCUMENT_KINDS[document.kind].text, wanted, address)


def _references(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    """Find payments by the reference on a customer's receipt: settled ones, and recent lines."""
    tenders = uow.session.scalars(select(Tender.code).where(Tender.hall_id == hall().id)).all()
    table = EVIDENCE_TABLES["settlements"]
    keys = [f"{tender}{KEY_SEPARATOR}{wanted}{KEY_SEPARATOR}" for tender in tenders]
    for row in find_rows(uow, hall().id, "settlements", also=[table.c.row_key.in_(keys)]):
        yield Hit(Text("到账", "Settlement"), wanted, _batch(row.intake_no, row.row_no))
    since = remembered_day(uow) - RECENT
    also = [
        column_of("accounts", "tender_ref") == wanted,
        EVIDENCE_TABLES["accounts"].c.business_date >= since,
    ]
    for row in find_rows(uow, hall().id, "accounts", also=also):
        address = _page("transaction", txn_no=row["txn_no"])
        yield Hit(Text("支付流水", "Payment reference"), row["txn_no"], address)


def _numbered(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    for kind, column in NUMBERED.items():
        for row in find_rows(uow, hall().id, kind, where={column: wanted}):
            yield Hit(kind_name(kind), wanted, _batch(row.intake_no, row.row_no))


def _batches(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    number = wanted.removeprefix("#")
    if wanted.startswith("#") and number.isascii() and number.isdigit():
        intake = uow.session.get(Intake, (hall().id, int(number)))
        if intake is not None:
            yield Hit(Text("导入批次", "Batch"), intake.file_name, _batch(intake.intake_no, 0))


def _goods(uow: UnitOfWork, wanted: str) -> Iterator[Hit]:
    """Find what a price label bears as its barcode: an item's code, or the position's."""
    known = select(Commodity).where(Commodity.code == wanted, Commodity.category.in_(GOODS))
    for item in uow.session.scalars(known):
        yield Hit(Text("物品", "Item"), f"{item.code} {item.name}", _page("item", code=item.code))
    place, _ = position_of_code(wanted)
    position = uow.session.get(LabelPosition, (hall().id, place))
    if position is not None:
        address = url_for("pages.list_labels", hall=hall().code, _anchor=f"at-{place}")
        yield Hit(Text("价签位", "Label position"), f"{place} {position.place}".strip(), address)


def _page(name: str, **facts: Any) -> str:
    return url_for(f"pages.show_{name}", hall=hall().code, **facts)


def _batch(intake_no: int, row_no: int) -> str:
    anchor = f"row-{row_no}" if row_no else None
    number = max(1, -(-row_no // PAGE_ROWS))
    return url_for(
        "pages.show_batch", hall=hall().code, intake_no=intake_no, page=number, _anchor=anchor
    )
