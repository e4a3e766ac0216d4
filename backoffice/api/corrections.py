"""Correction slips for programs: sent, answered, accepted; liability; the statistics of errors."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response

from backoffice.api import correction_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.hall_reports import declare_halls_report
from backoffice.api.routes import Routes
from backoffice.correction_answers import (
    SIGNED,
    act_on_slip,
    errors_named,
    liability_payload,
    read_answer,
    seen_payload,
    slip_payload,
)
from backoffice.correction_papers import correction_paper
from backoffice.correction_statistics import errors_paper, make_error_statistics
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.corrections.known import Notice, Wrong
from ledger.corrections.liability import act_on_liability, list_liabilities, settle_with_liability
from ledger.corrections.seen import list_slips, see_slip
from ledger.corrections.slips import send_errors
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

SLIPS = "/halls/<hall>/corrections"
routes = Routes("corrections", Text("差错更正", "Corrections"))


@routes.get(
    SLIPS,
    Text("差错更正单,待办在前。", "Correction slips, those that wait first."),
    query=shapes.CorrectionsQuery,
    gives=shapes.CorrectionsAnswer,
)
def show_slips(query: dict[str, Any], hall: str) -> Payload:
    """List the slips the actor may see."""
    with reading() as uow:
        found = find_hall(uow, hall)
        slips = list_slips(uow, found, **query)
        told = [slip_payload(uow, found, one, language()) for one in slips]
    return {"hall": hall, "slips": told}


@routes.post(
    SLIPS,
    Text("把一名营业员的差错发给他更正。", "Send errors of one clerk to him to be put right."),
    body=shapes.CorrectionBody,
    gives=shapes.WholeCorrection,
    status=201,
)
def send(body: dict[str, Any], hall: str) -> Payload:
    """Send a slip; a finding goes on it with the figures it has now."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        notice = Notice(
            body["clerk"],
            _errors(uow, found, body),
            body["wrong"],
            body["right"],
            body["reason"],
        )
        document = send_errors(uow, found, notice)
        seen = see_slip(uow, found, document.number or "")
        return seen_payload(uow, found, seen, language())

    return once(do, body=body)


@routes.get(
    f"{SLIPS}/<number>",
    Text("一张差错更正单。", "One correction slip with its rounds."),
    gives=shapes.WholeCorrection,
)
def show_slip(hall: str, number: str) -> Payload:
    """Give a slip whole."""
    with reading() as uow:
        found = find_hall(uow, hall)
        return seen_payload(uow, found, see_slip(uow, found, number), language())


@routes.post(
    f"{SLIPS}/<number>/acts",
    Text("更正、接受、退回或撤回。", "Answer, accept, return or withdraw."),
    body=shapes.CorrectionActBody,
    gives=shapes.WholeCorrection,
)
def act(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a slip a step on; who accepts gives his password again."""
    if body["act"] in SIGNED:
        confirm_password(body["password"])
    answer = read_answer(body) if body["act"] == "answer" else None

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        seen = act_on_slip(
            uow, found, number, act=body["act"], reason=body["reason"], answer=answer
        )
        return seen_payload(uow, found, seen, language())

    return once(do, body=body)


@routes.get(
    f"{SLIPS}/<number>/slip.pdf",
    Text("差错更正单 PDF。", "The slip as PDF."),
    query=shapes.SlipPaperQuery,
    file=PDF,
)
def print_slip(query: dict[str, Any], hall: str, number: str) -> Response:
    """Give the slip on paper."""
    with reading() as uow:
        found = find_hall(uow, hall)
        content = correction_paper(uow, found, number, language=query["language"] or language())
    return download(content, PDF, f"{number}.pdf")


declare_halls_report(
    routes,
    "/corrections/statistics",
    Text("按营业员和差错类型统计。", "Errors by clerk and kind over several halls."),
    query=shapes.ErrorsQuery,
    make=lambda uow, codes, asked: make_error_statistics(uow, codes, _period(asked)),
    paper=lambda uow, report, said: errors_paper(uow, report, language=said),
)


@routes.post(
    "/halls/<hall>/days/<date>/liability",
    Text(
        "上级提出以定责了结一条差异。",
        "Propose as department that a finding is closed with liability.",
    ),
    body=shapes.LiabilityBody,
    gives=shapes.LiabilityAnswer,
    status=201,
)
def settle(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Propose liability; the second-level audit signs it."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        stated = {name: value for name, value in body.items() if name != "amount"}
        document = settle_with_liability(uow, found, date, amount_fen=body["amount"], **stated)
        return liability_payload(uow, found, document, language())

    return once(do, body=body)


@routes.get(
    "/halls/<hall>/liability",
    Text("定责单,待签字的在前。", "Settlements of liability, those to be signed first."),
    gives=shapes.LiabilitiesAnswer,
)
def show_settlements(hall: str) -> Payload:
    """List the settlements of a hall."""
    with reading() as uow:
        found = find_hall(uow, hall)
        made = list_liabilities(uow, found)
        told = [liability_payload(uow, found, one, language()) for one in made]
    return {"hall": hall, "liability": told}


@routes.post(
    "/halls/<hall>/liability/<number>/acts",
    Text("二级稽核签字或退回;上级收回。", "Sign or refuse as second-level audit; take back."),
    body=shapes.LiabilityActBody,
    gives=shapes.LiabilityAnswer,
)
def act_on_settlement(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a settlement of liability a step on; a signature asks for the password again."""
    if body["act"] == "approve":
        confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = act_on_liability(uow, found, number, action=body["act"], reason=body["reason"])
        return liability_payload(uow, found, document, language())

    return once(do, body=body)


def _errors(uow: UnitOfWork, hall: Hall, body: dict[str, Any]) -> list[Wrong]:
    """Give the errors named; figures that were stated are for what is no finding here."""
    date = body["date"]
    named = [(date, one["check"], one["subject"]) for one in body["errors"]]
    found = errors_named(uow, hall, named)
    return [
        error
        if (error.expected_fen, error.found_fen) != (None, None)
        else Wrong(date, error.check, error.subject, one["expected"], one["found"])
        for error, one in zip(found, body["errors"], strict=True)
    ]


def _period(asked: dict[str, Any]) -> dict[str, str]:
    return {name: asked[name].isoformat() for name in ("since", "until") if asked[name] is not None}
