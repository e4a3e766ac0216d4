"""Correction slips as API and command line give them, and what any door reads of an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.answers import moment, yuan
from backoffice.errors import Payload
from ledger.actors import names_of
from ledger.audit.findings import Finding
from ledger.corrections.known import Answer, Wrong
from ledger.corrections.lines import CHANGEABLE, LineChange, WrittenLine
from ledger.corrections.reasons import REASONS, WAYS
from ledger.corrections.seen import Round, SlipItem, SlipSeen, is_overdue, see_slip
from ledger.corrections.slips import answer_slip, return_slip, sign_slip, withdraw_slip
from ledger.corrections.tables import SLIP_STATES, CorrectionSlip
from ledger.documents import STATES, Document, facts_of
from ledger.errors import Invalid
from ledger.masking import mask_numbers
from ledger.money import show_figure, show_yuan
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

ACTS = ("answer", "accept", "return", "withdraw")
SIGNED = frozenset({"accept"})
REASON_LIMIT = 500
SUBSCRIBER = "subscriber"
MONEY = ("due", "discount", "prepaid", "received")
AUDITED_BY = Text("稽核接受", "Accepted by the auditor")
CELL_NAMES: dict[str, Text] = {
    "business": Text("业务类型", "Business"),
    "subscriber": Text("用户号码", "Subscriber"),
    "due": Text("应收", "Due"),
    "received": Text("实收", "Received"),
    "discount": Text("优惠", "Discount"),
    "campaign": Text("活动编码", "Campaign"),
    "prepaid": Text("预存", "Prepaid"),
    "tender": Text("支付方式", "Tender"),
    "tender_ref": Text("支付流水", "Payment number"),
    "terminal": Text("终端号", "Terminal"),
    "batch_no": Text("批次号", "Batch"),
    "invoice_code": Text("发票代码", "Invoice code"),
    "invoice_no": Text("发票号码", "Invoice number"),
    "item": Text("物品编码", "Item"),
    "serial": Text("串号", "Serial"),
    "quantity": Text("数量", "Quantity"),
    "form_no": Text("受理单号", "Form number"),
    "document_no": Text("退减赠单号", "Refund document"),
}
"""The columns of an account line that a correction may change, in words."""


class SlipReasonMissing(Invalid):
    """Returning and withdrawing say why."""

    code = "reason_missing"
    text = Text("请写明原因。", "Give a reason.")


def act_on_slip(
    uow: UnitOfWork, hall: Hall, number: str, *, act: str, reason: str, answer: Answer | None
) -> SlipSeen:
    """Take a slip one of ACTS on, for any door; gives it as it then is."""
    if act in ("return", "withdraw") and not reason.strip():
        raise SlipReasonMissing
    if act == "answer":
        told = answer or Answer("explain", reason)
        answer_slip(uow, hall, number=number, answer=told)
    elif act == "accept":
        sign_slip(uow, hall, number=number, reason=reason)
    elif act == "return":
        return_slip(uow, hall, number=number, reason=reason)
    else:
        withdraw_slip(uow, hall, number=number, reason=reason)
    return see_slip(uow, hall, number)


def read_answer(stated: Mapping[str, Any]) -> Answer:
    """Make the answer out of what a door was sent: way, words, lines, invoice, paper_no."""
    lines = [
        LineChange(
            str(line.get("txn_no") or ""),
            int(line.get("line_no") or 1),
            None
            if stated["way"] == "reverse"
            else {
                name: str(value)
                for name, value in line.items()
                if name in CHANGEABLE and value not in ("", None)
            },
        )
        for line in stated.get("lines", ())
    ]
    invoice = (
        str(stated.get("invoice_code", "")),
        str(stated.get("invoice_no", "")),
        str(stated.get("txn_no", "")),
    )
    return Answer(
        stated["way"], str(stated.get("words", "")), lines, invoice, str(stated.get("paper_no", ""))
    )


def errors_named(
    uow: UnitOfWork, hall: Hall, named: Sequence[tuple[dt.date, str, str]]
) -> list[Wrong]:
    """Give errors by day, check and subject; a finding with the figures it has now."""
    errors = []
    for date, check, subject in named:
        finding = uow.session.get(Finding, (hall.id, date, check, subject))
        expected, found = (finding.expected, finding.found) if finding else (None, None)
        errors.append(Wrong(date, check, subject, expected, found))
    return errors


def slip_payload(uow: UnitOfWork, hall: Hall, slip: CorrectionSlip, language: Language) -> Payload:
    """Give the head of a slip."""
    return {
        "hall": hall.code,
        "number": slip.number,
        "clerk": slip.clerk,
        "state": slip.state,
        "state_name": SLIP_STATES[slip.state].in_language(language),
        "reason": slip.reason,
        "reason_name": REASONS[slip.reason].text.in_language(language),
        "way": slip.way,
        "of_day": slip.of_day.isoformat(),
        "sent_on": slip.sent_on.isoformat(),
        "due_on": slip.due_on.isoformat(),
        "overdue": is_overdue(slip, uow.now),
        "late": slip.late,
        "returns": slip.returns,
        "money_changed": show_yuan(slip.net_fen),
        "ended_on": slip.ended_on.isoformat() if slip.ended_on else None,
    }


def seen_payload(uow: UnitOfWork, hall: Hall, seen: SlipSeen, language: Language) -> Payload:
    """Give a slip whole."""
    return {
        **slip_payload(uow, hall, seen.slip, language),
        "clerk_name": names_of(uow, hall.id).get(seen.slip.clerk, ""),
        "awaits": awaited_roles(seen),
        "errors": [_item(item, language) for item in seen.items],
        "rounds": [_round(one, language) for one in seen.rounds],
    }


def liability_payload(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> Payload:
    """Give a settlement of liability with what it states."""
    return {
        "hall": hall.code,
        "number": document.number or "",
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "amount": yuan(document.amount_fen),
        "facts": facts_of(uow, document),
    }


def awaited_roles(seen: SlipSeen) -> list[str]:
    """Give the roles that have still to accept an answer; none while it is with the clerk."""
    if seen.slip.state != "answered":
        return []
    signed = {one.role for one in seen.accepted}
    return [role for role in seen.document.required_roles.split(",") if role not in signed]


def line_cells(line: WrittenLine) -> dict[str, str]:
    """Give what a written line says, column by column, amounts in yuan, numbers of people masked.

    Columns with nothing in them are left out.
    """
    told = {}
    for name, value in line.cells.items():
        if value in ("", 0, None):
            continue
        shown = show_yuan(value) if name in MONEY else str(value)
        told[name] = mask_numbers(shown) if name == SUBSCRIBER else shown
    return told


def _item(item: SlipItem, language: Language) -> Payload:
    return {
        "date": item.date.isoformat(),
        "check": item.check,
        "subject": item.subject,
        "expected": _figure(item.expected, item.in_pieces),
        "found": _figure(item.found, item.in_pieces),
        "message": mask_numbers(item.says.in_language(language)),
    }


def _figure(figure: int | None, in_pieces: bool) -> str | None:
    return None if figure is None else show_figure(figure, in_pieces=in_pieces)


def _round(one: Round, language: Language) -> Payload:
    facts = one.facts
    way = facts.get("way", "")
    return {
        "revision": one.revision,
        "act": one.act,
        "at": moment(one.at),
        "hash": one.hash,
        "due": facts.get("due", ""),
        "wrong": mask_numbers(facts.get("wrong", "")),
        "right": mask_numbers(facts.get("right", "")),
        "returned": mask_numbers(facts.get("returned", "")),
        "way": way,
        "way_name": WAYS[way].in_language(language) if way else "",
        "words": mask_numbers(facts.get("words", "")),
        "paper_no": facts.get("paper_no", ""),
        "lines": [
            {
                "original": f"{line.original[0]}/{line.original[1]}" if line.original else "",
                "reverses": line.reverses,
                "cells": line_cells(line),
            }
            for line in one.lines
        ],
    }
