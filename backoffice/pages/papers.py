"""Papers: the list of documents, one document, and the acts upon it.

A signature asks for the password again; what is refused keeps what was typed, its error beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from sqlalchemy import func, or_, select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, actor, allowed, engine, hall, needs, pages, reading
from backoffice.pages.form_pages import FORM_AREAS, show_forms
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.paper_acts import (
    ACTORS,
    ACTS,
    REASON_LIMIT,
    PaperAct,
    ReasonNeeded,
    Tried,
)
from backoffice.pages.paper_shown import (
    DOCUMENTS,
    GOODS_AREAS,
    STATE_CHIPS,
    kinds_seen,
    paper_page,
    visible_where,
)
from backoffice.pages.rows import PAGE_ROWS, Part
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.transfers import forward_transfers
from invoices.form_signing import cancel_forms, reject_forms, reverse_forms, sign_forms
from invoices.retention import KIND as DESTRUCTION
from invoices.retention import sign_destruction
from ledger.cash.kinds import CASH_AREAS
from ledger.cash.moves import cancel_cash, reject_cash, reverse_cash, sign_cash
from ledger.documents import DOCUMENT_KINDS, STATES, Document, find_document
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.dispatches import actor_of_both
from stock.signing import cancel_move, reject_move, reverse_move, sign_move

LOOKERS = (("stock", "view"), ("forms", "view"), ("audit", "view"), ("cash", "view"))


@pages.get("/halls/<hall>/papers")
@needs(("stock", "view"), ("audit", "view"))
def list_documents() -> str:
    """List documents, the latest first, by kind, state and number; a clerk's own alone."""
    areas = () if allowed("audit", "view") else GOODS_AREAS
    return _list(show_goods, areas, "pages.list_documents")


@pages.get("/halls/<hall>/books/papers")
@needs(("forms", "view"))
def list_form_papers() -> str:
    """List the documents of forms likewise."""
    return _list(show_forms, FORM_AREAS, "pages.list_form_papers")


def _list(shown: Callable[..., str], areas: tuple[str, ...], endpoint: str) -> str:
    asked = request.args
    kind, state = asked.get("kind", ""), asked.get("state", "")
    number = asked.get("number", "").strip()
    with reading() as uow:
        kinds = kinds_seen(areas)
        query = select(Document).where(Document.hall_id == hall().id, *visible_where(uow))
        if areas:
            query = query.where(Document.kind.in_(list(kinds)))
        if kind:
            query = query.where(Document.kind == kind)
        if state:
            query = query.where(Document.state == state)
        if number:
            query = query.where(or_(Document.number == number, Document.paper_no == number))
        total = uow.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = max(1, min(asked.get("page", 1, type=int), -(-total // PAGE_ROWS)))
        query = query.order_by(Document.business_date.desc(), Document.id.desc())
        rows = uow.session.scalars(query.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all()
        return shown(
            uow,
            "pages/documents.html",
            page="papers",
            title=DOCUMENTS,
            listed=Part(rows, total, page),
            kinds=kinds,
            address=url_for(endpoint, hall=hall().code),
            states=STATES,
            state_chip=lambda one: (*STATE_CHIPS[one], STATES[one]),
            persons=person_names(uow, {row.maker_id for row in rows}),
        )


@pages.get("/halls/<hall>/papers/<path:number>")
@needs(*LOOKERS)
def show_paper(number: str) -> str:
    """Show one document: lines, what it states, who signed, who is to sign, what may be done."""
    with reading() as uow:
        return paper_page(uow, number)


@pages.post("/halls/<hall>/papers/<path:number>")
@needs(*ACTORS)
def do_paper_act(number: str) -> Response | tuple[str, int]:
    """Sign, refuse, cancel or reverse a document."""
    form = request.form
    act = ACTS.get(form.get("act", ""))
    if act is None:
        raise BadRequest
    reason = form.get("reason", "").strip()[:REASON_LIMIT]
    if act.signs and not password_is_right(form.get("password", "")):
        return _again(number, act, WRONG_PASSWORD)
    with reading() as uow:
        who = actor_of_both(uow, actor(), hall(), number)
    try:
        if act.needs_reason and not reason:
            raise ReasonNeeded
        with reading() as uow:
            kind = find_document(uow, hall().id, number).kind
        area = DOCUMENT_KINDS[kind].area
        do = _form_doer if area in FORM_AREAS else _doer
        do = _cash_doer if area in CASH_AREAS else do
        act_once(do(act.name, number, reason), who=who)
    except BackofficeError as refused:
        return _again(number, act, Text(refused.message("zh"), refused.message("en")))
    forward_transfers(engine())
    say(act.done)
    return redirect(request.path)


def _doer(act: str, number: str, reason: str) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> object:
        if act in ("confirm", "approve"):
            return sign_move(uow, hall=hall(), number=number)
        if act == "reject":
            return reject_move(uow, hall=hall(), number=number, reason=reason)
        if act == "cancel":
            return cancel_move(uow, hall=hall(), number=number, reason=reason)
        return reverse_move(uow, hall=hall(), number=number, reason=reason)

    return do


def _form_doer(act: str, number: str, reason: str) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> object:
        if act in ("confirm", "approve"):
            if find_document(uow, hall().id, number).kind == DESTRUCTION:
                return sign_destruction(uow, hall=hall(), number=number)
            return sign_forms(uow, hall=hall(), number=number)
        if act == "reject":
            return reject_forms(uow, hall=hall(), number=number, reason=reason)
        if act == "cancel":
            return cancel_forms(uow, hall=hall(), number=number, reason=reason)
        return reverse_forms(uow, hall=hall(), number=number, reason=reason)

    return do


def _cash_doer(act: str, number: str, reason: str) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> object:
        if act in ("confirm", "approve"):
            return sign_cash(uow, hall=hall(), number=number)
        if act == "reject":
            return reject_cash(uow, hall=hall(), number=number, reason=reason)
        if act == "cancel":
            return cancel_cash(uow, hall=hall(), number=number, reason=reason)
        return reverse_cash(uow, hall=hall(), number=number, reason=reason)

    return do


def _again(number: str, act: PaperAct, error: Text) -> tuple[str, int]:
    with reading() as uow:
        return paper_page(uow, number, Tried(act.name, error)), 422
