"""The books: documents with their lines, units by any identifier, and the proof of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

# These register the kinds of document that are named here.
import invoices.papers  # noqa: F401
import stock.papers  # noqa: F401
from backoffice.answers import difference_payload, yuan
from backoffice.api import answers
from backoffice.api.door import reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import DocumentsQuery, VerificationQuery
from backoffice.errors import Payload
from backoffice.pages.showing import language
from backoffice.stock_answers import place_words
from ledger.accounts import Account, Commodity
from ledger.actors import names_of_persons
from ledger.cash.blind import is_told, told_of
from ledger.documents import Document, UnknownDocument, find_document, lines_of
from ledger.errors import Invalid, NotFound
from ledger.organisations import Hall, HallHead, find_hall
from ledger.permissions import may, require
from ledger.postings import Posting
from ledger.text import Text
from ledger.units import Identifier, Unit, find_units
from ledger.verify import verify_hall
from ledger.work import UnitOfWork

MOST_LINES = 1000
MOST_DIFFERENCES = 100

routes = Routes("books", Text("单据、单件与核对", "Documents, units and verification"))


class UnknownUnit(NotFound):
    """No unit bears the identifier."""

    code = "unknown_unit"
    text = Text(
        "没有标识为 {value} 的单件。请核对后重试。",
        "No unit bears the identifier {value}. Check it and try again.",
    )


class HalfAnExpectation(Invalid):
    """An event number and its hash go together."""

    code = "half_an_expectation"
    text = Text("event 与 hash 须同时给出。", "Give event and hash together.")


@routes.get(
    "/halls/<hall>/documents",
    Text("单据,最近的在前。", "Documents, the latest first."),
    query=DocumentsQuery,
    gives=answers.Documents,
)
def list_documents(query: dict[str, Any], hall: str) -> Payload:
    """List documents by kind, state or date."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        wanted = select(Document).where(Document.hall_id == found.id, told_of(uow, found.id))
        for name, column in (
            ("kind", Document.kind),
            ("state", Document.state),
            ("date", Document.business_date),
        ):
            if name in query:
                wanted = wanted.where(column == query[name])
        total = uow.session.scalar(select(func.count()).select_from(wanted.subquery()))
        page, size = query["page"], query["page_size"]
        documents = uow.session.scalars(
            wanted.order_by(Document.business_date.desc(), Document.id.desc())
            .limit(size)
            .offset((page - 1) * size)
        ).all()
        makers = names_of_persons(uow, {document.maker_id for document in documents})
        return {
            "hall": hall,
            "documents": [_head(document, makers) for document in documents],
            "page": page,
            "page_size": size,
            "total": total,
        }


@routes.get(
    "/halls/<hall>/documents/<path:number>",
    Text("一份单据及其各行。", "One document with its lines."),
    gives=answers.DocumentDetail,
)
def show_document(hall: str, number: str) -> Payload:
    """Show a document by its number, or by the number on paper."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        document = find_document(uow, found.id, number)
        if not is_told(uow, document):
            raise UnknownDocument(number=number)
        lines = lines_of(uow, document)
        return {
            "hall": hall,
            **_head(document, names_of_persons(uow, {document.maker_id})),
            "line_count": len(lines),
            "lines": [
                {
                    "item": line.commodity.code,
                    "name": line.commodity.name,
                    "origin": place_words(line.credit, language()),
                    "place": place_words(line.debit, language()),
                    "quantity": line.quantity,
                    "serial": line.serial,
                    "serial_to": line.serial_to,
                    "unit_cost": yuan(line.unit_cost_fen),
                }
                for line in lines[:MOST_LINES]
            ],
        }


@routes.get(
    "/units/<path:value>",
    Text("按任一标识查单件。", "The units an identifier names."),
    gives=answers.Units,
)
def show_units(value: str) -> Payload:
    """Find units by IMEI, MEID, ICCID, serial, card or invoice number, with their whole lives."""
    with reading() as uow:
        units = find_units(uow, value)
        for unit in units:
            if not may(uow, unit.hall_id, "stock", "oversee"):
                require(uow, unit.hall_id, "audit", "view")
        if not units:
            raise UnknownUnit(value=value)
        return {"units": [_unit(uow, unit) for unit in units]}


@routes.get(
    "/halls/<hall>/verification",
    Text("重算记事链、余额与单件。", "Recompute chain, balances and units."),
    query=VerificationQuery,
    gives=answers.Verification,
)
def show_verification(query: dict[str, Any], hall: str) -> Payload:
    """Recompute everything, and compare with a chain head that a paper shows."""
    if ("event" in query) != ("hash" in query):
        raise HalfAnExpectation
    expect = (query["event"], query["hash"]) if "event" in query else None
    with reading() as uow:
        found = _find_hall(uow, hall)
        differences = verify_hall(uow, found, expect)
        head = uow.session.get_one(HallHead, found.id)
        return {
            "hall": hall,
            "sound": not differences,
            "chain": f"{head.last_event}:{head.head_hash}",
            "differences": [
                difference_payload(one, language()) for one in differences[:MOST_DIFFERENCES]
            ],
        }


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "audit", "view")
    return hall


def _head(document: Document, makers: Mapping[int, str]) -> Payload:
    return {
        "number": document.number,
        "paper_no": document.paper_no,
        "kind": document.kind,
        "state": document.state,
        "date": document.business_date,
        "paper_date": document.paper_date,
        "amount": yuan(document.amount_fen),
        "maker": makers.get(document.maker_id, ""),
    }


def _unit(uow: UnitOfWork, unit: Unit) -> Payload:
    session, hall_id = uow.session, unit.hall_id
    commodity = session.get_one(Commodity, unit.commodity_id)
    postings = session.scalars(
        select(Posting)
        .where(Posting.hall_id == hall_id, Posting.unit_id == unit.id)
        .order_by(Posting.event_no, Posting.id)
    ).all()
    places = {
        account.id: place_words(account, language())
        for account in session.scalars(
            select(Account).where(
                Account.hall_id == hall_id,
                Account.id.in_(
                    {unit.account_id}
                    | {p.debit_account for p in postings}
                    | {p.credit_account for p in postings}
                ),
            )
        )
    }
    numbers = session.execute(
        select(Document.id, Document.number).where(
            Document.hall_id == hall_id, Document.id.in_({p.document_id for p in postings})
        )
    )
    documents = dict(numbers.all())
    names = session.scalars(
        select(Identifier).where(
            Identifier.holder_hall_id == hall_id, Identifier.unit_id == unit.id
        )
    )
    return {
        "hall": session.get_one(Hall, hall_id).code,
        "item": commodity.code,
        "item_name": commodity.name,
        "serial": unit.serial,
        "place": places[unit.account_id],
        "closed": bool(unit.closed),
        "opened_on": unit.opened_on,
        "cost": yuan(unit.cost_fen),
        "names": [
            {"kind": name.kind, "namespace": name.namespace, "value": name.value} for name in names
        ],
        "steps": [
            {
                "date": posting.business_date,
                "origin": places[posting.credit_account],
                "place": places[posting.debit_account],
                "document": documents.get(posting.document_id),
            }
            for posting in postings
        ],
    }
