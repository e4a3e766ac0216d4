"""Cash between its places: documents with two ends, petty cash, bank receipts, over and short."""

from __future__ import annotations

from typing import Any

from flask import g

from backoffice.api import cash_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.cash_answers import (
    cases_payload,
    document_payload,
    petty_payload,
    place_payload,
)
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.cash.bank import BankReceipt, key_receipt
from ledger.cash.cases import decide_case, find_case
from ledger.cash.moves import (
    CashMove,
    cancel_cash,
    move_cash,
    reject_cash,
    reverse_cash,
    sign_cash,
)
from ledger.cash.safe import open_safe
from ledger.cash.seen import cases_seen, cash_documents, petty_month, places_now, see_document
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

CASH = "/halls/<hall>/cash"
routes = Routes("cash", Text("现金", "Cash"))


@routes.get(CASH, Text("现金在哪里。", "Where the money is."), gives=shapes.PlacesAnswer)
def show_places(hall: str) -> Payload:
    """Give each place with its money."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "oversee")
        return {
            "hall": hall,
            "places": [place_payload(one, language()) for one in places_now(uow, found)],
        }


@routes.get(
    f"{CASH}/documents",
    Text("现金单据。", "Cash documents, the latest first."),
    query=shapes.CashDocumentsQuery,
    gives=shapes.CashDocumentsAnswer,
)
def list_cash(query: dict[str, Any], hall: str) -> Payload:
    """List the documents the actor may see."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "view")
        rows = cash_documents(uow, found, since=query["since"])
        documents = [document_payload(uow, found, one, language()) for one in rows]
        return {"hall": hall, "documents": documents}


@routes.post(
    f"{CASH}/documents",
    Text("办理一笔现金往来。", "Move money between two places."),
    body=shapes.CashMoveBody,
    gives=shapes.CashDocumentAnswer,
    status=201,
)
def make(body: dict[str, Any], hall: str) -> Payload:
    """Make a cash document."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        stated = {name: value for name, value in body.items() if name != "amount"}
        move = CashMove(amount_fen=body["amount"], **stated)
        return document_payload(uow, found, move_cash(uow, hall=found, move=move), language())

    return once(do, body=body)


@routes.get(
    f"{CASH}/documents/<path:number>",
    Text("一张现金单据。", "One cash document."),
    gives=shapes.CashDocumentAnswer,
)
def show_cash(hall: str, number: str) -> Payload:
    """Give a document."""
    with reading() as uow:
        return _document(uow, find_hall(uow, hall), number)


@routes.post(
    f"{CASH}/documents/<path:number>/acts",
    Text("签字、退回、作废或冲销。", "Sign, reject, cancel or reverse."),
    body=shapes.CashActBody,
    gives=shapes.CashDocumentAnswer,
)
def act_on_cash(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a document a step on; a signature asks for the password again."""
    if body["act"] == "approve":
        confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        reason = body["reason"]
        if body["act"] == "approve":
            sign_cash(uow, hall=found, number=number)
        elif body["act"] == "reject":
            reject_cash(uow, hall=found, number=number, reason=reason)
        elif body["act"] == "cancel":
            cancel_cash(uow, hall=found, number=number, reason=reason)
        else:
            reverse_cash(uow, hall=found, number=number, reason=reason)
        return _document(uow, found, number)

    return once(do, body=body)


@routes.post(
    f"{CASH}/safe-openings",
    Text("申请开柜,另一人签字后打开。", "Open the safe; it is open when the other has signed."),
    body=shapes.OpeningBody,
    gives=shapes.CashDocumentAnswer,
    status=201,
)
def unlock(body: dict[str, Any], hall: str) -> Payload:
    """Ask for the safe to be opened."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = open_safe(uow, hall=found, purpose=body["purpose"])
        return document_payload(uow, found, document, language())

    return once(do, body=body)


@routes.post(
    f"{CASH}/bank-receipts",
    Text("按银行回单登记解款到账。", "Key the bank's receipt of a deposit."),
    body=shapes.ReceiptBody,
    gives=shapes.CashDocumentAnswer,
    status=201,
)
def key_paper(body: dict[str, Any], hall: str) -> Payload:
    """Key a receipt."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        amounts = {"credited_fen": body["credited"], "counterfeit_fen": body["counterfeit"]}
        rest = {k: v for k, v in body.items() if k not in ("credited", "counterfeit")}
        receipt = BankReceipt(**amounts, **rest)
        document = key_receipt(uow, hall=found, receipt=receipt)
        return document_payload(uow, found, document, language())

    return once(do, body=body)


@routes.get(
    f"{CASH}/petty",
    Text("厅费用月报。", "The month of petty cash."),
    query=shapes.PettyQuery,
    gives=shapes.PettyAnswer,
)
def show_petty(query: dict[str, Any], hall: str) -> Payload:
    """Give the sheet of a month."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "oversee")
        return petty_payload(found, petty_month(uow, found, query["month"] or g.today), language())


@routes.get(f"{CASH}/cases", Text("长短款案。", "Over/short cases."), gives=shapes.OverShortsAnswer)
def show_cases(hall: str) -> Payload:
    """List cases; a clerk's own alone."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "view")
        told = cases_payload(uow, found, cases_seen(uow, found), language())
        return {"hall": hall, "cases": told}


@routes.post(
    f"{CASH}/cases/decisions",
    Text("对长短款案提出处理意见。", "Propose what becomes of a case."),
    body=shapes.OverShortDecisionBody,
    gives=shapes.CashDocumentAnswer,
    status=201,
)
def decide(body: dict[str, Any], hall: str) -> Payload:
    """Propose a decision; the tier of its amount signs."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        case = find_case(uow, found, body["date"], body["clerk"], body["tender"])
        stated = {name: body[name] for name in ("way", "cause", "note", "slips")}
        document = decide_case(uow, hall=found, case=case, **stated)
        return document_payload(uow, found, document, language())

    return once(do, body=body)


def _document(uow: UnitOfWork, hall: Hall, number: str) -> Payload:
    require(uow, hall.id, "cash", "view")
    return document_payload(uow, hall, see_document(uow, hall, number), language())
