"""What of forms waits for the visitor: signatures, stubs that are due, codes to be handed in."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, url_for

from backoffice.pages.door import allowed, hall
from backoffice.pages.form_pages import FORM_AREAS
from backoffice.pages.tasks import Task
from invoices.book_lists import list_books, view_books
from invoices.form_ends import forms_to_hand_in
from invoices.used_books import name_of
from ledger.documents import DOCUMENT_KINDS
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.custody import own_holders
from stock.waiting import NUMBER, is_asked, unsigned_documents


def form_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of forms."""
    if not allowed("forms", "view"):
        return
    yield from _signatures(uow)
    if allowed("invoices", "submit"):
        yield from _stubs(uow)
        yield from _out_of_date(uow)


def _signatures(uow: UnitOfWork) -> Iterator[Task]:
    """Documents that ask for the visitor's own signature."""
    own = own_holders(uow, hall())
    for awaited in unsigned_documents(uow, hall(), FORM_AREAS):
        if not is_asked(uow, awaited, own):
            continue
        document = awaited.document
        kind = DOCUMENT_KINDS[document.kind].text
        number = document.number or ""
        yield Task(
            document.business_date,
            Text(f"{kind.zh} {number}", f"{kind.en} {number}"),
            _verb(document.kind, awaited.signers),
            url_for("pages.show_paper", hall=hall().code, number=number),
        )


def _verb(kind: str, signers: tuple[str, ...]) -> Text:
    if kind == "invoice_void":
        return Text("核对联次", "Tick copies")
    if any(signer.startswith(NUMBER) for signer in signers):
        return Text("签收", "Sign for it")
    return Text("签收", "Take in") if "invoice_keeper" in signers else Text("审批", "Approve")


def _stubs(uow: UnitOfWork) -> Iterator[Task]:
    """Books that are used up, each with the day its stubs are due."""
    for view in view_books(uow, hall().id, list_books(uow, hall().id)):
        if view.state != "finished" or view.due_on is None:
            continue
        book, late = view.book, view.days_late(g.today)
        name = f"{book.first_no}–{book.last_no}"
        said = Text(f"票本 {name} 用完,存根待交", f"Book {name} is finished, its stubs are due")
        if late:
            said = Text(f"{said.zh},已逾期 {late} 天", f"{said.en}, {late} days late")
        yield Task(
            view.due_on,
            said,
            Text("交存根", "Deliver"),
            url_for("pages.show_form_act", hall=hall().code, name="stubs", book=name_of(book)),
        )


def _out_of_date(uow: UnitOfWork) -> Iterator[Task]:
    """Codes out of date of which blanks are left."""
    for left in forms_to_hand_in(uow, hall()):
        yield Task(
            left.ends_on,
            Text(
                f"代码 {left.invoice_code} 已停用,尚有空白 {left.count} 份待缴销",
                f"Code {left.invoice_code} is out of date, {left.count} blanks to be handed in",
            ),
            Text("缴销", "Hand in"),
            url_for("pages.show_form_act", hall=hall().code, name="hand-in"),
        )
