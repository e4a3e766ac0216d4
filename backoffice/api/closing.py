"""Closing a day: the daily result read and signed, reopening, replay, and late data settled."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from backoffice.answers import signed_payload
from backoffice.api import answers
from backoffice.api.audit import DAY
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber
from backoffice.api.routes import Routes
from backoffice.day_results import find_result, result_paper, result_payload
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.late_acts import ACTS, LateAct, late_payload, settle_late
from backoffice.pages.showing import language
from backoffice.replays import replay_payload, replay_with_paper
from ledger.closing.days import acknowledge_day
from ledger.closing.late import late_parts
from ledger.closing.reopening import (
    agree_reopening,
    ask_reopening,
    asked_reopening,
    refuse_reopening,
)
from ledger.documents import STATES, Document, UnknownDocument
from ledger.hall_days import HALL_STATUSES, HallDay
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork

REOPENING_ACTS = ("ask", "agree", "refuse")
routes = Routes("closing", Text("关账", "Closing a day"))


class ResultQuery(StrictSchema):
    """Which result of the day, the latest unless its number is named; in which language."""

    number = fields.String(load_default="", validate=validate.Length(0, 64))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class ReplayQuery(StrictSchema):
    """Which signed version, the last unless one is named."""

    version = WholeNumber(digits=4, load_default=None)


class ResultSignatureBody(StrictSchema):
    """The manager's password, asked again for his signature."""

    password = fields.String(required=True, validate=SHORT_TEXT)


class ReopeningBody(StrictSchema):
    """Ask for the day to be opened again, agree as another person, or refuse; by password."""

    act = fields.String(required=True, validate=validate.OneOf(REOPENING_ACTS))
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    password = fields.String(required=True, validate=SHORT_TEXT)


class LateBody(StrictSchema):
    """How the late rows of a batch and day are settled; `on` is the open day they count on."""

    act = fields.String(required=True, validate=validate.OneOf(list(ACTS)))
    date = Day(required=True)
    on = Day(load_default=None)
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    password = fields.String(required=True, validate=SHORT_TEXT)


class ResultOverride(Schema):
    """A difference that was let stand."""

    check = fields.String()
    subject = fields.String()
    difference = fields.String(allow_none=True)
    person = fields.String()
    at = fields.String()
    reason = fields.String()


class ResultSignature(Schema):
    """A signature under a result."""

    role = fields.String()
    person = fields.String()
    at = fields.String()
    hash = fields.String()


class DayResult(Schema):
    """A daily result: number, state, version, and the hash of what the auditor signed."""

    hall = fields.String()
    date = Day()
    number = fields.String()
    state = fields.String(validate=validate.OneOf(list(STATES)))
    state_name = fields.String()
    version = fields.Integer()
    snapshot = fields.String()
    errors = fields.Integer()
    over = fields.String()
    short = fields.String()
    overrides = fields.List(fields.Nested(ResultOverride))
    signatures = fields.List(fields.Nested(ResultSignature))


class Reopening(Schema):
    """A paper by which a day is opened again, and the day's status now."""

    hall = fields.String()
    date = Day()
    number = fields.String(allow_none=True)
    state = fields.String(allow_none=True, validate=validate.OneOf(list(STATES)))
    reason = fields.String()
    status = fields.String(validate=validate.OneOf(list(HALL_STATUSES)))


class ReplayedDay(Schema):
    """A signed day worked out again, beside what was signed."""

    hall = fields.String()
    date = Day()
    version = fields.Integer()
    agrees = fields.Boolean()
    signed_hash = fields.String()
    kept_hash = fields.String()
    replayed_hash = fields.String()
    papers_agree = fields.Boolean()
    differing = fields.List(fields.String())


class LateRows(Schema):
    """The late rows of one batch and day, and what became of them."""

    batch = fields.Integer()
    kind = fields.String()
    file = fields.String()
    date = Day()
    reported_on = Day()
    rows = fields.Integer()
    settled = fields.String(allow_none=True)
    settled_name = fields.String(allow_none=True)
    counts_on = fields.String(allow_none=True)
    new_batch = fields.Integer(allow_none=True)
    reason = fields.String()


class LateList(Schema):
    """All late rows of a hall, by batch and day."""

    hall = fields.String()
    late = fields.List(fields.Nested(LateRows))


