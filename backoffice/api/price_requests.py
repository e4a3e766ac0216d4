"""Rounds of the labels, and prices that a hall asks the department for."""

from __future__ import annotations

from typing import Any

from backoffice.api import price_shapes as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.item_answers import (
    label_result_payload,
    label_scan_payload,
    request_payload,
    round_payload,
)
from backoffice.pages.showing import language
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.label_rounds import (
    begin_round,
    find_round,
    finish_round,
    list_rounds,
    round_results,
    scan_labels,
)
from stock.price_requests import ask_price, decide_price, list_requests, withdraw_request
from stock.price_setting import NewPrice

ROUNDS, ROUND = "/halls/<hall>/label-rounds", "/halls/<hall>/label-rounds/<int:number>"
REQUESTS = "/halls/<hall>/price-requests"
routes = Routes("prices", Text("签价巡检与价格申请", "Rounds of the labels, price requests"))


@routes.get(ROUNDS, Text("签价巡检列表。", "Rounds of the labels."), gives=shapes.LabelRounds)
def show_rounds(hall: str) -> Payload:
    """List the rounds, the latest first."""
    with reading() as uow:
        found = _hall(uow, hall)
        return {"hall": hall, "rounds": [round_payload(one) for one in list_rounds(uow, found)]}


@routes.post(
    ROUNDS,
    Text("开始签价巡检。", "Begin a round of the labels."),
    gives=shapes.LabelRoundHead,
    status=201,
)
def begin(hall: str) -> Payload:
    """Begin a round."""
    return once(lambda uow: round_payload(begin_round(uow, hall=find_hall(uow, hall))), body={})


@routes.get(
    ROUND, Text("一次巡检的逐位结果。", "What a round says."), gives=shapes.LabelRoundAnswer
)
def show_round(hall: str, number: int) -> Payload:
    """Show a round with every position's label."""
    with reading() as uow:
        return _round(uow, _hall(uow, hall), number)


@routes.post(
    f"{ROUND}/scans",
    Text("扫一批价签。", "Take a batch of labels, each with its verdict."),
    body=shapes.LabelScansBody,
    gives=shapes.LabelScans,
)
def scan(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Take the codes of labels that are up."""

    def do(uow: UnitOfWork) -> Payload:
        scans = scan_labels(uow, hall=find_hall(uow, hall), number=number, codes=body["codes"])
        told = [label_scan_payload(one, language()) for one in scans]
        return {"round": number, "scans": told}

    return once(do, body=body)


@routes.post(
    f"{ROUND}/finish",
    Text("结束巡检:不符的列入待更换。", "End a round; what is wrong waits to be changed."),
    gives=shapes.LabelRoundAnswer,
)
def finish(hall: str, number: int) -> Payload:
    """End a round."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        finish_round(uow, hall=found, number=number)
        return _round(uow, found, number)

    return once(do, body={})


@routes.get(
    REQUESTS,
    Text("价格申请。", "Requests for prices."),
    query=shapes.RequestsQuery,
    gives=shapes.PriceRequests,
)
def show_requests(query: dict[str, Any], hall: str) -> Payload:
    """List requests by state, the latest first."""
    with reading() as uow:
        found = _hall(uow, hall)
        told = [request_payload(r, language()) for r in list_requests(uow, found, **query)]
        return {"hall": hall, "requests": told}


@routes.post(
    REQUESTS,
    Text("申请调价。", "Ask the department for a price."),
    body=shapes.PriceRequestBody,
    gives=shapes.PriceRequestAnswer,
    status=201,
)
def ask(body: dict[str, Any], hall: str) -> Payload:
    """Ask for a price."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        days = (body["valid_from"], body["valid_to"])
        price = NewPrice(body["item"], body["price"], *days, body["campaign"])
        number = ask_price(uow, hall=found, price=price, reason=body["reason"])
        return _request(uow, found, number)

    return once(do, body=body)


@routes.post(
    f"{REQUESTS}/<int:number>/acts",
    Text("批准、退回或撤回申请。", "Grant, refuse or withdraw a request."),
    body=shapes.DecisionBody,
    gives=shapes.PriceRequestAnswer,
)
def decide(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Decide a request; a price granted is set."""
    if body["act"] == "grant":
        confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "withdraw":
            withdraw_request(uow, hall=found, number=number)
        else:
            grant = body["act"] == "grant"
            decide_price(uow, hall=found, number=number, grant=grant, reason=body["reason"])
        return _request(uow, found, number)

    return once(do, body=body)


def _round(uow: UnitOfWork, hall: Hall, number: int) -> Payload:
    results = round_results(uow, hall, number)
    told = [label_result_payload(one, language()) for one in results]
    return {**round_payload(find_round(uow, hall, number)), "results": told}


def _request(uow: UnitOfWork, hall: Hall, number: int) -> Payload:
    uow.session.flush()
    (one,) = list_requests(uow, hall, number=number)
    return request_payload(one, language())


def _hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "items", "view")
    return hall
