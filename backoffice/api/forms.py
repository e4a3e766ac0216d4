"""Documents of invoice forms: made, signed, printed; books by file; codes ended; halls closed."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from backoffice.api.door import confirm_password, once, reading
from backoffice.api.form_schemas import (
    Blanks,
    BlanksQuery,
    BookFiles,
    BooksAnswer,
    BooksForm,
    EndedForms,
    FormEndBody,
    FormPrintQuery,
    FormsBody,
    FormStepBody,
    HallClosed,
    HallClosingBody,
)
from backoffice.api.routes import Routes
from backoffice.api.stock_schemas import StockDocument
from backoffice.book_files import read_book_file
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.form_answers import blanks_payload, books_payload, ends_payload
from backoffice.form_papers import form_paper
from backoffice.pages.showing import language
from backoffice.stock_answers import document_payload
from invoices.book_files import receive_books
from invoices.form_ends import close_hall, end_form, forms_to_hand_in
from invoices.form_signing import (
    cancel_forms,
    find_form_document,
    reject_forms,
    reverse_forms,
    sign_forms,
)
from invoices.forms import FormLine, submit_forms
from invoices.segments import blank_segments
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

FORMS = "/halls/<hall>/forms"
routes = Routes("forms", Text("票据单据、空白票据与换版", "Documents of forms, codes ended"))


@routes.get(
    f"{FORMS}/documents/<path:number>/paper.pdf",
    Text("打印票据单据(三联)。", "The printed form of a document, in three copies."),
    query=FormPrintQuery,
    file=PDF,
)
def print_form_document(query: dict[str, Any], hall: str, number: str) -> Response:
    """Give the form as PDF."""
    with reading() as uow:
        content = form_paper(
            uow,
            find_hall(uow, hall),
            number,
            language=query.get("language") or language(),
            form=query["form"],
        )
    name = f"{number.replace('/', '-')}.pdf"
    return download(content, PDF, name)


@routes.get(
    f"{FORMS}/documents/<path:number>",
    Text("一份票据单据。", "One document of forms."),
    gives=StockDocument,
)
def show_form_document(hall: str, number: str) -> Payload:
    """Show a document with its lines."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        document = find_form_document(uow, found, number)
        return document_payload(uow, found, document, language())


@routes.post(
    f"{FORMS}/documents",
    Text("办理一份票据单据。", "Make a document of forms of any kind."),
    body=FormsBody,
    gives=StockDocument,
    status=201,
)
def make_form_document(body: dict[str, Any], hall: str) -> Payload:
    """Make and submit a document; it is posted unless somebody else signs it first."""

    def make(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_forms(
            uow,
            hall=found,
            kind=body["kind"],
            lines=[FormLine(**line) for line in body["lines"]],
            facts=body["facts"],
            books=body["books"],
            on=body["date"],
            reason=body["reason"],
        )
        return document_payload(uow, found, document, language())

    return once(make, body=body)


@routes.post(
    f"{FORMS}/documents/<path:number>/acts",
    Text("签字、退回、作废或冲销。", "Sign, reject, cancel or reverse a document."),
    body=FormStepBody,
    gives=StockDocument,
)
def act_on_form_document(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a document a step on; signing, as the other side or by role, asks the password."""
    if body["act"] == "sign":
        confirm_password(body["password"])

    def act(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        reason = body["reason"].strip()
        if body["act"] == "sign":
            document = sign_forms(uow, hall=found, number=number)
        elif body["act"] == "reject":
            document = reject_forms(uow, hall=found, number=number, reason=reason)
        elif body["act"] == "cancel":
            document = cancel_forms(uow, hall=found, number=number, reason=reason)
        else:
            document = reverse_forms(uow, hall=found, number=number, reason=reason, on=body["date"])
        return document_payload(uow, found, document, language())

    return once(act, body=body)


@routes.post(
    f"{FORMS}/receipts",
    Text(
        "按文件入库票据:逐行给出结论;未要求只收合格行时,有错即不入账。",
        "Receive books from a file: every line has its verdict; with a bad one nothing is posted"
        " unless only the good lines are asked for.",
    ),
    upload=(BooksForm, BookFiles),
    gives=BooksAnswer,
)
def receive_book_file(form: dict[str, Any], files: dict[str, FileStorage], hall: str) -> Payload:
    """Receive the books of a csv or xlsx."""
    name = str(files["file"].filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    content = files["file"].stream.read()
    lines = read_book_file(name, content)

    def receive(uow: UnitOfWork) -> Payload:
        report = receive_books(
            uow,
            hall=find_hall(uow, hall),
            lines=lines,
            good_lines=form["good_lines"] == "1",
            facts={"delivery_no": form["delivery_no"], "request": form["request"]},
        )
        return books_payload(report, language())

    return once(receive, body={**form, "file": hashlib.sha256(content).hexdigest()})


@routes.get(
    f"{FORMS}/blanks",
    Text("空白票据在谁手里,按号段。", "Blank forms by custody, in segments."),
    query=BlanksQuery,
    gives=Blanks,
)
def list_blanks(query: dict[str, Any], hall: str) -> Payload:
    """List blank forms; a clerk may name himself, or anybody."""
    with reading() as uow:
        segments = blank_segments(
            uow,
            _find_hall(uow, hall),
            clerk=query.get("clerk"),
            invoice_code=query.get("invoice_code"),
        )
    return blanks_payload(hall, segments, language())


@routes.get(
    f"{FORMS}/out-of-date",
    Text("已换版停用而未缴销的空白票据。", "Blanks of codes out of date, to be handed in."),
    gives=EndedForms,
)
def list_ended_forms(hall: str) -> Payload:
    """List what is left of each code out of date."""
    with reading() as uow:
        left = forms_to_hand_in(uow, _find_hall(uow, hall))
    return ends_payload(hall, left, language())


@routes.post(
    f"{FORMS}/out-of-date",
    Text("登记换版停用的发票代码。", "Note from which day a code is out of date."),
    body=FormEndBody,
    gives=EndedForms,
)
def end_form_code(body: dict[str, Any], hall: str) -> Payload:
    """End a code; gives what is to be handed in now."""

    def end(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        end_form(
            uow,
            hall=found,
            invoice_code=body["invoice_code"],
            ends_on=body["ends_on"],
            reason=body["reason"],
        )
        return ends_payload(hall, forms_to_hand_in(uow, found), language())

    return once(end, body=body)


@routes.post(
    "/halls/<hall>/closing",
    Text(
        "关闭营业厅;有空白票据或未交存根时拒绝。",
        "Close a hall; refused while it has blank forms or undelivered stubs.",
    ),
    body=HallClosingBody,
    gives=HallClosed,
)
def close_this_hall(body: dict[str, Any], hall: str) -> Payload:
    """Close a hall for good."""

    def close(uow: UnitOfWork) -> Payload:
        closing = close_hall(uow, hall=find_hall(uow, hall), reason=body["reason"], on=body["date"])
        return {
            "hall": hall,
            "closed_on": closing.closed_on.isoformat(),
            "reason": closing.reason,
        }

    return once(close, body=body)


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "forms", "view")
    return hall
