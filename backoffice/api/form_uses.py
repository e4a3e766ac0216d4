"""Use of invoice forms registered by hand, numbers explained, and what the books do not follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backoffice.api.door import once, reading
from backoffice.api.form_use_schemas import (
    ExplainedForm,
    ExplainQuery,
    LaterBody,
    MonthBillBody,
    RegisteredUse,
    ReissueBody,
    ReprintBody,
    Reprinted,
    UnpostedList,
    UnpostedQuery,
    UseBody,
)
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.pages.showing import language
from backoffice.use_answers import form_payload, scan_payload, unposted_payload, use_payload
from invoices.keyed_uses import KeyedUse, register_uses
from invoices.later_invoices import (
    NewForm,
    register_later,
    register_month_bill,
    register_reissue,
)
from invoices.numbers import explain_form, scan_form
from invoices.reprints import record_reprint
from invoices.unposted_uses import unposted_uses
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

FORMS = "/halls/<hall>/forms"
routes = Routes("form_uses", Text("票据开具登记与号码说明", "Registered use of forms, numbers"))


@routes.get(
    "/forms/explain",
    Text("说明一个发票代码与号码,或纸票二维码内容。", "Explain a code and number, or a QR text."),
    query=ExplainQuery,
    gives=ExplainedForm,
)
def explain(query: dict[str, Any]) -> Payload:
    """Say what form a code and number are of."""
    with reading() as uow:
        year = uow.now.astimezone(HALL_TIME).year
    if query["qr"]:
        return scan_payload(scan_form(query["qr"], this_year=year), language())
    form = explain_form(query["code"], query["no"], digital_no=query["digital_no"], this_year=year)
    return form_payload(form, language())


@routes.get(
    f"{FORMS}/unposted",
    Text("登记簿有而账上未跟上的号码。", "Registered numbers the books do not follow."),
    query=UnpostedQuery,
    gives=UnpostedList,
)
def list_unposted(query: dict[str, Any], hall: str) -> Payload:
    """List them with their reasons."""
    with reading() as uow:
        date = query["date"] or uow.today
        found = unposted_uses(uow, hall=find_hall(uow, hall), date=date)
    said = language()
    return {"date": date.isoformat(), "uses": [unposted_payload(one, said) for one in found]}


@routes.post(
    f"{FORMS}/uses",
    Text("登记开具:起止号或下若干份,金额共用或逐号。", "Register numbers that were used."),
    body=UseBody,
    gives=RegisteredUse,
    status=201,
)
def register(body: dict[str, Any], hall: str) -> Payload:
    """Register them and post their use."""
    return _registered(hall, body, lambda uow, found: register_uses(uow, hall=found, **body))


@routes.post(
    f"{FORMS}/later-invoices",
    Text("补开发票:对应以前的流水。", "Register an invoice asked for after the payment."),
    body=LaterBody,
    gives=RegisteredUse,
    status=201,
)
def register_later_invoice(body: dict[str, Any], hall: str) -> Payload:
    """Register it, linked to the earlier transaction."""
    return _registered(
        hall,
        body,
        lambda uow, found: register_later(
            uow, hall=found, form=_form(body), txn_no=body["txn_no"], amount_fen=body["amount"]
        ),
    )


@routes.post(
    f"{FORMS}/month-bills",
    Text("登记月结账单发票。", "Register the invoice of a subscriber's month."),
    body=MonthBillBody,
    gives=RegisteredUse,
    status=201,
)
def register_bill(body: dict[str, Any], hall: str) -> Payload:
    """Register it, once for each subscriber and month."""
    return _registered(
        hall,
        body,
        lambda uow, found: register_month_bill(
            uow,
            hall=found,
            form=_form(body),
            subscriber=body["subscriber"],
            period=body["period"],
            amount_fen=body["amount"],
        ),
    )


@routes.post(
    f"{FORMS}/reissues",
    Text("重开:替换已作废或已全额红冲的发票。", "Register an invoice in place of another."),
    body=ReissueBody,
    gives=RegisteredUse,
    status=201,
)
def register_replacement(body: dict[str, Any], hall: str) -> Payload:
    """Register it, naming the one it replaces."""
    return _registered(
        hall,
        body,
        lambda uow, found: register_reissue(
            uow,
            hall=found,
            form=_form(body),
            original_code=body["original_code"],
            original_no=body["original_no"],
            amount_fen=body["amount"],
        ),
    )


@routes.post(
    f"{FORMS}/reprints",
    Text("重打登记:不用新号。", "Record that an invoice was printed again."),
    body=ReprintBody,
    gives=Reprinted,
    status=201,
)
def record_printed_again(body: dict[str, Any], hall: str) -> Payload:
    """Record it with its reason."""

    def act(uow: UnitOfWork) -> Payload:
        return {"times": record_reprint(uow, hall=find_hall(uow, hall), **body)}

    return once(act, body=body)


def _registered(
    hall: str, body: dict[str, Any], act: Callable[[UnitOfWork, Hall], KeyedUse]
) -> Payload:
    return once(
        lambda uow: use_payload(act(uow, find_hall(uow, hall))),
        body={name: str(value) for name, value in body.items()},
    )


def _form(body: dict[str, Any]) -> NewForm:
    return NewForm(
        body["clerk"], body["invoice_code"], body["invoice_no"], body["at"], body["digital_no"]
    )
