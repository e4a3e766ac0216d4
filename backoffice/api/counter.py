"""Statements of the bank matched with deposits, slips of the counter, kiosks, tail, cash papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, g

from backoffice.api import cash_schemas
from backoffice.api import counter_schemas as shapes
from backoffice.api.cash import CASH
from backoffice.api.door import once, reading
from backoffice.api.routes import Routes
from backoffice.cash_answers import document_payload
from backoffice.cash_papers import cash_paper
from backoffice.counter_answers import (
    clearing_payload,
    slip_payload,
    tail_payload,
    waiting_payload,
)
from backoffice.downloads import PDF
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.cash.bank import Gap
from ledger.cash.denominations import read_denominations
from ledger.cash.deposit_days import days_not_in_order, tail_of
from ledger.cash.kiosks import clear_kiosk, clearings_since
from ledger.cash.matching import Match, confirm_proposals, match_statement, waiting_at_bank
from ledger.cash.slips import Called, call_out, cancel_slip, print_slip, slips_of
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

SLIPS = f"{CASH}/slips"
RECENT = dt.timedelta(days=62)
routes = Routes("counter", Text("现金核对与柜台", "Bank statements, slips and kiosks"))


@routes.get(
    f"{CASH}/statements",
    Text("未勾对的解款与银行流水,及可自动勾对的。", "What waits to be matched at the bank."),
    gives=shapes.StatementsAnswer,
)
def show_statements(hall: str) -> Payload:
    """Give both sides and the proposals."""
    with reading() as uow:
        found = find_hall(uow, hall)
        return waiting_payload(found, waiting_at_bank(uow, found, g.today), language())


@routes.post(
    f"{CASH}/statements/matches",
    Text("勾对流水与解款,或注明不是解款。", "Match lines with deposits, or set lines aside."),
    body=shapes.BankMatchBody,
    gives=cash_schemas.CashDocumentAnswer,
    status=201,
)
def match(body: dict[str, Any], hall: str) -> Payload:
    """Match by hand."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        why = Gap(body["counterfeit"], body["certificate"], body["clerk"], body["reason"])
        stated = Match(body["deposits"], body["lines"], why)
        document = match_statement(uow, hall=found, match=stated)
        return document_payload(uow, found, document, language())

    return once(do, body=body)


@routes.post(
    f"{CASH}/statements/confirmations",
    Text("确认全部自动勾对。", "Confirm every exact proposal."),
    body=shapes.ConfirmBody,
    gives=cash_schemas.CashDocumentsAnswer,
    status=201,
)
def confirm(body: dict[str, Any], hall: str) -> Payload:
    """Confirm what is exact."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        made = confirm_proposals(uow, hall=found)
        documents = [document_payload(uow, found, one, language()) for one in made]
        return {"hall": hall, "documents": documents}

    return once(do, body=body)


@routes.get(
    SLIPS,
    Text("一天的收款小票。", "The slips of a day."),
    query=shapes.CashDayQuery,
    gives=shapes.CashSlipsAnswer,
)
def list_slips(query: dict[str, Any], hall: str) -> Payload:
    """List the slips the actor may see."""
    with reading() as uow:
        found = find_hall(uow, hall)
        slips = slips_of(uow, found, query["date"] or g.today)
        return {"hall": hall, "slips": [slip_payload(found, one, language()) for one in slips]}


@routes.post(
    SLIPS,
    Text("唱收唱付:存一张小票。", "Keep what was received and what change was given."),
    body=shapes.CashSlipBody,
    gives=shapes.CashSlipAnswer,
    status=201,
)
def call(body: dict[str, Any], hall: str) -> Payload:
    """Call money out."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        called = Called(body["txn_no"], body["due"], body["tendered"], body["change"])
        slip = call_out(uow, hall=found, clerk=body["clerk"], called=called)
        return slip_payload(found, slip, language())

    return once(do, body=body)


@routes.post(
    f"{SLIPS}/<number>/acts",
    Text("打印或作废小票。", "Print a slip, or cancel it."),
    body=shapes.CashSlipActBody,
    gives=shapes.CashSlipAnswer,
)
def act_on_slip(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Note a print, or cancel."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "print":
            slip = print_slip(uow, hall=found, number=number)
        else:
            slip = cancel_slip(
                uow, hall=found, number=number, reason=body["reason"], is_back=body["back"]
            )
        return slip_payload(found, slip, language())

    return once(do, body=body)


@routes.get(
    f"{CASH}/kiosks", Text("自助机清机记录。", "Kiosks cleared."), gives=shapes.ClearingsAnswer
)
def list_clearings(hall: str) -> Payload:
    """List clearings."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "oversee")
        rows = clearings_since(uow, found, g.today - RECENT)
        return {"hall": hall, "clearings": [clearing_payload(*one, language()) for one in rows]}


@routes.post(
    f"{CASH}/kiosks",
    Text("清机:另一人签字后入保险柜。", "Clear a kiosk; the second person signs."),
    body=shapes.ClearingBody,
    gives=cash_schemas.CashDocumentAnswer,
    status=201,
)
def clear(body: dict[str, Any], hall: str) -> Payload:
    """Clear a kiosk."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        notes = read_denominations(body["notes"])
        document = clear_kiosk(
            uow, hall=found, kiosk=body["kiosk"], notes=notes, second=body["second"]
        )
        return document_payload(uow, found, document, language())

    return once(do, body=body)


@routes.get(
    f"{CASH}/tail",
    Text("尾款与限额,未解、迟解与不符的日期。", "The tail and its limit; late and differing days."),
    query=shapes.CashDayQuery,
    gives=shapes.TailAnswer,
)
def show_tail(query: dict[str, Any], hall: str) -> Payload:
    """Give the tail of a day."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "cash", "oversee")
        tail = tail_of(uow, found, query["date"] or g.today)
        return tail_payload(found, tail, days_not_in_order(uow, found, g.today))


@routes.get(
    f"{CASH}/papers/<path:number>",
    Text("现金单据的打印件。", "A cash document on paper."),
    file=PDF,
)
def print_cash(hall: str, number: str) -> Response:
    """Give a document as PDF."""
    with reading() as uow:
        content = cash_paper(uow, find_hall(uow, hall), number, language=language())
    return Response(content, mimetype=PDF)
