"""Asking for a case: the form of each instrument, the payment it goes back to, what it will need.

What a request needs is shown before it is made: by its button everywhere, live with scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.move_forms import NOTHING_BLANK, left_blank
from backoffice.pages.refund_pages import show_refunds
from backoffice.pages.refund_typed import (
    OF_REASON,
    PURPOSES,
    field_of,
    fields_for,
    read_request,
)
from backoffice.pages.shell import say
from ledger.actors import ROLES
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import UnknownPayment
from refunds.instruments import INSTRUMENTS
from refunds.invoiced import Invoiced, invoiced_for
from refunds.paid import Payment, payment_of
from refunds.payments import payments_for
from refunds.policy import BANDS, PAPERS
from refunds.requests import Prospect, consider, request_case

ASK = Text("申请退减赠", "Ask for money to go back")
ASKED = Text("已提交,等待审批。", "Asked; it waits for its signatures.")
ASKERS = (("refunds", "submit"),)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known before the request is made: the payment, what it will need, or what is wrong.

    `choices` are the number's payments where none is named yet.
    """

    payment: Payment | None
    invoiced: Invoiced | None
    choices: list[Payment]
    prospect: Prospect | None
    error: BackofficeError | None


@pages.get("/halls/<hall>/refunds/new")
@needs(*ASKERS)
def choose_refund() -> str:
    """Choose the instrument."""
    with reading() as uow:
        return show_refunds(
            uow,
            "pages/refund_choose.html",
            page="new",
            title=ASK,
            kinds=INSTRUMENTS,
            purposes=PURPOSES,
        )


@pages.get("/halls/<hall>/refunds/new/<kind>")
@needs(*ASKERS)
def show_refund_form(kind: str) -> str:
    """Show an instrument's form; the address may name the payment, as a link of its page does."""
    return _page(kind, {"original_txn": request.args.get("txn", "")}, tried="")


@pages.post("/halls/<hall>/refunds/new/<kind>")
@needs(*ASKERS)
def do_refund_form(kind: str) -> Response | str | tuple[str, int]:
    """Take the payment chosen, look ahead, or ask for the case."""
    typed = request.form.to_dict()
    if typed.get("use"):
        return _page(kind, {**typed, "original_txn": typed["use"]}, tried="look")
    if typed.get("act") == "live":
        with reading() as uow:
            ahead = _look(uow, _known(kind), typed)
            return render_template(
                "pages/refund_ahead.html", live=True, beside={}, **_words(uow, ahead)
            )
    if typed.get("act") != "ask":
        return _page(kind, typed, tried="look")
    made: list[str] = []
    with reading() as uow:
        blank = left_blank(fields_for(uow, _known(kind), None), typed)
    if blank:
        return _page(kind, typed, tried="ask", blank=blank), 422

    def do(uow: UnitOfWork) -> None:
        asked = read_request(_known(kind), typed)
        made.append(request_case(uow, hall=hall(), request=asked).number or "")

    try:
        act_once(do)
    except BackofficeError as refused:
        return _page(kind, typed, tried="ask", error=refused), 422
    if not made:
        return redirect(url_for("pages.show_refund_desk", hall=hall().code))
    say(ASKED)
    return redirect(url_for("pages.show_refund", hall=hall().code, number=made[0]))


def _known(kind: str) -> str:
    if kind not in INSTRUMENTS:
        raise NotFound
    return kind


def _page(
    kind: str,
    typed: dict[str, str],
    *,
    tried: str,
    error: BackofficeError | None = None,
    blank: Mapping[str, Text] = NOTHING_BLANK,
) -> str:
    with reading() as uow:
        ahead = _look(uow, _known(kind), typed, whole=tried != "" and not blank)
        shown = error or (ahead.error if tried else None)
        said = Text(shown.message("zh"), shown.message("en")) if shown else None
        at = field_of(shown) if shown else ""
        return show_refunds(
            uow,
            "pages/refund_new.html",
            page="new",
            title=INSTRUMENTS[kind].text,
            trail=((ASK, url_for("pages.choose_refund", hall=hall().code)),),
            kind=kind,
            purpose=PURPOSES[kind],
            fields=fields_for(uow, kind, ahead.payment),
            typed=typed,
            of_reason=OF_REASON if len(INSTRUMENTS[kind].reasons) > 1 else {},
            beside={at: said} if at else blank,
            wrong=said,
            live=False,
            **_words(uow, ahead),
        )


def _words(uow: UnitOfWork, ahead: Ahead) -> dict[str, object]:
    error = ahead.error
    return {
        "ahead": ahead,
        "ahead_error": Text(error.message("zh"), error.message("en")) if error else None,
        "roles": ROLES,
        "papers": PAPERS,
        "bands": BANDS,
        "now": uow.now,
    }


def _look(uow: UnitOfWork, kind: str, typed: dict[str, str], *, whole: bool = True) -> Ahead:
    """Look at the payment and, with `whole`, at what the request would need."""
    payment, choices = None, []
    error: BackofficeError | None = None
    txn = typed.get("original_txn", "").strip()
    subscriber = typed.get("subscriber", "").strip()
    if INSTRUMENTS[kind].from_payment:
        if txn:
            try:
                payment = payment_of(uow, hall(), txn)
            except UnknownPayment as unknown:
                error = unknown
        else:
            choices = payments_for(uow, hall(), subscriber)
    prospect = None
    if whole and error is None:
        try:
            prospect = consider(uow, hall=hall(), request=read_request(kind, typed))
        except BackofficeError as refused:
            error = refused
    return Ahead(
        payment=payment,
        invoiced=invoiced_for(uow, hall(), txn) if payment else None,
        choices=choices,
        prospect=prospect,
        error=error,
    )