@routes.get(
    f"{DAY}/result",
    Text("日稽核结果。", "The daily result."),
    query=ResultQuery,
    gives=DayResult,
)
def show_result(query: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Show a daily result with its errors, overrides and signatures."""
    with reading() as uow:
        found = find_hall(uow, hall)
        seen = find_result(uow, found, date, query["number"])
        return result_payload(found, seen, language())


@routes.get(
    f"{DAY}/result.pdf",
    Text("日稽核结果 PDF。", "The daily result as PDF."),
    query=ResultQuery,
    file=PDF,
)
def print_result(query: dict[str, Any], hall: str, date: dt.date) -> Response:
    """Give the paper."""
    said = query["language"] or language()
    with reading() as uow:
        found = find_hall(uow, hall)
        content = result_paper(uow, found, date, language=said, number=query["number"])
    name = f"result-{hall}-{date}.pdf"
    return download(content, PDF, name)


@routes.post(
    f"{DAY}/result/signature",
    Text("经理阅签日稽核结果,营业日关账。", "Sign the daily result as manager: the day is closed."),
    body=ResultSignatureBody,
    gives=answers.Signature,
    status=201,
)
def sign_result(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Sign the daily result; the password is asked again."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        acknowledge_day(uow, found, date)
        return signed_payload(uow, found, date)

    return once(do, body={})


@routes.get(
    f"{DAY}/reopening",
    Text("重开申请。", "Whether the day is asked to be opened again."),
    gives=Reopening,
)
def show_reopening(hall: str, date: dt.date) -> Payload:
    """Show the reopening that waits for a second person, if any."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        return _reopening_payload(uow, found, date, asked_reopening(uow, found, date))


@routes.post(
    f"{DAY}/reopening",
    Text("申请、同意或拒绝重开。", "Ask for a day to be opened again, agree, or refuse."),
    body=ReopeningBody,
    gives=Reopening,
)
def reopen(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Take one step of a reopening; two persons are needed."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "ask":
            document = ask_reopening(uow, found, date, reason=body["reason"])
        else:
            waiting = asked_reopening(uow, found, date)
            if waiting is None:
                raise UnknownDocument(number=f"{date} CQ")
            if body["act"] == "agree":
                document = agree_reopening(uow, found, waiting)
            else:
                document = refuse_reopening(uow, waiting, reason=body["reason"])
        return _reopening_payload(uow, found, date, document)

    return once(do, body=body)


@routes.get(
    f"{DAY}/replay",
    Text("按记事链重算已签营业日并比对。", "Work a signed day out again from the log."),
    query=ReplayQuery,
    gives=ReplayedDay,
)
def replay(query: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Replay a signed day and compare figures and paper with what was signed."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        told = replay_with_paper(uow, found, date, version=query["version"])
        return replay_payload(found, told)


@routes.get(
    "/halls/<hall>/late",
    Text("迟到数据。", "Late data of a hall."),
    gives=LateList,
)
def list_late(hall: str) -> Payload:
    """List late rows by batch and day, settled ones too."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        return _late_payload(uow, found)


@routes.post(
    "/halls/<hall>/late/<int:batch>",
    Text("处理一批迟到数据。", "Settle the late rows of a batch."),
    body=LateBody,
    gives=LateList,
)
def settle(body: dict[str, Any], hall: str, batch: int) -> Payload:
    """Release, accept or set aside the late rows of a batch and day."""
    confirm_password(body["password"])
    asked = LateAct(body["act"], batch, body["date"], body["on"], body["reason"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        settle_late(uow, found, asked)
        return _late_payload(uow, found)

    return once(do, body=body)


def _late_payload(uow: UnitOfWork, hall: Hall) -> Payload:
    parts = late_parts(uow, hall)
    return {"hall": hall.code, "late": [late_payload(part, language()) for part in parts]}


def _reopening_payload(
    uow: UnitOfWork, hall: Hall, date: dt.date, document: Document | None
) -> Payload:
    day = uow.session.get(HallDay, (hall.id, date))
    return {
        "hall": hall.code,
        "date": date.isoformat(),
        "number": document.number if document else None,
        "state": document.state if document else None,
        "reason": document.remark if document else "",
        "status": day.hall_status if day else "working",
    }
