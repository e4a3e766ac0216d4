"""One document as its page shows it, and which documents a visitor sees at all."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from sqlalchemy import ColumnElement, and_, exists, or_, select

# These register the kinds of document that are named here.
import invoices.papers  # noqa: F401
import stock.papers  # noqa: F401
from backoffice.cash_answers import money_place
from backoffice.cash_facts import cash_facts
from backoffice.cash_papers import deposit_steps
from backoffice.pages.cash_pages import show_money
from backoffice.pages.door import allowed, hall
from backoffice.pages.form_pages import FORM_AREAS, show_forms
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.paper_acts import ACTS, Tried, open_acts
from backoffice.pages.refund_pages import show_refunds
from backoffice.pages.rows import part_of
from backoffice.pages.shell import person_names
from backoffice.pages.showing import language
from backoffice.paper_facts import stated_facts
from backoffice.refund_facts import REFUND_AREAS, refund_facts, refund_place
from backoffice.stock_papers import PRINTED
from invoices.kinds import FORM_KINDS
from invoices.losses import KIND as LOSS
from invoices.open_voids import KIND as VOID
from ledger.accounts import Account
from ledger.actors import names_of
from ledger.approvals import Signature
from ledger.cash.blind import told_of
from ledger.cash.kinds import CASH_AREAS
from ledger.documents import (
    DOCUMENT_KINDS,
    STATES,
    Document,
    DocumentLine,
    UnknownDocument,
    facts_of,
    find_document,
    lines_of,
)
from ledger.duties.delegations import AUTHORITY
from ledger.events import Event
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.instruments import INSTRUMENTS
from refunds.kinds import PAPER_LIST, POLICY_CHANGE
from stock.count_settling import COUNT_RESULT
from stock.custody import own_holders
from stock.place_words import place_words
from stock.waiting import NUMBER, awaited_of, signer_name

DOCUMENTS = Text("单据", "Papers")
# Who may not see the audit sees no daily takings: they say what a drawer should hold.
CASH_SEEN = tuple(area for area in CASH_AREAS if area != "takings")
GOODS_AREAS = ("stock", "custody", "count")
EVENT_WORDS: dict[str, Text] = {
    "document.loaded": Text("装入", "Loaded"),
    "document.submitted": Text("提交", "Submitted"),
    "document.approved": Text("签字", "Signed"),
    "document.rejected": Text("退回", "Rejected"),
    "document.posted": Text("入账", "Posted"),
    "document.reversed": Text("冲销", "Reversed"),
    "document.cancelled": Text("作废", "Cancelled"),
    "case.carried_out": Text("款项给出", "Given to the customer"),
    "case.expired": Text("过期", "Expired"),
    "case.papers_ticked": Text("单据到齐登记", "Papers ticked"),
    "case.papers_received": Text("稽核收单", "Papers received"),
    "number.unmasked": Text("查看完整号码", "Full number seen"),
}
REFUND_DOORS: dict[str, tuple[Text, str, tuple[str, str]]] = {
    PAPER_LIST: (
        Text("签收与交接", "Give and take the papers"),
        "pages.show_paper_list",
        ("refunds", "view"),
    ),
    POLICY_CHANGE: (
        Text("政策与审批", "The policy and its signature"),
        "pages.show_refund_policies",
        ("refund_policy", "view"),
    ),
    AUTHORITY: (Text("授权", "Authorities"), "pages.list_authorities", ("refund_policy", "view")),
}
"""Documents of refunds with a page of their own: words of the link, the page, who may go there."""
STATE_CHIPS = {
    "draft": ("circle", "quiet"),
    "submitted": ("hourglass-split", "wait"),
    "approved": ("check2", "wait"),
    "posted": ("check-circle-fill", "good"),
    "reversed": ("arrow-counterclockwise", "quiet"),
    "rejected": ("reply", "bad"),
    "cancelled": ("slash-circle", "quiet"),
}


def paper_page(uow: UnitOfWork, number: str, tried: Tried | None = None) -> str:
    """Render the page of a document; `tried` is an act just refused, shown with its error."""
    staff = names_of(uow, hall().id)
    document = visible_document(uow, number)
    lines = lines_of(uow, document)
    signatures = uow.session.scalars(
        select(Signature)
        .where(Signature.hall_id == hall().id, Signature.document_id == document.id)
        .order_by(Signature.id)
    ).all()
    events = uow.session.scalars(
        select(Event)
        .where(Event.hall_id == hall().id, Event.subject == f"document:{document.number}")
        .order_by(Event.event_no)
    ).all()
    kind = DOCUMENT_KINDS[document.kind]
    name = document.paper_no or document.number or ""
    awaited = awaited_of(uow, hall(), document) if document.state == "submitted" else None
    of_forms, of_cash = kind.area in FORM_AREAS, kind.area in CASH_AREAS
    listed = "pages.list_form_papers" if of_forms else "pages.list_documents"
    shown = show_forms if of_forms else show_goods
    if of_cash:
        listed, shown = "pages.show_cash", show_money
    of_refunds = kind.area in REFUND_AREAS
    if of_refunds:
        listed, shown = "pages.show_refund_desk", show_refunds
    return shown(
        uow,
        "pages/document.html",
        page="cash" if of_cash else "desk" if of_refunds else "papers",
        title=Text(f"{kind.text.zh} {name}", f"{kind.text.en} {name}"),
        trail=((DOCUMENTS, url_for(listed, hall=hall().code)),),
        of_forms=of_forms,
        of_cash=of_cash,
        of_money=of_cash or of_refunds,
        door=_own_page(uow, document),
        form_code=lambda line: line.commodity.code.partition(":")[2] or "-",
        document=document,
        kind=kind,
        chip_of_state=(*STATE_CHIPS[document.state], STATES[document.state]),
        facts=_facts(uow, document),
        printable=bool(document.number) and document.kind in PRINTED | FORM_KINDS.keys(),
        steps=deposit_steps(uow, hall(), document, language()),
        lines=part_of(lines, request.args.get("page", 1, type=int)),
        pieces=sum(line.quantity for line in lines),
        place=lambda account: (
            refund_place(account)
            if of_refunds
            else (money_place if of_cash else place_words)(account, staff)
        ),
        signatures=[(one, signer_name(one.role, staff)) for one in signatures],
        awaited=[signer_name(one, staff) for one in awaited.signers] if awaited else [],
        events=events,
        event_words=EVENT_WORDS,
        persons=person_names(uow, {document.maker_id} | {s.person_id for s in signatures}),
        acts=[ACTS[name] for name in open_acts(uow, document)],
        tried=tried,
    )


def _facts(uow: UnitOfWork, document: Document) -> list[tuple[Text, str | Text]]:
    """Give what the document states, in the words of its desk."""
    area = DOCUMENT_KINDS[document.kind].area
    if area in CASH_AREAS:
        return cash_facts(uow, document)
    if area in REFUND_AREAS:
        return refund_facts(uow, document)
    return [(words, value) for _, words, value in stated_facts(uow, document)]


def _own_page(uow: UnitOfWork, document: Document) -> tuple[Text, str, str] | None:
    """Give the page a void, loss, count or case has of its own, where the visitor may go there.

    Its words, its address, and the sign on the button.
    """
    if document.kind == VOID and document.state == "submitted" and allowed("voids", "approve"):
        return (
            Text("核对联次", "Tick copies"),
            url_for("pages.show_ticks", hall=hall().code, number=document.number),
            "pen",
        )
    if document.kind == COUNT_RESULT.name and allowed("count", "view"):
        number = int(facts_of(uow, document)["count"])
        return (
            Text("看盘点", "See the count"),
            url_for("pages.show_count", hall=hall().code, number=number),
            "clipboard-check",
        )
    if document.kind in INSTRUMENTS and allowed("refunds", "view"):
        return (
            Text("办理与审批", "The case and its acts"),
            url_for("pages.show_refund", hall=hall().code, number=document.number),
            "reply",
        )
    if document.kind in REFUND_DOORS:
        words, endpoint, looks = REFUND_DOORS[document.kind]
        if not allowed(*looks):
            return None
        facts = facts_of(uow, document)
        asked: dict[str, Any] = {
            name: facts[name] for name in ("on", "instrument") if name in facts
        }
        return words, url_for(endpoint, hall=hall().code, **asked), "reply"
    if document.kind == LOSS:
        return (
            Text("案件与报告", "The case and its report"),
            url_for("pages.show_loss", hall=hall().code, number=document.number),
            "pen",
        )
    return None


def visible_document(uow: UnitOfWork, number: str) -> Document:
    """Give the document if the visitor may see it; else it is as if it were not there."""
    document = find_document(uow, hall().id, number)
    seen = uow.session.scalar(
        select(Document.id).where(
            Document.hall_id == hall().id, Document.id == document.id, *visible_where(uow)
        )
    )
    if seen is None:
        raise UnknownDocument(number=number)
    return document


def visible_where(uow: UnitOfWork) -> list[ColumnElement[bool]]:
    """Say which documents the visitor sees: all, all of his desk, or those that concern him."""
    if allowed("audit", "view"):
        return [told_of(uow, hall().id)]
    concerned = _concerns(uow)
    seen = []
    for areas, looks, oversees in (
        (GOODS_AREAS, ("stock", "view"), ("stock", "oversee")),
        (FORM_AREAS, ("forms", "view"), ("invoices", "submit")),
        (CASH_SEEN, ("cash", "view"), ("cash", "oversee")),
    ):
        if allowed(*looks):
            of_area = Document.kind.in_(list(kinds_seen(areas)))
            seen.append(of_area if allowed(*oversees) else and_(of_area, concerned))
    return [or_(*seen)]


def _concerns(uow: UnitOfWork) -> ColumnElement[bool]:
    """Say which documents are the visitor's affair: made by him, touching him, awaiting him."""
    own = own_holders(uow, hall())
    asked = [
        ("," + Document.required_roles + ",").contains(f",{NUMBER}{one},", autoescape=True)
        for one in own
    ]
    touched = exists().where(
        DocumentLine.hall_id == Document.hall_id,
        DocumentLine.document_id == Document.id,
        Account.hall_id == Document.hall_id,
        Account.id.in_((DocumentLine.debit_account, DocumentLine.credit_account)),
        Account.holder.in_(own),
    )
    return or_(Document.maker_id == g.actor.person_id, touched, *asked)


def kinds_seen(areas: tuple[str, ...]) -> dict[str, Text]:
    """Give the kinds of document of some desks, and their names; all where none is named."""
    return {
        name: kind.text for name, kind in DOCUMENT_KINDS.items() if not areas or kind.area in areas
    }
