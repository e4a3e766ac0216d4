"""Papers and units: the list of documents, one document, and one unit with its whole life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy import func, or_, select

# These register the kinds of document that are named here.
import invoices.papers  # noqa: F401
import stock.papers  # noqa: F401
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.rows import PAGE_ROWS, find_rows
from backoffice.pages.shell import person_names, show
from ledger.accounts import ACCOUNT_KINDS, CATEGORIES, Account, Commodity
from ledger.actors import names_of
from ledger.approvals import Signature
from ledger.documents import DOCUMENT_KINDS, STATES, Document, find_document, lines_of
from ledger.errors import NotFound
from ledger.events import Event
from ledger.postings import Posting
from ledger.text import Text
from ledger.units import Identifier, Unit, find_units
from ledger.work import UnitOfWork

DOCUMENTS = Text("单据", "Papers")
EVENT_WORDS: dict[str, Text] = {
    "document.loaded": Text("装入", "Loaded"),
    "document.submitted": Text("提交", "Submitted"),
    "document.approved": Text("批准", "Approved"),
    "document.rejected": Text("退回", "Rejected"),
    "document.posted": Text("入账", "Posted"),
    "document.reversed": Text("冲销", "Reversed"),
    "document.cancelled": Text("作废", "Cancelled"),
}
SHOWN_LINES = 200


class UnknownUnit(NotFound):
    """No unit and no line of evidence bears the serial."""

    code = "unknown_unit"
    text = Text(
        "没有串号 {serial}:不在账上,也没有凭证提到它。请核对后重扫。",
        "No serial {serial}: neither in the books nor in any evidence. Check it and scan again.",
    )


@dataclass(frozen=True, slots=True)
class DocumentList:
    """One page of a list of documents."""

    rows: list[Document]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class Step:
    """One step in a unit's life: when, from where to where, by which document."""

    date: dt.date
    origin: Text
    place: Text
    document: Document | None


@dataclass(frozen=True, slots=True)
class UnitStory:
    """One unit of the books: what it is, where it is now, its names, and its steps."""

    unit: Unit
    commodity: Commodity
    place: Text
    names: list[Identifier]
    steps: list[Step]


@pages.get("/halls/<hall>/papers")
@needs(("audit", "view"))
def list_documents() -> str:
    """List the hall's documents, the latest first, by kind and number."""
    kind, number = request.args.get("kind", ""), request.args.get("number", "").strip()
    with reading() as uow:
        query = select(Document).where(Document.hall_id == hall().id)
        if kind:
            query = query.where(Document.kind == kind)
        if number:
            query = query.where(or_(Document.number == number, Document.paper_no == number))
        total = uow.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = max(1, min(request.args.get("page", 1, type=int), -(-total // PAGE_ROWS)))
        query = query.order_by(Document.business_date.desc(), Document.id.desc())
        rows = uow.session.scalars(query.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all()
        return show(
            uow,
            "pages/documents.html",
            desk="documents",
            title=DOCUMENTS,
            page=DocumentList(list(rows), total, page),
            kinds=DOCUMENT_KINDS,
            states=STATES,
            persons=person_names(uow, {row.maker_id for row in rows}),
        )


@pages.get("/halls/<hall>/papers/<path:number>")
@needs(("audit", "view"))
def show_paper(number: str) -> str:
    """Show one document with its lines, signatures and history."""
    with reading() as uow:
        staff = names_of(uow, hall().id)
        document = find_document(uow, hall().id, number)
        lines = lines_of(uow, document)
        signatures = uow.session.scalars(
            select(Signature)
            .where(Signature.hall_id == hall().id, Signature.document_id == document.id)
            .order_by(Signature.id)
        ).all()
        events = uow.session.scalars(
            select(Event)
            .where(Event.hall_id == hall().id, Event.subject == f"document:{document.number}")
            .order_by(Event.event_no)
        ).all()
        kind = DOCUMENT_KINDS[document.kind]
        name = document.paper_no or document.number or ""
        return show(
            uow,
            "pages/document.html",
            desk="documents",
            title=Text(f"{kind.text.zh} {name}", f"{kind.text.en} {name}"),
            trail=((DOCUMENTS, url_for("pages.list_documents", hall=hall().code)),),
            document=document,
            kind=kind,
            states=STATES,
            lines=lines[:SHOWN_LINES],
            line_count=len(lines),
            place=lambda account: place_name(account, staff),
            signatures=signatures,
            events=events,
            event_words=EVENT_WORDS,
            persons=person_names(uow, {document.maker_id} | {s.person_id for s in signatures}),
        )


@pages.get("/halls/<hall>/units/<path:serial>")
@needs(("audit", "view"))
def show_unit(serial: str) -> str:
    """Show a unit's whole life, and every line of evidence that names it."""
    with reading() as uow:
        staff = names_of(uow, hall().id)
        units = [u for u in find_units(uow, serial) if u.hall_id == hall().id]
        sold = find_rows(uow, hall().id, "accounts", where={"serial": serial})
        counted = find_rows(uow, hall().id, "counts", where={"serial": serial})
        if not (units or sold or counted):
            raise UnknownUnit(serial=serial)
        return show(
            uow,
            "pages/unit.html",
            desk="documents",
            title=Text(f"串号 {serial}", f"Serial {serial}"),
            trail=((DOCUMENTS, url_for("pages.list_documents", hall=hall().code)),),
            serial=serial,
            stories=[_story(uow, unit, staff) for unit in units],
            categories=CATEGORIES,
            kinds=DOCUMENT_KINDS,
            sold=sold,
            counted=counted,
            names=staff,
        )


def place_name(account: Account, staff: Mapping[str, str]) -> Text:
    """Give a place of the books as people call it."""
    kind = ACCOUNT_KINDS[account.kind].text
    if not account.holder:
        return kind
    holder = f"{account.holder} {staff.get(account.holder, '')}".strip()
    return Text(f"{kind.zh} {holder}", f"{kind.en} {holder}")


def _story(uow: UnitOfWork, unit: Unit, staff: Mapping[str, str]) -> UnitStory:
    session, here = uow.session, hall().id
    postings = session.scalars(
        select(Posting)
        .where(Posting.hall_id == here, Posting.unit_id == unit.id)
        .order_by(Posting.event_no, Posting.id)
    ).all()
    documents = {
        d.id: d
        for d in session.scalars(
            select(Document).where(
                Document.hall_id == here, Document.id.in_({p.document_id for p in postings})
            )
        )
    }
    places = _places(uow, postings, unit, staff)
    return UnitStory(
        unit=unit,
        commodity=session.get_one(Commodity, unit.commodity_id),
        place=places[unit.account_id],
        names=list(
            session.scalars(
                select(Identifier).where(
                    Identifier.holder_hall_id == here, Identifier.unit_id == unit.id
                )
            )
        ),
        steps=[
            Step(
                p.business_date,
                places[p.credit_account],
                places[p.debit_account],
                documents.get(p.document_id),
            )
            for p in postings
        ],
    )


def _places(
    uow: UnitOfWork, postings: Iterable[Posting], unit: Unit, staff: Mapping[str, str]
) -> dict[int, Text]:
    ids = {unit.account_id}
    for posting in postings:
        ids |= {posting.debit_account, posting.credit_account}
    accounts = uow.session.scalars(
        select(Account).where(Account.hall_id == hall().id, Account.id.in_(ids))
    )
    return {account.id: place_name(account, staff) for account in accounts}
